//! `duly notify test`: what it prints, and how it ends.

use std::path::Path;
use std::process::{Command, Output};

use duly_tests::mail::MailServer;
use duly_tests::program;
use duly_tests::receiver::{Does, Receiver};

fn duly(folder: &Path, arguments: &[&str]) -> Output {
    let mut command: Command = program::duly();
    command.args(["notify", "test"]).args(arguments).arg("--config").arg(folder.join("duly.yaml"));
    command.output().expect("it runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn every_channel_can_be_tried() {
    let server = MailServer::start(&[]);
    let receiver = Receiver::start(|got, _| match got.path.as_str() {
        "/refuses" => Does::Answer(404, "", "nothing here".to_owned()),
        _ => Does::Answer(200, "", r#"{"code": 0}"#.to_owned()),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("people.yaml", "people: {li.wei: {email: li.wei@example.com}}");
    write("hook-secret", "s3cret");
    write("feishu-url", &receiver.url("/feishu?token=T0ken"));
    write(
        "duly.yaml",
        &format!(
            "sinks:\n  mail: {{send: email, of: notifications, server: 'localhost:{}', tls: none, from: duly@example.com, people: people.yaml}}\n  \
             hook: {{send: webhook, of: sla, url: '{}', secret_file: hook-secret}}\n  refuses: {{send: webhook, of: sla, url: '{}'}}\n  \
             chat: {{send: feishu, of: notifications, secrets: {{url: feishu-url, secret: hook-secret}}}}\n",
            server.port,
            receiver.url("/hook"),
            receiver.url("/refuses")
        ),
    );
    let run = duly(folder.path(), &["mail", "--to", "li.wei"]);
    assert!(run.status.success() && said(&run).contains("--- sent to li.wei@example.com\n"), "{}", said(&run));
    assert!(said(&run).contains("\nAccepted: 250 OK\n"), "{}", said(&run));
    assert_eq!(server.taken().len(), 1);
    let run = duly(folder.path(), &["mail", "--to", "nobody", "--dry-run"]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("Nobody has told an address of owner nobody"), "{}", said(&run));

    let run = duly(folder.path(), &["hook", "--type", "escalated", "--dry-run"]);
    assert!(run.status.success() && said(&run).contains("webhook-signature: v1,"), "{}", said(&run));
    assert!(said(&run).contains("An example of duly.sla.escalated.v1 ") && receiver.got().is_empty(), "{}", said(&run));
    let run = duly(folder.path(), &["chat"]);
    assert!(run.status.success() && said(&run).contains("POST ***\n"), "{}", said(&run));
    assert!(!said(&run).contains("T0ken") && !said(&run).contains("s3cret"), "{}", said(&run));
    let run = duly(folder.path(), &["refuses"]);
    assert_eq!(run.status.code(), Some(1), "{}", said(&run));
    assert!(said(&run).contains("Refused, and an engine would make a dead letter of it: HTTP 404: nothing here"));
    let run = duly(folder.path(), &["fax"]);
    assert_eq!(run.status.code(), Some(78), "{}", said(&run));
    assert!(said(&run).contains("there are chat, hook, mail, refuses"), "{}", said(&run));
}
