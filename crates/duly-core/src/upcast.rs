//! Versions of ticket events: whatever was ever shipped is read for ever, and becomes the current form here.
//!
//! A type names its major version, `duly.ticket.<name>.v<N>`. When one changes, its old reading moves into a function of
//! this module, and an example of it into `schemas/examples`, where a test reads it from then on.

use crate::ticket::{Fields, Kind, Refusal, RefusalKind};

/// What the types of ticket events begin with.
pub const TICKET_PREFIX: &str = "duly.ticket.";

/// The kind that `type_name` stands for and its data in the current form.
pub fn ticket_event<'a>(type_name: &str, fields: Fields<'a>) -> Result<(Kind, Fields<'a>), Refusal> {
    let unknown = || {
        let what = format!("type `{}` is no ticket event: see `duly schema` for the types", shown(type_name));
        Refusal::new(RefusalKind::UnknownType, what)
    };
    let (name, version) =
        type_name.strip_prefix(TICKET_PREFIX).and_then(|rest| rest.rsplit_once('.')).ok_or_else(unknown)?;
    let kind = Kind::from_name(name).ok_or_else(unknown)?;
    match version {
        "v1" => Ok((kind, fields)),
        _ if version.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) => {
            let what = format!(
                "type `{}`: this release reads version v1 of `{name}`; a newer one may read it",
                shown(type_name)
            );
            Err(Refusal::new(RefusalKind::UnknownVersion, what))
        }
        _ => Err(unknown()),
    }
}

fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}
