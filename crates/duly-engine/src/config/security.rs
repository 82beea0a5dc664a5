//! The section `kafka.security`: TLS and SASL, told in words of its own and checked before any broker is asked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;

use super::read::{self, Entries};
use super::secret::{Secret, SecretError};

/// How the cluster knows that it is us, and we that it is the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub struct Security {
    /// Whether the connection is encrypted, and whether we say who we are.
    pub protocol: Protocol,
    /// How we prove who we are, where the protocol has SASL.
    pub mechanism: Option<Mechanism>,
    /// The user's name, for `plain` and `scram_…`.
    pub username: Option<String>,
    /// A file with the user's password, and nothing else in it; the environment variable `DULY_KAFKA_PASSWORD` does as well.
    pub password_file: Option<PathBuf>,
    /// A file with the certificates (PEM) of authorities that brokers' certificates may be signed by. Without it, those
    /// that the system trusts.
    pub ca_file: Option<PathBuf>,
    /// A file with our own certificate (PEM), for brokers that ask for one.
    pub certificate_file: Option<PathBuf>,
    /// A file with the key of our certificate (PEM).
    pub key_file: Option<PathBuf>,
    /// A file with the password of the key, and nothing else in it.
    pub key_password_file: Option<PathBuf>,
    /// A file with the token for `oauthbearer`. It is read again before the token expires: somebody else renews it.
    pub token_file: Option<PathBuf>,
}

/// How to talk to brokers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Protocol {
    /// In the clear.
    #[default]
    Plaintext,
    /// Encrypted.
    Ssl,
    /// In the clear, saying who we are.
    SaslPlaintext,
    /// Encrypted, saying who we are.
    SaslSsl,
}

/// How to prove who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Mechanism {
    /// By the password itself: only over `sasl_ssl` is it a secret.
    Plain,
    /// Knowing the password.
    ScramSha256,
    /// Knowing the password.
    ScramSha512,
    /// By a token.
    Oauthbearer,
}

/// The keys of the section.
pub(super) const KEYS: [&str; 9] = [
    "protocol",
    "mechanism",
    "username",
    "password_file",
    "ca_file",
    "certificate_file",
    "key_file",
    "key_password_file",
    "token_file",
];

/// The variable that holds the password where no file does.
pub const PASSWORD_VARIABLE: &str = "DULY_KAFKA_PASSWORD";

impl Protocol {
    /// The protocols by their names.
    pub const ALL: [(&str, Protocol); 4] = [
        ("plaintext", Protocol::Plaintext),
        ("ssl", Protocol::Ssl),
        ("sasl_plaintext", Protocol::SaslPlaintext),
        ("sasl_ssl", Protocol::SaslSsl),
    ];

    /// Whether the connection is encrypted.
    pub fn has_tls(self) -> bool {
        matches!(self, Protocol::Ssl | Protocol::SaslSsl)
    }

    /// Whether we say who we are.
    pub fn has_sasl(self) -> bool {
        matches!(self, Protocol::SaslPlaintext | Protocol::SaslSsl)
    }
}

impl Mechanism {
    /// The mechanisms by their names.
    pub const ALL: [(&str, Mechanism); 4] = [
        ("plain", Mechanism::Plain),
        ("scram_sha_256", Mechanism::ScramSha256),
        ("scram_sha_512", Mechanism::ScramSha512),
        ("oauthbearer", Mechanism::Oauthbearer),
    ];

    /// As Kafka calls it.
    fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
            Mechanism::Oauthbearer => "OAUTHBEARER",
        }
    }
}

/// The name of a value in a list of all.
pub(super) fn name_of<T: PartialEq>(value: &T, all: &[(&'static str, T)]) -> &'static str {
    all.iter().find(|(_, known)| known == value).map(|(name, _)| *name).expect("all are listed")
}

impl Security {
    pub(super) fn read(section: &mut Entries) -> Security {
        let mut security = Security::default();
        section.take("protocol", &mut security.protocol, |value| read::word(value, &Protocol::ALL));
        section.take("mechanism", &mut security.mechanism, |value| read::word(value, &Mechanism::ALL).map(Some));
        section.take("username", &mut security.username, |value| read::text(value).map(Some));
        for (key, file) in security.files() {
            section.take(key, file, |value| read::path(value).map(Some));
        }
        security.check(section);
        security
    }

    /// What does not fit together: a setting that would do nothing is a mistake.
    fn check(&self, section: &mut Entries) {
        let Security { protocol, mechanism, .. } = self;
        let mut wrong = |key: &str, what: &str, hint: &str| section.blame(key, (what.to_owned(), hint.to_owned()));
        let is_user = matches!(mechanism, Some(Mechanism::Plain | Mechanism::ScramSha256 | Mechanism::ScramSha512));
        let is_token = *mechanism == Some(Mechanism::Oauthbearer);
        if protocol.has_sasl() && mechanism.is_none() {
            wrong("mechanism", "it is missing", "write how the cluster knows its users, such as `scram_sha_512`");
        }
        if !protocol.has_sasl() && mechanism.is_some() {
            wrong("mechanism", "nobody says who they are with this protocol", "write `protocol: sasl_ssl`");
        }
        if is_user && self.username.is_none() {
            wrong("username", "it is missing", "name the user; its password is in a password_file");
        }
        if is_token && self.token_file.is_none() {
            wrong("token_file", "it is missing", "name the file that somebody keeps a valid token in");
        }
        for (key, is_given) in [("username", self.username.is_some()), ("password_file", self.password_file.is_some())]
        {
            if is_given && !is_user {
                wrong(key, "no user is asked for", "write a mechanism that has users, such as `scram_sha_512`");
            }
        }
        if self.token_file.is_some() && !is_token {
            wrong("token_file", "no token is asked for", "write `mechanism: oauthbearer`");
        }
        let of_tls = [
            ("ca_file", &self.ca_file),
            ("certificate_file", &self.certificate_file),
            ("key_file", &self.key_file),
            ("key_password_file", &self.key_password_file),
        ];
        for (key, _) in of_tls.iter().filter(|(_, file)| file.is_some() && !protocol.has_tls()) {
            wrong(key, "nothing is encrypted with this protocol", "write `protocol: ssl` or `protocol: sasl_ssl`");
        }
        let pairs = [
            ("key_file", self.certificate_file.is_some() && self.key_file.is_none(), "a certificate_file has"),
            ("certificate_file", self.key_file.is_some() && self.certificate_file.is_none(), "a key_file has"),
            ("key_file", self.key_password_file.is_some() && self.key_file.is_none(), "a key_password_file has"),
        ];
        for (key, _, whose) in pairs.iter().filter(|(_, is_missing, _)| *is_missing) {
            wrong(key, "it is missing", &format!("{whose} one beside it"));
        }
    }

    /// The same for librdkafka. Reads the files that hold secrets.
    pub(super) fn properties(&self) -> Result<BTreeMap<String, String>, SecretError> {
        let mut properties = BTreeMap::new();
        let mut set = |name: &str, value: String| properties.insert(name.to_owned(), value);
        set("security.protocol", name_of(&self.protocol, &Protocol::ALL).to_owned());
        if let Some(mechanism) = self.mechanism {
            set("sasl.mechanism", mechanism.name().to_owned());
        }
        if let Some(username) = &self.username {
            set("sasl.username", username.clone());
            set("sasl.password", self.password()?.reveal().to_owned());
        }
        let files = [
            ("ssl.ca.location", &self.ca_file),
            ("ssl.certificate.location", &self.certificate_file),
            ("ssl.key.location", &self.key_file),
        ];
        for (name, file) in files {
            if let Some(file) = file {
                set(name, file.display().to_string());
            }
        }
        if let Some(file) = &self.key_password_file {
            set("ssl.key.password", Secret::read("password of the key", file)?.reveal().to_owned());
        }
        Ok(properties)
    }

    fn password(&self) -> Result<Secret, SecretError> {
        const WHAT: &str = "password of the Kafka user";
        match &self.password_file {
            Some(file) => Secret::read(WHAT, file),
            None => Secret::variable(WHAT, PASSWORD_VARIABLE)?.ok_or(SecretError::Missing(PASSWORD_VARIABLE)),
        }
    }

    /// The files that are named.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.files().into_iter().filter_map(|(_, file)| file.as_mut())
    }

    fn files(&mut self) -> [(&'static str, &mut Option<PathBuf>); 6] {
        [
            ("password_file", &mut self.password_file),
            ("ca_file", &mut self.ca_file),
            ("certificate_file", &mut self.certificate_file),
            ("key_file", &mut self.key_file),
            ("key_password_file", &mut self.key_password_file),
            ("token_file", &mut self.token_file),
        ]
    }
}
