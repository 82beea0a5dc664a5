//! The control log as people keep it in a file: CloudEvents, one a line.

use serde::Deserialize;

use super::ControlEvent;
use crate::calendar::Spec;
use crate::policy::Policy;
use crate::time::Instant;

/// The type of a published policy.
pub const POLICY_PUBLISHED: &str = "duly.control.policy_published.v1";
/// The type of a published calendar.
pub const CALENDAR_PUBLISHED: &str = "duly.control.calendar_published.v1";
/// The type of an emergency that begins.
pub const EMERGENCY_DECLARED: &str = "duly.control.emergency_declared.v1";
/// The type of what has changed in an emergency.
pub const EMERGENCY_UPDATED: &str = "duly.control.emergency_updated.v1";
/// The type of an emergency that is over.
pub const EMERGENCY_LIFTED: &str = "duly.control.emergency_lifted.v1";
/// The type of what was never so of an emergency.
pub const EMERGENCY_VOIDED: &str = "duly.control.emergency_voided.v1";

/// What is wrong with a line of a control log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Not a CloudEvent with such data.
    #[error("not a control event: {0}")]
    Malformed(String),
    /// A type that is no control event's.
    #[error(
        "type `{0}` is no control event: it is {POLICY_PUBLISHED}, {CALENDAR_PUBLISHED}, {EMERGENCY_DECLARED}, {EMERGENCY_UPDATED}, {EMERGENCY_LIFTED} or {EMERGENCY_VOIDED}"
    )]
    UnknownType(String),
    /// It names a policy that was not given.
    #[error("it puts policy `{policy}` {version} in force, which is not among the policies given")]
    NoSuchPolicy {
        /// The policy's name.
        policy: String,
        /// Its version, where the line names one.
        version: String,
    },
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    data: &'a serde_json::value::RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyPublished {
    policy: Named,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    effective_from: Option<Instant>,
}

/// A policy, whole or by the name of one that is given beside the log.
#[derive(Deserialize)]
#[serde(untagged, expecting = "`policy` is the name of a policy, or one whole as JSON with its calendars resolved")]
enum Named {
    Name(String),
    Whole(Box<Policy>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarPublished {
    calendar: String,
    #[serde(default)]
    policy: Option<String>,
    spec: Spec,
}

impl ControlEvent {
    /// Reads a line. A policy stands in it whole, or by its name (and version) as one of `given`.
    pub fn from_line(line: &[u8], given: &[Policy]) -> Result<ControlEvent, LogError> {
        // Serde would take a list for the members in their order.
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(LogError::Malformed("a line is a JSON object".to_owned()));
        }
        let envelope: Envelope<'_> = serde_json::from_slice(line).map_err(malformed)?;
        ControlEvent::from_data(&envelope.kind, envelope.data.get().as_bytes(), given)
    }

    /// Reads the data of a control event of type `kind`.
    pub fn from_data(kind: &str, data: &[u8], given: &[Policy]) -> Result<ControlEvent, LogError> {
        match kind {
            POLICY_PUBLISHED => {
                let data: PolicyPublished = read(data)?;
                let policy = match data.policy {
                    Named::Whole(policy) => *policy,
                    Named::Name(name) => find(given, name, data.version.as_deref())?,
                };
                Ok(ControlEvent::PolicyPublished { policy, effective_from: data.effective_from })
            }
            CALENDAR_PUBLISHED => {
                let CalendarPublished { calendar, policy, spec } = read(data)?;
                Ok(ControlEvent::CalendarPublished { calendar, policy, spec })
            }
            EMERGENCY_DECLARED => read(data).map(ControlEvent::EmergencyDeclared),
            EMERGENCY_UPDATED => read(data).map(ControlEvent::EmergencyUpdated),
            EMERGENCY_LIFTED => read(data).map(ControlEvent::EmergencyLifted),
            EMERGENCY_VOIDED => read(data).map(ControlEvent::EmergencyVoided),
            other => Err(LogError::UnknownType(other.to_owned())),
        }
    }

    /// The CloudEvents type.
    pub const fn type_name(&self) -> &'static str {
        match self {
            ControlEvent::PolicyPublished { .. } => POLICY_PUBLISHED,
            ControlEvent::CalendarPublished { .. } => CALENDAR_PUBLISHED,
            ControlEvent::EmergencyDeclared(_) => EMERGENCY_DECLARED,
            ControlEvent::EmergencyUpdated(_) => EMERGENCY_UPDATED,
            ControlEvent::EmergencyLifted(_) => EMERGENCY_LIFTED,
            ControlEvent::EmergencyVoided(_) => EMERGENCY_VOIDED,
        }
    }

    /// The CloudEvents data.
    pub fn data(&self) -> serde_json::Value {
        match self {
            ControlEvent::PolicyPublished { policy, effective_from } => {
                let effective_from = effective_from.unwrap_or(policy.effective_from);
                serde_json::json!({"policy": policy, "effective_from": effective_from})
            }
            ControlEvent::CalendarPublished { calendar, policy, spec } => {
                serde_json::json!({"calendar": calendar, "policy": policy, "spec": spec})
            }
            ControlEvent::EmergencyDeclared(declaration) => serde_json::json!(declaration),
            ControlEvent::EmergencyUpdated(update) => serde_json::json!(update),
            ControlEvent::EmergencyLifted(lift) => serde_json::json!(lift),
            ControlEvent::EmergencyVoided(void) => serde_json::json!(void),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(data: &[u8]) -> Result<T, LogError> {
    // Serde would take a list for the members in their order.
    if data.trim_ascii_start().first() != Some(&b'{') {
        return Err(LogError::Malformed("its data are a JSON object".to_owned()));
    }
    serde_json::from_slice(data).map_err(malformed)
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn malformed(error: serde_json::Error) -> LogError {
    LogError::Malformed(error.to_string())
}

fn find(given: &[Policy], name: String, version: Option<&str>) -> Result<Policy, LogError> {
    let fits =
        |policy: &&Policy| policy.policy == name && version.is_none_or(|version| policy.version().starts_with(version));
    given.iter().rfind(fits).cloned().ok_or_else(|| LogError::NoSuchPolicy {
        policy: name,
        version: version.map_or_else(|| "in any version".to_owned(), |version| format!("version {version}")),
    })
}
