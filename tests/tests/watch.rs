//! Duly watched from outside: a real Prometheus asks a real engine, its rules are sound, and a real Alertmanager tells people.

#[path = "watch/backfill.rs"]
mod backfill;
#[path = "watch/scraped.rs"]
mod scraped;
