//! What a letter says of feedback, remedies and claims, held to the compiled policy.

use duly_core::money::Money;
use duly_core::policy::Compiled;

use super::figures::{allowed, hold_watch, own};
use super::reading::{Table, figures, numbers, paragraphs};
use crate::language::Language;

/// Holds sections 6 and 7, whose tables are given.
#[track_caller]
pub(super) fn hold(policy: &Compiled, letter: &str, feedback: &[&Table], breach: &[&Table], language: Language) {
    let is_owed = |table: &&Table| ["What we owe you", "致歉与补救"].contains(&&table.heading[..]);
    let (owed, paid): (Vec<&Table>, Vec<&Table>) = breach.iter().partition(|table| is_owed(table));
    hold_remedies(policy, &owed, language);
    hold_tasks(policy, &[feedback, &paid].concat(), language);
    hold_feedback(policy, &paragraphs(letter, 6));
    hold_liability(policy, &paragraphs(letter, 7), language);
}

/// What is owed by section 7.
fn hold_remedies(policy: &Compiled, tables: &[&Table], language: Language) {
    let remedies = &policy.policy.remedies;
    assert_eq!(tables.len(), if remedies.is_empty() { 0 } else { 2 });
    for (position, remedy) in remedies.values().enumerate() {
        let (owed, watched) = (&tables[0].rows[position], &tables[1].rows[position]);
        assert_eq!(owed[0], own(&remedy.title, language));
        assert_eq!(figures(&owed[3], language), [allowed(&remedy.target)], "{owed:?}");
        assert_eq!(owed[4], role(policy, &remedy.owner, language));
        hold_watch(watched, &remedy.remind_at, &remedy.ladder, language);
    }
}

/// What is done about feedback and claims: a table of two tasks for each of the two sections that there is.
fn hold_tasks(policy: &Compiled, tables: &[&Table], language: Language) {
    let rows: Vec<&Vec<String>> = tables.iter().flat_map(|table| &table.rows).collect();
    assert_eq!(rows.len(), policy.policy.tasks().count());
    for (row, (_, task)) in rows.into_iter().zip(policy.policy.tasks()) {
        assert_eq!(row[0], own(&task.title, language));
        assert_eq!(figures(&row[1], language), [allowed(&task.target)], "{row:?}");
        assert_eq!(row[2], role(policy, &task.owner, language));
        hold_watch(&row[2..], &task.remind_at, &task.ladder, language);
    }
}

/// The score that is looked into, and the best one, in the words of section 6.
fn hold_feedback(policy: &Compiled, told: &[String]) {
    let scores = policy.policy.feedback.iter().filter_map(|feedback| {
        let most = feedback.score_at_most.map(|percent| format!("{percent}%"));
        most.map(|most| [Some(most), feedback.scale.map(|scale| scale.to_string())])
    });
    let scores: Vec<String> = scores.flatten().flatten().collect();
    // The first paragraph says where customers turn, with numbers that are none of the promise.
    assert_eq!(told[1..].iter().flat_map(|text| numbers(text)).collect::<Vec<_>>(), scores, "{told:?}");
}

/// The most that is paid, in the words of section 7, which has no other number in them.
fn hold_liability(policy: &Compiled, told: &[String], language: Language) {
    let liability = policy.policy.liability.as_ref();
    let cap = liability.and_then(|liability| liability.cap).map(Money::amount);
    let amounts: Vec<String> =
        told.iter().flat_map(|text| numbers(text)).map(|number| number.replace(',', "")).collect();
    assert_eq!(amounts, cap.into_iter().collect::<Vec<_>>(), "{told:?}");
    let Some(liability) = liability else { return };
    assert!(told.iter().any(|text| text.contains(liability.currency.code())), "{told:?}");
    // Either those after whose breach a case is opened are named, or, where these are fewer, those after whose it is not.
    let (of, not_of): (Vec<_>, Vec<_>) =
        policy.policy.objectives.iter().partition(|(name, _)| liability.after.contains(name));
    let named = if !not_of.is_empty() && not_of.len() < of.len() { &not_of } else { &of };
    for (name, objective) in of.iter().chain(&not_of) {
        let quoted = format!("“{}”", own(&objective.title, language));
        let is_named = told.iter().any(|text| text.contains(&quoted));
        assert_eq!(is_named, named.iter().any(|(other, _)| other == name), "{quoted} in {told:?}");
    }
}

/// What a role is called.
fn role<'p>(policy: &'p Compiled, role: &str, language: Language) -> &'p str {
    own(&policy.policy.words["role"][role], language)
}
