//! The section `sources`: what is read, what is said of mistakes, and what is shown.

use std::path::Path;

use duly_core::policy::source::Mistake;

use super::super::Config;
use super::*;

/// The sources of `text`, or its mistakes, a line each.
fn check(text: &str) -> Result<Vec<Source>, String> {
    let lines = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    Config::parse(text).map(|config| config.sources).map_err(lines)
}

/// The shipped settings with their example of sources in force.
fn shipped() -> String {
    let text = include_str!("../../../../../deploy/config/duly.yaml");
    let (_, example) = text.split_once("\n# sources:\n").expect("an example");
    let (example, _) = example.split_once("\n\n").expect("an end");
    let example: Vec<&str> = example.lines().map(|line| line.strip_prefix("# ").expect("a comment")).collect();
    format!("sources:\n{}\n", example.join("\n"))
}

const EVERYTHING: &str = "\
sources:
  zendesk: {mapping: m/zendesk.yaml, tenant: acme, zone: Asia/Shanghai, topics: [crm.a, crm.b],
            hook: {secret_file: zendesk-secret, url: 'https://duly.example.com/hooks/zendesk', max_age: 2m, per_minute: 60}}
  jira:
    mapping: /m/jira.yaml
    tenant: acme
    topics: crm.jira
";

#[test]
fn everything_said_is_read_in_the_order_of_names() {
    let sources = check(EVERYTHING).unwrap();
    assert_eq!(sources.iter().map(|source| &*source.name).collect::<Vec<_>>(), ["jira", "zendesk"]);
    let [jira, zendesk] = &sources[..] else { panic!("two") };
    assert_eq!((jira.zone, &jira.hook, &jira.topics), (Tz::UTC, &None, &vec!["crm.jira".to_owned()]));
    assert_eq!((&*zendesk.tenant, zendesk.zone), ("acme", Tz::Asia__Shanghai));
    assert_eq!(zendesk.topics, ["crm.a", "crm.b"]);
    let hook = zendesk.hook.as_ref().expect("a hook");
    assert_eq!(hook.secret_file.as_deref(), Some(Path::new("zendesk-secret")));
    assert_eq!(hook.url.as_deref(), Some("https://duly.example.com/hooks/zendesk"));
    assert_eq!((hook.max_age, hook.per_minute), (Some(Span::from_s(120)), 60));
}

#[test]
fn the_shipped_example_is_one() {
    let sources = check(&shipped()).unwrap();
    assert_eq!(sources.len(), 1);
    assert!(sources[0].hook.is_some() && !sources[0].topics.is_empty());
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let told = check(
        "sources:\n  Zen desk: {mapping: a, tenant: acme}\n  jira: {tenant: a/b, zone: Asia/Shangai, hook: {url: here}}\n",
    )
    .unwrap_err();
    for expected in [
        "2:3: sources.Zen desk: a source can not be called so (names have lower-case letters",
        "3:3: sources.jira.mapping: it is missing (name the file",
        "3:18: sources.jira.tenant: `a/b` is no tenant (it stands before the `/`",
        "3:29: sources.jira.zone: there is no zone `Asia/Shangai` (name an IANA zone",
        "3:43: sources.jira.hook.secret_file: it is missing (name the file with the secret",
        "3:55: sources.jira.hook.url: `here` is not the URL of a hook (write it as the source has it",
    ] {
        assert!(told.lines().any(|line| line.starts_with(expected)), "{expected}\n{told}");
    }
    assert_eq!(told.lines().count(), 6, "{told}");
}

#[test]
fn a_mistake_says_what_and_what_to_do() {
    for (source, expected) in [
        ("a: x", "2:6: sources.a: one value, where a section is meant"),
        ("a: {mapping: m, tenant: t, topic: x}", "there is no setting `sources.a.topic` (did you mean `topics`?)"),
        ("a: {mapping: m, tenant: t, topics: ['x y']}", "sources.a.topics: it can not be `x y`"),
        (
            "a: {mapping: m, tenant: t, topics: [x, x]}",
            "sources.a.topics: `x` is read already (each message is mapped once",
        ),
        (
            "a: {mapping: m, tenant: t, hook: {secret_file: s, per_minute: 0}}",
            "per_minute: it can not be `0` (write how",
        ),
        ("a: {mapping: m, tenant: t, hook: {secret_file: s, max_age: 0s}}", "max_age: `0s` is no time at all"),
        (
            "a: {mapping: m, tenant: t, hook: {secret_file: s, signature: jria}}",
            "hook.signature: there is no signature `jria` (did you mean `jira`?)",
        ),
        ("a: {mapping: m, tenant: t, hook: on}", "sources.a.hook: one value, where a section is meant"),
    ] {
        let told = check(&format!("sources:\n  {source}\n")).unwrap_err();
        assert!(told.contains(expected), "{source}\n{told}");
    }
}

#[test]
fn what_is_shown_reads_back_as_the_same() {
    let described = "sources:\n  a: {mapping: m, tenant: t, hook: {secret_file: s, signature: {query: q, algorithm: hmac_sha1, encoding: base64, \
                     prefix: 'x ', signed: ['text:a: b', timestamp, 'header:X-N', body], timestamp: T, timestamp_format: ms, max_age: 1m, \
                     secret: base64, sealed: m, challenge: true}}}\n  b: {mapping: m, tenant: t, hook: {signature: none}}\n  \
                     c: {mapping: m, tenant: t, hook: {secret_file: s, signature: zammad}}\n";
    for text in [EVERYTHING, &shipped(), described] {
        let config = Config::parse(text).expect(text).relative_to(Path::new("/etc/duly"));
        let shown = config.show(&|_| false);
        assert_eq!(Config::parse(&shown).expect(&shown), config, "{shown}");
    }
    let shown = Config::parse(EVERYTHING).unwrap().relative_to(Path::new("/etc/duly")).show(&|_| false);
    let expected =
        "sources:\n  jira:\n    mapping: /m/jira.yaml\n    tenant: acme\n    zone: UTC\n    topics: [crm.jira]\n";
    assert!(shown.contains(expected), "{shown}");
    assert!(shown.contains("      secret_file: /etc/duly/zendesk-secret\n"), "{shown}");
}
