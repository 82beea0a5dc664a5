//! What must not hurt: receivers that mean ill, recipes that do, and texts in tickets that do.

use std::time::Duration;

use duly_tests::chance::eventually;
use duly_tests::receiver::{Does, Receiver};
use serde_json::json;

use crate::support::{Desk, QUICK};

/// What is told of a sink with this recipe.
fn told(recipe: &str) -> String {
    let desk =
        Desk::new("sinks:\n  x: {send: http, of: sla, types: breached, recipe: r.yaml, secrets: {token: token}}\n");
    desk.write("token", "s3cret");
    desk.write("r.yaml", recipe);
    desk.sinks().map_or_else(|told| told, |_| String::new())
}

#[test]
fn a_recipe_that_means_ill_is_refused_at_the_start() {
    for (recipe, expected) in [
        ("url: https://x.example/\nbody: '{% include \"/etc/passwd\" %}'", "2:7: body: template not found"),
        ("url: https://x.example/\nbody: '{% import \"../r.yaml\" as x %}1'", "2:7: body: template not found"),
        (
            "url: https://x.example/\nbody: '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}1'",
            "2:7: body: engine ran out of fuel",
        ),
        (
            "url: https://x.example/\nbody: '{% for a in range(9000) %}123456789{% endfor %}'",
            "2:7: body: failed to write output",
        ),
        ("url: https://x.example/\nbody: '{\"a\": \"{{ title }}\"}'", "2:7: body: what it says is not JSON: "),
        ("url: https://x.example/\nbody: '{{ tittle }}'", "2:7: body: undefined value: `tittle`"),
        ("url: https://x.example/\nbody: '{{ secret.tokn }}'", "2:7: body: undefined value: `secret.tokn`"),
        ("url: https://x.example/\nbody: '{{ title | sh }}'", "2:7: body: unknown filter"),
        ("url: https://x.example/\nbody: '{% if %}'", "2:7: body: syntax error"),
        ("url: file:///etc/passwd", "1:6: url: it begins with neither https:// nor http://"),
        ("url: https://x.example/\nheaders: {\"X\\r\\nY\": 1}", "2:11: headers.X\r\nY: it is no name of a header"),
        ("url: https://x.example/\nmethod: CONNECT", "2:9: method: it can not be `CONNECT`"),
        ("url: https://x.example/\nsuccess: answer.code ==", "2:10: success: syntax error"),
        ("url: https://x.example/\nto: phone", "it goes to single people"),
        ("body: '{}'", "url: it is missing"),
        ("ulr: x", "there is no setting `ulr` (did you mean `url`?)"),
    ] {
        let told = told(recipe);
        assert!(told.contains(expected), "{recipe}\n{told}");
        assert!(!told.contains("s3cret") && !told.contains("root:"), "{told}");
    }
}

#[test]
fn what_a_ticket_says_stays_where_it_is_put() {
    let receiver = Receiver::start(|_, _| Does::accept());
    let recipe = format!(
        "url: '{}/tickets/{{{{ ticket }}}}'\nheaders: {{X-Ticket: '{{{{ ticket }}}}'}}\nbody: '{{\"t\": {{{{ ticket }}}}}}'\n",
        receiver.url("")
    );
    let desk =
        Desk::new(format!("sinks:\n  x: {{send: http, of: sla, types: clock_started, recipe: r.yaml, {QUICK}}}\n"));
    desk.write("r.yaml", &recipe);
    let open = desk.open();
    let hostile = "../a/b?c=1#\"}, \"public\": true, {\" é";
    let event = json!({
        "specversion": "1.0", "id": "1", "source": "crm", "type": "duly.ticket.received.v1",
        "subject": format!("acme/{hostile}"), "time": "2026-03-02T09:00:00Z", "data": {},
    });
    crate::support::wait(open.running.handle.append(vec![event.to_string().into_bytes()])).expect("receipts");
    eventually("it came", || receiver.got().len() == 1 || desk.letters().len() == 1);
    open.close();
    let got = &receiver.got()[0];
    assert_eq!(got.path, "/tickets/..%2Fa%2Fb%3Fc%3D1%23%22%7D%2C%20%22public%22%3A%20true%2C%20%7B%22%20%C3%A9");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&got.body).expect("JSON"), json!({ "t": hostile }));
}

#[test]
fn a_receiver_that_means_ill_is_survived() {
    let elsewhere = Receiver::start(|_, _| Does::accept());
    let to = elsewhere.url("/stolen");
    let location: &'static str = Box::leak(format!("Location: {to}\r\n").into_boxed_str());
    let receiver = Receiver::start(move |got, _| match got.path.as_str() {
        "/endless" => Does::Endless,
        "/redirect" => Does::Answer(307, location, String::new()),
        "/echo" => Does::Answer(400, "", format!("you said {}", got.headers["authorization"])),
        _ => Does::Stall(Duration::from_secs(30)),
    });
    let recipe = |path: &str| {
        format!(
            "url: {}\nheaders: {{Authorization: 'Bearer {{{{ secret.token }}}}'}}\nbody: '{{}}'\n",
            receiver.url(path)
        )
    };
    let settings: String = ["endless", "redirect", "echo", "stall"]
        .map(|name| {
            format!("  {name}: {{send: http, of: sla, types: clock_started, recipe: {name}.yaml, secrets: {{token: token}}, give_up_after: 1s, {QUICK}}}\n")
        })
        .concat();
    let desk = Desk::new(format!("sinks:\n{settings}"));
    desk.write("token", "s3cret-t0ken");
    for name in ["endless", "redirect", "echo", "stall"] {
        desk.write(&format!("{name}.yaml"), &recipe(&format!("/{name}")));
    }
    let open = desk.open();
    open.receive(0..1, &json!({}));
    eventually("all is settled", || desk.letters().len() == 3);
    let (_, counts) = open.delivering.counters.sinks().find(|(name, _)| *name == "endless").expect("a sink");
    assert_eq!(counts.ended().next(), Some(("delivered", 1)), "an answer that never ends is one all the same");
    open.close();
    let letters = desk.letters();
    let detail = |sink: &str| {
        let (letter, _) = letters.iter().find(|(letter, _)| letter.sink() == Some(sink)).expect("a letter");
        letter.detail.clone()
    };
    assert!(detail("redirect").contains("which is not followed"), "{}", detail("redirect"));
    assert_eq!(detail("echo"), "HTTP 400: you said Bearer *** (tried once)");
    assert!(detail("stall").starts_with("no answer: timeout"), "{}", detail("stall"));
    assert!(elsewhere.got().is_empty());
    assert!(!desk.told().contains("s3cret"), "{}", desk.told());
}
