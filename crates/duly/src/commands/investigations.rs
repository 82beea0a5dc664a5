//! `duly investigations`: what customers' feedback led to (L19).

use chrono_tz::Tz;
use duly_core::dossier::InvestigationFile;
use duly_core::lane::Asked;
use duly_core::time::Span;

use super::dossiers::columns::{deadline, fitted, minute};
use super::dossiers::{self, Error, Found};
use crate::exit::Exit;

/// List and show investigations of feedback: causes, corrective actions
///
/// A complaint about lateness, or a low score, opens an investigation where the policy has `feedback`, whatever the clocks say.
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

/// List investigations, those first that were opened last
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly investigations list [OPTIONS] --store <FILE>
       duly investigations list [OPTIONS] --url <URL>
       duly investigations list [OPTIONS] --kafka <BOOTSTRAP>
       duly investigations list --log <FILE> --policy <FILE>")]
#[command(after_help = "\
Examples:
  duly investigations list --log events.ndjson --policy letter.yaml
  duly investigations list --store duly.db --state open
  duly investigations list --url http://127.0.0.1:8321 --json")]
struct List {
    #[command(flatten)]
    from: dossiers::From,
    /// Only those that are open, or closed
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    limit: usize,
}

/// Show the investigations of a ticket: how the clocks stood, what was found, what is done
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly investigations show [OPTIONS] --store <FILE> <TENANT/TICKET>
       duly investigations show [OPTIONS] --url <URL> <TENANT/TICKET>
       duly investigations show [OPTIONS] --kafka <BOOTSTRAP> <TENANT/TICKET>
       duly investigations show --log <FILE> --policy <FILE> <TENANT/TICKET>")]
#[command(after_help = "\
Example:
  duly investigations show acme/T-1 --store duly.db")]
struct Show {
    /// The ticket
    #[arg(value_name = "TENANT/TICKET")]
    ticket: String,
    #[command(flatten)]
    from: dossiers::From,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum State {
    Open,
    Closed,
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
        let is_open = self.state.map(|state| state == State::Open);
        let found = find(&self.from, Asked { is_open, ..Asked::default() }, self.limit)?;
        let heading = "opened            ticket           #  about           state    due or done\n";
        self.from.write(&found, heading, |file| line(file, found.zone))?;
        Ok(Exit::Done)
    }
}

impl Show {
    fn run(self) -> miette::Result<Exit> {
        let asked = Asked { ticket: Some(self.ticket.clone()), ..Asked::default() };
        let found = find(&self.from, asked, usize::from(u16::MAX))?;
        if found.items.is_empty() {
            return Err(Error::None { ticket: self.ticket, what: "investigation" }.into());
        }
        self.from.write(&found, "", |file| whole(file, found.zone))?;
        Ok(Exit::Done)
    }
}

fn find(from: &dossiers::From, asked: Asked, limit: usize) -> miette::Result<Found<InvestigationFile>> {
    let limit = limit.min(if from.is_url() { 1_000 } else { usize::MAX });
    let of_lane = |lane: &duly_core::lane::Lane, asked: &Asked| lane.investigations(asked, usize::MAX).0;
    from.find(asked, limit, "investigations", of_lane, InvestigationFile::rank)
}

/// What it is about: the word, or the score.
fn about(file: &InvestigationFile) -> String {
    let score = file.score.as_ref().zip(file.scale.as_ref()).map(|(score, scale)| format!("{score} of {scale}"));
    file.about.clone().or(score).unwrap_or_else(|| file.by.clone())
}

/// A line of 80 columns.
fn line(file: &InvestigationFile, zone: Tz) -> String {
    let task = file.task.as_ref();
    let state = match (file.is_open(), task.is_some_and(|task| task.overdue)) {
        (true, true) => "overdue",
        (true, false) => "open",
        (false, _) => "closed",
    };
    let when = task.and_then(|task| task.done_at.or(task.due_at)).map(|at| minute(at, zone)).unwrap_or_default();
    let line = format!(
        "{}  {} {:2}  {} {}  {when}",
        minute(file.opened_at, zone),
        fitted(&file.subject, 15),
        file.number,
        fitted(&about(file), 15),
        fitted(state, 7)
    );
    format!("{}\n", line.trim_end())
}

/// All that is known of an investigation.
fn whole(file: &InvestigationFile, zone: Tz) -> String {
    let state = if file.is_open() { "open" } else { "closed" };
    let mut text = format!("{}  investigation {} of {}: {state}\n", file.subject, file.number, file.policy);
    let mut row = |name: &str, value: &str| text += &format!("  {name:10} {value}\n");
    row("opened", &format!("{} by {}: {}", minute(file.opened_at, zone), file.by, about(file)));
    if let Some(task) = &file.task {
        row("owner", &format!("{}, {}", task.owner, deadline(task, zone)));
    }
    if let Some(at) = file.closed_at {
        row("closed", &minute(at, zone));
    }
    for clock in &file.clocks {
        let took = clock.open_ms.map(|ms| format!(" after {}", Span::from_ns(ms * 1_000_000)));
        let promise = fitted(&format!("{}/{}", clock.objective, clock.cycle), 32);
        row("clock", &format!("{promise} {}{}", clock.standing, took.unwrap_or_default()));
    }
    for finding in &file.findings {
        row("cause", &format!("{}: {}", minute(finding.at, zone), finding.cause));
    }
    for action in &file.actions {
        row("action", &format!("{}, {}, {}", action.task, action.owner, deadline(action, zone)));
    }
    text + "\n"
}
