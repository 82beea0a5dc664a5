//! The way to a Kafka cluster, as the command line tells it.

use std::sync::Arc;

use duly_engine::kafka::{Cluster, Context};

use crate::files::tell;

/// The options that say which cluster.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct KafkaArgs {
    /// A Kafka cluster: brokers to begin with, comma-separated
    #[arg(long, value_name = "BOOTSTRAP")]
    pub(crate) kafka: Option<String>,
}

impl KafkaArgs {
    /// The cluster, if one is named.
    pub(crate) fn cluster(&self) -> miette::Result<Option<Cluster>> {
        let context = Context::new(Arc::new(|line| tell!("{line}")));
        Ok(self.kafka.as_ref().map(|bootstrap| Cluster { context, ..Cluster::plain(bootstrap) }))
    }
}
