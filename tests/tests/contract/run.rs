//! A run of the program on a real Kafka, once for all tests here: the demo's fortnight, part of it late, with what nobody can read.

use std::fs;
use std::sync::OnceLock;

use duly_engine::demo;
use duly_tests::broker::Brokers;
use duly_tests::ground::Ground;
use duly_tests::program;

/// Where time stops in it.
pub(crate) const UNTIL: &str = "2026-10-03T16:00:00Z";

const LANES: usize = 3;

/// What is left of the run, and the brokers that have it.
pub(crate) struct Run {
    _brokers: Brokers,
    _folder: tempfile::TempDir,
    pub(crate) ground: Ground,
    config: String,
}

impl Run {
    /// Runs the program there, and has what it writes. It has to succeed.
    pub(crate) fn duly(&self, arguments: &[&str]) -> String {
        duly(&[arguments, &["--config", &self.config]].concat())
    }
}

fn duly(arguments: &[&str]) -> String {
    let output = program::duly().args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The run.
pub(crate) fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let brokers = Brokers::start(&[]);
        let ground = Ground::new(&brokers.bootstrap, LANES, 1);
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("duly.yaml");
        let letter = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/config/policies/response-time-commitment.yaml");
        let (bootstrap, prefix) = (&brokers.bootstrap, &ground.prefix);
        let text = format!(
            "policies: [{letter}]\nlisten: 127.0.0.1:0\nnotifications: {{max_age: 3650d}}\n\
             kafka: {{bootstrap: \"{bootstrap}\", prefix: {prefix}, instance: i}}\n"
        );
        fs::write(&config, text).expect("a file");
        let run = Run { config: config.display().to_string(), _brokers: brokers, _folder: folder, ground };
        let mut lines: Vec<String> =
            demo::fortnight(demo::SEED, demo::start()).into_iter().map(|(_, line)| line).collect();
        // Every ninth event comes after everything was judged, so that much has to be taken back.
        let (mut place, mut late) = (0, Vec::new());
        lines.retain(|line| {
            place += 1;
            let is_late = place % 9 == 0;
            late.extend(is_late.then(|| line.clone()));
            !is_late
        });
        lines.push("nobody can read this".to_owned());
        for part in [lines, late] {
            run.ground.produce(&part);
            run.duly(&["serve", "--exit", "--until", UNTIL]);
        }
        run.duly(&["dead-letters", "redrive"]);
        run
    })
}
