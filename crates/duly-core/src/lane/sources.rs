//! How far the sources of a lane have told all that they know: their progress marks hold the watermark back (T11).
//!
//! Whoever copies a source into the log writes marks between the events: "all that the source had by then stands before this".
//! A source has parts, such as the partitions of its topic, each with marks of its own; the one that is furthest behind counts.
//! A part holds back from its first mark on until it is over, also while nobody copies it: that is what the marks are for.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Lane;
use crate::ticket::{Refusal, RefusalKind};
use crate::time::Instant;

/// The CloudEvents type of progress marks.
pub const PROGRESS: &str = "duly.source.progress.v1";

/// The longest name of a source or a part, in bytes.
const NAME_BYTES_MAX: usize = 300;

/// How many parts all sources of a lane may have together.
const PARTS_MAX: usize = 1_000;

/// A progress mark.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Whose it is.
    pub source: Box<str>,
    /// Up to when each part named has told all that it knows. An earlier instant than was said before changes nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reached: BTreeMap<Box<str>, Instant>,
    /// Parts that are over: they hold nothing back any more. A name that ends in `/` stands for all that begin so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<Box<str>>,
    /// The whole source is over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_over: bool,
}

/// What a lane knows of its sources: how far each part has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sources(BTreeMap<Box<str>, BTreeMap<Box<str>, Instant>>);

/// The part that is furthest behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hindmost {
    /// Whose it is.
    pub source: Box<str>,
    /// Its name.
    pub part: Box<str>,
    /// Up to when it has told all that it knows.
    pub reached: Instant,
}

impl Progress {
    /// A mark of `source` that says nothing yet.
    pub fn of(source: &str) -> Self {
        Progress { source: source.into(), reached: BTreeMap::new(), over: Vec::new(), is_over: false }
    }

    /// Reads the data of a mark.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn read(data: &[u8]) -> Result<Self, Refusal> {
        let refuse = |what: String| {
            let hint = r#"a progress mark's data are such as {"source":"crm","reached":{"0":"2026-03-01T10:00:00Z"}}"#;
            Refusal::new(RefusalKind::BadData, format!("{what}: {hint}"))
        };
        let mark: Progress = serde_json::from_slice(data).map_err(|error| refuse(error.to_string()))?;
        let names = mark.reached.keys().chain(&mark.over).chain([&mark.source]);
        if let Some(name) = names.into_iter().find(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            let length = name.len();
            return Err(refuse(format!("a name has {length} bytes, and 1 to {NAME_BYTES_MAX} are allowed")));
        }
        if mark.reached.len().max(mark.over.len()) > PARTS_MAX {
            return Err(refuse(format!("more than {PARTS_MAX} parts")));
        }
        match mark.reached.iter().find(|(_, reached)| !reached.is_sane()) {
            Some((part, _)) => Err(refuse(format!("`reached` of {part} is outside of the years 1970 to 2199"))),
            None => Ok(mark),
        }
    }

    /// Its data, JSON.
    pub fn data(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("plain data with text keys is always JSON")
    }

    /// Its CloudEvents attributes beside the type: id and source. The same mark has the same id.
    pub fn identity(&self) -> (Uuid, String) {
        (Uuid::new_v5(&Uuid::NAMESPACE_URL, &self.data()), format!("/sources/{}", self.source))
    }
}

impl Sources {
    /// Whether there are none: nothing is held back.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The part that is furthest behind, if there is any.
    pub fn hindmost(&self) -> Option<Hindmost> {
        let (source, part, reached) = self.parts().min_by_key(|(.., reached)| *reached)?;
        Some(Hindmost { source: source.into(), part: part.into(), reached })
    }

    /// Up to when all parts have told what they know; [`Instant::MAX`] where there are none.
    pub fn reached(&self) -> Instant {
        self.parts().map(|(.., reached)| reached).min().unwrap_or(Instant::MAX)
    }

    /// All parts, by source and name.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str, Instant)> {
        self.0.iter().flat_map(|(source, parts)| parts.iter().map(|(part, at)| (&**source, &**part, *at)))
    }

    /// Takes a mark that the log took at `appended_at`: nobody can have told then what was to come.
    fn take(&mut self, mark: Progress, appended_at: Instant) -> Result<(), Refusal> {
        if mark.is_over {
            self.0.remove(&mark.source);
            return Ok(());
        }
        let new = mark.reached.keys().filter(|part| !self.knows(&mark.source, part)).count();
        if new > 0 && self.parts().count() + new > PARTS_MAX {
            let what = format!(
                "a lane takes {PARTS_MAX} parts of sources: say of those that are no more that they are over \
                 (`duly sources forget`)"
            );
            return Err(Refusal::new(RefusalKind::BadData, what));
        }
        let parts = self.0.entry(mark.source).or_default();
        for (part, reached) in mark.reached {
            let reached = reached.min(appended_at);
            let known = parts.entry(part).or_insert(reached);
            *known = reached.max(*known);
        }
        let is_over = |part: &str| {
            mark.over.iter().any(|over| part == &**over || over.ends_with('/') && part.starts_with(&**over))
        };
        parts.retain(|part, _| !is_over(part));
        self.0.retain(|_, parts| !parts.is_empty());
        Ok(())
    }

    fn knows(&self, source: &str, part: &str) -> bool {
        self.0.get(source).is_some_and(|parts| parts.contains_key(part))
    }
}

impl Lane {
    /// How far its sources have come, as of the last step.
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// The lane, with what was known of its sources when it was stored.
    #[must_use]
    pub fn with_sources(mut self, sources: Sources) -> Self {
        self.sources = sources.into();
        self
    }

    /// Takes a mark that was read, and that the log took at `appended_at`.
    pub(super) fn take_progress(&mut self, mark: Progress, appended_at: Instant) -> Result<(), Refusal> {
        Arc::make_mut(&mut self.sources).take(mark, appended_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(sources: &mut Sources, data: &str) {
        sources.take(Progress::read(data.as_bytes()).expect(data), Instant::MAX).expect(data);
    }

    fn hindmost(sources: &Sources) -> String {
        sources
            .hindmost()
            .map_or("none".to_owned(), |Hindmost { source, part, reached }| format!("{source} {part} {reached}"))
    }

    #[test]
    fn the_part_that_is_furthest_behind_counts_until_it_is_over() {
        let mut sources = Sources::default();
        assert_eq!((hindmost(&sources).as_str(), sources.reached()), ("none", Instant::MAX));
        take(&mut sources, r#"{"source":"crm","reached":{"0":"2026-03-01T10:00:00Z","1":"2026-03-01T11:00:00Z"}}"#);
        take(&mut sources, r#"{"source":"shop","reached":{"0":"2026-03-01T10:30:00Z"}}"#);
        assert_eq!(hindmost(&sources), "crm 0 2026-03-01T10:00:00Z");
        take(&mut sources, r#"{"source":"crm","reached":{"0":"2026-03-01T12:00:00Z"}}"#);
        assert_eq!(hindmost(&sources), "shop 0 2026-03-01T10:30:00Z");
        take(&mut sources, r#"{"source":"crm","reached":{"0":"2026-03-01T09:00:00Z"}}"#);
        assert_eq!(hindmost(&sources), "shop 0 2026-03-01T10:30:00Z", "it does not go back");
        take(&mut sources, r#"{"source":"shop","is_over":true}"#);
        assert_eq!(hindmost(&sources), "crm 1 2026-03-01T11:00:00Z");
        take(&mut sources, r#"{"source":"crm","over":["1","7"]}"#);
        assert_eq!(hindmost(&sources), "crm 0 2026-03-01T12:00:00Z");
        take(&mut sources, r#"{"source":"crm","over":["0"]}"#);
        assert!(sources.is_empty());
    }

    #[test]
    fn what_is_no_mark_is_told() {
        for (data, expected) in [
            ("{", "EOF while parsing"),
            (r"{}", "missing field `source`"),
            (r#"{"source":""}"#, "a name has 0 bytes"),
            (r#"{"source":"crm","reached":{"0":"yesterday"}}"#, "`yesterday` is not an instant"),
            (r#"{"source":"crm","reached":{"0":"1969-01-01T00:00:00Z"}}"#, "`reached` of 0 is outside"),
            (r#"{"source":"crm","what":1}"#, "unknown field `what`"),
        ] {
            let told = Progress::read(data.as_bytes()).expect_err(data);
            assert!(told.kind == RefusalKind::BadData && told.what.contains(expected), "{data}: {told}");
        }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mut mark = Progress::of("crm");
        mark.reached.insert("topic/0".into(), Instant::from_s(5));
        mark.over.push("topic/1".into());
        assert_eq!(Progress::read(&mark.data()), Ok(mark));
    }

    #[test]
    fn a_lane_does_not_take_parts_without_end() {
        let mut sources = Sources::default();
        let mut mark = Progress::of("crm");
        mark.reached = (0..=PARTS_MAX).map(|part| (part.to_string().into(), Instant::from_s(1))).collect();
        assert!(sources.take(mark.clone(), Instant::MAX).is_err());
        mark.reached.remove("0");
        assert_eq!(sources.take(mark.clone(), Instant::MAX), Ok(()));
        assert_eq!(sources.take(mark, Instant::MAX), Ok(()), "those are known");
        let over = Progress { is_over: true, ..Progress::of("crm") };
        assert_eq!((sources.take(over, Instant::MAX), sources.is_empty()), (Ok(()), true), "also where it is full");
    }

    #[test]
    fn nobody_has_told_what_was_still_to_come() {
        let mut sources = Sources::default();
        let mark = Progress::read(br#"{"source":"crm","reached":{"0":"2199-01-01T00:00:00Z"}}"#).expect("a mark");
        sources.take(mark, Instant::from_s(7)).expect("it is taken");
        assert_eq!(sources.reached(), Instant::from_s(7));
    }

    #[test]
    fn all_parts_of_a_topic_can_be_over() {
        let mut sources = Sources::default();
        take(
            &mut sources,
            r#"{"source":"crm","reached":{"a/0":"2026-03-01T10:00:00Z","a/1":"2026-03-01T10:00:00Z","ab/0":"2026-03-01T11:00:00Z"}}"#,
        );
        take(&mut sources, r#"{"source":"crm","over":["a/"]}"#);
        assert_eq!(hindmost(&sources), "crm ab/0 2026-03-01T11:00:00Z");
    }
}
