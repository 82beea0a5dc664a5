//! The ticket as clocks see it: what holds now, and what happens.

use std::sync::Arc;

use super::Cause;
use crate::control::emergency::Phase;
use crate::policy::{CompiledTrigger, FieldName, Matcher, StatusClass};
use crate::ticket::{Dict, Entry, Kind, NameRef, ValueRef};
use crate::time::Instant;

/// What holds on a ticket.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) dict: &'a Dict,
    pub(crate) class: StatusClass,
    pub(crate) attributes: &'a [(NameRef, ValueRef)],
    /// The emergencies in force in whose scope it is, in the order of declaration.
    pub(crate) acting: &'a [Arc<Phase>],
}

/// What happens to a ticket at one instant: one event, a policy version taking over, or a change in emergencies.
#[derive(Clone, Copy)]
pub(crate) struct Happening<'a> {
    pub(crate) at: Instant,
    pub(crate) cause: Cause<'a>,
    /// The event; none where it is none of the ticket's.
    pub(crate) event: Option<&'a Entry<'a>>,
    /// The class that is entered, by the receipt the one that holds.
    pub(crate) entered: Option<StatusClass>,
    pub(crate) is_reopening: bool,
    /// Attributes or class changed, or a version took over: targets are matched anew.
    pub(crate) is_change: bool,
    /// What holds once it has happened.
    pub(crate) view: View<'a>,
}

impl View<'_> {
    /// Whether all that `matcher` asks for holds.
    pub(crate) fn matches(&self, matcher: &Matcher) -> bool {
        matcher.classes.is_none_or(|classes| classes & 1 << self.class as u8 != 0)
            && fit(self.dict, &matcher.fields, |wanted| {
                self.attributes.iter().rfind(|(name, _)| wanted(*name)).map(|(_, value)| *value)
            })
    }
}

impl Happening<'_> {
    /// Whether this is what `trigger` waits for.
    pub(crate) fn is(&self, trigger: &CompiledTrigger) -> bool {
        self.entered.is_some_and(|class| trigger.classes & 1 << class as u8 != 0)
            || self.is_reopening && trigger.reopened
            || self
                .event
                .is_some_and(|event| trigger.events.iter().any(|(kind, fields)| self.is_event(event, *kind, fields)))
    }

    fn is_event(&self, event: &Entry<'_>, kind: Kind, fields: &[(FieldName, Vec<String>)]) -> bool {
        event.kind == kind
            && fit(self.view.dict, fields, |wanted| {
                event.pairs().filter(|(name, _)| wanted(*name)).last().map(|(_, value)| value)
            })
    }

    /// Whether it enters a class in which nothing more is promised.
    pub(crate) fn is_terminal(&self) -> bool {
        self.entered.is_some_and(is_terminal)
    }
}

/// Whether nothing more is promised in that class, but by what waits for resolved.
pub(crate) fn is_terminal(class: StatusClass) -> bool {
    matches!(class, StatusClass::Closed | StatusClass::Cancelled | StatusClass::Merged)
}

/// Whether each field that is asked for has one of the texts listed; of a list any member will do.
fn fit(
    dict: &Dict,
    wanted: &[(FieldName, Vec<String>)],
    find: impl Fn(&dyn Fn(NameRef) -> bool) -> Option<ValueRef>,
) -> bool {
    wanted.iter().all(|(name, texts)| {
        let value = match name {
            FieldName::Known(known) => find(&|given| given == *known),
            FieldName::Other(other) => find(&|given| dict.name(given) == other),
        };
        value.is_some_and(|value| dict.texts(value).any(|text| texts.iter().any(|wanted| wanted == text)))
    })
}
