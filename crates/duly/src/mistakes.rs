//! Mistakes in files that a person wrote, told with file, line, column, excerpt and hint.
//!
//! On a terminal each is a report that points at the place; in a pipe it is a line that editors and CI understand,
//! `file:line:column: what is wrong (what to do)`, without the excerpt. Both say the same.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use duly_core::policy::source::{Mistake, Place};
use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};
use thiserror::Error;

use crate::files::tell;

/// Where something is told that concerns a text as a whole.
pub(crate) const START: Place = Place { offset: 0, len: 0, line: 1, column: 1 };

/// A file that can not be used, and why. `Display` shows each mistake on a line.
#[derive(Debug)]
pub(crate) struct Faulty {
    name: String,
    /// Its text, where there is one to point into.
    text: Option<String>,
    mistakes: Vec<Mistake>,
}

/// Files that can not be used: an error that ends the process with 78.
#[derive(Debug, Error, Diagnostic)]
#[error("{}", self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
#[diagnostic(code(duly::config::rejected))]
pub(crate) struct Rejected(pub(crate) Vec<Faulty>);

impl Faulty {
    /// Mistakes in `text`.
    pub(crate) fn new(path: &Path, text: &str, mistakes: Vec<Mistake>) -> Self {
        Faulty { name: name(path), text: Some(text.to_owned()), mistakes }
    }

    /// One mistake in `text`.
    pub(crate) fn single(path: &Path, text: &str, at: Place, what: String, hint: &str) -> Self {
        Faulty::new(path, text, vec![Mistake { at, what, hint: Some(hint.to_owned()) }])
    }

    /// A file that can not be read at all.
    pub(crate) fn unread(path: &Path, what: String, hint: &str) -> Self {
        let mistake = Mistake { at: START, what, hint: Some(hint.to_owned()) };
        Faulty { name: name(path), text: None, mistakes: vec![mistake] }
    }

    /// Mistakes in what has no text to point into.
    pub(crate) fn whole(path: &Path, mistakes: Vec<Mistake>) -> Self {
        Faulty { name: name(path), text: None, mistakes }
    }

    /// What is wrong first.
    pub(crate) fn first(self) -> String {
        self.mistakes.into_iter().next().map(|mistake| mistake.what).unwrap_or_default()
    }

    fn tell(&self) {
        for mistake in &self.mistakes {
            show(&self.name, self.text.as_deref(), mistake, Severity::Error);
        }
    }
}

impl Rejected {
    /// Tells every mistake of every file on standard error, and how many there are.
    pub(crate) fn tell(&self) {
        self.0.iter().for_each(Faulty::tell);
        let count: usize = self.0.iter().map(|faulty| faulty.mistakes.len()).sum();
        tell!("{count} {} to correct", if count == 1 { "mistake" } else { "mistakes" });
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.mistakes.iter().map(|mistake| line(&self.name, self.text.is_some(), mistake));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Tells what works, and is perhaps not meant.
pub(crate) fn warn(path: &Path, text: &str, warning: &Mistake) {
    show(&name(path), Some(text), warning, Severity::Warning);
}

/// A file's name for people and editors.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

fn line(name: &str, has_place: bool, mistake: &Mistake) -> String {
    if has_place {
        return format!("{name}:{mistake}");
    }
    let hint = mistake.hint.as_ref().map(|hint| format!(" ({hint})"));
    format!("{name}: {}{}", mistake.what, hint.unwrap_or_default())
}

fn show(name: &str, text: Option<&str>, mistake: &Mistake, severity: Severity) {
    if io::stderr().is_terminal() {
        tell!("{:?}", miette::Report::new(Pointed::new(name, text, mistake.clone(), severity)));
        return;
    }
    let warning = if severity == Severity::Warning { "warning: " } else { "" };
    tell!("{warning}{}", line(name, text.is_some(), mistake));
}

/// A mistake with the text that it is in, for miette to draw.
#[derive(Debug)]
struct Pointed {
    mistake: Mistake,
    severity: Severity,
    /// The file's name, where there is no text that it would be named with.
    unread: Option<String>,
    source: Option<Text>,
    span: SourceSpan,
}

impl Pointed {
    fn new(name: &str, text: Option<&str>, mistake: Mistake, severity: Severity) -> Self {
        let span = text.map_or((0, 0), |text| (mistake.at.offset, on_one_line(text, mistake.at)));
        Pointed {
            unread: text.is_none().then(|| name.to_owned()),
            source: text.map(|text| Text {
                name: name.to_owned(),
                content: text.to_owned(),
                column: mistake.at.column,
            }),
            span: span.into(),
            mistake,
            severity,
        }
    }
}

/// How much of a place lies on its first line, in bytes: an excerpt points, and does not repeat a whole section.
fn on_one_line(text: &str, at: Place) -> usize {
    let rest = text.get(at.offset..).unwrap_or_default();
    let line = rest.find(['\r', '\n']).unwrap_or(rest.len());
    at.len.min(line)
}

impl fmt::Display for Pointed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unread {
            Some(name) => write!(f, "{name}: {}", self.mistake.what),
            None => f.write_str(&self.mistake.what),
        }
    }
}

impl std::error::Error for Pointed {}

impl Diagnostic for Pointed {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.mistake.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, self.span))))
    }
}

/// A text with its name, and the column of the place that is told: miette would count bytes, and editors do not.
#[derive(Debug)]
struct Text {
    name: String,
    content: String,
    /// From 1, in characters.
    column: usize,
}

impl SourceCode for Text {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.content.read_span(span, lines_before, lines_after)?;
        // Without lines around it this is asked for the heading, not for the excerpt.
        let is_heading = lines_before == 0 && lines_after == 0;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            found.data(),
            *found.span(),
            found.line(),
            if is_heading { self.column - 1 } else { found.column() },
            found.line_count(),
        )))
    }
}
