//! `duly import events`: ticket events from files into the log on Kafka, as a source that has an end.

use std::path::PathBuf;

use duly_core::lane::Progress;
use duly_core::time::Instant;
use duly_engine::kafka::Feed;

use crate::commands::replay::from_files::read_event;
use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::{Failed, KafkaArgs, cluster};
use crate::numbers::counted;
use crate::progress;

/// The longest name of an import.
const NAME_CHARS_MAX: usize = 40;

/// How many events are one transaction.
const EVENTS: usize = 2_000;

/// How many lines that are no events are told; the others are counted.
const TOLD_MAX: usize = 10;

/// Write ticket events from files into the log on Kafka
///
/// Until all of them are there no silence is judged: what is still to be imported is not taken for a promise that was not
/// kept. An import that broke off holds the engine back as well; run it again, for what is there already is known, or say
/// that it is over with `duly sources forget`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  duly import events --kafka localhost:9092 events.ndjson.gz
  duly map apply zendesk.yaml export.json --tenant acme |
    duly import events --config /etc/duly/duly.yaml -

A line that is no ticket event is told on standard error and not written; the others go on. Files may be packed (.gz, \
.zst). Status: 0 where all lines were written, else 1.")]
pub(crate) struct Args {
    /// Ticket events, a CloudEvent (JSON) a line; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// What the import is called: two at the same time need two names
    #[arg(long, value_name = "NAME", default_value = "events", value_parser = name)]
    name: String,
    #[command(flatten)]
    kafka: KafkaArgs,
}

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let cluster = cluster(&self.kafka.kafka()?)?;
        let name = format!("import/{}", self.name);
        let inputs: Vec<_> =
            self.files.iter().map(|path| Ok((path, files::open(path)?))).collect::<Result<_, files::Error>>()?;
        let feed = Feed::open(&cluster, &format!("import-{}", self.name)).map_err(Failed::from)?;
        let mut begun = Progress::of(&name);
        begun.reached.insert("import".into(), Instant::from_ns(0));
        feed.mark(&begun).map_err(Failed::from)?;
        tell!("judgement waits until this is over; if it breaks off, run it again, or: duly sources forget {name}");
        let (mut written, mut refused) = (0_u64, 0_usize);
        for (path, input) in inputs {
            let failed = |source| files::Error::Read { path: path.to_owned(), source };
            let input = progress::reading(input, "importing");
            let mut lines = files::lines(path, input)?;
            let mut events: Vec<Vec<u8>> = Vec::with_capacity(EVENTS);
            while let Some(batch) = lines.next_batch().map_err(failed)? {
                for line in batch {
                    match read_event(&line) {
                        Ok(_) => events.push(line.bytes.to_vec()),
                        Err(refusal) => {
                            refused += 1;
                            if refused <= TOLD_MAX {
                                tell!("{}:{}: {}: {refusal}", path.display(), line.number, refusal.kind.name());
                            }
                        }
                    }
                    if events.len() == EVENTS {
                        written += append(&feed, &mut events)?;
                    }
                }
            }
            written += append(&feed, &mut events)?;
        }
        let over = Progress { is_over: true, ..Progress::of(&name) };
        feed.mark(&over).map_err(Failed::from)?;
        let (events, lines) = (counted(written, "event"), counted(refused as u64, "line"));
        tell!("{events} written to {}, {lines} refused", cluster.topics.tickets);
        Ok(if refused == 0 { Exit::Done } else { Exit::FoundWrong })
    }
}

fn name(text: &str) -> Result<String, String> {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if (1..=NAME_CHARS_MAX).contains(&text.len()) && text.chars().all(is_of_a_name) {
        return Ok(text.to_owned());
    }
    Err(format!("names have letters, digits, `.`, `_` and `-`, and at most {NAME_CHARS_MAX} of them"))
}

fn append(feed: &Feed, events: &mut Vec<Vec<u8>>) -> miette::Result<u64> {
    if events.is_empty() {
        return Ok(0);
    }
    feed.append(events).map_err(Failed::from)?;
    let written = events.len() as u64;
    events.clear();
    Ok(written)
}
