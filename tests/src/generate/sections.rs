//! What a policy says of claims and of feedback: tasks with clocks of the tables of objectives.

use duly_core::money::{Currency, Money};
use duly_core::policy::{Feedback, Liability, Objective, Task, Title};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::objectives;
use super::policies::NAMES;

/// Any section about claims.
pub(super) fn liability() -> impl Strategy<Value = Liability> {
    let cap = select(vec![None, None, Some("50"), Some("0")]);
    (subsequence(&NAMES[..], 0..=NAMES.len()), select(vec!["CNY", "CNY", "CNY", "JPY"]), cap, task(), task()).prop_map(
        |(after, currency, cap, assess, settle)| {
            let currency = Currency::from_code(currency).expect("a currency");
            Liability {
                after: after.into_iter().map(str::to_owned).collect(),
                currency,
                cap: cap.map(|amount| Money::parse(amount, currency).expect("an amount")),
                assess,
                settle,
            }
        },
    )
}

/// Any section about feedback.
pub(super) fn feedback() -> impl Strategy<Value = Feedback> {
    let about = subsequence(&["late", "short", "broken_promise", "other"][..], 1..=4);
    let score_at_most = select(vec![None, Some(0), Some(40), Some(50), Some(100)]);
    (about, score_at_most, select(vec![None, Some(5), Some(10)]), task(), task()).prop_map(
        |(about, score_at_most, scale, investigate, correct)| Feedback {
            about: about.into_iter().map(str::to_owned).collect(),
            score_at_most,
            scale,
            investigate,
            correct,
        },
    )
}

/// Any task. It is boxed: strategies of strategies take more of the stack than a test's thread has.
fn task() -> BoxedStrategy<Task> {
    let task = |Objective { mut targets, remind_at, ladder, .. }| Task {
        title: Title::new(),
        owner: "manager".to_owned(),
        target: targets.swap_remove(0),
        remind_at,
        ladder,
    };
    objectives::any().prop_map(task).boxed()
}
