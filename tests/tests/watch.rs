//! Duly watched from outside: a real Prometheus asks a real engine, and its rules are sound.

#[path = "watch/asked.rs"]
mod asked;
#[path = "watch/backfill.rs"]
mod backfill;
#[path = "watch/live.rs"]
mod live;
#[path = "watch/rules.rs"]
mod rules;
#[path = "watch/scraped.rs"]
mod scraped;
#[path = "watch/shipped.rs"]
mod shipped;
