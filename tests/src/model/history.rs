//! Rules 2 and 3: which events there are, and in which order.

use std::cmp::Ordering;

use crate::event::Event;

/// The events that happened, in order. `arrived` is in order of arrival.
pub(super) fn happened(arrived: &[Event]) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for event in arrived {
        // Rule 2: source and id identify an event; the first to arrive stands (I1).
        if !events.iter().any(|known| is(known, &event.source, &event.id)) {
            events.push(event.clone());
        }
    }
    events.sort_by(order);
    let voided = voided(&events);
    events.into_iter().zip(voided).filter(|(_, voided)| !voided).map(|(event, _)| event).collect()
}

/// Rule 3: which of the ordered events never happened.
fn voided(events: &[Event]) -> Vec<bool> {
    let mut voided = vec![false; events.len()];
    for (position, void) in events.iter().enumerate().rev() {
        if void.name != "event_voided" || voided[position] {
            continue;
        }
        let text = |name: &str| void.data.get(name).and_then(|value| value.as_str());
        let (source, id) = (text("source").unwrap_or(&void.source), text("id").unwrap_or_default());
        let Some(target) = events.iter().position(|event| is(event, source, id)) else { continue };
        let is_later_void = events[target].name == "event_voided" && target >= position;
        if !is_later_void {
            voided[target] = true;
        }
    }
    voided
}

fn is(event: &Event, source: &str, id: &str) -> bool {
    event.source == source && event.id == id
}

/// Rule 2: by time, sequence, id, source.
pub(crate) fn order(a: &Event, b: &Event) -> Ordering {
    a.at.cmp(&b.at)
        .then_with(|| sequence_order(a.sequence.as_deref(), b.sequence.as_deref()))
        .then_with(|| a.id.cmp(&b.id))
        .then_with(|| a.source.cmp(&b.source))
}

/// Absent first, then numbers, then text.
fn sequence_order(a: Option<&str>, b: Option<&str>) -> Ordering {
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Less,
        (_, None) => Ordering::Greater,
        (Some(a), Some(b)) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => a.cmp(b),
        },
    }
}
