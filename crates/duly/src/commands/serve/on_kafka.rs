//! An instance on Kafka, from its start to its end.

use std::sync::Arc;
use std::time::Duration;

use duly_core::lane;
use duly_core::policy::Policy;
use duly_core::time::Span;
use duly_engine::alive::SETTLING;
use duly_engine::clock::WallClock;
use duly_engine::config::{self, Level};
use duly_engine::deliver::Tell;
use duly_engine::embedded::End;
use duly_engine::http::{ListenError, Server};
use duly_engine::kafka::{self, Cluster, KafkaError, Options, Running};
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use super::greeting;
use super::manager;
use super::settings::Settings;
use super::stop::{Return, Stop};
use crate::exit::Exit;
use crate::files::log;
use crate::kafka::{Failed, cluster_telling};

/// How often is looked whether the instance has ended by itself.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("what has begun is not finished after {} s, and is given up", SETTLING.as_secs())]
    #[diagnostic(help("what is committed stays; what is not is done again by whoever has the lanes next"))]
    Unsettled,
    #[error("cannot serve the API")]
    #[diagnostic(help("{}", .0.hint()))]
    Listen(#[from] ListenError),
    #[error("the engine has failed, which is a defect")]
    Panicked,
}

/// Runs an instance to its end.
pub(super) fn run(settings: Settings, kafka: &config::Kafka, policies: Vec<Policy>) -> miette::Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().into_diagnostic()?;
    let outcome = runtime.block_on(session(settings, kafka, policies));
    // A thread that waits for a broker would hold it up.
    runtime.shutdown_background();
    outcome
}

async fn session(mut settings: Settings, kafka: &config::Kafka, policies: Vec<Policy>) -> miette::Result<Exit> {
    let mut stop = Stop::new()?;
    let is_chatty = settings.log >= Level::Info;
    let leave = settings.leave;
    // Before anything else, so that a start that can not succeed has touched nothing.
    let server = match settings.listen {
        Some(address) => {
            let server = Server::bind(address, settings.token.clone()).await.map_err(Error::from)?;
            Some(server.with_sources(settings.sources.clone()))
        }
        None => None,
    };
    if let Some(server) = &server {
        // The port is known only now, where any free one was asked for.
        settings.listen = Some(server.address().into_diagnostic()?);
    }
    let cluster = cluster_telling(kafka, Arc::new(|line| log!("{line}")))?;
    let ways = greeting::lines(&settings.sources, &settings.sinks);
    let (notifier, sinks) = (settings.notifier.take(), std::mem::take(&mut settings.sinks));
    let announcements = settings.announcements.clone();
    let (its_cluster, session_timeout) = (cluster.clone(), duration(kafka.session_timeout));
    let options = Options { notifier, ..options(cluster, kafka, &settings, policies) };
    let starting = tokio::task::spawn_blocking(|| kafka::start(options));
    let running = tokio::select! {
        started = starting => settled(started)?,
        // Nothing has begun that would have to be finished.
        (name, _) = stop.asked() => {
            log!("{name}: before the start was over");
            return Ok(Exit::Done);
        }
    };
    for line in running.greeting.iter().filter(|line| is_chatty || line.starts_with("warning")) {
        log!("{line}");
    }
    ways.iter().filter(|_| is_chatty).for_each(|line| log!("{line}"));
    let tell: Tell = Arc::new(|line| log!("{line}"));
    let starting = tokio::task::spawn_blocking(move || kafka::deliver(&its_cluster, sinks, session_timeout, &tell));
    let delivering = settled(starting.await)?;
    let mut will_return = Return::Expected;
    let pulse = manager::follow(running.handle.clone().into());
    let end = async { will_return = until_the_end(&running, &mut stop).await };
    match server {
        Some(server) => {
            log!("listening: http://{}", server.address().into_diagnostic()?);
            let server =
                server.with_pulse(pulse).with_sinks(Arc::clone(&delivering.counters)).with_announcements(announcements);
            server.run(running.handle.clone(), end).await;
        }
        None => end.await,
    }
    running.stop(leave || will_return == Return::Never);
    let join = tokio::task::spawn_blocking(|| running.join());
    let ended = tokio::time::timeout(SETTLING, join).await.map_err(|_| Error::Unsettled)?;
    settled(ended)?;
    // What was written last is delivered by others, or after the next start.
    let _ = tokio::task::spawn_blocking(|| delivering.stop()).await;
    if is_chatty {
        log!("settled");
    }
    Ok(Exit::Done)
}

/// What came of a task, of which a panic is no part.
fn settled<T>(outcome: Result<Result<T, KafkaError>, tokio::task::JoinError>) -> miette::Result<T> {
    Ok(outcome.map_err(|_| Error::Panicked)?.map_err(Failed::from)?)
}

/// Waits until the instance has ended, or somebody wants it to.
async fn until_the_end(running: &Running, stop: &mut Stop) -> Return {
    let ended = async {
        while !running.has_ended() {
            tokio::time::sleep(LOOK).await;
        }
    };
    let will_return = tokio::select! {
        () = ended => Return::Expected,
        (name, will_return) = stop.asked() => {
            log!("{name}: finishing what has begun");
            will_return
        }
    };
    manager::stopping();
    will_return
}

fn options(cluster: Cluster, kafka: &config::Kafka, settings: &Settings, policies: Vec<Policy>) -> Options {
    let instance = kafka.instance();
    Options {
        cluster,
        advertised: kafka.advertise.clone().unwrap_or_else(|| advertised(settings, &instance)),
        instance,
        workers: kafka.workers,
        session_timeout: duration(kafka.session_timeout),
        transaction_timeout: duration(kafka.transaction_timeout),
        commit_interval: duration(kafka.commit_interval),
        progress_interval: duration(kafka.progress_interval),
        sources: settings.sources.clone(),
        snapshots: kafka.snapshots.clone(),
        snapshot_interval: duration(kafka.snapshot_interval),
        settings: lane::Settings {
            lateness_grace: settings.lateness_grace,
            until: settings.until,
            retention_closed: settings.retention_closed,
            ..lane::Settings::default()
        },
        policies,
        notifier: None,
        ends_settled: settings.end == End::Settled,
        clock: Arc::new(WallClock),
    }
}

/// Where others reach the API, where nobody says: the address that it listens on, or on all of them the name of the host.
fn advertised(settings: &Settings, instance: &str) -> String {
    match settings.listen {
        Some(address) if address.ip().is_unspecified() => format!("http://{instance}:{}", address.port()),
        Some(address) => format!("http://{address}"),
        None => String::new(),
    }
}

fn duration(span: Span) -> Duration {
    Duration::from_nanos(span.ns().unsigned_abs())
}
