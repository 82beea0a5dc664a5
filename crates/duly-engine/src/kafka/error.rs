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
    /// The topics are not as they have to be.
    #[error("{0}")]
    Topics(String),
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
