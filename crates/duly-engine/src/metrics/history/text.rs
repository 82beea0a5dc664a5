//! The text of `OpenMetrics` 1.0, in which samples have the instants at which they held.

use std::fmt::Write as _;

use duly_core::time::Instant;
use prometheus::proto::{LabelPair, Metric as Sample};

use super::super::declared::{Metric, Shape};

/// What stands before the samples of a metric.
pub(super) fn head(metric: &Metric) -> String {
    let (family, kind) = (family(metric), metric.shape.name());
    format!("# TYPE {family} {kind}\n# HELP {family} {}\n", escaped(metric.help))
}

/// What stands behind everything.
pub(super) const END: &str = "# EOF\n";

/// The labels of a sample and those of all samples, as they stand between braces.
pub(super) fn labels(own: &[LabelPair], of_all: &[(&str, &str)]) -> String {
    let own = own.iter().map(|pair| (pair.name(), pair.value()));
    let mut text = String::new();
    for (name, value) in own.chain(of_all.iter().copied()) {
        let comma = if text.is_empty() { "" } else { "," };
        let _ = write!(text, "{comma}{name}=\"{}\"", escaped(value));
    }
    text
}

/// Appends a sample that held at `at`: a line, or those of a histogram.
pub(super) fn write(out: &mut Vec<u8>, metric: &Metric, labels: &str, sample: &Sample, at: Instant) {
    let mut text = String::new();
    let at = seconds(at);
    let mut line = |suffix: &str, labels: &str, value: f64| {
        let _ = writeln!(text, "{}{suffix}{{{labels}}} {value} {at}", metric.name);
    };
    match metric.shape {
        Shape::Counter => line("", labels, sample.get_counter().get_value()),
        Shape::Gauge => line("", labels, sample.get_gauge().get_value()),
        Shape::Histogram => {
            let histogram = sample.get_histogram();
            for bucket in histogram.get_bucket() {
                // A bound is a float, and is written as one.
                let labels = format!("{labels},le=\"{:?}\"", bucket.upper_bound());
                line("_bucket", &labels, bucket.cumulative_count() as f64);
            }
            let count = histogram.get_sample_count() as f64;
            line("_bucket", &format!("{labels},le=\"+Inf\""), count);
            line("_count", labels, count);
            line("_sum", labels, histogram.get_sample_sum());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// The name of a metric's family: that of a counter lacks what each of its samples ends in.
fn family(metric: &Metric) -> &str {
    metric.name.strip_suffix("_total").filter(|_| metric.shape == Shape::Counter).unwrap_or(metric.name)
}

/// Seconds since 1970, to the millisecond, which is what Prometheus knows.
fn seconds(at: Instant) -> String {
    let ms = at.ns().div_euclid(1_000_000);
    match ms % 1000 {
        0 => (ms / 1000).to_string(),
        rest => format!("{}.{rest:03}", ms / 1000),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
