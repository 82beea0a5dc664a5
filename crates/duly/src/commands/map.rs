//! `duly map`: messages of other systems, as ticket events, by a mapping file.

mod apply;
mod payloads;
mod shown;
mod test;

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use duly_engine::config;
use duly_engine::ingest::mapping::{Mapping, Message, Whose};

use crate::exit::Exit;
use crate::mistakes::{Faulty, Rejected};
use crate::texts;

/// Turn messages of other systems into ticket events, by a mapping file
///
/// A mapping says what the messages of a CRM mean. Ready ones are in deploy/config/mappings, with a recipe for each CRM in
/// docs/sources.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Test(test::Args),
    Apply(apply::Args),
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match self.command {
            Command::Test(args) => args.run(),
            Command::Apply(args) => args.run(),
        }
    }
}

/// The mapping, and whose messages it maps.
#[derive(Debug, clap::Args)]
struct Mapped {
    /// The mapping file
    #[arg(value_name = "MAPPING")]
    mapping: PathBuf,
    /// The zone of times that name none, such as Asia/Shanghai
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: Tz,
    /// The source's name, which events carry; that of the mapping, if none is told
    #[arg(long, value_name = "NAME", value_parser = source_name)]
    source: Option<String>,
    /// A header of the messages, `NAME: VALUE`
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
}

impl Mapped {
    /// Reads the mapping.
    ///
    /// # Errors
    /// All its mistakes, which end the process with 78 (`EX_CONFIG`).
    fn load(&self, tenant: String) -> Result<Loaded, Rejected> {
        let mapping = read(&self.mapping).map_err(|faulty| Rejected(vec![faulty]))?;
        let source = self.source.clone().unwrap_or_else(|| mapping.name().to_owned());
        Ok(Loaded { mapping, whose: Whose { tenant, source, zone: self.zone }, headers: self.headers.clone() })
    }
}

/// A mapping that can be used.
struct Loaded {
    mapping: Mapping,
    whose: Whose,
    headers: Vec<(String, String)>,
}

impl Loaded {
    fn map(&self, body: &[u8]) -> duly_engine::ingest::mapping::Mapped {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        self.mapping.map(&self.whose, &Message { headers: &headers, body })
    }
}

/// A tenant of the command line.
fn tenant(text: &str) -> Result<String, String> {
    config::check_tenant(text).map(|()| text.to_owned()).map_err(|(what, hint)| format!("{what}: {hint}"))
}

/// A source's name of the command line.
fn source_name(text: &str) -> Result<String, String> {
    config::check_source_name(text).map(|()| text.to_owned()).map_err(|(what, hint)| format!("{what}: {hint}"))
}

/// A header of the command line: its name and its value.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header is written `NAME: VALUE`")?;
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(is_of_a_name) {
        return Err(format!("`{name}` is no name of a header: write `NAME: VALUE`"));
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

fn read(path: &Path) -> Result<Mapping, Faulty> {
    let text = texts::read(path)?;
    Mapping::parse(&text).map_err(|mistakes| Faulty::new(path, &text, mistakes))
}
