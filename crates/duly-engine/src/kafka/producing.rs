//! A producer on a thread of its own, which is given up where it does not come back.
//!
//! Calls of librdkafka about transactions do not all keep to the time that they are given: `send_offsets_to_transaction`
//! waits for ever for a group coordinator that has left the cluster (librdkafka issues 5456 and 5511, open as of 2.14). Nothing can
//! be done to such a call, so its thread is left to itself. It can do no harm: a producer of the same name fences it.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::Builder;
use std::time::Duration;

use rdkafka::consumer::ConsumerGroupMetadata;
use rdkafka::error::{KafkaError as RdKafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::util::Timeout;

use super::context::Context;
use super::outgoing::{Outgoing, Topic, Written};
use super::{Cluster, KafkaError, writer};

/// How much longer than a transaction may be open a call about it may take: after that the brokers have ended the transaction
/// by themselves, and a producer that does not notice is of no more use.
const SETTLING: Duration = Duration::from_secs(5);

/// A transaction to write.
pub(super) struct Transaction {
    pub(super) outgoing: Outgoing,
    /// The next offset of every lane that is written to, also where it has not changed: without one nobody is fenced.
    pub(super) offsets: TopicPartitionList,
    /// Who we are in the group, as of now.
    pub(super) group: ConsumerGroupMetadata,
}

/// Why a transaction was not committed, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing of it counts.
    Aborted(Cause),
    /// The brokers know; what is committed has to be read back.
    Doubtful(Cause),
}

impl Failure {
    /// Whether the producer goes. One that does not deliver can hold on to a broker that is no more, and not notice.
    pub(super) fn costs_the_producer(&self) -> bool {
        match self {
            Failure::Aborted(cause) => cause.is_late,
            Failure::Doubtful(_) => true,
        }
    }
}

/// What went wrong with a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    what: String,
    /// Whether the group or a later producer has gone on without this one.
    pub(super) is_fenced: bool,
    /// Whether something could not be delivered in time.
    is_late: bool,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Cause {
    fn new(doing: &str, error: &RdKafkaError) -> Self {
        use RDKafkaErrorCode as Code;
        let is_fenced = matches!(
            error.rdkafka_error_code(),
            Some(
                Code::Fenced
                    | Code::ProducerFenced
                    | Code::InvalidProducerEpoch
                    | Code::FencedInstanceId
                    | Code::UnknownMemberId
                    | Code::IllegalGeneration
            )
        );
        // Messages whose deliveries have failed are told as an inconsistency.
        let is_late = matches!(
            error.rdkafka_error_code(),
            Some(Code::OperationTimedOut | Code::MessageTimedOut | Code::Inconsistent)
        );
        Cause { what: format!("cannot {doing} a transaction: {error}"), is_fenced, is_late }
    }

    /// Nobody will tell what became of the transaction.
    fn lost(what: &str) -> Self {
        Cause { what: format!("cannot commit a transaction: {what}"), is_fenced: false, is_late: true }
    }
}

/// A producer that is ready for transactions, one at a time.
pub(super) struct Producing {
    give: Sender<Transaction>,
    done: Receiver<(Outgoing, Result<(), Failure>)>,
    patience: Duration,
}

impl Producing {
    /// A producer of the name `id`. Every earlier transaction of that name is settled then.
    pub(super) fn start(cluster: &Cluster, id: &str, timeout: Duration) -> Result<Self, KafkaError> {
        let (give, given) = channel();
        let (tell, done) = channel();
        let (tell_ready, ready) = channel();
        let (theirs, name) = (cluster.clone(), id.to_owned());
        Builder::new()
            .name(format!("produce {id}"))
            .spawn(move || {
                let producer = match connect(&theirs, &name, timeout) {
                    Ok(producer) => producer,
                    Err(error) => return drop(tell_ready.send(Err(error))),
                };
                if tell_ready.send(Ok(())).is_ok() {
                    produce(&producer, &theirs, timeout + SETTLING, &given, &tell);
                }
                // Who waits for the end is told only then.
                drop(producer);
                drop(tell);
            })
            .map_err(|error| KafkaError::Thread(error.to_string()))?;
        let patience = timeout + SETTLING * 2;
        match ready.recv_timeout(patience) {
            Ok(connected) => connected.map(|()| Producing { give, done, patience }),
            Err(RecvTimeoutError::Timeout) => Err(KafkaError::Stalled(hangs(patience))),
            Err(RecvTimeoutError::Disconnected) => Err(KafkaError::Panicked),
        }
    }

    /// Writes and commits. The memory of what was to be written comes back, and what could not be written in it, unless a call hangs
    /// with it.
    pub(super) fn commit(&self, transaction: Transaction) -> (Outgoing, Result<(), Failure>) {
        let lost = |what: &str| (Outgoing::default(), Err(Failure::Doubtful(Cause::lost(what))));
        if self.give.send(transaction).is_err() {
            return lost("the thread of its producer has ended");
        }
        match self.done.recv_timeout(self.patience) {
            Ok(done) => done,
            Err(RecvTimeoutError::Timeout) => lost(&hangs(self.patience)),
            Err(RecvTimeoutError::Disconnected) => lost("the thread of its producer has ended"),
        }
    }

    /// Waits until the producer has said good-bye to the brokers, unless that hangs too.
    pub(super) fn end(self) {
        let Producing { give, done, .. } = self;
        drop(give);
        let _ = done.recv_timeout(SETTLING);
    }
}

/// What is told of a call that has not come back.
fn hangs(patience: Duration) -> String {
    format!("the producer has not answered for {} s, and is left to itself", patience.as_secs())
}

fn connect(cluster: &Cluster, id: &str, timeout: Duration) -> Result<ThreadedProducer<Context>, KafkaError> {
    let producer = cluster.transactional(id, timeout)?;
    let doing = KafkaError::doing("become the only writer of this name");
    producer.init_transactions(Timeout::After(timeout)).map_err(doing)?;
    Ok(producer)
}

/// Commits what is given, until nobody gives any more or nobody waits for what becomes of it.
fn produce(
    producer: &ThreadedProducer<Context>,
    cluster: &Cluster,
    patience: Duration,
    given: &Receiver<Transaction>,
    tell: &Sender<(Outgoing, Result<(), Failure>)>,
) {
    for transaction in given {
        let result = commit(producer, &transaction, cluster, patience);
        let mut outgoing = transaction.outgoing;
        if result.is_ok() {
            outgoing.clear();
        }
        if tell.send((outgoing, result)).is_err() {
            return;
        }
    }
}

/// Writes and commits. No call is to take longer than `patience`.
fn commit(
    producer: &ThreadedProducer<Context>,
    transaction: &Transaction,
    cluster: &Cluster,
    patience: Duration,
) -> Result<(), Failure> {
    let abort = |doing: &'static str| move |error: RdKafkaError| abort(producer, doing, &error, patience);
    producer.begin_transaction().map_err(|error| doubtful("begin", &error))?;
    for written in transaction.outgoing.records() {
        send(producer, written, cluster).map_err(abort("write"))?;
    }
    producer
        .send_offsets_to_transaction(&transaction.offsets, &transaction.group, Timeout::After(patience))
        .map_err(abort("add the offsets to"))?;
    producer.commit_transaction(Timeout::After(patience)).map_err(abort("commit"))
}

/// Aborts where the producer knows that it may; anything else is in doubt.
fn abort(producer: &ThreadedProducer<Context>, doing: &str, error: &RdKafkaError, patience: Duration) -> Failure {
    let is_certain = match error {
        RdKafkaError::Transaction(error) => error.txn_requires_abort() && !error.is_fatal(),
        RdKafkaError::MessageProduction(_) => true,
        _ => false,
    };
    if is_certain && producer.abort_transaction(Timeout::After(patience)).is_ok() {
        return Failure::Aborted(Cause::new(doing, error));
    }
    doubtful(doing, error)
}

fn doubtful(doing: &str, error: &RdKafkaError) -> Failure {
    Failure::Doubtful(Cause::new(doing, error))
}

fn send(producer: &ThreadedProducer<Context>, written: Written<'_>, cluster: &Cluster) -> Result<(), RdKafkaError> {
    let topic = match written.topic {
        Topic::Sla => &cluster.topics.sla,
        Topic::Changelog => &cluster.topics.changelog,
        Topic::DeadLetters => &cluster.topics.dead_letters,
        Topic::Notifications => &cluster.topics.notifications,
        Topic::Tickets => &cluster.topics.tickets,
    };
    let mut record = BaseRecord::<[u8], [u8]>::to(topic).payload(written.value);
    record.key = written.key;
    record.partition = written.partition;
    record.headers = written.headers;
    writer::send(producer, record)
}
