//! The way out of the table: a program in jq, for what rules can not say.
//!
//! A program sees the part of the message as `.`, `$message` and `$headers`, and gives small objects, `{type, ticket, time, id,
//! sequence, data}`; times and values are read as those of rules are. It can see nothing else: there is no environment, no clock,
//! no file, no further input and no way to end the process.
//!
//! **A program that never ends is stopped from within.** jaq runs a program lazily, so outputs are easily counted, and a loop
//! without outputs would never come back. So the program is rewritten before it is compiled (`meter`): every place that can make work,
//! the definitions of the standard library included, passes through a filter of ours that counts it, and everything that can
//! make something large through one that weighs it. At the limit the filter halts the run, which no `try` catches. Nothing has to be
//! killed, no thread is left behind, and the same message reaches the same limit everywhere; a deadline stands behind that, for
//! a single step that takes long. What is counted: work, memory made, depth of the stack, outputs.

mod compile;
mod convert;
mod limits;
mod meter;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use jaq_core::{Ctx, Vars};
use jaq_json::Val;
use serde_json::Value;

pub(super) use self::compile::Wrong;
use self::limits::{Kind, OUTPUTS_MAX, Spent};
use super::path::Scope;

/// A program, ready to run. It has no state.
pub(super) struct Program {
    filter: jaq_core::Filter<Kind>,
}

/// What a run gave, and how it ended.
pub(super) struct Outcome {
    pub(super) drafts: Vec<Value>,
    pub(super) ended: Ended,
}

/// How a run ended.
pub(super) enum Ended {
    Well,
    /// An error of the program that it did not catch.
    Failed(String),
    /// One of the limits.
    AtLimit(String),
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Program")
    }
}

impl Program {
    /// Reads and compiles a program.
    ///
    /// # Errors
    /// All that is wrong with it, with its places in `code`.
    pub(super) fn compile(code: &str) -> Result<Program, Vec<Wrong>> {
        compile::compile(code).map(|filter| Program { filter })
    }

    /// Runs it over a part of a message, up to its end or a limit.
    pub(super) fn run(&self, scope: &Scope<'_>) -> Outcome {
        // jaq is not known to panic. If it ever does, that is a message that could not be mapped, and nothing else.
        catch_unwind(AssertUnwindSafe(|| self.run_within(scope)))
            .unwrap_or_else(|_| Outcome { drafts: Vec::new(), ended: Ended::Failed("the program crashed".to_owned()) })
    }

    fn run_within(&self, scope: &Scope<'_>) -> Outcome {
        let input = convert::to_jq(scope.item);
        let message =
            if std::ptr::eq(scope.item, scope.message) { input.clone() } else { convert::to_jq(scope.message) };
        let spent = Spent::new(&self.filter.lut, &input);
        let vars = Vars::new([message, convert::headers(scope.headers)]);
        let mut outcome = Outcome { drafts: Vec::new(), ended: Ended::Well };
        for output in self.filter.id.run((Ctx::<Kind>::new(&spent, vars), input)) {
            let made = output.map_err(|exception| match exception.get_err() {
                Ok(error) => error.to_string(),
                Err(_) => "it was stopped".to_owned(),
            });
            match made.and_then(|value: Val| convert::from_jq(&value)) {
                Ok(_) if outcome.drafts.len() == OUTPUTS_MAX => {
                    spent.exceed(format!("more than {OUTPUTS_MAX} outputs"));
                }
                Ok(value) => outcome.drafts.push(value),
                Err(what) => outcome.ended = Ended::Failed(what),
            }
            // What follows an error, or a limit, would be half of an answer.
            if spent.exceeded().is_some() || matches!(outcome.ended, Ended::Failed(_)) {
                break;
            }
        }
        if let Some(what) = spent.exceeded() {
            outcome.ended = Ended::AtLimit(what);
        }
        outcome
    }
}
