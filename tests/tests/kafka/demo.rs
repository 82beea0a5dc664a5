//! `duly demo --kafka`: from nothing to SLA events, and never into a log that has something in it.

use crate::ground::Ground;

#[test]
fn the_fortnight_becomes_sla_events() {
    let ground = Ground::bare("demo");
    let (code, out, told) = ground.duly(&["demo", "--lang", "en", "--exit"]);
    assert_eq!(code, 0, "{told}");
    assert!(
        told.contains("created: demo.duly.ticket.events.v1\n") && told.contains("published: response-time"),
        "{told}"
    );
    assert!(out.contains(" records written to demo.duly.ticket.events.v1, up to now"), "{out}");
    ground.output(&["serve", "--exit"]);
    let mut published = 0;
    ground.read(&ground.cluster.topics.sla, |_| published += 1);
    assert!(published > 500, "{published}");
    let letters = ground.output(&["dead-letters", "list"]);
    assert!(letters.lines().count() <= 1, "at most the line that is cut off: {letters}");

    let (code, _, told) = ground.duly(&["demo"]);
    assert!(code == 1 && told.contains("demo.duly.ticket.events.v1 has records already"), "{told}");
}
