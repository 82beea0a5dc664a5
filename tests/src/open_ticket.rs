//! A ticket as a busy service desk has a million of: eight events, four clocks that run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How many events it has.
pub const EVENTS: usize = 8;

/// The policy that gives it four clocks, as a file.
pub fn policy_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/four-clocks.yaml")
}

/// Adds the events of one ticket to `out`, a line each, ids as CRMs make them.
///
/// # Panics
///
/// Never: a string takes what is written to it.
pub fn write(number: usize, out: &mut String) {
    let mut event = |position: usize, kind: &str, data: &str| {
        let id = format!("{:08x}-5c1d-4f0e-9a77-{:012x}", number * 31 + position, number * 17 + position);
        writeln!(
            out,
            r#"{{"specversion":"1.0","type":"duly.ticket.{kind}.v1","source":"/crm","id":"{id}","subject":"acme/INC{number:07}","time":"2026-03-02T10:{:02}:{:02}Z","data":{data}}}"#,
            position * 5,
            number % 60
        )
        .expect("a string takes what is written to it");
    };
    event(
        0,
        "received",
        &format!(
            r#"{{"status_class":"new","category":"technical_support","priority":"moderate","customer":"customer {}"}}"#,
            number % 5000
        ),
    );
    event(
        1,
        "observed",
        &format!(
            r#"{{"status":"Assigned","status_class":"open","team":"Group {}","agent":"Agent {}"}}"#,
            number % 70,
            number % 900
        ),
    );
    event(2, "observed", r#"{"complexity":"complex","severity":"normal"}"#);
    event(3, "responded", r#"{"contains":"acknowledgement","automatic":true}"#);
    event(4, "observed", r#"{"priority":"high"}"#);
    event(5, "observed", r#"{"status":"Awaiting user","status_class":"pending","reason":"customer"}"#);
    event(6, "customer_replied", "{}");
    event(7, "observed", r#"{"status":"Active","status_class":"open"}"#);
}
