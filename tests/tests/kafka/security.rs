//! Who is let in, and what is said to whom is not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::fortress::{duly, fortress};

/// Checks how `duly topics plan` ends with these settings, and what it says. It finds no topics, which is 1 as well.
#[track_caller]
fn check(name: &str, bootstrap: &str, security: &str, code: i32, said: &str) {
    let config = fortress().settings(name, bootstrap, "prefix: nobody.", security);
    let (found, out, told) = duly(&["topics", "plan"], &config);
    // A terminal's width breaks lines.
    let all = format!("{out} {told}").split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(all.contains(said), "{name}: {told}");
    assert_eq!(found, code, "{name}: {told}");
}

/// What is seen by whoever is let in.
const LET_IN: &str = "create nobody.duly.ticket.events.v1";

fn scram(password_file: &str) -> String {
    format!(
        "protocol: sasl_ssl\nmechanism: scram_sha_512\nusername: admin\npassword_file: {password_file}\nca_file: ca.pem"
    )
}

#[test]
fn the_right_password_lets_in_and_a_wrong_one_is_called_that() {
    let scram_address = &fortress().scram;
    check("right", scram_address, &scram("admin"), 1, LET_IN);
    check("wrong-password", scram_address, &scram("wrong"), 78, "does not accept who we are");
    check("wrong-password-2", scram_address, &scram("user"), 78, "see mechanism, username and password_file");
    check("no-password", scram_address, &scram("missing"), 78, "cannot read the password of the Kafka user");
}

#[test]
fn a_certificate_is_told_by_what_is_wrong_with_it() {
    let fortress = fortress();
    check("expired", &fortress.expired, &scram("admin"), 1, "the broker's certificate has expired");
    let stranger = scram("admin").replace("ca.pem", "stranger/ca.pem");
    check("stranger", &fortress.scram, &stranger, 78, "is signed by no authority in the ca_file");
    let nobody = scram("admin").replace("ca_file: ca.pem", "");
    check("nobody", &fortress.scram, &nobody, 78, "is signed by no authority that this system trusts");
    let name = fortress.scram.replace("127.0.0.1", "localhost");
    check("name", &name, &scram("admin"), 78, "is not for the name `localhost`");
}

#[test]
fn who_has_a_certificate_needs_no_password() {
    let address = &fortress().certificate;
    let own = "protocol: ssl\nca_file: ca.pem\ncertificate_file: duly-certificate.pem\nkey_file: duly-key.pem";
    check("certificate", address, own, 1, LET_IN);
    check("no-certificate", address, "protocol: ssl\nca_file: ca.pem", 1, "does not");
}

#[test]
fn a_token_is_read_from_its_file() {
    let fortress = fortress();
    let token = |claims: &str| {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.\n", part(r#"{"alg":"none"}"#), part(claims))
    };
    std::fs::write(fortress.path("token"), token(r#"{"sub":"admin","iat":1700000000,"exp":4102444800}"#))
        .expect("a file");
    std::fs::write(fortress.path("old-token"), token(r#"{"sub":"admin","exp":1700000000}"#)).expect("a file");
    let by = |file: &str| format!("protocol: sasl_ssl\nmechanism: oauthbearer\ntoken_file: {file}\nca_file: ca.pem");
    // It is let in, and says what librdkafka can not do then.
    check("token", &fortress.token, &by("token"), 1, LET_IN);
    check("old", &fortress.token, &by("old-token"), 78, "has expired: somebody has to renew it");
    check("no-token", &fortress.token, &by("no-token"), 78, "cannot read the token from");
    let config = fortress.settings("token-serve", &fortress.token, "prefix: nobody.", &by("token"));
    let (code, _, told) = duly(&["serve", "--exit"], &config);
    assert!(code == 78 && told.contains("there is no topic nobody.duly.ticket.events.v1"), "{told}");
}

#[test]
fn settings_are_shown_without_secrets() {
    let config = fortress().user("show", "admin", "admin", "");
    let (code, shown, told) = duly(&["config", "show"], &config);
    assert_eq!((code, told.as_str()), (0, ""));
    assert!(shown.contains("    username: admin\n") && shown.contains("password_file: "), "{shown}");
}
