//! The section `sinks`: what is read, what is said of mistakes, and what is shown.

use std::path::Path;

use super::super::Config;

/// The settings of one sink `x`, or its mistakes, a line each.
fn check(sink: &str) -> Result<Config, String> {
    let parsed = Config::parse(&format!("sinks:\n  x: {{{sink}}}\n"));
    parsed.map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

const WEBHOOK: &str = "send: webhook, of: sla, url: 'https://crm.example/duly'";
const MAIL: &str =
    "send: email, of: notifications, server: 'smtp.example:587', from: 'Duly <d@example.com>', people: p.yaml";

#[test]
fn a_mistake_says_what_where_and_what_to_do() {
    for (sink, expected) in [
        (
            "send: webhook, url: 'https://crm.example/'",
            "sinks.x.of: it is missing (say what is sent: `of: sla` or `of: notifications`)",
        ),
        ("of: sla", "sinks.x.send: it is missing (say how: `send: webhook`"),
        ("send: webhook, of: sla", "sinks.x.url: it is missing (say where it goes"),
        ("send: fax, of: sla", "sinks.x.send: it can not be `fax`"),
        ("send: slak, of: sla", "sinks.x.send: it can not be `slak` (did you mean `slack`?)"),
        (&format!("{WEBHOOK}, types: [breachd]"), "sinks.x.types: it can not be `breachd` (did you mean `breached`?)"),
        (&format!("{WEBHOOK}, types: reminder"), "sinks.x.types: it can not be `reminder`"),
        (&format!("{WEBHOOK}, channel: email"), "sinks.x.channel: only notifications say by which way"),
        (
            &format!("{WEBHOOK}, server: 'a:25'"),
            "sinks.x.server: it belongs to email, and this sink says `send: webhook`",
        ),
        (&format!("{WEBHOOK}, parallel: 0"), "sinks.x.parallel: it can not be `0`"),
        (&format!("{WEBHOOK}, retry_first: 10m"), "sinks.x.retry_most: it is shorter than retry_first"),
        (&format!("{WEBHOOK}, zone: Mars/Crater"), "sinks.x.zone: there is no zone `Mars/Crater`"),
        (
            &format!("{WEBHOOK}, secrt_file: s"),
            "there is no setting `sinks.x.secrt_file` (did you mean `secret_file`?)",
        ),
        ("send: webhook, of: sla, url: crm.example", "sinks.x.url: `crm.example` is not a URL"),
        (&format!("{MAIL}, username: duly"), "sinks.x.password_file: it is missing"),
        (
            &format!("{MAIL}, username: duly, password_file: p, tls: none"),
            "sinks.x.tls: the password would be sent for everybody to read",
        ),
        (&MAIL.replace("notifications", "sla"), "sinks.x.of: only notifications say by which way"),
        (
            &MAIL.replace("smtp.example:587", "smtp.example"),
            "sinks.x.server: `smtp.example` is not the address of a mail server",
        ),
        (&MAIL.replace("d@example.com", "d"), "sinks.x.from: `Duly <d>` is not an address"),
        ("send: http, of: sla", "sinks.x.recipe: it is missing (name the file with the recipe"),
        ("send: slack, of: sla, recipe: r.yaml", "sinks.x.recipe: the recipe of `send: slack` is built in"),
    ] {
        let told = check(sink).expect_err(sink);
        assert!(told.contains(expected), "{sink}\n{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let told = Config::parse("sinks: {Über: {send: slack, of: sla}}").expect_err("a name")[0].to_string();
    assert!(told.contains("a sink can not be called so"), "{told}");
}

#[test]
fn what_is_shown_is_read_again_with_paths_of_the_settings() {
    let sinks = [
        format!("{WEBHOOK}, secret_file: s, types: [breached, retracted], objectives: [a], begin: start, parallel: 2"),
        format!(
            "{MAIL}, channel: email, username: duly, password_file: p, language: en, zone: Asia/Shanghai, ca_file: c"
        ),
        "send: http, of: sla, recipe: r.yaml, values: {a: '1'}, secrets: {t: t}, timeout: 200ms, give_up_after: 3d"
            .to_owned(),
    ];
    for sink in sinks {
        let config = check(&sink).expect(&sink).relative_to(Path::new("/etc/duly"));
        let shown = config.show(&|_| false);
        let again = Config::parse(&shown).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{shown}"));
        assert_eq!(again.sinks, config.sinks, "{shown}");
    }
    let config = check(&format!("{WEBHOOK}, secret_file: s")).expect("settings").relative_to(Path::new("/etc/duly"));
    assert_eq!(config.sinks[0].secret_file.as_deref(), Some(Path::new("/etc/duly/s")));
}

#[test]
fn the_shipped_example_is_one() {
    let text = include_str!("../../../../../deploy/config/duly.yaml");
    let (_, example) = text.split_once("\n# sinks:\n").expect("an example");
    let lines = example.lines().map_while(|line| line.strip_prefix("# "));
    let text = format!("sinks:\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    let config = Config::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let names: Vec<&str> = config.sinks.iter().map(|sink| sink.name.as_str()).collect();
    assert_eq!(names, ["crm-hook", "crm-note", "lead-chat", "mail", "sms"]);
}
