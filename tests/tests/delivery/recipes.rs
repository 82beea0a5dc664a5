//! Recipes: what they send is what the other side's API takes, and how its answers are judged.

use std::fs;
use std::path::Path;

use duly_tests::chance::eventually;
use duly_tests::receiver::{Does, Receiver};
use serde_json::{Value, json};

use crate::support::{Desk, QUICK, read_sinks};

/// Breaches of these notifications go through a recipe that is built in, to a receiver that answers like this.
fn chat(name: &str, secrets: &str, answer: &str) -> (Receiver, Desk) {
    let answer = answer.to_owned();
    let receiver = Receiver::start(move |_, _| Does::Answer(200, "", answer.clone()));
    let desk = Desk::new(format!(
        "sinks:\n  chat: {{send: {name}, of: notifications, types: breach, language: zh, secrets: {{{secrets}}}, {QUICK}}}\n"
    ));
    desk.write("url", &receiver.url("/hook?key=T0ken"));
    desk.write("secret", "SECd0e5");
    let open = desk.open();
    open.receive(0..1, &json!({"agent": "li.wei"}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    eventually("it came", || !receiver.got().is_empty());
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    eventually("it is settled", || counts.ended().any(|(_, count)| count > 0) || counts.retries() > 2);
    open.close();
    (receiver, desk)
}

fn body(receiver: &Receiver) -> Value {
    serde_json::from_str(&receiver.got()[0].body).expect("JSON")
}

#[test]
fn chats_get_what_they_take() {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (receiver, _) = chat("slack", "url: url", "ok");
    let said = body(&receiver);
    assert!(text(&said["text"]).contains("首次回复"), "{said}");
    assert_eq!(receiver.got()[0].path, "/hook?key=T0ken");
    let (receiver, _) = chat("teams", "url: url", "");
    let card = &body(&receiver)["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert!(text(&card["content"]["body"][0]["text"]).contains("首次回复"));
    let (receiver, desk) = chat("wecom", "url: url", r#"{"errcode": 0, "errmsg": "ok"}"#);
    assert!(text(&body(&receiver)["text"]["content"]).contains("首次回复"));
    assert!(desk.letters().is_empty());
}

#[test]
fn signed_chats_are_signed() {
    let (receiver, desk) = chat("feishu", "url: url, secret: secret", r#"{"code": 0, "msg": "success"}"#);
    let said = body(&receiver);
    check_sign(
        "base64.b64encode(hmac.new((sys.argv[1] + '\\n' + 'SECd0e5').encode(), b'', hashlib.sha256).digest()).decode()",
        said["timestamp"].as_str().expect("a text"),
        said["sign"].as_str().expect("a text"),
    );
    assert!(desk.letters().is_empty());
    let (receiver, _) = chat("dingtalk", "url: url, secret: secret", r#"{"errcode": 0}"#);
    let path = receiver.got()[0].path.clone();
    let (_, query) = path.split_once("&timestamp=").expect("a time stamp");
    let (timestamp, sign) = query.split_once("&sign=").expect("a signature");
    check_sign(
        "urllib.parse.quote_plus(base64.b64encode(hmac.new(b'SECd0e5', (sys.argv[1] + '\\nSECd0e5').encode(), hashlib.sha256).digest()))",
        timestamp,
        sign,
    );
}

/// Checks a signature as the other side's own example makes it.
#[track_caller]
fn check_sign(expression: &str, timestamp: &str, found: &str) {
    let program = format!("import sys, re, hmac, hashlib, base64, urllib.parse\nprint({expression})");
    let run = std::process::Command::new("python3").args(["-c", &program, timestamp]).output().expect("python3");
    assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), found, "{}", String::from_utf8_lossy(&run.stderr));
}

/// A recipe that ships, sent to a receiver that answers like this in place of the vendor.
fn write_back(name: &str, sink: &str, answers: &'static [(u16, &'static str)]) -> (Receiver, Desk) {
    let receiver = Receiver::start(move |_, count| {
        let (status, body) = answers[count.min(answers.len() - 1)];
        Does::Answer(status, "", body.to_owned())
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/sinks");
    let recipe = fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("a recipe");
    let desk = Desk::new(format!(
        "sinks:\n  crm: {{send: http, recipe: recipe.yaml, of: sla, types: breached, {sink}, {QUICK}}}\n"
    ));
    let hosts = ["{{ values.subdomain }}.udesk.cn", "{{ values.host }}"];
    let here = receiver.address().to_string();
    let recipe =
        hosts.iter().fold(recipe, |text, host| text.replace(&format!("https://{host}"), &format!("http://{here}")));
    desk.write("recipe.yaml", &recipe);
    desk.write("secret", "s3cret-t0ken");
    let open = desk.open();
    open.receive(0..1, &json!({}));
    open.advance(&desk, "2026-03-02T14:00:00Z");
    let (_, counts) = open.delivering.counters.sinks().next().expect("a sink");
    eventually("it is settled", || counts.ended().any(|(_, count)| count > 0));
    open.close();
    (receiver, desk)
}

#[test]
fn udesk_is_signed_by_a_digest() {
    let sink = "values: {subdomain: acme, email: a@acme.example, field: TextField_1}, secrets: {token: secret}";
    let (receiver, desk) = write_back("udesk", sink, &[(200, r#"{"code": 1000}"#)]);
    let got = &receiver.got()[0];
    let (path, query) = got.path.split_once('?').expect("a query");
    assert_eq!((got.method.as_str(), path), ("PUT", "/open_api_v1/tickets/T-0"));
    let (query, sign) = query.split_once("&sign=").expect("a signature");
    check_sign(
        "hashlib.sha256(re.sub(r'email=a%40acme.example&timestamp=([0-9]+)&nonce=([0-9a-f]+)&sign_version=v2', \
         r'a@acme.example&s3cret-t0ken&\\1&\\2&v2', sys.argv[1]).encode()).hexdigest()",
        query,
        sign,
    );
    assert!(body(&receiver)["ticket"]["custom_fields"]["TextField_1"].is_string());
    assert!(desk.letters().is_empty());
}

#[test]
fn sobot_is_asked_for_a_token_and_again_once_it_has_ended() {
    let sink = "values: {appid: app-1, agent: a-1}, secrets: {app_key: secret}";
    let (receiver, desk) = write_back(
        "sobot",
        sink,
        &[
            (200, r#"{"ret_code": "000000", "item": {"token": "first"}}"#),
            (200, r#"{"ret_code": "100002", "ret_msg": "token first has ended"}"#),
            (200, r#"{"ret_code": "000000", "item": {"token": "second"}}"#),
            (200, r#"{"ret_code": "000000"}"#),
        ],
    );
    let got = receiver.got();
    assert_eq!(got.iter().map(|got| got.method.as_str()).collect::<Vec<_>>(), ["GET", "POST", "GET", "POST"]);
    assert_eq!((&got[1].headers["token"], &got[3].headers["token"]), (&"first".to_owned(), &"second".to_owned()));
    let (query, sign) = got[0].path.split_once("&sign=").expect("a signature");
    let (_, time) = query.split_once("create_time=").expect("a time");
    check_sign("hashlib.md5(('app-1' + sys.argv[1] + 's3cret-t0ken').encode()).hexdigest()", time, sign);
    assert!(desk.letters().is_empty());
}

#[test]
fn a_login_without_a_token_is_tried_again_and_told_without_secrets() {
    let sink = "values: {appid: app-1, agent: a-1}, give_up_after: 2s, secrets: {app_key: secret}";
    let (receiver, desk) = write_back("sobot", sink, &[(200, r#"{"ret_code": "1", "you_sent": "s3cret-t0ken"}"#)]);
    assert!(receiver.got().len() > 1, "it is tried again");
    let (letter, _) = desk.letters().remove(0);
    assert!(letter.detail.contains("login: no token in the answer: HTTP 200: {\"ret_code\": \"1\""), "{letter:?}");
    assert!(!letter.detail.contains("s3cret"), "{letter:?}");
}

#[test]
fn feishus_help_desk_is_told_both_tokens() {
    let sink = "values: {helpdesk: '15'}, secrets: {helpdesk_token: secret, user_token: secret}";
    let (receiver, desk) = write_back("feishu-helpdesk", sink, &[(200, r#"{"code": 0}"#)]);
    let got = &receiver.got()[0];
    assert_eq!(got.path, "/open-apis/helpdesk/v1/tickets/T-0");
    assert_eq!(got.headers["x-lark-helpdesk-authorization"], "MTU6czNjcmV0LXQwa2Vu");
    assert_eq!(got.headers["authorization"], "Bearer s3cret-t0ken");
    assert!(body(&receiver)["comment"].is_string() && desk.letters().is_empty());
}

#[test]
fn an_error_within_a_success_is_one() {
    let (_, desk) = chat("dingtalk", "url: url, secret: secret", r#"{"errcode": 310000, "errmsg": "sign not match"}"#);
    let (letter, _) = desk.letters().remove(0);
    assert!(letter.detail.starts_with("HTTP 200: {\"errcode\": 310000"), "{letter:?}");
    let (receiver, desk) = chat("wecom", "url: url", r#"{"errcode": 45009, "errmsg": "api freq out of limit"}"#);
    assert!(desk.letters().is_empty() && receiver.got().len() > 2, "it is tried again");
    assert!(!desk.told().contains("T0ken"), "{}", desk.told());
}

#[test]
fn every_recipe_that_ships_is_as_its_own_example_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/config/sinks");
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("recipes") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a recipe");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        // The example stands in the comment at the beginning, indented.
        let example: String = text
            .lines()
            .map_while(|line| line.strip_prefix('#'))
            .skip_while(|line| !line.starts_with("   sinks:"))
            .map(|line| line.strip_prefix("   ").unwrap_or(line).to_owned() + "\n")
            .collect();
        assert!(example.contains("sinks:"), "{name} has no example");
        let desk = tempfile::tempdir().expect("a folder");
        fs::create_dir(desk.path().join("sinks")).expect("a folder");
        fs::write(desk.path().join("sinks").join(name), &text).expect("a recipe");
        fs::write(desk.path().join("people.yaml"), "people: {}").expect("a book");
        for secret in secrets(&example) {
            fs::write(desk.path().join(secret), "https://s.example/secret").expect("a secret");
        }
        let sinks = read_sinks(&example, desk.path()).unwrap_or_else(|told| panic!("{name}: {told}\n{example}"));
        assert!(!sinks.is_empty());
        count += 1;
    }
    assert!(count >= 10, "{count}");
}

/// The files of the secrets that an example names.
fn secrets(example: &str) -> Vec<String> {
    let (_, rest) = example.split_once("secrets: {").expect("secrets");
    let (inside, _) = rest.split_once('}').expect("an end");
    inside.split(',').filter_map(|pair| Some(pair.split_once(':')?.1.trim().to_owned())).collect()
}
