//! `duly investigations`: what customers' feedback led to (L19).

use chrono_tz::Tz;
use duly_core::dossier::InvestigationFile;
use duly_core::lane::{Asked, FileRank, Lane};
use duly_core::time::Span;

use super::dossiers::columns::{deadline, fitted, minute};
use super::dossiers::{self, Filed};
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
            What::List(List { from, state, limit }) => {
                let is_open = state.map(|state| state == State::Open);
                from.list::<InvestigationFile>(Asked { is_open, ..Asked::default() }, limit)
            }
            What::Show(Show { ticket, from }) => from.show::<InvestigationFile>(ticket),
        }
    }
}

impl Filed for InvestigationFile {
    const PATH: &'static str = "investigations";
    const NAME: &'static str = "investigation";
    const HEADING: &'static str = "opened            ticket           #  about           state    due or done\n";

    fn of_lane(lane: &Lane, asked: &Asked) -> Vec<Self> {
        lane.investigations(asked, usize::MAX).0
    }

    fn rank(&self) -> FileRank {
        InvestigationFile::rank(self)
    }

    fn line(&self, zone: Tz) -> String {
        let task = self.task.as_ref();
        let state = match (self.is_open(), task.is_some_and(|task| task.overdue)) {
            (true, true) => "overdue",
            (true, false) => "open",
            (false, _) => "closed",
        };
        let when = task.and_then(|task| task.done_at.or(task.due_at)).map(|at| minute(at, zone)).unwrap_or_default();
        let line = format!(
            "{}  {} {:2}  {} {}  {when}",
            minute(self.opened_at, zone),
            fitted(&self.subject, 15),
            self.number,
            fitted(&about(self), 15),
            fitted(state, 7)
        );
        format!("{}\n", line.trim_end())
    }

    fn whole(&self, zone: Tz) -> String {
        let state = if self.is_open() { "open" } else { "closed" };
        let mut text = format!("{}  investigation {} of {}: {state}\n", self.subject, self.number, self.policy);
        let mut row = |name: &str, value: &str| text += &format!("  {name:10} {value}\n");
        row("opened", &format!("{} by {}: {}", minute(self.opened_at, zone), self.by, about(self)));
        if let Some(task) = &self.task {
            row("owner", &format!("{}, {}", task.owner, deadline(task, zone)));
        }
        if let Some(at) = self.closed_at {
            row("closed", &minute(at, zone));
        }
        for clock in &self.clocks {
            let took = clock.open_ms.map(|ms| format!(" after {}", Span::from_ns(ms * 1_000_000)));
            let promise = fitted(&format!("{}/{}", clock.objective, clock.cycle), 32);
            row("clock", &format!("{promise} {}{}", clock.standing, took.unwrap_or_default()));
        }
        for finding in &self.findings {
            row("cause", &format!("{}: {}", minute(finding.at, zone), finding.cause));
        }
        for action in &self.actions {
            row("action", &format!("{}, {}, {}", action.task, action.owner, deadline(action, zone)));
        }
        text + "\n"
    }
}

/// What it is about: the word, or the score.
fn about(file: &InvestigationFile) -> String {
    let score = file.score.as_ref().zip(file.scale.as_ref()).map(|(score, scale)| format!("{score} of {scale}"));
    file.about.clone().or(score).unwrap_or_else(|| file.by.clone())
}
