//! What can go wrong with Kafka, told so that somebody can act on it.

use rdkafka::error::KafkaError as RdKafkaError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
    /// A call to the cluster failed.
    #[error("cannot {doing}: {source}{}", hint(.source))]
    Call {
        /// What was wanted.
        doing: String,
        /// What librdkafka says.
        source: RdKafkaError,
    },
    /// The cluster does not answer.
    #[error("the cluster at {bootstrap} does not answer within {patience_s} s: {why}")]
    Unreachable {
        /// Where it should be.
        bootstrap: String,
        /// How long was waited, in seconds.
        patience_s: u64,
        /// What librdkafka said last.
        why: String,
    },
    /// The cluster does not accept who we are.
    #[error("the cluster at {bootstrap} does not accept who we are: {why}")]
    Refused {
        /// Where it is.
        bootstrap: String,
        /// What it says.
        why: String,
    },
    /// It can not be told whether it is the cluster.
    #[error("the cluster at {bootstrap} can not be trusted: {why}")]
    Untrusted {
        /// Where it is.
        bootstrap: String,
        /// What is wrong.
        why: String,
        /// Whether one of our settings has to change, and not the cluster.
        is_setting: bool,
    },
    /// The group takes this member for another one of its name.
    #[error("fenced: the group knows another member of this name")]
    Fenced,
    /// A reader gets nothing, although there is more.
    #[error("lane {partition} reads nothing from offset {position} on, although there is more")]
    Stuck {
        /// The lane.
        partition: i32,
        /// The offset that it should read next.
        position: i64,
    },
    /// The topics are not as they have to be.
    #[error("the topics are not as they have to be:\n  {}", .0.join("\n  "))]
    Topics(Vec<String>),
    /// Tokens do not reach librdkafka's administrator.
    #[error("topics can be looked at and made by users with a password or a certificate, not by those with a token")]
    NoAdministrator,
    /// The brokers do not give what is asked for; they may later.
    #[error("{0}")]
    Stalled(String),
    /// What is stored can not be used.
    #[error("{0}")]
    Stored(String),
    /// The policies can not be put in force.
    #[error("the policies can not be put in force: {0}")]
    Policies(String),
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(String),
    /// A defect: a worker has panicked.
    #[error("a worker has failed; what is committed stays, and a new start goes on from there")]
    Panicked,
}

impl KafkaError {
    /// Whether it is settings or topics that have to be changed before a next try is of any use.
    pub fn is_configuration(&self) -> bool {
        match self {
            KafkaError::Refused { .. } | KafkaError::Topics(_) | KafkaError::NoAdministrator => true,
            KafkaError::Untrusted { is_setting, .. } => *is_setting,
            _ => false,
        }
    }

    /// What to do about it, where that is not part of what is said.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            KafkaError::Unreachable { .. } => {
                Some("is the cluster running, its address right, and kafka.security.protocol that of the port?")
            }
            KafkaError::Refused { .. } => {
                Some("see mechanism, username and password_file or token_file under kafka.security")
            }
            KafkaError::Topics(_) => {
                Some("`duly topics plan` shows all of it, and `duly topics apply` mends what can be")
            }
            KafkaError::NoAdministrator => {
                Some("use another mechanism for `duly topics`, or make the topics with the cluster's own tools")
            }
            _ => None,
        }
    }

    pub(super) fn doing(doing: impl Into<String>) -> impl FnOnce(RdKafkaError) -> Self {
        let doing = doing.into();
        move |source| KafkaError::Call { doing, source }
    }
}

/// What to do about the usual causes.
fn hint(error: &RdKafkaError) -> &'static str {
    use rdkafka::error::RDKafkaErrorCode as Code;
    match error.rdkafka_error_code() {
        Some(Code::AllBrokersDown | Code::BrokerTransportFailure | Code::OperationTimedOut | Code::Resolve) => {
            "; is the cluster running, and its address right?"
        }
        Some(Code::Authentication | Code::SaslAuthenticationFailed) => "; are user name and password right?",
        Some(Code::SSL) => "; are the certificates right, and not expired?",
        Some(
            Code::TopicAuthorizationFailed
            | Code::GroupAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::TransactionalIdAuthorizationFailed,
        ) => "; the README has a table of the rights that Duly needs",
        Some(Code::UnknownTopicOrPartition | Code::UnknownTopic) => "; `duly topics apply` makes the topics",
        _ => "",
    }
}
