//! The loop that accepts connections, within limits, until it is asked to stop.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::access::{Token, is_private};
use super::limits::{CONNECTIONS_MAX, HEAD_WAIT, STOP_WAIT};
use super::routes;
use crate::alive::Pulse;
use crate::deliver;
use crate::handle::Handle;
use crate::ingest::Source;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address can be reached from other machines, and there is no token. A mistake in the settings.
    #[error("refuse to listen on {address} without a token: others could read and write tickets there")]
    Exposed {
        /// The address.
        address: SocketAddr,
    },
    /// Something else listens there.
    #[error("{address} is taken: something else listens there")]
    Taken {
        /// The address.
        address: SocketAddr,
    },
    /// The system does not let us.
    #[error("cannot listen on {address}")]
    Failed {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl ListenError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ListenError::Exposed { .. } => {
                "set token_file or DULY_TOKEN (`openssl rand -hex 32` makes a token), or listen on 127.0.0.1"
            }
            ListenError::Taken { .. } => "stop what listens there, or choose another port with --listen 127.0.0.1:PORT",
            ListenError::Failed { .. } => "choose an address of this machine and a port above 1023",
        }
    }
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    token: Option<Token>,
    sources: Vec<Arc<Source>>,
    beside: Beside,
}

/// What is answered beside what the engine itself knows.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// What is counted of sinks.
    pub(super) sinks: Arc<deliver::Counters>,
    /// Whether everybody may read what customers are told of emergencies.
    pub(super) announcements: Announcements,
    /// When the engine was last heard, where somebody asks it.
    pub(super) pulse: Option<Arc<Pulse>>,
}

/// Whether everybody may read what customers are told of emergencies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Announcements {
    /// Nobody may.
    #[default]
    Off,
    /// Everybody may, without a token.
    Public {
        /// Who announces it.
        author: Option<String>,
    },
}

impl Announcements {
    /// Who announces it, where that is told.
    pub(super) fn author(&self) -> Option<&str> {
        match self {
            Announcements::Public { author } => author.as_deref(),
            Announcements::Off => None,
        }
    }
}

impl Server {
    /// Listens on `address`, with port 0 on a free one. What connects from now on is answered once it [runs](Self::run).
    pub async fn bind(address: SocketAddr, token: Option<Token>) -> Result<Server, ListenError> {
        Server::check(address, token.as_ref())?;
        let told = |cause: io::Error| match cause.kind() {
            io::ErrorKind::AddrInUse => ListenError::Taken { address },
            _ => ListenError::Failed { address, cause },
        };
        let listener = TcpListener::bind(address).await.map_err(told)?;
        Ok(Server { listener, token, sources: Vec::new(), beside: Beside::default() })
    }

    /// The same server, with the webhooks of `sources`, and what is counted of them.
    #[must_use]
    pub fn with_sources(self, sources: Vec<Arc<Source>>) -> Server {
        Server { sources, ..self }
    }

    /// The same, with what is counted of sinks among the metrics.
    #[must_use]
    pub fn with_sinks(mut self, sinks: Arc<deliver::Counters>) -> Self {
        self.beside.sinks = sinks;
        self
    }

    /// The same, with what customers are told of emergencies for everybody, where that is wanted.
    #[must_use]
    pub fn with_announcements(mut self, announcements: Announcements) -> Self {
        self.beside.announcements = announcements;
        self
    }

    /// The same, whose health is that of an engine which is followed.
    #[must_use]
    pub fn with_pulse(mut self, pulse: Arc<Pulse>) -> Self {
        self.beside.pulse = Some(pulse);
        self
    }

    /// Whether it may listen there: what can be said before anything is started.
    pub fn check(address: SocketAddr, token: Option<&Token>) -> Result<(), ListenError> {
        if token.is_none() && !is_private(address) { Err(ListenError::Exposed { address }) } else { Ok(()) }
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers from `handle` until `stop` is done; then takes no more and finishes what has begun, within limits.
    pub async fn run(self, handle: impl Into<Handle>, stop: impl Future<Output = ()>) {
        let router = routes::router(handle.into(), self.token, self.sources, self.beside);
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let connections = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            let next = accept(&self.listener, &places);
            let (stream, place) = tokio::select! {
                next = next => next,
                () = &mut stop => break,
            };
            serve(stream, place, router.clone(), &connections);
        }
        drop(self.listener);
        // What takes longer is cut off; what it had stored stays stored, and the sender may repeat it.
        let _ = tokio::time::timeout(STOP_WAIT, connections.shutdown()).await;
    }
}

/// The next connection, once there is a place for it.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            // Such as too many open files: without a pause this would spin until some are closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

fn serve(stream: TcpStream, place: OwnedSemaphorePermit, router: Router, connections: &GracefulShutdown) {
    // Answers are small, and whoever waits for one should not wait for the next.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WAIT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        // A client that goes away or talks nonsense concerns nobody else.
        let _ = connection.await;
        drop(place);
    });
}
