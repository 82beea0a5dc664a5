//! `duly emergency` on a store: from a declaration to its end, as a table, and what does not go.

use std::fs;

use crate::run;

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/policies/response-time-commitment.yaml");

/// Runs it on the store in `folder`, words parted by blanks, `~` within a word being one.
fn emergency(folder: &tempfile::TempDir, words: &str) -> (i32, String, String) {
    let store = folder.path().join("duly.db").display().to_string();
    let words: Vec<String> = words.split(' ').map(|word| word.replace('~', " ")).collect();
    let mut all = vec!["emergency"];
    all.extend(words.iter().map(String::as_str));
    all.extend(["--store", &store, "--zone", "Asia/Shanghai"].iter().take(if words[0] == "void" { 2 } else { 4 }));
    run(&all, "")
}

/// A folder with a store in which the shipped policy is published.
fn store() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("duly.db").display().to_string();
    let (code, _, told) = run(&["serve", "--store", &store, "--policy", POLICY, "--exit", "-"], "");
    assert_eq!(code, 0, "{told}");
    folder
}

const DECLARE: &str = "declare typhoon --kind surge --title-en Typhoon --scope region=south --scope region=east \
                       --extend 4~working_hours --from 2026-10-01T08:00 --expected-end 2026-10-05T18:00 --message-en Visits~are~suspended.";

#[test]
fn an_emergency_is_declared_listed_and_lifted() {
    let folder = store();
    for expected in ["typhoon: ahead\n", "typhoon: ahead; that was told before\n"] {
        let (code, out, told) = emergency(&folder, DECLARE);
        // Which of the two it is depends on the day.
        assert!(code == 0 && out.replace("in force", "ahead") == expected, "{out}{told}");
    }
    let (code, out, told) = emergency(&folder, "list --at 2026-10-03T08:00");
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        out,
        "\
in force  typhoon  Typhoon
kind      surge, clocks have 4 working_hours longer
time      from Thu 2026-10-01 08:00 +08:00, for 2 d 0 h so far; expected to end
          Mon 2026-10-05 18:00 +08:00
scope     region=east|south
told      1 declared Thu 2026-10-01 08:00 +08:00: Visits are suspended.
"
    );
    let (code, out, told) = emergency(&folder, "lift typhoon --from 2026-10-04T08:00");
    assert_eq!((code, out.starts_with("typhoon: ")), (0, true), "{out}{told}");
    let (_, out, _) = emergency(&folder, "list --at 2026-10-06 --json");
    let listed: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(listed["emergencies"][0]["state"], "lifted");
    assert_eq!(listed["emergencies"][0]["lifted_at"], "2026-10-04T00:00:00Z");
    let (_, out, told) = emergency(&folder, "list --at 2026-10-06 --in-force");
    assert_eq!((out.as_str(), told.as_str()), ("", "no emergencies\n"));
}

#[test]
fn what_does_not_go_is_refused_with_what_to_do() {
    let folder = store();
    for (words, code, expected) in [
        ("lift typhoon", 1, "there is none of that id"),
        ("declare a --kind surge --title-en A --suspend --objective first-respons", 1, "there is no objective"),
        ("declare a --kind surge --suspend", 1, "title"),
        ("declare a --kind typhoon --title-en A --suspend", 2, "[possible values: "),
        ("declare a --kind surge --title-en A --suspend --announce-only", 2, "cannot be used with"),
        ("declare a --kind surge --title-en A --extend 4~hours", 2, "4 hours"),
        ("declare a --kind surge --title-en A --suspend --expected-end tomorrow", 1, "`tomorrow` is not an instant"),
        (
            "declare a --kind surge --title-en A --suspend --from 2026-10-02 --expected-end 2026-10-01",
            1,
            "it is expected to end at",
        ),
        ("void a --number 2", 1, "there is none of that id"),
    ] {
        let (found, out, told) = emergency(&folder, words);
        assert!(found == code && told.contains(expected) && out.is_empty(), "{words}: {found}\n{out}{told}");
    }
}

#[test]
fn a_file_has_all_of_it_and_every_mistake_is_told_at_once() {
    let folder = store();
    let path = folder.path().join("typhoon.yaml").display().to_string();
    let store = folder.path().join("duly.db").display().to_string();
    let declare = || run(&["emergency", "declare", "--store", &store, "--file", &path], "");
    fs::write(&path, "emergency: typhoon\nkind: storm\ntitle: {zh: 台风}\neffect: stop\n").expect("a file");
    let (code, _, told) = declare();
    assert_eq!(code, 78, "{told}");
    assert!(told.contains(":2:7: `kind` can not be `storm`") && told.contains(":4:9: `effect` can not be"), "{told}");
    assert!(told.ends_with("2 mistakes to correct\n"), "{told}");
    let right = "emergency: typhoon\nkind: natural_disaster\ntitle: {zh: 台风}\neffect: suspend\n\
                 plan: [{role: field_lead, task: {zh: 逐户通知}}]\n";
    fs::write(&path, right).expect("a file");
    let (code, out, told) = declare();
    assert_eq!((code, out.as_str()), (0, "typhoon: in force\n"), "{told}");
    let (code, out, _) = declare();
    assert_eq!((code, out.as_str()), (0, "typhoon: in force; that was told before\n"));
}

#[test]
fn what_may_be_a_slip_is_taken_and_said() {
    let folder = store();
    let (code, out, told) = emergency(&folder, "declare a --kind surge --title-en A --suspend --scope regoin=south");
    assert_eq!((code, out.as_str()), (0, "a: in force\n"), "{told}");
    assert!(told.starts_with("warning: `regoin` in its scope") && told.contains("did you mean `region`"), "{told}");
    let (_, _, told) = emergency(&folder, "declare b --kind surge --title-en B --suspend --scope region=south");
    assert_eq!(told, "");
}

#[test]
fn what_reaches_back_to_tickets_that_may_be_retired_is_refused_where_settings_say_so() {
    let folder = store();
    let settings = folder.path().join("duly.yaml");
    fs::write(&settings, "retention: {closed: 30d}\n").expect("a file");
    let declare = "declare a --kind surge --title-en A --suspend --from 2026-01-01";
    let (code, _, told) = emergency(&folder, &format!("{declare} --config {}", settings.display()));
    assert!(code == 1 && told.contains("retention.closed") && told.contains("emergency a"), "{code}: {told}");
    let (code, out, told) = emergency(&folder, declare);
    assert_eq!((code, out.as_str()), (0, "a: in force\n"), "{told}");
    assert!(told.contains("it changes what was") && told.contains("--config"), "{told}");
}
