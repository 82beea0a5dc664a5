//! Policies: what a response-time commitment promises (DESIGN §6, T8–T10).

mod compiled;
mod label;
mod model;
mod status;

pub use compiled::{CompileError, Compiled};
pub(crate) use compiled::*;
pub use model::*;
pub use status::StatusClass;
