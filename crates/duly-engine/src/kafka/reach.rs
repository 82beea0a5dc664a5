//! Reaching a cluster for the first time: an answer within a bound, or the one reason why there is none.
//!
//! A client of librdkafka tries again for ever and reports on the side. At a start that is no help to anybody: a wrong
//! password stays wrong.

use std::time::{Duration, Instant as Stopwatch};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::Metadata;

use super::context::{Context, Trouble};
use super::{Cluster, KafkaError, tls};

/// How long the cluster may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long one attempt takes at most. Of several brokers another one may answer meanwhile.
const ATTEMPT: Duration = Duration::from_secs(2);

impl Cluster {
    /// What the cluster says of its brokers and topics.
    pub(super) fn metadata(&self) -> Result<Metadata, KafkaError> {
        // With an ear of its own, so that what goes wrong is told once, by the error.
        let cluster = Cluster { context: self.context.apart(), ..self.clone() };
        let prober = cluster.prober()?;
        let started = Stopwatch::now();
        loop {
            // Before a question, because that waits for a token, and nobody else serves requests for one.
            listen(&prober);
            let asked = prober.fetch_metadata(None, ATTEMPT);
            listen(&prober);
            let error = match asked {
                Ok(metadata) if !metadata.brokers().is_empty() => return Ok(metadata),
                Ok(_) => "it knows no brokers".to_owned(),
                Err(error) => error.to_string(),
            };
            match cluster.context.trouble() {
                Some(Trouble::Refused(why)) => return Err(self.refused(why)),
                Some(Trouble::Untrusted(why)) => return Err(self.untrusted(why)),
                trouble if started.elapsed() > PATIENCE => {
                    let why = match trouble {
                        Some(Trouble::Other(why)) => why,
                        _ => error,
                    };
                    let bootstrap = self.bootstrap.clone();
                    return Err(KafkaError::Unreachable { bootstrap, patience_s: PATIENCE.as_secs(), why });
                }
                _ => {}
            }
        }
    }

    fn refused(&self, why: String) -> KafkaError {
        KafkaError::Refused { bootstrap: self.bootstrap.clone(), why }
    }

    /// librdkafka does not say what is wrong with a certificate.
    fn untrusted(&self, why: String) -> KafkaError {
        let ca_file = self.properties.get("ssl.ca.location").map(AsRef::as_ref);
        let found = self.bootstrap.split(',').find_map(|address| tls::judge(address, ca_file));
        let (why, is_setting) = found.map_or((why, true), |found| (found.to_string(), found.is_setting()));
        KafkaError::Untrusted { bootstrap: self.bootstrap.clone(), why, is_setting }
    }
}

/// How long nothing comes in when all has been served.
const QUIET: Duration = Duration::from_millis(20);

/// Serves what has come in: errors, which the context hears, and requests for tokens.
pub(super) fn listen(consumer: &BaseConsumer<Context>) {
    while consumer.poll(QUIET).is_some() {}
}
