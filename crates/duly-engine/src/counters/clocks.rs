//! What becomes of promises: verdicts, open times, reminders and escalations, as they are published.

use std::collections::BTreeMap;

use duly_core::control::Controls;
use duly_core::ledger::{Counted, What};
use duly_core::policy::Compiled;
use duly_core::time::Span;

use super::labels::{LABEL_SET, Labels, OTHER, SETS_MAX, shown};

/// The upper bounds of the classes that open times are counted in, in seconds, from a minute to two weeks; the last class has
/// none. Those from a quarter of an hour to 80 hours are those of the report.
pub const OPEN_BOUNDS_S: [u32; 14] =
    [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 144_000, 288_000, 604_800, 1_209_600];

/// By what verdicts are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The objective.
    pub objective: String,
    /// The ticket's category.
    pub category: String,
    /// The team that has it.
    pub team: String,
    /// The priority of its route.
    pub priority: String,
}

/// Verdicts, and how many were taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Promises met.
    pub met: u64,
    /// Promises broken.
    pub breached: u64,
    /// Of those met how many were taken back, or are open again.
    pub met_retracted: u64,
    /// Of those broken how many were taken back.
    pub breached_retracted: u64,
}

/// Open times: how many of each class, and their sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenTimes {
    classes: [u64; OPEN_BOUNDS_S.len() + 1],
    sum_ms: u64,
}

/// A step of the ladder of an objective, and whether it is the last.
type Rung = (String, String, bool);

/// Everything that is counted of clocks.
#[derive(Debug, Clone, Default)]
pub struct Clocks {
    /// Verdicts on promises.
    pub verdicts: BTreeMap<Place, Verdicts>,
    /// Open time until promises were stopped, by objective.
    pub open: BTreeMap<String, OpenTimes>,
    /// Reminders, by objective, remedy or task.
    pub reminders: BTreeMap<String, u64>,
    /// Escalations, likewise, with the step and whether it is the last.
    pub escalations: BTreeMap<Rung, u64>,
    /// Memory for looking verdicts up.
    wanted: Place,
}

impl OpenTimes {
    fn observe(&mut self, open: Span) {
        let ms = u64::try_from(open.ms()).unwrap_or(0);
        let class = OPEN_BOUNDS_S.partition_point(|bound| u64::from(*bound) * 1_000 < ms);
        self.classes[class] += 1;
        self.sum_ms = self.sum_ms.saturating_add(ms);
    }

    fn add(&mut self, other: &OpenTimes) {
        for (sum, count) in self.classes.iter_mut().zip(other.classes) {
            *sum += count;
        }
        self.sum_ms = self.sum_ms.saturating_add(other.sum_ms);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// How many there were of at most each of the [`OPEN_BOUNDS_S`].
    pub fn cumulated(&self) -> [u64; OPEN_BOUNDS_S.len()] {
        std::array::from_fn(|class| self.classes[..=class].iter().sum())
    }

    /// How long they are together, in seconds.
    pub fn sum_s(&self) -> f64 {
        self.sum_ms as f64 / 1e3
    }
}

impl Verdicts {
    fn add(&mut self, other: &Verdicts) {
        self.met += other.met;
        self.breached += other.breached;
        self.met_retracted += other.met_retracted;
        self.breached_retracted += other.breached_retracted;
    }

    fn count(&self) -> u64 {
        self.met + self.breached + self.met_retracted + self.breached_retracted
    }
}

impl Clocks {
    /// Counts what is published or withdrawn.
    pub(super) fn count(&mut self, counted: &Counted<'_>) {
        self.count_verdict(counted);
        let Some((objective, what)) = counted.what.filter(|_| !counted.is_withdrawn) else { return };
        match what {
            What::Met(_, open) | What::Late(open) => {
                self.open.entry(objective.to_owned()).or_default().observe(open);
            }
            What::Reminder => *self.reminders.entry(objective.to_owned()).or_default() += 1,
            What::Step { step, is_last } => {
                *self.escalations.entry((objective.to_owned(), step.to_owned(), is_last)).or_default() += 1;
            }
            What::Started(_) | What::Breached(_) | What::Reopened(_) => {}
        }
    }

    /// Counts a verdict, or takes it back.
    pub(super) fn count_verdict(&mut self, counted: &Counted<'_>) {
        let Some((objective, what)) = counted.what else { return };
        let by = u64::from(!counted.is_withdrawn);
        let back = 1 - by;
        match what {
            What::Started(labels) if by > 0 => {
                self.verdicts(objective, labels);
            }
            What::Met(labels, _) => {
                let verdicts = self.verdicts(objective, labels);
                (verdicts.met, verdicts.met_retracted) = (verdicts.met + by, verdicts.met_retracted + back);
            }
            What::Breached(labels) => {
                let verdicts = self.verdicts(objective, labels);
                verdicts.breached += by;
                verdicts.breached_retracted += back;
            }
            What::Reopened(labels) => {
                let verdicts = self.verdicts(objective, labels);
                (verdicts.met, verdicts.met_retracted) = (verdicts.met + back, verdicts.met_retracted + by);
            }
            What::Started(_) | What::Late(_) | What::Reminder | What::Step { .. } => {}
        }
    }

    /// The verdicts under these labels, none at first.
    fn verdicts(&mut self, objective: &str, labels: duly_core::ledger::Labels<'_>) -> &mut Verdicts {
        let priority = labels.priority.map(|priority| priority.to_string());
        let Place { objective: of, category, team, priority: with } = &mut self.wanted;
        let texts = [
            (of, objective),
            (category, shown(labels.category)),
            (team, shown(labels.team)),
            (with, shown(priority.as_deref())),
        ];
        for (known, text) in texts {
            known.clear();
            known.push_str(text);
        }
        if !self.verdicts.contains_key(&self.wanted) {
            self.verdicts.insert(self.wanted.clone(), Verdicts::default());
        }
        self.verdicts.get_mut(&self.wanted).expect("it was just put there")
    }

    /// Makes room for what may happen by the policies in force, at zero.
    pub fn foresee(&mut self, controls: &Controls, labels: &mut Labels) {
        for clock in controls.versions().flat_map(Compiled::clocks) {
            let objective = labels.admit("objective", clock.name).to_owned();
            if clock.is_promise {
                self.open.entry(objective.clone()).or_default();
            }
            for (step, is_last) in clock.steps() {
                let rung = (objective.clone(), labels.admit("step", step).to_owned(), is_last);
                if !is_full(&self.escalations, &rung, SETS_MAX) {
                    self.escalations.entry(rung).or_default();
                }
            }
            self.reminders.entry(objective).or_default();
        }
    }

    /// Adds what others have counted, under labels that stay few.
    pub(super) fn add(&mut self, others: &Clocks, labels: &mut Labels) {
        for (place, verdicts) in &others.verdicts {
            let place = self.admit(place, verdicts.count(), labels);
            self.verdicts.entry(place).or_default().add(verdicts);
        }
        for (objective, times) in &others.open {
            let objective = labels.admit_times("objective", objective, times.count());
            self.open.entry(objective.to_owned()).or_default().add(times);
        }
        for (objective, count) in &others.reminders {
            let objective = labels.admit_times("objective", objective, *count);
            *self.reminders.entry(objective.to_owned()).or_default() += count;
        }
        for ((objective, step, is_last), count) in &others.escalations {
            let objective = labels.admit_times("objective", objective, *count);
            let step = labels.admit_times("step", step, *count);
            let mut rung = (objective.to_owned(), step.to_owned(), *is_last);
            if is_full(&self.escalations, &rung, SETS_MAX) {
                labels.overflow(LABEL_SET, *count);
                rung = (OTHER.to_owned(), OTHER.to_owned(), *is_last);
            }
            *self.escalations.entry(rung).or_default() += count;
        }
    }

    /// Where verdicts are shown; each place makes two sets of labels.
    fn admit(&self, place: &Place, times: u64, labels: &mut Labels) -> Place {
        let mut admit = |label, value| labels.admit_times(label, value, times).to_owned();
        let mut place = Place {
            objective: admit("objective", &place.objective),
            category: admit("category", &place.category),
            team: admit("team", &place.team),
            priority: admit("priority", &place.priority),
        };
        if is_full(&self.verdicts, &place, SETS_MAX / 2) {
            labels.overflow(LABEL_SET, times);
            for label in [&mut place.category, &mut place.team, &mut place.priority] {
                OTHER.clone_into(label);
            }
        }
        place
    }
}

fn is_full<K: Ord, V>(map: &BTreeMap<K, V>, key: &K, max: usize) -> bool {
    map.len() >= max && !map.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(parts: [&str; 4]) -> Place {
        let [objective, category, team, priority] = parts.map(str::to_owned);
        Place { objective, category, team, priority }
    }

    #[test]
    fn a_metric_has_no_more_sets_of_labels_than_it_may() {
        let mut all = (Clocks::default(), Labels::default());
        let verdicts = Verdicts { met: 1, ..Verdicts::default() };
        for number in 0..40 * 40 {
            let (category, team) = (format!("c{}", number / 40), format!("t{}", number % 40));
            let one = BTreeMap::from([(place(["answer", &category, &team, "1"]), verdicts)]);
            all.0.add(&Clocks { verdicts: one, ..Clocks::default() }, &mut all.1);
        }
        let (clocks, labels) = all;
        assert_eq!(clocks.verdicts.len(), SETS_MAX / 2 + 1);
        assert_eq!(clocks.verdicts[&place(["answer", OTHER, OTHER, OTHER])].met, 600);
        assert_eq!(clocks.verdicts.values().map(|verdicts| verdicts.met).sum::<u64>(), 1_600);
        let expected = Labels::ALL.map(|label| (label, if label == LABEL_SET { 600 } else { 0 }));
        assert_eq!(labels.overflows().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn open_times_fall_into_the_classes_that_have_them() {
        let mut times = OpenTimes::default();
        for seconds in [0, 60, 61, 86_400, 2_000_000] {
            times.observe(Span::from_s(seconds));
        }
        assert_eq!(times.cumulated(), [2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
        assert_eq!((times.count(), times.sum_s()), (5, 2_086_521.0));
    }
}
