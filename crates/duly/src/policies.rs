//! Policy files, read for the commands that need them: with every mistake of every file told at once.

use std::path::{Path, PathBuf};

use duly_core::policy::source::{self, Mistake, Parsed};
use duly_core::policy::{Compiled, Policy};

use crate::mistakes::{Faulty, Rejected, START};
use crate::texts;

/// A policy that can be run.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) policy: Compiled,
    /// What is perhaps not meant.
    pub(crate) warnings: Vec<Mistake>,
}

/// Reads the policies at `paths`, in that order; `-` is standard input.
///
/// # Errors
/// [`Rejected`] with all mistakes of all files, which ends the process with 78 (`EX_CONFIG`).
pub(crate) fn load(paths: &[PathBuf]) -> miette::Result<Vec<Policy>> {
    let (mut policies, mut rejected) = (Vec::new(), Vec::new());
    for path in paths {
        match texts::read(path).and_then(|text| read(path, &text)) {
            Ok(loaded) => policies.push(loaded.policy.policy),
            Err(faulty) => rejected.push(faulty),
        }
    }
    if rejected.is_empty() { Ok(policies) } else { Err(Rejected(rejected).into()) }
}

/// The policy that Duly ships: the response-time commitment of the letter.
pub(crate) fn shipped() -> miette::Result<Policy> {
    const TEXT: &str = include_str!("../../../deploy/config/policies/response-time-commitment.yaml");
    let loaded = read(Path::new("the shipped policy"), TEXT).map_err(|faulty| Rejected(vec![faulty]))?;
    Ok(loaded.policy.policy)
}

/// Reads and compiles the policy that is written in `text`, the content of the file at `path`.
pub(crate) fn read(path: &Path, text: &str) -> Result<Loaded, Faulty> {
    let faulty = |mistakes| Faulty::new(path, text, mistakes);
    let Parsed { policy, warnings } = source::parse(text, &|name| beside(path, name)).map_err(faulty)?;
    let policy = policy.compile().map_err(|errors| {
        let of_the_whole = |what: String| Mistake { at: START, what, hint: None };
        faulty(errors.into_iter().map(|error| of_the_whole(error.to_string())).collect())
    })?;
    Ok(Loaded { policy, warnings })
}

/// The text of a file that the policy at `path` names, relative to the policy's directory.
fn beside(path: &Path, name: &str) -> Result<String, String> {
    let directory = path.parent().unwrap_or(Path::new(""));
    texts::read(&directory.join(name)).map_err(Faulty::first)
}
