//! A real broker for these tests, started once for all of them and gone with the process.

use std::sync::OnceLock;

use duly_tests::broker::Brokers;

pub(crate) use duly_tests::ground::{Event, Ground};

/// The one broker that most tests share. It ends with this process, which holds the script's standard input open.
pub(crate) fn shared() -> &'static str {
    static BROKERS: OnceLock<Brokers> = OnceLock::new();
    &BROKERS.get_or_init(|| Brokers::start(&[])).bootstrap
}
