//! The demo on a Kafka cluster: a source of ticket events, and somebody who watches what an engine makes of them.

use std::io::{IsTerminal as _, Write};
use std::time::{Duration, Instant as Stopwatch};

use duly_core::time::Instant;
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::demo;
use duly_engine::kafka::{self, Cluster, Feed, Period, SlaEvent, TicketLog, Watch};
use miette::Diagnostic;
use thiserror::Error;

use super::Args;
use super::language::Language;
use super::line::{Published, Teller};
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::Failed;
use crate::policies;

/// What is published within such a time is told in the order of its instants.
const BREATH: Duration = Duration::from_millis(300);

/// How many SLA events are held to be put in order.
const HEARD_MAX: usize = 10_000;

/// How long nothing may come before that is remarked upon.
const SILENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("{topic} has records already")]
    #[diagnostic(help(
        "made-up tickets do not go among others, for a log keeps what it has: use topics of their own, `duly serve --kafka … \
         --kafka-prefix demo2.` and `duly demo --kafka … --kafka-prefix demo2.`"
    ))]
    NotEmpty { topic: String },
}

impl Args {
    pub(super) fn show_on(&self, cluster: &Cluster) -> miette::Result<Exit> {
        let policy = policies::shipped()?;
        for topic in kafka::create_missing_topics(cluster).map_err(Failed::from)? {
            tell!("created: {topic}");
        }
        let log = TicketLog::open(cluster, Period::default()).map_err(Failed::from)?;
        if log.remaining() > 0 {
            return Err(Error::NotEmpty { topic: cluster.topics.tickets.clone() }.into());
        }
        let published = kafka::publish_policies(cluster, std::slice::from_ref(&policy)).map_err(Failed::from)?;
        for policy in &published.policies {
            tell!("published: {} version {}", policy.policy, policy.version());
        }
        published.warnings.iter().for_each(|warning| tell!("{warning}"));
        let look = self.look(std::io::stdout().is_terminal());
        let ends_at_once = self.exit || !std::io::stdout().is_terminal();
        let mut on_stage = OnStage {
            watch: Watch::open(cluster).map_err(Failed::from)?,
            feed: Feed::open(cluster, "demo").map_err(Failed::from)?,
            coming: demo::fortnight(self.seed, demo::start_of_fortnight_around(WallClock.now())),
            teller: Teller::of(&policy, look),
            out: files::stdout(),
        };
        let written = on_stage.catch_up()?;
        let text = look.language.written(written, &cluster.topics.tickets);
        writeln!(on_stage.out, "{text}").and_then(|()| on_stage.out.flush()).map_err(files::Error::stdout)?;
        if !ends_at_once {
            on_stage.go_on(look.language)?;
        }
        Ok(Exit::Done)
    }
}

/// The fortnight on its way into a log.
struct OnStage {
    watch: Watch,
    feed: Feed,
    /// What has not happened yet, in order.
    coming: Vec<(Instant, String)>,
    teller: Teller,
    out: Box<dyn Write>,
}

impl OnStage {
    /// Writes what has happened by now, and says how many records that are.
    fn catch_up(&mut self) -> miette::Result<usize> {
        let now = WallClock.now();
        let happened = self.coming.partition_point(|(at, _)| *at <= now);
        if happened > 0 {
            let lines: Vec<String> = self.coming.drain(..happened).map(|(_, line)| line).collect();
            self.feed.append(&lines).map_err(Failed::from)?;
        }
        Ok(happened)
    }

    /// Tells what is published, and writes what happens, until somebody has seen enough.
    fn go_on(&mut self, language: Language) -> miette::Result<()> {
        let begun = Stopwatch::now();
        let (mut heard, mut is_silent) = (Vec::new(), true);
        loop {
            if let Some(event) = self.watch.next(BREATH).map_err(Failed::from)? {
                heard.push(event);
                if heard.len() < HEARD_MAX {
                    continue;
                }
            }
            is_silent &= heard.is_empty();
            if is_silent && begun.elapsed() > SILENCE {
                is_silent = false;
                tell!("{}", language.waiting());
            }
            self.tell(&mut heard)?;
            self.catch_up()?;
        }
    }

    fn tell(&mut self, heard: &mut Vec<SlaEvent>) -> miette::Result<()> {
        heard.sort_by_key(|event| event.at);
        for SlaEvent { type_name, at, data } in heard.drain(..) {
            if let Some(line) = self.teller.line(Published { type_name: &type_name, at, data: &data }, WallClock.now())
            {
                writeln!(self.out, "{line}").map_err(files::Error::stdout)?;
            }
        }
        self.out.flush().map_err(files::Error::stdout)?;
        Ok(())
    }
}
