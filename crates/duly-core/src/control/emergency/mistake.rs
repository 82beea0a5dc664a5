//! What can be wrong with what an operator tells of an emergency, in words for a person.

/// Why an event of an emergency is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("emergency `{emergency}`: {what}; {hint}")]
pub struct Mistake {
    /// The id that it names.
    pub emergency: String,
    /// What sort of mistake it is.
    pub fault: Fault,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// What sort of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// What it says can not be.
    Invalid,
    /// There is no such emergency, or nothing of that number in it.
    Unknown,
    /// It does not go with what was told before.
    Conflict,
}

/// Gathers the mistakes of one event.
pub(super) struct Mistakes<'e> {
    emergency: &'e str,
    found: Vec<Mistake>,
}

impl<'e> Mistakes<'e> {
    pub(super) fn of(emergency: &'e str) -> Self {
        Mistakes { emergency, found: Vec::new() }
    }

    pub(super) fn invalid(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.note(Fault::Invalid, what, hint);
    }

    pub(super) fn conflict(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.note(Fault::Conflict, what, hint);
    }

    pub(super) fn unknown(&mut self, what: impl Into<String>, hint: impl Into<String>) {
        self.note(Fault::Unknown, what, hint);
    }

    pub(super) fn finish(self) -> Result<(), Vec<Mistake>> {
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }

    fn note(&mut self, fault: Fault, what: impl Into<String>, hint: impl Into<String>) {
        let emergency = self.emergency.chars().take(64).collect();
        self.found.push(Mistake { emergency, fault, what: what.into(), hint: hint.into() });
    }
}
