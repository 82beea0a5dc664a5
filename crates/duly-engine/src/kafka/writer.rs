//! A producer for what is written outside of the lanes' transactions: each record once, and known to be there at the end; or
//! in transactions of its own, so that what belongs together is there whole or not at all.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode as Code};
use rdkafka::message::{Message as _, OwnedHeaders, ToBytes};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::util::Timeout;

use super::context::Context;
use super::{Cluster, KafkaError};

/// How long a record may take to be stored.
const DELIVERY: Duration = Duration::from_secs(30);

/// How long a transaction may be open, and a call about it take.
const TRANSACTION: Duration = Duration::from_secs(60);

/// How long to wait before it is looked again whether a producer has room.
const ROOM: Duration = Duration::from_millis(5);

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
    /// The largest offset so far.
    last: AtomicI64,
}

impl Writer {
    pub(super) fn open(cluster: &Cluster) -> Result<Self, KafkaError> {
        Writer::with(cluster, cluster.writing())
    }

    /// One that writes in transactions, under the name `id` of the group: a later one of that name takes its place.
    pub(super) fn transactional(cluster: &Cluster, id: &str) -> Result<Self, KafkaError> {
        let id = format!("{}-{id}", cluster.group);
        let writer = Writer::with(cluster, cluster.transactional_config(&id, TRANSACTION))?;
        let doing = KafkaError::doing(format!("become the only writer of the name {id}"));
        writer.producer.init_transactions(Timeout::After(TRANSACTION)).map_err(doing)?;
        Ok(writer)
    }

    fn with(cluster: &Cluster, mut config: ClientConfig) -> Result<Self, KafkaError> {
        config.set("message.timeout.ms", DELIVERY.as_millis().to_string()).set("queue.buffering.max.kbytes", QUEUE_KIB);
        let deliveries =
            Deliveries { context: cluster.context.clone(), failed: Mutex::default(), last: AtomicI64::new(-1) };
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
        send(&self.producer, next).map_err(|error| KafkaError::doing(format!("write to {topic}"))(error))
    }

    /// What is written from here on counts once it is [committed](Self::commit), and all of it.
    pub(super) fn begin(&self) -> Result<(), KafkaError> {
        self.producer.begin_transaction().map_err(KafkaError::doing("begin a transaction"))
    }

    /// Commits what was written since the beginning.
    pub(super) fn commit(&self) -> Result<(), KafkaError> {
        self.finish()?;
        self.producer.commit_transaction(Timeout::After(TRANSACTION)).map_err(KafkaError::doing("commit a transaction"))
    }

    /// Waits until all that was handed over is stored. Returns the largest offset that any of it has got.
    pub(super) fn finish(&self) -> Result<i64, KafkaError> {
        self.producer.flush(DELIVERY * 2).map_err(KafkaError::doing("write"))?;
        let deliveries = self.producer.context();
        let failed = deliveries.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or(Ok(deliveries.last.load(Relaxed)), |error| Err(KafkaError::doing("write")(error)))
    }
}

/// Hands a record to a producer, once there is room for it.
pub(super) fn send<C, K, P>(
    producer: &ThreadedProducer<C>,
    mut record: BaseRecord<'_, K, P>,
) -> Result<(), RdKafkaError>
where
    C: ProducerContext<DeliveryOpaque = ()> + 'static,
    K: ToBytes + ?Sized,
    P: ToBytes + ?Sized,
{
    loop {
        match producer.send(record) {
            Ok(()) => return Ok(()),
            Err((RdKafkaError::MessageProduction(Code::QueueFull), rejected)) => {
                record = rejected;
                std::thread::sleep(ROOM);
            }
            Err((error, _)) => return Err(error),
        }
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
        match result {
            Ok(message) => drop(self.last.fetch_max(message.offset(), Relaxed)),
            Err((error, _)) => {
                self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| error.clone());
            }
        }
    }
}
