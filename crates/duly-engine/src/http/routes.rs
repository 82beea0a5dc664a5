//! Which path leads where, and what every request passes on its way.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::access::{self, Token};
use super::answer::Problem;
use super::hooks::{self, Hooks};
use super::limits::APPENDS_MAX;
use super::peers::Peers;
use super::server::Beside;
use super::{announcements, emergencies, events, explain, files, instances, probes, queue, risks, tickets};
use crate::handle::Handle;
use crate::ingest::Source;
use crate::metrics::Requests;

/// What requests are answered from.
pub(super) struct Api {
    pub(super) handle: Handle,
    pub(super) token: Option<Token>,
    /// The systems that tell of tickets in words of their own.
    pub(super) sources: Vec<Arc<Source>>,
    pub(super) hooks: Hooks,
    /// Places for requests that bring events.
    pub(super) appends: Semaphore,
    pub(super) requests: Requests,
    pub(super) beside: Beside,
    /// The way to other instances.
    pub(super) peers: Peers,
}

/// The API over a running engine.
pub(super) fn router(handle: Handle, token: Option<Token>, sources: Vec<Arc<Source>>, beside: Beside) -> Router {
    let hooks = Hooks::new(&sources);
    let api = Arc::new(Api {
        handle,
        token,
        sources,
        hooks,
        appends: Semaphore::new(APPENDS_MAX),
        requests: Requests::default(),
        beside,
        peers: Peers::default(),
    });
    // Each hook knows by itself who may send to it; announcements are for everybody, where they are for anybody; probes have no
    // token, and are not told more than they need.
    let open = Router::new()
        .route("/announcements.atom", get(announcements::atom))
        .route("/announcements.json", get(announcements::json))
        .route("/healthz", get(probes::health))
        .route("/hooks/{source}", post(hooks::post))
        .route("/readyz", get(probes::ready));
    Router::new()
        .route("/api/v1/events", post(events::post))
        .route("/api/v1/emergencies", get(emergencies::list).post(emergencies::declare))
        .route("/api/v1/emergencies/{id}/{what}", post(emergencies::later))
        .route("/api/v1/tickets", get(risks::at_risk))
        .route("/api/v1/queue", get(queue::queue))
        .route("/api/v1/cases", get(files::cases))
        .route("/api/v1/investigations", get(files::investigations))
        .route("/api/v1/tickets/{tenant}/{*ticket}", get(tickets::one))
        .route("/api/v1/explain/{tenant}/{*ticket}", get(explain::explain))
        .route("/api/v1/lanes", get(instances::lanes))
        .route("/api/v1/lanes/{lane}/resume", post(instances::resume))
        .route("/metrics", get(probes::metrics))
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&api), admit))
        .merge(open.method_not_allowed_fallback(wrong_method))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), count))
        .with_state(api)
}

/// Lets a request pass, or not. Paths that lead nowhere are no exception, so that nothing is told about the others.
async fn admit(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    match access::check(api.token.as_ref(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Counts by route, never by path: there are as many paths as tickets.
async fn count(State(api): State<Arc<Api>>, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    api.requests.count(path.as_ref().map_or("other", MatchedPath::as_str), response.status().as_u16());
    response
}

async fn no_such_path(request: Request) -> Problem {
    let shown: String = request.uri().path().chars().take(200).collect();
    let hint = "there are POST /api/v1/events, GET /api/v1/tickets/{tenant}/{ticket}, GET /api/v1/tickets?at_risk=4h, GET /api/v1/queue, \
                GET /api/v1/explain/{tenant}/{ticket}, GET and POST /api/v1/emergencies, GET /api/v1/cases, \
                GET /api/v1/investigations, GET /api/v1/lanes, POST /hooks/{source}, /metrics, /healthz and /readyz";
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {shown}"), hint)
}

async fn wrong_method(method: Method, request: Request) -> Problem {
    let path = request.uri().path();
    let right = match path.strip_prefix("/api/v1/").map(|rest| rest.split('/').collect::<Vec<_>>()).as_deref() {
        Some(["events"] | ["emergencies" | "lanes", _, _]) => "POST",
        Some(["emergencies"]) => "GET or POST",
        None if path.starts_with("/hooks/") => "POST",
        _ => "GET",
    };
    let what = format!("{path} does not take {method}");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, what, format!("use {right}"))
}
