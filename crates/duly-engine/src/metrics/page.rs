//! A page of metrics: values under their declarations, written in Prometheus' text format.

use prometheus::TextEncoder;
use prometheus::proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric as Sample, MetricFamily, MetricType};

use super::declared::{ALL, Metric, Shape};
use crate::counters::{BOUNDS, BOUNDS_S, Distribution, OPEN_BOUNDS_S, OpenTimes, Sizes};

/// Samples by metric, in the order in which metrics are declared.
pub(super) struct Page(Vec<Vec<Sample>>);

impl Default for Page {
    fn default() -> Self {
        Page(vec![Vec::new(); ALL.len()])
    }
}

impl Page {
    /// Notes a value of a counter or gauge, under the values of its labels in their order.
    pub(super) fn set(&mut self, metric: &Metric, labels: &[&str], value: f64) {
        let mut sample = labelled(metric, labels);
        if metric.shape == Shape::Counter {
            let mut counter = Counter::default();
            counter.set_value(value);
            sample.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            sample.set_gauge(gauge);
        }
        self.samples(metric).push(sample);
    }

    /// Notes durations, as a histogram in seconds.
    pub(super) fn distribution(&mut self, metric: &Metric, values: &Distribution) {
        // The classes first: what is added meanwhile is then in the count at least.
        let classes: Vec<(f64, u64)> = BOUNDS_S.into_iter().zip(values.cumulated()).collect();
        self.histogram(metric, &[], &classes, values.count(), values.sum_s());
    }

    /// Notes numbers, as a histogram.
    pub(super) fn sizes(&mut self, metric: &Metric, values: &Sizes) {
        let bounds = BOUNDS.map(|bound| bound as f64);
        let classes: Vec<(f64, u64)> = bounds.into_iter().zip(values.cumulated()).collect();
        self.histogram(metric, &[], &classes, values.count(), values.sum() as f64);
    }

    /// Notes open times of an objective, as a histogram in seconds.
    pub(super) fn open_times(&mut self, metric: &Metric, objective: &str, times: &OpenTimes) {
        let classes: Vec<(f64, u64)> = OPEN_BOUNDS_S.map(f64::from).into_iter().zip(times.cumulated()).collect();
        self.histogram(metric, &[objective], &classes, times.count(), times.sum_s());
    }

    fn histogram(&mut self, metric: &Metric, labels: &[&str], classes: &[(f64, u64)], count: u64, sum: f64) {
        let buckets = classes.iter().map(|(bound, count)| {
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(*bound);
            bucket.set_cumulative_count(*count);
            bucket
        });
        let mut histogram = Histogram::default();
        histogram.set_bucket(buckets.collect());
        histogram.set_sample_count(count);
        histogram.set_sample_sum(sum);
        let mut sample = labelled(metric, labels);
        sample.set_histogram(histogram);
        self.samples(metric).push(sample);
    }

    /// The samples of each metric, in the order in which metrics are declared.
    pub(super) fn into_samples(self) -> impl Iterator<Item = Vec<Sample>> {
        self.0.into_iter()
    }

    /// The page as text.
    pub(super) fn finish(self) -> String {
        let families = ALL.iter().zip(self.0).filter(|(_, samples)| !samples.is_empty());
        let families: Vec<MetricFamily> = families.map(|(metric, samples)| family(metric, samples)).collect();
        TextEncoder::new().encode_to_string(&families).expect("no family is without a name or a sample")
    }

    fn samples(&mut self, metric: &Metric) -> &mut Vec<Sample> {
        let place = ALL.iter().position(|known| known.name == metric.name).expect("all metrics are in the list");
        &mut self.0[place]
    }
}

fn labelled(metric: &Metric, labels: &[&str]) -> Sample {
    assert_eq!(metric.labels.len(), labels.len(), "{} has other labels", metric.name);
    let pairs = metric.labels.iter().zip(labels).map(|(name, value)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    });
    Sample::from_label(pairs.collect())
}

fn family(metric: &Metric, samples: Vec<Sample>) -> MetricFamily {
    let mut family = MetricFamily::default();
    family.set_name(metric.name.to_owned());
    family.set_help(metric.help.to_owned());
    family.set_field_type(match metric.shape {
        Shape::Counter => MetricType::COUNTER,
        Shape::Gauge => MetricType::GAUGE,
        Shape::Histogram => MetricType::HISTOGRAM,
    });
    family.set_metric(samples);
    family
}
