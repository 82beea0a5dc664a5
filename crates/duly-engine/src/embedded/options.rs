//! What an engine is started with.

use std::path::PathBuf;
use std::sync::Arc;

use duly_core::lane::{Settings, Turn};
use duly_core::policy::Policy;

use super::{Clock, WallClock};
use crate::notify::Notifier;

/// Hears of turns.
pub type OnCommit = Box<dyn FnMut(&Turn) + Send>;

/// Hears lines that an operator should know.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// What an engine is started with.
pub struct Options {
    /// The store; it is made where there is none.
    pub store: PathBuf,
    /// What the lane is told. A turn can always be discarded here.
    pub settings: Settings,
    /// Policies to have in force. A version that is not the last published under its name is published.
    pub policies: Vec<Policy>,
    /// Feeds to read, one after another.
    pub feeds: Vec<Feed>,
    /// When the engine ends by itself.
    pub end: End,
    /// Makes notifications, where people are told anything.
    pub notifier: Option<Notifier>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Hears of every turn, after its commit and before anything is answered.
    pub on_commit: Option<OnCommit>,
    /// Hears what an operator should know: a line each.
    pub tell: Tell,
}

/// A file of ticket events, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The file; `-` is standard input, which is another stream each time and is never followed.
    pub path: PathBuf,
    /// Whether it may grow, so that at its end more is waited for. A compressed file is complete.
    pub follow: bool,
}

/// When an engine ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Not before it is told to.
    Never,
    /// Once the feeds are read to their end and all that follows is published.
    Settled,
}

impl Options {
    /// An engine on the store at `store`, by the wall clock, without feeds and policies.
    pub fn new(store: impl Into<PathBuf>) -> Self {
        Options {
            store: store.into(),
            settings: Settings::default(),
            policies: Vec::new(),
            feeds: Vec::new(),
            end: End::Never,
            notifier: None,
            clock: Arc::new(WallClock),
            on_commit: None,
            tell: Arc::new(|_| {}),
        }
    }
}
