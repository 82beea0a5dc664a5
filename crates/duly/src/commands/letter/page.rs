//! A letter through its templates: a text in Markdown, and a page around it. There is one text, so that both forms say the
//! same.

use minijinja::Value;
use minijinja::value::Serde;
use pulldown_cmark::{Options, Parser, html};

use super::facts::Facts;
use crate::columns;
use crate::language::Language;
use crate::mistakes::Rejected;
use crate::template::{Form, Template, environment};

/// The page that lists what a template can use.
pub(super) const HELP: &str = "docs/letter.md";

const ENGLISH: &str = include_str!("../../../../../deploy/config/templates/letter.en.md");
const CHINESE: &str = include_str!("../../../../../deploy/config/templates/letter.zh.md");
const PAGE: &str = include_str!("../../../../../deploy/config/templates/letter.html");

/// What a letter is made with.
#[derive(Debug)]
pub(super) struct Templates {
    /// Its text, in Markdown.
    pub(super) text: Template,
    /// The page around it.
    pub(super) page: Template,
}

impl Templates {
    /// Those that Duly ships.
    pub(super) fn shipped(language: Language) -> Self {
        let text = match language {
            Language::En => Template::shipped("letter.en.md", ENGLISH, HELP),
            Language::Zh => Template::shipped("letter.zh.md", CHINESE, HELP),
        };
        Templates { text, page: Template::shipped("letter.html", PAGE, HELP) }
    }
}

/// The letter as Markdown, its tables aligned.
///
/// # Errors
/// A mistake in the text's template.
pub(super) fn markdown(facts: &Facts, templates: &Templates) -> Result<String, Rejected> {
    let text = templates.text.render(&environment(Form::Markdown), Value::from(Serde(facts)))?;
    Ok(columns::aligned(&text))
}

/// The letter as a page.
///
/// # Errors
/// A mistake in one of the templates.
pub(super) fn html(facts: &Facts, templates: &Templates) -> Result<String, Rejected> {
    let text = markdown(facts, templates)?;
    let mut body = String::with_capacity(text.len() * 2);
    html::push_html(&mut body, Parser::new_ext(&text, Options::ENABLE_TABLES));
    let context = minijinja::context! { body => Value::from_safe_string(body), ..Value::from(Serde(facts)) };
    templates.page.render(&environment(Form::Html), context)
}
