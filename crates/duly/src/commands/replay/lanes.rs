//! The lanes of a replay, in memory: one for files, one a partition for Kafka; and what is written of them.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lacking::lacking;
use duly_core::lane::{Input, Lane, Now, Outcome, Settings, Ticket, Turn};
use duly_core::ledger::Ledger;
use duly_core::time::Instant;
use duly_engine::metrics::History;

use crate::files::{self, tell};
use crate::summary::Summary;

/// Lanes that publish into a file, if anywhere.
pub(in crate::commands) struct Lanes {
    lanes: Vec<Lane>,
    published: Option<Box<dyn Write>>,
    scratch: Vec<u8>,
}

impl Lanes {
    /// Empty lanes, `count` of them.
    pub(in crate::commands) fn new(
        count: usize,
        until: Instant,
        controls: &Arc<Controls>,
        published: Option<Box<dyn Write>>,
    ) -> Self {
        let settings = Settings { until, is_durable: false, ..Settings::default() };
        let lanes = (0..count).map(|_| Lane::new(settings, Arc::clone(controls))).collect();
        Lanes { lanes, published, scratch: Vec::new() }
    }

    /// Gives records to a lane, and says what became of them.
    pub(in crate::commands) fn step<'a>(
        &mut self,
        lane: usize,
        inputs: impl IntoIterator<Item = Input<'a>>,
    ) -> miette::Result<Vec<Outcome>> {
        // Where nobody asks for what was published on the way, time stands still until everything has been read.
        let wall = if self.published.is_some() { Instant::MAX } else { Instant::MIN };
        let turn = self.lanes[lane].step(inputs, Now { wall, is_at_end: false });
        self.publish(&turn)?;
        Ok(turn.outcomes)
    }

    /// The lanes themselves, everything read.
    pub(in crate::commands) fn into_inner(self) -> Vec<Lane> {
        self.lanes
    }

    /// Lets time go on to the end.
    pub(in crate::commands) fn finish(&mut self, until: Instant) -> miette::Result<()> {
        if self.published.is_some() {
            for lane in 0..self.lanes.len() {
                let turn = self.lanes[lane].step([], Now { wall: until, is_at_end: true });
                self.publish(&turn)?;
            }
        }
        match &mut self.published {
            Some(out) => out.flush().map_err(files::Error::stdout).map_err(Into::into),
            None => Ok(()),
        }
    }

    /// When the first of what was read happened, before time has gone on; the end of time where there is nothing.
    pub(in crate::commands) fn first(&self) -> Instant {
        self.lanes.iter().map(Lane::next_timer).min().unwrap_or(Instant::MAX)
    }

    /// Lets time go on to `at`, and has told what is to be seen then.
    pub(in crate::commands) fn tell(&mut self, history: &mut History, at: Instant) -> io::Result<()> {
        for lane in &mut self.lanes {
            history.count(&lane.step([], Now { wall: at, is_at_end: true }));
        }
        history.tell(&self.lanes, at)
    }

    fn publish(&mut self, turn: &Turn) -> miette::Result<()> {
        let Some(out) = &mut self.published else { return Ok(()) };
        for publication in turn.publications() {
            self.scratch.clear();
            publication.write_cloudevent(&mut self.scratch);
            self.scratch.push(b'\n');
            out.write_all(&self.scratch).map_err(files::Error::stdout)?;
        }
        Ok(())
    }

    /// Writes what stands at `until`, and gathers the summary of it: ticket after ticket, so that memory stays small.
    pub(in crate::commands) fn write_ledger(
        &self,
        until: Instant,
        path: Option<&Path>,
        summary: &mut Summary,
    ) -> miette::Result<()> {
        let mut out = path.map(create).transpose()?;
        let mut ledger = Ledger::default();
        let mut lines = Vec::new();
        for (subject, lane, ticket) in tickets(&self.lanes) {
            let derived = match &mut out {
                Some(out) => {
                    ledger.clear();
                    ledger.turn_to(subject);
                    let derived = lane.derive(subject, &ticket, until, &mut (&mut ledger, &mut *summary));
                    ledger.sort();
                    lines.clear();
                    ledger.write_lines(&mut lines);
                    out.write_all(&lines).map_err(files::Error::stdout)?;
                    derived
                }
                None => lane.derive(subject, &ticket, until, summary),
            };
            match derived {
                Err(refusal) => tell!("{refusal}; its ledger ends where Duly failed"),
                Ok(()) if summary.has_no_clock() => {
                    summary.lack(&lacking(ticket.record(), lane.controls(), until));
                }
                Ok(()) => {}
            }
            summary.end_ticket();
        }
        match out {
            Some(mut out) => out.flush().map_err(files::Error::stdout).map_err(Into::into),
            None => Ok(()),
        }
    }
}

/// The tickets of all lanes with the lane that each is in, by subject.
pub(in crate::commands) fn tickets(lanes: &[Lane]) -> Vec<(&str, &Lane, Cow<'_, Ticket>)> {
    let of = |lane| Lane::tickets(lane).map(move |(subject, ticket)| (subject, lane, ticket));
    let mut tickets: Vec<_> = lanes.iter().flat_map(of).collect();
    tickets.sort_unstable_by_key(|(subject, ..)| *subject);
    tickets
}

/// Makes a file to write to; `-` is standard output.
pub(in crate::commands) fn create(path: &Path) -> miette::Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(files::stdout());
    }
    let file = File::create(path).map_err(|source| files::Error::write(path, source))?;
    Ok(Box::new(BufWriter::with_capacity(1 << 16, file)))
}
