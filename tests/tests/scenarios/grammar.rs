//! How scenarios are written: each slip is told with file and line, and what differs with its place.

use std::path::Path;

use duly_tests::scenario::{OnCore, Scenario, bless, differences, parse, play};

/// What stands before a story: a policy of its own.
const HEAD: &str = "\
# A story

```yaml
objectives:
  first_response: {start: received, stop: responded, targets: [{within: 4 working_hours}], remind_at: [50%, 80%]}
```

```story
";

fn read(story: &str) -> Result<Scenario, String> {
    let text = format!("{HEAD}{story}\n```\n");
    parse(Path::new("a-story.md"), text).map_err(|mistake| mistake.to_string())
}

#[track_caller]
fn refused(story: &str, line: usize, part: &str) {
    let told = read(story).expect_err(story);
    assert!(
        told.starts_with(&format!("a-story.md:{}: ", line + HEAD.lines().count())) && told.contains(part),
        "{told}"
    );
}

#[test]
fn a_slip_is_told_with_its_line() {
    refused("10:00 received", 1, "no day was named");
    refused("2026-03-02 Tuesday", 1, "is a Monday");
    refused("2026-03-02\n10:00 recieved", 2, "recieved");
    refused("2026-03-02\n10:00 received category", 2, "`category` is not name=value");
    refused("2026-03-02\n10:00 received\n09:00 responded", 3, "`late`");
    refused("2026-03-02\n10:00 received\nuntil 09:00", 3, "`late`");
    refused("2026-03-02\n10:00 received\nadvance 2 hours", 3, "neither a time");
    refused("2026-03-02\n10:00 received\nadvance 2hours", 3, "not a time such as 2h30m");
    refused("2026-03-02\n10:00 received\nzone Europe/Berlin", 3, "comes first");
    refused("zone Europe/Berln", 1, "no zone");
    refused("2026-03-02\n> 10:00 breached response", 2, "nothing has happened");
    refused("2026-03-02\n10:00 received\n> breached response", 3, "a time comes first");
    refused("2026-03-02\n10:00 received\n> 10:00 breached response due", 3, "no time follows");
    refused("2026-03-02\n10:00 control policy_publshed policy=x", 2, "no control event");
    refused("late 10:00 received", 1, "nothing has happened");
    refused("2026-03-02\n? queue", 2, "nothing has happened");
    refused("2026-03-02\n10:00 received\n? queue teem=a", 3, "neither team=… nor tier=…");
    refused("2026-03-02\n10:00 received\n? question", 3, "`report PERIOD`");
    refused("2026-03-02\n10:00 received\n= T-1", 3, "right behind the line with `?`");
    let unfinished = parse(Path::new("a-story.md"), "```story\n2026-03-02\n".to_owned());
    assert!(unfinished.is_err_and(|mistake| mistake.to_string() == "a-story.md:2: the page ends within a fence"));
    let empty = parse(Path::new("a-story.md"), "# Nothing\n".to_owned());
    assert!(empty.is_err_and(|mistake| mistake.what.contains("no ```story")));
}

#[test]
fn a_mistake_in_a_policy_is_told_with_its_line() {
    let page = "# A story\n\n```yaml\nobjectives:\n  response:\n    start: recieved\n```\n";
    let told = parse(Path::new("a-story.md"), page.to_owned()).expect_err("a policy with a mistake").to_string();
    assert!(told.starts_with("a-story.md:5: ") && told.contains("recieved"), "{told}");
}

const STORY: &str = "\
2026-03-02 Monday
10:00 received category=inquiry complexity=general
> 10:00 clock_started first_response due 15:30
> 12:00 reminder_due first_response 50%
> 14:42 reminder_due first_response 80%
15:00 responded contains=answer
> 15:00 clock_met first_response due 15:30 took 3h30m";

fn told(story: &str) -> Vec<String> {
    let scenario = read(story).expect("a story");
    differences(&scenario, &play(&scenario, &mut OnCore::new(&scenario)))
}

#[test]
fn nothing_may_be_missing_or_too_many_or_another() {
    assert_eq!(told(STORY), [""; 0]);
    for (from, to, differences) in [
        (
            "> 12:00 reminder_due first_response 50%\n",
            "",
            &["a-story.md:10: too many: > 12:00 reminder_due first_response 50%"][..],
        ),
        (
            "due 15:30\n> 12",
            "due 15:31\n> 12",
            &["a-story.md:10: too many: > 10:00 clock_started", "a-story.md:11: missing: > 10:00 clock_started"],
        ),
        ("took 3h30m", "took 3h30m within=\"5 working_hours\"", &["a-story.md:14: too many", "a-story.md:15: missing"]),
        ("> 12:00", "> withdrawn 12:00", &["a-story.md:10: too many", "a-story.md:12: missing"]),
    ] {
        let found = told(&STORY.replace(from, to));
        assert_eq!(found.len(), differences.len(), "{found:#?}");
        assert!(found.iter().zip(differences).all(|(found, wanted)| found.starts_with(wanted)), "{found:#?}");
    }
}

#[test]
fn blessing_writes_what_is_told() {
    let bare: Vec<&str> = STORY.lines().filter(|line| !line.starts_with('>')).collect();
    let scenario = read(&bare.join("\n")).expect("a story");
    let blessed = bless(&scenario, &play(&scenario, &mut OnCore::new(&scenario)));
    assert_eq!(blessed, format!("{HEAD}{STORY}\n```\n"));
    let again = parse(Path::new("a-story.md"), blessed.clone()).expect("a story");
    assert_eq!(bless(&again, &play(&again, &mut OnCore::new(&again))), blessed);
}
