//! What the reading of a policy asks of the calendar module.

use chrono::NaiveDate;

pub(super) use crate::calendar::holidays::{Table, cn, from_ics};

use super::mistake::{Place, Report};
use crate::calendar::{self, Calendar, Mistake, Spec};

/// What a mistake in a calendar is about.
pub(super) enum About {
    /// Its zone.
    Zone,
    /// One of its dates.
    Date(NaiveDate),
    /// The calendar as a whole.
    Whole,
}

/// Compiles a calendar and reports what is wrong at its place. One that is not `complete`, because mistakes have been
/// reported and left out, may well never open.
pub(super) fn check(spec: &Spec, place: impl Fn(About) -> Place, complete: bool, report: &mut Report) {
    for mistake in Calendar::compile(spec).err().unwrap_or_default() {
        if complete || mistake != Mistake::NeverOpens {
            report.mistake(place(about(&mistake)), mistake.to_string()).hint(mistake.hint());
        }
    }
}

fn about(mistake: &Mistake) -> About {
    match *mistake {
        Mistake::UnknownZone { .. } => About::Zone,
        Mistake::ClosedMakeup(date)
        | Mistake::Overlap { place: calendar::Place::Makeup(date) | calendar::Place::Open(date), .. } => {
            About::Date(date)
        }
        Mistake::Overlap { place: calendar::Place::Week(_), .. } | Mistake::DayLength(_) | Mistake::NeverOpens => {
            About::Whole
        }
    }
}
