//! How the promises were kept: a table by objective, gathered from the moments of whole ledgers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use duly_core::clock::{Detail, Moment, Sink, SlaKind};
use duly_core::lacking::Lack;
use duly_core::time::Span;
use unicode_width::UnicodeWidthStr as _;

use crate::lacks::Lacks;

/// Gathers ledgers, ticket after ticket.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    objectives: BTreeMap<(String, String), Figures>,
    ticket: Vec<Cycle>,
    lacks: Lacks,
}

/// What became of an objective's clocks.
#[derive(Debug, Default)]
struct Figures {
    clocks: u64,
    met: u64,
    breached: u64,
    running: u64,
    reminders: u64,
    /// Open time from start to stop of those that were stopped.
    responses: Vec<Span>,
}

/// A cycle of the current ticket.
#[derive(Debug)]
struct Cycle {
    objective: (String, String),
    cycle: u32,
    is_running: bool,
    is_met: bool,
    is_breached: bool,
    response: Option<Span>,
}

impl Sink for Summary {
    fn publish(&mut self, moment: &Moment<'_>) {
        let Some(clock) = &moment.clock else { return };
        let policy = &clock.policy.policy.policy;
        let known = self.ticket.iter().rposition(|cycle| {
            cycle.cycle == clock.cycle && cycle.objective.1 == clock.objective && cycle.objective.0 == *policy
        });
        let position = known.unwrap_or_else(|| {
            let objective = (policy.clone(), clock.objective.to_owned());
            // A period that ended at its deadline ended without a word: the next one's start says it.
            for cycle in self.ticket.iter_mut().filter(|cycle| cycle.objective == objective) {
                cycle.is_running = false;
            }
            let cycle = clock.cycle;
            self.ticket.push(Cycle {
                objective,
                cycle,
                is_running: true,
                is_met: false,
                is_breached: false,
                response: None,
            });
            self.ticket.len() - 1
        });
        self.ticket[position].note(moment);
        if moment.kind == SlaKind::ReminderDue {
            let objective = self.ticket[position].objective.clone();
            self.objectives.entry(objective).or_default().reminders += 1;
        }
    }
}

impl Cycle {
    fn note(&mut self, moment: &Moment<'_>) {
        match moment.kind {
            SlaKind::ClockStarted | SlaKind::ClockResumed | SlaKind::ClockRetargeted => self.is_running = true,
            SlaKind::ClockCancelled => self.is_running = false,
            SlaKind::Breached => self.is_breached = true,
            SlaKind::ClockMet | SlaKind::ClockStoppedLate => {
                self.is_running = false;
                self.is_met = moment.kind == SlaKind::ClockMet;
                if let Detail::Stopped { open, .. } = moment.detail {
                    self.response = Some(open);
                }
            }
            _ => {}
        }
    }
}

impl Summary {
    /// The ticket's ledger is complete; what comes is another's.
    pub(crate) fn end_ticket(&mut self) {
        for cycle in self.ticket.drain(..) {
            let figures = self.objectives.entry(cycle.objective).or_default();
            figures.clocks += 1;
            figures.breached += u64::from(cycle.is_breached);
            figures.met += u64::from(cycle.is_met && !cycle.is_breached && !cycle.is_running);
            figures.running += u64::from(cycle.is_running && !cycle.is_breached);
            figures.responses.extend(cycle.response);
        }
    }

    /// Whether no clock of the ticket has started so far.
    pub(crate) fn has_no_clock(&self) -> bool {
        self.ticket.is_empty()
    }

    /// The ticket has no clock for want of these.
    pub(crate) fn lack(&mut self, lacks: &[Lack]) {
        self.lacks.add(lacks);
    }

    /// Writes the table, at most 80 columns wide.
    pub(crate) fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.objectives.is_empty() {
            writeln!(out, "no clocks: no policy makes a promise about these tickets")?;
            return self.lacks.print(out);
        }
        let name = self.objectives.keys().map(|(_, objective)| objective.width()).max().unwrap_or(0).clamp(9, 24);
        writeln!(
            out,
            "{:name$} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}  {:>5} {:>5} {:>5}",
            "objective", "clocks", "met", "broken", "open", "remind", "kept", "p50", "p90", "p99"
        )?;
        for ((_, objective), figures) in &mut self.objectives {
            figures.responses.sort_unstable();
            let kept = match figures.met + figures.breached {
                0 => "-".to_owned(),
                judged => format!("{}.{} %", figures.met * 100 / judged, figures.met * 1000 / judged % 10),
            };
            let [p50, p90, p99] = [50, 90, 99].map(|p| percentile(&figures.responses, p).map_or("-".to_owned(), short));
            let objective = fitted(objective, name);
            writeln!(
                out,
                "{objective} {:>6} {:>6} {:>6} {:>6} {:>6} {kept:>6}  {p50:>5} {p90:>5} {p99:>5}",
                figures.clocks, figures.met, figures.breached, figures.running, figures.reminders
            )?;
        }
        writeln!(out, "kept: met of those met or broken; p50, p90, p99: open time from start to stop")?;
        self.lacks.print(out)
    }
}

/// `text` cut or filled to `width` columns.
pub(crate) fn fitted(text: &str, width: usize) -> String {
    let mut short = String::new();
    for character in text.chars() {
        if short.width() + 1 >= width && text.width() > width {
            short.push('…');
            break;
        }
        short.push(character);
    }
    let missing = width.saturating_sub(short.width());
    short + &" ".repeat(missing)
}

/// The nearest-rank percentile of sorted spans.
fn percentile(sorted: &[Span], percent: usize) -> Option<Span> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// A span in at most five columns: `45s`, `12m`, `4h05m`, `31h`.
pub(crate) fn short(span: Span) -> String {
    let s = span.ms() / 1000;
    match s {
        0..60 => format!("{s}s"),
        60..3600 => format!("{}m", s / 60),
        3600..36_000 => format!("{}h{:02}m", s / 3600, s / 60 % 60),
        _ => format!("{}h", s / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let spans: Vec<Span> = (1..=10).map(Span::from_s).collect();
        for (percent, s) in [(50, 5), (90, 9), (99, 10)] {
            assert_eq!(percentile(&spans, percent), Some(Span::from_s(s)));
        }
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn names_fit_their_column() {
        assert_eq!(fitted("abc", 5), "abc  ");
        assert_eq!(fitted("abcdefgh", 5), "abcd…");
        assert_eq!(fitted("首次响应", 10), "首次响应  ");
    }

    #[test]
    fn spans_are_short() {
        for (s, text) in [(45, "45s"), (720, "12m"), (14_700, "4h05m"), (111_600, "31h")] {
            assert_eq!(short(Span::from_s(s)), text);
        }
    }
}
