//! The calendar that is asked, by name, out of a policy.

use std::path::PathBuf;

use duly_core::calendar::{Calendar, Spec};
use duly_core::policy::ROUND_THE_CLOCK;
use miette::Diagnostic;
use thiserror::Error;

use crate::policies;

/// Which calendar is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// The policy whose calendar it is; without it, the one that Duly ships
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The calendar's name; needed where the policy has several. `24x7` is always there
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
}

/// A calendar, ready to be asked.
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) calendar: Calendar,
}

#[derive(Debug, Error, Diagnostic)]
enum Failure {
    #[error("policy `{policy}` has no calendar `{wanted}`")]
    #[diagnostic(help("it has {known}"))]
    Unknown { policy: String, wanted: String, known: String },
    #[error("policy `{policy}` has several calendars")]
    #[diagnostic(help("say which: `--calendar NAME` with one of {known}"))]
    Several { policy: String, known: String },
    #[error("calendar `{name}` can not be used: {what}")]
    Broken { name: String, what: String },
}

impl Which {
    /// Reads the policy and compiles the calendar.
    pub(super) fn choose(&self) -> miette::Result<Chosen> {
        let mut policy = match &self.policy {
            Some(path) => policies::load(std::slice::from_ref(path))?.remove(0),
            None => policies::shipped()?,
        };
        let known = || {
            let names = policy.calendars.keys().map(String::as_str).chain([ROUND_THE_CLOCK]);
            names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let name = match (&self.calendar, policy.calendars.len()) {
            (Some(name), _) => name.clone(),
            (None, 0) => ROUND_THE_CLOCK.to_owned(),
            (None, 1) => policy.calendars.keys().next().cloned().expect("it has one"),
            (None, _) => return Err(Failure::Several { known: known(), policy: policy.policy }.into()),
        };
        if name == ROUND_THE_CLOCK {
            return Ok(Chosen { name, calendar: Calendar::round_the_clock() });
        }
        let known = known();
        match policy.calendars.remove(&name) {
            Some(spec) => compile(name, &spec),
            None => Err(Failure::Unknown { policy: policy.policy, wanted: name, known }.into()),
        }
    }
}

fn compile(name: String, spec: &Spec) -> miette::Result<Chosen> {
    match Calendar::compile(spec) {
        Ok(calendar) => Ok(Chosen { name, calendar }),
        Err(mistakes) => {
            let what = mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            Err(Failure::Broken { name, what }.into())
        }
    }
}
