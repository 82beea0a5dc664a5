//! What is in force for commands that look at history: policies, and perhaps a control log that says from when.

use std::path::{Path, PathBuf};

use duly_core::control::{self, ControlEvent, Controls, LogError};
use duly_core::policy::Policy;
use duly_engine::kafka::{self, Cluster};
use miette::Diagnostic;
use thiserror::Error;

use crate::kafka::Failed;
use crate::{files, policies};

/// The options that say what is in force.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// A policy; in force from the beginning of time unless `--control` says when. May be given several times
    #[arg(long = "policy", value_name = "POLICY.yaml")]
    pub(crate) policies: Vec<PathBuf>,
    /// A control log, one CloudEvent a line: which policies and calendars are in force, and from when
    #[arg(long, value_name = "LOG")]
    control: Option<PathBuf>,
}

/// A control log that can not be followed.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("no policy was given, so nothing is promised")]
    #[diagnostic(code(duly::config::none), help("give one with --policy, such as --policy letter.yaml"))]
    Nothing,
    #[error("no policy was published on {topic}, so nothing is promised")]
    #[diagnostic(code(duly::config::none), help("give one with --policy, such as --policy letter.yaml"))]
    Unpublished { topic: String },
    #[error("{}:{line}: {what}", path.display())]
    #[diagnostic(
        code(duly::config::control),
        help(
            "a line is a CloudEvent: one that publishes a policy names it as given by --policy, {{\"policy\": NAME, \"effective_from\": INSTANT}}, or holds it whole; `duly schema` shows the form of each type"
        )
    )]
    Line { path: PathBuf, line: u64, what: String },
}

impl Args {
    /// Whether any was given.
    fn is_given(&self) -> bool {
        !self.policies.is_empty() || self.control.is_some()
    }

    /// What is given, else what was published on the cluster.
    pub(crate) fn load_or_published(&self, cluster: &Cluster) -> miette::Result<Controls> {
        if self.is_given() {
            return self.load();
        }
        let published = kafka::controls(cluster).map_err(Failed::from)?;
        if published.is_empty() {
            return Err(Error::Unpublished { topic: cluster.topics.control.clone() }.into());
        }
        Ok(published)
    }

    /// Reads everything, and puts it in force.
    pub(crate) fn load(&self) -> miette::Result<Controls> {
        if !self.is_given() {
            return Err(Error::Nothing.into());
        }
        let policies = policies::load(&self.policies)?;
        let controls = match &self.control {
            None => Controls::always(policies),
            Some(path) => Controls::default().with(read_log(path, &policies)?),
        };
        controls.map_err(|errors| uncompiled(&errors))
    }
}

/// Policies that do not go together, or can not be run.
pub(crate) fn uncompiled(errors: &[control::Error]) -> miette::Report {
    let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
    miette::miette!(code = "duly::config::policy", "{}", all.join("\n"))
}

fn read_log(path: &Path, given: &[Policy]) -> miette::Result<Vec<ControlEvent>> {
    let failed = |source| files::Error::Read { path: path.to_owned(), source };
    let mut lines = files::lines(path, files::open(path)?.reader)?;
    let mut events = Vec::new();
    while let Some(batch) = lines.next_batch().map_err(failed)? {
        for line in batch {
            let event = ControlEvent::from_line(line.bytes, given);
            let told =
                |error: LogError| Error::Line { path: path.to_owned(), line: line.number, what: error.to_string() };
            events.push(event.map_err(told)?);
        }
    }
    Ok(events)
}
