//! Policies: what a response-time commitment promises (DESIGN §6, T8–T10).

mod model;
mod status;

pub use model::*;
pub use status::StatusClass;
