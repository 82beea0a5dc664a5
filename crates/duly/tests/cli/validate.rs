//! `duly validate`: every mistake on a line of its own, and 78.

use std::fs;
use std::path::PathBuf;

use crate::run;

const SHIPPED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/policies/response-time-commitment.yaml");

const TWELVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../duly-core/src/policy/source/tests/twelve.yaml");

/// An empty directory of this name, which other tests do not use.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("validate").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a directory for the test");
    path
}

/// What the text is told to be, as the file `policy.yaml` on standard input.
fn told(text: &str) -> (i32, String) {
    let (code, out, told) = run(&["validate", "-"], text);
    assert_eq!(out, "", "a verdict is told on standard error");
    (code, told)
}

#[test]
fn the_shipped_policy_is_sound_and_told_in_a_line() {
    let (code, out, told) = run(&["validate", SHIPPED], "");
    assert_eq!((code, out.as_str()), (0, ""), "{told}");
    let first = told.lines().next().expect("a line");
    assert!(first.starts_with("ok  ") && first.contains(": policy response-time-commitment, version "), "{first}");
    assert!(first.ends_with(", 10 objectives, 2 remedies, calendars known until 2026-12-31"), "{first}");
}

#[test]
fn settings_are_told_from_policies() {
    for (text, code, expected) in [
        (
            "listen: 127.0.0.1:9000\n",
            0,
            "ok  standard input: settings, store duly.sqlite, policies none, listens on 127.0.0.1:9000",
        ),
        ("log: loud\n", 78, "standard input:1:6: log: it can not be `loud` ("),
        ("policies: [a.yaml]\nfeed: x\n", 78, "standard input:2:1: there is no setting `feed` (did you mean `feeds`?)"),
    ] {
        let (found, told) = told(text);
        assert_eq!(found, code, "{told}");
        assert!(told.starts_with(expected), "{told}");
    }
}

/// Settings are checked with all that they name; secrets are not asked for.
#[test]
fn what_settings_name_is_checked_with_them() {
    let directory = directory("named");
    let write = |name: &str, text: &str| fs::write(directory.join(name), text).expect("a file");
    let settings = "\
policies: [policy.yaml]
notifications: {templates: templates}
sources: {crm: {mapping: mapping.yaml, tenant: acme, hook: {secret_file: nowhere}}}
sinks:
  sms: {send: http, recipe: recipe.yaml, of: notifications, people: people.yaml, values: {host: a.example}, secrets: {token: nowhere}}
";
    let recipe = "about: a message\nto: phone\nurl: \"https://{{ values.host }}/\"\nbody: |\n  {\"to\": {{ to.phone }}, \"token\": {{ secret.token }}}\n";
    fs::create_dir(directory.join("templates")).expect("a folder");
    write("duly.yaml", settings);
    write(
        "policy.yaml",
        "policy: p\neffective_from: 2026-01-01T00:00:00Z\nobjectives: {answer: {start: received, stop: responded, targets: [{within: 1h}]}}\n",
    );
    write(
        "mapping.yaml",
        "mapping: m\nsignature: token\nticket: /id\ntime: /at\nevents: [{type: observed, data: {status: /s}}]\n",
    );
    write("recipe.yaml", recipe);
    write("people.yaml", "people: {a: {phone: '1'}}\n");
    let file = |name: &str| directory.join(name).to_str().expect("UTF-8").to_owned();
    let (code, _, told) = run(&["validate", &file("duly.yaml"), &file("policy.yaml"), &file("recipe.yaml")], "");
    assert_eq!(code, 0, "{told}");
    let of = |told: &str| {
        told.lines().map(|line| line.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let lines = of(&told);
    let begins = [
        "duly.yaml: settings, ",
        "policy.yaml: policy p, ",
        "mapping.yaml: mapping m, ",
        "people.yaml: an address book",
        "ok  sinks: sms",
        "recipe.yaml: a recipe",
    ];
    assert_eq!(lines.len(), begins.len(), "each once: {told}");
    assert!(lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin)), "{told}");

    write("policy.yaml", "policy: p\n");
    write("mapping.yaml", "mapping: m\ntickt: /id\n");
    write("recipe.yaml", &recipe.replace("values.host", "values.hots"));
    write("people.yaml", "peple: {}\n");
    write("templates/reminder.en.txt", "{{ nothing }}");
    let (code, _, told) = run(&["validate", &file("duly.yaml")], "");
    assert_eq!(code, 78, "{told}");
    for expected in ["policy.yaml:1:1: ", "mapping.yaml:2:1: ", "people.yaml: ", "reminder.en.txt:1:"] {
        assert!(told.contains(expected), "{expected} is not in {told}");
    }
    write("people.yaml", "people: {a: {phone: '1'}}\n");
    let (_, _, told) = run(&["validate", &file("duly.yaml")], "");
    assert!(told.contains("recipe.yaml:3:") && told.contains("undefined"), "{told}");
}

#[test]
fn twelve_mistakes_are_twelve_lines_with_place_and_hint() {
    let (code, _, told) = run(&["validate", TWELVE], "");
    assert_eq!(code, 78, "{told}");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 13, "{told}");
    assert_eq!(lines[12], "12 mistakes to correct");
    for line in &lines[..12] {
        let rest = line.strip_prefix(TWELVE).unwrap_or_else(|| panic!("no file in {line}"));
        let place: Vec<&str> = rest.splitn(4, ':').collect();
        assert!(place[1].parse::<u32>().is_ok() && place[2].parse::<u32>().is_ok(), "no line and column in {line}");
        assert!(line.ends_with(')') && line.contains(" ("), "no hint in {line}");
    }
    assert!(told.contains("twelve.yaml:17:34: `2.5 working_hours` has a fraction"), "columns count characters: {told}");
}

#[test]
fn the_mistakes_of_all_files_are_told_and_the_good_ones_as_well() {
    let directory = directory("all_files");
    let not_utf8 = directory.join("gb.yaml");
    fs::write(&not_utf8, b"policy: p\ntitle: \xb3\xd0\xc5\xb5\n").expect("a file");
    let missing = directory.join("missing.yaml");
    let (gb, missing) = (not_utf8.to_str().expect("UTF-8"), missing.to_str().expect("UTF-8"));
    let here = directory.to_str().expect("UTF-8");
    let (code, _, told) = run(&["validate", missing, SHIPPED, gb, here, "-"], "");
    assert_eq!(code, 78, "{told}");
    for expected in [
        format!("{missing}: there is no such file (name a file that exists, or `-` for standard input)"),
        format!("ok  {SHIPPED}: policy response-time-commitment"),
        format!("{gb}:2:8: the byte 0xb3 is not UTF-8 (save the file as UTF-8"),
        format!("{here}: this is a directory (name the files in it)"),
        "standard input:1:1: there is no policy here (begin with `policy: NAME`)".to_owned(),
        "4 mistakes to correct".to_owned(),
    ] {
        assert!(told.contains(&expected), "{expected} is not in {told}");
    }
}

#[test]
fn texts_that_are_no_policy_are_refused() {
    for (text, expected) in [
        ("", "there is no policy here"),
        ("# nothing\n", "there is no policy here"),
        ("just words", ""),
        ("{\"policy\": 1", ""),
        ("policy: [", ""),
        ("policy: a\0b", ""),
        ("a: &a [*a]", ""),
    ] {
        let (code, told) = told(text);
        assert_eq!(code, 78, "{text:?}: {told}");
        assert!(told.starts_with("standard input:1:") && told.contains(expected), "{text:?}: {told}");
    }
}

#[test]
fn an_ics_file_is_found_beside_the_policy() {
    let directory = directory("ics");
    let policy = "\
policy: p
effective_from: 2026-01-01T00:00:00Z
calendars: {desk: {zone: UTC, week: {mon-fri: ['09:00-18:00']}, holidays: company.ics}}
default_calendar: desk
objectives: {answer: {start: received, stop: responded, targets: [{within: 1 working_day}]}}
";
    let file = directory.join("policy.yaml");
    fs::write(&file, policy).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let (code, _, told) = run(&["validate", file], "");
    assert_eq!(code, 78, "{told}");
    assert!(told.contains(":3:") && told.contains("`company.ics` can not be read: there is no such file"), "{told}");
    let ics = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261225\r\nSUMMARY:Natal\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    fs::write(directory.join("company.ics"), ics).expect("a file");
    let (code, _, told) = run(&["validate", file], "");
    assert_eq!(code, 0, "{told}");
    let (code, shown, told) = run(&["calendar", "show", "--month", "2026-12", "--policy", file], "");
    assert_eq!(code, 0, "{told}");
    assert!(shown.contains("2026-12-25  Fri  closed                Natal"), "{shown}");
}
