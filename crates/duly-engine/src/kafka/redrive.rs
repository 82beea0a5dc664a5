//! Dead letters tried again: each is written to the log of ticket events once more, as it came.
//!
//! First the record, then, once it is surely there, the trace that says so. An end in between redrives it twice, which is
//! harmless: an event is known by its source and id, and counts once.

use rdkafka::message::{BorrowedMessage, Header, OwnedHeaders};

use super::dead_letters::{Content, DeadLetters, Letter, REDRIVEN, Which, content};
use super::envelope::{self, REDRIVE};
use super::history::partitions;
use super::writer::{Record, Writer};
use super::{KafkaError, partition};

impl DeadLetters<'_> {
    /// Redrives those that are meant and wait, in the order of their partitions, and hands out each once it is done.
    ///
    /// A record that can be read by now goes where its ticket is, whatever its key says; others go where they were.
    pub fn redrive(&self, which: &Which, mut each: impl FnMut(&Letter)) -> Result<(), KafkaError> {
        let topics = &self.cluster.topics;
        let lanes = partitions(self.cluster, &topics.tickets)?;
        let writer = Writer::open(self.cluster)?;
        let which = Which { only_waiting: true, ..which.clone() };
        let mut left = which.limit;
        self.each_batch(|messages| {
            let letters = messages.iter().filter_map(|message| Some((message, self.letter(message)?)));
            let chosen: Vec<_> = letters.filter(|(_, letter)| which.fits(letter)).take(left).collect();
            left -= chosen.len();
            for (message, letter) in &chosen {
                let Content { key, value, headers } = content(message);
                let home = home(message, lanes);
                let (partition, key) = match &home {
                    // It was keyed by something else, or not at all.
                    Some((partition, subject)) if letter.reason == "misrouted" => {
                        (*partition, Some(subject.as_bytes()))
                    }
                    Some((partition, _)) => (*partition, key.as_deref()),
                    None => (letter.partition.clamp(0, lanes as i32 - 1), key.as_deref()),
                };
                let record = Record { topic: &topics.tickets, partition, key, value: &value };
                writer.write(record, redriven_headers(&headers, &letter.id.to_string()))?;
            }
            writer.finish()?;
            for (_, letter) in &chosen {
                let id = letter.id.to_string();
                let partition = letter.id.partition;
                let trace = Record { topic: &topics.dead_letters, partition, key: Some(id.as_bytes()), value: &[] };
                writer.write(trace, OwnedHeaders::new().insert(Header { key: REDRIVEN, value: Some(&id) }))?;
            }
            writer.finish()?;
            for (_, letter) in &chosen {
                each(letter);
            }
            Ok(())
        })
    }
}

/// Where the ticket of a record is, if it can be read, and the ticket.
fn home(message: &BorrowedMessage<'_>, lanes: usize) -> Option<(i32, String)> {
    let event = envelope::event(message).ok()?;
    Some((partition::of(&event.subject, lanes), event.subject.into_owned()))
}

fn redriven_headers(original: &[(String, Vec<u8>)], id: &str) -> OwnedHeaders {
    let headers = original
        .iter()
        .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }));
    headers.insert(Header { key: REDRIVE, value: Some(id) })
}
