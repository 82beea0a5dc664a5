//! What a start says of how records come in and go out.

use duly_engine::deliver::Sink;
use duly_engine::ingest::Source;

use std::sync::Arc;

/// A line for each source with its ways, and one with the sinks.
pub(super) fn lines(sources: &[Arc<Source>], sinks: &[Sink]) -> Vec<String> {
    let source = |source: &Arc<Source>| {
        let hook = source.hook.as_ref().map(|_| format!("POST /hooks/{}", source.name));
        let ways: Vec<String> = source.topics.iter().map(|topic| format!("topic {topic}")).chain(hook).collect();
        let ways = if ways.is_empty() { "nothing comes by itself".to_owned() } else { ways.join(", ") };
        format!("source {}: {ways}", source.name)
    };
    let names: Vec<&str> = sinks.iter().map(|sink| sink.name.as_str()).collect();
    let sinks = (!names.is_empty()).then(|| format!("sinks: {}", names.join(", ")));
    sources.iter().map(source).chain(sinks).collect()
}
