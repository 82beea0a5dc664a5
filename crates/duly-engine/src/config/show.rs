//! The settings as they are, in the form of the file: reading what is written here gives the same settings.
//!
//! Secrets are not among the settings, files with them are; where one comes from the environment, a comment says so.

use std::fmt::{Display, Write as _};
use std::path::Path;

use duly_core::time::Span;
use serde_json::Value;

use super::kafka::Kafka;
use super::secret::HIDDEN;
use super::security::{Mechanism, PASSWORD_VARIABLE, Protocol, Security, name_of};
use super::{Announcements, Config, Level, Source};
use crate::ingest::signature::Signature;

impl Config {
    /// The settings as text for a person, every secret hidden. `is_set` knows which variables of the environment are.
    pub fn show(&self, is_set: &dyn Fn(&str) -> bool) -> String {
        let mut out = Lines::default();
        out.line("store", path(&self.store));
        out.line("policies", list(self.policies.iter().map(|each| path(each))));
        out.line("feeds", list(self.feeds.iter().map(|each| path(each))));
        out.line("follow", list(self.follow.iter().map(|each| path(each))));
        out.line("listen", text(&self.listen.to_string()));
        out.option("token_file", self.token_file.as_deref().map(path));
        if self.token_file.is_none() && is_set("DULY_TOKEN") {
            out.comment("token", "DULY_TOKEN");
        }
        if self.lateness_grace > Span::ZERO {
            out.line("lateness_grace", span(self.lateness_grace));
        }
        if let Some(closed) = self.retention.closed {
            out.open("retention");
            out.line("closed", span(closed));
            out.close();
        }
        out.line("log", name_of(&self.log, &Level::ALL));
        match &self.notifications {
            None => out.line("notifications", text("off")),
            Some(notifications) => {
                out.open("notifications");
                out.option("templates", notifications.templates.as_deref().map(path));
                out.line("max_age", span(notifications.max_age));
                out.close();
            }
        }
        match &self.announcements {
            None => out.line("announcements", text("off")),
            Some(Announcements { author: None }) => out.line("announcements", "public"),
            Some(Announcements { author }) => {
                out.open("announcements");
                out.option("author", author.as_deref().map(text));
                out.close();
            }
        }
        if !self.sources.is_empty() {
            out.open("sources");
            self.sources.iter().for_each(|source| source.show(&mut out));
            out.close();
        }
        if !self.sinks.is_empty() {
            out.open("sinks");
            self.sinks.iter().for_each(|sink| sink.show(&mut out));
            out.close();
        }
        if let Some(kafka) = &self.kafka {
            out.open("kafka");
            kafka.show(&mut out, is_set);
        }
        out.text
    }
}

impl Source {
    fn show(&self, out: &mut Lines) {
        out.open(&self.name);
        out.line("mapping", path(&self.mapping));
        out.line("tenant", text(&self.tenant));
        out.line("zone", text(self.zone.name()));
        out.option(
            "topics",
            Some(&self.topics)
                .filter(|topics| !topics.is_empty())
                .map(|topics| list(topics.iter().map(|topic| text(topic)))),
        );
        if let Some(hook) = &self.hook {
            out.open("hook");
            out.option("secret_file", hook.secret_file.as_deref().map(path));
            if let Some(signature) = &hook.signature {
                signature.show(out);
            }
            out.option("url", hook.url.as_deref().map(text));
            out.option("max_age", hook.max_age.map(span));
            out.line("per_minute", hook.per_minute);
            out.close();
        }
        out.close();
    }
}

impl Signature {
    fn show(&self, out: &mut Lines) {
        match (self.name(), self.scheme()) {
            (None, Some(scheme)) => {
                out.open("signature");
                for (key, value) in scheme.said() {
                    match value.as_array() {
                        Some(values) => out.line(key, list(values.iter().filter_map(Value::as_str).map(text))),
                        None => out.option(key, value.as_str().map(text)),
                    }
                }
                out.close();
            }
            (name, _) => out.option("signature", name.map(text)),
        }
    }
}

impl Kafka {
    fn show(&self, out: &mut Lines, is_set: &dyn Fn(&str) -> bool) {
        out.line("bootstrap", text(&self.bootstrap));
        out.option("prefix", Some(&self.prefix).filter(|prefix| !prefix.is_empty()).map(|prefix| text(prefix)));
        out.line("group", text(&self.group()));
        out.line("instance", text(&self.instance()));
        out.option("advertise", self.advertise.as_deref().map(text));
        out.line("workers", self.workers);
        out.line("session_timeout", span(self.session_timeout));
        out.line("transaction_timeout", span(self.transaction_timeout));
        out.line("commit_interval", span(self.commit_interval));
        out.line("progress_interval", span(self.progress_interval));
        out.option("snapshots", self.snapshots.as_deref().map(path));
        if self.snapshots.is_some() {
            out.line("snapshot_interval", span(self.snapshot_interval));
        }
        out.open("security");
        self.security.show(out, is_set);
        out.close();
        if !self.properties.is_empty() {
            out.open("properties");
            for (name, value) in &self.properties {
                out.line(name, text(value));
            }
            out.close();
        }
    }
}

impl Security {
    fn show(&self, out: &mut Lines, is_set: &dyn Fn(&str) -> bool) {
        let Security {
            username,
            password_file,
            ca_file,
            certificate_file,
            key_file,
            key_password_file,
            token_file,
            ..
        } = self;
        out.line("protocol", name_of(&self.protocol, &Protocol::ALL));
        out.option("mechanism", self.mechanism.map(|mechanism| name_of(&mechanism, &Mechanism::ALL)));
        out.option("username", username.as_deref().map(text));
        let files = [
            ("password_file", password_file),
            ("ca_file", ca_file),
            ("certificate_file", certificate_file),
            ("key_file", key_file),
            ("key_password_file", key_password_file),
            ("token_file", token_file),
        ];
        for (key, file) in files {
            out.option(key, file.as_deref().map(path));
        }
        if username.is_some() && password_file.is_none() && is_set(PASSWORD_VARIABLE) {
            out.comment("password", PASSWORD_VARIABLE);
        }
    }
}

/// Lines of YAML.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    pub(super) fn line(&mut self, key: &str, value: impl Display) {
        self.write(format_args!("{}: {value}", text(key)));
    }

    pub(super) fn option(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }

    fn comment(&mut self, what: &str, variable: &str) {
        self.write(format_args!("# {what}: {HIDDEN} from {variable}"));
    }

    pub(super) fn open(&mut self, key: &str) {
        self.write(format_args!("{}:", text(key)));
        self.depth += 1;
    }

    pub(super) fn close(&mut self) {
        self.depth -= 1;
    }

    fn write(&mut self, line: impl Display) {
        writeln!(self.text, "{:indent$}{line}", "", indent = self.depth * 2).expect("a text takes all");
    }
}

/// A text that YAML takes for nothing else.
pub(super) fn text(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || "/".contains(c))
        && text.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    // JSON's strings are YAML's.
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

pub(super) fn path(path: &Path) -> String {
    text(&path.display().to_string())
}

pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A span in the largest unit that it is whole in.
pub(super) fn span(span: Span) -> String {
    let ms = span.ms();
    match ms {
        _ if ms % 86_400_000 == 0 => format!("{}d", ms / 86_400_000),
        _ if ms % 3_600_000 == 0 => format!("{}h", ms / 3_600_000),
        _ if ms % 60_000 == 0 => format!("{}m", ms / 60_000),
        _ if ms % 1_000 == 0 => format!("{}s", ms / 1_000),
        _ => format!("{ms}ms"),
    }
}
