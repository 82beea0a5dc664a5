//! Scenarios: stories in `tests/scenarios/`, written so that a service manager could have written them, and played through
//! the core, the embedded engine and Kafka alike.
//!
//! A scenario is a page of Markdown. Its first heading says what is promised, its text is for people. What counts stands in
//! fences. A `yaml` fence before the story is the policy, whole or only its `objectives` (the calendar `business` of the
//! shipped policy is then there too); without one the shipped policy holds. A later one is published when the story gets
//! there: a policy, or new `calendars`. A `story` fence has one thing on a line:
//!
//! ```text
//! zone Europe/Berlin                             of all times below; Asia/Shanghai where none is said
//! 2026-03-02 Monday                              the day of the times below
//! 10:00 received category=inquiry                a ticket event with its data; `T-2 received …` is of another ticket
//! 10:00 responded contains=answer [reply]        its id, where another event needs it; `[id@source]` with a source, `#3` a sequence
//! > 10:00 clock_started first_response due 15:30   what Duly says then: type, objective (`/2`: its cycle), part, members
//! > withdrawn 15:30 breached first_response      what it said and takes back
//! | open 13:30 - 15:30                           why: the intervals that it rests on, all of them
//! ! 11:00 reminder first_response to owner by email says "…"   what people are told, on the engines
//! late 11:00 responded contains=answer           an event of 11:00 that arrives only now
//! 10:00 emergency declared typhoon effect=suspend when={"region":"south"} from 09:00 end 18:00
//! 12:00 emergency lifted typhoon                 or updated, or voided; `from` where it counts from another time
//! 18:00 control TYPE {"json": 1}                 a control event, its data as JSON or as name=value
//! advance 2h                                     time passes
//! until 18:00                                    time passes, until then
//! ? queue team=field                             somebody asks: `queue`, `report 2026-03 --by team`, `letter zh`
//! = T-2 priority=1                               part of a line of the answer; the queue is told whole
//! restart                                        the engine is stopped and started
//! ```
//!
//! What Duly says stands where it happens in time, and nothing may be missing or too many: before each line of the story
//! time is taken to the last moment before it. Questions are answered as soon as all of their moment has happened, by the core
//! and by the embedded engine; the letter is that of the shipped policy. Members that a line does not name are not compared. Behind `//` is a remark.

mod ask;
mod bless;
mod check;
mod emergency;
mod notified;
mod on_core;
mod parse;
mod play;
mod policies;
mod said;
mod times;
mod why;
mod words;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use duly_core::control::ControlEvent;
use duly_core::policy::Policy;
use duly_core::time::Instant;

pub use ask::{Asked, Question, letter, queue, told};
pub use bless::bless;
pub use check::differences;
pub use notified::Notified;
pub use on_core::{OnCore, final_ledger};
pub use parse::parse;
pub use play::{Stage, play};
pub use said::Said;

/// A story and what must follow.
#[derive(Debug)]
pub struct Scenario {
    /// The name of its file, without the ending; the tenant of its tickets.
    pub name: String,
    /// Of its local times.
    pub zone: Tz,
    /// In force from the beginning.
    pub policies: Vec<Policy>,
    /// What happens, one after the other.
    pub scenes: Vec<Scene>,
    path: PathBuf,
    text: String,
}

/// What happens at one instant, and all that Duly says until the next scene.
#[derive(Debug)]
pub struct Scene {
    /// When it is.
    pub at: Instant,
    /// What happens, in order of arrival.
    pub deeds: Vec<Deed>,
    /// What must be said.
    pub said: Vec<Said>,
    /// What is asked at that instant.
    pub asked: Vec<Asked>,
    /// What people must be told; nothing is held against it where no scene of the story says anything of it.
    pub notified: Vec<Notified>,
    /// The line that it begins with, from 1.
    pub line: usize,
    /// The line of the last that happens in it.
    last_line: usize,
}

/// Something that happens to an engine.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A ticket event arrives.
    Event {
        /// `tenant/ticket`.
        subject: String,
        /// The `CloudEvent` in structured mode.
        line: String,
    },
    /// An operator tells something.
    Control(Box<ControlEvent>),
    /// The engine is stopped and started again.
    Restart,
}

/// A slip in a scenario, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

impl Scenario {
    /// When the story is over.
    pub fn end(&self) -> Instant {
        self.scenes.last().map_or(Instant::MIN, |scene| scene.at)
    }

    /// Whether an operator tells anything in it.
    pub fn has_controls(&self) -> bool {
        self.deeds().any(|deed| matches!(deed, Deed::Control(_)))
    }

    /// Whether it says what people are told.
    pub fn has_notified(&self) -> bool {
        self.scenes.iter().any(|scene| !scene.notified.is_empty())
    }

    /// Writes its page anew.
    ///
    /// # Panics
    ///
    /// Where that can not be done.
    pub fn write(&self, text: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(&self.path);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// All that happens, in order.
    pub fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.scenes.iter().flat_map(|scene| &scene.deeds)
    }
}

/// All scenarios, by their names.
///
/// # Panics
///
/// Where one can not be read; all mistakes are told.
pub fn all() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // As it is called from the project's root, so that an editor finds it.
        let path = Path::new("tests/scenarios").join(path.file_name().expect("it was found there"));
        parse(&path, text)
    };
    let (mut scenarios, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        match read(path) {
            Ok(scenario) => scenarios.push(scenario),
            Err(mistake) => mistakes.push(mistake.to_string()),
        }
    }
    assert!(mistakes.is_empty(), "scenarios that can not be read:\n{}", mistakes.join("\n"));
    assert!(!scenarios.is_empty(), "there are no scenarios in {}", folder.display());
    scenarios
}
