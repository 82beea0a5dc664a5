//! What people are told on.

use crate::clock::SlaKind;

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A deadline comes near.
    Reminder,
    /// A promise was broken.
    Breach,
    /// A step of the ladder after a breach.
    Escalation,
    /// An emergency concerns the customer from now on.
    EmergencyAnnounced,
    /// How an emergency goes on.
    EmergencyUpdated,
    /// An emergency is over for the customer.
    EmergencyLifted,
    /// What the customer was told of an emergency was not so.
    Correction,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Occasion; 7] = [
        Occasion::Reminder,
        Occasion::Breach,
        Occasion::Escalation,
        Occasion::EmergencyAnnounced,
        Occasion::EmergencyUpdated,
        Occasion::EmergencyLifted,
        Occasion::Correction,
    ];

    /// The CloudEvents type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Occasion::Reminder => "duly.notification.reminder.v1",
            Occasion::Breach => "duly.notification.breach.v1",
            Occasion::Escalation => "duly.notification.escalation.v1",
            Occasion::EmergencyAnnounced => "duly.notification.emergency_announced.v1",
            Occasion::EmergencyUpdated => "duly.notification.emergency_updated.v1",
            Occasion::EmergencyLifted => "duly.notification.emergency_lifted.v1",
            Occasion::Correction => "duly.notification.correction.v1",
        }
    }

    /// Its name, which is also that of its templates.
    pub fn name(self) -> &'static str {
        self.type_name().rsplit('.').nth(1).unwrap_or_default()
    }

    /// What an SLA event of this kind is the occasion of, if people are told of it at all.
    pub(crate) const fn of(kind: SlaKind) -> Option<Occasion> {
        match kind {
            SlaKind::ReminderDue => Some(Occasion::Reminder),
            SlaKind::Breached => Some(Occasion::Breach),
            SlaKind::Escalated => Some(Occasion::Escalation),
            SlaKind::EmergencyAnnounced => Some(Occasion::EmergencyAnnounced),
            SlaKind::EmergencyUpdated => Some(Occasion::EmergencyUpdated),
            SlaKind::EmergencyLifted => Some(Occasion::EmergencyLifted),
            _ => None,
        }
    }

    /// Whether it is about a clock, and not about an emergency.
    pub(super) const fn is_of_a_clock(self) -> bool {
        matches!(self, Occasion::Reminder | Occasion::Breach | Occasion::Escalation)
    }
}
