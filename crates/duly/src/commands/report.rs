//! `duly report`: how the promises were kept over a period, for people.

pub(super) mod history;
mod link;
mod page;
mod pictures;
mod scene;
mod sentences;
mod shown;
mod table;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use chrono_tz::Tz;
use clap::ArgGroup;
use duly_core::control::Controls;
use duly_core::lane::Lane;
use duly_core::review::{self, Breakdown, Period, Question, Report, Review};
use duly_core::ticket::KNOWN_FIELDS;
use duly_core::time::{Instant, Span};
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use super::replay::lanes::tickets;
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::KafkaArgs;
use crate::language::Language;
use crate::names::Names;
use crate::template::{Form, Template};
use crate::{columns, controls, policies};
use history::History;
use link::Link;
use shown::Shown;

/// Review a period: promised against actual
///
/// For a month or another period: how many promises were kept, row by row of the policy, how long responses took, where the
/// time of the broken ones went, by category, team or any other attribute of the tickets, the trend, and the worst cases; then
/// emergencies, what customers said and what came of it, what broken promises cost, and what is still owed. docs/report.md
/// defines every figure.
///
/// A promise counts in the period in which it was decided, and nothing that occurs later changes a review: the same
/// history and policies give the same bytes.
#[derive(Debug, clap::Args)]
#[command(override_usage = USAGE, after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("history").required(true).multiple(true).args(["logs", "store", "bootstrap", "config"])))]
pub(crate) struct Args {
    /// Event logs, as `duly replay` reads them: one CloudEvent a line, `-` is standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["bootstrap", "config", "prefix", "store"])]
    logs: Vec<PathBuf>,
    /// The store of an engine, which may be running
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policies", "control", "bootstrap", "config", "prefix"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
    #[command(flatten)]
    controls: controls::Args,
    /// 2026-10, 2026-Q4, 2026-W41, 2026, 2026-10-01 or 2026-10-01..2026-10-15, the last day included
    #[arg(long, value_name = "PERIOD")]
    period: Period,
    /// Attributes of tickets to break down by; without it, the usual ones that tickets have
    #[arg(long, value_name = "ATTRIBUTE,…", value_delimiter = ',')]
    by: Vec<String>,
    /// What to put beside it
    #[arg(long, value_enum)]
    compare: Option<Compare>,
    /// What this policy would have said of the same history; may be given several times, for policies that go together
    #[arg(long, value_name = "POLICY.yaml")]
    what_if: Vec<PathBuf>,
    /// How to write it; without it, as the name of --out says, else Markdown
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The language; without it, that of the environment
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// The zone in which days begin; without it, that of the policy's calendars
    #[arg(long, value_name = "ZONE")]
    zone: Option<Tz>,
    /// What occurred later is not looked at; without it, the latest event is the end
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Where tickets are found, such as https://crm.example/tickets/{ticket}; {tenant} is there too
    #[arg(long, value_name = "ADDRESS")]
    link: Option<Link>,
    /// How many earlier periods the trend shows
    #[arg(long, value_name = "N", default_value_t = 5)]
    trend: usize,
    /// How many tickets each list names
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// A template of your own for html or md
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

const USAGE: &str = "\
duly report [OPTIONS] --period <PERIOD> --policy <POLICY.yaml> <FILE>...
       duly report [OPTIONS] --period <PERIOD> --store <FILE>
       duly report [OPTIONS] --period <PERIOD> --kafka <BOOTSTRAP>";

const AFTER_HELP: &str = "\
Examples:
  duly report events.ndjson --policy letter.yaml --period 2026-10
      in the terminal, as Markdown
  duly report --store duly.db --period 2026-10 --compare previous \\
    --by category,team,agent --link 'https://crm.example/t/{ticket}' \\
    --out 2026-10.html
      a page to forward or to print, with the month before beside it
  duly report events.ndjson --policy letter.yaml --period 2026-Q4 \\
    --what-if stricter.yaml --lang zh --out 2026-Q4.html
      what a changed promise would have done
  duly report --kafka localhost:9092 --period 2026-W41 --format json

`chromium --headless --no-pdf-header-footer --print-to-pdf page.html` makes a
PDF of a page.";

/// The attributes that are looked for where none is named.
const USUAL: [&str; 5] = ["category", "priority", "team", "agent", "customer"];

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Compare {
    /// The period before: the month before, as many days before
    Previous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page in one file, with pictures
    Html,
    /// Markdown
    Md,
    /// One table, for spreadsheets
    Csv,
    /// Everything, for programs: `duly schema report`
    Json,
}

/// Why there is no review.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("nothing is known of {period}: what was read ends at {latest}")]
    #[diagnostic(help("ask for an earlier period; --until says up to when nothing is missing"))]
    NotYet { period: Period, latest: Instant },
    #[error("no event was read")]
    #[diagnostic(help("name a log, a store or a cluster that has some"))]
    Empty,
    #[error("a template is for html and md")]
    #[diagnostic(help("leave --template out, or say --format html"))]
    NoTemplate,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let format = self.format();
        if self.template.is_some() && !matches!(format, Format::Html | Format::Md) {
            return Err(Error::NoTemplate.into());
        }
        let template = self.template(format)?;
        let other = self.other()?;
        let history = history::read(&self.logs, self.store.as_deref(), &self.kafka, &self.controls)?;
        let report = self.review(&history, other.as_ref())?;
        let language = self.lang.unwrap_or_else(Language::of_environment);
        let zone = report.zone.parse().unwrap_or(Tz::UTC);
        let shown = Shown { language, zone };
        let names = Names::of(language, history.lanes.iter().flat_map(|lane| lane.controls().versions()));
        let page = |form| page::render(&template, form, &report, &names, shown, self.link.as_ref());
        let bytes = match format {
            Format::Html => page(Form::Html)?.into_bytes(),
            Format::Md => columns::aligned(&page(Form::Markdown)?).into_bytes(),
            Format::Csv => table::write(&report, &names).into_diagnostic()?,
            Format::Json => serde_json::to_vec_pretty(&report).into_diagnostic().map(|mut bytes| {
                bytes.push(b'\n');
                bytes
            })?,
        };
        files::write(self.out.as_deref(), &bytes)?;
        Ok(Exit::Done)
    }

    /// As asked, else as the name of the file says.
    fn format(&self) -> Format {
        let extension = self.out.as_ref().and_then(|path| path.extension()).and_then(|extension| extension.to_str());
        self.format.unwrap_or(match extension {
            Some("html" | "htm") => Format::Html,
            Some("csv") => Format::Csv,
            Some("json") => Format::Json,
            _ => Format::Md,
        })
    }

    fn template(&self, format: Format) -> miette::Result<Template> {
        const HTML: &str = include_str!("../../../../deploy/config/templates/report.html");
        const MARKDOWN: &str = include_str!("../../../../deploy/config/templates/report.md");
        const HELP: &str = "docs/report.md";
        Ok(match (&self.template, format) {
            (Some(path), _) => Template::read(path, HELP)?,
            (None, Format::Html) => Template::shipped("report.html", HTML, HELP),
            (None, _) => Template::shipped("report.md", MARKDOWN, HELP),
        })
    }

    /// What is in force instead, where that is asked.
    fn other(&self) -> miette::Result<Option<Controls>> {
        if self.what_if.is_empty() {
            return Ok(None);
        }
        let controls = Controls::always(policies::load(&self.what_if)?);
        controls.map(Some).map_err(|errors| controls::uncompiled(&errors))
    }

    fn review(&self, history: &History, other: Option<&Controls>) -> miette::Result<Report> {
        let controls = Arc::clone(history.lanes.first().ok_or(Error::Empty)?.controls());
        let other = other.map(|other| other.in_emergencies_of(&controls));
        let zone = self.zone.unwrap_or_else(|| review::zone(&controls));
        let range = self.period.range(zone);
        let latest = self.until.unwrap_or(history.latest);
        if latest == Instant::MIN {
            return Err(Error::Empty.into());
        }
        if latest < range.from {
            return Err(Error::NotYet { period: self.period, latest }.into());
        }
        let by: Vec<String> = if self.by.is_empty() { USUAL.map(str::to_owned).to_vec() } else { self.by.clone() };
        let until = latest.min(range.to.minus(Span::from_ns(1)));
        let compare = self.compare.is_some();
        let question = Question { period: self.period, zone, until, by, compare, trend: self.trend, top: self.top };
        let mut review = Review::new(question, &controls, other.is_some());
        let other_lane = other.as_ref().map(|other| Lane::new(history::settings(), Arc::new(other.clone())));
        for (subject, lane, ticket) in tickets(&history.lanes) {
            let now = lane.derive(subject, &ticket, until, review.now());
            let then = other_lane.as_ref().zip(review.other());
            let then = then.map_or(Ok(()), |(lane, listener)| lane.derive(subject, &ticket, until, listener));
            if let Err(refusal) = now.and(then) {
                tell!("{refusal}; it counts as far as that");
            }
            review.end_ticket(subject, ticket.record());
        }
        let mut report = review.finish(&controls, other.as_ref());
        self.look_for_attributes(&mut report.breakdowns);
        Ok(report)
    }

    /// Leaves usual attributes out that no ticket has, and says so of those that were asked for.
    fn look_for_attributes(&self, breakdowns: &mut Vec<Breakdown>) {
        let is_there = |breakdown: &Breakdown| breakdown.values.iter().any(|value| value.value.is_some());
        if self.by.is_empty() {
            breakdowns.retain(is_there);
            return;
        }
        for missing in breakdowns.iter().filter(|breakdown| !breakdown.values.is_empty() && !is_there(breakdown)) {
            let near = KNOWN_FIELDS.iter().min_by_key(|known| strsim::osa_distance(known, &missing.attribute));
            let near = near.filter(|known| (1..=2).contains(&strsim::osa_distance(known, &missing.attribute)));
            let hint = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
            tell!("no ticket of {} has the attribute {}{hint}", self.period, missing.attribute);
        }
    }
}
