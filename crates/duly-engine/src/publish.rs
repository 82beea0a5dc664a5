//! Which of the policies given at a start have to be published, and what is to be said about those in force.

use duly_core::control::{ControlEvent, Controls};
use duly_core::policy::Policy;
use duly_core::time::Instant;

/// Those of `given` that are not the last published under their names, in their order.
///
/// Of several of one name the last published ones may be the first given ones, so that starting twice publishes once.
pub(crate) fn unpublished(controls: &Controls, given: &[Policy]) -> Vec<Policy> {
    let mut names: Vec<String> = given.iter().map(|policy| policy.policy.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let mut missing = Vec::new();
    for name in names {
        let published: Vec<String> =
            policies(controls).filter(|known| known.policy == name).map(Policy::version).collect();
        let of_name: Vec<&Policy> = given.iter().filter(|policy| policy.policy == name).collect();
        let versions: Vec<String> = of_name.iter().map(|policy| policy.version()).collect();
        let known = (0..=versions.len()).rev().find(|&count| published.ends_with(&versions[..count])).unwrap_or(0);
        missing.extend(of_name[known..].iter().map(|policy| (*policy).clone()));
    }
    missing
}

/// The control events that publish `policies`, in force from when each says.
pub(crate) fn publications(policies: &[Policy]) -> Vec<ControlEvent> {
    let publish = |policy: &Policy| ControlEvent::PolicyPublished { policy: policy.clone(), effective_from: None };
    policies.iter().map(publish).collect()
}

/// Refuses control events that change what was before `kept_since`: tickets that were closed then may have been retired, and would
/// not follow (DESIGN §7). What is published first changes nothing.
pub(crate) fn refuse_reaching_back(
    controls: &Controls,
    events: &[ControlEvent],
    kept_since: Instant,
) -> Result<(), String> {
    let reaches_back = |event: &&ControlEvent| controls.reach(event) < kept_since;
    let said: Vec<String> = events.iter().filter(reaches_back).map(|event| reaching_back(event, kept_since)).collect();
    if controls.is_empty() || said.is_empty() { Ok(()) } else { Err(said.join("; ")) }
}

fn reaching_back(event: &ControlEvent, kept_since: Instant) -> String {
    let what = match event {
        ControlEvent::PolicyPublished { policy, effective_from } => {
            let from = effective_from.unwrap_or(policy.effective_from);
            format!("{} version {}, in force from {from}", policy.policy, policy.version())
        }
        ControlEvent::CalendarPublished { calendar, .. } => format!("calendar {calendar}"),
        of_emergency => format!("emergency {}", of_emergency.emergency().unwrap_or_default()),
    };
    format!(
        "{what}, changes what was before {kept_since}, and closed tickets of then may be retired (retention.closed): let it be in \
         force from later on, or keep tickets for longer"
    )
}

/// Whether the version was ever published.
pub(crate) fn is_known(controls: &Controls, policy: &Policy) -> bool {
    policies(controls).any(|known| known == policy)
}

/// What is said of a version that another one has replaced since it was published.
pub(crate) fn replaced(controls: &Controls, policy: &Policy) -> String {
    let last = policies(controls).filter(|known| known.policy == policy.policy).last().unwrap_or(policy);
    let (name, ours, theirs) = (&policy.policy, policy.version(), last.version());
    format!(
        "warning: {name} version {ours} was published before, and {theirs} after it, which stays in force; to go back, give it a \
         later effective_from"
    )
}

/// A warning for policies that were checked with other time-zone data than this program has (I3).
pub(crate) fn tzdata_warning(controls: &Controls) -> Option<String> {
    let ours = chrono_tz::IANA_TZDB_VERSION;
    let mut names: Vec<&str> = policies(controls).map(|policy| policy.policy.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let last = |name: &&str| policies(controls).filter(|policy| policy.policy == *name).last();
    let differing: Vec<String> = names
        .iter()
        .filter_map(last)
        .filter(|policy| policy.tzdata != ours)
        .map(|policy| format!("{} ({})", policy.policy, policy.tzdata))
        .collect();
    (!differing.is_empty()).then(|| {
        format!(
            "warning: published with other time-zone data than this program's ({ours}): {}; deadlines may differ where a \
             zone's rules have changed, publish the policy again to settle it",
            differing.join(", ")
        )
    })
}

fn policies(controls: &Controls) -> impl Iterator<Item = &Policy> {
    controls.events().iter().filter_map(|event| match event {
        ControlEvent::PolicyPublished { policy, .. } => Some(policy),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(name: &str, hours: u32) -> Policy {
        let text = format!(
            "policy: {name}\neffective_from: 2026-01-01T00:00:00Z\nobjectives:\n  a: {{start: received, stop: resolved, \
             targets: [{{within: {hours}h}}]}}\n"
        );
        duly_core::policy::source::parse(&text, &|_| Err("there is no file".to_owned())).expect("it is right").policy
    }

    /// Checks what is published of `given` where `before` was: names and hours, `a1` for one hour of `a`.
    fn check(before: &str, given: &str, expected: &str) {
        let read = |text: &str| -> Vec<Policy> {
            text.split_whitespace().map(|word| policy(&word[..1], word[1..].parse().expect("hours"))).collect()
        };
        let controls = Controls::default().with(publications(&read(before))).expect("they compile");
        assert_eq!(unpublished(&controls, &read(given)), read(expected), "{before} + {given}");
    }

    #[test]
    fn what_reaches_back_too_far_is_refused_unless_nothing_was_published() {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        let (earlier, later) = (publications(&[policy("a", 1)]), publications(&[policy("a", 2), policy("b", 1)]));
        let controls = Controls::default().with(earlier).expect("it compiles");
        let refused = |controls: &Controls, kept_since| refuse_reaching_back(controls, &later, at(kept_since)).err();
        assert_eq!(refused(&controls, "2026-01-01T00:00:00Z"), None);
        assert_eq!(refused(&Controls::default(), "2026-01-01T00:00:01Z"), None);
        let why = refused(&controls, "2026-01-01T00:00:01Z").expect("both are in force from the second before");
        assert!(why.contains("a version ") && why.contains("; b version "), "{why}");
    }

    #[test]
    fn a_version_that_was_replaced_is_known_and_told() {
        let controls = Controls::default().with(publications(&[policy("a", 1), policy("a", 2)])).expect("they compile");
        assert!(is_known(&controls, &policy("a", 1)) && !is_known(&controls, &policy("a", 3)));
        let said = replaced(&controls, &policy("a", 1));
        assert!(said.starts_with("warning: a version ") && said.contains(&policy("a", 2).version()), "{said}");
    }

    #[test]
    fn only_what_is_not_the_last_of_its_name_is_published() {
        check("", "a1", "a1");
        check("a1", "a1", "");
        check("a1", "a2", "a2");
        check("a1 a2", "a1", "a1");
        check("a1 b1", "a1 b1", "");
        check("a1", "a1 b1", "b1");
        check("", "a1 a2", "a1 a2");
        check("a1 a2", "a1 a2", "");
        check("a1", "a1 a2", "a2");
        check("a1 a2 b1", "b1 a1 a2 a3", "a3");
    }
}
