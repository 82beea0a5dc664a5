//! What systemd, or whatever starts the process with `NOTIFY_SOCKET`, is told: when the engine runs, how it stands, that it
//! lives, and that it ends. Without such a manager all of it comes to nothing.

use std::sync::Arc;
use std::time::Duration;

use duly_core::time::Instant;
use duly_engine::alive::{BEAT, Pulse};
use duly_engine::handle::{Handle, Status};
use sd_notify::NotifyState::{self, Ready, Stopping, Watchdog};

use crate::files::log;
use crate::numbers::grouped;

/// Has a running engine followed until it has stopped, and tells the manager that it runs, and then whenever it has answered.
pub(super) fn follow(handle: Handle) -> Arc<Pulse> {
    let pulse = Arc::new(Pulse::default());
    tell(&[Ready]);
    // Several times within what a watchdog allows, so that one late answer is no alarm.
    let interval = sd_notify::watchdog_enabled().map_or(BEAT, |allowed| BEAT.min(allowed / 4));
    let (followed, interval) = (Arc::clone(&pulse), interval.max(Duration::from_millis(10)));
    let beat = |status: &Status| tell(&[Watchdog, NotifyState::Status(&standing(status))]);
    tokio::spawn(async move { followed.follow(handle, interval, beat).await });
    pulse
}

/// Tells the manager that the engine ends in good order.
pub(super) fn stopping() {
    tell(&[Stopping, NotifyState::Status("finishing what has begun")]);
}

/// How the engine stands, in a line: a second one would be another assignment to the manager.
fn standing(status: &Status) -> String {
    if !status.is_ready {
        let why = status.failure.as_deref().and_then(|why| why.lines().next());
        return format!("not ready: {}", why.unwrap_or("the state is not restored yet"));
    }
    let tickets = grouped(status.tickets as u64);
    match status.watermark {
        Instant::MIN => format!("ready; {tickets} tickets, nothing is judged yet"),
        watermark => format!("ready; {tickets} tickets, judged up to {watermark}"),
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        log!("warning: cannot tell the service manager: {error}");
    }
}
