//! Whether a running engine is alive, for those who restart what is not: systemd's watchdog, and a probe of `/healthz`.
//!
//! That a process answers proves little: the threads that own the lanes may be stuck behind it. So they are asked, again and
//! again, and an answer of any content is a beat: an engine that is not ready, or can not store anything, says so itself, and no
//! restart would help it. Deliberately absent: any judgement of what was answered.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::deliver::DRAIN;
use crate::handle::{EngineError, Handle, Status};
use crate::http::STOP_WAIT;
use crate::kafka::GIVEN_UP;

/// How often an engine is asked at least.
pub const BEAT: Duration = Duration::from_secs(10);

/// After which silence an engine is dead. A worker that waits for brokers is silent too, and gives up by itself before that.
pub const SILENCE_MAX: Duration = Duration::from_secs(360);

/// How long what an engine has begun may take to be finished, once it was asked to end.
pub const SETTLING: Duration = Duration::from_secs(60);

/// How long an end in good order takes at most: requests that are being answered, what has begun, and what is on its way
/// to receivers. Whoever kills what does not end has to wait for longer.
pub const ENDING_MAX: Duration = Duration::from_secs(STOP_WAIT.as_secs() + SETTLING.as_secs() + DRAIN.as_secs());

const _: () = assert!(GIVEN_UP.as_secs() < SILENCE_MAX.as_secs());

/// When an engine was last heard.
#[derive(Debug)]
pub struct Pulse {
    heard: Mutex<Instant>,
    silence_max: Duration,
}

impl Default for Pulse {
    fn default() -> Self {
        Pulse::lost_after(SILENCE_MAX)
    }
}

impl Pulse {
    /// That of an engine which is dead after a silence longer than `silence_max`. It counts as heard just now.
    pub fn lost_after(silence_max: Duration) -> Self {
        Pulse { heard: Mutex::new(Instant::now()), silence_max }
    }

    /// Asks an engine every `interval` until it has stopped, and tells `beat` how it stands each time that all of it answers.
    pub async fn follow(&self, handle: Handle, interval: Duration, beat: impl Fn(&Status)) {
        loop {
            // How it stands would be told without its lanes as well.
            match handle.lanes().await.and(handle.status().await) {
                Ok(status) => {
                    *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
                    beat(&status);
                }
                Err(EngineError::Stopped) => return,
                // It has more to do than to answer. Whether that lasts for too long, time tells.
                Err(_) => {}
            }
            tokio::time::sleep(interval).await;
        }
    }

    /// For how long nothing was heard of it.
    pub fn silence(&self) -> Duration {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Whether it has been silent for so long that it has to be started again.
    pub fn is_lost(&self) -> bool {
        self.silence() > self.silence_max
    }
}
