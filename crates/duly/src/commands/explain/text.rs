//! The timeline of an explanation, for people, in 80 columns.

use std::io::{self, Write};

use chrono_tz::Tz;
use duly_core::explain::{Account, EventLine, Explained, Explanation, Interval, IntervalKind};
use duly_core::lacking::Lack;
use duly_core::time::{Instant, Span};
use serde_json::Value;

use super::cases;
use crate::lacks::Lacks;
use crate::wrapped::wrapped;

/// How many intervals of an account are shown at its beginning and at its end.
const SHOWN: usize = 6;

/// Writes the timeline.
pub(super) fn write(explanation: &Explanation, zone: Tz, is_full: bool, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { zone, is_full };
    writeln!(out, "{}  as of {}, times in {zone}", explanation.subject, page.second(explanation.until))?;
    let (mut events, mut said) = (explanation.events.iter().peekable(), explanation.sla_events.iter().peekable());
    loop {
        match (events.peek(), said.peek()) {
            (None, None) => return lacking(&explanation.lacking, out),
            (Some(event), said)
                if said.is_none_or(|said| event.at < said.at || event.at == said.at && is_before(event, said)) =>
            {
                page.event(event, out)?;
                events.next();
            }
            (_, Some(sla_event)) => {
                page.sla_event(sla_event, out)?;
                said.next();
            }
            (Some(_), None) => unreachable!("the arm before takes it"),
        }
    }
}

/// Why there is no clock, where there is none.
fn lacking(lacks: &[Lack], out: &mut dyn Write) -> io::Result<()> {
    if lacks.is_empty() {
        return Ok(());
    }
    let mut told = Lacks::default();
    told.add(lacks);
    writeln!(out)?;
    told.print(out)
}

/// Whether an event of the same instant is told before an SLA event: where that is not the work of an earlier one.
fn is_before(event: &EventLine, said: &Explained) -> bool {
    let body: Value = serde_json::from_str(said.event.get()).unwrap_or_default();
    body["cause"].is_null()
        || body["cause"]["id"] == event.id.as_str()
        || body["cause"]["source"] != event.source.as_str()
}

/// How a page is written.
struct Page {
    zone: Tz,
    is_full: bool,
}

impl Page {
    fn event(&self, event: &EventLine, out: &mut dyn Write) -> io::Result<()> {
        let voided = if event.is_voided { "  (voided: it never happened)" } else { "" };
        writeln!(out, "\n{}  {}  [{} {}]{voided}", self.second(event.at), event.kind, event.source, event.id)?;
        let fields = event.fields.iter().map(|(name, texts)| match texts {
            Some(texts) => format!("{name}={}", texts.join(",")),
            None => format!("{name}=null"),
        });
        wrapped(fields, "    ", "  ", out)
    }

    fn sla_event(&self, explained: &Explained, out: &mut dyn Write) -> io::Result<()> {
        let body: Value = serde_json::from_str(explained.event.get()).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        if explained.rests_on.is_none() {
            write!(out, "{}  > {}  ", self.second(explained.at), explained.kind)?;
            return cases::write(&body, out);
        }
        write!(out, "{}  > {}  {}/{}", self.second(explained.at), explained.kind, text("objective"), body["cycle"])?;
        match explained.kind.as_str() {
            "reminder_due" => write!(out, "  {}", text("part"))?,
            "escalated" => write!(out, "  {} to {}", text("part"), text("to"))?,
            "clock_cancelled" => write!(out, "  because of {}", text("reason"))?,
            "clock_paused" | "clock_resumed" if !text("emergency").is_empty() => {
                write!(out, "  because of {}", text("emergency"))?;
            }
            "case_opened" if body.get("cap").is_some() => {
                write!(out, "  up to {} {}", text("cap"), text("currency"))?;
            }
            _ => {}
        }
        if let Ok(due) = text("due_at").parse::<Instant>() {
            write!(out, "  due {}", self.minute(due))?;
        }
        writeln!(
            out,
            "{}",
            if body["provisional"] == true { "  (provisional: the calendar is not known so far)" } else { "" }
        )?;
        match &explained.rests_on {
            Some(account) => self.account(account, &body, out),
            None => Ok(()),
        }
    }

    fn account(&self, account: &Account, body: &Value, out: &mut dyn Write) -> io::Result<()> {
        let version = body["policy_version"].as_str().unwrap_or_default();
        let policy = body["policy"].as_str().unwrap_or_default();
        writeln!(out, "      {} on {}, {policy} {version}", account.within, account.calendar)?;
        for extended in &account.extensions {
            writeln!(out, "      and {} more because of {}", extended.by, extended.emergency)?;
        }
        if let Some((last, before)) = account.emergencies.split_last() {
            let ids = before.iter().map(|id| format!("{id},")).chain([last.clone()]);
            wrapped(["during".to_owned()].into_iter().chain(ids), "      ", " ", out)?;
        }
        let intervals = &account.intervals;
        let is_cut = !self.is_full && intervals.len() > 2 * SHOWN + 1;
        for (position, interval) in intervals.iter().enumerate() {
            if is_cut && position == SHOWN {
                writeln!(out, "      …         {} more intervals; --full shows them", intervals.len() - 2 * SHOWN)?;
            }
            if !is_cut || position < SHOWN || position >= intervals.len() - SHOWN {
                self.interval(interval, out)?;
            }
        }
        let held = |ms: i64, how: &str| if ms == 0 { String::new() } else { format!(", {} {how}", span(ms)) };
        let paused =
            held(account.paused_open_ms, "open but paused") + &held(account.emergency_open_ms, "in emergencies");
        writeln!(out, "      = {} open{paused}, of {} in all", span(account.open_ms), span(account.total_ms))
    }

    fn interval(&self, interval: &Interval, out: &mut dyn Write) -> io::Result<()> {
        let kind = match interval.kind {
            IntervalKind::Open => "open",
            IntervalKind::Closed => "closed",
            IntervalKind::Holiday => "holiday",
            IntervalKind::Paused => "paused",
            IntervalKind::Emergency => "emergency",
        };
        let (from, to) = (self.minute(interval.from), self.minute(interval.to));
        let to = if from[..10] == to[..10] { &to[11..] } else { &to };
        let name = interval.name.as_deref().unwrap_or_default();
        let line = format!(
            "      {kind:9} {from} - {to:16}  {:>8}  {name}",
            Span::from_ns(interval.to.since(interval.from).ns()).to_string()
        );
        writeln!(out, "{}", line.trim_end())
    }

    fn second(&self, at: Instant) -> String {
        at.to_chrono().with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn minute(&self, at: Instant) -> String {
        let local = at.to_chrono().with_timezone(&self.zone);
        let is_whole = at.ns() % 60_000_000_000 == 0;
        local.format(if is_whole { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
    }
}

fn span(ms: i64) -> Span {
    Span::from_ns(ms * 1_000_000)
}
