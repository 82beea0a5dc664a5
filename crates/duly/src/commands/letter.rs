//! `duly letter`: the policy as the letter that a company signs and sends (L23).

mod counting;
mod facts;
mod hours;
mod owed;
mod page;
mod phrases;
mod promises;
mod safeguards;
mod teller;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use duly_core::policy::Compiled;
use miette::Diagnostic;
use thiserror::Error;

use crate::exit::Exit;
use crate::files;
use crate::language::Language;
use crate::mistakes::{self, Rejected};
use crate::template::Template;
use crate::{policies, texts};
use page::Templates;
use teller::Missing;

/// Render a policy as the letter that a company signs and sends
///
/// Who promises what to whom, in Chinese or English: what a response is, the time for each kind of request, how time is
/// counted, who is reminded and told, what is done about feedback, what is owed and paid after a broken promise. Every figure is that of the policy, which is
/// what the engine enforces, and the letter ends with the policy's version.
///
/// What a policy does not say by its promises stands in its sections `letter` and `words`. docs/letter.md has more.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The policy; `-` is standard input
    #[arg(long, value_name = "POLICY.yaml")]
    policy: PathBuf,
    /// The language; without it, that of the environment
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// How to write it; without it, as the name of --out says, else Markdown
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write; without it, to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A template of your own: FILE.md for the text, FILE.html for the page around it
    #[arg(long, value_name = "FILE")]
    template: Vec<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  duly letter --policy letter.yaml --lang zh
      in the terminal, as Markdown
  duly letter --policy letter.yaml --lang en --out letter.html
      a page to send or to print
  duly letter --policy letter.yaml --template ours.md --out letter.html
      in words of your own; the figures stay those of the policy

`chromium --headless --no-pdf-header-footer --print-to-pdf letter.html` makes a
PDF of a page.

Exit codes:
   0  done
  78  the policy or a template has a mistake, or the policy lacks words
      (EX_CONFIG)";

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A page in one file
    Html,
    /// Markdown
    Md,
}

/// Why there is no letter.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("{policy} does not say who promises all this to whom")]
    #[diagnostic(code(duly::config::letter), help("{LETTER}"))]
    Unsigned { policy: String },
    #[error("{policy} has no words in {language} for what the letter names")]
    #[diagnostic(code(duly::config::letter), help("write them into the policy:\n\n{missing}"))]
    Wordless { policy: String, language: &'static str, missing: Missing },
    #[error("{} is no template of a letter", .0.display())]
    #[diagnostic(
        code(duly::config::letter),
        help("the text is a file named ….md, the page around it one named ….html")
    )]
    UnknownTemplate(PathBuf),
    #[error("{} is the template of a page, and Markdown has none", .0.display())]
    #[diagnostic(code(duly::config::letter), help("leave it out, or write --format html"))]
    UnusedTemplate(PathBuf),
}

/// What a policy needs at least.
const LETTER: &str = "\
write it into the policy:

letter:
  promisor: {en: Example Ltd., zh: 示例公司}
  addressee: {en: Our customers, zh: 尊敬的客户}
  review: month
  signatory: {en: Director of Customer Service, zh: 客户服务总监}
  date: 2026-01-01";

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let language = self.lang.unwrap_or_else(Language::of_environment);
        let templates = self.templates(language)?;
        let text = texts::read(&self.policy).map_err(|faulty| Rejected(vec![faulty]))?;
        let loaded = policies::read(&self.policy, &text).map_err(|faulty| Rejected(vec![faulty]))?;
        let written = self.write(&loaded.policy, language, &templates)?;
        files::write(self.out.as_deref(), written.as_bytes())?;
        Ok(Exit::Done)
    }

    fn write(&self, policy: &Compiled, language: Language, templates: &Templates) -> miette::Result<String> {
        let name = || mistakes::name(&self.policy);
        let letter = policy.policy.letter.as_ref().ok_or_else(|| Error::Unsigned { policy: name() })?;
        let facts = facts::of(policy, letter, language).map_err(|missing| Error::Wordless {
            policy: name(),
            language: language.name(),
            missing,
        })?;
        Ok(match self.format() {
            Format::Md => page::markdown(&facts, templates)?,
            Format::Html => page::html(&facts, templates)?,
        })
    }

    /// As asked, else as the name of the file says.
    fn format(&self) -> Format {
        let named = if self.out.as_deref().is_some_and(is_page) { Format::Html } else { Format::Md };
        self.format.unwrap_or(named)
    }

    /// The shipped ones, but for those that are given.
    fn templates(&self, language: Language) -> miette::Result<Templates> {
        let mut templates = Templates::shipped(language);
        for path in &self.template {
            let slot = match path.extension().and_then(|extension| extension.to_str()) {
                Some("md") => &mut templates.text,
                _ if is_page(path) && self.format() == Format::Md => {
                    return Err(Error::UnusedTemplate(path.clone()).into());
                }
                _ if is_page(path) => &mut templates.page,
                _ => return Err(Error::UnknownTemplate(path.clone()).into()),
            };
            *slot = Template::read(Path::new(path), page::HELP)?;
        }
        Ok(templates)
    }
}

/// Whether a file of this name is a page.
fn is_page(path: &Path) -> bool {
    matches!(path.extension().and_then(|extension| extension.to_str()), Some("html" | "htm"))
}
