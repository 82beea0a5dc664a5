//! Tickets of which no clock started, and what they lack for one, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use duly_core::lacking::Lack;

use crate::numbers::grouped;
use crate::wrapped::wrapped;

/// How many attributes, and how many values, are named.
const NAMED: usize = 4;

/// What tickets lack, counted.
#[derive(Debug, Default)]
pub(crate) struct Lacks {
    tickets: u64,
    policies: BTreeSet<String>,
    /// Attributes that they do not have.
    missing: BTreeMap<String, u64>,
    /// Attributes that are something else, as `name=value`.
    other: BTreeMap<String, u64>,
}

impl Lacks {
    /// Counts a ticket; one that lacks nothing is none.
    pub(crate) fn add(&mut self, lacks: &[Lack]) {
        self.tickets += u64::from(!lacks.is_empty());
        for Lack { policy, attribute, is } in lacks {
            self.policies.insert(policy.clone());
            let count = match is.as_slice() {
                [] => self.missing.entry(attribute.clone()).or_default(),
                is => self.other.entry(format!("{attribute}={}", is.join(","))).or_default(),
            };
            *count += 1;
        }
    }

    /// Tells them, where there are any.
    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.tickets == 0 {
            return Ok(());
        }
        let (tickets, them) = if self.tickets == 1 { ("ticket", "it") } else { ("tickets", "them") };
        let mut text = format!("{} {tickets} started no clock: no target of ", grouped(self.tickets));
        text += &format!("{} matches {them}.", self.policies.iter().cloned().collect::<Vec<_>>().join(" or "));
        for (what, counts) in [("Most often missing", &self.missing), ("Of no value with a target", &self.other)] {
            let mut counts: Vec<(&String, &u64)> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let named = counts.iter().take(NAMED).map(|(name, count)| format!("{name} ({})", grouped(**count)));
            let named = named.collect::<Vec<_>>().join(", ");
            if !named.is_empty() {
                text += &format!(" {what}: {named}.");
            }
        }
        text += " docs/mappings.md, \u{201c}What the policy asks for\u{201d}, says how to map what is asked for.";
        wrapped(text.split(' '), "", " ", out)
    }
}
