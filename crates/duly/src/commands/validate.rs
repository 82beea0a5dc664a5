//! `duly validate`: every mistake of every file, at once.

mod horizon;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use duly_core::policy::source::Mistake;
use duly_engine::config::Config;
use duly_engine::deliver;
use duly_engine::ingest::mapping::Mapping;

use crate::exit::Exit;
use crate::files::tell;
use crate::mistakes::{self, Faulty, Rejected};
use crate::policies::{self, Loaded};
use crate::{notifier, sinks, texts, today};

/// Check policies, mappings and settings, and tell every mistake
///
/// Each mistake is told with its line, its column and what to do about it. What is sound is told in a line: the policy's
/// version, what it promises and for how long its calendars are known.
///
/// With settings all is checked that they name: policies, mappings, recipes of sinks, the address book and templates. Secrets are
/// left alone, for they may be elsewhere: `duly notify test` and the start of `duly serve` look at those.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly validate policies/*.yaml
  duly validate duly.yaml
      the settings, and all that they name
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
#[derive(Default)]
struct Sound {
    summary: String,
    warnings: Vec<Mistake>,
    /// What it is, where it is settings: they name other files.
    settings: Option<Config>,
}

/// The kinds of file: the keys at the beginning of a line that tell them, and what checks them. The first is assumed
/// where no key tells.
type Check = fn(&Path, &str) -> Result<Sound, Faulty>;
const KINDS: [(&[&str], Check); 5] = [
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
            "retention",
            "log",
            "notifications",
            "sources",
            "sinks",
            "announcements",
            "kafka",
        ],
        config,
    ),
    (&["about", "url"], recipe),
    (&["people", "teams", "roles", "customers", "nobody"], people),
];

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let mut checked = Checked::default();
        self.files.iter().for_each(|path| checked.check(path, None));
        if checked.rejected.is_empty() { Ok(Exit::Done) } else { Err(Rejected(checked.rejected).into()) }
    }
}

/// Files that were looked at, each once, however often it is named.
#[derive(Default)]
struct Checked {
    seen: BTreeSet<PathBuf>,
    rejected: Vec<Faulty>,
}

impl Checked {
    /// Checks one file and what it names, and tells what there is to say of each that is sound. What kind of file it is its keys
    /// tell, unless who names it does.
    fn check(&mut self, path: &Path, kind: Option<Check>) {
        if !self.seen.insert(path.canonicalize().unwrap_or_else(|_| path.to_owned())) {
            return;
        }
        match look_at(path, kind) {
            Ok(named) => self.check_named(&named),
            Err(faulty) => self.rejected.push(faulty),
        }
    }

    /// Checks what settings name.
    fn check_named(&mut self, settings: &Config) {
        settings.policies.iter().for_each(|path| self.check(path, Some(policy)));
        settings.sources.iter().for_each(|source| self.check(&source.mapping, Some(mapping)));
        settings.sinks.iter().filter_map(|sink| sink.people.as_ref()).for_each(|path| self.check(path, Some(people)));
        if let Some(Err(Rejected(faulty))) = settings.notifications.as_ref().map(notifier::of) {
            self.rejected.extend(faulty);
        }
        // A recipe is tried with the values of its sink. What was told already is not told again.
        let told: BTreeSet<String> = self.rejected.iter().map(ToString::to_string).collect();
        self.rejected
            .extend(sinks::check(&settings.sinks).into_iter().filter(|faulty| !told.contains(&faulty.to_string())));
        if !settings.sinks.is_empty() && self.rejected.is_empty() {
            let names: Vec<&str> = settings.sinks.iter().map(|sink| sink.name.as_str()).collect();
            tell!("ok  sinks: {}", names.join(", "));
        }
    }
}

/// Looks at one file. Returns the settings that it has, with paths from here; none that name anything where it has none.
fn look_at(path: &Path, kind: Option<Check>) -> Result<Config, Faulty> {
    let text = texts::read(path)?;
    let Sound { summary, warnings, settings } = kind.unwrap_or_else(|| kind_of(&text))(path, &text)?;
    tell!("ok  {}: {summary}", mistakes::name(path));
    for warning in &warnings {
        mistakes::warn(path, &text, warning);
    }
    let nothing = || Config { policies: Vec::new(), ..Config::default() };
    Ok(settings.map_or_else(nothing, |settings| settings.relative_to(path.parent().unwrap_or(Path::new("")))))
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
    Ok(Sound { summary, warnings, settings: None })
}

fn mapping(path: &Path, text: &str) -> Result<Sound, Faulty> {
    let mapping = Mapping::parse(text).map_err(|mistakes| Faulty::new(path, text, mistakes))?;
    let rules = mapping.rules();
    let rules = if rules == 1 { "1 rule".to_owned() } else { format!("{rules} rules") };
    Ok(Sound { summary: format!("mapping {}, {rules}", mapping.name()), ..Sound::default() })
}

fn config(path: &Path, text: &str) -> Result<Sound, Faulty> {
    let config = Config::parse(text).map_err(|mistakes| Faulty::new(path, text, mistakes))?;
    let policies = config.policies.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let policies = if policies.is_empty() { "none".to_owned() } else { policies };
    let summary =
        format!("settings, store {}, policies {policies}, listens on {}", config.store.display(), config.listen);
    Ok(Sound { summary, settings: Some(config), ..Sound::default() })
}

fn recipe(path: &Path, text: &str) -> Result<Sound, Faulty> {
    deliver::check_recipe(text).map_err(|mistakes| Faulty::new(path, text, mistakes))?;
    Ok(Sound { summary: "a recipe of a sink".to_owned(), ..Sound::default() })
}

fn people(path: &Path, _: &str) -> Result<Sound, Faulty> {
    let hint = "docs/delivery.md shows an address book";
    deliver::check_people(path).map_err(|what| Faulty::unread(path, what, hint))?;
    Ok(Sound { summary: "an address book".to_owned(), ..Sound::default() })
}
