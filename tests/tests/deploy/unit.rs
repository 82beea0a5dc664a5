//! The unit of systemd: systemd takes it, it gives the program no more than that needs, and knows how long the program may take.

use std::time::Duration;

use duly_engine::alive::{ENDING_MAX, SILENCE_MAX};
use duly_tests::program;

use super::shipped::{Machine, path, read, script, takes};

const FILE: &str = "deploy/systemd/duly.service";

/// What `systemd-analyze security` may say at most: 10 is a service that may do anything, and below 2 there is hardly anything left to take.
const EXPOSURE_MAX: f64 = 1.5;

fn setting(name: &str) -> String {
    let text = read(FILE);
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    line.unwrap_or_else(|| panic!("{FILE} does not say {name}"))
}

fn time(name: &str) -> Duration {
    let text = setting(name);
    let minutes = text.strip_suffix("min").and_then(|minutes| minutes.parse::<u64>().ok()).expect("minutes");
    Duration::from_secs(60 * minutes)
}

#[test]
fn systemd_takes_it_and_finds_it_hardened() {
    let unit = path(FILE).display().to_string();
    let exposure = script(&["unit", &unit, &program::path().display().to_string()]);
    let exposure: f64 = exposure.trim().parse().unwrap_or_else(|_| panic!("no exposure: {exposure}"));
    assert!(exposure <= EXPOSURE_MAX, "{exposure}");
}

#[test]
fn it_starts_the_program_and_waits_for_as_long_as_that_may_take() {
    let command = setting("ExecStart");
    let (program, arguments) = command.split_once(' ').expect("arguments");
    assert_eq!(program, "/usr/bin/duly");
    takes(&arguments.split(' ').map(str::to_owned).collect::<Vec<_>>());
    Machine::new().takes_settings(&read("deploy/systemd/duly.yaml"));
    assert!(time("TimeoutStopSec") > ENDING_MAX);
    assert_eq!(time("WatchdogSec"), SILENCE_MAX);
    // EX_CONFIG: the next start would say the same.
    assert_eq!(setting("RestartPreventExitStatus"), "78");
    // What settings name is what the unit lets it write to, and what it is handed.
    let settings = read("deploy/systemd/duly.yaml");
    assert!(settings.contains("\nstore: /var/lib/duly/") && setting("StateDirectory") == "duly");
    for secret in settings.split("/run/credentials/duly.service/").skip(1) {
        let name: String = secret.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        assert!(read(FILE).contains(&format!("#LoadCredential={name}:")), "{name}");
    }
}

#[test]
fn what_stands_behind_a_sign_in_the_settings_can_be_taken_in() {
    let settings = read("deploy/systemd/duly.yaml");
    let is_setting = |line: &&str| line.starts_with("# kafka:") || line.starts_with("#   ");
    let kafka: Vec<&str> = settings.lines().filter(is_setting).map(|line| &line[2..]).collect();
    assert!(kafka.len() > 5, "{kafka:?}");
    Machine::new().takes_settings(&format!("{settings}\n{}\n", kafka.join("\n")));
}
