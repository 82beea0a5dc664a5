//! Mistakes: what is wrong in a text, where, and what to do about it.
//!
//! Nothing here stops at the first one: readers report into a [`Report`] and go on with what they can.

use std::fmt;

use serde::Serialize;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Bytes before it.
    pub offset: usize,
    /// Its length in bytes.
    pub len: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The beginning of a text.
    pub const START: Place = Place { offset: 0, len: 0, line: 1, column: 1 };
}

/// Something that a person has to correct, or (as a warning) may want to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mistake {
    /// Where it is.
    pub at: Place,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Mistake {
    /// Says what to do about it.
    pub fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }
}

/// Shows a mistake in a line: `12:5: what is wrong (what to do)`.
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.at.line, self.at.column, self.what)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for Mistake {}

/// What readers have found so far.
#[derive(Debug, Default)]
pub struct Report {
    mistakes: Vec<Mistake>,
    warnings: Vec<Mistake>,
    /// Whether parts of the text were left out of the tree, because of mistakes in the YAML itself.
    pub(super) tree_has_gaps: bool,
}

impl Report {
    /// Reports what makes the text unusable.
    pub fn mistake(&mut self, at: Place, what: impl Into<String>) -> &mut Mistake {
        push(&mut self.mistakes, at, what.into())
    }

    /// Reports what works, and is perhaps not meant.
    pub fn warning(&mut self, at: Place, what: impl Into<String>) -> &mut Mistake {
        push(&mut self.warnings, at, what.into())
    }

    /// How many mistakes there are so far, to tell whether reading a part has added any.
    pub fn mistake_count(&self) -> usize {
        self.mistakes.len()
    }

    /// Mistakes and warnings in the order of the text. What an alias repeats is told once.
    pub fn finish(self) -> (Vec<Mistake>, Vec<Mistake>) {
        (in_order(self.mistakes), in_order(self.warnings))
    }
}

fn push(list: &mut Vec<Mistake>, at: Place, what: String) -> &mut Mistake {
    list.push(Mistake { at, what, hint: None });
    list.last_mut().expect("one has just been pushed")
}

fn in_order(mut list: Vec<Mistake>) -> Vec<Mistake> {
    list.sort();
    list.dedup();
    list
}

/// `did you mean …?`, where one of the known words is close to `word`.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    near(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// The known word that `word` is probably a slip of: at most a third of its letters differ.
pub(super) fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.chars().take(65).count();
    if letters > 64 {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word.to_lowercase(), candidate), candidate))
        .filter(|(distance, _)| *distance <= (letters / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Words as a list for people: `a`, `b`, `c`.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
