//! `duly explain`: why a ticket's SLA events stand.

mod text;

use std::path::PathBuf;
use std::sync::Arc;

use chrono_tz::Tz;
use duly_core::control::Controls;
use duly_core::explain::{Explanation, explain};
use duly_core::lane::{Input, Lane, Now, Settings};
use duly_core::policy::Policy;
use duly_core::time::Instant;
use duly_engine::chunks::{self, Chunks};
use miette::Diagnostic;
use thiserror::Error;

use super::replay::read_event;
use crate::controls;
use crate::exit::Exit;
use crate::files;

/// Tells why a ticket's promises were kept or broken.
///
/// The timeline has the ticket's events and, under each, the SLA events that followed, with the intervals that they rest
/// on: open, closed, holiday, paused. They add up. The same holds for every SLA event that stands, so nothing has to be
/// believed.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The ticket
    #[arg(value_name = "TENANT/TICKET")]
    ticket: String,
    /// An event log to look in, as `duly replay` reads them; may be given several times
    #[arg(long = "log", value_name = "FILE", required = true)]
    logs: Vec<PathBuf>,
    #[command(flatten)]
    controls: controls::Args,
    /// Looks at how things stood then; without it, at the latest event of the log
    #[arg(long, value_name = "INSTANT")]
    at: Option<Instant>,
    /// How to tell it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// The time zone of the text; without it, that of the policy's calendars
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
    /// Shows all intervals in the text, however many there are
    #[arg(long)]
    full: bool,
}

const AFTER_HELP: &str = "\
Examples:
  duly explain acme/T-1 --log events.ndjson --policy letter.yaml
  duly explain acme/T-1 --log events.ndjson --policy letter.yaml --at 2026-10-01T12:00:00+08:00
  duly explain acme/T-1 --log events.ndjson --policy letter.yaml --format json | jq .sla_events";

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A timeline for people
    Text,
    /// Everything, for programs
    Json,
}

/// Why nothing can be explained.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("no event of {ticket} is in the log")]
    #[diagnostic(help("a ticket is named as its events' subject names it, TENANT/TICKET{}", seen.as_ref().map(|seen| format!("; the log has {seen}, for one")).unwrap_or_default()))]
    NoSuchTicket { ticket: String, seen: Option<String> },
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let controls = Arc::new(self.controls.load()?);
        let explanation = self.explain(&controls)?;
        let mut out = files::stdout();
        let written = match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &explanation).map_err(Into::into).and_then(|()| writeln!(out))
            }
            Format::Text => {
                let zone = self.zone.unwrap_or_else(|| zone_of(&controls));
                text::write(&explanation, zone, self.full, &mut out)
            }
        };
        written.and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }

    /// Reads the ticket's events out of the logs and explains them.
    fn explain(&self, controls: &Arc<Controls>) -> miette::Result<Explanation> {
        let settings = Settings { is_durable: false, ..Settings::default() };
        let mut lane = Lane::new(settings, Arc::clone(controls));
        let (mut latest, mut seen) = (Instant::MIN, None);
        for path in &self.logs {
            let failed = |source| files::Error::Read { path: path.clone(), source };
            let mut chunks = Chunks::new(chunks::unpacked(path, files::open(path)?.reader).map_err(failed)?);
            while let Some(chunk) = chunks.next_chunk().map_err(failed)? {
                let events = chunks::lines(chunk).filter_map(|line| read_event(line).ok());
                let of_ticket = events.filter_map(|event| {
                    latest = latest.max(event.time);
                    if event.subject == self.ticket {
                        return Some(Input { appended_at: None, event: Ok(event) });
                    }
                    seen.get_or_insert_with(|| event.subject.to_string());
                    None
                });
                lane.step(of_ticket, Now { wall: Instant::MIN, is_at_end: false });
            }
        }
        let ticket =
            lane.find(&self.ticket).ok_or_else(|| Error::NoSuchTicket { ticket: self.ticket.clone(), seen })?;
        Ok(explain(&self.ticket, ticket.record(), controls, self.at.unwrap_or(latest)))
    }
}

/// The zone of the first calendar that a policy in force has.
fn zone_of(controls: &Controls) -> Tz {
    let calendars = |policy: &Policy| policy.calendars.values().next().and_then(|spec| spec.zone.parse().ok());
    controls.versions().find_map(|version| calendars(&version.policy)).unwrap_or(Tz::UTC)
}
