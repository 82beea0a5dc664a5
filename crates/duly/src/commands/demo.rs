//! `duly demo`: a fortnight at a service desk, told while it passes, and then there to be asked.

mod clock;
mod fortnight;
mod language;
mod line;
mod on_kafka;

use std::io::{IsTerminal as _, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use duly_core::policy::Policy;
use duly_core::time::Span;
use duly_engine::config;
use duly_engine::embedded::{self, EngineError, Handle, Options, RunError};
use duly_engine::http::{ListenError, Server, Token, TokenError};
use miette::Diagnostic;
use thiserror::Error;

use super::replay::lanes::create;
use crate::exit::Exit;
use crate::kafka::KafkaArgs;
use crate::mistakes::Rejected;
use crate::{files, policies};
use clock::Driven;
use fortnight::Fortnight;
use language::Language;

/// Shows a made-up fortnight at a service desk under the response-time commitment.
///
/// Two weeks of tickets pass at high speed through the embedded engine, on a store in a temporary folder: holidays, night
/// calls, replies by a machine, an answer that was entered too late. What Duly publishes about them is told line by line,
/// then how the promises were kept. After that the API and the metrics are there to be tried, until Ctrl-C, and time goes
/// on from the end of the fortnight as it does on the wall.
///
/// With --kafka the fortnight is the one that ends today, and goes into the log of record of a cluster: topics and policy are
/// made where there are none, what has happened by now is written as one transaction, and the rest of the day as it
/// occurs. `duly serve --kafka` makes SLA events of it, which are told here. A log that has records already is left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// End after the summary, as it also does where standard output is no terminal
    #[arg(long)]
    exit: bool,
    /// Where the API and the metrics are afterwards
    #[arg(long, value_name = "ADDRESS:PORT", default_value_t = config::LISTEN)]
    #[arg(conflicts_with_all = ["bootstrap", "config"])]
    listen: SocketAddr,
    /// Another fortnight: the same number gives the same one, always
    #[arg(long, value_name = "N", default_value_t = duly_engine::demo::SEED)]
    seed: u64,
    /// Keep the store, in a new file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bootstrap", "config"])]
    store: Option<PathBuf>,
    /// The language of the lines; without it, that of the environment
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// Tell what only a program would act upon too: clocks started, paused, resumed, met
    #[arg(long)]
    all: bool,
    /// Only write the event log of a made-up month, September 2026, for `duly report`; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["store", "bootstrap", "config", "all", "exit"])]
    month: Option<PathBuf>,
    /// Beside the month its control log, with two emergencies
    #[arg(long, value_name = "FILE", requires = "month")]
    control: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
}

const AFTER_HELP: &str = "\
Examples:
  duly demo
  duly demo --lang zh
  duly demo --exit --all | grep CS-0921-07
  duly demo --exit --store demo.sqlite
      and then look at it with `sqlite3 demo.sqlite`
  duly demo --month month.ndjson
      a month to review: duly report month.ndjson --period 2026-09 …
  duly demo --month month.ndjson --control control.ndjson
      with a flood and a system failure in it: duly report … --control …
  duly demo --kafka localhost:9092
      on a cluster, beside `duly serve --kafka localhost:9092`

Colours are for terminals; NO_COLOR=1 turns them off. The policy is deploy/config/policies/response-time-commitment.yaml.";

/// The policy that the demo is under.
const POLICY: &str = include_str!("../../../../deploy/config/policies/response-time-commitment.yaml");

/// How long a quarter of an hour takes where somebody watches: a fortnight in a few seconds.
const PACE: Duration = Duration::from_millis(2);

/// Why there is no demo.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("{} is there already", .0.display())]
    #[diagnostic(help("the demo begins with an empty store: name a new file, or leave --store out"))]
    StoreExists(PathBuf),
    #[error("cannot make a temporary folder for the store")]
    #[diagnostic(help("name a file to use with --store FILE"))]
    NoFolder(#[source] std::io::Error),
    #[error("cannot set up the demo")]
    NoRuntime(#[source] std::io::Error),
    #[error(transparent)]
    #[diagnostic(code(duly::config::listen), help("{}", .0.hint()))]
    Exposed(ListenError),
    #[error(transparent)]
    #[diagnostic(help("{}; `duly demo --exit` needs none", .0.hint()))]
    Listen(ListenError),
    #[error(transparent)]
    #[diagnostic(code(duly::config::token))]
    Token(#[from] TokenError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<ListenError> for Error {
    fn from(error: ListenError) -> Self {
        if matches!(error, ListenError::Exposed { .. }) { Error::Exposed(error) } else { Error::Listen(error) }
    }
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        if let Some(path) = &self.month {
            if let Some(control) = &self.control {
                let lines = duly_engine::demo::control_of_month(&policies::shipped()?.policy);
                write_lines(control, lines.iter())?;
            }
            return write_lines(path, duly_engine::demo::month(self.seed).iter().map(|(_, line)| line));
        }
        if let Some(cluster) = self.kafka.cluster()? {
            return self.show_on(&cluster);
        }
        let folder = tempfile::Builder::new().prefix("duly-demo-").tempdir().map_err(Error::NoFolder)?;
        let store = self.store.clone().unwrap_or_else(|| folder.path().join("demo.sqlite"));
        if store.exists() {
            return Err(Error::StoreExists(store).into());
        }
        let runtime = tokio::runtime::Runtime::new().map_err(Error::NoRuntime)?;
        runtime.block_on(async {
            tokio::select! {
                shown = self.show(store) => shown,
                // Whoever has seen enough may end it at any time; the temporary folder goes all the same.
                _ = tokio::signal::ctrl_c() => Ok(()),
            }
        })?;
        Ok(Exit::Done)
    }

    async fn show(&self, store: PathBuf) -> miette::Result<()> {
        let policy = policies::read(Path::new("response-time-commitment.yaml"), POLICY)
            .map_err(|faulty| Rejected(vec![faulty]))?;
        let policy = policy.policy.policy;
        let is_terminal = std::io::stdout().is_terminal();
        // A port that is taken is told before anything else, not after two weeks.
        let server = if is_terminal && !self.exit { Some(self.bind().await?) } else { None };
        let look = self.look(is_terminal);
        let clock = Arc::new(Driven::at(duly_engine::demo::start()));
        let (heard, publications) = fortnight::ears(&clock, &policy, look);
        let mut engine = embedded::start(Options {
            policies: vec![policy.clone()],
            clock: Arc::clone(&clock) as Arc<dyn duly_engine::clock::Clock>,
            on_commit: Some(heard),
            ..Options::new(store)
        })
        .map_err(Error::Run)?;
        let handle = engine.handle.clone();
        let mut out = files::stdout();
        writeln!(out, "{}", look.language.opening(&policy.policy)).map_err(files::Error::stdout)?;
        let mut fortnight = Fortnight {
            handle: handle.clone(),
            clock: Arc::clone(&clock),
            publications,
            language: look.language,
            pace: if is_terminal { PACE } else { Duration::ZERO },
        };
        fortnight.pass(self.seed, &mut out).await?;
        fortnight.sum_up(self.seed, &mut out).await?;
        if let Some(server) = server {
            invite(&server, &handle, look.language, &mut out).await?;
            clock.run_free();
            handle.tick().await.map_err(Error::Engine)?;
            tokio::select! {
                () = server.run(handle.clone(), std::future::pending()) => {}
                () = engine.ended() => {}
                told = fortnight.go_on(&mut out) => told?,
            }
        }
        handle.stop();
        engine.join().map_err(Error::Run)?;
        Ok(())
    }

    async fn bind(&self) -> Result<Server, Error> {
        let token = Token::load(None, std::env::var("DULY_TOKEN").ok().as_deref())?;
        Ok(Server::bind(self.listen, token).await?)
    }

    fn look(&self, is_terminal: bool) -> line::Look {
        let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        line::Look {
            language: self.lang.unwrap_or_else(Language::of_environment),
            is_coloured: is_terminal && !wants_none,
            tells_all: self.all,
        }
    }
}

/// Writes a log.
fn write_lines<'l>(path: &Path, mut lines: impl Iterator<Item = &'l String>) -> miette::Result<Exit> {
    let mut out = create(path)?;
    let written = lines.try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    written.map_err(|source| files::Error::write(path, source))?;
    Ok(Exit::Done)
}

/// Says what there is to try.
async fn invite(server: &Server, handle: &Handle, language: Language, out: &mut dyn Write) -> miette::Result<()> {
    let address = server.address().map_err(Error::NoRuntime)?;
    let risks = handle.at_risk(Span::from_s(4 * 3600), 1).await.map_err(Error::Engine)?;
    let subject = risks.items.first().map_or("demo/CS-0920-01", |risk| &risk.subject);
    let text = language.invitation(address, subject);
    writeln!(out, "\n{text}").and_then(|()| out.flush()).map_err(files::Error::stdout)?;
    Ok(())
}

/// The zone that people at the desk live in: that of the policy's first calendar.
fn zone_of(policy: &Policy) -> chrono_tz::Tz {
    policy.calendars.values().find_map(|calendar| calendar.zone.parse().ok()).unwrap_or(chrono_tz::UTC)
}
