//! Records that are no ticket events, and what is said of them.

use duly_core::ticket::{Attributes, Known, Record, RefusalKind, parse_binary, parse_structured};

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, kind: RefusalKind, says: &str) {
    match parse_structured(bytes.as_ref()) {
        Ok(event) => panic!("this was read: {event:?}"),
        Err(refusal) => {
            assert_eq!(refusal.kind, kind, "{refusal}");
            assert!(refusal.what.contains(says), "{refusal}\ndoes not say: {says}");
        }
    }
}

/// An event with one member replaced, or taken out where `value` is empty.
fn with(member: &str, value: &str) -> String {
    let members = [
        ("specversion", "\"1.0\""),
        ("type", "\"duly.ticket.observed.v1\""),
        ("source", "\"crm\""),
        ("id", "\"1\""),
        ("subject", "\"acme/T-1\""),
        ("time", "\"2026-03-02T10:00:00Z\""),
        ("data", "{\"status\":\"Open\"}"),
    ];
    let is_new = members.iter().all(|(name, _)| *name != member);
    let extra = is_new.then_some((member, value));
    let written: Vec<String> = members
        .into_iter()
        .map(|(name, given)| (name, if name == member { value } else { given }))
        .chain(extra)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name:?}:{value}"))
        .collect();
    format!("{{{}}}", written.join(","))
}

#[test]
fn a_plain_event_is_read() {
    let text = with("sequence", "7");
    let event = parse_structured(text.as_bytes()).expect("a good event");
    assert_eq!((&*event.subject, &*event.sequence), ("acme/T-1", "7"));
}

#[test]
fn what_is_no_json_is_told_apart_from_what_is_no_event() {
    check("", RefusalKind::NotJson, "cut off");
    check("{\"specversion\":\"1.0\",\"id\":", RefusalKind::NotJson, "cut off");
    check("hello", RefusalKind::NotJson, "not JSON");
    check(b"{\"id\":\"\0\"}", RefusalKind::NotJson, "NUL");
    check(b"\xff\xfe", RefusalKind::NotJson, "UTF-8");
    check(with("id", ""), RefusalKind::NotCloudEvent, "`id` is missing");
    check(with("id", "\"\""), RefusalKind::NotCloudEvent, "`id` is missing");
    check(with("id", "7"), RefusalKind::NotCloudEvent, "`id` is a number: it is a string");
    check(with("time", "1772416800"), RefusalKind::NotCloudEvent, "`time` is a number");
    check(with("id", "null"), RefusalKind::NotCloudEvent, "`id` is ");
    check(with("source", "\"a\",\"source\":\"b\""), RefusalKind::NotCloudEvent, "duplicate field `source` at byte ");
    check(with("source", ""), RefusalKind::NotCloudEvent, "`source` is missing");
    check(with("specversion", "\"0.3\""), RefusalKind::NotCloudEvent, "Duly reads CloudEvents 1.0");
    check(with("specversion", ""), RefusalKind::NotCloudEvent, "`specversion` is missing");
    check(with("sequence", "[]"), RefusalKind::NotCloudEvent, "`sequence` is a list");
    check(with("data_base64", "\"e30=\""), RefusalKind::BadData, "data_base64");
    check(with("datacontenttype", "\"text/xml\""), RefusalKind::BadData, "text/xml");
    check("[".repeat(10_000), RefusalKind::NotJson, "cut off");
    check(with("data", &format!("{{\"deep\":{}", "[".repeat(10_000))), RefusalKind::NotJson, "recursion limit");
}

#[test]
fn json_that_is_no_object_is_called_so() {
    // A list with an event's members in their order is no event either.
    let members = r#"["1.0","1","crm","duly.ticket.observed.v1","acme/T-1","2026-03-02T10:00:00Z",null,null,{},null]"#;
    for json in ["[]", " [ ] ", "[1,2]", "[{}]", members, "\"text\"", "7", "-1e3", "true", "null"] {
        check(json, RefusalKind::NotCloudEvent, "not a JSON object: an event is a CloudEvent");
    }
    for json in ["[1,", "[", "[}", "nul", "]", "\"text"] {
        check(json, RefusalKind::NotJson, "");
    }
    for data in ["[]", "[1]", "[[\"status\",\"Open\"]]", "\"text\"", "7", "true"] {
        check(with("data", data), RefusalKind::BadData, "it is an object such as");
        match parse_binary(attributes(), data.as_bytes()) {
            Err(refusal) => {
                assert_eq!(refusal.kind, RefusalKind::BadData);
                assert!(refusal.what.starts_with("not a JSON object: in binary mode"), "{refusal}");
            }
            Ok(event) => panic!("this was read: {event:?}"),
        }
    }
    for data in ["", "{}", "null"] {
        parse_structured(with("data", data).as_bytes()).expect("no data say nothing");
        parse_binary(attributes(), data.as_bytes()).expect("no data say nothing");
    }
}

/// What the headers of an event in binary mode say.
fn attributes() -> Attributes<'static> {
    let text = |text: &'static str| Some(text.into());
    Attributes {
        specversion: text("1.0"),
        kind: text("duly.ticket.observed.v1"),
        source: text("crm"),
        id: text("1"),
        subject: text("acme/T-1"),
        time: text("2026-03-02T10:00:00Z"),
        ..Attributes::default()
    }
}

#[test]
fn types_of_others_and_of_later_releases_are_told_apart() {
    check(with("type", "\"com.example.thing\""), RefusalKind::UnknownType, "com.example.thing");
    check(with("type", "\"duly.ticket.exploded.v1\""), RefusalKind::UnknownType, "exploded");
    check(with("type", "\"duly.ticket.observed.v2\""), RefusalKind::UnknownVersion, "reads version v1");
    check(with("type", "\"duly.ticket.observed.vx\""), RefusalKind::UnknownType, "observed.vx");
}

#[test]
fn times_and_subjects_that_can_not_be_are_refused() {
    check(with("time", ""), RefusalKind::BadTime, "`time` is missing");
    check(with("time", "\"yesterday\""), RefusalKind::BadTime, "RFC 3339");
    check(with("time", "\"0000-01-01T00:00:00Z\""), RefusalKind::BadTime, "1970 to 2199");
    check(with("time", "\"1969-12-31T23:59:59Z\""), RefusalKind::BadTime, "1970 to 2199");
    check(with("time", "\"9999-12-31T00:00:00Z\""), RefusalKind::BadTime, "1970 to 2199");
    check(with("subject", ""), RefusalKind::BadSubject, "`subject` is missing");
    check(with("subject", "\"T-1\""), RefusalKind::BadSubject, "tenant/ticket");
    check(with("subject", "\"/T-1\""), RefusalKind::BadSubject, "tenant/ticket");
}

#[test]
fn data_that_do_not_fit_their_type_are_refused_with_what_would() {
    check(with("data", "{\"priority\":3}"), RefusalKind::BadData, "`priority` is a number: it is a string");
    check(with("data", "{\"status_class\":\"openish\"}"), RefusalKind::BadData, "one of new, open");
    check(with("data", "{\"status_class\":null}"), RefusalKind::BadData, "a ticket always has one");
    check(with("data", "{\"tags\":\"vip\"}").replace("\"vip\"", "3"), RefusalKind::BadData, "list of strings");
    let responded = |data: &str| with("data", data).replace("observed", "responded");
    check(responded("{\"contains\":\"anwser\"}"), RefusalKind::BadData, "a response contains acknowledgement");
    check(responded("{\"public\":\"yes\"}"), RefusalKind::BadData, "true or false");
    let voided = with("data", "{}").replace("observed", "event_voided");
    check(voided, RefusalKind::BadData, "the id of the event");
}

#[test]
fn digits_beyond_nanoseconds_are_left_out() {
    for digits in [10, 18, 19, 20, 400] {
        let text = with("time", &format!("\"2026-03-02T10:00:00.{}Z\"", "9".repeat(digits)));
        let event = parse_structured(text.as_bytes()).expect("a good event");
        assert_eq!(event.time.to_string(), "2026-03-02T10:00:00.999999999Z", "{digits} digits");
    }
}

#[test]
fn a_record_takes_each_event_once_and_in_order() {
    let mut record = Record::default();
    let mut take = |members: &[(&str, &str)]| {
        let text = members
            .iter()
            .fold(with("id", ""), |text, (name, value)| text.replacen('{', &format!("{{{name:?}:{value},"), 1));
        record.take(&parse_structured(text.as_bytes()).expect("a good event"))
    };
    // At one instant the sequence decides, then the id, then the source; without a sequence comes first.
    let told: [&[(&str, &str)]; 5] = [
        &[("id", "\"c\""), ("sequence", "\"x\"")],
        &[("id", "\"b\""), ("sequence", "10")],
        &[("id", "\"d\""), ("sequence", "9")],
        &[("id", "\"b0\""), ("sequence", "10")],
        &[("id", "\"e\"")],
    ];
    for members in told {
        assert_eq!(take(members), Ok(()));
    }
    for members in told {
        assert_eq!(take(members), Err(Known::Duplicate));
    }
    assert_eq!(take(&[("id", "\"e\""), ("sequence", "1")]), Err(Known::Conflict));
    let ids: Vec<&str> = record.entries().map(|entry| entry.id()).collect();
    assert_eq!(ids, ["e", "d", "b", "b0", "c"]);
}
