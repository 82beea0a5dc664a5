//! From a source's raw topic through its mapping into the log, and on to the ledger: nothing is lost, nothing is applied twice,
//! and what the source still has is not taken for silence (T11).

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use duly_core::time::{Instant, Span};
use duly_engine::clock::{Clock, WallClock};
use duly_engine::kafka::{Options, Running, start};
use duly_tests::chance::{Dice, eventually, eventually_within, times};
use duly_tests::clock::TestClock;
use duly_tests::crm_day;
use duly_tests::expected::{assert_same, expected_ledger, parse_policy};
use duly_tests::raw::Raw;
use duly_tests::real_log;
use duly_tests::receiver::{Does, Got, Receiver};
use serde_json::Value;

use crate::cluster::{Ground, shared};
use crate::converge::options;
use crate::fleet::Fleet;
use crate::live::{event, now, policy_text};

/// A CRM's day by way of a raw topic in which a ticket's messages are spread over all partitions, some of them twice and out of
/// order; instances that copy it, judge it, and send what follows to a receiver that is not always willing, are killed all the while.
#[test]
fn a_day_of_a_crm_goes_from_its_topic_to_a_receiver_through_kills() {
    let (mut dice, seed) = Dice::printed();
    let ground = Ground::new(shared(), 8, 1);
    let raw = Raw::new(&ground, 3, 1, "zendesk");
    let begin: Instant = "2026-03-02T08:00:00Z".parse().expect("an instant");
    let messages = crm_day::zendesk(1_000, begin, &mut dice);
    let until = begin.plus(Span::from_s(10 * 86_400));
    let heard = Heard::default();
    let theirs = heard.clone();
    let receiver = Receiver::start(move |got, before| theirs.take(got, before));
    let secret = tempfile::NamedTempFile::new().expect("a file");
    fs::write(secret.path(), "a secret of the hook").expect("a secret");
    let sink = format!(
        "sinks:\n  crm: {{send: webhook, of: sla, begin: start, url: \"{}\", secret_file: {}, retry_first: 10ms, retry_most: 100ms}}\n",
        receiver.url("/"),
        secret.path().display()
    );
    let mut fleet = Fleet::new(&ground, real_log::policy_path(), until).with_settings(raw.settings_text() + &sink);
    fleet.start("one");
    fleet.start("two");
    let sent = crm_day::shaken(&messages, &mut dice);
    let kills = times("DULY_SOURCE_KILLS", 4);
    for (round, part) in sent.chunks(sent.len().div_ceil(kills as usize)).enumerate() {
        let before = fleet.committed();
        raw.produce(part, &mut dice);
        let target = before + dice.below(part.len() as u64) as i64;
        eventually_within(Duration::from_secs(120), "so much committed", || {
            fleet.check();
            fleet.committed() >= target
        });
        let name = ["one", "two"][dice.below(2) as usize];
        fleet.kill(name);
        eprintln!("round {round}: killed {name} at {}", fleet.committed());
        fleet.start(name);
    }
    eventually_within(Duration::from_secs(120), "all of it is copied", || {
        fleet.check();
        raw.is_copied()
    });
    ground.settled(until, || fleet.check());
    let expected = expected_ledger(&raw.mapped(&messages), real_log::policy(), until);
    assert_same(&ground.ledger(), &expected, &format!("copied, seed {seed}"));
    let published = ground.ids();
    eventually_within(Duration::from_secs(180), "all of it is received", || {
        fleet.check();
        heard.count() >= published.values().map(Vec::len).sum()
    });
    for name in ["one", "two"] {
        fleet.stop(name);
    }
    heard.is(&published, seed);
}

/// What a receiver has taken: of each ticket the ids in the order in which each came first.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<BTreeMap<String, Vec<String>>>>);

impl Heard {
    /// Takes a record, or refuses it for now, as one in twenty.
    fn take(&self, got: &Got, before: usize) -> Does {
        if before % 20 == 7 {
            return Does::Answer(503, "", String::new());
        }
        let event: Value = serde_json::from_str(&got.body).expect("a CloudEvent");
        let of = |name: &str| event[name].as_str().expect("an attribute").to_owned();
        assert_eq!(got.headers.get("webhook-id"), Some(&of("id")), "what is sent again is known by its key");
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = heard.entry(of("subject")).or_default();
        if !ids.contains(&of("id")) {
            ids.push(of("id"));
        }
        Does::accept()
    }

    fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().map(Vec::len).sum()
    }

    /// Checks that it is what was published: all of it, in each ticket's order.
    fn is(&self, published: &BTreeMap<String, Vec<String>>, seed: u64) {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (ticket, ids) in published {
            assert_eq!(heard.get(ticket), Some(ids), "{ticket}, seed {seed}");
        }
        assert_eq!(heard.len(), published.len(), "seed {seed}");
    }
}

/// Engine and reader of sources were down for an hour, and the source's topic has filled: every answer in it was given in time,
/// so nothing is published that it takes back, though the engine is at the end of its log long before all is copied.
#[test]
fn a_source_that_has_filled_up_raises_no_false_breach() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 4, 1);
    let raw = Raw::new(&ground, 2, 1, "cloudevents");
    let policy = parse_policy(&policy_text(600));
    let begun = now().minus(Span::from_s(7200));
    let after = |s: i64| begun.plus(Span::from_s(s));
    // Tickets that had come before the end; their answers come while nobody reads.
    let early: Vec<String> = (0..200_u32).map(|ticket| event(ticket, "received", after(i64::from(ticket)))).collect();
    let mut late: Vec<(Instant, String)> = (0..1800_u32)
        .flat_map(|ticket| {
            let (received, responded) = (after(i64::from(ticket) * 2), after(i64::from(ticket) * 2 + 590));
            let is_early = ticket < 200;
            let received = (!is_early).then(|| (received, event(ticket, "received", received)));
            let responded = if is_early { after(i64::from(ticket) + 590) } else { responded };
            received.into_iter().chain([(responded, event(ticket, "responded", responded))])
        })
        .collect();
    late.sort();
    let late: Vec<String> = late.into_iter().map(|(_, line)| line).collect();
    let run = |clock: Arc<dyn Clock>, until| {
        let sources = vec![Arc::new(raw.source())];
        let policies = vec![policy.clone()];
        start(Options { clock, policies, sources, ..options(&ground, "one", until) }).expect("it starts")
    };
    let end = |running: Running| {
        running.stop(true);
        running.join().expect("an end in good order");
    };
    // All of this happens an hour and more before the rest.
    let running = run(Arc::new(TestClock::at(after(300))), Instant::MAX);
    raw.produce(&early, &mut dice);
    ground.judged(after(300), || assert!(!running.has_ended(), "it has ended"));
    end(running);
    raw.produce(&late, &mut dice);
    let until = now();
    let running = run(Arc::new(WallClock), until);
    ground.judged(until, || assert!(!running.has_ended(), "it has ended"));
    end(running);
    let false_alarms = ["duly.sla.breached.v1", duly_core::lane::RETRACTED];
    let raised: Vec<String> = ground.types().into_iter().filter(|kind| false_alarms.contains(&kind.as_str())).collect();
    assert!(raised.is_empty(), "{} of {:?}", raised.len(), raised.first());
    let messages = [early, late].concat();
    assert_same(&ground.ledger(), &expected_ledger(&raw.mapped(&messages), policy, until), "a source that was behind");
}

/// As long as nobody copies a source, silence is judged no further than it was copied; what can not be mapped is a dead letter.
#[test]
fn a_source_that_nobody_copies_holds_judgement_back_until_it_is_forgotten() {
    let (mut dice, _) = Dice::printed();
    let ground = Ground::new(shared(), 2, 1);
    let raw = Raw::new(&ground, 1, 1, "cloudevents");
    let policy = parse_policy(&policy_text(3));
    let received_at = now();
    let until = received_at.plus(Span::from_s(3600));
    let run = |sources| {
        let policies = vec![policy.clone()];
        start(Options { policies, sources, ..options(&ground, "one", until) }).expect("it starts")
    };
    let running = run(vec![Arc::new(raw.source())]);
    raw.produce(&[event(1, "received", received_at), "no JSON".to_owned()], &mut dice);
    let letters = || {
        let letters = duly_engine::kafka::DeadLetters::open(&ground.cluster).expect("dead letters");
        letters.list(&duly_engine::kafka::Which { limit: 10, ..Default::default() }).expect("a list")
    };
    eventually("what can not be mapped is a dead letter", || letters().len() == 1);
    let letter = letters().remove(0);
    assert_eq!((&*letter.reason, &*letter.topic, letter.offset), ("not_json", &*raw.topic, 1));
    let breached = || ground.ledger_now().iter().filter(|line| line.contains("breached")).count();
    eventually("the breach is noticed while the source is copied", || breached() == 1);
    running.stop(true);
    running.join().expect("an end in good order");

    // A ticket that comes another way.
    let read_before = ground.committed(&ground.prober());
    let received_at = now();
    ground.produce(&[event(2, "received", received_at)]);
    let running = run(Vec::new());
    let prober = ground.prober();
    eventually("it has been read", || ground.committed(&prober) > read_before);
    let due_at = received_at.plus(Span::from_s(3));
    eventually("the promise is over by the clock", || {
        std::thread::park_timeout(Duration::from_millis(5));
        now() > due_at.plus(Span::from_s(2))
    });
    assert_eq!(breached(), 1, "nobody knows what the source has");
    let forget = duly_engine::kafka::Feed::open(&ground.cluster, "forget").expect("a feed");
    let over = duly_core::lane::Progress { is_over: true, ..duly_core::lane::Progress::of("crm") };
    forget.mark(&over).expect("it is written");
    eventually("the breach is noticed", || breached() == 2);
    running.stop(true);
    running.join().expect("an end in good order");
}
