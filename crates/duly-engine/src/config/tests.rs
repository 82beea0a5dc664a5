//! Settings files: what is read, and what is said of those with mistakes.

use super::*;

/// The settings of `text`, or its mistakes, a line each.
fn check(text: &str) -> Result<Config, String> {
    let lines = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    Config::parse(text).map_err(lines)
}

#[test]
fn nothing_said_means_the_defaults() {
    for text in ["", "# nothing\n", "---\n", "{}\n"] {
        assert_eq!(check(text), Ok(Config::default()), "{text:?}");
    }
}

#[test]
fn everything_said_is_read() {
    let text = "store: /var/lib/duly/duly.sqlite\npolicies: [a.yaml, b.yaml]\nfeeds: '-'\nfollow:\n  - crm.ndjson\n\
                listen: '[::1]:9000'\ntoken_file: /etc/duly/token\nlateness_grace: 2m\nretention: {closed: 180d}\nlog: debug\n";
    let config = check(text).unwrap();
    assert_eq!(config.store, Path::new("/var/lib/duly/duly.sqlite"));
    assert_eq!(config.policies, [Path::new("a.yaml"), Path::new("b.yaml")]);
    assert_eq!((&config.feeds, &config.follow), (&vec!["-".into()], &vec!["crm.ndjson".into()]));
    assert_eq!(
        (config.listen.to_string(), config.token_file.clone()),
        ("[::1]:9000".to_owned(), Some("/etc/duly/token".into()))
    );
    assert_eq!((config.lateness_grace, config.log), (Span::from_s(120), Level::Debug));
    assert_eq!(config.retention.closed, Some(Span::from_s(180 * 86_400)));
    assert!(config.show(&|_| false).contains("retention:\n  closed: 180d\nlog: debug"), "{}", config.show(&|_| false));
}

#[test]
fn a_mistake_says_what_where_and_what_to_do() {
    for (text, expected) in [
        ("lisen: 127.0.0.1:1\n", "1:1: there is no setting `lisen` (did you mean `listen`?)"),
        ("log: info\nStore: x\n", "2:1: there is no setting `Store` (did you mean `store`?)"),
        (
            "webhooks: x\n",
            "1:1: there is no setting `webhooks` (there are `store`, `policies`, `feeds`, `follow`, `listen`",
        ),
        ("listen: 8321\n", "1:9: listen: `8321` is not an address to listen on (write an address and a port"),
        ("listen: localhost:8321\n", "1:9: listen: `localhost:8321` is not an address"),
        ("log: verbose\n", "1:6: log: it can not be `verbose` (there are `error`, `warn`, `info`, `debug`)"),
        ("log: wran\n", "1:6: log: it can not be `wran` (did you mean `warn`?)"),
        ("lateness_grace: 1 working_day\n", "1:17: lateness_grace: `1 working_day` counts on a calendar"),
        ("lateness_grace: 5\n", "1:17: lateness_grace: `5` has no unit (write `30s`"),
        (
            "retention: 90d\n",
            "1:12: retention: one value, where a section is meant (write its settings under it, indented)",
        ),
        ("retention: {close: 90d}\n", "1:13: there is no setting `retention.close` (did you mean `closed`?)"),
        ("retention: {closed: 90}\n", "1:21: retention.closed: `90` has no unit (write `90d` or `365d`"),
        ("retention: {closed: 0d}\n", "1:21: retention.closed: `0d` is no time at all (write `90d` or `365d`"),
        ("retention: {closed: 30 working_days}\n", "1:21: retention.closed: `30 working_days` counts on a calendar"),
        ("store: [a]\n", "1:8: store: a list, where one text is meant (write a single value)"),
        ("policies: {a: b}\n", "1:11: policies: a map, where one text is meant"),
        ("store:\n", "store: it has no value (give it a value or leave the key out)"),
        ("policies: [a, '']\n", "1:11: policies: it is empty"),
        ("- store\n", "(settings are `key: value` lines"),
        ("a: [\n", "(settings are `key: value` lines"),
        ("log: info\nlog: warn\n", "2:1"),
    ] {
        let told = check(text).unwrap_err();
        assert!(told.contains(expected), "{text:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_their_order() {
    let told = check("listen: here\nlisen: x\nlog: all\n").unwrap_err();
    let places: Vec<&str> = told.lines().map(|line| &line[..4]).collect();
    assert_eq!(places, ["1:9:", "2:1:", "3:6:"], "{told}");
}

#[test]
fn paths_are_meant_from_the_files_directory() {
    let config = check("policies: p.yaml\nfeeds: ['-', f.ndjson, /abs.ndjson]\n").unwrap();
    let config = config.relative_to(Path::new("/etc/duly"));
    assert_eq!(config.store, Path::new("/etc/duly/duly.sqlite"));
    assert_eq!(config.policies, [Path::new("/etc/duly/p.yaml")]);
    assert_eq!(config.feeds, [Path::new("-"), Path::new("/etc/duly/f.ndjson"), Path::new("/abs.ndjson")]);
}

#[test]
fn the_shipped_file_is_the_defaults_and_names_every_setting() {
    let text = include_str!("../../../../deploy/config/duly.yaml");
    let shipped = check(text).unwrap();
    let policies = vec![PathBuf::from("policies/response-time-commitment.yaml")];
    assert_eq!(shipped, Config { policies, ..Config::default() });
    let schema = Config::json_schema();
    let mut properties: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut keys = KEYS.to_vec();
    properties.sort_unstable();
    keys.sort_unstable();
    assert_eq!(properties, keys);
    for key in KEYS {
        let is_there = text.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with(&format!("{key}:")));
        assert!(is_there, "{key} is missing");
    }
}
