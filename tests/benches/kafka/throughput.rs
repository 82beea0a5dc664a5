//! Events a second, consumed to committed, of the engine beside a pass-through; and what an event costs.

use duly_tests::ground::Ground;
use duly_tests::real_log;

use crate::engine::Engine;
use crate::meter::{Cpu, KINDS};
use crate::pass_through;
use crate::progress::Progress;
use crate::{LANES, Sizes};

/// Later than anything in the log.
const UNTIL: &str = "2017-03-01T00:00:00Z";

/// What one run shows.
struct Figures {
    events_per_s: f64,
    cpu: Cpu,
    events: i64,
}

/// Both run in turns, on logs and topics of their own each time.
pub(crate) fn run(bootstrap: &str, sizes: &Sizes) {
    let lines = real_log::lines_of(sizes.tenants);
    println!(
        "throughput: {} events of {} tenants on {LANES} lanes, {} rounds",
        lines.len(),
        sizes.tenants,
        sizes.rounds
    );
    let (mut engines, mut raws) = (Vec::new(), Vec::new());
    // The first round is for the broker, whose code is compiled as it runs.
    for round in 0..=sizes.rounds {
        let (ground, raw_ground) = (Ground::new(bootstrap, LANES, 1), Ground::new(bootstrap, LANES, 1));
        let engine = engine(&ground, &lines);
        let measured = pass_through::measure(&ground, &raw_ground);
        let raw = Figures::read(&raw_ground, measured.cpu, lines.len());
        println!(
            "throughput: {}: engine {:.0} events/s, pass-through {:.0} events/s, {:.2} of it; each writes {:.2} \
             records, {:.0} bytes an event",
            if round == 0 { "not counted".to_owned() } else { format!("round {round}") },
            engine.events_per_s,
            raw.events_per_s,
            engine.events_per_s / raw.events_per_s,
            measured.records_per_event,
            measured.bytes_per_event
        );
        if round > 0 {
            engines.push(engine);
            raws.push(raw);
        }
    }
    let rate = |all: &[Figures]| median(all.iter().map(|figures| figures.events_per_s).collect());
    let (engine, raw) = (rate(&engines), rate(&raws));
    let ratio = median(engines.iter().zip(&raws).map(|(e, r)| e.events_per_s / r.events_per_s).collect());
    println!(
        "throughput: median: engine {engine:.0} events/s, pass-through {raw:.0} events/s; of the ratios {ratio:.2}"
    );
    for (what, all) in [("engine", &engines), ("pass-through", &raws)] {
        let part = |kind| median(all.iter().map(|figures| figures.us_per_event(kind)).collect());
        let parts: Vec<String> = KINDS.iter().map(|kind| format!("{kind} {:.1}", part(Some(*kind)))).collect();
        println!("throughput: {what}: {:.1} us of processor time an event ({})", part(None), parts.join(", "));
    }
}

/// The engine works through the log, which is there when it starts: to an engine that has judged silence up to now already, all
/// of it would come late, and be published and retracted by turns.
fn engine(ground: &Ground, lines: &[String]) -> Figures {
    ground.produce(lines);
    let mut engine = Engine::start(ground, &real_log::policy_path(), "", &["--until", UNTIL]);
    engine.await_events(ground, lines.len());
    let cpu = engine.stop();
    Figures::read(ground, cpu, lines.len())
}

impl Figures {
    fn read(ground: &Ground, cpu: Cpu, events: usize) -> Self {
        let progress = Progress::read(ground);
        assert_eq!(progress.events(), events as i64, "all events are committed");
        Figures { events_per_s: progress.rate(), cpu, events: progress.events() }
    }

    /// Processor time an event, of one kind of thread or of all.
    fn us_per_event(&self, kind: Option<&str>) -> f64 {
        let used = kind.map_or(self.cpu.total, |kind| self.cpu.kinds.get(kind).copied().unwrap_or_default());
        used.as_secs_f64() * 1e6 / self.events as f64
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
