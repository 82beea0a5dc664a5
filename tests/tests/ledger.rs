//! The suite of the ledger: the core against the rules' stories, against the naive model, and against itself.
//!
//! `DULY_CASES` says how many cases each property tries, `DULY_SEED` repeats a run whose seed was shown.

#[path = "ledger/census.rs"]
mod census;
#[path = "ledger/core.rs"]
mod core;
#[path = "ledger/counted.rs"]
mod counted;
#[path = "ledger/properties.rs"]
mod properties;
#[path = "ledger/review.rs"]
mod review;
#[path = "ledger/sweep.rs"]
mod sweep;

use duly_tests::stories;

#[test]
fn the_core_tells_every_story() {
    let mistakes: Vec<String> =
        stories::all().iter().filter_map(|story| story.mistake(&core::entries(&core::derive(&story.case)))).collect();
    assert!(mistakes.is_empty(), "{} stories differ:\n{}", mistakes.len(), mistakes.join("\n"));
}
