//! Templates that a company can replace, in a language that is widely known and here can do little: Jinja's, by minijinja.
//!
//! A template reads no files and includes no others, takes a bounded number of steps, and says a bounded number of bytes. A
//! name that there is not is a mistake, told with its place.

use std::io::{self, Write};

use duly_core::policy::source::{Mistake, Place};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Template, UndefinedBehavior, Value};

/// How long a template and what it says may be, in bytes.
pub(crate) const BYTES_MAX: usize = 64 << 10;

/// How many steps a template may take.
const FUEL: u64 = 200_000;

/// How deep templates may call each other.
const DEPTH: usize = 16;

/// The beginning of a file.
pub(crate) const START: Place = Place { offset: 0, len: 0, line: 1, column: 1 };

/// Where templates are put to be rendered within their limits. Nothing is escaped.
pub(crate) fn sandbox() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment
}

/// What a template says of `words`, within the limits.
pub(crate) fn render(template: &Template<'_, '_>, words: &Value) -> Result<String, Error> {
    let mut out = Bounded(Vec::new());
    template.render_captured_to(words.clone(), &mut out)?;
    Ok(String::from_utf8_lossy(&out.0).into_owned())
}

/// What is wrong in a template, where it stands in `text`; `names` says where to find what a template can use.
pub(crate) fn mistake(text: &str, error: &Error, names: &str) -> Mistake {
    let line = error.line().unwrap_or(1);
    let begin: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let range = error.range().filter(|range| text.get(range.clone()).is_some()).unwrap_or(begin..begin);
    let column = text.get(begin..range.start).map_or(1, |before| before.chars().count() + 1);
    let hint = match error.kind() {
        ErrorKind::UndefinedError | ErrorKind::UnknownFilter | ErrorKind::UnknownFunction => {
            format!("{names} lists what a template can use")
        }
        ErrorKind::OutOfFuel => "a template may take few steps: say it without loops over long lists".to_owned(),
        ErrorKind::WriteFailure => "what a template says is short: say it in fewer words".to_owned(),
        ErrorKind::TemplateNotFound => "a template stands alone: it reads no files and includes no others".to_owned(),
        _ => "templates are written in Jinja's language: {{ value }}, {% if … %} … {% endif %}".to_owned(),
    };
    let at = Place { offset: range.start, len: range.len(), line, column };
    Mistake { at, what: told(error), hint: Some(hint) }
}

/// What is wrong, in a few words.
pub(crate) fn told(error: &Error) -> String {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{}{detail}", error.kind())
}

/// What is written, up to a bound.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > BYTES_MAX {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
