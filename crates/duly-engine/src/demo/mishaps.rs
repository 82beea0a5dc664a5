//! What goes wrong on the way to Duly: the reason for retractions, duplicates and dead letters.

use duly_core::time::{Instant, SECOND_NS, Span};
use serde_json::json;

use super::dice::Dice;
use super::event::{Event, SOURCE};
use super::hours;

/// Replies by telephone that are entered the day after.
const LATE: usize = 5;

/// How far into the morning that takes at most.
const ENTERING_MAX: Span = Span::from_s(3600);

/// Makes the mishaps of a fortnight that lasts until `end` befall `events`.
pub(super) fn befall(events: &mut Vec<Event>, end: Instant, dice: &mut Dice) {
    let mut replies = in_time_replies(events);
    replies.retain(|&place| next_morning(events[place].time).plus(ENTERING_MAX) < end);
    assert!(replies.len() >= LATE + 3, "a fortnight has replies enough for all mishaps");
    // Apart from each other, so that each can be told in the output.
    let mut chosen = Vec::new();
    for part in replies.chunks_exact(replies.len() / (LATE + 3)).take(LATE + 3) {
        chosen.push(*dice.pick(part));
    }
    let [mistaken, doubled, cut, late @ ..] = &chosen[..] else { unreachable!("there are more than three parts") };
    let wrong = wrong_ticket(events, *mistaken);
    let copy = sent_again(&events[*doubled], dice);
    let half = cut_off(&events[*cut]);
    for &place in late {
        enter_next_day(&mut events[place], dice);
    }
    events.extend(wrong);
    events.extend([copy, half]);
}

/// Places of the first replies that answer a general inquiry in time: entered the day after, they look like a breach.
fn in_time_replies(events: &[Event]) -> Vec<usize> {
    const IN_TIME: Span = Span::from_s(4 * 3600);
    let is_inquiry = |event: &Event| {
        let says = |name, value| event.data.contains(&(name, json!(value)));
        event.name == "received" && says("category", "inquiry") && says("complexity", "general")
    };
    let mut inquiry: Option<&Event> = None;
    let mut places = Vec::new();
    for (place, event) in events.iter().enumerate() {
        if is_inquiry(event) {
            inquiry = Some(event);
        }
        let is_answer = event.data.contains(&("contains", json!(["answer"])));
        if let Some(received) = inquiry.take_if(|received| is_answer && received.ticket == event.ticket)
            && hours::between(received.time, event.time) <= IN_TIME
        {
            places.push(place);
        }
    }
    places
}

/// The reply is entered on the morning after: until then it looks like silence.
fn enter_next_day(event: &mut Event, dice: &mut Dice) {
    let delay_s = dice.between(300, ENTERING_MAX.ns() / SECOND_NS);
    event.arrives_at = next_morning(event.time).plus(Span::from_s(delay_s));
}

/// When work begins on the working day after the one of `at`.
fn next_morning(at: Instant) -> Instant {
    const DAY: Span = Span::from_s(9 * 3600);
    hours::close_of_day(at, 1).minus(DAY)
}

/// A reply entered on the ticket of `place` that was meant for another, and the correction later on.
fn wrong_ticket(events: &[Event], place: usize) -> [Event; 2] {
    let right = &events[place];
    let received_at = events.iter().find(|event| event.ticket == right.ticket).map_or(right.time, |first| first.time);
    let between = |percent| received_at.plus(right.time.since(received_at).percent(percent));
    let at = |time: Instant, sequence, name, data| Event {
        arrives_at: time,
        time,
        ticket: right.ticket.clone(),
        sequence,
        name,
        data,
        cut_at: None,
    };
    let wrong = at(between(40), 90, "responded", right.data.clone());
    let void = vec![("source", json!(SOURCE)), ("id", json!(wrong.id()))];
    let correction = at(between(70), 91, "event_voided", void);
    [wrong, correction]
}

/// The same line once more, as a feed sends it that did not see the confirmation.
fn sent_again(event: &Event, dice: &mut Dice) -> Event {
    let mut copy = event.clone();
    copy.arrives_at = event.arrives_at.plus(Span::from_s(dice.between(30, 90)));
    copy
}

/// Half a line, as a writer leaves it that was killed.
fn cut_off(event: &Event) -> Event {
    Event { sequence: 92, cut_at: Some(120), ..event.clone() }
}
