//! A Prometheus asks a running engine.

use duly_tests::chance::eventually;
use duly_tests::expected::{fortnight, policy};
use duly_tests::prometheus::{Prometheus, Settings};
use duly_tests::served::Served;

#[test]
fn what_an_engine_counts_is_in_prometheus() {
    let (lines, end) = fortnight();
    let engine = Served::new(policy(), end);
    engine.take(&lines);
    let prometheus = Prometheus::start(&Settings { engines: &[engine.address], ..Settings::default() }.yaml());
    let value = |expression: &str| prometheus.query(expression).first().map(|sample| sample.value);
    eventually("it has been asked", || value("up{job=\"duly\"}") == Some(1.0));
    let known = value("sum({__name__=~'duly_(events_applied|events_duplicate|dead_letters)_total'})");
    assert_eq!(known, Some(lines.len() as f64));
    drop(prometheus);
    engine.close();
}
