//! A broker that is guarded in every way that Duly knows, and the program against it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use duly_tests::broker::Brokers;
use duly_tests::program;

use crate::certificates::Authority;

/// What no output may ever hold.
pub(crate) const ADMIN_PASSWORD: &str = "Gr4nite-and-cedar";
pub(crate) const USER_PASSWORD: &str = "Quill0f-the-north";
pub(crate) const WRONG_PASSWORD: &str = "Mistaken-4-another";

/// How long the program may take for anything, in seconds.
const PATIENCE_S: &str = "90";

/// The one broker of these tests. It ends with this process.
pub(crate) struct Fortress {
    directory: tempfile::TempDir,
    /// By password, over TLS.
    pub(crate) scram: String,
    /// The same, with a certificate that has expired.
    pub(crate) expired: String,
    /// By token, over TLS.
    pub(crate) token: String,
    /// By a certificate of one's own.
    pub(crate) certificate: String,
    /// For those who may do everything.
    pub(crate) open: String,
    _brokers: Brokers,
}

pub(crate) fn fortress() -> &'static Fortress {
    static FORTRESS: OnceLock<Fortress> = OnceLock::new();
    FORTRESS.get_or_init(Fortress::start)
}

impl Fortress {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let authority = Authority::new(directory.path(), "An authority of these tests");
        let [broker, ..] = authority.issue("broker", "127.0.0.1", (2020, 2099));
        let [expired_broker, ..] = authority.issue("expired", "127.0.0.1", (2020, 2021));
        authority.issue("duly", "duly", (2020, 2099));
        let stranger = directory.path().join("stranger");
        fs::create_dir(&stranger).expect("a directory");
        Authority::new(&stranger, "Somebody else");
        let [expired, token, certificate, open] = [(); 4].map(|()| free_address());
        let (broker, expired_broker, trusted) = (broker.display(), expired_broker.display(), authority.file());
        let trusted = trusted.display();
        let properties = format!(
            "listeners=SASL_SSL://127.0.0.1:PORT,EXPIRED://{expired},TOKEN://{token},MUTUAL://{certificate},PLAINTEXT://{open}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,EXPIRED:SASL_SSL,TOKEN:SASL_SSL,MUTUAL:SSL
inter.broker.listener.name=PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location={broker}
ssl.truststore.type=PEM
ssl.truststore.location={trusted}
listener.name.expired.ssl.keystore.type=PEM
listener.name.expired.ssl.keystore.location={expired_broker}
listener.name.mutual.ssl.client.auth=required
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.expired.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.token.sasl.enabled.mechanisms=OAUTHBEARER
listener.name.token.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"broker\";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin;User:CN=duly
"
        );
        let file = directory.path().join("broker.properties");
        fs::write(&file, properties).expect("a file");
        for (name, secret) in [("admin", ADMIN_PASSWORD), ("user", USER_PASSWORD), ("wrong", WRONG_PASSWORD)] {
            fs::write(directory.path().join(name), format!("{secret}\n")).expect("a file");
        }
        let (admin, user) = (format!("admin={ADMIN_PASSWORD}"), format!("duly={USER_PASSWORD}"));
        let file = file.display().to_string();
        let brokers = Brokers::start(&["--properties", &file, "--scram", &admin, "--scram", &user]);
        let scram = brokers.bootstrap.clone();
        Fortress { directory, scram, expired, token, certificate, open, _brokers: brokers }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A settings file with a section `kafka` of these lines; relative paths are those of the fortress.
    pub(crate) fn settings(&self, name: &str, bootstrap: &str, rest: &str, security: &str) -> PathBuf {
        let indented = |text: &str, by: usize| {
            let lines = text.lines().map(|line| " ".repeat(by) + line.trim() + "\n");
            lines.collect::<String>()
        };
        let path = self.path(&format!("{name}.yaml"));
        let (rest, security) = (indented(rest, 2), indented(security, 4));
        let text = format!("kafka:\n  bootstrap: {bootstrap}\n  instance: i-1\n{rest}  security:\n{security}");
        fs::write(&path, text).expect("a file");
        path
    }

    /// Settings of a user who has this file for a password.
    pub(crate) fn user(&self, name: &str, user: &str, password_file: &str, rest: &str) -> PathBuf {
        let security = format!(
            "protocol: sasl_ssl\nmechanism: scram_sha_512\nusername: {user}\npassword_file: {password_file}\nca_file: ca.pem"
        );
        self.settings(name, &self.scram, rest, &security)
    }
}

/// A port that nobody has. Whoever takes it meanwhile makes the broker fail to start.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// Runs the program within a bound, and makes sure that it gives nothing away.
pub(crate) fn duly(arguments: &[&str], config: &Path) -> (i32, String, String) {
    let mut command = Command::new("timeout");
    command.arg(PATIENCE_S).arg(program::path()).args(arguments).arg("--config").arg(config);
    let output = command.stdin(Stdio::null()).env_remove("DULY_KAFKA_PASSWORD").output().expect("the program runs");
    let Output { status, stdout, stderr } = output;
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (out, told) = (text(stdout), text(stderr));
    for secret in [ADMIN_PASSWORD, USER_PASSWORD, WRONG_PASSWORD] {
        assert!(!out.contains(secret) && !told.contains(secret), "{arguments:?} gives a secret away");
    }
    let code = status.code().expect("an exit code");
    assert_ne!(code, 124, "{arguments:?} takes longer than {PATIENCE_S} s: {told}");
    (code, out, told)
}
