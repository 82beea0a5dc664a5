//! The dossier of a ticket, gathered moment by moment.

use super::{CaseFile, Dossier, FindingFile, InvestigationFile, ItemFile, StandingFile, TaskFile};
use crate::clock::{CaseFacts, CaseState, ClockFacts, Detail, Moment, Opened, Purpose, Sink, SlaKind};
use crate::money::{Currency, Money};
use crate::time::Instant;

/// What a moment means to the sums of a currency, in its smallest unit: a difference, where something was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) at: Instant,
    /// Which case of the ticket.
    pub(crate) case: usize,
    pub(crate) currency: Currency,
    /// The case was opened.
    pub(crate) is_opening: bool,
    pub(crate) claimed: i128,
    pub(crate) accepted: i128,
    pub(crate) settled: i128,
    pub(crate) rejected: i128,
    pub(crate) waived: i128,
    /// Something is claimed in the case from here on, and it is not over.
    pub(crate) is_open_claim: bool,
}

/// Gathers the dossier of a ticket from what is published of it.
#[derive(Debug, Default)]
pub struct Gatherer {
    subject: String,
    /// What is known so far.
    pub dossier: Dossier,
    /// What has come of its cases, in order.
    pub(crate) flows: Vec<Flow>,
    /// What is claimed and accepted in each case, in the currency's smallest unit.
    sums: Vec<(i128, i128)>,
    /// The clocks of corrective actions: policy and cycle, investigation and place among its actions.
    actions: Vec<(String, u32, usize, usize)>,
}

impl Gatherer {
    /// For the ticket `subject`.
    pub fn of(subject: &str) -> Self {
        Gatherer { subject: subject.to_owned(), ..Gatherer::default() }
    }

    /// Says whose all this is.
    pub(crate) fn name(&mut self, subject: &str) {
        subject.clone_into(&mut self.subject);
        self.dossier.cases.iter_mut().for_each(|case| subject.clone_into(&mut case.subject));
        self.dossier.investigations.iter_mut().for_each(|file| subject.clone_into(&mut file.subject));
    }

    /// What comes is another ticket's.
    pub(crate) fn turn_to(&mut self, subject: &str) {
        *self = Gatherer::of(subject);
    }

    /// For what happens to a case.
    fn flow(&mut self, at: Instant, case: usize, currency: Currency) -> &mut Flow {
        self.flows.push(Flow {
            at,
            case,
            currency,
            is_opening: false,
            claimed: 0,
            accepted: 0,
            settled: 0,
            rejected: 0,
            waived: 0,
            is_open_claim: false,
        });
        self.flows.last_mut().expect("it was just added")
    }

    fn open_case(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>, currency: Currency) {
        let nothing = Money::zero(currency).amount();
        let case = self.sums.len();
        self.sums.push((0, 0));
        self.flow(moment.at, case, currency).is_opening = true;
        self.dossier.cases.push(CaseFile {
            subject: self.subject.clone(),
            policy: clock.policy.policy.policy.clone(),
            objective: clock.objective.to_owned(),
            cycle: clock.cycle,
            state: CaseState::Open,
            opened_at: moment.at,
            changed_at: moment.at,
            currency: currency.code().to_owned(),
            claimed: nothing.clone(),
            accepted: nothing,
            payable: None,
            paid: None,
            reason: None,
            emergency: None,
            emergencies: moment.emergencies().map(ToString::to_string).collect(),
            items: Vec::new(),
            task: None,
        });
    }

    fn case(&mut self, policy: &str, objective: &str, cycle: u32) -> Option<(usize, &mut CaseFile)> {
        let mut cases = self.dossier.cases.iter_mut().enumerate();
        cases.find(|(_, case)| (&*case.policy, &*case.objective, case.cycle) == (policy, objective, cycle))
    }

    fn investigation(&mut self, policy: &str, number: u32) -> Option<(usize, &mut InvestigationFile)> {
        let mut files = self.dossier.investigations.iter_mut().enumerate();
        files.find(|(_, file)| file.policy == policy && file.number == number)
    }

    fn change_case(&mut self, at: Instant, facts: &CaseFacts<'_>) {
        let Some((place, case)) = self.case(&facts.policy.policy.policy, facts.objective, facts.cycle) else { return };
        case.state = facts.state;
        case.changed_at = at;
        case.claimed = facts.claimed.amount();
        case.accepted = facts.accepted.amount();
        case.payable = facts.payable.map(Money::amount);
        case.paid = facts.paid.map(Money::amount);
        case.reason = facts.reason.map(str::to_owned);
        case.emergency = facts.emergency.map(str::to_owned);
        let item = |item: &crate::clock::Item| ItemFile {
            item: item.name.clone(),
            claimed: item.claimed.amount(),
            accepted: item.accepted.map(Money::amount),
        };
        case.items = facts.items.iter().map(item).collect();
        let (claimed, accepted) = (facts.claimed.minor(), facts.accepted.minor());
        let before = std::mem::replace(&mut self.sums[place], (claimed, accepted));
        let flow = self.flow(at, place, facts.currency);
        (flow.claimed, flow.accepted) = (claimed - before.0, accepted - before.1);
        match facts.state {
            CaseState::Settled => flow.settled = facts.paid.map_or(0, Money::minor),
            CaseState::Rejected => flow.rejected = claimed,
            CaseState::Waived => flow.waived = claimed,
            CaseState::Open | CaseState::Claimed | CaseState::Assessed => flow.is_open_claim = true,
        }
    }

    fn open_investigation(&mut self, at: Instant, opened: &Opened<'_>) {
        let clock = |fact: &crate::clock::Fact<'_>| StandingFile {
            objective: fact.objective.to_owned(),
            cycle: fact.cycle,
            standing: fact.stand.name().to_owned(),
            open_ms: fact.open.map(crate::time::Span::ms),
        };
        self.dossier.investigations.push(InvestigationFile {
            subject: self.subject.clone(),
            policy: opened.policy.policy.policy.clone(),
            number: opened.number,
            opened_at: at,
            closed_at: None,
            by: opened.by.to_owned(),
            about: opened.about.map(str::to_owned),
            score: opened.score.map(|(score, _)| score.to_owned()),
            scale: opened.score.map(|(_, scale)| scale.to_owned()),
            clocks: opened.clocks.iter().map(clock).collect(),
            findings: Vec::new(),
            actions: Vec::new(),
            task: None,
        });
    }

    /// What becomes of a task, by its clock.
    fn follow(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>) {
        let Some(owed) = clock.owed else { return };
        let policy = &clock.policy.policy.policy;
        let due_at = Some(clock.due_at).filter(|due| *due != Instant::MAX);
        let task = |name: &str| TaskFile {
            task: name.to_owned(),
            owner: owed.owner.to_owned(),
            since: clock.started_at,
            due_at,
            done_at: None,
            overdue: false,
        };
        match owed.purpose {
            Purpose::Remedy(..) => {}
            Purpose::Case(objective, cycle) => {
                let Some((_, case)) = self.case(policy, objective, cycle) else { return };
                match moment.kind {
                    SlaKind::ClockStarted => case.task = Some(task(clock.objective)),
                    SlaKind::ClockMet | SlaKind::ClockStoppedLate | SlaKind::ClockCancelled => {
                        case.task.take_if(|task| task.task == clock.objective);
                    }
                    _ => update(&mut case.task, moment, due_at),
                }
            }
            Purpose::Investigation => {
                let Some((_, file)) = self.investigation(policy, clock.cycle) else { return };
                if moment.kind == SlaKind::ClockStarted {
                    file.task = Some(task(clock.objective));
                } else {
                    update(&mut file.task, moment, due_at);
                }
            }
            Purpose::Action(action, number) => self.follow_action(moment, clock, task(action), number),
        }
    }

    fn follow_action(&mut self, moment: &Moment<'_>, clock: &ClockFacts<'_>, task: TaskFile, number: u32) {
        let policy = &clock.policy.policy.policy;
        if moment.kind == SlaKind::ClockStarted {
            let Some((position, file)) = self.investigation(policy, number) else { return };
            file.actions.push(task);
            let place = file.actions.len() - 1;
            self.actions.push((policy.clone(), clock.cycle, position, place));
            return;
        }
        let known = self.actions.iter().find(|(of, cycle, ..)| of == policy && *cycle == clock.cycle);
        if let Some((.., position, place)) = known {
            let action = &mut self.dossier.investigations[*position].actions[*place];
            change(action, moment, task.due_at);
        }
    }
}

impl Sink for Gatherer {
    fn publish(&mut self, moment: &Moment<'_>) {
        match (moment.detail, &moment.clock) {
            (Detail::CaseOpened(terms), Some(clock)) => self.open_case(moment, clock, terms.currency),
            (Detail::Case(facts), _) => self.change_case(moment.at, &facts),
            (Detail::Opened(opened), _) => self.open_investigation(moment.at, &opened),
            (Detail::Investigation { policy, number, cause }, _) => {
                let Some((_, file)) = self.investigation(&policy.policy.policy, number) else { return };
                match cause {
                    Some(cause) => file.findings.push(FindingFile { at: moment.at, cause: cause.to_owned() }),
                    None => file.closed_at = Some(moment.at),
                }
            }
            (_, Some(clock)) => self.follow(moment, clock),
            _ => {}
        }
    }
}

fn update(task: &mut Option<TaskFile>, moment: &Moment<'_>, due_at: Option<Instant>) {
    if let Some(task) = task {
        change(task, moment, due_at);
    }
}

/// What a moment of its clock means to a task.
fn change(task: &mut TaskFile, moment: &Moment<'_>, due_at: Option<Instant>) {
    match moment.kind {
        SlaKind::ClockMet | SlaKind::ClockStoppedLate => task.done_at = Some(moment.at),
        SlaKind::ClockCancelled => task.due_at = None,
        SlaKind::Breached => (task.overdue, task.due_at) = (true, due_at),
        _ => task.due_at = due_at,
    }
}
