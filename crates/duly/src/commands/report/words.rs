//! The words of a review, in English and Chinese: what templates have as `t`, and what is put together from them.

use duly_core::control::emergency::Effect;

use crate::language::{Language, Word, find};

/// What templates have as `t.name`.
pub(super) const WORDS: &[Word] = &[
    ("review", "Review of response times", "响应时间评审"),
    ("colon", ": ", "："),
    ("times_in", "times in", "时区"),
    ("as_of", "as of", "数据截至"),
    ("met", "Met", "按时"),
    ("breached", "Broken", "超时"),
    ("attainment", "Attainment", "达成率"),
    ("change", "Change", "变化"),
    ("near_misses", "Near misses", "险些超时"),
    ("under_a_tenth", "under a tenth of the time left", "剩余时间不足一成"),
    ("running", "Running", "计时中"),
    ("overdue", "Overdue", "逾期未结"),
    ("received", "Received", "新收工单"),
    ("resolved", "Resolved", "解决"),
    ("reopened", "Reopened", "重新打开"),
    ("open_at_end", "Open at the end", "期末未结"),
    ("steps", "steps in the period", "期内次数"),
    ("promised_actual", "Promised and actual", "承诺与实际"),
    ("promise", "Promise", "承诺事项"),
    ("within", "Within", "时限"),
    ("remedy", "Remedy", "补救事项"),
    ("all_promises", "All promises", "全部承诺"),
    ("no_clocks", "No promise was decided, stopped or running in this period.", "本期没有任何承诺到期、完成或在计时。"),
    (
        "open_time_note",
        "p50, p90, p99: open time from start to stop within which half, 90 and 99 of 100 responses came. Pauses do not count.",
        "p50、p90、p99：一半、90%、99% 的响应所用的工作时间不超过该值；暂停不计。",
    ),
    ("overdue_note", "Overdue: broken, and not made good by the end.", "逾期未结：已超时且至期末仍未完成。"),
    ("course_trend", "Course and trend", "期内走势与历期趋势"),
    ("course", "In the period", "期内"),
    ("trend", "The periods before and this one", "历期与本期"),
    (
        "lines_note",
        "Line: attainment. Bars: promises that were decided. Each point as it stood at the end of its days.",
        "折线为达成率，柱为判定的承诺数；各点均按该段期末的状态统计。",
    ),
    ("distribution", "How long responses took", "响应用时分布"),
    (
        "distribution_note",
        "Each column: the responses of up to so much open time from start to stop, and of more than the column before.",
        "各柱为工作时间不超过柱下数值（且超过前一柱）的响应次数，暂停不计。",
    ),
    ("causes", "Where the time of broken promises went", "超时承诺的时间去向"),
    ("cause_us", "Waiting for us", "等待我方"),
    ("cause_customer", "Waiting for the customer", "等待客户"),
    ("cause_held", "Otherwise on hold", "其他暂停"),
    ("cause_emergency", "In an emergency", "应急期间"),
    ("cause_resolved", "Resolved, then reopened", "已解决后又重开"),
    ("cause_closed", "Closed hours", "非工作时间"),
    ("share", "Where it went", "时间去向"),
    ("elapsed", "Elapsed", "总历时"),
    (
        "causes_note",
        "From the start of each broken promise to its stop, or to the end of the period; the parts add up to the time elapsed.",
        "自计时开始至完成（未完成的至期末）；各部分之和等于总历时。",
    ),
    ("breakdowns", "Who and what", "分项统计"),
    ("by", "By", "按"),
    (
        "breakdown_note",
        "Each promise counts under what the ticket had when it was decided. The rows of a table add up to all promises.",
        "每项承诺按判定时工单的属性归类；各行之和等于全部承诺。",
    ),
    ("not_set", "(not set)", "（未填）"),
    ("all_tickets", "All tickets", "全部工单"),
    ("further", "further", "其余"),
    ("worst", "Longest over time", "超时最久"),
    (
        "worst_note",
        "Over: open time after the deadline, until the stop or the end of the period.",
        "“超出”为期限之后至完成（或期末）的工作时间。",
    ),
    ("ticket", "Ticket", "工单"),
    ("due", "Due", "期限"),
    ("stopped", "Stopped", "完成"),
    ("not_yet", "not yet", "尚未"),
    ("over", "Over", "超出"),
    ("left", "Left", "剩余"),
    ("left_of", "Of", "总时限"),
    ("emergencies", "Emergencies", "应急事件"),
    ("emergency", "Emergency", "事件"),
    ("concerned", "Requests concerned", "涉及的请求"),
    ("effect", "What it did to times", "对时限的影响"),
    ("since", "Since", "开始"),
    ("lifted", "Lifted", "解除"),
    ("lasting", "still lasting", "仍在持续"),
    ("customers_told", "Tickets told", "已告知工单"),
    ("kind_force_majeure", "force majeure", "不可抗力"),
    ("kind_natural_disaster", "natural disaster", "自然灾害"),
    ("kind_network_failure", "network failure", "网络故障"),
    ("kind_system_failure", "system failure", "系统故障"),
    ("kind_surge", "surge of business", "业务激增"),
    ("kind_other", "other", "其他"),
    ("effect_suspend", "stood still", "暂停计时"),
    ("effect_announce_only", "none, announced only", "不变，仅告知"),
    (
        "emergencies_note",
        "Those in force in the period, as they stood at its end. Tickets told: those whose customers were told of it by then.",
        "本期内生效的应急事件，按期末状态列示。已告知工单：截至期末已告知其客户的工单数。",
    ),
    ("voices", "What customers said", "客户反馈"),
    ("feedback", "Feedback", "反馈"),
    ("score_mean", "Mean score", "平均评分"),
    ("complaints", "Complaints", "投诉"),
    ("complaints_unbroken", "Complaints where no promise was broken by then", "投诉时未有超时的投诉"),
    ("losses_claimed", "Losses claimed", "损失索赔"),
    ("claims_assessed", "Claims assessed", "索赔评估"),
    ("apologies", "Apologies", "致歉"),
    ("remedies", "Remedies granted", "补救措施"),
    ("remedies_owed", "Remedies owed after broken promises", "超时后应采取的补救"),
    (
        "remedies_note",
        "Each is owed by the end of its time after a breach. They are counted here alone.",
        "每次超时后应在时限内完成；仅在此统计，不计入以上承诺。",
    ),
    ("what_if", "What another promise would have done", "若改用另一承诺"),
    ("promised_now", "Promised now", "现行承诺"),
    ("promised_then", "Would be", "另一承诺"),
    ("attainment_now", "Attainment", "现行达成率"),
    ("attainment_then", "Would be", "另一达成率"),
    ("breached_now", "Broken", "现行超时"),
    ("breached_then", "Would be", "另一超时"),
    ("changes", "Tickets that would have been judged otherwise", "判定会改变的工单"),
    ("now", "Was", "现判定"),
    ("then", "Would have been", "另一判定"),
    ("decided_met", "met", "按时"),
    ("decided_breached", "broken", "超时"),
    ("decided_no", "not decided in the period", "期内未判定"),
    ("definitions", "How to read this", "口径说明"),
];

/// The terms that a review explains, with what they mean.
pub(super) const DEFINITIONS: &[Word] = &[
    (
        "attainment",
        "Met, of those met or broken. A promise counts in the period in which it was decided: by its breach, or else by the \
         stop of its clock, unless a reopening let that run on by the end of the period. Cut, not rounded: 100 means all.",
        "按时数 ÷（按时数 + 超时数）。承诺计入其判定所在的期间：以超时时刻为准；未超时的以计时停止为准，期末前因重新打开而续计的不算。只舍不入，100% 即全部按时。",
    ),
    (
        "breached",
        "The deadline passed while the clock ran. It stays broken, whatever comes later.",
        "计时中期限已过即为超时，此后不再改变。",
    ),
    (
        "near_misses",
        "Met with under a tenth of the open time from start to deadline left.",
        "按时完成，但剩余工作时间不足总时限的一成。",
    ),
    (
        "running",
        "Neither stopped nor broken at the end of the period, paused ones included. Overdue: broken, and not stopped by then.",
        "期末既未停止也未超时的计时，含暂停中。逾期未结：已超时且期末仍未停止。",
    ),
    (
        "reopened",
        "Steps from resolved or closed back to work; a ticket may take several.",
        "工单由已解决或已关闭回到处理中的次数，一张工单可有多次。",
    ),
    (
        "cause_customer",
        "Paused while pending, or on hold because of the customer. Closed hours within a pause belong to the pause.",
        "因等待客户（pending，或因客户原因挂起）而暂停；暂停期间的非工作时间计入暂停。",
    ),
];

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
