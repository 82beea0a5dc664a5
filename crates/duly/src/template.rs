//! Templates that a company can replace: what they are written in, how values are escaped, what is said about a mistake.
//!
//! What comes out of tickets and policies is escaped wherever a template puts it, in HTML and in Markdown, in a template of a
//! company's own too. A name that there is not is a mistake and never an empty place.

use std::path::{Path, PathBuf};

use duly_core::policy::source::Place;
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value, escape_formatter};

use crate::mistakes::{Faulty, Rejected};
use crate::texts;

/// A template and the name of the file that it is in.
#[derive(Debug)]
pub(crate) struct Template {
    path: PathBuf,
    text: String,
    /// The page that lists what it can use.
    help: &'static str,
}

/// What a template makes, which says what has to be escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Markdown,
}

impl Template {
    /// One that Duly ships under this name.
    pub(crate) fn shipped(name: &str, text: &str, help: &'static str) -> Self {
        Template { path: Path::new("the shipped template").join(name), text: text.to_owned(), help }
    }

    /// A company's own.
    ///
    /// # Errors
    /// It can not be read: the process ends with 78 (`EX_CONFIG`).
    pub(crate) fn read(path: &Path, help: &'static str) -> Result<Self, Rejected> {
        let text = texts::read(path).map_err(|faulty| Rejected(vec![faulty]))?;
        Ok(Template { path: path.to_owned(), text, help })
    }

    /// Renders it with what `environment` and `context` have.
    ///
    /// # Errors
    /// A mistake in the template, with its line: the process ends with 78 (`EX_CONFIG`).
    pub(crate) fn render(&self, environment: &Environment<'_>, context: Value) -> Result<String, Rejected> {
        let rendered =
            environment.template_from_named_str("template", &self.text).and_then(|page| page.render(context));
        rendered.map_err(|error| Rejected(vec![self.faulty(&error)]))
    }

    /// A mistake in it, where it stands.
    fn faulty(&self, error: &minijinja::Error) -> Faulty {
        let line = error.line().unwrap_or(1);
        let begin: usize = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let range = error.range().filter(|range| self.text.is_char_boundary(range.start)).unwrap_or(begin..begin);
        let column = self.text.get(begin..range.start).map_or(1, |before| before.chars().count() + 1);
        let place = Place { offset: range.start, len: range.len(), line, column };
        let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
        let hint = match error.kind() {
            ErrorKind::UndefinedError | ErrorKind::UnknownFilter | ErrorKind::UnknownFunction => {
                format!("{} lists what a template can use", self.help)
            }
            _ => "templates are written in Jinja's language: {{ value }}, {% for … %} … {% endfor %}".to_owned(),
        };
        Faulty::single(&self.path, &self.text, place, format!("{}{detail}", error.kind()), &hint)
    }
}

/// What every template has: strict, escaping, without anything of its subject yet.
pub(crate) fn environment(form: Form) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_debug(true);
    let escape = if form == Form::Html { AutoEscape::Html } else { AutoEscape::Custom("markdown".into()) };
    environment.set_auto_escape_callback(move |_| escape.clone());
    environment.set_formatter(format);
    environment
}

/// Writes a value, escaped for what the page is.
fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    let is_markdown = matches!(state.auto_escape(), AutoEscape::Custom(_));
    match value.as_str() {
        Some(text) if is_markdown && !value.is_safe() => Ok(out.write_str(&markdown(text))?),
        _ if is_markdown => Ok(write!(out, "{value}")?),
        _ => escape_formatter(out, state, value),
    }
}

/// Text that Markdown shows as it is, also in a cell of a table.
fn markdown(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut all, character| {
        match character {
            '|' | '\\' | '`' | '*' | '[' | ']' | '#' => all.extend(['\\', character]),
            '<' => all.push_str("&lt;"),
            '&' => all.push_str("&amp;"),
            '\n' | '\r' | '\t' => all.push(' '),
            _ => all.push(character),
        }
        all
    })
}
