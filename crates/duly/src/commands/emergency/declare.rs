//! `duly emergency declare`.

use std::path::{Path, PathBuf};

use duly_core::control::emergency::Kind;
use duly_core::policy::source::{self, Written};
use duly_engine::clock::{Clock as _, WallClock};
use duly_engine::emergency::What;
use miette::IntoDiagnostic as _;
use serde_json::{Map, Value};

use super::words::Words;
use super::{place, table};
use crate::exit::Exit;
use crate::mistakes::{Faulty, Rejected};
use crate::texts;

/// Declare an emergency
///
/// It lasts from then on until it is lifted. Declared late it corrects the record: what would not have been published is
/// retracted. Its id is never used again; telling the same twice is telling it once.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly emergency declare [OPTIONS] --url <URL> --kind <KIND> <ID>
       duly emergency declare [OPTIONS] --url <URL> --file <FILE>")]
#[command(after_help = "\
Examples:
  duly emergency declare typhoon-2026-10 --url http://127.0.0.1:8321 \\
    --kind natural_disaster --title-zh 台风 --title-en Typhoon \\
    --scope region=华东 --scope category=after_sales --suspend \\
    --expected-end 2026-10-05T18:00 --zone Asia/Shanghai \\
    --message-zh 受台风影响,上门服务暂停,恢复时间另行通知。
  duly emergency declare fibre-cut --store duly.db --kind network_failure \\
    --title-en 'Fibre cut' --extend '4 working_hours' --plan plan.yaml
  duly emergency declare --kafka localhost:9092 --file typhoon.yaml
      all of it in a file; every mistake at once, with its line")]
pub(super) struct Args {
    /// The id by which it is updated and lifted, such as typhoon-2026-10
    #[arg(value_name = "ID", required_unless_present = "file")]
    id: Option<String>,
    /// What kind of emergency it is
    #[arg(long, value_name = "KIND", required_unless_present = "file", value_parser = Kind::ALL.map(Kind::name))]
    kind: Option<String>,
    /// All of it as YAML: emergency, kind, title, message, when, effect, effective_from, expected_end, plan
    #[arg(long, value_name = "FILE", conflicts_with_all = FLAGS)]
    file: Option<PathBuf>,
    #[command(flatten)]
    words: Words,
    #[command(flatten)]
    place: place::Args,
}

/// What a file says itself.
const FLAGS: [&str; 14] = [
    "id",
    "kind",
    "title_zh",
    "title_en",
    "zh",
    "en",
    "scope",
    "policies",
    "objectives",
    "effect",
    "expected_end",
    "plan",
    "from",
    "zone",
];

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let place = self.place.place()?;
        let (id, said) = match &self.file {
            Some(path) => of_file(path)?,
            None => {
                let mut said = Map::new();
                said.extend(self.kind.map(|kind| ("kind".to_owned(), kind.into())));
                self.words.add_to(&mut said)?;
                (self.id.unwrap_or_default(), said)
            }
        };
        let mut said = said;
        said.insert("emergency".to_owned(), id.clone().into());
        table::told(&place.tell(What::Declare, &id, said)?)
    }
}

/// The emergency in a file: its id, and what is said of it.
fn of_file(path: &Path) -> miette::Result<(String, Map<String, Value>)> {
    let rejected = |faulty| Rejected(vec![faulty]);
    let text = texts::read(path).map_err(rejected)?;
    let written = source::parse_emergency(&text, WallClock.now());
    let Written { declaration, is_dated } = written.map_err(|mistakes| rejected(Faulty::new(path, &text, mistakes)))?;
    let id = declaration.emergency.clone();
    let Value::Object(mut said) = serde_json::to_value(declaration).into_diagnostic()? else {
        unreachable!("a declaration is an object")
    };
    if !is_dated {
        // Who takes it says what time it is.
        said.remove("effective_from");
    }
    Ok((id, said))
}
