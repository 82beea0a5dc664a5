//! An emergency over very many open tickets while events keep coming: no false breach meanwhile, and no long step.

use std::sync::Arc;

use duly_core::control::Controls;
use duly_core::lane::{Input, Lane, Now, RETRACTED, Settings, Turn};
use duly_core::ticket::parse_structured;
use duly_core::time::{Instant, Span};
use duly_tests::build::{objective, policy};
use duly_tests::emergency::told;
use duly_tests::minute::{at, to_instant};

const TICKETS: u32 = 100_000;

/// One after the other is received, all within the hour before ten.
const BETWEEN: Span = Span::from_ns(36_000_000);

/// How many tickets a step may look at beside those that events or timers name: the portion of the sweep.
const PORTION: usize = 2_000;

/// One in ten is of the north, which the emergency does not concern.
fn region(ticket: u32) -> &'static str {
    if ticket.is_multiple_of(10) { "north" } else { "south" }
}

fn instant(local: &str) -> Instant {
    to_instant(at(local))
}

fn event(ticket: u32, kind: &str, time: Instant, number: u32, data: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","type":"duly.ticket.{kind}.v1","source":"crm","id":"{number}","subject":"acme/T-{ticket}","time":"{time}","data":{{{data}}}}}"#
    )
}

fn step(lane: &mut Lane, lines: &[String], wall: Instant) -> Turn {
    let inputs = lines.iter().map(|line| {
        let event = parse_structured(line.as_bytes());
        Input { appended_at: None, revives: false, content: event.into() }
    });
    let turn = lane.step(inputs, Now { wall, is_at_end: true });
    lane.committed();
    turn
}

/// The desk with all its tickets, at one second to ten.
fn desk() -> Lane {
    let promise = objective("received", "responded").within("1h").named("response");
    let controls = Controls::always([policy([promise])]).expect("it compiles");
    let mut lane = Lane::new(Settings::default(), Arc::new(controls));
    let nine = instant("2026-03-02 09:00");
    let received = |ticket: u32| {
        let time = nine.plus(Span::from_ns(i64::from(ticket) * BETWEEN.ns()));
        event(ticket, "received", time, 1, &format!(r#""region":"{}""#, region(ticket)))
    };
    for from in (0..TICKETS).step_by(10_000) {
        let lines: Vec<String> = (from..from + 10_000).map(received).collect();
        step(&mut lane, &lines, nine.plus(Span::from_s(3_600)).minus(Span::from_s(1)));
    }
    lane
}

/// What was said of the tickets of a region since `turn`.
#[derive(Debug, Default)]
struct Heard {
    breached: Vec<u32>,
    paused: usize,
    resumed: usize,
    announced: usize,
    retracted: usize,
    steps: usize,
    longest: std::time::Duration,
}

impl Heard {
    /// Steps once a second until all tickets are swept; three events arrive in each.
    fn sweep(&mut self, lane: &mut Lane, from: Instant) -> Instant {
        let (mut now, mut number) = (from, 1_000 + 1_000 * self.steps as u32);
        loop {
            let lines: Vec<String> = [1, 4_001, 99_999]
                .into_iter()
                .map(|ticket| event(ticket, "observed", now, number + ticket % 3, r#""floor":"3""#))
                .collect();
            number += 3;
            let before = std::time::Instant::now();
            let turn = step(lane, &lines, now);
            self.longest = self.longest.max(before.elapsed());
            self.steps += 1;
            self.take(&turn);
            // In a second less than thirty deadlines come.
            assert!(turn.changed.len() <= PORTION + lines.len() + 60, "{} tickets in a step", turn.changed.len());
            if !turn.is_sweeping {
                return now;
            }
            now = now.plus(Span::from_s(1));
        }
    }

    fn take(&mut self, turn: &Turn) {
        for published in turn.publications() {
            match published.type_name {
                "duly.sla.breached.v1" => {
                    let ticket = published.subject.trim_start_matches("acme/T-").parse().expect("a number");
                    self.breached.push(ticket);
                }
                "duly.sla.clock_paused.v1" => self.paused += 1,
                "duly.sla.clock_resumed.v1" => self.resumed += 1,
                "duly.ticket.emergency_announced.v1" => self.announced += 1,
                RETRACTED => self.retracted += 1,
                _ => {}
            }
        }
    }
}

#[test]
fn an_emergency_over_a_hundred_thousand_tickets_breaches_none_and_holds_up_nothing() {
    let mut lane = desk();
    let declare = |lane: &mut Lane, line: &str| {
        let controls = lane.controls().with([told(line)]).expect("it is right");
        lane.control(Arc::new(controls));
    };
    // The first deadline comes with the first step, and thirty more every second.
    let ten = instant("2026-03-02 10:00");
    declare(&mut lane, "2026-03-02 09:59 declared storm; suspend; when region=south");
    let mut heard = Heard::default();
    let swept = heard.sweep(&mut lane, ten);
    let of_south = TICKETS as usize * 9 / 10;
    assert!(heard.breached.iter().all(|ticket| region(*ticket) == "north"), "{:?}", heard.breached);
    assert!(heard.breached.len() > 50, "the north's promises are broken in time: {:?}", heard.breached);
    assert_eq!((heard.paused, heard.announced, heard.retracted), (of_south, of_south, 0));
    eprintln!("declared: {} steps, the longest took {:?}", heard.steps, heard.longest);

    // The lift is told at five past ten, and the same holds.
    let lifted = instant("2026-03-02 10:05");
    assert!(swept < lifted);
    step(&mut lane, &[], lifted.minus(Span::from_ns(1)));
    declare(&mut lane, "2026-03-02 10:05 lifted storm");
    let mut heard = Heard { steps: 1_000, ..Heard::default() };
    heard.sweep(&mut lane, lifted);
    assert!(heard.breached.iter().all(|ticket| region(*ticket) == "north"), "{:?}", heard.breached);
    assert_eq!((heard.resumed, heard.retracted), (of_south, 0));
    eprintln!("lifted: {} steps, the longest took {:?}", heard.steps - 1_000, heard.longest);
}
