//! What may be a slip in what is told of an emergency, and may be meant: it is taken, and said.

use super::{Declaration, Update};
use crate::control::{ControlEvent, Controls};
use crate::policy::source::{ATTRIBUTES, did_you_mean};
use crate::policy::{Condition, Policy};

impl Controls {
    /// What is odd about the scope of `event`: an attribute that tickets do not usually have and no policy asks for is
    /// perhaps misspelt, and then no ticket is in the scope.
    pub fn doubts(&self, event: &ControlEvent) -> Vec<String> {
        let (ControlEvent::EmergencyDeclared(Declaration { when: scope, .. })
        | ControlEvent::EmergencyUpdated(Update { when: Some(scope), .. })) = event
        else {
            return Vec::new();
        };
        let policies = self.log.iter().filter_map(|known| match known {
            ControlEvent::PolicyPublished { policy, .. } => Some(policy),
            _ => None,
        });
        let asked_for = policies.flat_map(conditions).flat_map(|condition| condition.0.keys().map(String::as_str));
        let known: Vec<&str> = ATTRIBUTES.into_iter().chain(asked_for).collect();
        let unknown = scope.0.keys().filter(|name| !known.contains(&name.as_str()));
        let doubt = |name: &String| {
            let near = did_you_mean(name, known.iter().copied()).map(|near| format!("; {near}")).unwrap_or_default();
            format!(
                "`{name}` in its scope is no usual attribute, and no policy asks for it{near} (where tickets do have it, all is well)"
            )
        };
        unknown.map(doubt).collect()
    }
}

/// All that a policy asks of tickets' attributes.
fn conditions(policy: &Policy) -> impl Iterator<Item = &Condition> {
    let targets = policy.objectives.values().flat_map(|objective| &objective.targets);
    let remedies = policy.remedies.values().map(|remedy| &remedy.target);
    targets.chain(remedies).map(|target| &target.when).chain(policy.routing.iter().map(|route| &route.when))
}
