//! Policies: what a response-time commitment promises (DESIGN §6, T8–T10).

mod compiled;
mod duration;
mod foreseen;
mod letter;
mod model;
mod notify;
mod sections;
pub mod source;
mod status;
mod version;

pub(crate) use compiled::*;
pub use compiled::{CompileError, Compiled};
pub use duration::FormError;
pub use foreseen::Foreseen;
pub use letter::*;
pub use model::*;
pub use notify::{Notify, Telling};
pub use sections::*;
pub use status::StatusClass;
