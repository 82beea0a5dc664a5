//! One SLA event as a line of at most 80 columns: when, which ticket, what, which promise, and till when or how long.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use chrono::Datelike as _;
use chrono_tz::Tz;
use duly_core::clock::SlaKind;
use duly_core::lane::{Publication, RETRACTED};
use duly_core::policy::{Policy, Title};
use duly_core::time::{Instant, Span};
use serde::Deserialize;

use super::language::Language;
use crate::summary::{fitted, short};

/// How lines look, and which there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) language: Language,
    pub(super) is_coloured: bool,
    /// Whether what only a program would act upon is told too.
    pub(super) tells_all: bool,
}

/// Makes lines of what is published.
pub(super) struct Teller {
    look: Look,
    zone: Tz,
    /// What objectives are called.
    titles: BTreeMap<String, String>,
}

/// An SLA event as it is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Published<'p> {
    pub(super) type_name: &'p str,
    pub(super) at: Instant,
    /// The body, JSON.
    pub(super) data: &'p [u8],
}

impl<'p> From<&Publication<'p>> for Published<'p> {
    fn from(publication: &Publication<'p>) -> Self {
        let Publication { type_name, at, data, .. } = *publication;
        Published { type_name, at, data }
    }
}

/// The members of a body that lines are made of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
    subject: String,
    objective: String,
    part: String,
    r#type: String,
    due_at: Option<Instant>,
    open_ms: i64,
    to: String,
}

/// A retraction.
#[derive(Debug, Deserialize)]
struct Retraction {
    event: Body,
}

/// The widths of the columns: with what stands between them, 80.
const TICKET: usize = 10;
const WHAT: usize = 18;
const TITLE: usize = 31;

impl Teller {
    /// For publications under `policy`.
    pub(super) fn of(policy: &Policy, look: Look) -> Self {
        let objectives = policy.objectives.iter().map(|(name, objective)| (name, &objective.title));
        let remedies = policy.remedies.iter().map(|(name, remedy)| (name, &remedy.title));
        let named = objectives.chain(remedies).map(|(name, title)| (name.as_str(), title));
        let tasks = policy.tasks().map(|(name, task)| (name, &task.title));
        let titled = |(name, title): (&str, &Title)| {
            (name.to_owned(), title.get(look.language.key()).map_or(name, String::as_str).to_owned())
        };
        let titles = named.chain(tasks).map(titled).collect();
        Teller { look, zone: super::zone_of(policy), titles }
    }

    /// The line of what was published at `now`, if it is one to tell.
    pub(super) fn line(&self, published: Published<'_>, now: Instant) -> Option<String> {
        if published.type_name == RETRACTED {
            let Retraction { event } = serde_json::from_slice(published.data).ok()?;
            let kind = kind(&event.r#type)?;
            let is_told = self.is_told(kind) && kind != SlaKind::ReminderDue || kind == SlaKind::ClockMet;
            // It is told when it was seen: the instant of what it withdraws lies in the past.
            let line = || self.columns(now, &event, &self.look.language.withdrawn(kind), undone());
            return (is_told || self.look.tells_all).then(line);
        }
        let kind = kind(published.type_name)?;
        let body: Body = serde_json::from_slice(published.data).ok()?;
        self.is_told(kind).then(|| self.columns(published.at, &body, &self.what(kind, &body), style(kind)))
    }

    /// Whether somebody would want to know.
    fn is_told(&self, kind: SlaKind) -> bool {
        let is_news =
            matches!(kind, SlaKind::ReminderDue | SlaKind::Breached | SlaKind::Escalated | SlaKind::ClockStoppedLate);
        is_news || self.look.tells_all
    }

    /// What has happened.
    fn what(&self, kind: SlaKind, body: &Body) -> String {
        let name = self.look.language.kind(kind);
        let took = || short(Span::from_ns(body.open_ms.saturating_mul(1_000_000)));
        match kind {
            // A percentage says how much is gone, and not how much is left.
            SlaKind::ReminderDue if body.part.ends_with('%') => {
                let due = body.due_at.map(|due| self.due(due));
                format!("{}{}", body.part, due.unwrap_or_default())
            }
            SlaKind::ReminderDue => body.part.clone(),
            SlaKind::Escalated => format!("→ {}", body.to),
            SlaKind::ClockMet | SlaKind::ClockStoppedLate => self.look.language.took(kind, &took()),
            _ => name.to_owned(),
        }
    }

    fn columns(&self, at: Instant, body: &Body, what: &str, style: Style) -> String {
        let ticket = body.subject.split_once('/').map_or(body.subject.as_str(), |(_, ticket)| ticket);
        let title = self.titles.get(&body.objective).map_or(body.objective.as_str(), String::as_str);
        let style = if self.look.is_coloured { style } else { Style::new() };
        let (ticket, what, title) = (fitted(ticket, TICKET), fitted(what, WHAT), fitted(title, TITLE));
        format!("{} {ticket}  {style}{what}{style:#}  {}", self.when(at), title.trim_end())
    }

    fn due(&self, at: Instant) -> String {
        let local = self.local(at);
        local.format(&self.look.language.due(day(local))).to_string()
    }

    /// The instant on the wall of the desk, 16 columns wide.
    fn when(&self, at: Instant) -> String {
        let local = self.local(at);
        match self.look.language {
            Language::En => local.format("%a %e %b %H:%M").to_string(),
            Language::Zh => format!("{} {} {}", local.format("%m-%d"), day(local), local.format("%H:%M")),
        }
    }

    fn local(&self, at: Instant) -> chrono::DateTime<Tz> {
        at.to_chrono().with_timezone(&self.zone)
    }
}

/// The day of the week, in Chinese.
fn day(local: chrono::DateTime<Tz>) -> &'static str {
    ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][local.weekday().num_days_from_monday() as usize]
}

fn kind(type_name: &str) -> Option<SlaKind> {
    SlaKind::ALL.into_iter().find(|kind| kind.type_name() == type_name)
}

fn style(kind: SlaKind) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match kind {
        SlaKind::Breached => colour(AnsiColor::Red).bold(),
        SlaKind::ClockStoppedLate => colour(AnsiColor::Red),
        SlaKind::Escalated => colour(AnsiColor::Magenta),
        SlaKind::ReminderDue => colour(AnsiColor::Yellow),
        SlaKind::ClockMet => colour(AnsiColor::Green),
        _ => Style::new().dimmed(),
    }
}

/// Of what was withdrawn.
fn undone() -> Style {
    Style::new().fg_color(Some(AnsiColor::Cyan.into()))
}
