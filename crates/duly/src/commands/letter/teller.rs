//! What things are called in a letter: strictly, because a name that only machines use has no place there. What there is
//! no word for is gathered, so that everything that is missing is told at once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use duly_core::policy::{Policy, Title};

use crate::language::{Language, Word, find};

/// Words that are Duly's own and the same in every policy: by kind and value.
const OWN: &[(&str, &[Word])] = &[
    (
        "status_class",
        &[
            ("new", "not yet begun", "尚未处理"),
            ("open", "in work", "处理中"),
            ("pending", "waiting for your answer", "等待您的答复"),
            ("on_hold", "on hold", "挂起"),
            ("resolved", "resolved", "已解决"),
            ("closed", "closed", "已关闭"),
            ("cancelled", "withdrawn", "已撤回"),
            ("merged", "merged with another", "已并入其他请求"),
        ],
    ),
    (
        "about",
        &[
            ("late", "a response was late", "响应迟缓"),
            ("short", "a response was short", "答复不充分"),
            ("broken_promise", "a promise was broken", "承诺未兑现"),
            ("other", "anything else was amiss", "其他不满"),
        ],
    ),
    (
        "channel",
        &[
            ("sms", "by text message", "短信"),
            ("email", "by e-mail", "电子邮件"),
            ("website", "on our website", "网站"),
        ],
    ),
    (
        "contains",
        &[
            ("acknowledgement", "an acknowledgement", "收讫确认"),
            ("answer", "an answer", "答复"),
            ("solution", "a solution", "解决方案"),
            ("work_plan", "a work plan", "工作计划"),
            ("interim_measure", "an interim measure", "临时措施"),
            ("assessment", "a first assessment", "初步判断"),
            ("question", "a question of ours", "我方询问"),
            ("unknown", "a reply of our staff whose content is not recorded", "未注明内容的人工回复"),
        ],
    ),
];

/// A policy told in a language.
#[derive(Debug)]
pub(super) struct Teller<'p> {
    pub(super) language: Language,
    policy: &'p Policy,
    missing: RefCell<Missing>,
}

/// What a policy has no words for. `Display` writes it as the policy would say it.
#[derive(Debug, Default)]
pub(super) struct Missing {
    language: &'static str,
    words: BTreeMap<String, BTreeSet<String>>,
    /// Titles, by where they stand: `objectives: first_response`.
    titles: BTreeSet<String>,
}

impl<'p> Teller<'p> {
    pub(super) fn new(policy: &'p Policy, language: Language) -> Self {
        let missing = Missing { language: language.key(), ..Missing::default() };
        Teller { language, policy, missing: RefCell::new(missing) }
    }

    pub(super) fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// What was asked for in vain, if anything was.
    pub(super) fn missing(self) -> Option<Missing> {
        let missing = self.missing.into_inner();
        (!missing.words.is_empty() || !missing.titles.is_empty()).then_some(missing)
    }

    /// What a value of this kind is called.
    pub(super) fn word(&self, kind: &str, value: &str) -> String {
        let own = OWN.iter().find(|(own, _)| *own == kind).and_then(|(_, words)| find(words, value));
        let of_policy = self.policy.words.get(kind).and_then(|words| words.get(value));
        let told = of_policy.and_then(|title| title.get(self.language.key())).cloned();
        told.or_else(|| own.map(|word| self.language.of(word).to_owned())).unwrap_or_else(|| {
            self.missing.borrow_mut().words.entry(kind.to_owned()).or_default().insert(value.to_owned());
            String::new()
        })
    }

    /// What a value is called where it has a word of the policy, else the value.
    pub(super) fn word_or(&self, kind: &str, value: &str) -> String {
        let title = self.policy.words.get(kind).and_then(|words| words.get(value));
        title.and_then(|title| title.get(self.language.key())).map_or(value, String::as_str).to_owned()
    }

    /// Values of a kind, any of which will do; those that are our own in their usual order.
    pub(super) fn any_of(&self, kind: &str, values: &[String]) -> String {
        let own = OWN.iter().find(|(own, _)| *own == kind).map_or(&[][..], |(_, words)| words);
        let mut values: Vec<&String> = values.iter().collect();
        values.sort_by_key(|value| own.iter().position(|(name, ..)| name == value));
        let words: Vec<String> = values.into_iter().map(|value| self.word(kind, value)).collect();
        self.or(&words)
    }

    /// A text that has to be there, which stands at `place` in the policy.
    pub(super) fn title(&self, title: &Title, place: &str) -> String {
        title.get(self.language.key()).cloned().unwrap_or_else(|| {
            self.missing.borrow_mut().titles.insert(place.to_owned());
            String::new()
        })
    }

    /// A text that may be absent altogether.
    pub(super) fn optional(&self, title: &Title, place: &str) -> Option<String> {
        (!title.is_empty()).then(|| self.title(title, place))
    }

    /// Of two texts the one in this language.
    pub(super) fn say<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        match self.language {
            Language::En => english,
            Language::Zh => chinese,
        }
    }

    /// Alternatives: `a, b or c`.
    pub(super) fn or(&self, parts: &[String]) -> String {
        self.joined(parts, self.say(" or ", "或"))
    }

    /// All of these: `a, b and c`, `甲、乙、丙`.
    pub(super) fn list(&self, parts: &[String]) -> String {
        self.joined(parts, self.say(" and ", "、"))
    }

    fn joined(&self, parts: &[String], last: &str) -> String {
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., end] => format!("{}{last}{end}", first.join(self.say(", ", "、"))),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<String> = Vec::new();
        if !self.words.is_empty() {
            lines.push("words:".to_owned());
        }
        for (kind, values) in &self.words {
            lines.push(format!("  {kind}:"));
            lines.extend(values.iter().map(|value| format!("    {value}: {{{}: …}}", self.language)));
        }
        lines.extend(self.titles.iter().map(|place| format!("{place}: {{{}: …}}", self.language)));
        f.write_str(&lines.join("\n"))
    }
}
