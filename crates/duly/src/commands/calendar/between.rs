//! `duly calendar between`: the open time from one instant to another.

use super::chosen::{Chosen, Which};
use super::{counted, when};
use crate::exit::Exit;
use crate::files;

/// Say how much open time lies between two instants
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly calendar between 2026-09-30T17:00 2026-10-09T10:30
      the open time over National Day, day by day
  duly calendar between 2026-02-28T09:00Z 2026-03-02T09:00Z --calendar 24x7

A time without an offset is local time of the calendar. Where the two are reversed there is no open time.")]
pub(super) struct Args {
    /// The first instant, such as 2026-09-30T17:00 or 2026-09-30T09:00:00Z
    from: String,
    /// The second instant, which does not count
    to: String,
    #[command(flatten)]
    which: Which,
}

impl Args {
    pub(super) fn run(self) -> miette::Result<Exit> {
        let Chosen { name, calendar } = self.which.choose()?;
        let zone = calendar.zone();
        let (from, to) = (when::parse(&self.from, zone)?, when::parse(&self.to, zone)?);
        let open = calendar.between(from, to);
        let days = counted::days(&calendar, from, to);
        let mut out = files::stdout();
        let mut write = || {
            writeln!(out, "open   {open} ({} seconds)", open.as_s())?;
            writeln!(out, "from   {}", when::shown(from, zone))?;
            writeln!(out, "to     {}", when::shown(to, zone))?;
            writeln!(out, "on     calendar {name}, {zone}")?;
            if !days.is_empty() {
                writeln!(out)?;
                counted::write(&mut out, &calendar, &days, &counted::Told::Totals)?;
            }
            out.flush()
        };
        write().map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }
}
