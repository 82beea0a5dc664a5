//! From the start of an engine to its end.

use std::sync::Arc;

use duly_core::lane;
use duly_core::policy::Policy;
use duly_core::time::Instant;
use duly_engine::clock::{Clock, WallClock};
use duly_engine::config::Level;
use duly_engine::deliver::{self, Tell};
use duly_engine::embedded::{self, Options, RunError, Running};
use duly_engine::http::{ListenError, Server};
use duly_engine::sqlite::LaneRow;
use miette::{Diagnostic, IntoDiagnostic as _};
use thiserror::Error;

use super::greeting;
use super::manager;
use super::settings::Settings;
use super::stop::Stop;
use crate::exit::Exit;
use crate::files::log;

/// An engine that does not start, or has failed.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("cannot run the engine")]
    Run(#[from] RunError),
    #[error("cannot serve the API")]
    #[diagnostic(help("{}", .0.hint()))]
    Listen(#[from] ListenError),
}

/// Runs an engine to its end.
pub(super) fn run(settings: Settings, policies: Vec<Policy>) -> miette::Result<Exit> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().into_diagnostic()?;
    let outcome = runtime.block_on(session(settings, policies));
    // A thread that waits for standard input would hold it up.
    runtime.shutdown_background();
    outcome
}

async fn session(mut settings: Settings, policies: Vec<Policy>) -> miette::Result<Exit> {
    let is_chatty = settings.log >= Level::Info;
    let mut stop = Stop::new()?;
    // Before anything else, so that a start that can not succeed has touched nothing.
    let server = match settings.listen {
        Some(address) => {
            let server = Server::bind(address, settings.token.clone()).await.map_err(Error::from)?;
            Some(server.with_sources(settings.sources.clone()))
        }
        None => None,
    };
    let tell: Tell = Arc::new(|line| log!("{line}"));
    let ways = greeting::lines(&settings.sources, &settings.sinks);
    let (sinks, announcements) = (std::mem::take(&mut settings.sinks), settings.announcements.clone());
    // Before the engine, so that a new sink begins with the first that it writes.
    let delivering = deliver::start_on_store(&settings.store, sinks, &(Arc::new(WallClock) as Arc<dyn Clock>), &tell);
    let delivering = delivering.map_err(RunError::from).map_err(Error::from)?;
    let mut running = embedded::start(options(settings, policies)).map_err(Error::from)?;
    for line in running.greeting.iter().filter(|line| is_chatty || line.starts_with("warning")) {
        log!("{line}");
    }
    ways.iter().filter(|_| is_chatty).for_each(|line| log!("{line}"));
    let pulse = manager::follow(running.handle.clone().into());
    if let Some(server) = server {
        log!("listening: http://{}", server.address().into_diagnostic()?);
        let handle = running.handle.clone();
        let server =
            server.with_pulse(pulse).with_sinks(Arc::clone(&delivering.counters)).with_announcements(announcements);
        server.run(handle, until_the_end(&mut running, &mut stop)).await;
    } else {
        until_the_end(&mut running, &mut stop).await;
    }
    running.handle.stop();
    let row = running.join().map_err(Error::from)?;
    // What it has written last is delivered after the next start.
    let _ = tokio::task::spawn_blocking(|| delivering.stop()).await;
    if is_chatty {
        tell_accounts(&row);
    }
    Ok(Exit::Done)
}

fn options(settings: Settings, policies: Vec<Policy>) -> Options {
    Options {
        settings: lane::Settings {
            lateness_grace: settings.lateness_grace,
            until: settings.until,
            retention_closed: settings.retention_closed,
            ..lane::Settings::default()
        },
        policies,
        feeds: settings.feeds,
        end: settings.end,
        notifier: settings.notifier,
        tell: Arc::new(|line| log!("{line}")),
        ..Options::new(settings.store)
    }
}

/// Waits until the engine has ended, or somebody wants it to.
async fn until_the_end(running: &mut Running, stop: &mut Stop) {
    tokio::select! {
        () = running.ended() => {}
        (name, _) = stop.asked() => log!("{name}: finishing what has begun"),
    }
    manager::stopping();
}

/// What has become of everything that the store has ever been given (I7).
fn tell_accounts(row: &LaneRow) {
    let LaneRow { applied, duplicates, dead_letters, watermark, .. } = row;
    let total = applied + duplicates + dead_letters;
    let at = if *watermark == Instant::MIN { String::new() } else { format!("; judged up to {watermark}") };
    log!("in the store: {total} records, {applied} applied, {duplicates} duplicates, {dead_letters} dead letters{at}");
}
