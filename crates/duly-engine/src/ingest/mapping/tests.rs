//! Mapping files and what they make of messages, small case by small case. The ready mappings are held to real messages elsewhere.

use chrono_tz::Tz;

use super::{Mapping, Message, Reason, Whose};

const HEAD: &str = "mapping: m\nticket: /id\ntime: /at\n";

fn whose() -> Whose {
    Whose { tenant: "acme".to_owned(), source: "crm".to_owned(), zone: Tz::Asia__Shanghai }
}

fn mapping(text: &str) -> Mapping {
    Mapping::parse(text).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// What comes of a message, a line each: events without what they all have in common, and reasons.
fn told(text: &str, body: &str) -> Vec<String> {
    let headers: [(&str, &[u8]); 1] = [("X-Trigger", b"escalate")];
    let mapped = mapping(text).map(&whose(), &Message { headers: &headers, body: body.as_bytes() });
    let events = mapped.events.iter().map(|event| {
        let event = std::str::from_utf8(event).unwrap();
        let short = event.replace("{\"specversion\":\"1.0\",", "").replace("\"source\":\"/sources/crm\",", "");
        short.replace("duly.ticket.", "").replace(".v1\"", "\"")
    });
    let unmapped = mapped.unmapped.iter().map(|unmapped| format!("{}: {}", unmapped.reason.name(), unmapped.detail));
    events.chain(unmapped).collect()
}

fn check(text: &str, body: &str, expected: &[&str]) {
    assert_eq!(told(&format!("{HEAD}{text}"), body), expected, "{text} {body}");
}

#[test]
fn a_rule_gives_an_event() {
    check(
        "events: [{type: observed, id: \"{/id}@{/at}\", sequence: /n, data: {agent: /who/name, tags: /tags, vip: /vip}}]",
        r#"{"id":7,"at":"2026-03-02 10:00:00","n":2,"who":{"name":"Li"},"tags":["a",1],"vip":true}"#,
        &[
            r#""id":"7@2026-03-02 10:00:00","type":"observed","subject":"acme/7","time":"2026-03-02T02:00:00Z","sequence":"2","data":{"agent":"Li","tags":["a",1],"vip":true}}"#,
        ],
    );
}

#[test]
fn what_is_empty_is_cleared_and_what_is_absent_is_left_out() {
    check(
        "events: [{type: observed, id: x, data: {agent: /agent, team: /team, region: /region, status: /status, tier: {from: /tier, default: first}}}]",
        r#"{"id":"7","at":"2026-03-02T10:00:00Z","agent":null,"team":"","status":null}"#,
        &[
            r#""id":"x","type":"observed","subject":"acme/7","time":"2026-03-02T10:00:00Z","data":{"agent":null,"team":null,"tier":"first"}}"#,
        ],
    );
    // What happened once clears nothing.
    check(
        "events: [{type: responded, id: x, data: {agent: /agent}}]",
        r#"{"id":"7","at":"2026-03-02T10:00:00Z","agent":null}"#,
        &[r#""id":"x","type":"responded","subject":"acme/7","time":"2026-03-02T10:00:00Z"}"#],
    );
}

#[test]
fn values_go_through_the_map_of_their_name() {
    let text = "values: {status: {1: open, 2: {class: pending, reason: customer, name: Waiting}}, priority: {P1: critical, otherwise: low}, \
                team: {otherwise: as_is}}\n\
                events: [{type: observed, id: x, data: {status: /s, priority: /p, team: /t}}]";
    let event = |data: &str| {
        format!(r#""id":"x","type":"observed","subject":"acme/7","time":"2026-03-02T10:00:00Z","data":{data}}}"#)
    };
    let body = |rest: &str| format!(r#"{{"id":"7","at":"2026-03-02T10:00:00Z",{rest}}}"#);
    check(
        text,
        &body(r#""s":1,"p":"p1","t":"T""#),
        &[&event(r#"{"status":"1","status_class":"open","reason":null,"priority":"critical","team":"T"}"#)],
    );
    check(
        text,
        &body(r#""s":"2","p":"P9""#),
        &[&event(r#"{"status":"Waiting","status_class":"pending","reason":"customer","priority":"low"}"#)],
    );
    check(
        text,
        &body(r#""s":3"#),
        &["unknown_value: /s is `3`, which `values: status:` does not have: add it there, or `otherwise:`"],
    );
}

#[test]
fn a_message_that_no_rule_is_for_is_told_and_one_that_is_ignored_is_not() {
    let text = "ignore: [{when: {/kind: [viewed, ~]}, why: nothing happened}]\n\
                refuse: [{when: {/kind: {starts: GAP_}}, why: read the ticket again}]\n\
                events: [{when: {/kind: created}, type: received, id: x}]";
    let body = |kind: &str| format!(r#"{{"id":"7","at":"2026-03-02T10:00:00Z","kind":{kind}}}"#);
    check(text, &body("\"viewed\""), &[]);
    check(text, &body("null"), &[]);
    check(text, &body("\"GAP_UPDATE\""), &["refused: read the ticket again"]);
    check(
        text,
        &body("\"shared\""),
        &["no_rule: no rule is for a message with `/kind` = `shared`: add one, or an `ignore:` rule"],
    );
}

#[test]
fn of_many_parts_the_good_ones_are_mapped_and_the_bad_one_is_told() {
    let parts: Vec<String> = (0..100)
        .map(|n| {
            format!(
                r#"{{"id":"T-{n}","at":{}}}"#,
                if n == 41 { "\"soon\"".to_owned() } else { format!("{}", 1_700_000_000 + n) }
            )
        })
        .collect();
    let text = format!(
        "{HEAD}unwrap: /payload\neach: /events\ntimes: [epoch_s]\nevents: [{{type: received, id: \"{{$ticket}}/{{$index}}\"}}]"
    );
    let told = told(&text, &format!(r#"{{"payload":{{"events":[{}]}}}}"#, parts.join(",")));
    assert_eq!(told.len(), 100);
    assert_eq!(told[40], r#""id":"T-40/40","type":"received","subject":"acme/T-40","time":"2023-11-14T22:14:00Z"}"#);
    assert_eq!(told[99], "bad_time: part 42: `\"soon\"` at /at is no time in a format of `times:`");
}

#[test]
fn conditions_ask_for_what_is_there() {
    for (when, holds) in [
        ("{/a: x}", true),
        ("{/a: y}", false),
        ("{/a: [y, x]}", true),
        ("{/n: 3}", true),
        ("{/n: \"3\"}", true),
        ("{/f: false}", true),
        ("{/none: ~}", true),
        ("{/a: ~}", false),
        ("{/a: {exists: true}, /none: {exists: false}}", true),
        ("{/empty: {exists: true}}", false),
        ("{/a: {not: [x, y]}}", false),
        ("{/list: {has: q}}", true),
        ("{/a: {starts: x}}", true),
        ("{/a: {is: /b}}", true),
        ("{/a: {differs: /b}}", false),
        ("{/a: {differs: /none}}", true),
        ("[{/a: y}, {/list/1: q}]", true),
        ("{$header/x-trigger: escalate}", true),
        ("{$header/none: ~}", true),
        ("{$index: 0}", true),
        ("{/a~1b: 1}", true),
    ] {
        let text = format!("ignore: [{{when: {when}, why: x}}]\nevents: [{{type: received, id: x}}]");
        let body = r#"{"id":1,"at":"2026-03-02T10:00:00Z","a":"x","b":"x","n":3,"f":false,"empty":"","list":["p","q"],"a/b":1}"#;
        assert_eq!(told(&format!("{HEAD}{text}"), body).is_empty(), holds, "{when}");
    }
}

#[test]
fn an_envelope_is_taken_off_where_it_is_there() {
    let text = "unwrap: [/payload, /Message]\nevents: [{type: received, id: x}]";
    let event = r#""id":"x","type":"received","subject":"acme/1","time":"2026-03-02T10:00:00Z"}"#;
    for body in [
        r#"{"id":1,"at":"2026-03-02T10:00:00Z"}"#,
        r#"{"schema":{},"payload":{"id":1,"at":"2026-03-02T10:00:00Z"}}"#,
        r#"{"Message":"{\"id\":1,\"at\":\"2026-03-02T10:00:00Z\"}"}"#,
    ] {
        check(text, body, &[event]);
    }
    check(
        text,
        r#"{"Message":"{\"id\":1,"}"#,
        &["not_json: the content of the envelope is not JSON: EOF while parsing a value at line 1 column 8"],
    );
}

#[test]
fn what_is_no_event_is_told_with_its_reason() {
    for (text, body, reason) in [
        ("events: [{type: received}]", "", "missing: no `ticket`: there is no single value at /id"),
        ("events: [{type: received}]", "{", "not_json: not JSON: EOF while parsing an object at line 1 column 1"),
        (
            "events: [{type: received}]",
            r#"{"id":{},"at":"2026-03-02T10:00:00Z"}"#,
            "missing: no `ticket`: there is no single value at /id",
        ),
        ("events: [{type: received}]", r#"{"id":1}"#, "missing: no `time`: there is no value at /at"),
        (
            "events: [{type: received, data: {agent: /who}}]",
            r#"{"id":1,"at":"2026-03-02T10:00:00Z","who":{"id":2}}"#,
            "invalid_event: no ticket event: data: `agent` is an object: it is a string, or null to clear it",
        ),
        (
            "events: [{type: received, id: x}, {type: observed, id: x}]",
            r#"{"id":1,"at":"2026-03-02T10:00:00Z"}"#,
            "invalid_event: two different events with the id `x` of acme/1 from /sources/crm: give each rule an `id` of its own",
        ),
    ] {
        let told = told(&format!("{HEAD}{text}"), body);
        assert!(told.iter().any(|line| line == reason), "{text} {body}: {told:#?}");
    }
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let told = told(&format!("{HEAD}events: [{{type: received}}]"), &deep);
    assert_eq!(told, ["not_json: not JSON: recursion limit exceeded at line 1 column 128"]);
}

#[test]
fn without_an_id_the_content_is_one() {
    let text = format!("{HEAD}events: [{{type: observed, data: {{agent: /who}}}}]");
    let ids: Vec<String> = ["Li", "Li", "Wang"]
        .map(|who| {
            told(&text, &format!(r#"{{"id":7,"at":"2026-03-02T10:00:00Z","who":"{who}"}}"#))[0]
                .split('"')
                .nth(3)
                .unwrap()
                .to_owned()
        })
        .to_vec();
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert!(ids[0].starts_with("7/"), "{ids:?}");
}

#[test]
fn jq_is_the_way_out() {
    let text = "mapping: m\ntimes: [epoch_ms]\nvalues: {status: {3: resolved}}\njq: |\n  .changes[] | {type: \"observed\", ticket: $message.key, time: $message.ts, data: {(.field): .to}}\n";
    let body = r#"{"key":"T-1","ts":1700000000000,"changes":[{"field":"status","to":3},{"field":"agent","to":9},{"field":"tags","to":"x"}]}"#;
    let told = told(text, body);
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[0].contains(r#""data":{"status":"3","status_class":"resolved"}"#), "{told:#?}");
    assert!(told[1].contains(r#""data":{"agent":"9"}"#), "{told:#?}");
    let none = super::tests::told(text, r#"{"changes":[]}"#);
    assert!(none[0].starts_with("no_rule"), "{none:#?}");
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let text = "mapping: m\nzone: Asia/Shangai\ntimes: [rfc]\nunwrap: $header/x\nvalues: {status: {a: opne, b: {clas: open}}}\n\
                ignore: [{when: {/a: {exist: true}}}]\nevents:\n- {type: observd, ticket: /id, data: {agent: $who, team: {values: teams, from: /t}}}\n\
                - {when: {a: b}, ticket: \"{/x\"}\njq: |\n  .a | foo(\n  1)\nevent: []\n";
    let mistakes: Vec<String> = Mapping::parse(text).unwrap_err().iter().map(ToString::to_string).collect();
    for expected in [
        "2:7: there is no time zone `Asia/Shangai` (",
        "3:9: `rfc` is no format of times (",
        "4:9: `$header/x` does not lead into the message (",
        "5:22: `class` can not be `opne` (did you mean `open`?)",
        "6:23: unknown key `exist` in a test (did you mean `exists`?)",
        "8:10: there is no ticket event `observd` (did you mean `observed`?)",
        "8:3: a rule of `events` lacks `time` (",
        "8:46: `$who` is no place in a message (",
        "9:11: `a` is no place in a message (",
        "9:26: a `{` of `{/x` is not closed (",
        "11:8: jq: there is no filter `foo` (",
        "13:1: unknown key `event` in the mapping (",
    ] {
        assert!(mistakes.iter().any(|mistake| mistake.starts_with(expected)), "{expected}\n{}", mistakes.join("\n"));
    }
}

#[test]
fn reasons_have_names() {
    let names: std::collections::BTreeSet<&str> = Reason::ALL.map(Reason::name).into();
    assert_eq!(names.len(), Reason::ALL.len());
}
