//! `duly emergency update|lift|void`: what is told of an emergency after it was declared.

use duly_engine::emergency::What;
use serde_json::Map;

use super::words::{Message, Time, Words};
use super::{place, table};
use crate::exit::Exit;

/// Tell what has changed, or of progress
///
/// What is not named stays as it is. A message, a title, another effect or expected end is told to the customers in scope.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly emergency update [OPTIONS] --url <URL> <ID>
       duly emergency update [OPTIONS] --store <FILE> <ID>
       duly emergency update [OPTIONS] --kafka <BOOTSTRAP> <ID>")]
#[command(after_help = "\
Examples:
  duly emergency update typhoon-2026-10 --url http://127.0.0.1:8321 \\
    --message-zh 部分地区已恢复上门服务。 --expected-end 2026-10-06T12:00:00+08:00
  duly emergency update typhoon-2026-10 --url http://127.0.0.1:8321 \\
    --scope region=华东 --scope region=华南")]
pub(super) struct Update {
    /// The emergency
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    words: Words,
    #[command(flatten)]
    place: place::Args,
}

/// Say that it is over
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly emergency lift [OPTIONS] --url <URL> <ID>
       duly emergency lift [OPTIONS] --store <FILE> <ID>
       duly emergency lift [OPTIONS] --kafka <BOOTSTRAP> <ID>")]
#[command(after_help = "\
Examples:
  duly emergency lift typhoon-2026-10 --url http://127.0.0.1:8321 \\
    --message-zh 上门服务已恢复正常。
  duly emergency lift typhoon-2026-10 --store duly.db --from 2026-10-05T18:00
      it was over then, though it is told only now")]
pub(super) struct Lift {
    /// The emergency
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    message: Message,
    #[command(flatten)]
    time: Time,
    #[command(flatten)]
    place: place::Args,
}

/// Say that it, or something told of it, was never so
///
/// A correction of the record: what followed from it is retracted.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly emergency void [OPTIONS] --url <URL> <ID>
       duly emergency void [OPTIONS] --store <FILE> <ID>
       duly emergency void [OPTIONS] --kafka <BOOTSTRAP> <ID>")]
#[command(after_help = "\
Examples:
  duly emergency void typhoon-2026-10 --url http://127.0.0.1:8321
  duly emergency void typhoon-2026-10 --number 3 --url http://127.0.0.1:8321
      only what was told third; `duly emergency list` shows the numbers")]
pub(super) struct Void {
    /// The emergency
    #[arg(value_name = "ID")]
    id: String,
    /// Only this update or lift; without it, the emergency as a whole
    #[arg(long, value_name = "NUMBER")]
    number: Option<u32>,
    #[command(flatten)]
    place: place::Args,
}

impl Update {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let mut said = Map::new();
        self.words.add_to(&mut said)?;
        table::told(&self.place.place()?.tell(What::Update, &self.id, said)?)
    }
}

impl Lift {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let mut said = Map::new();
        self.message.add_to(&mut said);
        self.time.add_to(&mut said)?;
        table::told(&self.place.place()?.tell(What::Lift, &self.id, said)?)
    }
}

impl Void {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let said = self.number.map(|number| ("number".to_owned(), number.into())).into_iter().collect();
        table::told(&self.place.place()?.tell(What::Void, &self.id, said)?)
    }
}
