//! `duly import servicenow-audit`: options in, events out, the count of what was refused on standard error.

use std::path::PathBuf;

use chrono_tz::Tz;
use duly_engine::ingest::servicenow_audit::{self as audit, Audit, Options, Refusals};
use miette::Diagnostic;
use thiserror::Error;

use crate::exit::Exit;
use crate::files::tell;
use crate::{files, progress};

/// Read an incident audit of ServiceNow: a CSV of snapshots
///
/// Each incident gets one `received` event at `opened_at`; each row becomes one `observed` event at `sys_updated_at`
/// that asserts all that the row shows. What the file knows only in hindsight (resolved_at, closed_at, resolved_by,
/// closed_code, made_sla) is not read.
///
/// A row that can not be understood is refused, and told with its line on standard error; the others go on, and the
/// command succeeds.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly import servicenow-audit audit.csv --zone Europe/Lisbon > events.ndjson
  unzip -p audit.zip | duly import servicenow-audit - --tenant acme |
    gzip > events.ndjson.gz

The file is comma-separated, and its first line names the columns. Needed are number, incident_state, sys_mod_count, \
sys_updated_at, opened_at, priority, category, assignment_group and assigned_to. Times are day first (29/2/2016 01:23); \
`?` says that a field is empty. A local time that the zone skips takes the offset before the gap; of a repeated hour \
the first one is meant.")]
pub(crate) struct Args {
    /// The audit; `-` is standard input
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The zone of the file's local times, by its IANA name
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    zone: Tz,
    /// The tenant that the tickets belong to: the first part of each event's subject
    #[arg(long, value_name = "NAME", default_value = "servicenow", value_parser = tenant)]
    tenant: String,
}

/// A file that is no audit, or breaks off.
#[derive(Debug, Error, Diagnostic)]
#[error("cannot read {} as an incident audit", file.display())]
#[diagnostic(help("`duly import servicenow-audit --help` names the columns that are needed"))]
struct Unreadable {
    file: PathBuf,
    source: audit::Error,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let input = progress::reading(files::open(&self.file)?, "reading");
        let options = Options { zone: self.zone, tenant: self.tenant };
        let audit = audit::read(input, options).map_err(|source| Unreadable { file: self.file, source })?;
        tell_refusals(audit.refusals());
        let mut out = files::stdout();
        let written =
            audit.write(&mut out).and_then(|written| out.flush().map(|()| written)).map_err(files::Error::stdout)?;
        tell_summary(&audit, written);
        Ok(Exit::Done)
    }
}

fn tell_refusals(refusals: &Refusals) {
    for refusal in &refusals.first {
        tell!("refused {refusal}");
    }
    if refusals.total() > refusals.first.len() as u64 {
        tell!("refused in all:");
        for (reason, count) in &refusals.by_reason {
            tell!("{count:>8} {reason}");
        }
    }
}

fn tell_summary(audit: &Audit, written: audit::Written) {
    let (rows, refused) = (audit.rows(), audit.refusals().total());
    let audit::Written { received, observed } = written;
    let events = received + observed;
    tell!("{rows} rows read, {events} events written ({received} received, {observed} observed), {refused} refused");
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| format!("no time zone of that name: write an IANA name such as {}", similar(name)))
}

/// Zones to suggest for a name that is none: those of the same city, else two that everybody knows.
fn similar(name: &str) -> String {
    let city = name.rsplit('/').next().unwrap_or(name).replace(' ', "_").to_lowercase();
    let found: Vec<&str> = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|known| city.len() > 2 && known.to_lowercase().contains(&city))
        .take(3)
        .collect();
    if found.is_empty() { "Europe/Lisbon or Asia/Shanghai".to_owned() } else { found.join(", ") }
}

fn tenant(name: &str) -> Result<String, String> {
    if name.is_empty() || name.contains('/') || name.contains(char::is_control) {
        return Err("a tenant's name is not empty and has no `/`, which ends it in a subject".to_owned());
    }
    Ok(name.to_owned())
}
