//! Duly: response-time promises, kept. This crate reads the command line and prints for a person; the rest is the engine's.

#![expect(clippy::doc_markdown, reason = "doc comments are the help that people read on a terminal")]

mod cli;
mod columns;
mod commands;
mod controls;
mod exit;
mod files;
mod kafka;
mod lacks;
mod language;
mod mistakes;
mod names;
mod notifier;
mod numbers;
mod policies;
mod progress;
mod remote;
mod sinks;
mod sources;
mod summary;
mod template;
mod texts;
mod today;
mod wrapped;

use clap::Parser as _;

/// Tickets are many small allocations that live long: this one serves them in less memory and time than that of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    exit::code(cli::Cli::parse().command.run())
}
