//! Signatures against what vendors have published, and against everything that is nearly right.
//!
//! Where a vendor gives an example in its documents, that is the one here. The others were made with Python, such as
//! `base64.b64encode(hmac.new(secret, timestamp + body, hashlib.sha256).digest())`.

use super::*;
use crate::config::Secret;
use crate::config::read::Entries;
use duly_core::time::Instant;

/// The scheme that `text` says, or its mistakes, a line each.
fn read(text: &str) -> Result<Signature, String> {
    let told = |mistakes: Vec<duly_core::policy::source::Mistake>| {
        mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let mut entries = Entries::read(text, &["signature"]).map_err(told)?;
    let signature = Signature::read(&mut entries, "signature");
    entries.finish(signature).map_err(told)?.ok_or_else(|| "nothing".to_owned())
}

fn scheme(name: &str) -> Scheme {
    read(&format!("signature: {name}\n")).expect(name).scheme().expect("a scheme").clone()
}

/// Whether a request is signed, at `now`.
fn check(scheme: &Scheme, secret: &str, headers: &[(&str, &str)], body: &str, now: &str) -> Result<(), Refused> {
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let url = "https://www.example.com/webhook_uri";
    let request = Request { method: "POST", url, query: None, headers: &headers, body: body.as_bytes() };
    scheme.glance(&request)?;
    let secrets: Vec<Secret> = secret.lines().map(|line| Secret::new(line).expect("a secret")).collect();
    let now: Instant = now.parse().expect("an instant");
    scheme.check(&secrets, &request, now, None).map(|_| ())
}

const HUBSPOT_BODY: &str = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;

/// By name: the secret, the headers, the body, and when it was signed.
type Example = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const EXAMPLES: [Example; 11] = [
    // From GitHub's documents.
    (
        "github",
        "It's a Secret to Everybody",
        &[("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")],
        "Hello, World!",
        "2026-01-01T00:00:00Z",
    ),
    // From Atlassian's documents.
    (
        "jira",
        "It's a Secret to Everybody",
        &[("x-hub-signature", "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9")],
        "Hello World!",
        "2026-01-01T00:00:00Z",
    ),
    // From the tests of the Standard Webhooks libraries.
    (
        "standard",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        &[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v2,x v1,d3Jvbmc= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ],
        r#"{"test": 2432232314}"#,
        "2021-02-25T15:02:10Z",
    ),
    // Zendesk's secret, body and time stamp, in the order that it signs them in now.
    (
        "zendesk",
        "HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA=",
        &[
            ("x-zendesk-webhook-signature", "Rry/4TtIdFyawtXXp8QdI6tlAUUQ/5kL1OTp5qo/ZIk="),
            ("x-zendesk-webhook-signature-timestamp", "2021-07-25T10:00:00Z"),
        ],
        r#"{"say": "hello"}"#,
        "2021-07-25T10:04:59Z",
    ),
    (
        "hubspot",
        "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
        &[
            ("X-HubSpot-Signature-v3", "/pXDSgWeGksQpwCsgqd43P0eY6gBIse9UX0tfkudUrE="),
            ("X-HubSpot-Request-Timestamp", "1700000000000"),
        ],
        HUBSPOT_BODY,
        "2023-11-14T22:13:20Z",
    ),
    (
        "zammad",
        "signature-token",
        &[("X-Hub-Signature", "sha1=2214E15C7B3AB284BE35DC6C3775F937B7701D74")],
        r#"{"ticket":{"id":1}}"#,
        "2026-01-01T00:00:00Z",
    ),
    (
        "feishu",
        "test key",
        &[
            ("X-Lark-Request-Timestamp", "1700000000"),
            ("X-Lark-Request-Nonce", "nonce-1"),
            ("X-Lark-Signature", "002a272a435d056759149cce18e88064ff320d38d91a09432445c344c4296949"),
        ],
        r#"{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}"#,
        "2023-11-14T22:13:20Z",
    ),
    ("token", "a-long-token", &[("x-duly-token", "a-long-token")], "{}", "2026-01-01T00:00:00Z"),
    ("bearer", "a-long-token", &[("authorization", "bearer a-long-token")], "{}", "2026-01-01T00:00:00Z"),
    // "Aladdin:open sesame", from RFC 7617.
    (
        "basic",
        "Aladdin:open sesame",
        &[("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")],
        "{}",
        "2026-01-01T00:00:00Z",
    ),
    ("freshdesk", "old\na-long-token", &[("X-Duly-Token", "a-long-token")], "{}", "2026-01-01T00:00:00Z"),
];

#[test]
fn what_vendors_sign_is_taken() {
    assert_eq!(mistakes_in_names(), &[]);
    for (name, secret, headers, body, at) in EXAMPLES {
        assert_eq!(check(&scheme(name), secret, headers, body, at), Ok(()), "{name}");
    }
}

#[test]
fn what_is_nearly_right_is_not_taken() {
    for (name, secret, headers, body, at) in EXAMPLES {
        let scheme = scheme(name);
        let is_signed = scheme.algorithm != Algorithm::Token;
        assert!(check(&scheme, "another secret", headers, body, at).is_err(), "{name}");
        if is_signed {
            assert_eq!(check(&scheme, secret, headers, &format!("{body} "), at), Err(Refused::Wrong), "{name}");
        }
        for left_out in 0..headers.len() {
            let mut fewer = headers.to_vec();
            fewer.remove(left_out);
            assert!(check(&scheme, secret, &fewer, body, at).is_err(), "{name} without {:?}", headers[left_out]);
            // A byte that is another, of whichever header.
            let mut other = headers.to_vec();
            let value = other[left_out].1;
            let last = value.trim_end_matches('=').len() - 1;
            let turned = if value.as_bytes()[last] == b'0' { "1" } else { "0" };
            let changed = format!("{}{turned}{}", &value[..last], &value[last + 1..]);
            other[left_out].1 = &changed;
            let refused = check(&scheme, secret, &other, body, at);
            // The last letter of Base64 may have bits that stand for nothing.
            assert!(refused.is_err() || scheme.encoding == Encoding::Base64, "{name} with {changed}");
        }
        assert_eq!(check(&scheme, secret, &[], body, at), Err(Refused::Missing), "{name}");
    }
}

#[test]
fn what_was_signed_too_long_ago_or_will_be_is_late() {
    let (name, secret, headers, body, _) = EXAMPLES[3];
    for (now, expected) in [
        ("2021-07-25T10:05:00Z", Ok(())),
        ("2021-07-25T10:05:01Z", Err(Refused::Late)),
        ("2021-07-25T09:55:00Z", Ok(())),
        ("2021-07-25T09:54:59Z", Err(Refused::Late)),
    ] {
        assert_eq!(check(&scheme(name), secret, headers, body, now), expected, "{now}");
    }
}

/// Versions 1 and 2 of `HubSpot`'s signatures, with the examples of its documents, told as data.
#[test]
fn a_signature_that_has_no_name_is_described() {
    let text = "signature: {header: X-HubSpot-Signature, algorithm: sha256, signed: [secret, body]}\n";
    let v1 = read(text).expect("good").scheme().expect("one").clone();
    let secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    let headers = [("x-hubspot-signature", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de")];
    assert_eq!(check(&v1, secret, &headers, HUBSPOT_BODY, "2026-01-01T00:00:00Z"), Ok(()));
    let text = "signature: {header: X-HubSpot-Signature, algorithm: sha256, signed: [secret, method, url, body]}\n";
    let v2 = read(text).expect("good").scheme().expect("one").clone();
    assert!(v2.signs_url());
    let value = "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e".as_bytes();
    let url = "https://www.example.com/webhook_uri";
    let request = Request { method: "GET", url, query: None, headers: &[("X-HubSpot-Signature", value)], body: b"" };
    let secrets = [Secret::new(secret).expect("a secret")];
    assert!(v2.check(&secrets, &request, Instant::MIN, None).is_ok());
}

/// What was made with Python's `hmac`, over the URL with `%3A`, `%2C` and `%40` decoded, and `%20` and the decoded `%` left.
#[test]
fn hubspot_signs_a_url_that_is_decoded_in_part() {
    let hubspot = scheme("hubspot");
    let value = "ihy4JAdE9fNMlH8b0TkiHcFCvJvKq5HDGdColQxDpTI=".as_bytes();
    let headers: [(&str, &[u8]); 2] =
        [("X-HubSpot-Signature-v3", value), ("X-HubSpot-Request-Timestamp", b"1700000000000")];
    let check = |query| {
        let url = "https://www.example.com/hooks/hubspot";
        let request = Request { method: "POST", url, query: Some(query), headers: &headers, body: b"[]" };
        let secrets = [Secret::new("a client secret").expect("a secret")];
        hubspot.check(&secrets, &request, "2023-11-14T22:13:21Z".parse().expect("an instant"), None).map(drop)
    };
    assert_eq!(check("at=12%3A00%2c13&by=a%40b%20c%253A"), Ok(()));
    assert_eq!(check("at=12:00,13&by=a@b%20c%253A"), Ok(()), "however much of it was encoded");
    assert_eq!(check("at=12:00,13&by=a@b c%253A"), Err(Refused::Wrong));
    assert_eq!(check("at=12:00,13&by=a@b%20c:"), Err(Refused::Wrong), "nothing is decoded twice");
}

#[test]
fn a_token_may_be_in_the_url() {
    let secrets = [Secret::new("a+b c").expect("a secret")];
    for (query, expected) in [
        ("x=1&token=a%2Bb+c", Ok(())),
        ("token=a%2bb%20c&token=other", Ok(())),
        ("token=a+b+c", Err(Refused::Wrong)),
        ("token=%", Err(Refused::Wrong)),
        ("token=", Err(Refused::Missing)),
        ("tokens=a", Err(Refused::Missing)),
    ] {
        let request = Request { method: "POST", url: "", query: Some(query), headers: &[], body: b"" };
        let found = scheme("udesk").check(&secrets, &request, Instant::MIN, None).map(|_| ());
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn a_sealed_message_is_opened_with_its_secret() {
    let feishu = scheme("feishu");
    let secret = Secret::new("test key").expect("a secret");
    // The example of Feishu's documents.
    let body = br#"{"encrypt": "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}"#;
    assert_eq!(feishu.open(&secret, body).as_deref(), Some(&b"hello world"[..]));
    for (body, expected) in [
        (&br#"{"event": 1}"#[..], Some(&br#"{"event": 1}"#[..])),
        (b"nonsense", Some(b"nonsense")),
        (br#"{"encrypt": 1}"#, None),
        (br#"{"encrypt": "P37w"}"#, None),
        (br#"{"encrypt": "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzgh=="}"#, None),
        (br#"{"encrypt": "!"}"#, None),
    ] {
        assert_eq!(feishu.open(&secret, body).as_deref(), expected);
    }
    let other = Secret::new("another key").expect("a secret");
    assert_ne!(feishu.open(&other, body).as_deref(), Some(&b"hello world"[..]));
    let asked = br#"{"challenge": "ajls384k", "token": "x", "type": "url_verification"}"#;
    assert_eq!(feishu.challenged(asked).as_deref(), Some("ajls384k"));
    assert_eq!(feishu.challenged(br#"{"challenge": "ajls384k", "type": "event_callback"}"#), None);
    assert_eq!(scheme("zendesk").challenged(asked), None);
}

#[test]
fn a_mistake_says_what_and_what_to_do() {
    for (text, expected) in [
        ("zendsk", "1:12: signature: there is no signature `zendsk` (did you mean `zendesk`?)"),
        ("{header: X, algoritm: token}", "there is no setting `signature.algoritm` (did you mean `algorithm`?)"),
        ("{algorithm: token}", "signature.header: it is missing (name the header"),
        ("{header: X Y}", "signature.header: `X Y` can not be the name of one"),
        ("{header: X, query: y}", "signature.query: there is a header as well (say one of both)"),
        ("{header: X, algorithm: sha256}", "signature.signed: anybody can make such a digest (put `secret`"),
        ("{header: X, signed: [method]}", "signature.signed: the body is not signed"),
        ("{header: X, signed: [body, nonce]}", "signature.signed: `nonce` can not be signed (there are `body`"),
        ("{header: X, signed: [body, timestamp]}", "signature.timestamp: it is missing (name the header"),
        ("{header: X, timestamp: T}", "signature.timestamp: it is not signed (put `timestamp` among"),
        ("{header: X, max_age: 0s}", "signature.max_age: `0s` is no time at all"),
    ] {
        let told = read(&format!("signature: {text}\n")).unwrap_err();
        assert!(told.contains(expected), "{text}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    assert_eq!(read("signature: none\n"), Ok(Signature::None));
    assert_eq!(Signature::parse(&"zammad".into()), read("signature: zammad\n").map_err(|_| Vec::new()));
    let told = Signature::parse(&serde_json::json!({"headr": "X"})).unwrap_err();
    assert_eq!(told.len(), 2, "{told:?}");
}
