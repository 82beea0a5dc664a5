//! `duly map`: what comes out of payloads, and of files of messages.

use std::fs;
use std::path::PathBuf;

use crate::run;

const MAPPING: &str = "\
mapping: tracker
ticket: /id
time: /at
values: {status: {open: open}, priority: {P1: critical}}
ignore: [{when: {/kind: ping}, why: it says nothing}]
events: [{type: observed, id: \"{/id}@{/at}\", data: {status: /status, priority: /priority}}]
";

/// A mapping file in a directory of this name, which other tests do not use.
fn mapping(name: &str, text: &str) -> (PathBuf, String) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("map").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory for the test");
    let file = directory.join("mapping.yaml");
    fs::write(&file, text).expect("the mapping is written");
    (directory, file.to_str().expect("UTF-8").to_owned())
}

const GOOD: &str = r#"{"id":"T-1","at":"2026-03-02T10:00:00Z","status":"open","priority":"P1"}"#;
const BAD: &str = r#"{"id":"T-2","at":"2026-03-02T10:00:00Z","status":"parked","priority":"P9"}"#;

#[test]
fn what_comes_out_is_shown_and_what_the_mapping_lacks_is_told_together() {
    let (directory, mapping) = mapping("shown", MAPPING);
    for (name, body) in [("a.json", GOOD), ("b.json", BAD), ("c.json", r#"{"kind":"ping"}"#)] {
        fs::write(directory.join(name), body).expect("a payload is written");
    }
    let file = |name: &str| directory.join(name).to_str().expect("UTF-8").to_owned();
    let (code, out, told) = run(&["map", "test", &mapping, &file("a.json"), &file("b.json"), &file("c.json")], "");
    assert_eq!((code, told.as_str()), (1, ""));
    let out = out.replace(&format!("{}/", directory.display()), "");
    assert_eq!(
        out,
        "a.json\n  observed  acme/T-1  2026-03-02T10:00:00Z\n    id              T-1@2026-03-02T10:00:00Z\n    \
         priority        critical\n    status          open\n    status_class    open\n\n\
         b.json\n  NOT MAPPED  unknown_value: /status is `parked`, which `values: status:` does\n    \
         not have: add it there, or `otherwise:`\n  \
         NOT MAPPED  unknown_value: /priority is `P9`, which `values: priority:` does\n    \
         not have: add it there, or `otherwise:`\n\n\
         c.json\n  ignored: it says nothing\n\n\
         Values that the mapping does not know. Say what they amount to:\n\n\
         values:\n  priority:\n    P9: ?    # /priority\n  status:\n    parked: ?    # /status\n"
    );
}

#[test]
fn what_is_expected_is_held() {
    let (directory, mapping) = mapping("expected", MAPPING);
    let (code, lines, _) = run(&["map", "test", &mapping, "-", "--format", "json"], GOOD);
    assert_eq!((code, lines.lines().count(), lines.lines().next()), (0, 2, Some("{\"file\":\"-\"}")), "{lines}");
    let expected = directory.join("expected.ndjson");
    fs::write(&expected, &lines).expect("what is expected is written");
    let expected = expected.to_str().expect("UTF-8");
    let (code, out, told) = run(&["map", "test", &mapping, "-", "--expect", expected], GOOD);
    assert_eq!((code, out.as_str(), told.as_str()), (0, "", "as expected: 2 lines\n"));
    let (code, out, _) = run(&["map", "test", &mapping, "-", "--expect", expected], &GOOD.replace("T-1", "T-9"));
    assert_eq!(code, 1);
    let lines: Vec<&str> = out.lines().map(|line| &line[..2]).collect();
    assert_eq!(lines, ["no", "- ", "+ "], "{out}");
}

#[test]
fn what_can_not_be_meant_is_refused() {
    let (_, mapping) = mapping("refused", MAPPING);
    for (arguments, expected) in [
        (["--tenant", "a/b"], "`a/b` is no tenant: "),
        (["--tenant", " "], "is no tenant"),
        (["--source", "A b"], "a source can not be called so: names have lower-case letters"),
        (["--header", "foo"], "a header is written `NAME: VALUE`"),
        (["--header", "a b: c"], "`a b` is no name of a header"),
    ] {
        let (code, out, told) = run(&["map", "test", &mapping, "-", arguments[0], arguments[1]], GOOD);
        assert!(code != 0 && out.is_empty() && told.contains(expected), "{code} {told}");
    }
}

#[test]
fn a_list_of_messages_is_told_what_takes_it() {
    let (_, mapping) = mapping("list", MAPPING.replace("type: observed", "when: {/kind: x}, type: observed").as_str());
    let (code, out, _) = run(&["map", "test", &mapping, "-"], &format!("[{GOOD},{GOOD}]"));
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        code == 1 && out.contains("this is a list, and a file is one message here: `duly map apply` takes lists"),
        "{out}"
    );
}

#[test]
fn files_of_messages_become_a_log() {
    let (_, mapping) = mapping("applied", MAPPING);
    let apply = |input: &str| run(&["map", "apply", &mapping, "-", "--tenant", "acme"], input);
    let other = GOOD.replace("T-1", "T-3");
    for input in [
        format!("{GOOD}\n{other}\n"),
        format!("[{GOOD},{other}]"),
        format!("[\n {GOOD},\n {other}\n]\n"),
        format!("\n{GOOD}\n\n{other}"),
    ] {
        let (code, out, told) = apply(&input);
        assert_eq!((code, out.lines().count(), told.as_str()), (0, 2, "2 messages, 2 events\n"), "{input}");
        assert!(out.contains(r#""subject":"acme/T-3""#), "{out}");
    }
    let (code, out, told) = apply(&format!("{BAD}\n{GOOD}\nnonsense\n"));
    assert_eq!((code, out.lines().count()), (1, 1));
    assert!(told.ends_with("3 messages, 1 event\n3 could not be mapped: 1 not_json, 2 unknown_value\n"), "{told}");
    let (code, out, told) = apply("{\n \"id\": \"T-1\",\n \"at\": \"2026-03-02T10:00:00Z\"\n}\n");
    assert_eq!((code, out.lines().count()), (0, 1), "{told}");
    assert_eq!(apply("").0, 0);
}

#[test]
fn mistakes_of_a_mapping_are_told_at_once() {
    let text = MAPPING.replace("time: /at", "times: soon").replace("type: observed", "type: observd");
    let (_, mapping) = mapping("mistaken", &text);
    for command in [&["map", "test", &mapping, "-"][..], &["validate", &mapping]] {
        let (code, out, told) = run(command, GOOD);
        assert_eq!((code, out.as_str()), (78, ""), "{told}");
        for expected in
            [":3:8: `soon` is no format of times", "did you mean `observed`?", "lacks `time`", "3 mistakes to correct"]
        {
            assert!(told.contains(expected), "{expected}: {told}");
        }
    }
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/mappings/zendesk.yaml");
    let (code, _, told) = run(&["validate", shipped], "");
    assert!(code == 0 && told.ends_with(": mapping zendesk, 15 rules\n"), "{told}");
}
