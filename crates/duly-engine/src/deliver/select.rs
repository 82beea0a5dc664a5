//! Which records a sink takes.

use duly_core::lane::RETRACTED;
use duly_core::notification::Occasion;
use serde_json::Value;

use super::record::{Record, short};
use crate::counters::sla_types;

/// Where records come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// What follows from promises.
    #[default]
    Sla,
    /// What people are told.
    Notifications,
}

/// Which records a sink takes. What is empty leaves nothing out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Where they come from.
    pub of: Of,
    /// Their types in a word, such as `breached`; `retracted` means retractions of the others that are named, or of
    /// everything where no other is.
    pub types: Vec<String>,
    /// The objectives that they are about.
    pub objectives: Vec<String>,
    /// The way that notifications name, such as `email`.
    pub channel: Option<String>,
}

impl Selection {
    /// Whether the sink takes it.
    pub fn takes(&self, record: &Record) -> bool {
        let about = record.withdrawn().unwrap_or(record.data());
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let objective = match self.of {
            Of::Sla => text(about, "objective"),
            Of::Notifications => text(&record.data()["facts"], "objective"),
        };
        let by_way = self.channel.as_ref().is_none_or(|channel| {
            record.data()["channels"].as_array().is_some_and(|ways| ways.iter().any(|way| way == channel.as_str()))
        });
        self.takes_type(record, &text(about, "type"))
            && (self.objectives.is_empty() || self.objectives.contains(&objective))
            && by_way
    }

    fn takes_type(&self, record: &Record, withdrawn: &str) -> bool {
        let names = |name: &str| self.types.iter().any(|named| named == name);
        if self.types.is_empty() {
            return true;
        }
        let is_of_one = record.type_name() != RETRACTED || self.types.len() == 1 || names(short(withdrawn));
        names(record.name()) && is_of_one
    }

    /// The types that there are, in a word each.
    pub fn known_types(of: Of) -> Vec<&'static str> {
        match of {
            Of::Sla => sla_types().map(short).collect(),
            Of::Notifications => Occasion::ALL.iter().map(|occasion| occasion.name()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(selection: &Selection, event: &Value, expected: bool) {
        let record = Record::structured(&event.to_string()).expect("JSON");
        assert_eq!(selection.takes(&record), expected, "{selection:?} {event}");
    }

    fn of(types: &[&str], objectives: &[&str]) -> Selection {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        Selection { types: texts(types), objectives: texts(objectives), ..Selection::default() }
    }

    #[test]
    fn sla_events_are_taken_by_type_and_objective() {
        let breached = json!({"type": "duly.sla.breached.v1", "data": {"objective": "first_response"}});
        let data = json!({"event": {"type": "duly.sla.breached.v1", "objective": "first_response"}});
        let retracted = json!({"type": "duly.sla.retracted.v1", "data": data});
        for (types, objectives, is_breach, is_retraction) in [
            (&[][..], &[][..], true, true),
            (&["breached"], &[], true, false),
            (&["breached", "retracted"], &["first_response"], true, true),
            (&["breached", "retracted"], &["resolution"], false, false),
            (&["escalated", "retracted"], &[], false, false),
            (&["retracted"], &[], false, true),
        ] {
            check(&of(types, objectives), &breached, is_breach);
            check(&of(types, objectives), &retracted, is_retraction);
        }
    }

    #[test]
    fn notifications_are_taken_by_way_and_type() {
        let data = json!({"channels": ["email", "sms"], "facts": {"objective": "resolution"}});
        let reminder = json!({"type": "duly.notification.reminder.v1", "data": data});
        let by = |way: &str| Selection {
            of: Of::Notifications,
            channel: Some(way.to_owned()),
            ..of(&["reminder"], &["resolution"])
        };
        check(&by("sms"), &reminder, true);
        check(&by("website"), &reminder, false);
    }
}
