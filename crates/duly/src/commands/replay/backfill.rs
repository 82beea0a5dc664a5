//! `duly replay --openmetrics`: what `/metrics` would have said all along.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use duly_core::policy::{Duration, FormError};
use duly_core::time::{Instant, Span};
use duly_engine::metrics::{History, Size};

use super::lanes::{Lanes, create};
use crate::files;
use crate::progress;

/// What is told of the history, and how often.
#[derive(Debug, clap::Args)]
pub(super) struct Backfill {
    /// Write the metrics over the history as OpenMetrics, for `promtool tsdb create-blocks-from openmetrics`
    #[arg(long, value_name = "OUT", conflicts_with = "published")]
    openmetrics: Option<PathBuf>,
    /// How far apart their instants are; without it, so that there are at most 2,500: 5m for a week, 30m for a month, 6h for a year
    #[arg(long, value_name = "DURATION", requires = "openmetrics", value_parser = step)]
    step: Option<Span>,
}

/// The steps there are without `--step`, in seconds: what people would choose.
const STEPS_S: [i64; 9] = [60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

/// How many instants there are at most without `--step`. Where all labels are at their limits an instant takes 650 KB.
const INSTANTS_MAX: i64 = 2_500;

/// How many there may be at all: what has more is a slip of the pen.
const INSTANTS_LIMIT: i64 = 1_000_000;

impl Backfill {
    /// Lets time go on to `until`, and writes what is to be seen on the way.
    pub(super) fn write(&self, lanes: &mut Lanes, until: Instant) -> miette::Result<()> {
        let Some(path) = &self.openmetrics else { return Ok(()) };
        let first = lanes.first().min(until);
        let length = until.since(first);
        let step = self.step.unwrap_or_else(|| step_for(length));
        if length.ns() / step.ns() > INSTANTS_LIMIT {
            miette::bail!(
                help = "a longer --step, or an earlier --until",
                "from {first} to {until} there are more than {INSTANTS_LIMIT} instants that are {step} apart"
            );
        }
        let mut out = create(path)?;
        let told = tell(lanes, spool(path), instants(first, until, step));
        let size =
            told.and_then(|history| history.write(&mut out)).map_err(|source| files::Error::write(path, source))?;
        tell_size(path, size, step);
        Ok(())
    }
}

/// Whole steps since 1970, as the instants of queries are, from the last one before `first` on, when there is nothing yet; then
/// `until` itself.
fn instants(first: Instant, until: Instant, step: Span) -> impl ExactSizeIterator<Item = Instant> {
    let before = first.ns() - 1;
    let start = before - before.rem_euclid(step.ns());
    let steps = (until.ns() - start + step.ns() - 1) / step.ns();
    let count = u32::try_from(steps).unwrap_or_default() + 1;
    (0..count).map(move |n| Instant::from_ns(start).plus(step.times(n)).min(until))
}

fn tell(
    lanes: &mut Lanes,
    spool: io::Result<File>,
    instants: impl ExactSizeIterator<Item = Instant>,
) -> io::Result<History> {
    let mut history = History::new(spool?);
    let mut left = instants.len() as u64;
    let bar = progress::Count::new(left, "telling metrics");
    for at in instants {
        lanes.tell(&mut history, at)?;
        left -= 1;
        bar.left(left);
    }
    Ok(history)
}

/// A file without a name where there is room for what goes to `path`.
fn spool(path: &Path) -> io::Result<File> {
    match path.parent() {
        Some(directory) if directory != Path::new("") => tempfile::tempfile_in(directory),
        _ if path == Path::new("-") => tempfile::tempfile(),
        _ => tempfile::tempfile_in("."),
    }
}

/// The shortest step that makes no more instants than fit, whatever is left of them.
fn step_for(length: Span) -> Span {
    let fits = |step: &&i64| length.ns() / Span::from_s(**step).ns() <= INSTANTS_MAX;
    Span::from_s(*STEPS_S.iter().find(fits).unwrap_or(&STEPS_S[STEPS_S.len() - 1]))
}

fn tell_size(path: &Path, size: Size, step: Span) {
    let Size { instants, series, bytes } = size;
    let mb = bytes.div_ceil(1_000_000);
    files::tell!("{instants} instants, {step} apart, of {series} series: {mb} MB in {}", path.display());
}

fn step(text: &str) -> Result<Span, String> {
    match text.parse() {
        Ok(Duration::Elapsed(seconds)) => Ok(Span::from_s(i64::from(seconds))),
        Ok(_) => Err("a step is round the clock: write `5m` or `1h`".to_owned()),
        Err(FormError { what, .. }) => Err(format!("{what}: write `30s`, `5m` or `1h`")),
    }
}

#[cfg(test)]
mod tests {
    use duly_core::time::SECOND_NS;

    use super::*;

    #[test]
    fn a_step_goes_by_the_length() {
        for (days, step_s) in
            [(0, 60), (7, 300), (31, 1800), (92, 3600), (366, 21_600), (3653, 86_400), (80_000, 86_400)]
        {
            assert_eq!(step_for(Span::from_s(days * 86_400)), Span::from_s(step_s), "{days} days");
        }
    }

    #[test]
    fn instants_are_whole_steps_and_the_end() {
        let all = |first: i64, until: i64, step: i64| -> Vec<i64> {
            let [first, until] = [first, until].map(Instant::from_s);
            instants(first, until, Span::from_s(step)).map(|at| at.ns() / SECOND_NS).collect()
        };
        assert_eq!(all(3600, 7201, 1800), [1800, 3600, 5400, 7200, 7201]);
        assert_eq!(all(3601, 7200, 1800), [3600, 5400, 7200]);
        assert_eq!(all(3600, 3600, 1800), [1800, 3600]);
    }

    #[test]
    fn a_step_is_round_the_clock() {
        assert_eq!(step("90m"), Ok(Span::from_s(5400)));
        for wrong in ["0s", "5", "2 working_hours", "often"] {
            assert!(step(wrong).is_err(), "{wrong}");
        }
    }
}
