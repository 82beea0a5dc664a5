//! What `duly serve` is told, by the command line and `duly.yaml` together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use duly_core::time::{Instant, Span};
use duly_engine::config::{Config, Kafka, Level};
use duly_engine::deliver::Sink;
use duly_engine::embedded::{End, Feed};
use duly_engine::http::{Announcements, ListenError, Server, Token, TokenError};
use duly_engine::ingest::Source;
use duly_engine::notify::Notifier;
use miette::Diagnostic;
use thiserror::Error;

use super::Args;
use crate::{notifier, sinks, sources};

/// What an engine and its API are started with.
pub(super) struct Settings {
    pub(super) store: PathBuf,
    pub(super) policies: Vec<PathBuf>,
    pub(super) feeds: Vec<Feed>,
    pub(super) until: Instant,
    pub(super) lateness_grace: Span,
    pub(super) retention_closed: Option<Span>,
    pub(super) end: End,
    /// Where to listen, if anywhere.
    pub(super) listen: Option<SocketAddr>,
    pub(super) token: Option<Token>,
    pub(super) log: Level,
    /// Makes notifications, where people are told anything.
    pub(super) notifier: Option<Notifier>,
    /// The systems that tell of tickets in words of their own.
    pub(super) sources: Vec<Arc<Source>>,
    /// Whether everybody may read what customers are told of emergencies.
    pub(super) announcements: Announcements,
    /// Where SLA events and notifications go.
    pub(super) sinks: Vec<Sink>,
    /// The cluster to work on, instead of the store.
    pub(super) kafka: Option<Kafka>,
    /// Whether the lanes are given up at the end.
    pub(super) leave: bool,
}

/// Settings that can not be.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error(transparent)]
    #[diagnostic(code(duly::config::token))]
    Token(#[from] TokenError),
    #[error(transparent)]
    #[diagnostic(code(duly::config::listen), help("{}", .0.hint()))]
    Listen(#[from] ListenError),
    #[error("there is nothing to read, and --exit ends at its end")]
    #[diagnostic(code(duly::config::feeds), help("name the feeds: duly serve --exit events.ndjson"))]
    NothingToRead,
    #[error("{0} belongs to the embedded store, and with Kafka there is none")]
    #[diagnostic(
        code(duly::config::store),
        help("on Kafka the events are those of the topic: leave it out, or leave Kafka out")
    )]
    OfTheStore(&'static str),
    #[error("the source {0} has topics, and without Kafka there are none")]
    #[diagnostic(code(duly::config::sources), help("take out its `topics`, or name a cluster in a section `kafka`"))]
    NoTopics(String),
    #[error("the topics of the source {0} have no end, and --exit ends at the end")]
    #[diagnostic(code(duly::config::sources), help("leave out --exit, or take out the source's `topics`"))]
    NeverEnds(String),
    #[error("--leave is about lanes that instances on Kafka share")]
    #[diagnostic(code(duly::config::kafka), help("leave it out, or name a cluster with --kafka"))]
    NobodyToLeave,
    #[error("{0} is about instances on Kafka, and the embedded store has one")]
    #[diagnostic(code(duly::config::kafka), help("leave it out, or name a cluster with --kafka"))]
    NoOthers(&'static str),
}

impl Args {
    /// The settings of the file, with what the command line says in their place.
    pub(super) fn settings(self) -> miette::Result<Settings> {
        let mut config = self.kafka.settings()?;
        self.check_store(&config)?;
        if let Some(kafka) = &mut config.kafka {
            kafka.instance = self.instance.or(kafka.instance.take());
            kafka.advertise = self.advertise.or(kafka.advertise.take());
        }
        let token_file = self.token_file.or(config.token_file);
        let variable = std::env::var("DULY_TOKEN").ok();
        let token = Token::load(token_file.as_deref(), variable.as_deref()).map_err(Error::from)?;
        let listen = self.listen.or((!self.exit).then_some(config.listen));
        if let Some(address) = listen {
            Server::check(address, token.as_ref()).map_err(Error::from)?;
        }
        let feeds = feeds([self.feeds, self.more_feeds].concat(), self.follow, config.feeds, config.follow);
        if feeds.is_empty() && self.exit && config.kafka.is_none() {
            return Err(Error::NothingToRead.into());
        }
        let notifier = config.notifications.as_ref().map(notifier::of).transpose()?;
        let sources = sources::load(&config.sources)?;
        let sinks = sinks::read(&config.sinks)?;
        Ok(Settings {
            store: self.store.unwrap_or(config.store),
            policies: if self.policies.is_empty() { config.policies } else { self.policies },
            feeds,
            until: self.until.unwrap_or(Instant::MAX),
            lateness_grace: config.lateness_grace,
            retention_closed: config.retention.closed,
            end: if self.exit { End::Settled } else { End::Never },
            listen,
            token,
            log: config.log,
            notifier,
            sources,
            announcements: config
                .announcements
                .map_or(Announcements::Off, |told| Announcements::Public { author: told.author }),
            sinks,
            kafka: config.kafka,
            leave: self.leave,
        })
    }

    /// What is told of the one kind of log is a mistake with the other.
    fn check_store(&self, config: &Config) -> Result<(), Error> {
        let of_kafka = config.sources.iter().find(|source| !source.topics.is_empty());
        if config.kafka.is_none() {
            return match of_kafka {
                Some(source) => Err(Error::NoTopics(source.name.clone())),
                None if self.leave => Err(Error::NobodyToLeave),
                None if self.instance.is_some() => Err(Error::NoOthers("--instance")),
                None if self.advertise.is_some() => Err(Error::NoOthers("--advertise")),
                None => Ok(()),
            };
        }
        let is_fed = !(self.feeds.is_empty() && self.more_feeds.is_empty() && self.follow.is_none());
        match () {
            () if self.exit && of_kafka.is_some() => {
                Err(Error::NeverEnds(of_kafka.map(|source| source.name.clone()).unwrap_or_default()))
            }
            () if self.store.is_some() => Err(Error::OfTheStore("--store")),
            () if is_fed => Err(Error::OfTheStore("a feed")),
            () if !(config.feeds.is_empty() && config.follow.is_empty()) => {
                Err(Error::OfTheStore("a feed of the settings"))
            }
            () => Ok(()),
        }
    }
}

/// The feeds of the command line, where it names any, else those of the settings file.
fn feeds(
    given: Vec<PathBuf>,
    follow: Option<Vec<PathBuf>>,
    known: Vec<PathBuf>,
    known_follow: Vec<PathBuf>,
) -> Vec<Feed> {
    let follow_all = follow.as_ref().is_some_and(Vec::is_empty);
    let given_follow = follow.unwrap_or_default();
    let is_given = !given.is_empty() || !given_follow.is_empty();
    let (once, growing) = if is_given { (given, given_follow) } else { (known, known_follow) };
    let once = once.into_iter().map(|path| Feed { path, follow: follow_all });
    once.chain(growing.into_iter().map(|path| Feed { path, follow: true })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks which feeds are read: those of the command line, `--follow`, the file's, and the file's followed ones. A `+` says
    /// that a feed is followed.
    fn check(given: &str, follow: Option<&str>, known: &str, known_follow: &str, expected: &str) {
        let paths = |text: &str| text.split_whitespace().map(PathBuf::from).collect::<Vec<_>>();
        let found = feeds(paths(given), follow.map(paths), paths(known), paths(known_follow));
        let found = found.iter().map(|feed| format!("{}{}", feed.path.display(), if feed.follow { "+" } else { "" }));
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn feeds_of_the_command_line_go_before_those_of_the_file() {
        check("", None, "", "", "");
        check("a b", None, "", "", "a b");
        check("a b", Some(""), "", "", "a+ b+");
        check("a", Some("b"), "", "", "a b+");
        check("", None, "a", "b", "a b+");
        check("", Some(""), "a", "b", "a+ b+");
        check("c", None, "a", "b", "c");
        check("", Some("c"), "a", "b", "c+");
    }
}
