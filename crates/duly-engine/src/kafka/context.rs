//! What librdkafka says by itself: its log, errors of connections, and who works on which lanes.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use rdkafka::client::{ClientContext, OAuthToken};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{DeliveryResult, ProducerContext};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

use super::committer::Committer;
use super::counters::{Counters, count};
use super::following::{Follow, Following};
use super::token::Tokens;

/// Hears lines that an operator should know.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// What every client has: an ear for its log.
#[derive(Clone)]
pub struct Context {
    tell: Tell,
    told: Arc<Mutex<Told>>,
    /// Where tokens come from, if the cluster wants any.
    tokens: Option<Tokens>,
    /// What keeps us from the cluster, most telling first.
    trouble: Arc<Mutex<Option<Trouble>>>,
}

/// How long what is tried again and again is not told again.
const SELDOM: Duration = Duration::from_secs(60);

/// What was told, so that what is repeated is not.
#[derive(Default)]
struct Told {
    last: String,
    lately: BTreeMap<String, Stopwatch>,
}

/// What keeps us from a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// It is not there, or does not speak to us: that may pass.
    Other(String),
    /// We can not be sure that it is the cluster.
    Untrusted(String),
    /// It does not accept who we are.
    Refused(String),
}

impl Context {
    /// Tells `tell` what librdkafka says.
    pub fn new(tell: Tell) -> Self {
        Context { tell, told: Arc::default(), tokens: None, trouble: Arc::default() }
    }

    /// The same, with tokens from a file for a cluster that wants them.
    pub fn with_tokens(tell: Tell, file: &Path) -> Self {
        Context { tokens: Some(Tokens::in_file(file)), ..Context::new(tell) }
    }

    /// Tells an operator something, unless it is what was told last.
    pub(super) fn tell(&self, line: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.last != line {
            (self.tell)(line);
            line.clone_into(&mut told.last);
        }
    }

    /// Tells what is tried again and again, such as a broker that is not there, at most once a minute.
    pub(super) fn tell_seldom(&self, line: &str) {
        // What follows is how often and how fast.
        let what = line.split(" (after ").next().unwrap_or_default();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.lately.retain(|_, at| at.elapsed() < SELDOM);
        if !told.lately.contains_key(what) {
            told.lately.insert(what.to_owned(), Stopwatch::now());
            (self.tell)(line);
        }
    }
    /// The same for clients of their own, which tells nothing and remembers what keeps them from the cluster.
    pub(super) fn apart(&self) -> Self {
        Context { tokens: self.tokens.clone(), ..Context::default() }
    }

    /// What keeps the clients of this context from the cluster, as far as that is known.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether clients prove who they are by tokens.
    pub(super) fn has_tokens(&self) -> bool {
        self.tokens.is_some()
    }

    fn remember(&self, error: &KafkaError, reason: &str) {
        // What follows is how often and how fast, which helps nobody.
        let reason = reason.split(" (after ").next().unwrap_or_default().to_owned();
        let found = match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed) => {
                Trouble::Refused(reason)
            }
            Some(RDKafkaErrorCode::SSL) => Trouble::Untrusted(reason),
            Some(RDKafkaErrorCode::BrokerTransportFailure | RDKafkaErrorCode::Resolve) => Trouble::Other(reason),
            _ => return,
        };
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble.as_ref().is_none_or(|known| *known < found) {
            *trouble = Some(found);
        }
    }
}

impl Default for Context {
    fn default() -> Self {
        Context::new(Arc::new(|_| {}))
    }
}

impl ClientContext for Context {
    const ENABLE_REFRESH_OAUTH_TOKEN: bool = true;

    fn generate_oauth_token(&self, _: Option<&str>) -> Result<OAuthToken, Box<dyn Error>> {
        let tokens = self.tokens.as_ref().ok_or("there is no token_file")?;
        Ok(tokens.next()?)
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        if (level as i32) <= RDKafkaLogLevel::Error as i32 {
            self.tell_seldom(&format!("kafka: {facility}: {message}"));
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.remember(&error, reason);
        // The end of a partition is news for who reads it, and no error.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::PartitionEOF) {
            self.tell_seldom(&format!("kafka: {error}: {reason}"));
        }
    }
}

impl ConsumerContext for Context {}

impl ProducerContext for Context {
    type DeliveryOpaque = ();

    /// What could not be delivered makes its transaction fail, which is where that is dealt with.
    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}

/// What a member of the group hears by: lanes come and go.
pub(super) type GroupContext = Following<LaneMoves>;

/// What a member of the group has besides.
#[derive(Clone)]
pub(super) struct LaneMoves {
    committer: Committer,
    moves: Arc<Mutex<Vec<Move>>>,
    counters: Arc<Counters>,
    joined: Arc<AtomicBool>,
}

/// Lanes that come or go, as the group has decided.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// These are ours from now on; nothing is read of them before we say so.
    Given(Vec<i32>),
    /// These are somebody else's.
    Taken(Vec<i32>),
}

impl GroupContext {
    pub(super) fn new(context: Context, committer: Committer, counters: Arc<Counters>) -> Self {
        let follow = LaneMoves { committer, moves: Arc::default(), counters, joined: Arc::default() };
        Following { context, follow }
    }

    /// Whether the group has given out lanes to this member, if only none, and has not lost it since.
    pub(super) fn joined(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.follow.joined)
    }

    /// The group has gone on without this member.
    pub(super) fn is_out(&self) {
        self.follow.joined.store(false, Relaxed);
    }

    /// What has happened since it was last asked, in order.
    pub(super) fn moves(&self) -> Vec<Move> {
        std::mem::take(&mut *self.follow.lock())
    }
}

impl LaneMoves {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Move>> {
        self.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follow for LaneMoves {
    /// Takes lanes over, held until they are restored: where they go on is then known, and not before.
    fn given(&self, consumer: &BaseConsumer<GroupContext>, list: &TopicPartitionList) -> Result<(), KafkaError> {
        let mut held = TopicPartitionList::new();
        for element in list.elements() {
            held.add_partition_offset(element.topic(), element.partition(), Offset::Offset(0))?;
        }
        consumer.incremental_assign(&held)?;
        self.joined.store(true, Relaxed);
        if held.count() > 0 {
            consumer.pause(&held)?;
            count(&self.counters.given);
            self.lock().push(Move::Given(partitions(list)));
        }
        Ok(())
    }

    /// What is in flight is settled while these lanes are still ours. What is not yet in flight is forgotten: whoever has a lane
    /// next reads it again.
    fn taken(&self, _: &BaseConsumer<GroupContext>, list: &TopicPartitionList, is_lost: bool) {
        if is_lost {
            self.joined.store(false, Relaxed);
        }
        count(if is_lost { &self.counters.lost } else { &self.counters.taken });
        self.committer.wait_until_idle();
        self.lock().push(Move::Taken(partitions(list)));
    }

    fn failed(&self, context: &Context, error: KafkaError) {
        context.error(error, "the group's decision about lanes can not be followed");
    }
}

fn partitions(list: &TopicPartitionList) -> Vec<i32> {
    list.elements().iter().map(rdkafka::topic_partition_list::TopicPartitionListElem::partition).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again_and_again_is_told_once_for_a_while() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&told);
        let context = Context::new(Arc::new(move |line| theirs.lock().expect("nobody panics").push(line.to_owned())));
        for line in ["a is away (after 1ms)", "b is away (after 1ms)", "a is away (after 7ms)", "b is away (after 9ms)"]
        {
            context.tell_seldom(line);
        }
        for line in ["read back", "read back", "committed", "read back"] {
            context.tell(line);
        }
        let told = told.lock().expect("nobody panics").clone();
        assert_eq!(told, ["a is away (after 1ms)", "b is away (after 1ms)", "read back", "committed", "read back"]);
    }
}
