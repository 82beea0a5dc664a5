//! The names of Duly's topics.

/// The names of the topics, all with one prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topics {
    /// The log of record: ticket events.
    pub tickets: String,
    /// SLA events.
    pub sla: String,
    /// Control events.
    pub control: String,
    /// The last state of every ticket, and of every lane.
    pub changelog: String,
    /// Records that were refused.
    pub dead_letters: String,
    /// What people are told.
    pub notifications: String,
}

impl Topics {
    /// The usual names, each after `prefix`.
    pub fn with_prefix(prefix: &str) -> Self {
        let name = |name: &str| format!("{prefix}{name}");
        Topics {
            tickets: name("duly.ticket.events.v1"),
            sla: name("duly.sla.events.v1"),
            control: name("duly.control.v1"),
            changelog: name("duly.engine.changelog.v1"),
            dead_letters: name("duly.dead-letters.v1"),
            notifications: name("duly.notifications.v1"),
        }
    }
}
