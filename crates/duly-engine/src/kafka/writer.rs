//! A producer for what is written outside of the lanes' transactions: each record once, and known to be there at the end.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};

use super::context::Context;
use super::{Cluster, KafkaError};

/// How long a record may take to be stored.
const DELIVERY: Duration = Duration::from_secs(30);

/// How much waits to be sent at most, in KiB.
const QUEUE_KIB: &str = "65536";

/// An idempotent producer.
pub(super) struct Writer {
    producer: ThreadedProducer<Deliveries>,
}

/// A record to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'r> {
    pub(super) topic: &'r str,
    pub(super) partition: i32,
    pub(super) key: Option<&'r [u8]>,
    pub(super) value: &'r [u8],
}

/// Hears what became of every record.
struct Deliveries {
    context: Context,
    failed: Mutex<Option<RdKafkaError>>,
}

impl Writer {
    pub(super) fn open(cluster: &Cluster) -> Result<Self, KafkaError> {
        let mut config = cluster.writing();
        config.set("message.timeout.ms", DELIVERY.as_millis().to_string()).set("queue.buffering.max.kbytes", QUEUE_KIB);
        let deliveries = Deliveries { context: cluster.context.clone(), failed: Mutex::default() };
        let producer = config.create_with_context(deliveries).map_err(KafkaError::doing("set up a producer"))?;
        Ok(Writer { producer })
    }

    /// Hands a record over, once there is room for it.
    pub(super) fn write(&self, record: Record<'_>, headers: OwnedHeaders) -> Result<(), KafkaError> {
        let Record { topic, partition, key, value } = record;
        let mut next = BaseRecord::<[u8], [u8]>::to(topic).partition(partition).payload(value).headers(headers);
        if let Some(key) = key {
            next = next.key(key);
        }
        loop {
            match self.producer.send(next) {
                Ok(()) => return Ok(()),
                Err((RdKafkaError::MessageProduction(Code::QueueFull), rejected)) => {
                    next = rejected;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err((error, _)) => return Err(KafkaError::doing(format!("write to {topic}"))(error)),
            }
        }
    }

    /// Waits until all that was handed over is stored.
    pub(super) fn finish(&self) -> Result<(), KafkaError> {
        self.producer.flush(DELIVERY * 2).map_err(KafkaError::doing("write"))?;
        let deliveries = self.producer.context();
        let failed = deliveries.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or(Ok(()), |error| Err(KafkaError::doing("write")(error)))
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.context.log(level, facility, message);
    }

    fn error(&self, error: RdKafkaError, reason: &str) {
        self.context.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
        }
    }
}
