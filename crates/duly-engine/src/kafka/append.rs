//! Ticket events that come through the API, on their way into the log.
//!
//! The producer is idempotent and asks all replicas in sync, but writes no transactions: an answer is given after all of
//! an append is acknowledged, and whoever gets none repeats it; lanes see the second time as duplicates.

use std::sync::{Arc, Mutex, PoisonError};

use duly_core::ticket::{Refusal, RefusalKind};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders, ToBytes};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::context::Context;
use super::{Cluster, KafkaError, messages};
use crate::handle::{Budget, EngineError, Receipt};
use crate::ingest::letter::Letter;
use crate::record;

/// How long the brokers may take to acknowledge an event, in ms. A client hears of a failure before it gives up itself.
const DELIVERY_MS: &str = "20000";

/// What an event in structured mode is.
const STRUCTURED: &str = "application/cloudevents+json";

/// The way into the log. Clones share the producer.
#[derive(Clone)]
pub(super) struct Appender {
    cluster: Arc<Cluster>,
    producer: Arc<Mutex<Arc<Producer>>>,
    budget: Budget,
}

type Producer = ThreadedProducer<Acknowledged>;

/// Hears what became of each record.
struct Acknowledged(Context);

/// Where it is told what became of one record: its place in its append, and the way back.
struct Awaited {
    place: usize,
    told: UnboundedSender<(usize, Result<(), RdKafkaError>)>,
}

impl ClientContext for Acknowledged {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.0.log(level, facility, message);
    }

    fn error(&self, error: RdKafkaError, reason: &str) {
        self.0.error(error, reason);
    }
}

impl ProducerContext for Acknowledged {
    type DeliveryOpaque = Box<Awaited>;

    fn delivery(&self, result: &DeliveryResult<'_>, awaited: Box<Awaited>) {
        let result = result.as_ref().map(drop).map_err(|(error, _)| error.clone());
        // Whoever waited may have gone.
        let _ = awaited.told.send((awaited.place, result));
    }
}

impl Appender {
    pub(super) fn new(cluster: &Cluster) -> Result<Self, KafkaError> {
        let producer = Arc::new(Mutex::new(Arc::new(connect(cluster)?)));
        Ok(Appender { cluster: Arc::new(cluster.clone()), producer, budget: Budget::default() })
    }

    /// Appends those of `records` that are ticket events, and says of each what became of it, in their order.
    pub(super) async fn append(&self, records: Vec<Vec<u8>>) -> Result<Vec<Receipt>, EngineError> {
        let _reserved = self.budget.reserve(&records)?;
        let (told, mut hears) = unbounded_channel();
        let producer = self.producer()?;
        let mut receipts = Vec::with_capacity(records.len());
        for (place, record) in records.iter().enumerate() {
            receipts.push(match record::read(record, record.len() as u64) {
                Ok(event) => {
                    let awaited = Awaited { place, told: told.clone() };
                    send(&producer, &self.cluster.topics.tickets, &event.subject, record, awaited)?;
                    Receipt::Appended
                }
                Err(refusal) => refused(refusal),
            });
        }
        drop(told);
        while let Some((place, result)) = hears.recv().await {
            match result {
                Ok(()) => {}
                Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge) => {
                    let what = "the brokers take no record of that size: name what is large instead of sending it";
                    receipts[place] = refused(Refusal::new(RefusalKind::TooLarge, what));
                }
                Err(error) => {
                    self.replace(&producer);
                    return Err(not_appended(&error));
                }
            }
        }
        Ok(receipts)
    }

    /// Writes a message of a source to the dead letters.
    pub(super) async fn keep(&self, letter: &Letter) -> Result<(), EngineError> {
        let _reserved = self.budget.reserve(std::slice::from_ref(&letter.body))?;
        let (told, mut hears) = unbounded_channel();
        let producer = self.producer()?;
        let came_with = letter.headers.iter().map(|(name, value)| (&**name, &**value));
        let headers = messages::headers(&letter.source, letter.reason, &letter.detail, None, came_with);
        let awaited = Box::new(Awaited { place: 0, told });
        let record = BaseRecord::<str, [u8], _>::with_opaque_to(&self.cluster.topics.dead_letters, awaited);
        hand_over(&producer, record.payload(&letter.body).headers(headers))?;
        let result = hears.recv().await.map_or(Err(RdKafkaError::Canceled), |(_, result)| result);
        result.map_err(|error| {
            self.replace(&producer);
            not_appended(&error)
        })
    }

    /// A producer that could not deliver goes: it can hold on to a broker that is no more. The next append has a new one, if
    /// that can be made.
    fn replace(&self, failed: &Arc<Producer>) {
        let mut producer = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&producer, failed)
            && let Ok(new) = connect(&self.cluster)
        {
            *producer = Arc::new(new);
        }
    }

    /// The producer; a new one where it has failed for good.
    fn producer(&self) -> Result<Arc<Producer>, EngineError> {
        let mut producer = self.producer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, why)) = producer.client().fatal_error() {
            self.cluster.context.tell(&format!("the producer of the API is replaced: {why}"));
            *producer = Arc::new(connect(&self.cluster).map_err(|error| EngineError::NotAppended(error.to_string()))?);
        }
        Ok(Arc::clone(&producer))
    }
}

fn connect(cluster: &Cluster) -> Result<Producer, KafkaError> {
    let mut config = cluster.writing();
    config.set("delivery.timeout.ms", DELIVERY_MS).set("acks", "all");
    let context = Acknowledged(cluster.context.clone());
    config.create_with_context(context).map_err(KafkaError::doing("set up a producer"))
}

/// The headers of an event in structured mode.
pub(super) fn structured() -> OwnedHeaders {
    OwnedHeaders::new_with_capacity(1).insert(Header { key: "content-type", value: Some(STRUCTURED) })
}

fn send(producer: &Producer, topic: &str, subject: &str, value: &[u8], awaited: Awaited) -> Result<(), EngineError> {
    let headers = structured();
    let record = BaseRecord::with_opaque_to(topic, Box::new(awaited)).key(subject).payload(value).headers(headers);
    hand_over(producer, record)
}

fn hand_over<K: ToBytes + ?Sized>(
    producer: &Producer,
    record: BaseRecord<'_, K, [u8], Box<Awaited>>,
) -> Result<(), EngineError> {
    producer.send(record).map_err(|(error, _)| match error.rdkafka_error_code() {
        Some(RDKafkaErrorCode::QueueFull) => EngineError::Busy,
        _ => not_appended(&error),
    })
}

fn not_appended(error: &RdKafkaError) -> EngineError {
    EngineError::NotAppended(error.to_string())
}

fn refused(refusal: Refusal) -> Receipt {
    Receipt::Refused { reason: refusal.kind.name(), detail: refusal.what }
}
