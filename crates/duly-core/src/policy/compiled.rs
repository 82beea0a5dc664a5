//! A policy made ready to run: calendars compiled, names resolved to references, conditions to comparisons.

use std::sync::Arc;

use super::{
    CLAIM_ASSESSMENT, CLAIM_SETTLEMENT, Condition, Duration, INVESTIGATION, Objective, OnReopen, OnRetarget, Policy,
    RemindAt, Restart, StatusClass, Step, Trigger, When,
};
use crate::calendar::{self, Calendar, DayRule};
use crate::ticket::{Kind, NameRef};

/// One policy version, compiled.
#[derive(Debug)]
pub struct Compiled {
    /// What it was compiled from.
    pub policy: Policy,
    /// Its content hash.
    pub version: String,
    /// Objectives and remedies in the order of their names.
    pub(crate) objectives: Vec<CompiledObjective>,
    /// The conditions of the rows of `policy.routing`, in their order.
    pub(crate) routes: Vec<Matcher>,
}

#[derive(Debug)]
pub(crate) struct CompiledObjective {
    pub(crate) name: String,
    pub(crate) start: CompiledTrigger,
    pub(crate) stop: CompiledTrigger,
    pub(crate) pause: Option<Matcher>,
    pub(crate) cancel: CompiledTrigger,
    pub(crate) until: CompiledTrigger,
    pub(crate) restart: Restart,
    pub(crate) on_retarget: OnRetarget,
    pub(crate) on_reopen: OnReopen,
    pub(crate) targets: Vec<CompiledTarget>,
    pub(crate) remind_at: Vec<Reminder>,
    pub(crate) ladder: Vec<Step>,
    /// What makes it no promise of its own, where something else starts it.
    pub(crate) owed: Option<Owed>,
}

/// What a remedy or a task has that no objective has.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) kind: OwedKind,
    /// The role that owes it.
    pub(crate) owner: String,
    /// Of a remedy the objectives whose breach it follows; none: any.
    after: Vec<String>,
}

/// What starts a clock that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwedKind {
    /// A breach.
    Remedy,
    /// The first item claimed in a case.
    Assessment,
    /// The last item assessed.
    Settlement,
    /// Feedback or a complaint.
    Investigation,
    /// That it was set.
    Action,
}

/// A row of the table, with the calendars that it counts on.
#[derive(Debug)]
pub(crate) struct CompiledTarget {
    pub(crate) when: Matcher,
    pub(crate) within: Duration,
    pub(crate) day_rule: DayRule,
    /// `within` as policies state it.
    pub(crate) within_label: String,
    /// The name of `calendar`.
    pub(crate) calendar_name: String,
    /// What reminders and the ladder are counted on.
    pub(crate) calendar: Arc<Calendar>,
    /// What the deadline is counted on: `calendar`, or round the clock for plain durations.
    pub(crate) measure: Arc<Calendar>,
    /// What `calendar` was compiled from; `None` round the clock.
    spec: Option<Arc<calendar::Spec>>,
}

impl CompiledTarget {
    /// Whether the two promise the same: duration, calendar and rule of days (rule 12).
    pub(crate) fn promises_the_same(&self, other: &CompiledTarget) -> bool {
        self.within == other.within && self.day_rule == other.day_rule && self.spec == other.spec
    }
}

/// A reminder and what it is called in keys: the figure as policies state it.
#[derive(Debug)]
pub(crate) struct Reminder {
    pub(crate) at: RemindAt,
    pub(crate) label: String,
}

impl OwedKind {
    fn of_task(name: &str) -> OwedKind {
        match name {
            CLAIM_ASSESSMENT => OwedKind::Assessment,
            CLAIM_SETTLEMENT => OwedKind::Settlement,
            INVESTIGATION => OwedKind::Investigation,
            _ => OwedKind::Action,
        }
    }
}

impl Owed {
    /// Whether it is a remedy that is owed once `objective` was broken.
    pub(crate) fn remedies(&self, objective: &str) -> bool {
        self.kind == OwedKind::Remedy && follows(&self.after, objective)
    }
}

/// Whether something follows from a breach of `objective` that follows those of `after`; of any where none is named.
pub(crate) fn follows(after: &[String], objective: &str) -> bool {
    after.is_empty() || after.iter().any(|after| after == objective)
}

impl Policy {
    /// Compiles the policy; what is wrong with a calendar is told with its name.
    pub fn compile(self) -> Result<Compiled, Vec<CompileError>> {
        let mut errors = Vec::new();
        let round_the_clock = Arc::new(Calendar::round_the_clock());
        let mut calendars = vec![(super::ROUND_THE_CLOCK.to_owned(), Arc::clone(&round_the_clock), None)];
        for (name, spec) in &self.calendars {
            match Calendar::compile(spec) {
                Ok(calendar) => calendars.push((name.clone(), Arc::new(calendar), Some(Arc::new(spec.clone())))),
                Err(mistakes) => errors.extend(
                    mistakes
                        .into_iter()
                        .map(|mistake| CompileError::Calendar { name: name.clone(), what: mistake.to_string() }),
                ),
            }
        }
        let mut objectives = Vec::new();
        let promised = self.objectives.iter().map(|(name, objective)| (name.as_str(), objective.clone(), None));
        for (name, objective, owed) in promised.chain(self.owed()) {
            match compile_objective(name, &objective, owed, &calendars, &round_the_clock) {
                Ok(compiled) => objectives.push(compiled),
                Err(error) => errors.push(error),
            }
        }
        objectives.sort_by(|a, b| a.name.cmp(&b.name));
        errors.extend(
            objectives
                .windows(2)
                .filter(|two| two[0].name == two[1].name)
                .map(|two| CompileError::NameTaken { name: two[0].name.clone() }),
        );
        if !errors.is_empty() {
            return Err(errors);
        }
        if let Some(liability) = &self.liability
            && liability.cap.is_some_and(|cap| cap.currency() != liability.currency)
        {
            return Err(vec![CompileError::CapCurrency]);
        }
        let routes = self.routing.iter().map(|route| Matcher::new(&route.when)).collect();
        Ok(Compiled { version: self.version(), policy: self, objectives, routes })
    }
}

impl Policy {
    /// The clocks that something else than a ticket's own course starts.
    fn owed(&self) -> impl Iterator<Item = (&str, Objective, Option<Owed>)> {
        let remedies = self.remedies.iter().map(|(name, remedy)| {
            let owed = Owed { kind: OwedKind::Remedy, owner: remedy.owner.clone(), after: remedy.after.clone() };
            (name.as_str(), remedy.clock(), Some(owed))
        });
        let tasks = self.tasks().map(|(name, task)| {
            let kind = OwedKind::of_task(name);
            (name, task.clock(), Some(Owed { kind, owner: task.owner.clone(), after: Vec::new() }))
        });
        remedies.chain(tasks)
    }
}

/// Why a resolved policy can not be run. A policy that was read from YAML has none of these mistakes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum CompileError {
    #[error("calendar `{name}`: {what}")]
    Calendar { name: String, what: String },
    #[error("objective `{objective}` counts on calendar `{calendar}`, which the policy does not have")]
    NoSuchCalendar { objective: String, calendar: String },
    #[error("objective `{objective}` waits for `{event}`, which is no ticket event")]
    NoSuchEvent { objective: String, event: String },
    #[error(
        "objective `{objective}` has over {max} different reminders in its versions: give figures that it had before, or let the new version apply to new tickets"
    )]
    TooManyReminders { objective: String, max: usize },
    #[error(
        "`{name}` is the name of two different things, an objective, a remedy or a task, here or in another version: give one of them another name"
    )]
    NameTaken { name: String },
    #[error("the `cap` of `liability` is not in its currency: state it in the currency of the claims")]
    CapCurrency,
}

type Named = (String, Arc<Calendar>, Option<Arc<calendar::Spec>>);

fn compile_objective(
    name: &str,
    objective: &Objective,
    owed: Option<Owed>,
    calendars: &[Named],
    round_the_clock: &Arc<Calendar>,
) -> Result<CompiledObjective, CompileError> {
    let target = |target: &super::Target| {
        let named = calendars.iter().find(|(calendar, ..)| *calendar == target.calendar);
        let (_, calendar, spec) = named.ok_or_else(|| CompileError::NoSuchCalendar {
            objective: name.to_owned(),
            calendar: target.calendar.clone(),
        })?;
        let measure = if matches!(target.within, Duration::Elapsed(_)) { round_the_clock } else { calendar };
        Ok(CompiledTarget {
            when: Matcher::new(&target.when),
            within: target.within,
            within_label: target.within.to_string(),
            day_rule: target.day_rule,
            calendar_name: target.calendar.clone(),
            calendar: Arc::clone(calendar),
            measure: Arc::clone(measure),
            spec: spec.clone(),
        })
    };
    let trigger = |trigger: &Trigger| CompiledTrigger::new(name, trigger);
    let optional = |given: &Option<Trigger>| given.as_ref().map_or(Ok(CompiledTrigger::default()), trigger);
    Ok(CompiledObjective {
        name: name.to_owned(),
        start: trigger(&objective.start)?,
        stop: trigger(&objective.stop)?,
        pause: objective.pause.as_ref().map(Matcher::new),
        cancel: optional(&objective.cancel)?,
        until: optional(&objective.until)?,
        restart: objective.restart,
        on_retarget: objective.on_retarget,
        on_reopen: objective.on_reopen,
        targets: objective.targets.iter().map(target).collect::<Result<_, _>>()?,
        remind_at: objective.remind_at.iter().map(|at| Reminder { at: at.clone(), label: at.to_string() }).collect(),
        ladder: objective.ladder.clone(),
        owed,
    })
}

/// A condition, with its names and classes resolved.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    /// The classes that fit, as bits; `None` where it does not ask for the class.
    pub(crate) classes: Option<u8>,
    pub(crate) fields: Vec<(FieldName, Vec<String>)>,
}

/// The name of a field, as a reference where every ticket has it.
#[derive(Debug)]
pub(crate) enum FieldName {
    Known(NameRef),
    Other(String),
}

impl FieldName {
    fn new(name: &str) -> Self {
        NameRef::known(name).map_or_else(|| FieldName::Other(name.to_owned()), FieldName::Known)
    }
}

impl Matcher {
    pub(crate) fn new(condition: &Condition) -> Self {
        let mut matcher = Matcher::default();
        for (name, values) in &condition.0 {
            if name == "status_class" {
                matcher.classes =
                    Some(values.iter().filter_map(|value| StatusClass::from_name(value)).fold(0, with_class));
            } else {
                matcher.fields.push((FieldName::new(name), values.clone()));
            }
        }
        matcher
    }
}

fn with_class(bits: u8, class: StatusClass) -> u8 {
    bits | 1 << class as u8
}

/// What has to happen, resolved: any event of `events`, or entering a class of `classes`, or a reopening.
#[derive(Debug, Default)]
pub(crate) struct CompiledTrigger {
    pub(crate) events: Vec<(Kind, Vec<(FieldName, Vec<String>)>)>,
    /// As bits.
    pub(crate) classes: u8,
    pub(crate) reopened: bool,
    /// It has the short form `resolved`: closed does as well, and a reopening undoes it (T9).
    pub(crate) waits_for_resolved: bool,
}

impl CompiledTrigger {
    fn new(objective: &str, trigger: &Trigger) -> Result<Self, CompileError> {
        let mut compiled = CompiledTrigger::default();
        for when in &trigger.0 {
            match when {
                When::Event { name, fields } => {
                    let kind = Kind::from_name(name).ok_or_else(|| CompileError::NoSuchEvent {
                        objective: objective.to_owned(),
                        event: name.clone(),
                    })?;
                    let fields = fields.iter().map(|(name, values)| (FieldName::new(name), values.clone())).collect();
                    compiled.events.push((kind, fields));
                }
                When::Class(classes) => compiled.classes = classes.iter().copied().fold(compiled.classes, with_class),
                When::Resolved => {
                    compiled.classes = with_class(compiled.classes, StatusClass::Resolved);
                    compiled.waits_for_resolved = true;
                }
                When::Reopened => compiled.reopened = true,
            }
        }
        Ok(compiled)
    }
}
