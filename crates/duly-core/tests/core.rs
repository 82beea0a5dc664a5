//! The core through its public face: one binary for the suite.

#[path = "core/cases.rs"]
mod cases;
#[path = "core/counts.rs"]
mod counts;
#[path = "core/emergencies.rs"]
mod emergencies;
#[path = "core/events.rs"]
mod events;
#[path = "core/lane.rs"]
mod lane;
#[path = "core/quarantine.rs"]
mod quarantine;
#[path = "core/reach.rs"]
mod reach;
#[path = "core/retention.rs"]
mod retention;
#[path = "core/review.rs"]
mod review;
#[path = "core/sources.rs"]
mod sources;
#[path = "core/stories.rs"]
mod stories;
#[path = "core/work.rs"]
mod work;
