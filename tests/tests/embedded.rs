//! The embedded engine, in this process and as the program that people run: restarts, kills, bad input, live timers.

#[path = "embedded/support.rs"]
mod support;

#[path = "embedded/bad_input.rs"]
mod bad_input;
#[path = "embedded/failure.rs"]
mod failure;
#[path = "embedded/feeds.rs"]
mod feeds;
#[path = "embedded/kill.rs"]
mod kill;
#[path = "embedded/live.rs"]
mod live;
#[path = "embedded/notifications.rs"]
mod notifications;
#[path = "embedded/program.rs"]
mod program;
#[path = "embedded/real_log.rs"]
mod real_log;
#[path = "embedded/retention.rs"]
mod retention;
