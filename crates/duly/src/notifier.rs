//! What makes notifications, out of settings, with the mistakes of its templates for a person.

use duly_engine::config::Notifications;
use duly_engine::notify::{Mistaken, Notifier};

use crate::mistakes::{Faulty, Rejected};

/// What makes notifications; a template with a mistake ends the start.
pub(crate) fn of(notifications: &Notifications) -> Result<Notifier, Rejected> {
    Notifier::new(&notifications.settings()).map_err(|mistaken| {
        let faulty = |Mistaken { path, text, mistake }: Mistaken| match text {
            Some(text) => Faulty::new(&path, &text, vec![mistake]),
            None => Faulty::unread(&path, mistake.what, mistake.hint.as_deref().unwrap_or_default()),
        };
        Rejected(mistaken.into_iter().map(faulty).collect())
    })
}
