//! Whether what an operator tells of an emergency can be, and goes with what was told before. All mistakes come at once.

use std::sync::Arc;

use super::mistake::{Mistake, Mistakes};
use super::{Declaration, Duty, Effect, Emergency, Lift, Register, Update, Void};
use crate::policy::source::{did_you_mean, listed};
use crate::policy::{Condition, Duration, Policy, StatusClass, Title};
use crate::time::Instant;

/// The longest id, in characters.
const ID_MAX: usize = 64;
/// The longest title, role or value, in characters.
const NAME_MAX: usize = 200;
/// The longest message or task, in characters.
const TEXT_MAX: usize = 10_000;
/// How many languages, attributes of a scope, lines of a plan, policies or objectives there may be.
const PARTS_MAX: usize = 100;
/// How many values an attribute of a scope may have.
const VALUES_MAX: usize = 1_000;
/// How often an emergency may be updated and lifted.
const TELLINGS_MAX: usize = 1_000;
/// How many emergencies there may be.
const EMERGENCIES_MAX: usize = 5_000;
/// How many of them may wait for their lift.
const OPEN_MAX: usize = 100;

/// Whether an emergency may be declared like this.
pub(super) fn declaration(given: &Declaration, register: &Register, published: &[&Policy]) -> Result<(), Vec<Mistake>> {
    let mut found = Mistakes::of(&given.emergency);
    id(&given.emergency, &mut found);
    if register.find(&given.emergency).is_some() {
        found.conflict("it was declared already", "update it, or declare this one under another id");
    }
    let is_open = |known: &&Arc<Emergency>| !known.is_voided && known.lift().is_none();
    if register.emergencies.iter().filter(is_open).count() >= OPEN_MAX {
        found.conflict(format!("{OPEN_MAX} are not lifted yet"), "lift those that are over");
    }
    if register.emergencies.len() >= EMERGENCIES_MAX {
        found.conflict(format!("there are {EMERGENCIES_MAX} already"), "begin with a new control topic or store");
    }
    instant("effective_from", given.effective_from, &mut found);
    title(&given.title, &mut found);
    texts("message", &given.message, TEXT_MAX, &mut found);
    scope(&given.when, &mut found);
    names(&given.policies, &given.objectives, published, &mut found);
    effect(given.effect, &mut found);
    end(given.expected_end, given.effective_from, &mut found);
    plan(&given.plan, &mut found);
    found.finish()
}

/// The position of the emergency that may be updated like this.
pub(super) fn update(given: &Update, register: &Register, published: &[&Policy]) -> Result<usize, Vec<Mistake>> {
    let mut found = Mistakes::of(&given.emergency);
    let known = register.known(&given.emergency, &mut found);
    instant("effective_from", given.effective_from, &mut found);
    if given.is_empty() {
        found.invalid(
            "the update says nothing",
            "name what has changed: a message, the expected end, the scope, the effect",
        );
    }
    given.title.iter().for_each(|given| title(given, &mut found));
    given.message.iter().for_each(|given| texts("message", given, TEXT_MAX, &mut found));
    given.when.iter().for_each(|given| scope(given, &mut found));
    let named = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    names(&named(&given.policies), &named(&given.objectives), published, &mut found);
    given.effect.iter().for_each(|given| effect(*given, &mut found));
    end(given.expected_end.flatten(), given.effective_from, &mut found);
    given.plan.iter().for_each(|given| plan(given, &mut found));
    if let Some(position) = known {
        let emergency = &register.emergencies[position];
        goes_on(emergency, "updated", given.effective_from, &mut found);
        if let Some((number, lift)) = emergency.lift().filter(|(_, lift)| given.effective_from >= lift.effective_from) {
            let what = format!(
                "it is over since {}, so that nothing changes at {}",
                lift.effective_from, given.effective_from
            );
            found.conflict(what, format!("declare a new one, or void the lift first, its number {number}"));
        }
    }
    found.finish().map(|()| known.unwrap_or_default())
}

/// The position of the emergency that may be lifted like this.
pub(super) fn lift(given: &Lift, register: &Register) -> Result<usize, Vec<Mistake>> {
    let mut found = Mistakes::of(&given.emergency);
    let known = register.known(&given.emergency, &mut found);
    instant("effective_from", given.effective_from, &mut found);
    texts("message", &given.message, TEXT_MAX, &mut found);
    if let Some(position) = known {
        let emergency = &register.emergencies[position];
        goes_on(emergency, "lifted", given.effective_from, &mut found);
        if let Some((number, lift)) = emergency.lift() {
            let what = format!("it was lifted already, at {}", lift.effective_from);
            found.conflict(what, format!("where that was wrong, void it first, its number {number}"));
        }
    }
    found.finish().map(|()| known.unwrap_or_default())
}

/// The position of the emergency that may be voided, and of what was told of it later, where only that is.
pub(super) fn void(given: &Void, register: &Register) -> Result<(usize, Option<usize>), Vec<Mistake>> {
    let mut found = Mistakes::of(&given.emergency);
    let known = register.known(&given.emergency, &mut found);
    let later = known.map(|position| &register.emergencies[position].later);
    let place = given.number.map(|number| (number, (number as usize).wrapping_sub(2)));
    if let Some(((number, place), later)) = place.zip(later) {
        match later.get(place) {
            Some(telling) if telling.is_voided => {
                found.conflict(format!("its number {number} was voided already"), "nothing is left to do");
            }
            Some(_) => {}
            None if number == 1 => {
                found.invalid("its number 1 is the declaration", "void the emergency as a whole, without a number");
            }
            None => {
                let last = later.len() + 1;
                found.unknown(
                    format!("nothing of number {number} was told of it"),
                    format!("the last is number {last}"),
                );
            }
        }
    }
    found.finish().map(|()| (known.unwrap_or_default(), place.map(|(_, place)| place)))
}

impl Register {
    fn find(&self, id: &str) -> Option<usize> {
        self.emergencies.iter().position(|known| known.declaration.emergency == id)
    }

    /// The position of an emergency of which more may be told.
    fn known(&self, id: &str, found: &mut Mistakes<'_>) -> Option<usize> {
        let Some(position) = self.find(id) else {
            let open = || {
                self.emergencies
                    .iter()
                    .filter(|known| !known.is_voided)
                    .map(|known| known.declaration.emergency.as_str())
            };
            let all = open().count();
            let hint = did_you_mean(id, open()).unwrap_or_else(|| match all {
                0 => "none was declared yet; declare it first".to_owned(),
                _ => format!("declare it first; there is {}", listed(open().skip(all.saturating_sub(10)))),
            });
            found.unknown("there is none of that id", hint);
            return None;
        };
        let emergency = &self.emergencies[position];
        if emergency.is_voided {
            found.conflict("it was voided, as if it had never been", "declare it anew under another id");
        } else if emergency.later.len() >= TELLINGS_MAX {
            found.conflict(format!("it was updated {TELLINGS_MAX} times already"), "declare a new one");
        }
        Some(position)
    }
}

/// Whether it lasts at the instant of something told of it.
fn goes_on(emergency: &Emergency, told: &str, at: Instant, found: &mut Mistakes<'_>) {
    let from = emergency.declaration.effective_from;
    if at <= from {
        let what = format!("it can not be {told} from {at} on: it begins at {from}");
        found.invalid(what, "name a later instant; where it was not so at all, void it");
    }
}

fn id(id: &str, found: &mut Mistakes<'_>) {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if id.is_empty() || id.chars().count() > ID_MAX || !id.chars().all(is_plain) {
        let what = format!("an id has 1 to {ID_MAX} letters, digits, `-`, `_` and `.`");
        found.invalid(what, "write one such as `typhoon-2026-10`");
    }
}

fn instant(name: &str, at: Instant, found: &mut Mistakes<'_>) {
    if !at.is_sane() {
        found.invalid(format!("`{name}` is {at}"), "write an instant of the years 1970 to 2199");
    }
}

fn effect(effect: Effect, found: &mut Mistakes<'_>) {
    if let Effect::Extend(Duration::Elapsed(0) | Duration::Open(0) | Duration::WorkingDays(0)) = effect {
        found.invalid("it extends by no time at all", "a duration is longer than zero");
    }
}

fn end(expected: Option<Instant>, from: Instant, found: &mut Mistakes<'_>) {
    let Some(expected) = expected else { return };
    instant("expected_end", expected, found);
    if expected <= from {
        let what = format!("it is expected to end at {expected}, which is not after {from}");
        found.invalid(what, "name a later end, or none where it is not known");
    }
}

fn title(given: &Title, found: &mut Mistakes<'_>) {
    if given.is_empty() {
        found.invalid("it has no `title`", "write {\"en\": \"Typhoon in the south\", \"zh\": \"南方台风\"}");
    }
    texts("title", given, NAME_MAX, found);
}

/// Texts by language.
fn texts(name: &str, given: &Title, length_max: usize, found: &mut Mistakes<'_>) {
    for (language, text) in given {
        let is_code = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_code {
            found.invalid(format!("`{}` of `{name}` is not a language", shown(language)), "write `en`, `zh`, …");
        }
        if text.trim().is_empty() || text.chars().count() > length_max {
            let what = format!("`{name}` in `{}` has {} characters", shown(language), text.trim().chars().count());
            found.invalid(what, format!("write 1 to {length_max}, or leave the language out"));
        }
    }
    few(name, given.len(), PARTS_MAX, found);
}

fn scope(when: &Condition, found: &mut Mistakes<'_>) {
    few("when", when.0.len(), PARTS_MAX, found);
    for (attribute, values) in &when.0 {
        let name = shown(attribute);
        if attribute.is_empty() || attribute.chars().count() > NAME_MAX {
            found.invalid("an attribute of `when` has no name, or a very long one", "write {\"region\": \"south\"}");
        }
        if values.is_empty() {
            found.invalid(format!("`{name}` of `when` has no values"), "name one, or leave the attribute out");
        }
        few(&format!("{name}` of `when"), values.len(), VALUES_MAX, found);
        if values.iter().any(|value| value.chars().count() > NAME_MAX) {
            found
                .invalid(format!("`{name}` of `when` has a very long value"), format!("at most {NAME_MAX} characters"));
        }
        for value in
            values.iter().filter(|value| attribute == "status_class" && StatusClass::from_name(value).is_none())
        {
            let known = || StatusClass::ALL.map(StatusClass::name);
            let hint = did_you_mean(value, known()).unwrap_or_else(|| format!("it is one of {}", listed(known())));
            found.invalid(format!("`{}` is not a status class", shown(value)), hint);
        }
    }
}

/// Policies and objectives must be there; where no policy was published yet, nobody can tell.
fn names(policies: &[String], objectives: &[String], published: &[&Policy], found: &mut Mistakes<'_>) {
    few("policies", policies.len(), PARTS_MAX, found);
    few("objectives", objectives.len(), PARTS_MAX, found);
    let known_policies = || published.iter().map(|policy| policy.policy.as_str());
    for name in policies.iter().filter(|name| known_policies().all(|known| known != **name)) {
        missing("policy", name, known_policies().collect(), found);
    }
    let of_those = || {
        let is_meant = |policy: &&&Policy| policies.is_empty() || policies.contains(&policy.policy);
        let clocks =
            |policy: &'_ Policy| policy.objectives.keys().chain(policy.remedies.keys()).cloned().collect::<Vec<_>>();
        published.iter().filter(is_meant).flat_map(|policy| clocks(policy)).collect::<Vec<String>>()
    };
    let known = if objectives.is_empty() { Vec::new() } else { of_those() };
    for name in objectives.iter().filter(|name| !known.contains(name)) {
        missing("objective", name, known.iter().map(String::as_str).collect(), found);
    }
}

fn missing(what: &str, name: &str, mut known: Vec<&str>, found: &mut Mistakes<'_>) {
    known.sort_unstable();
    known.dedup();
    let hint = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known.as_slice() {
        [] => "no policy was published yet; leave it out, or publish the policy first".to_owned(),
        known => format!("there is {}", listed(known.iter().copied())),
    });
    found.invalid(format!("there is no {what} `{}`", shown(name)), hint);
}

fn plan(duties: &[Duty], found: &mut Mistakes<'_>) {
    few("plan", duties.len(), PARTS_MAX, found);
    for Duty { role, task } in duties {
        if role.trim().is_empty() || role.chars().count() > NAME_MAX {
            found.invalid("a line of its plan names no role, or a very long one", "say who: `network_lead`");
        }
        if task.is_empty() {
            let what = format!("its plan does not say what `{}` does", shown(role));
            found.invalid(what, "write {\"role\": …, \"task\": {\"en\": …, \"zh\": …}}");
        }
        texts("task", task, TEXT_MAX, found);
    }
}

fn few(name: &str, count: usize, max: usize, found: &mut Mistakes<'_>) {
    if count > max {
        found.invalid(format!("`{name}` has {count} parts"), format!("at most {max}"));
    }
}

/// The beginning of what was written, for messages.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}
