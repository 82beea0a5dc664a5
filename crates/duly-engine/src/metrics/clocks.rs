//! How promises are kept: verdicts, open times, reminders and escalations.

use duly_core::control::Controls;

use super::declared;
use super::page::Page;
use crate::counters::{Clocks, Counters};

/// What is counted of clocks. What may happen by the policies in force is shown at zero from the first moment on, for
/// Prometheus sees only what increases from one scrape to the next; verdicts from when a clock starts under their labels.
pub(super) fn counters(page: &mut Page, counters: &Counters, controls: &Controls) {
    let (clocks, labels) = &mut *counters.clocks();
    clocks.foresee(controls, labels);
    verdicts(page, clocks);
    for (objective, times) in &clocks.open {
        page.open_times(&declared::RESPONSE_OPEN, objective, times);
    }
    for (objective, count) in &clocks.reminders {
        page.set(&declared::REMINDERS, &[objective], *count as f64);
    }
    for ((objective, step, is_last), count) in &clocks.escalations {
        let is_last = if *is_last { "true" } else { "false" };
        page.set(&declared::ESCALATIONS, &[objective, step, is_last], *count as f64);
    }
    for (label, count) in labels.overflows() {
        page.set(&declared::LABEL_OVERFLOW, &[label], count as f64);
    }
}

fn verdicts(page: &mut Page, clocks: &Clocks) {
    for (place, verdicts) in &clocks.verdicts {
        let mut set = |metric, outcome: &str, count: u64| {
            page.set(metric, &[&place.objective, &place.category, &place.team, &place.priority, outcome], count as f64);
        };
        set(&declared::DECIDED, "met", verdicts.met);
        set(&declared::DECIDED, "breached", verdicts.breached);
        set(&declared::RETRACTED, "met", verdicts.met_retracted);
        set(&declared::RETRACTED, "breached", verdicts.breached_retracted);
    }
}
