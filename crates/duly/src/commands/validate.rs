//! `duly validate`: every mistake of every file, at once.

mod horizon;

use std::path::{Path, PathBuf};

use duly_core::policy::source::Mistake;
use duly_engine::config::Config;
use duly_engine::ingest::mapping::Mapping;

use crate::exit::Exit;
use crate::files::tell;
use crate::mistakes::{self, Faulty, Rejected};
use crate::policies::{self, Loaded};
use crate::{texts, today};

/// Check policies, mappings and settings, and tell every mistake
///
/// Each mistake is told with its line, its column and what to do about it. What is sound is told in a line: the policy's
/// version, what it promises and for how long its calendars are known.
///
/// Settings are checked by themselves: give the policies and mappings that they name as well. Recipes of sinks, the
/// address book and secrets are checked by `duly notify test` and when `duly serve` starts.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly validate policies/*.yaml
  duly validate duly.yaml policies/*.yaml mappings/*.yaml
  git show main:policy.yaml | duly validate -

Exit codes:
   0  no file has a mistake; warnings may have been told
  78  a file has mistakes, or can not be read (EX_CONFIG)

In a pipe each mistake is a line, `file:line:column: what is wrong (what to do)`.")]
pub(crate) struct Args {
    /// The files; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What there is to say of a file without mistakes.
struct Sound {
    summary: String,
    warnings: Vec<Mistake>,
}

/// The kinds of file: the keys at the beginning of a line that tell them, and what checks them. The first is assumed
/// where no key tells.
type Check = fn(&Path, &str) -> Result<Sound, Faulty>;
const KINDS: [(&[&str], Check); 3] = [
    (&["policy", "objectives"], policy),
    (&["mapping"], mapping),
    (
        &[
            "store",
            "policies",
            "feeds",
            "follow",
            "listen",
            "token_file",
            "lateness_grace",
            "log",
            "sources",
            "sinks",
            "announcements",
            "kafka",
        ],
        config,
    ),
];

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let rejected: Vec<Faulty> = self.files.iter().filter_map(|path| check(path).err()).collect();
        if rejected.is_empty() { Ok(Exit::Done) } else { Err(Rejected(rejected).into()) }
    }
}

/// Checks one file, and tells what there is to say where it is sound.
fn check(path: &Path) -> Result<(), Faulty> {
    let text = texts::read(path)?;
    let Sound { summary, warnings } = kind_of(&text)(path, &text)?;
    tell!("ok  {}: {summary}", mistakes::name(path));
    for warning in &warnings {
        mistakes::warn(path, &text, warning);
    }
    Ok(())
}

fn kind_of(text: &str) -> Check {
    let has = |key: &&str| text.lines().any(|line| line.strip_prefix(*key).is_some_and(|rest| rest.starts_with(':')));
    let told = KINDS.iter().find(|(keys, _)| keys.iter().any(has));
    told.unwrap_or(&KINDS[0]).1
}

fn policy(path: &Path, text: &str) -> Result<Sound, Faulty> {
    let Loaded { policy, mut warnings } = policies::read(path, text)?;
    warnings.extend(horizon::warnings(&policy.policy, text, today::today()));
    let counted = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut promises = counted(policy.policy.objectives.len(), "objective", "objectives");
    if !policy.policy.remedies.is_empty() {
        promises += ", ";
        promises += &counted(policy.policy.remedies.len(), "remedy", "remedies");
    }
    let known = match horizon::known_until(&policy.policy) {
        Some(date) => format!(", calendars known until {date}"),
        None => String::new(),
    };
    let summary = format!("policy {}, version {}, {promises}{known}", policy.policy.policy, policy.version);
    Ok(Sound { summary, warnings })
}

fn mapping(path: &Path, text: &str) -> Result<Sound, Faulty> {
    let mapping = Mapping::parse(text).map_err(|mistakes| Faulty::new(path, text, mistakes))?;
    let rules = mapping.rules();
    let rules = if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") };
    Ok(Sound { summary: format!("mapping {}, {rules}", mapping.name()), warnings: Vec::new() })
}

fn config(path: &Path, text: &str) -> Result<Sound, Faulty> {
    let config = Config::parse(text).map_err(|mistakes| Faulty::new(path, text, mistakes))?;
    let policies = config.policies.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let policies = if policies.is_empty() { "none".to_owned() } else { policies };
    let summary =
        format!("settings, store {}, policies {policies}, listens on {}", config.store.display(), config.listen);
    Ok(Sound { summary, warnings: Vec::new() })
}
