//! Durations, events and conditions in the words of a letter.

use duly_core::policy::{Condition, Duration, RemindAt, Step, Trigger, When};

use super::teller::Teller;
use crate::language::Language;

/// The units of plain durations with their seconds: English, Chinese.
const PLAIN: [(u32, &str, &str); 4] =
    [(86_400, "day", "天"), (3_600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒")];

impl Teller<'_> {
    /// `1 hour 30 minutes`, `4 working hours`, `2 个工作日`.
    pub(super) fn duration(&self, duration: Duration) -> String {
        let counted = |count: u32, english: &str, chinese: &str| match self.language {
            Language::En => format!("{count} {english}{}", if count == 1 { "" } else { "s" }),
            Language::Zh => format!("{count} {chinese}"),
        };
        match duration {
            Duration::Elapsed(s) => {
                let parts = PLAIN.iter().scan(s, |rest, (unit_s, english, chinese)| {
                    let count = *rest / unit_s;
                    *rest %= unit_s;
                    Some((count > 0).then(|| counted(count, english, chinese)))
                });
                parts.flatten().collect::<Vec<_>>().join(" ")
            }
            Duration::Open(s) if s.is_multiple_of(3_600) => counted(s / 3_600, "working hour", "个工作小时"),
            Duration::Open(s) => counted(s / 60, "working minute", "个工作分钟"),
            Duration::WorkingDays(days) => counted(days, "working day", "个工作日"),
        }
    }

    /// When people are reminded: `at 50% and 80% of the time and 10 minutes before the deadline`; none where never.
    pub(super) fn reminders(&self, remind_at: &[RemindAt]) -> Option<String> {
        let mut percents: Vec<u32> = remind_at
            .iter()
            .filter_map(|remind_at| match remind_at {
                RemindAt::Percent(percent) => Some(*percent),
                RemindAt::Before(_) => None,
            })
            .collect();
        percents.sort_unstable();
        let percents: Vec<String> = percents.into_iter().map(|percent| format!("{percent}%")).collect();
        let before: Vec<String> = remind_at
            .iter()
            .filter_map(|remind_at| match remind_at {
                RemindAt::Before(duration) => {
                    Some(self.say_with("{} before the deadline", "到期前 {}", &self.duration(*duration)))
                }
                RemindAt::Percent(_) => None,
            })
            .collect();
        let mut parts = Vec::new();
        if !percents.is_empty() {
            parts.push(self.say_with("at {} of the time", "用时达 {} 时", &self.list(&percents)));
        }
        if !before.is_empty() {
            parts.push(self.list(&before));
        }
        (!parts.is_empty()).then(|| parts.join(self.say(", and ", "，以及")))
    }

    /// A step of a ladder: `4 working hours later: service manager, then every 4 working hours, 3 times in all`.
    fn step(&self, step: &Step) -> String {
        let role = self.word("role", &step.to);
        let at = match step.after {
            None => self.say("at the breach", "超时之时").to_owned(),
            Some(after) => self.say_with("{} after it", "超时 {}后", &self.duration(after)),
        };
        let told = format!("{at}{}{role}", self.say(": ", "："));
        match step.repeat {
            None => told,
            Some(repeat) => {
                let every = self.say_with(", then every {}", "，此后每 {}一次", &self.duration(repeat));
                told + &every + &self.say_with(", {} times in all", "，共 {} 次", &step.times.to_string())
            }
        }
    }

    /// The steps of a ladder, in the order written.
    pub(super) fn ladder(&self, ladder: &[Step]) -> Vec<String> {
        ladder.iter().map(|step| self.step(step)).collect()
    }

    /// Which requests a condition is for; none where it is for all.
    pub(super) fn condition(&self, when: &Condition) -> Option<String> {
        let parts: Vec<String> = when.0.iter().map(|(kind, values)| self.any_of(kind, values)).collect();
        (!parts.is_empty()).then(|| parts.join(self.say(", ", "、")))
    }

    /// While what a clock stands still.
    pub(super) fn pause(&self, when: &Condition) -> String {
        let mut parts = Vec::new();
        if let Some(classes) = when.0.get("status_class") {
            parts.push(self.any_of("status_class", classes));
        }
        if let Some(reasons) = when.0.get("reason") {
            let reasons = self.any_of("reason", reasons);
            parts.push(self.say_with("because of {}", "原因为{}", &reasons));
        }
        let others = when.0.iter().filter(|(kind, _)| !["status_class", "reason"].contains(&kind.as_str()));
        parts.extend(others.map(|(kind, values)| self.any_of(kind, values)));
        parts.join(self.say(", ", "，且"))
    }

    /// What has to happen, as a noun: `an answer, a solution or a work plan`.
    pub(super) fn trigger(&self, trigger: &Trigger) -> String {
        let parts: Vec<String> = trigger.0.iter().map(|when| self.when(when)).collect();
        parts.join(self.say(", or ", "，或"))
    }

    fn when(&self, when: &When) -> String {
        match when {
            When::Resolved => self.say("its resolution", "问题解决").to_owned(),
            When::Reopened => self.say("its reopening", "重新打开").to_owned(),
            When::Class(classes) => {
                let classes: Vec<String> = classes.iter().map(|class| class.name().to_owned()).collect();
                let classes = self.any_of("status_class", &classes);
                self.say_with("the request being {}", "请求{}", &classes)
            }
            When::Event { name, fields } => self.event(name, fields),
        }
    }

    fn event(&self, name: &str, fields: &std::collections::BTreeMap<String, Vec<String>>) -> String {
        let told = match name {
            "responded" => return self.response(fields),
            "milestone_reached" | "remedy_granted" => {
                let kind = if name == "remedy_granted" { "remedy" } else { "milestone" };
                fields.get(kind).map_or_else(|| self.own(name), |values| self.any_of(kind, values))
            }
            _ => self.own(name),
        };
        let others = fields.iter().filter(|(field, _)| !["milestone", "remedy"].contains(&field.as_str()));
        let others: Vec<String> = others.map(|(field, values)| self.any_of(field, values)).collect();
        match &others[..] {
            [] => told,
            _ => format!("{told}{}{}{}", self.say(" (", "（"), others.join(self.say(", ", "、")), self.say(")", "）")),
        }
    }

    /// What a ticket event is called where nothing closer is said.
    fn own(&self, name: &str) -> String {
        let (english, chinese) = match name {
            "received" => ("the receipt of your request", "收到请求"),
            "observed" => ("a change of the request", "请求变更"),
            "customer_replied" => ("your reply", "您的回复"),
            "progress_reported" => ("a report on progress", "通报进展"),
            "milestone_reached" => ("a milestone", "达到节点"),
            "merged" => ("its merging with another request", "并入其他请求"),
            "escalation_acknowledged" => ("the acknowledgement of an escalation", "升级得到确认"),
            "feedback_given" => ("your feedback", "您的评价"),
            "complaint_filed" => ("your complaint", "您的投诉"),
            "loss_claimed" => ("your claim", "您的索赔"),
            "claim_assessed" => ("the assessment of the claim", "索赔评估完成"),
            "apology_issued" => ("a written apology", "书面致歉"),
            "remedy_granted" => ("a remedy granted", "给予补救"),
            other => return self.word("event", other),
        };
        self.say(english, chinese).to_owned()
    }

    /// A response, and which ones count.
    fn response(&self, fields: &std::collections::BTreeMap<String, Vec<String>>) -> String {
        let has = |field: &str, value: &str| fields.get(field).is_some_and(|values| values.iter().any(|v| v == value));
        let contents = fields.get("contains").map(Vec::as_slice).unwrap_or_default();
        let is_any = ["answer", "solution", "work_plan", "interim_measure", "assessment", "question", "unknown"]
            .iter()
            .all(|content| has("contains", content));
        let mut told = if is_any && !has("contains", "acknowledgement") {
            self.say("any reply but an acknowledgement", "除收讫确认以外的任何回复").to_owned()
        } else {
            self.any_of("contains", contents)
        };
        if has("automatic", "true") {
            told += self.say(", an automatic one too", "（含自动回复）");
        }
        if has("public", "false") {
            told += self.say(", an internal one too", "（含内部记录）");
        }
        told
    }

    /// A text with a part put into its `{}`.
    pub(super) fn say_with(&self, english: &str, chinese: &str, part: &str) -> String {
        self.say(english, chinese).replace("{}", part)
    }
}
