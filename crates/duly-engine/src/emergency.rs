//! What an operator tells of an emergency (L16), from wherever it comes: over HTTP or from the command line.

use duly_core::control::{
    ControlEvent, Controls, EMERGENCY_DECLARED, EMERGENCY_LIFTED, EMERGENCY_UPDATED, EMERGENCY_VOIDED, Error,
};
use duly_core::time::Instant;
use serde_json::{Map, Value};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It begins.
    Declare,
    /// Something of it has changed, or customers are told of progress.
    Update,
    /// It is over.
    Lift,
    /// It, or something told of it, was never so.
    Void,
}

/// A control event to put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The event.
    pub event: ControlEvent,
    /// Whether it said from when on it counts. One that did not counts from when it is told; told again right after itself
    /// it is the same, though the time has gone on.
    pub is_dated: bool,
}

/// What became of a control event that an operator told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is stored, and in force.
    Taken,
    /// It said what holds already: nothing was stored.
    Known,
    /// It does not go with what is in force, and is not. All that is wrong with it.
    Refused(Vec<Error>),
    /// It changes what was so long ago that tickets of then may be retired, and is not in force. What to do.
    ReachesBack(String),
}

impl What {
    /// The type of the control event.
    pub const fn type_name(self) -> &'static str {
        match self {
            What::Declare => EMERGENCY_DECLARED,
            What::Update => EMERGENCY_UPDATED,
            What::Lift => EMERGENCY_LIFTED,
            What::Void => EMERGENCY_VOIDED,
        }
    }
}

const FROM: &str = "effective_from";

impl Order {
    /// Reads what is told of the emergency `id`, or of the one that `said` names. What does not say from when on it counts
    /// counts from `now`.
    ///
    /// # Errors
    ///
    /// What can not be read.
    pub fn read(what: What, id: Option<&str>, mut said: Map<String, Value>, now: Instant) -> Result<Order, String> {
        if let Some(id) = id {
            let named = said.insert("emergency".to_owned(), id.into());
            if let Some(named) = named.filter(|named| *named != id) {
                return Err(format!("it names the emergency {named}, and was told of `{id}`"));
            }
        }
        let is_dated = what == What::Void || said.contains_key(FROM);
        if !is_dated {
            said.insert(FROM.to_owned(), now.to_string().into());
        }
        let data = Value::Object(said).to_string();
        let event =
            ControlEvent::from_data(what.type_name(), data.as_bytes(), &[]).map_err(|error| error.to_string())?;
        Ok(Order { event, is_dated })
    }

    /// What is in force with it; `None` where it says what holds already.
    pub(crate) fn add_to(&self, controls: &Controls) -> Result<Option<Controls>, Vec<Error>> {
        if !self.is_dated && self.is_repeated(controls) {
            return Ok(None);
        }
        controls.plus(self.event.clone())
    }

    /// Whether the last that was told of the emergency is this, from another instant on.
    fn is_repeated(&self, controls: &Controls) -> bool {
        let id = self.event.emergency();
        let undated = |event: &ControlEvent| {
            let mut data = event.data();
            if let Some(members) = data.as_object_mut() {
                members.remove(FROM);
            }
            (event.type_name(), data)
        };
        let last = controls.events().iter().rfind(|known| known.emergency() == id);
        id.is_some() && last.is_some_and(|last| undated(last) == undated(&self.event))
    }
}
