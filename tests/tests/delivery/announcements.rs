//! The website's feed of emergencies (L17): Atom as RFC 4287 wants it, JSON, and nothing that is not for everybody.

use duly_engine::http::{Announcements, Server};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::support::{Desk, at};

/// Starts an engine with an API, and hands what is asked of it to `ask`.
fn with_api(announcements: Announcements, ask: impl FnOnce(&str, &Desk) + Send + 'static) {
    let desk = Desk::new("");
    let open = desk.open();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = Server::bind("127.0.0.1:0".parse().expect("an address"), None).await.expect("a port");
        let base = format!("http://{}", server.address().expect("an address"));
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = open.running.handle.clone();
        let running = server.with_announcements(announcements).run(handle, async { drop(stopped.await) });
        let asking = tokio::task::spawn_blocking(move || {
            ask(&base, &desk);
            drop(stop);
            desk
        });
        let ((), asked) = tokio::join!(running, asking);
        drop(asked.expect("what is asked is as expected"));
    });
    open.close();
}

fn get(url: &str) -> (u16, String, Vec<(String, String)>) {
    get_with(url, &[])
}

fn get_with(url: &str, headers: &[(&str, &str)]) -> (u16, String, Vec<(String, String)>) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.call().expect("an answer");
    let headers = response.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
    (response.status().as_u16(), response.body_mut().read_to_string().expect("a text"), headers)
}

fn tell(base: &str, path: &str, what: &Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.post(format!("{base}/api/v1/emergencies{path}")).send_json(what).expect("an answer");
    let body = response.body_mut().read_to_string().expect("a text");
    assert!(response.status().is_success(), "{body}");
}

#[test]
fn what_customers_are_told_is_a_feed_for_everybody() {
    with_api(Announcements::Public { author: Some("某某 & Co".to_owned()) }, |base, desk| {
        let (status, empty, _) = get(&format!("{base}/announcements.json"));
        assert_eq!(
            (status, serde_json::from_str::<Value>(&empty).expect("JSON")["announcements"].clone()),
            (200, json!([]))
        );
        desk.clock.set(at("2026-10-03T08:00:00Z"));
        tell(
            base,
            "",
            &json!({
                "emergency": "typhoon", "kind": "natural_disaster", "title": {"zh": "台风<山竹>", "en": "Typhoon <Mangkhut>"},
                "when": {"region": ["secret-region"]}, "effect": "suspend", "expected_end": "2026-10-05T10:00:00Z",
                "message": {"zh": "上门服务暂停。", "en": "Visits are suspended."},
                "plan": [{"role": "field_lead", "task": {"zh": "secret-task"}}],
            }),
        );
        desk.clock.set(at("2026-10-04T08:00:00Z"));
        tell(base, "/typhoon/update", &json!({"message": {"zh": "部分恢复。", "en": "Partly back."}}));
        let (_, atom, headers) = get(&format!("{base}/announcements.atom?lang=en"));
        let header = |name: &str| headers.iter().find(|(known, _)| known == name).expect("a header").1.clone();
        assert_eq!(header("content-type"), "application/atom+xml; charset=utf-8");
        assert_eq!(header("last-modified"), "Sun, 04 Oct 2026 08:00:00 GMT");
        check_atom(&atom);
        assert!(atom.contains("<title>Notice: Typhoon &lt;Mangkhut&gt;</title>"), "{atom}");
        assert!(atom.contains("Partly back.\nWhile it lasts the response times that we promise stand still"), "{atom}");
        assert!(atom.contains("We expect it to be over 2026-10-05 10:00 UTC."), "{atom}");
        let url = format!("{base}/announcements.atom?lang=en");
        assert_eq!(get_with(&url, &[("if-none-match", &header("etag"))]).0, 304);
        assert_eq!(get_with(&url, &[("if-modified-since", &header("last-modified"))]).0, 304);
        assert_eq!(get_with(&url, &[("if-none-match", "\"other\"")]).0, 200);

        desk.clock.set(at("2026-10-05T08:00:00Z"));
        tell(base, "/typhoon/lift", &json!({}));
        let (_, text, _) = get(&format!("{base}/announcements.json"));
        let feed: Value = serde_json::from_str(&text).expect("JSON");
        let whats: Vec<&str> = feed["announcements"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| entry["what"].as_str().expect("a word"))
            .collect();
        assert_eq!(whats, ["lifted", "updated", "announced"], "{feed}");
        assert_eq!(feed["announcements"][0]["title"], "已解除：台风<山竹>");
        assert_eq!(feed["announcements"][0]["in_force"], false);
        assert!(!text.contains("secret") && !atom.contains("secret"), "scopes and plans are not for everybody");
        check_atom(&get(&format!("{base}/announcements.atom")).1);
        assert_eq!(get(&format!("{base}/announcements.atom?lang=fr")).0, 400);

        tell(base, "/typhoon/void", &json!({}));
        let (_, text, _) = get(&format!("{base}/announcements.json"));
        assert!(!text.contains("typhoon"), "what was voided is not there any more: {text}");
    });
}

#[test]
fn nobody_reads_it_unless_somebody_said_so() {
    with_api(Announcements::Off, |base, _| {
        let (status, text, _) = get(&format!("{base}/announcements.atom"));
        assert!(status == 404 && text.contains("announcements: public"), "{text}");
    });
}

/// Checks what RFC 4287 asks of a feed, with an XML parser that is not ours.
#[track_caller]
fn check_atom(text: &str) {
    let program = "
import sys, xml.etree.ElementTree as tree, datetime
a = '{http://www.w3.org/2005/Atom}'
feed = tree.fromstring(sys.stdin.buffer.read())
assert feed.tag == a + 'feed'
def one(node, name):
    found = node.findall(a + name)
    assert len(found) == 1 and (found[0].text or len(found[0])), name
    return found[0]
def check(node):
    assert one(node, 'id').text.startswith('urn:uuid:')
    one(node, 'title')
    datetime.datetime.fromisoformat(one(node, 'updated').text.replace('Z', '+00:00'))
check(feed)
assert one(one(feed, 'author'), 'name').text == '某某 & Co'
ids = [one(entry, 'id').text for entry in feed.findall(a + 'entry')]
assert ids and len(ids) == len(set(ids))
for entry in feed.findall(a + 'entry'):
    check(entry)
    assert one(entry, 'content').get('type') == 'text'
";
    let mut python = std::process::Command::new("python3")
        .args(["-c", program])
        .env("PYTHONUTF8", "1")
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("python3");
    std::io::Write::write_all(&mut python.stdin.take().expect("it is piped"), text.as_bytes()).expect("it reads");
    assert!(python.wait().expect("it ends").success(), "{text}");
}
