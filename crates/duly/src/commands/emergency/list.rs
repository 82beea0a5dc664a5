//! `duly emergency list`: in force, ahead, over.

use std::io::Write as _;

use chrono_tz::Tz;
use duly_core::control::emergency::State;
use miette::IntoDiagnostic as _;
use serde_json::json;

use super::words::zone;
use super::{place, table};
use crate::commands::calendar::when;
use crate::exit::Exit;
use crate::files::{self, tell};

/// List emergencies: in force first, then ahead, then those that are over
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly emergency list [OPTIONS] --url <URL>
       duly emergency list [OPTIONS] --store <FILE>
       duly emergency list [OPTIONS] --kafka <BOOTSTRAP>")]
#[command(after_help = "\
Examples:
  duly emergency list --url http://127.0.0.1:8321
  duly emergency list --store duly.db --at 2026-10-03T12:00:00+08:00
      how they stood then
  duly emergency list --kafka localhost:9092 --json | jq '.emergencies[].state'")]
pub(super) struct Args {
    #[command(flatten)]
    place: place::Args,
    /// How they stood then; without it, now
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Only those in force
    #[arg(long)]
    in_force: bool,
    /// The time zone of the list and of `--at`; without it, that of the environment (TZ), or UTC
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
    /// Everything, for programs
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let zone = zone(self.zone);
        let at = self.at.as_deref().map(|text| when::parse(text, zone)).transpose()?;
        let (at, mut all) = self.place.place()?.list(at)?;
        all.retain(|standing| !self.in_force || standing.state == State::InForce);
        let text = if self.json {
            serde_json::to_string_pretty(&json!({"at": at, "emergencies": all})).into_diagnostic()? + "\n"
        } else {
            if all.is_empty() {
                tell!("no emergencies");
            }
            table::of(&all, at, zone)
        };
        let mut out = files::stdout();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}
