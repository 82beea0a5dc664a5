//! A made-up fortnight at a service desk in Shanghai, for `duly demo`: the letter's four categories, most promises kept.
//!
//! Pure and seeded: the same seed and start give the same bytes, on every machine and in every release (a test holds the
//! digest). The dates have what makes calendars hard: [`start`] is a Sunday that is worked to make up for a holiday, the
//! Mid-Autumn festival falls on the Friday, and National Day ends the second week early.
//!
//! What a real feed would bring is in it: replies of a machine, tickets graded late, reclassified, reopened, merged,
//! waiting for the customer; phone calls that are entered the day after, a reply entered on the wrong ticket and voided,
//! a line sent twice, and half a line.

mod cast;
mod dice;
mod emergencies;
mod event;
mod hours;
mod mishaps;
mod story;
mod voices;

use duly_core::time::{Instant, SECOND_NS, Span};

pub use emergencies::control_of_month;

use dice::Dice;
use event::Event;

/// The seed of the demo that is shown: about one ticket in ten sees a promise broken, over nearly all rows of the letter.
pub const SEED: u64 = 2;

/// How long the demo lasts.
pub const LENGTH: Span = Span::from_s(14 * DAY_S);

const DAY_S: i64 = 86_400;

/// The start that the desk's holidays are made for: midnight in Shanghai before 20 September 2026.
pub const fn start() -> Instant {
    Instant::from_s(1_789_833_600)
}

/// The start of the fortnight whose last day is the one of `now` in Shanghai.
pub fn start_of_fortnight_around(now: Instant) -> Instant {
    const DAY: i64 = DAY_S * SECOND_NS;
    const AHEAD: i64 = 8 * 3600 * SECOND_NS;
    let local = now.ns() + AHEAD;
    Instant::from_ns(local - local.rem_euclid(DAY) - AHEAD).plus(Span::from_s(DAY_S)).minus(LENGTH)
}

/// The lines of a fortnight from `start`, a midnight in Shanghai, in the order in which they arrive, each with the instant
/// at which it does. A line is a structured `CloudEvent` without its line feed; one of them is broken on purpose.
///
/// What would arrive after the fortnight is not there yet, so that some clocks are running at the end.
pub fn fortnight(seed: u64, start: Instant) -> Vec<(Instant, String)> {
    let end = start.plus(LENGTH);
    let mut dice = Dice::new(seed);
    let mut events = stories(start, LENGTH, &mut dice);
    mishaps::befall(&mut events, end, &mut dice.fork());
    arrivals(events, end)
}

/// The lines of a whole September 2026 in the same form: one that can be reviewed, for customers speak in it as well.
pub fn month(seed: u64) -> Vec<(Instant, String)> {
    let (start, length) = (start().minus(Span::from_s(19 * DAY_S)), Span::from_s(30 * DAY_S));
    let mut dice = Dice::new(seed);
    let mut events = stories(start, length, &mut dice);
    voices::speak(&mut events, &mut dice.fork());
    mishaps::befall(&mut events, start.plus(length), &mut dice.fork());
    arrivals(events, start.plus(length))
}

/// What happens to the requests of `length` from `start`, to the end of each, wherever that lies.
fn stories(start: Instant, length: Span, dice: &mut Dice) -> Vec<Event> {
    let mut events = Vec::new();
    for day in 0..length.ns() / Span::from_s(DAY_S).ns() {
        let midnight = start.plus(Span::from_s(day * DAY_S));
        for (number, received_at) in receipts(midnight, dice).into_iter().enumerate() {
            let ticket = format!("CS-{}-{:02}", hours::local(midnight).format("%m%d"), number + 1);
            // Dice of its own, so that a change to one story leaves the others alone.
            events.extend(story::tell(ticket, received_at, &mut dice.fork()));
        }
    }
    events
}

/// When requests come in on the day that begins at `midnight`: in office hours mostly, sometimes at night, and few on a day off.
fn receipts(midnight: Instant, dice: &mut Dice) -> Vec<Instant> {
    let working = hours::is_working_day(midnight);
    let count = if working { dice.between(36, 44) } else { dice.between(4, 8) };
    let mut receipts: Vec<Instant> = (0..count)
        .map(|_| {
            let (from_h, to_h) = if working && dice.chance(85) { (9, 18) } else { (0, 24) };
            midnight.plus(Span::from_s(dice.between(from_h * 3600, to_h * 3600 - 1)))
        })
        .collect();
    receipts.sort_unstable();
    receipts
}

/// The lines of what arrives before `end`, in order of arrival.
fn arrivals(mut events: Vec<Event>, end: Instant) -> Vec<(Instant, String)> {
    events.retain(|event| event.arrives_at < end);
    events.sort_by(|a, b| a.arrival().cmp(&b.arrival()));
    events.into_iter().map(|event| (event.arrives_at, event.into_line())).collect()
}
