//! Webhooks: what is signed is taken once and for all, what is not is refused cheaply, and nobody is harmed by it.

#[path = "hooks/limits.rs"]
mod limits;

use std::path::Path;
use std::sync::Arc;

use duly_engine::config::Config;
use duly_engine::ingest::Source;
use duly_engine::sqlite::{DeadLetter, Letters, ReadOnly};
use duly_tests::chance::eventually;
use duly_tests::program;
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::desk::{Answer, Desk, NOW, answer};

const MAPPING: &str = "\
mapping: desk
ticket: /id
time: /at
values: {status: {open: open, done: resolved}}
ignore: [{when: {/kind: viewed}, why: nothing happened}]
events:
  - {when: {/kind: created}, type: received, id: \"{/id}/received\", data: {priority: /priority}}
  - {when: {/kind: updated}, type: observed, id: \"{/id}/{/at}\", data: {status: /status}}
  - {when: {/kind: both}, type: received, id: \"{/id}/received\"}
  - {when: {/kind: both}, type: observed, id: \"{/id}/{/at}\", data: {status: /status}}
";

/// Settings with some sources, and the files that they name.
fn sources(folder: &Path) -> Vec<Arc<Source>> {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("a file");
    write("desk.yaml", MAPPING);
    write("zendesk-secret", "new secret\nold secret\n");
    write("token", "a-token-of-the-crm\n");
    write("feishu-key", "test key\n");
    write(
        "duly.yaml",
        "sources:\n  zendesk: {mapping: desk.yaml, tenant: acme, hook: {secret_file: zendesk-secret, signature: zendesk}}\n  \
         busy: {mapping: desk.yaml, tenant: acme, hook: {secret_file: token, signature: token, per_minute: 3}}\n  \
         crm: {mapping: desk.yaml, tenant: acme, hook: {secret_file: token, signature: {header: X-Pass, algorithm: token}}}\n  \
         feishu: {mapping: desk.yaml, tenant: acme, hook: {secret_file: feishu-key, signature: feishu}}\n  \
         open: {mapping: desk.yaml, tenant: acme, hook: {signature: none}}\n  \
         real: {mapping: shipped.yaml, tenant: acme, hook: {secret_file: zendesk-secret}}\n  \
         kafka: {mapping: desk.yaml, tenant: acme}\n",
    );
    write("shipped.yaml", include_str!("../../../deploy/config/mappings/zendesk.yaml"));
    let text = std::fs::read_to_string(folder.join("duly.yaml")).expect("it was written");
    let config = Config::parse(&text).expect("it is right").relative_to(folder);
    Source::load_all(&config.sources).expect("the sources are right").into_iter().map(Arc::new).collect()
}

/// A desk with hooks, in a folder of its own.
fn desk(token: Option<&str>) -> (tempfile::TempDir, Desk) {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::with_hooks(folder.path().join("duly.sqlite"), token, sources(folder.path()));
    (folder, desk)
}

impl Desk {
    fn hook(&self, source: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = self.agent().post(self.url(&format!("/hooks/{source}"))).content_type("application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send(body))
    }

    /// A message of the source `crm`, which sends a token.
    fn crm(&self, body: &str) -> Answer {
        self.hook("crm", &[("x-pass", "a-token-of-the-crm")], body.as_bytes())
    }

    /// What the metrics say of a counter with these labels.
    fn count(&self, metric: &str) -> String {
        let page = self.get("/metrics").text;
        let line = page.lines().find_map(|line| line.strip_prefix(metric));
        line.unwrap_or_else(|| panic!("no {metric} in\n{page}")).trim().to_owned()
    }
}

fn created(ticket: &str) -> String {
    json!({"kind": "created", "id": ticket, "at": "2026-03-02T09:30:00Z", "priority": "high"}).to_string()
}

/// The headers by which Zendesk signs.
fn signed(secret: &str, at: &str, body: &str) -> [(&'static str, String); 2] {
    use base64::Engine as _;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(at.as_bytes());
    mac.update(body.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    [("x-zendesk-webhook-signature", signature), ("x-zendesk-webhook-signature-timestamp", at.to_owned())]
}

fn zendesk(desk: &Desk, secret: &str, at: &str, body: &str) -> Answer {
    send(desk, "zendesk", &signed(secret, at, body), body)
}

fn send(desk: &Desk, source: &str, headers: &[(&'static str, String)], body: &str) -> Answer {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
    desk.hook(source, &headers, body.as_bytes())
}

/// The dead letters in the store of a desk.
fn letters(folder: &tempfile::TempDir) -> Vec<(DeadLetter, Vec<u8>)> {
    let store = ReadOnly::open(&folder.path().join("duly.sqlite")).expect("the store");
    let list = store.dead_letters(&Letters { limit: 100, ..Letters::default() }).expect("a list");
    list.iter().map(|letter| store.dead_letter(letter.seq).expect("readable").expect("there")).collect()
}

#[test]
fn a_signed_message_is_in_the_store_when_it_is_answered_and_counts_once() {
    let (_folder, desk) = desk(None);
    let body = created("T-1");
    for (secret, applied, duplicates) in [("new secret", 1, 0), ("old secret", 0, 1)] {
        let answer = zendesk(&desk, secret, NOW, &body);
        assert_eq!(answer.status, 200, "{answer:?}");
        let expected = json!({"events": 1, "applied": applied, "duplicates": duplicates, "refused": 0, "unmapped": 0});
        assert_eq!(answer.json(), expected);
    }
    let ticket = desk.get("/api/v1/tickets/acme/T-1");
    assert_eq!(ticket.status, 200, "{ticket:?}");
    assert_eq!(desk.count("duly_source_messages_total{source=\"zendesk\",outcome=\"mapped\"}"), "2");
    // It says nothing of a ticket.
    let viewed = desk.crm(&json!({"kind": "viewed", "id": "T-1"}).to_string());
    assert_eq!((viewed.status, viewed.json()["events"].as_u64()), (200, Some(0)), "{viewed:?}");
    assert_eq!(desk.count("duly_source_messages_total{source=\"crm\",outcome=\"ignored\"}"), "1");
    desk.close();
}

/// What Zendesk really sends, by the mapping that is shipped, which says how it is signed.
#[test]
fn a_real_message_needs_no_more_than_what_is_shipped() {
    let (folder, desk) = desk(None);
    for (name, events) in [("ticket_created", 2), ("ticket_comment_added", 2)] {
        let path = format!("{}/../../shared/fixtures/crm/zendesk/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let body = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let answer = send(&desk, "real", &signed("new secret", NOW, &body), &body);
        assert_eq!((answer.status, answer.json()["events"].as_u64()), (200, Some(events)), "{name}: {answer:?}");
        assert_eq!(desk.hook("real", &[], body.as_bytes()).status, 401);
    }
    assert_eq!(letters(&folder), []);
    desk.close();
}

#[test]
fn what_can_not_be_stored_is_to_be_sent_again() {
    let (_folder, desk) = desk(None);
    desk.handle.stop();
    let mut refused = None;
    // The engine finishes what is queued, this message perhaps, and is gone then.
    eventually("the engine is gone", || {
        refused = Some(desk.crm(&created("T-1"))).filter(|answer| answer.status != 200);
        refused.is_some()
    });
    let refused = refused.expect("it was waited for");
    refused.fails(503, "the engine has stopped");
    assert_eq!(refused.retry_after.as_deref(), Some("1"));
    // What can not be mapped is not lost either.
    desk.crm("nonsense").fails(503, "the engine has stopped");
    desk.close();
}

#[test]
fn what_is_not_signed_well_is_refused_without_a_word_why_and_leaves_no_trace() {
    let (folder, desk) = desk(None);
    let body = created("T-1");
    let missing = desk.hook("zendesk", &[], body.as_bytes());
    missing.fails(401, "the message is not the source's");
    let wrong = zendesk(&desk, "another secret", NOW, &body);
    let early = zendesk(&desk, "new secret", "2026-03-02T09:54:59Z", &body);
    let late = zendesk(&desk, "new secret", "2026-03-02T10:05:01Z", &body);
    let nonsense = zendesk(&desk, "new secret", "yesterday", &body);
    let token = desk.hook("crm", &[("x-pass", "a-token-of-the-crn")], body.as_bytes());
    for answer in [&wrong, &early, &late, &nonsense, &token] {
        assert_eq!((answer.status, &answer.text), (401, &missing.text));
    }
    let refused =
        |reason: &str| desk.count(&format!("duly_hook_refused_total{{source=\"zendesk\",reason=\"{reason}\"}}"));
    assert_eq!(
        (refused("unsigned"), refused("wrong_signature"), refused("wrong_time")),
        ("1".into(), "1".into(), "3".into())
    );
    assert_eq!(desk.get("/api/v1/tickets/acme/T-1").status, 404);
    assert_eq!(letters(&folder), []);
    // The API's token opens no hook, and a hook's no API.
    let bearer = desk.hook("zendesk", &[("authorization", "Bearer x")], body.as_bytes());
    assert_eq!(bearer.status, 401);
    desk.close();
}

#[test]
fn a_request_that_is_sent_again_is_a_duplicate_and_later_refused() {
    let (_folder, desk) = desk(None);
    let body = created("T-1");
    assert_eq!(zendesk(&desk, "new secret", NOW, &body).json()["applied"], 1);
    desk.advance("2026-03-02T10:04:00Z");
    assert_eq!(zendesk(&desk, "new secret", NOW, &body).json()["duplicates"], 1);
    desk.advance("2026-03-02T10:06:00Z");
    assert_eq!(zendesk(&desk, "new secret", NOW, &body).status, 401);
    desk.close();
}

#[test]
fn what_can_not_be_mapped_is_kept_and_answered_so_that_nobody_repeats_it() {
    let (folder, desk) = desk(None);
    let body = json!({"kind": "both", "id": "T-1", "at": "2026-03-02T09:30:00Z", "status": "weird"}).to_string();
    let partly = desk.crm(&body);
    let expected = json!({"events": 1, "applied": 1, "duplicates": 0, "refused": 0, "unmapped": 1});
    assert_eq!((partly.status, partly.json()), (200, expected));
    let nested = "[".repeat(10_000) + &"]".repeat(10_000);
    let nonsense = ["", "nonsense", "{\"kind\":", "[]", "{\"kind\": \"other\"}", &nested];
    for body in nonsense {
        let answer = desk.crm(body);
        assert_eq!((answer.status, answer.json()["unmapped"].as_u64()), (200, Some(1)), "{body:.40}: {answer:?}");
    }
    let kept = letters(&folder);
    assert_eq!(kept.len(), 1 + nonsense.len());
    let (letter, bytes) = &kept[0];
    assert_eq!((&*letter.source, &*letter.reason, &**bytes), ("crm", "unknown_value", body.as_bytes()));
    let names: Vec<&str> = letter.headers.iter().flatten().map(|(name, _)| &**name).collect();
    assert!(names.contains(&"content-type") && !names.contains(&"x-pass"), "{names:?}");
    for ((letter, bytes), body) in kept[1..].iter().zip(nonsense) {
        assert_eq!((letter.is_message(), &**bytes), (true, body.as_bytes()));
    }
    assert_eq!(kept.last().map(|(letter, _)| &*letter.reason), Some("not_json"));
    assert_eq!(desk.count("duly_source_messages_total{source=\"crm\",outcome=\"unknown_value\"}"), "1");
    assert_eq!(desk.count("duly_source_messages_total{source=\"crm\",outcome=\"not_json\"}"), "3");
    desk.close();
}

#[test]
fn a_message_that_could_not_be_mapped_is_mapped_again_by_a_better_mapping() {
    let (folder, desk) = desk(None);
    let body = json!({"kind": "both", "id": "T-1", "at": "2026-03-02T09:30:00Z", "status": "weird"});
    assert_eq!(desk.crm(&body.to_string()).json()["unmapped"], 1);
    desk.close();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (store, settings) = (path("duly.sqlite"), path("duly.yaml"));
    let duly = |arguments: &[&str]| {
        let output = program::duly().arg("dead-letters").args(arguments).args(["--store", &store]).output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let shown = duly(&["show", "1"]);
    assert!(shown.contains("from      source crm\n") && shown.contains("content-type: application/json"), "{shown}");
    assert!(duly(&["redrive"]).starts_with("1  waits  a message of the source crm is mapped again"));
    assert!(duly(&["redrive", "--config", &settings]).starts_with("1  still unknown_value  "));
    assert!(duly(&["list"]).starts_with("1  crm  unknown_value  "));
    std::fs::write(path("desk.yaml"), MAPPING.replace("done: resolved", "done: resolved, weird: pending"))
        .expect("a file");
    assert_eq!(duly(&["redrive", "--config", &settings]), "1  mapped  2 events\n");
    assert_eq!(duly(&["list"]), "");
    assert!(duly(&["list", "--all"]).ends_with("(redriven: applied)\n"));

    let desk = Desk::with_hooks(&store, None, sources(folder.path()));
    assert_eq!(desk.get("/api/v1/tickets/acme/T-1").json()["status_class"], "pending");
    desk.close();
}

#[test]
fn what_is_no_hook_or_not_posted_as_it_is_is_told() {
    let (_folder, desk) = desk(Some("the-token-of-the-api"));
    // A source without a hook is none, and no token of the API is asked for here.
    for source in ["nobody", "kafka", "Zendesk", "zendesk%2f", "%ff"] {
        desk.hook(source, &[], b"{}").fails(404, "there is no such hook");
    }
    let got = desk.get("/hooks/zendesk");
    got.fails(405, "/hooks/zendesk does not take GET");
    assert!(got.text.contains("use POST"), "{got:?}");
    let packed = [("x-pass", "a-token-of-the-crm"), ("content-encoding", "gzip")];
    desk.hook("crm", &packed, b"\x1f\x8b").fails(415, "the body is compressed");
    desk.close();
}

#[test]
fn a_hook_without_a_signature_is_for_this_machine_or_for_the_token() {
    let body = created("T-1");
    let (_folder, without) = desk(None);
    assert_eq!(without.hook("open", &[], body.as_bytes()).status, 200);
    without.hook("open", &[("host", "evil.example")], body.as_bytes()).fails(403, "another host");
    without.close();
    let (_folder, with) = desk(Some("the-token-of-the-api"));
    with.hook("open", &[], body.as_bytes()).fails(401, "there is no token");
    let bearer = [("authorization", "Bearer the-token-of-the-api")];
    assert_eq!(with.hook("open", &bearer, body.as_bytes()).status, 200);
    with.close();
}

/// Sealed by `openssl enc -aes-256-cbc -K $(printf 'test key' | sha256sum | cut -c1-64) -iv 000102030405060708090a0b0c0d0e0f`, the IV
/// before it, in Base64; signed by `printf '%s' 1772445600 nonce 'test key' BODY | sha256sum`.
#[test]
fn feishu_verifies_the_url_and_sends_what_is_sealed() {
    let (folder, desk) = desk(None);
    let challenged = desk.hook("feishu", &[], SEALED_CHALLENGE.as_bytes());
    assert_eq!((challenged.status, challenged.json()), (200, json!({"challenge": "ajls384k"})));
    // In the clear anybody could ask.
    let asked = json!({"type": "url_verification", "challenge": "x"}).to_string();
    assert_eq!(desk.hook("feishu", &[], asked.as_bytes()).status, 401);
    assert_eq!(desk.hook("feishu", &[], SEALED_MESSAGE.as_bytes()).status, 401);
    let headers = |signature| {
        [("x-lark-request-timestamp", "1772445600"), ("x-lark-request-nonce", "nonce"), ("x-lark-signature", signature)]
    };
    let taken = desk.hook("feishu", &headers(SEALED_MESSAGE_SIGNATURE), SEALED_MESSAGE.as_bytes());
    assert_eq!((taken.status, taken.json()["applied"].as_u64()), (200, Some(1)), "{taken:?}");
    // Signed with the secret, and sealed with another one.
    let taken = desk.hook("feishu", &headers(UNSEALED_SIGNATURE), UNSEALED.as_bytes());
    assert_eq!((taken.status, taken.json()["unmapped"].as_u64()), (200, Some(1)), "{taken:?}");
    assert_eq!(letters(&folder).first().map(|(letter, _)| letter.reason.clone()).as_deref(), Some("sealed"));
    desk.close();
}

const SEALED_CHALLENGE: &str = r#"{"encrypt":"AAECAwQFBgcICQoLDA0ODw9mLTIAZS9jAmGTQ1wAhHoCSXtbI4+BKgzZzhqaDp9UeCAb/b0HPp8hVROevk8xQGUh7Qek4Qx3v32LjuMy49E="}"#;
const SEALED_MESSAGE: &str = r#"{"encrypt":"AAECAwQFBgcICQoLDA0OD0p4LRMd+M4Yn2Hc/7pig1vAZhjz5oUF19cYfrC7viCn3fTqaw2TYs7mckOcruQSe6rhl3LLtSvDd8G6bOy4Ork="}"#;
const SEALED_MESSAGE_SIGNATURE: &str = "4bf0900ee4226e07706ca675f06448c17a7550db90b0d7fa5c1fd34a7b29c32d";
const UNSEALED: &str = r#"{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghkAAAAAAAAAAAAAAAAAAAAA"}"#;
const UNSEALED_SIGNATURE: &str = "f2416ce5850918b38b403375443f487132e6478836c4fee17b711c1552f43ad7";
