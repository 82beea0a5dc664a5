//! The languages that the demo's lines are told in.

use std::net::SocketAddr;

use duly_core::clock::SlaKind;

pub(super) use crate::language::Language;

impl Language {
    /// What a kind of SLA event is called.
    pub(super) fn kind(self, kind: SlaKind) -> &'static str {
        match self {
            Language::En => english(kind),
            Language::Zh => chinese(kind),
        }
    }

    /// What it is called that an SLA event of this kind was withdrawn.
    pub(super) fn withdrawn(self, kind: SlaKind) -> String {
        match (self, kind) {
            (Language::En, SlaKind::Escalated) => "undone: escalation".to_owned(),
            (Language::En, _) => format!("undone: {}", english(kind).to_lowercase()),
            (Language::Zh, _) => format!("撤回: {}", chinese(kind)),
        }
    }

    /// What was used up of the time, and till when the rest lasts, in chrono's form.
    pub(super) fn due(self, day: &str) -> String {
        match self {
            Language::En => ", due %a %H:%M".to_owned(),
            Language::Zh => format!(" {day}%H:%M到期"),
        }
    }

    /// What is about to be seen.
    pub(super) fn opening(self, policy: &str) -> String {
        match self {
            Language::En => format!(
                "Two weeks at a service desk in Shanghai, under {policy}:\n\
                 reminders, broken promises, escalations, and what late entries undo.\n"
            ),
            Language::Zh => {
                format!("上海某服务台的两周, 按 {policy} 计时:\n提醒、违约、升级, 以及补录后撤回的事件。\n")
            }
        }
    }

    /// What was written to the log of record, and what comes now.
    pub(super) fn written(self, events: usize, topic: &str) -> String {
        match self {
            Language::En => format!(
                "{events} records written to {topic}, up to now; further ones as they occur.\n\
                 SLA events as the engine publishes them, until Ctrl-C:\n"
            ),
            Language::Zh => {
                format!(
                    "已向 {topic} 写入截至此刻的 {events} 条记录, 之后的事件按发生时间写入。\n引擎发布的 SLA 事件, 按 Ctrl-C 结束:\n"
                )
            }
        }
    }

    /// That nothing is published, and why that may be.
    pub(super) fn waiting(self) -> &'static str {
        match self {
            Language::En => "(nothing is published yet: is `duly serve --kafka` running on this cluster?)",
            Language::Zh => "(尚无 SLA 事件: 该集群上是否已运行 `duly serve --kafka`?)",
        }
    }

    /// What became of what arrived.
    pub(super) fn accounts(self, applied: usize, duplicates: usize, refused: usize) -> String {
        let lines = applied + duplicates + refused;
        match self {
            Language::En => format!(
                "{lines} lines arrived: {applied} events applied, {duplicates} sent twice, \
                 {refused} cut off and kept aside"
            ),
            Language::Zh => format!("共 {lines} 行: 计入 {applied}, 重复 {duplicates}, 残缺留存 {refused}"),
        }
    }

    /// How long a clock ran until it was stopped, in time or late.
    pub(super) fn took(self, kind: SlaKind, long: &str) -> String {
        match (self, kind) {
            (Language::En, SlaKind::ClockStoppedLate) => format!("late, took {long}"),
            (Language::En, _) => format!("met in {long}"),
            (Language::Zh, _) => format!("{} {long}", chinese(kind)),
        }
    }

    /// What there is to try at `address`, about the ticket `subject`.
    pub(super) fn invitation(self, address: SocketAddr, subject: &str) -> String {
        let (head, risk, ticket, figures) = match self {
            Language::En => (
                "Time goes on from here, and the API is there until Ctrl-C:",
                "due within four hours, or overdue",
                "one ticket with its clocks",
                "the metrics for Prometheus",
            ),
            Language::Zh => (
                "时间继续走, API 一直可用, 按 Ctrl-C 结束:",
                "四小时内到期或已逾期",
                "一张工单及其时钟",
                "Prometheus 指标",
            ),
        };
        format!(
            "{head}\n\n  # {risk}\n  curl 'http://{address}/api/v1/tickets?at_risk=4h&limit=5'\n  # {ticket}\n  \
             curl http://{address}/api/v1/tickets/{subject}\n  # {figures}\n  curl http://{address}/metrics\n"
        )
    }
}

fn english(kind: SlaKind) -> &'static str {
    match kind {
        SlaKind::Anomaly => "anomaly",
        SlaKind::Breached => "BREACHED",
        SlaKind::CaseAssessed => "claim assessed",
        SlaKind::CaseClaimed => "loss claimed",
        SlaKind::CaseOpened => "case opened",
        SlaKind::CaseRejected => "claim rejected",
        SlaKind::CaseSettled => "claim settled",
        SlaKind::CaseWaived => "claim waived",
        SlaKind::ClockCancelled => "cancelled",
        SlaKind::ClockExtended => "extended",
        SlaKind::ClockMet => "met",
        SlaKind::ClockPaused => "paused",
        SlaKind::ClockResumed => "resumed",
        SlaKind::ClockRetargeted => "retargeted",
        SlaKind::ClockStarted => "started",
        SlaKind::ClockStoppedLate => "late",
        SlaKind::EmergencyAnnounced => "emergency",
        SlaKind::EmergencyLifted => "all clear",
        SlaKind::EmergencyUpdated => "update",
        SlaKind::Escalated => "escalated",
        SlaKind::FindingRecorded => "cause found",
        SlaKind::InvestigationClosed => "closed",
        SlaKind::InvestigationOpened => "opened",
        SlaKind::ReminderDue => "reminder",
        SlaKind::Routed => "routed",
    }
}

fn chinese(kind: SlaKind) -> &'static str {
    match kind {
        SlaKind::Anomaly => "异常",
        SlaKind::Breached => "违约",
        SlaKind::CaseAssessed => "索赔已评估",
        SlaKind::CaseClaimed => "提出索赔",
        SlaKind::CaseOpened => "赔偿立案",
        SlaKind::CaseRejected => "索赔驳回",
        SlaKind::CaseSettled => "已赔付",
        SlaKind::CaseWaived => "免责",
        SlaKind::ClockCancelled => "取消",
        SlaKind::ClockExtended => "延期",
        SlaKind::ClockMet => "按时",
        SlaKind::ClockPaused => "暂停",
        SlaKind::ClockResumed => "恢复",
        SlaKind::ClockRetargeted => "改目标",
        SlaKind::ClockStarted => "开始",
        SlaKind::ClockStoppedLate => "逾期完成",
        SlaKind::EmergencyAnnounced => "应急",
        SlaKind::EmergencyLifted => "应急解除",
        SlaKind::EmergencyUpdated => "应急进展",
        SlaKind::Escalated => "升级",
        SlaKind::FindingRecorded => "查明原因",
        SlaKind::InvestigationClosed => "结束调查",
        SlaKind::InvestigationOpened => "立项调查",
        SlaKind::ReminderDue => "提醒",
        SlaKind::Routed => "派单",
    }
}
