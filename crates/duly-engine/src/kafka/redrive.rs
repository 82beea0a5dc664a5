//! Dead letters tried again: each is written to the log of ticket events once more, as it came, and in the same transaction the
//! trace that says so.
//!
//! A letter for a retired ticket brings the ticket back, for which its lane needs all its events in one step: what the log has
//! of it is written before the letter, and a lane takes such a run whole ([`super::batch`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rdkafka::message::{BorrowedMessage, Header, Message as _, OwnedHeaders};

use super::dead_letters::{Content, DeadLetters, Letter, REDRIVEN, Which, content, header};
use super::delivery::SINK;
use super::envelope::{self, HISTORY, REDRIVE};
use super::history::partitions;
use super::reader::{Period, Reader};
use super::remap::Remapped;
use super::writer::{Record, Writer};
use super::{KafkaError, partition};
use crate::ingest::Source;

/// What transactions that redrive are called, after the group.
const NAME: &str = "redrive";

/// A letter that was chosen, and what it was like when it came.
struct Chosen {
    letter: Letter,
    content: Content,
    /// Where it goes.
    partition: i32,
}

impl DeadLetters<'_> {
    /// Redrives those that are meant and wait, in the order of their partitions, and hands out each once it is done; of messages
    /// of sources, which are mapped again by the mappings of `sources`, with what came of them.
    ///
    /// A record that can be read by now goes where its ticket is, whatever its key says; others go where they were.
    pub fn redrive(
        &self,
        which: &Which,
        sources: &[Arc<Source>],
        mut each: impl FnMut(&Letter, Option<Remapped>),
    ) -> Result<(), KafkaError> {
        let lanes = partitions(self.cluster, &self.cluster.topics.tickets)?;
        let writer = Writer::transactional(self.cluster, NAME)?;
        let which = Which { only_waiting: true, ..which.clone() };
        let mut left = which.limit;
        self.each_batch(|messages| {
            let letters = messages.iter().filter_map(|message| Some((message, self.letter(message)?)));
            let chosen: Vec<_> = letters.filter(|(_, letter)| which.fits(letter)).take(left).collect();
            left -= chosen.len();
            let (of_sinks, chosen): (Vec<_>, Vec<_>) =
                chosen.into_iter().partition(|(message, _)| header(message, SINK).is_some());
            self.deliver_again(&writer, &of_sinks)?;
            for (_, letter) in &of_sinks {
                each(letter, None);
            }
            let (mut plain, mut retired) = (Vec::new(), BTreeMap::<(i32, String), Vec<Chosen>>::new());
            for (message, letter) in chosen {
                if letter.source.is_some() {
                    let remapped = self.remap(&writer, lanes, sources, (message, &letter))?;
                    each(&letter, Some(remapped));
                    continue;
                }
                let home = home(message, lanes);
                let chosen = Chosen::new(message, letter, home.as_ref(), lanes);
                match home {
                    Some(home) if chosen.letter.reason == "retired" => retired.entry(home).or_default().push(chosen),
                    _ => plain.push(chosen),
                }
            }
            if !plain.is_empty() {
                self.write(&writer, &[], &plain)?;
                for chosen in &plain {
                    each(&chosen.letter, None);
                }
            }
            self.bring_back(&writer, retired, &mut each)
        })
    }

    /// Has sinks deliver again what they could not: they read the traces of their letters, which have all that the letters had.
    fn deliver_again(&self, writer: &Writer, letters: &[(&BorrowedMessage<'_>, Letter)]) -> Result<(), KafkaError> {
        if letters.is_empty() {
            return Ok(());
        }
        writer.begin()?;
        for (message, letter) in letters {
            let id = letter.id.to_string();
            let (topic, partition) = (&*self.cluster.topics.dead_letters, letter.id.partition);
            let trace = Record { topic, partition, key: message.key(), value: message.payload().unwrap_or_default() };
            let all = message.headers().into_iter().flat_map(rdkafka::message::Headers::iter);
            let kept = all.filter(|header| ![REDRIVE, REDRIVEN, "duly_reason", "duly_detail"].contains(&header.key));
            let headers = kept.fold(OwnedHeaders::new(), OwnedHeaders::insert);
            writer.write(trace, headers.insert(Header { key: REDRIVEN, value: Some(&id) }))?;
        }
        writer.commit()
    }

    /// Writes letters for retired tickets, each ticket's behind what the log has of it.
    fn bring_back(
        &self,
        writer: &Writer,
        retired: BTreeMap<(i32, String), Vec<Chosen>>,
        each: &mut impl FnMut(&Letter, Option<Remapped>),
    ) -> Result<(), KafkaError> {
        let mut tickets = BTreeMap::<i32, BTreeMap<String, Vec<Chosen>>>::new();
        for ((partition, subject), letters) in retired {
            tickets.entry(partition).or_default().insert(subject, letters);
        }
        for (partition, tickets) in tickets {
            let mut histories = self.histories(partition, &tickets.keys().cloned().collect())?;
            for (subject, letters) in tickets {
                self.write(writer, &histories.remove(&subject).unwrap_or_default(), &letters)?;
                for chosen in &letters {
                    each(&chosen.letter, None);
                }
            }
        }
        Ok(())
    }

    /// What the log has of tickets: what was taken of it, in order. What was refused is no part of their history, nor what was
    /// written when they came back before.
    fn histories(
        &self,
        partition: i32,
        subjects: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Vec<Content>>, KafkaError> {
        let refused = self.refused(partition)?;
        let mut histories = BTreeMap::<String, Vec<Content>>::new();
        let topic = &self.cluster.topics.tickets;
        let mut reader = Reader::open(self.cluster, topic, [partition], Period::default())?;
        loop {
            let messages = reader.next_batch()?;
            if messages.is_empty() {
                return Ok(histories);
            }
            for message in &messages {
                if envelope::is_copy(message) || refused.contains(&message.offset()) {
                    continue;
                }
                if let Ok(event) = envelope::event(message)
                    && subjects.contains(&*event.subject)
                {
                    histories.entry(event.subject.into_owned()).or_default().push(content(message));
                }
            }
        }
    }

    /// The offsets of a partition of the log whose records were refused.
    fn refused(&self, partition: i32) -> Result<BTreeSet<i64>, KafkaError> {
        let mut refused = BTreeSet::new();
        self.each_batch(|messages| {
            let letters = messages.iter().filter_map(|message| self.letter(message));
            let of_the_log = |letter: &Letter| letter.topic == self.cluster.topics.tickets;
            let there = letters.filter(|letter| of_the_log(letter) && letter.partition == partition);
            refused.extend(there.map(|letter| letter.offset));
            Ok(())
        })?;
        Ok(refused)
    }

    /// Writes letters and their traces, after the history that belongs before them.
    fn write(&self, writer: &Writer, history: &[Content], letters: &[Chosen]) -> Result<(), KafkaError> {
        let topics = &self.cluster.topics;
        writer.begin()?;
        for content in history {
            let Chosen { letter, partition, .. } = &letters[0];
            let id = letter.id.to_string();
            let (key, value) = (content.key.as_deref(), &*content.value);
            let record = Record { topic: &topics.tickets, partition: *partition, key, value };
            writer.write(record, headers(content, Header { key: HISTORY, value: Some(&id) }))?;
        }
        for Chosen { letter, content, partition } in letters {
            let id = letter.id.to_string();
            let (key, value) = (content.key.as_deref(), &*content.value);
            let record = Record { topic: &topics.tickets, partition: *partition, key, value };
            writer.write(record, headers(content, Header { key: REDRIVE, value: Some(&id) }))?;
            let partition = letter.id.partition;
            let trace = Record { topic: &topics.dead_letters, partition, key: Some(id.as_bytes()), value: &[] };
            writer.write(trace, OwnedHeaders::new().insert(Header { key: REDRIVEN, value: Some(&id) }))?;
        }
        writer.commit()
    }
}

impl Chosen {
    fn new(message: &BorrowedMessage<'_>, letter: Letter, home: Option<&(i32, String)>, lanes: usize) -> Self {
        let mut content = content(message);
        if let Some((_, subject)) = home
            && letter.reason == "misrouted"
        {
            // It was keyed by something else, or not at all.
            content.key = Some(subject.as_bytes().to_vec());
        }
        let partition = home.map_or(letter.partition.clamp(0, lanes as i32 - 1), |(partition, _)| *partition);
        Chosen { letter, content, partition }
    }
}

/// Where the ticket of a record is, if it can be read, and the ticket.
fn home(message: &BorrowedMessage<'_>, lanes: usize) -> Option<(i32, String)> {
    let event = envelope::event(message).ok()?;
    Some((partition::of(&event.subject, lanes), event.subject.into_owned()))
}

/// The headers that a record came with, and why it is written again.
fn headers(content: &Content, why: Header<'_, &String>) -> OwnedHeaders {
    let original = content.headers.iter();
    let headers =
        original.fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }));
    headers.insert(why)
}
