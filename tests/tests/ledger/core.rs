//! The core, seen from outside: events go in as lines of JSON, bodies of SLA events come out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use duly_core::control::{ControlEvent, Controls};
use duly_core::lane::{Input, Kept, Lane, Now, Outcome, RETRACTED, Settings, Turn};
use duly_core::ledger::{self, Ledger};
use duly_core::ticket::{Record, RefusalKind, parse_structured};
use duly_core::time::{Instant, Span};
use duly_tests::event::SUBJECT;
use duly_tests::generate::{Arrival, Fate, Step};
use duly_tests::minute::{Minute, from_instant, to_instant};
use duly_tests::model::{Entry, kind};
use duly_tests::story::Case;
use serde_json::Value;

use crate::census::{self, Census};
use crate::counted::{self, Labelled};

/// What is in force in a case.
pub(crate) fn controls(case: &Case) -> Controls {
    Controls::default().with(case.controls()).expect("generated policies compile")
}

/// The ledger of a case, derived from scratch: the bodies in the order of a written ledger.
pub(crate) fn derive(case: &Case) -> Vec<String> {
    let mut ledger = told(case);
    ledger.sort();
    lines(&ledger)
}

/// The same in the order in which it happens.
pub(crate) fn happening(case: &Case) -> Vec<String> {
    lines(&told(case))
}

fn told(case: &Case) -> Ledger {
    let mut record = Record::default();
    for event in &case.events {
        let line = event.to_json();
        let event = parse_structured(line.as_bytes()).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
        // What comes twice is there once.
        let _ = record.take(&event);
    }
    let mut ledger = Ledger::of(SUBJECT);
    ledger::derive(&record, &controls(case), to_instant(case.until), &mut ledger);
    ledger
}

fn lines(ledger: &Ledger) -> Vec<String> {
    let mut lines = Vec::new();
    ledger.write_lines(&mut lines);
    String::from_utf8(lines).expect("bodies are JSON").lines().map(str::to_owned).collect()
}

/// What was told of emergencies by `until`, each thing at the instant from which it counts, and nothing voided.
pub(crate) fn in_time(case: &Case, until: Instant) -> Vec<ControlEvent> {
    let from = |event: &ControlEvent| match event {
        ControlEvent::EmergencyDeclared(declared) => Some(declared.effective_from),
        ControlEvent::EmergencyUpdated(update) => Some(update.effective_from),
        ControlEvent::EmergencyLifted(lift) => Some(lift.effective_from),
        _ => None,
    };
    let mut told: Vec<(Instant, &ControlEvent)> = case
        .emergencies
        .iter()
        .filter_map(|event| Some((from(event)?, event)))
        .filter(|(from, _)| *from <= until)
        .collect();
    told.sort_by_key(|(from, _)| *from);
    let before = Controls::default().with(Case { emergencies: Vec::new(), ..case.clone() }.controls());
    let before = before.expect("generated policies compile");
    // Without voids some of it can not be told any more.
    let told = told
        .into_iter()
        .fold(before.clone(), |known, (_, event)| known.plus(event.clone()).ok().flatten().unwrap_or(known));
    told.events()[before.len()..].to_vec()
}

/// Bodies as the model tells them, in its order.
pub(crate) fn entries(bodies: &[String]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = bodies.iter().map(|body| entry(body)).collect();
    entries.sort();
    entries
}

fn entry(body: &str) -> Entry {
    let body: Value = serde_json::from_str(body).expect("a body is JSON");
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let minute = |name: &str| body[name].as_str().map(|text| from_instant(text.parse().expect("an instant")));
    Entry {
        at: minute("at").expect("a body has its instant"),
        objective: text("objective").unwrap_or_default(),
        cycle: body["cycle"].as_u64().unwrap_or_default() as u32,
        kind: text("type").expect("a body has its type"),
        part: text("part"),
        policy: text("policy").unwrap_or_default(),
        due_at: minute("due_at"),
        says: says(&body),
    }
}

/// What a body says beside the rest, in words of the tests.
fn says(body: &Value) -> Option<String> {
    let text = |name: &str| body[name].as_str();
    let breach = |of: &Value| Some(format!("{}/{}", of["objective"].as_str()?, of["cycle"]));
    // What is told of a case names the emergency that excuses: that is not told of a clock.
    let emergency = if body.get("claimed").is_some() { None } else { in_emergency(body) };
    let of_clock = match (body.get("remedy_for"), body.get("case"), text("action")) {
        (Some(of), ..) => Some(format!("for {}", breach(of)?)),
        (_, Some(of), _) => Some(format!("for the case {}", breach(of)?)),
        (.., Some(action)) => Some(format!("{action} of {} by {}", body["investigation"], text("owner")?)),
        _ => None,
    };
    let emergencies = body["emergencies"].as_array().map(|ids| {
        let ids: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
        format!("under {}", ids.join(" "))
    });
    let emergency = emergency.or(emergencies);
    if of_clock.is_some() || emergency.is_some() {
        return Some(of_clock.into_iter().chain(emergency).collect::<Vec<_>>().join(", "));
    }
    match text("type")? {
        kind::ROUTED => Some(route(body)),
        kind::ANOMALY if matches!(text("anomaly")?, "unknown_transition" | "received_again") => None,
        kind::ANOMALY => {
            let amount = text("amount").map(|amount| format!(" {amount} {}", text("currency").unwrap_or_default()));
            Some(format!("{}{}", text("anomaly")?, amount.unwrap_or_default()))
        }
        kind::INVESTIGATION_OPENED => Some(opening(body)),
        kind::FINDING_RECORDED => Some(format!("found {}", text("found")?)),
        _ if body.get("claimed").is_some() => Some(case(body)),
        _ => None,
    }
}

fn route(body: &Value) -> String {
    let place = |name: &str| match &body[name] {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("to {}/{}/{}", place("tier"), place("team"), place("priority"))
}

/// How a case stands.
fn case(body: &Value) -> String {
    let currency = body["currency"].as_str().unwrap_or_default();
    let amount = |of: &Value, name: &str| Some(format!("{} {currency}", of[name].as_str()?));
    let sums = ["claimed", "accepted", "payable", "paid"];
    let sums = sums.into_iter().filter_map(|name| Some(format!("{name} {}", amount(body, name)?)));
    let reason = body["reason"].as_str().map(|reason| format!("for {reason}"));
    let mut says = sums.chain(reason).collect::<Vec<_>>().join(" ");
    for item in body["items"].as_array().expect("a case has its items") {
        says +=
            &format!(", {} {}", item["item"].as_str().unwrap_or_default(), amount(item, "claimed").unwrap_or_default());
        says += &amount(item, "accepted").map(|accepted| format!(" of which {accepted}")).unwrap_or_default();
    }
    says
}

/// What opened an investigation, and how the clocks stood.
fn opening(body: &Value) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let mut says = format!("by {}", text("by"));
    if body.get("about").is_some() {
        says += &format!(" about {}", text("about"));
    }
    if body.get("score").is_some() {
        says += &format!(" {} of {}", text("score"), text("scale"));
    }
    for clock in body["clocks"].as_array().expect("an opening tells of clocks") {
        let (objective, standing) = (clock["objective"].as_str(), clock["standing"].as_str());
        says += &format!(", {}/{} {}", objective.unwrap_or_default(), clock["cycle"], standing.unwrap_or_default());
        says += &clock["open_ms"].as_i64().map(|ms| format!(" {}", ms / 60_000)).unwrap_or_default();
    }
    says
}

/// What a body says of an emergency.
fn in_emergency(body: &Value) -> Option<String> {
    let id = body["emergency"].as_str()?;
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    Some(match body["type"].as_str()? {
        kind::CLOCK_EXTENDED => format!("{id} by {}", text("by")),
        kind::CLOCK_PAUSED | kind::CLOCK_RESUMED => format!("in {id}"),
        _ => {
            let by = body["by"].as_str().map(|by| format!(" by {by}")).unwrap_or_default();
            let end = body["expected_end"].as_str().map(|end| format!(" until {end}")).unwrap_or_default();
            let scope = if body["out_of_scope"] == true { " out of scope" } else { "" };
            format!("{id} {} {}{by} since {}{end}{scope}", body["number"], text("effect"), text("since"))
        }
    })
}

/// What stands after the events of `case` have reached a lane as `arrival` says: published less retracted, sorted.
pub(crate) fn standing(case: &Case, arrival: &Arrival) -> Result<Standing, String> {
    let mut driver = Driver::new(case, arrival);
    for step in &arrival.steps {
        driver.make(step)?;
        if step.fate == Fate::Restarted {
            driver.redrive(step.watermark)?;
            driver.lane = driver.restarted();
        }
    }
    driver.redrive(case.until)?;
    let mut bodies: Vec<String> = driver.standing.into_values().collect();
    bodies.sort();
    Ok(Standing { bodies, verdicts: driver.verdicts, revivals: driver.revivals })
}

/// What a lane has published.
pub(crate) struct Standing {
    /// Less what it has retracted, sorted.
    pub(crate) bodies: Vec<String>,
    /// As metrics count them.
    pub(crate) verdicts: Labelled,
    /// How often a ticket came back that had been retired.
    pub(crate) revivals: usize,
}

/// What drives a lane, in the place of Kafka or `SQLite`.
struct Driver<'c> {
    case: &'c Case,
    lane: Lane,
    settings: Settings,
    /// What is in force so far.
    controls: Arc<Controls>,
    standing: BTreeMap<String, String>,
    verdicts: Labelled,
    /// The events that have arrived, in their order.
    log: Vec<usize>,
    /// A dead letter says that its ticket was retired.
    is_refused: bool,
    revivals: usize,
}

impl<'c> Driver<'c> {
    fn new(case: &'c Case, arrival: &Arrival) -> Self {
        let retention_closed = arrival.retention.map(|minutes| Span::from_s(60 * minutes));
        let settings = Settings { retention_closed, ..Settings::default() };
        let controls = Arc::<Controls>::default();
        let lane = Lane::new(settings, Arc::clone(&controls));
        Driver {
            case,
            lane,
            settings,
            controls,
            standing: BTreeMap::new(),
            verdicts: Labelled::new(),
            log: Vec::new(),
            is_refused: false,
            revivals: 0,
        }
    }

    /// Makes the turn of a step.
    fn make(&mut self, step: &Step) -> Result<(), String> {
        self.control(step.controls);
        if step.fate == Fate::Discarded {
            let before = portrait(&self.lane);
            self.run(&step.events, step.watermark, false);
            self.run(&[], step.watermark, false);
            self.lane.discarded();
            if portrait(&self.lane) != before {
                return Err("a turn that was discarded has left something behind".to_owned());
            }
        }
        let turn = self.run(&step.events, step.watermark, false);
        self.lane.committed();
        self.log.extend(&step.events);
        self.is_refused |= account(&turn, step.events.len(), step.conflicts)?;
        for now in [step.watermark, step.watermark + 200].map(to_instant) {
            let (naive, census) = (census::naive(&self.lane, now), census::of(&self.lane, now));
            if naive != census {
                return Err(format!("at {now} there are {naive:?}, the census has {census:?}"));
            }
        }
        self.read(&turn)
    }

    /// Has `count` control events in force.
    fn control(&mut self, count: usize) {
        if count > self.controls.len() {
            let more = self.case.controls().drain(self.controls.len()..count).collect::<Vec<_>>();
            self.controls = Arc::new(self.controls.with(more).expect("what is generated is right"));
            self.lane.control(Arc::clone(&self.controls));
        }
    }

    /// Where an event was refused because its ticket was retired: asks for all that the log has of it again.
    fn redrive(&mut self, watermark: Minute) -> Result<(), String> {
        if !std::mem::take(&mut self.is_refused) {
            return Ok(());
        }
        let log = self.log.clone();
        let turn = self.run(&log, watermark, true);
        self.lane.committed();
        self.revivals += 1;
        if account(&turn, log.len(), log.len())? {
            return Err(format!("the ticket did not come back: {:?}", turn.outcomes));
        }
        self.read(&turn)
    }

    fn read(&mut self, turn: &Turn) -> Result<(), String> {
        counted::count(turn, &mut self.verdicts);
        read(turn, &mut self.standing)
    }

    fn run(&mut self, events: &[usize], watermark: Minute, revives: bool) -> Turn {
        let lines: Vec<String> = events.iter().map(|index| self.case.events[*index].to_json()).collect();
        let inputs = lines.iter().map(|line| Input {
            appended_at: None,
            revives,
            content: parse_structured(line.as_bytes()).into(),
        });
        self.lane.step(inputs, Now { wall: to_instant(watermark), is_at_end: true })
    }

    /// The lane as another process finds it: from the records that the last turns left.
    fn restarted(&self) -> Lane {
        let (turn, watermark, .., stored) = portrait(&self.lane);
        let records = stored.iter().map(|(subject, bytes)| (&**subject, &**bytes));
        let restored = Lane::restore(self.settings, Arc::clone(&self.controls), turn, watermark, records)
            .expect("a lane reads what it wrote");
        assert_eq!(portrait(&restored), portrait(&self.lane), "a lane is what it was before it was stored");
        restored
    }
}

/// All that makes a lane what it is.
fn portrait(lane: &Lane) -> (u64, Instant, [usize; 3], Census, Vec<(String, Vec<u8>)>) {
    let stored = |(subject, kept): (&str, Cow<'_, Kept>)| {
        let mut bytes = Vec::new();
        kept.write(&mut bytes);
        (subject.to_owned(), bytes)
    };
    let counts = [lane.len(), lane.retired(), lane.quarantined()];
    let census = census::of(lane, lane.watermark());
    (lane.turn(), lane.watermark(), counts, census, lane.kept().map(stored).collect())
}

/// I7: there is an outcome for every record that was read. Whether any was refused because its ticket was retired.
fn account(turn: &Turn, records: usize, conflicts: usize) -> Result<bool, String> {
    let refused = |kind| {
        let is = |outcome: &&Outcome| matches!(outcome, Outcome::DeadLetter(refusal) if refusal.kind == kind);
        turn.outcomes.iter().filter(is).count()
    };
    let (retired, taken) = (refused(RefusalKind::Retired), refused(RefusalKind::Conflict));
    let is_explained = |outcome: &Outcome| match outcome {
        Outcome::Applied | Outcome::Duplicate => true,
        Outcome::DeadLetter(refusal) => matches!(refusal.kind, RefusalKind::Retired | RefusalKind::Conflict),
        Outcome::Progress => false,
    };
    if turn.outcomes.len() == records && taken <= conflicts && turn.outcomes.iter().all(is_explained) {
        return Ok(retired > 0);
    }
    Err(format!("of {records} records {:?} became of them", turn.outcomes))
}

/// I2: what a consumer makes of what it reads.
fn read(turn: &Turn, standing: &mut BTreeMap<String, String>) -> Result<(), String> {
    for publication in turn.publications() {
        let data = String::from_utf8(publication.data.to_vec()).expect("bodies are JSON");
        if publication.type_name == RETRACTED {
            let retraction: Value = serde_json::from_str(&data).expect("a retraction is JSON");
            let id = retraction["retracts"].as_str().unwrap_or_default();
            standing.remove(id).ok_or_else(|| format!("retracted what does not stand: {data}"))?;
        } else if let Some(before) = standing.insert(publication.id.to_string(), data) {
            return Err(format!("published twice under one id: {before}"));
        }
    }
    Ok(())
}

/// The bodies whose instant is not after `until`.
pub(crate) fn cut(bodies: &[String], until: Instant) -> Vec<String> {
    let is_before = |body: &&String| to_instant(entry(body).at) <= until;
    bodies.iter().filter(is_before).cloned().collect()
}
