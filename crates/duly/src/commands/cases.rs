//! `duly cases`: what broken promises cost (L21).

use chrono_tz::Tz;
use duly_core::clock::CaseState;
use duly_core::dossier::CaseFile;
use duly_core::lane::Asked;

use super::dossiers::columns::{deadline, fitted, minute};
use super::dossiers::{self, Error, Found};
use crate::exit::Exit;

/// List and show liability cases: claimed, accepted, paid
///
/// A broken promise opens a case where the policy has `liability`. What is claimed, assessed and paid in it are ticket events;
/// amounts are exact, each in its currency.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    List(List),
    Show(Show),
}

/// List cases, those first that were opened last
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly cases list [OPTIONS] --log <FILE> --policy <FILE>
       duly cases list [OPTIONS] --store <FILE>
       duly cases list [OPTIONS] --url <URL>
       duly cases list [OPTIONS] --kafka <BOOTSTRAP>")]
#[command(after_help = "\
Examples:
  duly cases list --log events.ndjson --policy letter.yaml
  duly cases list --store duly.db --state claimed,assessed
      what has to be assessed or paid
  duly cases list --url http://127.0.0.1:8321 --json | jq '.[].claimed'")]
struct List {
    #[command(flatten)]
    from: dossiers::From,
    /// Only those in one of these states
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    state: Vec<State>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: usize,
}

/// Show the cases of a ticket, item by item
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly cases show [OPTIONS] --log <FILE> --policy <FILE> <TENANT/TICKET>
       duly cases show [OPTIONS] --store <FILE> <TENANT/TICKET>
       duly cases show [OPTIONS] --url <URL> <TENANT/TICKET>
       duly cases show [OPTIONS] --kafka <BOOTSTRAP> <TENANT/TICKET>")]
#[command(after_help = "\
Example:
  duly cases show acme/T-1 --store duly.db")]
struct Show {
    /// The ticket
    #[arg(value_name = "TENANT/TICKET")]
    ticket: String,
    #[command(flatten)]
    from: dossiers::From,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum State {
    Open,
    Claimed,
    Assessed,
    Settled,
    Rejected,
    Waived,
}

impl State {
    fn of_case(self) -> CaseState {
        match self {
            State::Open => CaseState::Open,
            State::Claimed => CaseState::Claimed,
            State::Assessed => CaseState::Assessed,
            State::Settled => CaseState::Settled,
            State::Rejected => CaseState::Rejected,
            State::Waived => CaseState::Waived,
        }
    }
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.what {
            What::List(list) => list.run(),
            What::Show(show) => show.run(),
        }
    }
}

impl List {
    fn run(self) -> miette::Result<Exit> {
        let states = self.state.iter().map(|state| state.of_case()).collect();
        let found = find(&self.from, Asked { states, ..Asked::default() }, self.limit)?;
        let heading = "opened            ticket          promise              state             amount\n";
        self.from.write(&found, heading, |case| line(case, found.zone))?;
        Ok(Exit::Done)
    }
}

impl Show {
    fn run(self) -> miette::Result<Exit> {
        let asked = Asked { ticket: Some(self.ticket.clone()), ..Asked::default() };
        let found = find(&self.from, asked, usize::from(u16::MAX))?;
        if found.items.is_empty() {
            return Err(Error::None { ticket: self.ticket, what: "liability case" }.into());
        }
        self.from.write(&found, "", |case| whole(case, found.zone))?;
        Ok(Exit::Done)
    }
}

fn find(from: &dossiers::From, asked: Asked, limit: usize) -> miette::Result<Found<CaseFile>> {
    let limit = limit.min(if from.is_url() { 1_000 } else { usize::MAX });
    from.find(asked, limit, "cases", |lane, asked| lane.cases(asked, usize::MAX).0, CaseFile::rank)
}

/// A line of 80 columns.
fn line(case: &CaseFile, zone: Tz) -> String {
    let promise = format!("{}/{}", case.objective, case.cycle);
    let amount = case.paid.as_ref().or(case.payable.as_ref()).unwrap_or(&case.claimed);
    let line = format!(
        "{}  {} {} {} {:>12} {}",
        minute(case.opened_at, zone),
        fitted(&case.subject, 15),
        fitted(&promise, 20),
        fitted(case.state.name(), 8),
        amount,
        case.currency
    );
    format!("{}\n", line.trim_end())
}

/// All that is known of a case.
fn whole(case: &CaseFile, zone: Tz) -> String {
    let CaseFile { subject, policy, objective, cycle, currency, .. } = case;
    let mut text = format!("{subject}  {objective}/{cycle} of {policy}: {}\n", case.state.name());
    let mut row = |name: &str, value: &str| text += &format!("  {name:10} {value}\n");
    row("opened", &minute(case.opened_at, zone));
    row("changed", &minute(case.changed_at, zone));
    row("claimed", &format!("{:>15} {currency}", case.claimed));
    row("accepted", &format!("{:>15} {currency}", case.accepted));
    for (name, amount) in [("payable", &case.payable), ("paid", &case.paid)] {
        if let Some(amount) = amount {
            row(name, &format!("{amount:>15} {currency}"));
        }
    }
    for (name, words) in [("because", &case.reason), ("emergency", &case.emergency)] {
        if let Some(words) = words {
            row(name, words);
        }
    }
    if !case.emergencies.is_empty() {
        row("during", &case.emergencies.join(", "));
    }
    if let Some(task) = &case.task {
        row("next", &format!("{} by {}, {}", task.task, task.owner, deadline(task, zone)));
    }
    if !case.items.is_empty() {
        text += "  item                                       claimed         accepted\n";
    }
    for item in &case.items {
        let accepted = item.accepted.as_deref().unwrap_or("-");
        text += &format!("    {} {:>15} {accepted:>16}\n", fitted(&item.item, 32), item.claimed);
    }
    text + "\n"
}
