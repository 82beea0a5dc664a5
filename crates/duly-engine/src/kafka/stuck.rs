//! A reader that gets nothing although there is more. A client can lose a partition while brokers come and go, and says nothing
//! about it: the brokers' end of the log has moved on, and its own position has not. It is set up anew.

use rdkafka::consumer::Consumer as _;

use super::KafkaError;
use super::cluster::{ASK_BRIEFLY, SILENT};
use super::lanes::live;
use super::worker::Worker;

impl Worker {
    /// Fails with [`KafkaError::Stuck`] where a reader of ours gets nothing that it should get.
    pub(super) fn check_readers(&mut self) -> Result<(), KafkaError> {
        let now = self.setup.clock.now();
        let topic = &self.setup.cluster.topics.tickets;
        for (partition, live) in live(&mut self.lanes) {
            if live.seek().is_some() || live.is_frozen() {
                live.tail.wait_anew();
            }
            if !live.tail.is_stuck(now, SILENT) {
                continue;
            }
            live.tail.wait_anew();
            // What an open transaction holds back is nobody's fault here: this end is the one before it.
            let stable = self.consumer.fetch_watermarks(topic, partition, ASK_BRIEFLY).map(|(_, end)| end);
            if stable.is_ok_and(|end| end > live.tail.position()) {
                return Err(KafkaError::Stuck { partition, position: live.tail.position() });
            }
        }
        Ok(())
    }

    /// Nobody reads for a while, so nothing that is not read says anything.
    pub(super) fn excuse_readers(&mut self) {
        live(&mut self.lanes).for_each(|(_, live)| live.tail.wait_anew());
    }
}
