//! Counting: facts about clocks become figures. Percentiles are exact, by the nearest rank.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::listener::{Seen, Standing, Verdict};
use super::report::{Band, Figures};

/// What a window knows of a clock.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    /// The values of the attributes, as they held when it was decided.
    pub(super) values: SmallVec<[u32; 5]>,
    pub(super) seen: Seen,
}

/// Counts of clocks, and their response times.
#[derive(Debug, Default)]
pub(super) struct Tally {
    met: u64,
    breached: u64,
    near_misses: u64,
    running: u64,
    overdue: u64,
    /// In milliseconds.
    responses: Vec<i64>,
}

/// The upper ends of the bands of a distribution, in minutes of open time.
const BANDS_MIN: [i64; 10] = [15, 30, 60, 120, 240, 480, 960, 1440, 2400, 4800];

impl Tally {
    /// Counts a clock.
    pub(super) fn count(&mut self, seen: &Seen) {
        match seen.verdict {
            Some((Verdict::Met { .. }, _)) => self.met += 1,
            Some((Verdict::Breached, _)) => self.breached += 1,
            None => {}
        }
        self.near_misses += u64::from(seen.is_near_miss());
        match seen.standing {
            Standing::Running => self.running += 1,
            Standing::Overdue => self.overdue += 1,
            Standing::Over => {}
        }
        self.responses.extend(seen.response.map(|(open, _)| open.ms()));
    }

    /// Tallies of `facts` by what `key` says of each.
    pub(super) fn by<K: Ord>(facts: &[Fact], key: impl Fn(&Fact) -> K) -> BTreeMap<K, Tally> {
        let mut tallies: BTreeMap<K, Tally> = BTreeMap::new();
        for fact in facts {
            tallies.entry(key(fact)).or_default().count(&fact.seen);
        }
        tallies
    }

    /// The figures.
    pub(super) fn figures(&mut self) -> Figures {
        self.responses.sort_unstable();
        let decided = self.met + self.breached;
        Figures {
            met: self.met,
            breached: self.breached,
            attainment_percent: (decided > 0).then(|| (self.met * 1000 / decided) as f64 / 10.0),
            near_misses: self.near_misses,
            running: self.running,
            overdue: self.overdue,
            responses: self.responses.len() as u64,
            p50_ms: percentile(&self.responses, 50),
            p90_ms: percentile(&self.responses, 90),
            p99_ms: percentile(&self.responses, 99),
        }
    }

    /// How long responses took.
    pub(super) fn distribution(&mut self) -> Vec<Band> {
        self.responses.sort_unstable();
        let ends = BANDS_MIN.map(|minutes| Some(minutes * 60_000));
        let (mut over_ms, mut before) = (0, 0);
        let band = |to_ms: Option<i64>| {
            let through = to_ms.map_or(self.responses.len(), |end| self.responses.partition_point(|ms| *ms <= end));
            let band = Band { over_ms, to_ms, responses: (through - before) as u64 };
            (over_ms, before) = (to_ms.unwrap_or(i64::MAX), through);
            band
        };
        ends.into_iter().chain([None]).map(band).collect()
    }
}

impl Seen {
    /// Met with under a tenth of its open time left.
    pub(super) fn is_near_miss(&self) -> bool {
        matches!(self.verdict, Some((Verdict::Met { left, of }, _)) if i128::from(left.ns()) * 10 < i128::from(of.ns()))
    }
}

/// The nearest-rank percentile of what is sorted.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}
