//! How the clocks of a ticket stand, as far as the census tells that apart.

use smallvec::SmallVec;

use crate::clock::Clock;
use crate::ledger::State;
use crate::time::Instant;

/// A clock that runs or is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stand {
    /// Whose it is, as positions of track and slot.
    place: (u16, u16),
    pub(super) pace: Pace,
    /// The minute in which it falls due, while it runs and has not breached.
    pub(super) due: Option<Minute>,
}

/// Whether a clock runs, and whether its promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Running,
    Paused,
    Overdue,
    PausedOverdue,
}

/// A minute since 1970: deadlines are counted by it, so that there are few different ones.
pub(super) type Minute = u32;

/// The minute that an instant is in.
pub(super) fn minute(at: Instant) -> Minute {
    let minutes = at.ns().div_euclid(60_000_000_000);
    Minute::try_from(minutes.max(0)).unwrap_or(Minute::MAX)
}

/// The clocks of a ticket, in their order.
pub(super) type Stands = SmallVec<[Stand; 8]>;

impl State {
    /// How its clocks stand; those that no target matches, and those that were stopped, do not.
    pub(super) fn stands(&self) -> Stands {
        let clocks =
            self.tracks.iter().enumerate().flat_map(|(at, track)| track.clocks.iter().map(move |clock| (at, clock)));
        clocks.filter_map(|(at, clock)| Stand::of(at as u16, clock)).collect()
    }

    /// The name of what a clock is of, and whether that is a promise of its own.
    pub(super) fn named(&self, stand: &Stand) -> (&str, bool) {
        let slot = &self.tracks[usize::from(stand.place.0)].plan.slots[usize::from(stand.place.1)];
        (&slot.name, slot.owed.is_none())
    }
}

impl Stand {
    fn of(track: u16, clock: &Clock) -> Option<Self> {
        let judged = clock.judged.as_ref().filter(|_| clock.is_live())?;
        let pace = match (clock.held_since.is_some(), clock.breached_at.is_some()) {
            (false, false) => Pace::Running,
            (true, false) => Pace::Paused,
            (false, true) => Pace::Overdue,
            (true, true) => Pace::PausedOverdue,
        };
        let due = (pace == Pace::Running && judged.due < Instant::MAX).then(|| minute(judged.due));
        Some(Stand { place: (track, clock.slot), pace, due })
    }
}
