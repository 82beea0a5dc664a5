//! The contract: the `AsyncAPI` document is one, says what lies on the topics after a real run, and whoever reads as it tells has
//! the ledger.

#[path = "contract/consumers.rs"]
mod consumers;
#[path = "contract/parser.rs"]
mod parser;
#[path = "contract/records.rs"]
mod records;
#[path = "contract/run.rs"]
mod run;

use std::path::PathBuf;
use std::process::Command;

/// What a part of `tests/scripts/contract` writes. It has to succeed.
fn script(arguments: &[&str]) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts/contract");
    let output = Command::new(path).args(arguments).output().expect("the script runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
