//! Small audits, and the events that they become.

use super::{Options, Reason, read};

const HEADER: &str = "number,incident_state,sys_mod_count,opened_at,sys_updated_at,priority,category,assignment_group,\
                      assigned_to,caller_id,reopen_count,resolved_at,made_sla";

fn import(csv: &str) -> (Vec<serde_json::Value>, super::Refusals) {
    let options = Options { zone: chrono_tz::Europe::Lisbon, tenant: "acme".to_owned() };
    let audit = read(csv.as_bytes(), options).unwrap();
    let mut out = Vec::new();
    let written = audit.write(&mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        out.split_inclusive(|&byte| byte == b'\n').map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(written.received + written.observed, lines.len() as u64);
    assert_eq!(audit.rows(), written.observed + audit.refusals().total(), "every row is accounted for");
    (lines, audit.refusals().clone())
}

/// Imports `rows` and compares the events, each as `time id data`.
#[track_caller]
fn check(rows: &[&str], expected: &[&str]) {
    let (lines, refusals) = import(&format!("{HEADER}\n{}\n", rows.join("\n")));
    assert_eq!(refusals.total(), 0, "{:?}", refusals.first);
    let told = lines.iter().map(|line| {
        let text = |member: &str| line[member].as_str().unwrap().to_owned();
        (text("time"), text("id"), line["data"].clone())
    });
    let expected = expected.iter().map(|line| {
        let mut parts = line.splitn(3, ' ').map(str::to_owned);
        let mut next = || parts.next().unwrap();
        (next(), next(), serde_json::from_str(&next()).unwrap())
    });
    assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_row_asserts_all_that_it_shows_and_nothing_from_the_future() {
    check(
        &["INC1,Active,4,1/7/2016 09:00,1/7/2016 10:30,1 - Critical,Category 5,?,Ann,Caller 7,2,2/7/2016 09:00,false"],
        &[
            r#"2016-07-01T08:00:00Z INC1/received {"customer":"Caller 7"}"#,
            r#"2016-07-01T09:30:00Z INC1/4@2016-07-01T10:30 {"agent":"Ann","category":"Category 5","customer":"Caller 7","priority":"critical","reason":null,"reopen_count":2,"status":"Active","status_class":"open","team":null}"#,
        ],
    );
}

#[test]
fn the_envelope_is_a_structured_cloud_event() {
    let row = "INC1,New,4,1/7/2016 09:00,1/7/2016 10:30,?,?,?,?,?,?,?,?";
    let (lines, _) = import(&format!("{HEADER}\n{row}\n"));
    let mut envelope = lines[1].clone();
    envelope.as_object_mut().unwrap().remove("data");
    assert_eq!(
        envelope,
        serde_json::json!({
            "specversion": "1.0", "id": "INC1/4@2016-07-01T10:30", "source": "/servicenow/audit",
            "type": "duly.ticket.observed.v1", "subject": "acme/INC1", "time": "2016-07-01T09:30:00Z", "sequence": "4",
        })
    );
    assert_eq!(lines[0]["type"], "duly.ticket.received.v1");
    assert_eq!(lines[0].get("sequence"), None, "an absent sequence comes first");
}

#[test]
fn states_have_their_class_and_what_is_awaited() {
    for (state, expected) in [
        ("New", r#"["New","new",null]"#),
        ("Active", r#"["Active","open",null]"#),
        ("In Progress", r#"["In Progress","open",null]"#),
        ("Awaiting User Info", r#"["Awaiting User Info","pending","customer"]"#),
        ("Awaiting Vendor", r#"["Awaiting Vendor","pending","vendor"]"#),
        ("Awaiting Problem", r#"["Awaiting Problem","pending","problem"]"#),
        ("Awaiting Evidence", r#"["Awaiting Evidence","pending","evidence"]"#),
        ("Awaiting Change", r#"["Awaiting Change","pending",null]"#),
        ("On Hold", r#"["On Hold","on_hold",null]"#),
        ("Resolved", r#"["Resolved","resolved",null]"#),
        ("Closed", r#"["Closed","closed",null]"#),
        ("Canceled", r#"["Canceled","cancelled",null]"#),
        ("-100", r#"["-100","(absent)","(absent)"]"#),
        ("?", r#"[null,"(absent)","(absent)"]"#),
    ] {
        let (lines, refusals) =
            import(&format!("{HEADER}\nINC1,{state},0,1/7/2016 09:00,1/7/2016 09:00,?,?,?,?,?,?,?,?\n"));
        assert_eq!(refusals.total(), 0, "{state}");
        let data = &lines[1]["data"];
        let said =
            ["status", "status_class", "reason"].map(|name| data.get(name).cloned().unwrap_or("(absent)".into()));
        assert_eq!(serde_json::Value::from(said.to_vec()).to_string(), expected);
    }
}

#[test]
fn events_leave_by_time_then_ticket_then_sequence() {
    check(
        &[
            "INC2,Closed,10,1/2/2016 09:00,1/2/2016 12:00,?,?,?,?,?,?,?,?",
            "INC2,Active,9,1/2/2016 09:00,1/2/2016 12:00,?,?,?,?,?,?,?,?",
            "INC2,New,0,1/2/2016 09:00,1/2/2016 09:00,?,?,?,?,?,?,?,?",
            "INC1,New,0,1/2/2016 11:00,1/2/2016 10:00,?,?,?,?,?,?,?,?",
        ],
        &[
            "2016-02-01T09:00:00Z INC2/received {}",
            r#"2016-02-01T09:00:00Z INC2/0@2016-02-01T09:00 {"agent":null,"category":null,"customer":null,"priority":null,"reason":null,"reopen_count":null,"status":"New","status_class":"new","team":null}"#,
            r#"2016-02-01T10:00:00Z INC1/0@2016-02-01T10:00 {"agent":null,"category":null,"customer":null,"priority":null,"reason":null,"reopen_count":null,"status":"New","status_class":"new","team":null}"#,
            "2016-02-01T11:00:00Z INC1/received {}",
            r#"2016-02-01T12:00:00Z INC2/9@2016-02-01T12:00 {"agent":null,"category":null,"customer":null,"priority":null,"reason":null,"reopen_count":null,"status":"Active","status_class":"open","team":null}"#,
            r#"2016-02-01T12:00:00Z INC2/10@2016-02-01T12:00 {"agent":null,"category":null,"customer":null,"priority":null,"reason":null,"reopen_count":null,"status":"Closed","status_class":"closed","team":null}"#,
        ],
    );
}

#[test]
fn rows_that_differ_have_ids_that_differ_and_rows_that_do_not_share_one() {
    let row = |state, agent| format!("INC1,{state},3,1/2/2016 09:00,1/2/2016 12:00,?,?,?,{agent},?,?,?,?");
    let ids = |rows: &[String]| -> Vec<String> {
        let (lines, _) = import(&format!("{HEADER}\n{}\n", rows.join("\n")));
        lines[1..].iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
    };
    let (ann, bob) = (row("Active", "Ann"), row("Active", "Bob"));

    assert_eq!(ids(&[ann.clone(), ann.clone()]), ["INC1/3@2016-02-01T12:00"; 2], "a copy is a duplicate");
    let apart = ids(&[ann.clone(), bob.clone(), ann.clone()]);
    assert_eq!(apart.len(), 3);
    assert_eq!(apart[0], apart[1]);
    assert_ne!(apart[1], apart[2]);
    assert_eq!(apart[2], "INC1/3@2016-02-01T12:00#d422879cf49c8564", "ids are fixed for ever");
    assert_eq!(ids(&[bob, ann.clone(), ann]), apart, "the order of the file leaves no trace");
}

#[test]
fn a_row_that_is_wrong_is_refused_with_its_line_and_what_is_wrong() {
    use Reason::{ColumnCount, Encoding, Number, OpenedAt, Sequence, State, UpdatedAt};
    let rest = "?,?,?,?,?,?,?,?";
    for (row, reason, found) in [
        (format!("INC1,New,0,1/2/2016 09:00,1/2/2016 09:00,{rest},?"), ColumnCount, "14 columns"),
        ("INC1".to_owned(), ColumnCount, "1 columns"),
        (format!("?,New,0,1/2/2016 09:00,1/2/2016 09:00,{rest}"), Number, "?"),
        (format!(" ,New,0,1/2/2016 09:00,1/2/2016 09:00,{rest}"), Number, ""),
        (format!("INC1,New,-1,1/2/2016 09:00,1/2/2016 09:00,{rest}"), Sequence, "-1"),
        (format!("INC1,New,0,1/2/2016 09:00,31/2/2016 09:00,{rest}"), UpdatedAt, "31/2/2016 09:00"),
        (format!("INC1,New,0,1/2/2016 09:00,1/2/9999 09:00,{rest}"), UpdatedAt, "1/2/9999 09:00"),
        (format!("INC1,New,0,?,1/2/2016 09:00,{rest}"), OpenedAt, "?"),
        (format!("INC1,Nwe,0,1/2/2016 09:00,1/2/2016 09:00,{rest}"), State, "Nwe"),
    ] {
        let good = format!("INC9,New,0,1/2/2016 09:00,1/2/2016 09:00,{rest}");
        let (lines, refusals) = import(&format!("{HEADER}\n{good}\n{row}\n"));
        assert_eq!(lines.len(), 2, "the good row is an event all the same: {row}");
        let [refusal] = &refusals.first[..] else { panic!("{row}: {refusals:?}") };
        assert_eq!((refusal.line, refusal.reason, refusal.found.as_str()), (3, reason, found), "{row}");
    }

    let options = Options { zone: chrono_tz::UTC, tenant: "acme".to_owned() };
    let row = b"\nINC\xff,New,0,1/2/2016 09:00,1/2/2016 09:00,?,?,?,?,?,?,?,?";
    let audit = read(&[HEADER.as_bytes(), row].concat()[..], options).unwrap();
    assert_eq!(audit.refusals().first[0].reason, Encoding);
}

#[test]
fn ten_refusals_are_told_and_all_are_counted() {
    let rows = "INC1\n".repeat(25);
    let (lines, refusals) = import(&format!("{HEADER}\n{rows}"));
    assert_eq!((lines.len(), refusals.first.len(), refusals.total()), (0, 10, 25));
    assert_eq!(refusals.by_reason.get(&Reason::ColumnCount), Some(&25));
}

#[test]
fn text_is_escaped() {
    let (lines, _) = import(&format!(
        "{HEADER}\n\"IN\"\"C\\1\",New,0,1/2/2016 09:00,1/2/2016 09:00,?,\"张\n三\u{0}\",?,?,?,many,?,?\n"
    ));
    assert_eq!(lines[1]["subject"], "acme/IN\"C\\1");
    assert_eq!(lines[1]["id"], "IN\"C\\1/0@2016-02-01T09:00");
    assert_eq!(lines[1]["data"]["category"], "张\n三\0");
    assert_eq!(lines[1]["data"]["reopen_count"], "many");
}

#[test]
fn an_empty_file_and_one_that_is_no_audit_are_errors() {
    for text in ["", "\n", "{\"specversion\":\"1.0\"}\n", "a;b\n1;2\n"] {
        let options = Options { zone: chrono_tz::UTC, tenant: "acme".to_owned() };
        let told = read(text.as_bytes(), options).unwrap_err().to_string();
        assert!(told.starts_with("the first line lacks the columns number, incident_state"), "{told}");
    }
    assert_eq!(import(&format!("{HEADER}\n")).0.len(), 0, "no rows are no events");
}
