//! Settings, and which Kafka cluster: shared by the commands that can work on one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duly_engine::config::{self, Config, SecretError};
use duly_engine::kafka::{Cluster, KafkaError, Tell};
use miette::Diagnostic;
use thiserror::Error;

use crate::files::tell;
use crate::mistakes::{Faulty, Rejected};
use crate::texts;

/// The options that say what holds.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct KafkaArgs {
    /// Settings; options go before what they say
    #[arg(long, value_name = "duly.yaml")]
    config: Option<PathBuf>,
    /// The Kafka cluster to work on, `host:port`, comma-separated; security is told by the settings
    #[arg(long = "kafka", value_name = "BOOTSTRAP", value_parser = bootstrap)]
    bootstrap: Option<String>,
    /// What the names of all topics begin with
    #[arg(long = "kafka-prefix", value_name = "PREFIX", value_parser = prefix)]
    prefix: Option<String>,
}

/// A cluster that can not be worked on.
#[derive(Debug, Error, Diagnostic)]
enum Error {
    #[error("no Kafka cluster is told")]
    #[diagnostic(
        code(duly::config::kafka),
        help("name its brokers with --kafka host:port, or settings that have a section `kafka` with --config")
    )]
    NoCluster,
    #[error(transparent)]
    #[diagnostic(code(duly::config::secret))]
    Secret(#[from] SecretError),
}

impl KafkaArgs {
    /// The settings of the file, with what the command line says in their place.
    pub(crate) fn settings(&self) -> miette::Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), read)?;
        if let Some(bootstrap) = &self.bootstrap {
            config.kafka.get_or_insert_default().bootstrap.clone_from(bootstrap);
        }
        if let Some(prefix) = &self.prefix {
            config.kafka.as_mut().ok_or(Error::NoCluster)?.prefix.clone_from(prefix);
        }
        Ok(config)
    }

    /// Whether a file of settings is named.
    pub(crate) fn has_settings(&self) -> bool {
        self.config.is_some()
    }

    /// What is told of a cluster, which has to be something.
    pub(crate) fn kafka(&self) -> miette::Result<config::Kafka> {
        Ok(self.settings()?.kafka.ok_or(Error::NoCluster)?)
    }

    /// The way to the cluster, if any of these options is given.
    pub(crate) fn cluster(&self) -> miette::Result<Option<Cluster>> {
        let is_given = self.bootstrap.is_some() || self.config.is_some() || self.prefix.is_some();
        is_given.then(|| cluster(&self.kafka()?)).transpose()
    }
}

/// The way to a cluster; what librdkafka has to say on it goes to standard error.
pub(crate) fn cluster(kafka: &config::Kafka) -> miette::Result<Cluster> {
    cluster_telling(kafka, Arc::new(|line| tell!("{line}")))
}

/// The same; what librdkafka and Duly have to say on it goes to `tell`.
pub(crate) fn cluster_telling(kafka: &config::Kafka, tell: Tell) -> miette::Result<Cluster> {
    Ok(kafka.cluster(tell).map_err(Error::from)?)
}

/// What went wrong with a cluster, for a person. It ends the process with 78 where settings or topics have to be changed.
#[derive(Debug, Error)]
#[error(transparent)]
pub(crate) struct Failed(#[from] KafkaError);

impl Diagnostic for Failed {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.is_configuration().then(|| Box::new("duly::config::kafka") as Box<dyn fmt::Display>)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.hint().map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }
}

fn bootstrap(text: &str) -> Result<String, String> {
    config::check_bootstrap(text).map_err(|(what, hint)| format!("{what}: {hint}"))
}

fn prefix(text: &str) -> Result<String, String> {
    config::topic_prefix(text).map(|()| text.to_owned()).map_err(|(what, hint)| format!("{what}: {hint}"))
}

/// The settings of a file.
pub(crate) fn read(path: &Path) -> miette::Result<Config> {
    let rejected = |faulty| Rejected(vec![faulty]);
    let text = texts::read(path).map_err(rejected)?;
    let config = Config::parse(&text).map_err(|mistakes| rejected(Faulty::new(path, &text, mistakes)))?;
    Ok(config.relative_to(path.parent().unwrap_or(Path::new(""))))
}
