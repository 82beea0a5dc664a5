//! `GET /api/v1/explain/{tenant}/{ticket}`: all that an explanation rests on, for `duly explain --url`.
//!
//! The explanation itself is made by whoever asks: it is a pure function of this.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use duly_core::control::ControlEvent;
use duly_core::time::Instant;
use serde::{Deserialize, Serialize};

use super::answer::Problem;
use super::routes::Api;
use super::tickets::{subject, unknown};

/// What an explanation rests on.
#[derive(Debug, Serialize, Deserialize)]
pub struct Basis {
    /// `tenant/ticket`.
    pub subject: String,
    /// The instant at which the ticket stands.
    pub watermark: Instant,
    /// What is in force, in order of publication.
    pub controls: Vec<ControlEvent>,
    /// The ticket's stored form, which [`duly_core::lane::Ticket::read`] reads, in base64.
    pub record_base64: String,
}

impl Basis {
    /// The ticket's stored form; `None` where it is not base64.
    pub fn record(&self) -> Option<Vec<u8>> {
        BASE64_STANDARD.decode(&self.record_base64).ok()
    }
}

pub(super) async fn basis(
    State(api): State<Arc<Api>>,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<Basis>, Problem> {
    let subject = subject(path)?;
    // In this order: the record may know events beyond the watermark, and never control events that are not given.
    let Some((_, watermark)) = api.handle.ticket(subject.clone()).await? else { return Err(unknown(&subject)) };
    let Some(record) = api.handle.explain_record(subject.clone()).await? else { return Err(unknown(&subject)) };
    let controls = api.handle.controls().await?.events().to_vec();
    Ok(Json(Basis { subject, watermark, controls, record_base64: BASE64_STANDARD.encode(record) }))
}
