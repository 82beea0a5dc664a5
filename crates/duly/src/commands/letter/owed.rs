//! What a company answers for: what it owes after a broken promise, what customers' voices lead to, and what it pays (L19, L21, L22).

use duly_core::money::Money;
use duly_core::policy::{Feedback, Liability, Policy, Remedy, Task};
use serde::Serialize;

use super::teller::Teller;
use crate::numbers;

/// Something that is owed: by when, by whom, and who sees to it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Owed {
    title: String,
    within: String,
    owner: String,
    reminders: Option<String>,
    ladder: Vec<String>,
}

/// What is owed after a broken promise.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Remedied {
    /// The promises that it follows from; none: any.
    after: Vec<String>,
    /// Which requests; none: all.
    request: Option<String>,
    fulfilled_by: String,
    #[serde(flatten)]
    owed: Owed,
}

/// What customers' voices lead to.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Heard {
    /// What they have to be about; none: only scores count.
    about: Option<String>,
    /// The highest score that is investigated, as a share of the best one: `40%`; none: no score is.
    score_at_most: Option<String>,
    /// The best score, where a customer is asked without another being named.
    scale: Option<u32>,
    investigation: Owed,
    correction: Owed,
}

/// What is paid for a broken promise.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Liable {
    /// The promises whose breach opens a case; none: any.
    after: Vec<String>,
    /// The promises whose breach opens none, where these are fewer to name.
    except: Vec<String>,
    /// What the currency of claims is called.
    currency: String,
    /// The most that is paid in a case.
    cap: Option<String>,
    assessment: Owed,
    settlement: Owed,
}

impl Teller<'_> {
    pub(super) fn remedies(&self, policy: &Policy) -> Vec<Remedied> {
        policy.remedies.iter().map(|(name, remedy)| self.remedy(policy, name, remedy)).collect()
    }

    fn remedy(&self, policy: &Policy, name: &str, remedy: &Remedy) -> Remedied {
        Remedied {
            after: self.titles(policy, &remedy.after),
            request: self.condition(&remedy.target.when),
            fulfilled_by: self.trigger(&remedy.stop),
            owed: Owed {
                title: self.title(&remedy.title, &format!("remedies.{name}.title")),
                within: self.within(&remedy.target),
                owner: self.word("role", &remedy.owner),
                reminders: self.reminders(&remedy.remind_at),
                ladder: self.ladder(&remedy.ladder),
            },
        }
    }

    pub(super) fn feedback(&self, feedback: &Feedback) -> Heard {
        Heard {
            about: (!feedback.about.is_empty()).then(|| self.any_of("about", &feedback.about)),
            score_at_most: feedback.score_at_most.map(|percent| format!("{percent}%")),
            scale: feedback.scale,
            investigation: self.task(&feedback.investigate, "feedback.investigate"),
            correction: self.task(&feedback.correct, "feedback.correct"),
        }
    }

    pub(super) fn liability(&self, policy: &Policy, liability: &Liability) -> Liable {
        let others = policy.objectives.keys().filter(|name| !liability.after.contains(name));
        let except: Vec<String> = others.cloned().collect();
        let are_fewer = !except.is_empty() && except.len() < liability.after.len();
        Liable {
            after: self.titles(policy, &liability.after),
            except: if are_fewer { self.titles(policy, &except) } else { Vec::new() },
            currency: self.word_or("currency", liability.currency.code()),
            cap: liability.cap.map(|cap| self.money(cap)),
            assessment: self.task(&liability.assess, "liability.assess"),
            settlement: self.task(&liability.settle, "liability.settle"),
        }
    }

    fn task(&self, task: &Task, place: &str) -> Owed {
        Owed {
            title: self.title(&task.title, &format!("{place}.title")),
            within: self.within(&task.target),
            owner: self.word("role", &task.owner),
            reminders: self.reminders(&task.remind_at),
            ladder: self.ladder(&task.ladder),
        }
    }

    /// An amount with the name of its currency: `CNY 100,000.00`, which no line break tears apart.
    fn money(&self, money: Money) -> String {
        format!("{}\u{a0}{}", self.word_or("currency", money.currency().code()), numbers::amount(&money.amount()))
    }

    /// What objectives are called.
    fn titles(&self, policy: &Policy, names: &[String]) -> Vec<String> {
        let title = |name: &String| Some(self.objective_title(name, policy.objectives.get(name)?));
        names.iter().filter_map(title).collect()
    }
}
