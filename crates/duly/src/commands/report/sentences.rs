//! The sentences of a review, in English and Chinese.

use duly_core::control::emergency::Effect;

use super::words::WORDS;
use crate::language::{Language, find};

impl Language {
    /// A word by its name in templates.
    pub(super) fn word(self, name: &str) -> &'static str {
        find(WORDS, name).map_or("", |word| self.of(word))
    }

    /// What an emergency did to the times of the requests that it concerned.
    pub(super) fn effect(self, effect: Effect, longer: &str) -> String {
        match (effect, self) {
            (Effect::Suspend, _) => self.word("effect_suspend").to_owned(),
            (Effect::AnnounceOnly, _) => self.word("effect_announce_only").to_owned(),
            (Effect::Extend(_), Language::En) => format!("{longer} longer"),
            (Effect::Extend(_), Language::Zh) => format!("延长 {longer}"),
        }
    }

    /// How the period went, in a sentence or two.
    pub(super) fn summary(self, decided: &str, met: &str, percent: &str, breached: &str) -> String {
        match self {
            Language::En => {
                let were = if breached == "1" { "was" } else { "were" };
                format!(
                    "{met} of the {decided} promises decided in this period were kept: {percent}. {breached} {were} broken."
                )
            }
            Language::Zh => {
                format!("本期共判定承诺 {decided} 项，按时 {met} 项，达成率 {percent}；超时 {breached} 项。")
            }
        }
    }

    /// How that compares with the period before.
    pub(super) fn compared(self, period: &str, percent: &str) -> String {
        match self {
            Language::En => format!(" Attainment in {period}: {percent}."),
            Language::Zh => format!("{period} 达成率为 {percent}。"),
        }
    }

    /// Whose hands most of the time of the broken ones was in.
    pub(super) fn mostly(self, cause: &str, percent: &str) -> String {
        match self {
            Language::En => format!(" Closed hours aside, {percent} of their time was: {}.", cause.to_lowercase()),
            Language::Zh => format!("除去非工作时间，超时承诺的时间有 {percent} 用于{cause}。"),
        }
    }

    /// What would have been otherwise.
    pub(super) fn what_if(self, policies: &str, met: &str, broken: &str, otherwise: &str) -> String {
        match self {
            Language::En => format!(
                "The same tickets under {policies}. Broken promises that would have been met: {met}. Met ones that would have \
                 been broken: {broken}. Decided in another period, or under one of the two alone: {otherwise}."
            ),
            Language::Zh => format!(
                "同样的工单若适用“{policies}”：超时变按时 {met} 项，按时变超时 {broken} 项，另有 {otherwise} 项不在本期判定或不再判定。"
            ),
        }
    }
}
