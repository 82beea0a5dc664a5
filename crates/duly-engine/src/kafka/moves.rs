//! Lanes that come and go: a worker follows what its group decides, and has lanes restored.

use rdkafka::consumer::Consumer as _;
use rdkafka::topic_partition_list::TopicPartitionList;

use super::KafkaError;
use super::context::Move;
use super::counters::count;
use super::lanes::{Slot, live};
use super::live::Live;
use super::restore::more_partitions;
use super::restorer::{Answer, Request};
use super::worker::Worker;

impl Worker {
    /// Follows what the group has decided.
    pub(super) fn follow(&mut self, moves: Vec<Move>) -> Result<(), KafkaError> {
        // What is in flight has to be known before anything is discarded.
        self.committer.wait_until_idle();
        self.take_report()?;
        for decided in moves {
            match decided {
                Move::Given(partitions) => {
                    for partition in partitions {
                        if partition as usize >= self.setup.partitions {
                            let (topic, known) = (&self.setup.cluster.topics.tickets, self.setup.partitions);
                            self.refuse(partition, more_partitions(topic, partition, known));
                            continue;
                        }
                        self.restore(partition)?;
                    }
                }
                Move::Taken(partitions) => {
                    for partition in partitions {
                        self.lanes.remove(&partition);
                    }
                }
            }
        }
        self.discard();
        // A round that ended with a move has read ahead of the lanes that stay.
        live(&mut self.lanes).for_each(|(_, live)| live.go_back());
        Ok(())
    }

    /// Has a lane stand still that can not go on, and tells why.
    pub(super) fn refuse(&mut self, partition: i32, why: String) {
        self.setup.cluster.context.tell(&format!("{why}; the lane stands still"));
        // Where it is not held, what is fetched of it is read by nobody.
        let _ = self.hold(partition);
        self.lanes.insert(partition, Slot::Refused(why));
    }

    /// Reads nothing of a lane from here on.
    fn hold(&self, partition: i32) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        list.add_partition(&self.setup.cluster.topics.tickets, partition);
        self.consumer.pause(&list).map_err(KafkaError::doing("hold a lane"))
    }

    /// Asks for the lane as it is committed, and reads nothing of it meanwhile.
    pub(super) fn restore(&mut self, partition: i32) -> Result<(), KafkaError> {
        self.hold(partition)?;
        self.requests += 1;
        self.lanes.insert(partition, Slot::Restoring(self.requests));
        self.restorer.ask(Request { partition, number: self.requests });
        Ok(())
    }

    /// Sets lanes to work that have been restored.
    pub(super) fn take_restored(&mut self) {
        let answers: Vec<Answer> = self.restorer.answers().collect();
        for Answer { partition, number, restored } in answers {
            if !matches!(self.lanes.get(&partition), Some(Slot::Restoring(wanted)) if *wanted == number) {
                continue;
            }
            let context = &self.setup.cluster.context;
            let slot = match restored {
                Ok(restored) => {
                    self.setup.kafka_counters.restored(restored.took, restored.bytes);
                    context.tell(&format!("lane {partition}: {restored}"));
                    Slot::Live(Box::new(Live::new(restored, number)))
                }
                Err(KafkaError::Stored(why)) => {
                    context.tell(&format!("{why}; the lane stands still"));
                    count(&self.setup.kafka_counters.restores_failed);
                    Slot::Refused(why)
                }
                // Brokers come back.
                Err(error) => {
                    context.tell(&format!("lane {partition} can not be read back: {error}; it is tried again"));
                    self.requests += 1;
                    self.restorer.ask(Request { partition, number: self.requests });
                    Slot::Restoring(self.requests)
                }
            };
            self.lanes.insert(partition, slot);
        }
    }
}
