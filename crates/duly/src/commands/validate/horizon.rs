//! How long a policy's calendars are known, seen from today (T12).

use chrono::NaiveDate;
use duly_core::policy::Policy;
use duly_core::policy::source::{Mistake, Place};

use crate::mistakes::START;

/// A calendar that is known for less than this from today is warned of.
const SOON_DAYS: i64 = 30;

/// The date up to which all of the policy's calendars are known; `None` where none is published year by year.
pub(super) fn known_until(policy: &Policy) -> Option<NaiveDate> {
    policy.calendars.values().filter_map(|spec| spec.known_until).min()
}

/// Warns of calendars whose holidays are not known for long, or no longer.
pub(super) fn warnings(policy: &Policy, text: &str, today: NaiveDate) -> Vec<Mistake> {
    let horizons = policy.calendars.iter().filter_map(|(name, spec)| Some((name, spec.known_until?)));
    let warning = |(name, known_until): (&String, NaiveDate)| {
        let left = (known_until - today).num_days();
        let when = match left {
            ..0 => "which has passed".to_owned(),
            0 => "which is today".to_owned(),
            1 => "which is tomorrow".to_owned(),
            2..SOON_DAYS => format!("{left} days from today"),
            _ => return None,
        };
        let what = format!("the holidays of calendar `{name}` are known until {known_until}, {when}");
        let hint = "deadlines beyond are provisional: give the calendar the next year's holidays";
        Some(Mistake { at: place(text, name), what, hint: Some(hint.to_owned()) })
    };
    horizons.filter_map(warning).collect()
}

/// Where the calendar is: the first line that begins with its name as a key, else the beginning.
fn place(text: &str, name: &str) -> Place {
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let key = line.trim_start();
        if key.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(':')) {
            let indent = line.len() - key.len();
            return Place { offset: offset + indent, len: name.len(), line: index + 1, column: indent + 1 };
        }
        offset += line.len();
    }
    START
}

#[cfg(test)]
mod tests {
    use super::*;
    use duly_core::policy::source;

    const TEXT: &str = "\
policy: p
effective_from: 2026-01-01T00:00:00Z
calendars:
  cn: {zone: Asia/Shanghai, week: {mon-fri: [\"09:00-18:00\"]}, holidays: cn, known_until: 2026-12-31}
  plain: {zone: UTC, week: {mon-fri: [\"09:00-18:00\"]}}
objectives:
  answer: {start: received, stop: responded, targets: [{within: 1h}]}
";

    #[test]
    fn a_horizon_is_warned_of_when_it_comes_near() {
        let policy = source::parse(TEXT, &|_| Err(String::new())).expect("a sound policy").policy;
        assert_eq!(known_until(&policy), "2026-12-31".parse().ok());
        for (today, expected) in [
            ("2026-12-01", None),
            ("2026-12-02", Some("29 days from today")),
            ("2026-12-30", Some("which is tomorrow")),
            ("2026-12-31", Some("which is today")),
            ("2027-01-01", Some("which has passed")),
        ] {
            let warnings = warnings(&policy, TEXT, today.parse().expect("a date"));
            let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
            assert_eq!(told.len(), usize::from(expected.is_some()), "{today}: {told:?}");
            if let Some(expected) = expected {
                assert!(told[0].starts_with("4:3: ") && told[0].contains(expected), "{today}: {told:?}");
            }
        }
    }
}
