//! Duly: response-time promises, kept.

fn main() {}
