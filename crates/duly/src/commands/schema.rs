//! `duly schema`: the JSON Schemas of everything that crosses a boundary.

use std::path::{Path, PathBuf};

use duly_core::schema::Document;
use duly_engine::schemas;
use miette::Diagnostic;
use thiserror::Error;

use crate::exit::Exit;
use crate::files::{self, tell};

/// Print the JSON Schema of an event or a file, or the contract of all topics
///
/// Without a name, all are listed: policies, control events, the ticket events that Duly reads and the SLA events that
/// it publishes. `asyncapi` is the contract of all topics, in AsyncAPI 3, which refers to them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly schema
  duly schema policy > policy.schema.json
      for an editor: completion, and most mistakes while typing
  duly schema duly.sla.breached.v1
  duly schema sla.breached
      the same, for short
  duly schema --write schemas")]
pub(crate) struct Args {
    /// Which one: the type of an event, perhaps without `duly.` and `.v1`, or a name of the list
    name: Option<String>,
    /// Write all of them to this directory, a file each
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "name")]
    write: Option<PathBuf>,
}

#[derive(Debug, Error, Diagnostic)]
#[error("there is no schema `{name}`")]
#[diagnostic(help("{}", match near { Some(near) => format!("did you mean `{near}`?"), None => "`duly schema` lists them".to_owned() }))]
struct Unknown {
    name: String,
    near: Option<String>,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        match (&self.write, self.name) {
            (Some(directory), _) => write(directory)?,
            (None, Some(name)) if name == schemas::CONTRACT => print(&schemas::contract().to_text())?,
            (None, Some(name)) => match schemas::find(&name) {
                Some(document) => print(&document.to_text())?,
                None => return Err(Unknown { near: near(&name), name }.into()),
            },
            (None, None) => print(&list())?,
        }
        Ok(Exit::Done)
    }
}

fn print(text: &str) -> Result<(), files::Error> {
    let mut out = files::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(files::Error::stdout)
}

fn list() -> String {
    let documents = [schemas::all(), vec![schemas::contract()]].concat();
    let width = documents.iter().map(|document| document.name.len()).max().unwrap_or(0);
    let line = |document: &Document| format!("{:width$}  {}\n", document.name, document.title());
    documents.iter().map(line).collect()
}

fn write(directory: &Path) -> Result<(), files::Error> {
    std::fs::create_dir_all(directory).map_err(|source| files::Error::write(directory, source))?;
    let documents = [schemas::all(), vec![schemas::contract()]].concat();
    for document in &documents {
        let path = directory.join(format!("{}.json", document.name));
        std::fs::write(&path, document.to_text()).map_err(|source| files::Error::write(&path, source))?;
    }
    tell!("{} schemas written to {}", documents.len(), directory.display());
    Ok(())
}

/// The name that was probably meant.
fn near(name: &str) -> Option<String> {
    let last = |name: &str| name.trim_end_matches(".v1").rsplit('.').next().unwrap_or_default().replace('-', "_");
    let wanted = last(name);
    let names = schemas::all().into_iter().map(|document| document.name);
    let scored = names.map(|known| (strsim::osa_distance(&last(&known), &wanted), known));
    scored.filter(|(slips, _)| *slips <= wanted.len() / 3).min().map(|(_, known)| known)
}
