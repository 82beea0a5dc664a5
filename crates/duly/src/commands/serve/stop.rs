//! The signals that ask for an end in good order.

use miette::IntoDiagnostic as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Whether an instance comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Return {
    /// It is expected back: its lanes wait for it.
    Expected,
    /// It is not: its lanes go to others.
    Never,
}

/// The signals.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
    leave: Signal,
}

impl Stop {
    /// Listens from now on; only within a runtime.
    pub(super) fn new() -> miette::Result<Self> {
        let listen = |kind| signal(kind).into_diagnostic();
        Ok(Stop {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            leave: listen(SignalKind::user_defined1())?,
        })
    }

    /// Waits until one comes.
    pub(super) async fn asked(&mut self) -> (&'static str, Return) {
        tokio::select! {
            _ = self.terminate.recv() => ("SIGTERM", Return::Expected),
            _ = self.interrupt.recv() => ("SIGINT", Return::Expected),
            _ = self.leave.recv() => ("SIGUSR1", Return::Never),
        }
    }
}
