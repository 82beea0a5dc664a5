//! `duly cases`: what broken promises cost (L21).

use chrono_tz::Tz;
use duly_core::clock::CaseState;
use duly_core::dossier::CaseFile;
use duly_core::lane::{Asked, FileRank, Lane};

use super::dossiers::columns::{deadline, fitted, minute};
use super::dossiers::{self, Filed};
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
            What::List(List { from, state, limit }) => {
                let states = state.into_iter().map(State::of_case).collect();
                from.list::<CaseFile>(Asked { states, ..Asked::default() }, limit)
            }
            What::Show(Show { ticket, from }) => from.show::<CaseFile>(ticket),
        }
    }
}

impl Filed for CaseFile {
    const PATH: &'static str = "cases";
    const NAME: &'static str = "liability case";
    const HEADING: &'static str = "opened            ticket          promise              state             amount\n";

    fn of_lane(lane: &Lane, asked: &Asked) -> Vec<Self> {
        lane.cases(asked, usize::MAX).0
    }

    fn rank(&self) -> FileRank {
        CaseFile::rank(self)
    }

    fn line(&self, zone: Tz) -> String {
        let promise = format!("{}/{}", self.objective, self.cycle);
        let amount = self.paid.as_ref().or(self.payable.as_ref()).unwrap_or(&self.claimed);
        let line = format!(
            "{}  {} {} {} {:>12} {}",
            minute(self.opened_at, zone),
            fitted(&self.subject, 15),
            fitted(&promise, 20),
            fitted(self.state.name(), 8),
            amount,
            self.currency
        );
        format!("{}\n", line.trim_end())
    }

    fn whole(&self, zone: Tz) -> String {
        let CaseFile { subject, policy, objective, cycle, currency, .. } = self;
        let mut text = format!("{subject}  {objective}/{cycle} of {policy}: {}\n", self.state.name());
        let mut row = |name: &str, value: &str| text += &format!("  {name:10} {value}\n");
        row("opened", &minute(self.opened_at, zone));
        row("changed", &minute(self.changed_at, zone));
        row("claimed", &format!("{:>15} {currency}", self.claimed));
        row("accepted", &format!("{:>15} {currency}", self.accepted));
        for (name, amount) in [("payable", &self.payable), ("paid", &self.paid)] {
            if let Some(amount) = amount {
                row(name, &format!("{amount:>15} {currency}"));
            }
        }
        for (name, words) in [("because", &self.reason), ("emergency", &self.emergency)] {
            if let Some(words) = words {
                row(name, words);
            }
        }
        if !self.emergencies.is_empty() {
            row("during", &self.emergencies.join(", "));
        }
        if let Some(task) = &self.task {
            row("next", &format!("{} by {}, {}", task.task, task.owner, deadline(task, zone)));
        }
        if !self.items.is_empty() {
            text += "  item                                       claimed         accepted\n";
        }
        for item in &self.items {
            let accepted = item.accepted.as_deref().unwrap_or("-");
            text += &format!("    {} {:>15} {accepted:>16}\n", fitted(&item.item, 32), item.claimed);
        }
        text + "\n"
    }
}
