//! Lets the fortnight pass through the engine, and tells what is published as it comes.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use duly_core::lane::Turn;
use duly_core::ledger::derive;
use duly_core::policy::Policy;
use duly_core::time::{Instant, Span};
use duly_engine::clock::Clock as _;
use duly_engine::demo;
use duly_engine::embedded::{Handle, Receipt};
use tokio::sync::mpsc;

use super::Error;
use super::clock::Driven;
use super::language::Language;
use super::line::{Look, Teller};
use crate::files;
use crate::summary::Summary;

/// How much of the fortnight passes at a time: what falls into it arrives together.
const STRIDE: Span = Span::from_s(15 * 60);

/// Hears of every turn of an engine.
pub(super) type OnCommit = Box<dyn FnMut(&Turn) + Send>;

/// What an engine publishes, as lines: the end that hears it, and the end that has the lines. What a turn publishes is there
/// before the turn is answered.
pub(super) fn ears(clock: &Arc<Driven>, policy: &Policy, look: Look) -> (OnCommit, mpsc::UnboundedReceiver<String>) {
    let (lines, published) = mpsc::unbounded_channel();
    let (clock, teller) = (Arc::clone(clock), Teller::of(policy, look));
    let heard = move |turn: &Turn| {
        for publication in turn.publications() {
            if let Some(line) = teller.line((&publication).into(), clock.now()) {
                // Nobody listens any more where the demo is ending.
                let _ = lines.send(line);
            }
        }
    };
    (Box::new(heard), published)
}

/// The fortnight on its way through an engine.
pub(super) struct Fortnight {
    pub(super) handle: Handle,
    pub(super) clock: Arc<Driven>,
    pub(super) publications: mpsc::UnboundedReceiver<String>,
    pub(super) language: Language,
    /// How long a stride takes on the wall, so that somebody can watch.
    pub(super) pace: Duration,
}

/// What became of the lines that arrived.
#[derive(Debug, Default)]
struct Accounts {
    applied: usize,
    duplicates: usize,
    refused: usize,
}

impl Accounts {
    fn take(&mut self, receipts: &[Receipt]) {
        for receipt in receipts {
            match receipt {
                Receipt::Applied | Receipt::Appended => self.applied += 1,
                Receipt::Duplicate => self.duplicates += 1,
                Receipt::DeadLetter { .. } | Receipt::Refused { .. } => self.refused += 1,
            }
        }
    }
}

impl Fortnight {
    /// Lets it pass, and tells it.
    pub(super) async fn pass(&mut self, seed: u64, out: &mut dyn Write) -> miette::Result<()> {
        let mut lines = demo::fortnight(seed, demo::start()).into_iter().peekable();
        let mut accounts = Accounts::default();
        let end = demo::start().plus(demo::LENGTH);
        let mut now = demo::start();
        while now < end {
            now = now.plus(STRIDE).min(end);
            self.clock.set(now);
            let mut arrived = Vec::new();
            while let Some((_, line)) = lines.next_if(|(at, _)| *at < now) {
                arrived.push(line.into_bytes());
            }
            if arrived.is_empty() {
                self.let_time_pass(now, end).await?;
            } else {
                accounts.take(&self.handle.append(arrived).await.map_err(Error::Engine)?);
            }
            self.tell(out)?;
            if !self.pace.is_zero() {
                tokio::time::sleep(self.pace).await;
            }
        }
        let Accounts { applied, duplicates, refused } = accounts;
        let told = format!("\n{}\n\n", self.language.accounts(applied, duplicates, refused));
        out.write_all(told.as_bytes()).map_err(files::Error::stdout)?;
        Ok(())
    }

    /// Where nothing arrives, time is told to the engine when it wants to know it, and at the end.
    async fn let_time_pass(&self, now: Instant, end: Instant) -> Result<(), Error> {
        if now == end || self.handle.status().await?.next_timer <= now {
            self.handle.tick().await?;
        }
        Ok(())
    }

    fn tell(&mut self, out: &mut dyn Write) -> miette::Result<()> {
        while let Ok(line) = self.publications.try_recv() {
            writeln!(out, "{line}").map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        Ok(())
    }

    /// Tells what is published from now on, for ever.
    pub(super) async fn go_on(&mut self, out: &mut dyn Write) -> miette::Result<()> {
        while let Some(line) = self.publications.recv().await {
            writeln!(out, "{line}").and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        }
        std::future::pending().await
    }

    /// How the promises were kept, derived afresh from what the engine has of every ticket.
    pub(super) async fn sum_up(&self, seed: u64, out: &mut dyn Write) -> miette::Result<()> {
        let controls = self.handle.controls().await.map_err(Error::Engine)?;
        let until = self.handle.status().await.map_err(Error::Engine)?.watermark;
        let mut summary = Summary::default();
        for subject in subjects(seed) {
            if let Some(record) = self.handle.record(subject).await.map_err(Error::Engine)? {
                derive(&record, &controls, until, &mut summary);
                summary.end_ticket();
            }
        }
        summary.print(out).and_then(|()| out.flush()).map_err(files::Error::stdout)?;
        Ok(())
    }
}

/// The tickets that the fortnight is about.
fn subjects(seed: u64) -> BTreeSet<String> {
    let lines = demo::fortnight(seed, demo::start());
    let subject = |(_, line): &(Instant, String)| {
        let event = duly_core::ticket::parse_structured(line.as_bytes()).ok()?;
        Some(event.subject.into_owned())
    };
    lines.iter().filter_map(subject).collect()
}
