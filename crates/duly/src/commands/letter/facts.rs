//! Everything that a letter says of its policy, in the words of a language: what templates have at hand.

use duly_core::policy::{AppliesTo, Compiled, Every, Letter, Policy, Telling};
use serde::Serialize;

use super::counting::{day_rules, first_day};
use super::hours::Hours;
use super::owed::{Heard, Liable, Remedied};
use super::promises::{Group, Promise, counts_acknowledgements};
use super::safeguards::{Routed, Watched};
use super::teller::{Missing, Teller};
use crate::language::Language;

/// A letter.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facts {
    lang: &'static str,
    title: String,
    promisor: String,
    addressee: String,
    scope: Option<String>,
    contact: Option<String>,
    /// How often response times are reviewed.
    review: &'static str,
    signatory: String,
    date: String,
    /// From which day on it holds.
    effective: String,
    /// Whether it holds for requests that were open by then too.
    covers_open: bool,
    /// The name of the policy and the hash of all that it says.
    policy: String,
    version: String,
    /// The promises by category.
    groups: Vec<Group>,
    /// What each promise runs from, what fulfils it and while what it stands still.
    promises: Vec<Promise>,
    /// Whether an acknowledgement, or what a machine wrote, counts as a response anywhere.
    acknowledgement_counts: bool,
    /// Which readings of working days there are: `civil`, `same_time`, `as_hours`.
    day_rules: Vec<&'static str>,
    calendars: Vec<Hours>,
    /// Who is reminded and told, for promises with the same reminders and ladder.
    watched: Vec<Watched>,
    routing: Vec<Routed>,
    /// By which ways customers are told of an emergency; none where they are not told.
    announced_by: Option<String>,
    /// What customers' voices lead to, where they lead to anything.
    feedback: Option<Heard>,
    remedies: Vec<Remedied>,
    /// What is paid for a broken promise, where anything is.
    liability: Option<Liable>,
}

/// What `policy` says as a letter.
///
/// # Errors
/// What it has no words for in this language.
pub(super) fn of(policy: &Compiled, letter: &Letter, language: Language) -> Result<Facts, Missing> {
    let teller = Teller::new(&policy.policy, language);
    let facts = teller.facts(&policy.policy, letter, policy.version.clone());
    match teller.missing() {
        None => Ok(facts),
        Some(missing) => Err(missing),
    }
}

impl Teller<'_> {
    fn facts(&self, policy: &Policy, letter: &Letter, version: String) -> Facts {
        let since = first_day(policy);
        let groups = self.groups(policy, letter);
        Facts {
            lang: self.language.key(),
            title: self.title(&policy.title, "title"),
            promisor: self.title(&letter.promisor, "letter.promisor"),
            addressee: self.title(&letter.addressee, "letter.addressee"),
            scope: self.optional(&letter.scope, "letter.scope"),
            contact: self.optional(&letter.contact, "letter.contact"),
            review: match letter.review {
                Every::Week => self.say("week", "周"),
                Every::Month => self.say("month", "月"),
                Every::Quarter => self.say("quarter", "季度"),
                Every::Year => self.say("year", "年"),
            },
            signatory: self.title(&letter.signatory, "letter.signatory"),
            date: self.date(letter.date),
            effective: self.date(since),
            covers_open: policy.applies_to == AppliesTo::OpenTickets,
            policy: policy.policy.clone(),
            version,
            promises: self.promises(policy, &groups),
            acknowledgement_counts: policy.objectives.values().any(counts_acknowledgements),
            day_rules: day_rules(policy),
            calendars: self.calendars(policy, since),
            watched: self.watched(policy, &groups),
            routing: policy.routing.iter().map(|route| self.routed(route)).collect(),
            announced_by: self.announced_by(policy),
            feedback: policy.feedback.as_ref().map(|feedback| self.feedback(feedback)),
            remedies: self.remedies(policy),
            liability: policy.liability.as_ref().map(|liability| self.liability(policy, liability)),
            groups,
        }
    }

    /// By which ways customers are told of an emergency (L17).
    fn announced_by(&self, policy: &Policy) -> Option<String> {
        let telling = policy.notify.emergency.clone().unwrap_or_else(Telling::of_emergencies);
        let is_told = telling.to.iter().any(|who| who == "customer");
        let ways = || telling.by.iter().map(|way| self.word("channel", way)).collect::<Vec<_>>();
        is_told.then(|| self.list(&ways()))
    }
}
