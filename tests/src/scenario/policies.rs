//! The `yaml` fences of a scenario: policies, whole or in part, and calendars.

use duly_core::control::ControlEvent;
use duly_core::policy::{Policy, source};

use crate::expected;

/// What a fragment is completed with: a name, and the calendar of the shipped policy.
const HEAD: &str = "policy: story\neffective_from: 2026-01-01T00:00:00+08:00\n";
const CALENDAR: &str = "\
calendars:
  business: {zone: Asia/Shanghai, week: {mon-fri: [\"09:00-12:00\", \"13:30-18:00\"]}, day: 7h30m, holidays: cn}
default_calendar: business
";

/// The policy that holds where a scenario has none of its own.
pub(super) fn shipped() -> Policy {
    expected::policy()
}

/// Reads a policy; what it lacks of name, date and calendars is as shipped.
pub(super) fn policy(text: &str) -> Result<Policy, (usize, String)> {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    let mut head = String::new();
    if !has("policy:") {
        head += HEAD;
    }
    if !has("calendars:") {
        head += CALENDAR;
    }
    read(&head, text)
}

/// Reads what is published later: calendars alone, or a policy.
pub(super) fn publication(text: &str) -> Result<Vec<ControlEvent>, (usize, String)> {
    if text.lines().any(|line| line.starts_with("objectives:")) {
        return Ok(vec![ControlEvent::PolicyPublished { policy: policy(text)?, effective_from: None }]);
    }
    let head = format!("{HEAD}objectives: {{any: {{start: received, stop: resolved, targets: [{{within: 1h}}]}}}}\n");
    let calendars = read(&head, text)?.calendars;
    let event = |(calendar, spec)| ControlEvent::CalendarPublished { calendar, policy: None, spec };
    Ok(calendars.into_iter().map(event).collect())
}

/// Reads `head` and `text` together; a mistake comes with its line in `text`, from 0.
fn read(head: &str, text: &str) -> Result<Policy, (usize, String)> {
    let parsed = source::parse(&format!("{head}{text}"), &|name| Err(format!("there is no {name} in a scenario")));
    let parsed = parsed.map_err(|mistakes| {
        let lines_before = head.lines().count() + 1;
        let line = mistakes[0].at.line.saturating_sub(lines_before);
        (line, mistakes.iter().map(|mistake| mistake.what.clone()).collect::<Vec<_>>().join("; "))
    })?;
    let compiled = parsed.policy.compile();
    let compiled =
        compiled.map_err(|errors| (0, errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))?;
    Ok(compiled.policy)
}
