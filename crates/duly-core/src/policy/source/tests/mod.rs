//! Reading policies: what is good, what is wrong and where, and that nothing makes it stumble.

mod calendars;
mod examples;
mod letter;
mod mistakes;
mod mutations;
mod resolved;
mod sections;

use super::{Mistake, Parsed, parse};

/// The policy as shipped.
const SHIPPED: &str = include_str!("../../../../../../deploy/config/policies/response-time-commitment.yaml");

/// The example of DESIGN §6.
const EXAMPLE: &str = include_str!("example.yaml");

/// Loads `company.ics`, and nothing else.
fn load(name: &str) -> Result<String, String> {
    match name {
        "company.ics" => Ok(include_str!("company.ics").to_owned()),
        "broken.ics" => Ok("BEGIN:VCALENDAR\nnothing more".to_owned()),
        _ => Err("no such file".to_owned()),
    }
}

/// Reads a policy that has no mistakes.
#[track_caller]
fn good(text: &str) -> Parsed {
    parse(text, &load).unwrap_or_else(|mistakes| panic!("{}\n\n{text}", shown(&mistakes)))
}

/// One a line: `line:column what (hint)`.
fn shown(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A policy around the keys of one objective `x`, which begin in line 8, column 5; `calendars:` is in line 3, its
/// `business` has no `day`.
fn with_objective(keys: &str) -> String {
    let keys = keys.replace('\n', "\n    ");
    format!(
        "policy: p\neffective_from: 2026-01-01T00:00:00Z\ncalendars:\n  business: {{zone: Asia/Shanghai, week: {{mon-fri: \
         [\"09:00-18:00\"]}}}}\ndefault_calendar: business\nobjectives:\n  x:\n    {keys}\n"
    )
}

/// A policy with an objective `x`, and these sections from line 11 on.
fn with_sections(sections: &str) -> String {
    format!("{}{sections}\n", with_objective("start: received\nstop: resolved\ntargets: [{within: 2h}]"))
}

/// A policy whose calendar `c` has these keys, which begin in line 5, column 5.
fn with_calendar(keys: &str) -> String {
    let keys = keys.replace('\n', "\n    ");
    format!(
        "policy: p\neffective_from: 2026-01-01T00:00:00Z\ncalendars:\n  c:\n    {keys}\nobjectives: {{x: {{start: received, \
         stop: resolved, targets: [{{within: 2h}}]}}}}\n"
    )
}

/// A policy whose objective has this target table in line 10 and below.
fn with_targets(targets: &str) -> String {
    with_objective(&format!("start: received\nstop: resolved\ntargets:\n{targets}"))
}

/// Asserts that `text` has exactly these mistakes; each is told by its beginning, `line:column: what`, and perhaps by
/// what its hint contains, behind ` → `.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mistakes = parse(text, &load).err().unwrap_or_default();
    compare(text, &mistakes, expected);
}

/// As [`check`], for warnings.
#[track_caller]
fn check_warnings(text: &str, expected: &[&str]) {
    compare(text, &good(text).warnings, expected);
}

#[track_caller]
fn compare(text: &str, mistakes: &[Mistake], expected: &[&str]) {
    let agrees = |mistake: &Mistake, expected: &str| {
        let (what, hint) = expected.split_once(" → ").unwrap_or((expected, ""));
        let place = format!("{}:{}: {}", mistake.at.line, mistake.at.column, mistake.what);
        place.starts_with(what) && mistake.hint.as_deref().unwrap_or_default().contains(hint)
    };
    let all = mistakes.len() == expected.len() && mistakes.iter().zip(expected).all(|(m, e)| agrees(m, e));
    assert!(all, "\n{text}\nfound:\n{}\n\nexpected:\n{}", shown(mistakes), expected.join("\n"));
    for mistake in mistakes {
        let Some(source) = text.get(mistake.at.offset..mistake.at.offset + mistake.at.len) else {
            panic!("the bytes of {mistake} are not in the text");
        };
        let before = &text[..mistake.at.offset];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        assert_eq!((mistake.at.line, mistake.at.column), (line, column), "{mistake}: `{source}`");
    }
}
