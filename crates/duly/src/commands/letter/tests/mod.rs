//! What a letter says is what is enforced: it is read back, and held to the compiled policy; and no figure of a policy can change
//! without the letter changing.

mod figures;
mod mutations;
mod owed;
mod phrases;
mod reading;

use std::path::Path;

use duly_core::policy::Compiled;

use super::page::{self, Templates};
use super::{facts, teller};
use crate::language::Language;
use crate::policies;

const LANGUAGES: [Language; 2] = [Language::En, Language::Zh];

/// A small policy with everything that the shipped one does without.
const OTHER: &str = include_str!("other.yaml");

fn policy(text: &str) -> Compiled {
    policies::read(Path::new("letter.yaml"), text).unwrap_or_else(|faulty| panic!("{faulty}")).policy
}

fn shipped() -> Compiled {
    policies::shipped().expect("it is sound").compile().expect("it is sound")
}

/// The letter as Markdown.
fn rendered(policy: &Compiled, language: Language) -> Result<String, teller::Missing> {
    let letter = policy.policy.letter.as_ref().expect("a policy with a letter");
    let facts = facts::of(policy, letter, language)?;
    Ok(page::markdown(&facts, &Templates::shipped(language)).unwrap_or_else(|rejected| panic!("{rejected}")))
}

fn letter(policy: &Compiled, language: Language) -> String {
    rendered(policy, language).unwrap_or_else(|missing| panic!("{missing}"))
}
