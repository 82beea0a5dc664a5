//! What is told of emergencies, as the tests write it: one a line, parts between `;`.
//!
//! ```text
//! 2026-03-02 10:00 declared storm; suspend; when priority=high,low; objectives response; end 2026-03-02 18:00
//! 2026-03-02 11:00 updated storm; extend 2 working_hours; when; message; no end
//! 2026-03-02 12:00 lifted storm
//! voided storm 3
//! ```

use duly_core::control::ControlEvent;
use duly_core::control::emergency::{Declaration, Effect, Kind, Lift, Update, Void};
use duly_core::policy::{Condition, Title};
use duly_core::time::Instant;

use crate::build::{condition, duration};
use crate::minute::{self, from_instant, to_instant};
use crate::model::written;

/// Reads a line.
///
/// # Panics
///
/// Where it is not such a line.
pub fn told(line: &str) -> ControlEvent {
    let mut parts = line.split(';').map(str::trim);
    let words: Vec<&str> = parts.next().unwrap_or_default().split_whitespace().collect();
    if let ["voided", emergency, number @ ..] = &words[..] {
        let number = number.first().map(|number| number.parse().expect("a number"));
        return ControlEvent::EmergencyVoided(Void { emergency: (*emergency).to_owned(), number });
    }
    let [day, time, what, emergency] = &words[..] else { panic!("`{line}` is not told of an emergency") };
    let (emergency, effective_from) = ((*emergency).to_owned(), instant(&format!("{day} {time}")));
    let mut update = nothing(emergency.clone(), effective_from);
    parts.for_each(|part| read_part(&mut update, part));
    let Update { when, objectives, effect, expected_end, .. } = update.clone();
    match *what {
        "lifted" => ControlEvent::EmergencyLifted(Lift { emergency, effective_from, message: Title::new() }),
        "updated" => ControlEvent::EmergencyUpdated(update),
        "declared" => ControlEvent::EmergencyDeclared(Declaration {
            emergency,
            kind: Kind::Other,
            title: text("Trouble"),
            message: Title::new(),
            when: when.unwrap_or_default(),
            policies: Vec::new(),
            objectives: objectives.unwrap_or_default(),
            effect: effect.expect("a declaration names its effect"),
            effective_from,
            expected_end: expected_end.flatten(),
            plan: Vec::new(),
        }),
        other => panic!("`{other}` is nothing that is told of an emergency"),
    }
}

/// An update that says nothing.
fn nothing(emergency: String, effective_from: Instant) -> Update {
    Update {
        emergency,
        effective_from,
        title: None,
        message: None,
        when: None,
        policies: None,
        objectives: None,
        effect: None,
        expected_end: None,
        plan: None,
    }
}

fn read_part(update: &mut Update, part: &str) {
    let (name, rest) = part.split_once(' ').unwrap_or((part, ""));
    match name {
        "suspend" => update.effect = Some(Effect::Suspend),
        "extend" => update.effect = Some(Effect::Extend(duration(rest))),
        "announce_only" => update.effect = Some(Effect::AnnounceOnly),
        "when" => update.when = Some(condition(rest)),
        "objectives" => update.objectives = Some(rest.split_whitespace().map(str::to_owned).collect()),
        "message" => update.message = Some(text("More is known")),
        "end" => update.expected_end = Some(Some(instant(rest))),
        "no" => update.expected_end = Some(None),
        _ => panic!("`{part}` is no part of an emergency"),
    }
}

/// Writes what [`told`] reads.
///
/// # Panics
///
/// Where it is not told of an emergency.
pub fn line(event: &ControlEvent) -> String {
    let at = |from: &Instant| minute::local(from_instant(*from));
    let mut parts = Vec::new();
    match event {
        ControlEvent::EmergencyDeclared(declared) => {
            parts.push(format!("{} declared {}", at(&declared.effective_from), declared.emergency));
            parts.push(effect_line(declared.effect));
            parts.extend(Some(&declared.when).filter(|when| !when.is_empty()).map(scope_line));
            parts.extend(
                Some(&declared.objectives).filter(|names| !names.is_empty()).map(|names| objectives_line(names)),
            );
            parts.extend(declared.expected_end.iter().map(|end| format!("end {}", at(end))));
        }
        ControlEvent::EmergencyUpdated(update) => {
            parts.push(format!("{} updated {}", at(&update.effective_from), update.emergency));
            parts.extend(update.effect.map(effect_line));
            parts.extend(update.when.as_ref().map(scope_line));
            parts.extend(update.objectives.as_deref().map(objectives_line));
            parts.extend(update.message.as_ref().map(|_| "message".to_owned()));
            let end =
                |end: &Option<Instant>| end.as_ref().map_or("no end".to_owned(), |end| format!("end {}", at(end)));
            parts.extend(update.expected_end.as_ref().map(end));
        }
        ControlEvent::EmergencyLifted(lift) => {
            parts.push(format!("{} lifted {}", at(&lift.effective_from), lift.emergency));
        }
        ControlEvent::EmergencyVoided(Void { emergency, number: None }) => parts.push(format!("voided {emergency}")),
        ControlEvent::EmergencyVoided(Void { emergency, number: Some(number) }) => {
            parts.push(format!("voided {emergency} {number}"));
        }
        other => panic!("{other:?} is not told of an emergency"),
    }
    parts.join("; ")
}

fn effect_line(effect: Effect) -> String {
    match effect {
        Effect::Extend(by) => format!("extend {}", written(by)),
        other => other.name().to_owned(),
    }
}

fn scope_line(when: &Condition) -> String {
    let attributes = when.0.iter().map(|(name, values)| format!("{name}={}", values.join(",")));
    std::iter::once("when".to_owned()).chain(attributes).collect::<Vec<_>>().join(" ")
}

fn objectives_line(names: &[String]) -> String {
    format!("objectives {}", names.join(" "))
}

fn text(text: &str) -> Title {
    Title::from([("en".to_owned(), text.to_owned())])
}

fn instant(local: &str) -> Instant {
    to_instant(minute::at(local))
}

#[cfg(test)]
mod tests {
    use super::{line, told};

    #[test]
    fn what_is_told_is_read_as_it_is_shown() {
        for text in [
            "2026-03-02 10:00 declared storm; suspend; when priority=high,low; objectives a b; end 2026-03-02 18:00",
            "2026-03-02 11:00 updated storm; extend 2 working_hours; when; message; no end",
            "2026-03-02 12:00 lifted storm",
            "voided storm 3",
        ] {
            assert_eq!(line(&told(text)), text);
        }
    }
}
