//! `duly notifications`: what people are told, as it is written.

use std::io::Write as _;
use std::path::PathBuf;

use clap::ArgGroup;
use duly_engine::kafka::{self, LetterId};
use duly_engine::sqlite::ReadOnly;
use miette::IntoDiagnostic as _;
use serde_json::Value;

use crate::exit::Exit;
use crate::files::{self, tell};
use crate::kafka::{Failed, KafkaArgs};
use crate::language::Language;

/// Look at what people are told
///
/// An engine whose settings say `notifications: on` writes a record for each reminder, breach and escalation, in the same
/// transaction: who is told, by which ways, and in which words. Sinks deliver them.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(List),
}

/// List notifications, oldest first: number, since when, ticket, who is told, the title
///
/// An engine may be working meanwhile. On Kafka a number is partition and offset, and the topic is read outside of any
/// group.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
duly notifications list [OPTIONS] --store <FILE>
       duly notifications list [OPTIONS] --kafka <BOOTSTRAP>")]
#[command(after_help = "\
Examples:
  duly notifications list --store duly.db
  duly notifications list --store duly.db --ticket acme/T-1 --text --lang en
      all that was said about a ticket
  duly notifications list --kafka localhost:9092 --json | jq .data.recipients")]
#[command(group(ArgGroup::new("kept").required(true).multiple(true).args(["store", "bootstrap", "config"])))]
struct List {
    /// The store of an embedded engine
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bootstrap", "config", "prefix"])]
    store: Option<PathBuf>,
    #[command(flatten)]
    kafka: KafkaArgs,
    /// Only those about this ticket
    #[arg(long, value_name = "TENANT/TICKET")]
    ticket: Option<String>,
    /// Only those after this one
    #[arg(long, value_name = "NUMBER")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    limit: usize,
    /// The language of titles and texts; without it, that of the environment
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// Show also what is said below the title
    #[arg(long, conflicts_with = "json")]
    text: bool,
    /// A CloudEvent a line, for programs
    #[arg(long)]
    json: bool,
}

/// How many are read from a store at once.
const PORTION: usize = 1_000;

impl Args {
    pub(crate) fn run(self) -> miette::Result<Exit> {
        let Command::List(list) = self.command;
        list.run()
    }
}

impl List {
    fn run(&self) -> miette::Result<Exit> {
        let found = match (self.kafka.cluster()?, &self.store) {
            (Some(cluster), _) => {
                let after: Option<LetterId> = self.after.as_deref().map(parse).transpose()?;
                let mut found = Vec::new();
                let take = |place: LetterId, event: Value| {
                    if after.is_none_or(|after| place > after) && self.wants(&event) {
                        found.push((place.to_string(), event));
                    }
                    found.len() < self.limit
                };
                kafka::notifications(&cluster, take).map_err(Failed::from)?;
                found
            }
            (None, Some(store)) => self.of_store(&ReadOnly::open(store).into_diagnostic()?)?,
            (None, None) => unreachable!("the command line is not understood without one"),
        };
        self.print(&found)
    }

    fn of_store(&self, store: &ReadOnly) -> miette::Result<Vec<(String, Value)>> {
        let mut after = self.after.as_deref().map_or(Ok(0), parse)?;
        let mut found = Vec::new();
        loop {
            let stored = store.notifications(after, PORTION).into_diagnostic()?;
            let Some(last) = stored.last() else { return Ok(found) };
            after = last.seq;
            for notice in stored {
                let event: Value = serde_json::from_str(&notice.event).into_diagnostic()?;
                if found.len() == self.limit {
                    return Ok(found);
                }
                if self.wants(&event) {
                    found.push((notice.seq.to_string(), event));
                }
            }
        }
    }

    fn wants(&self, event: &Value) -> bool {
        self.ticket.as_ref().is_none_or(|ticket| event["subject"] == **ticket)
    }

    fn print(&self, found: &[(String, Value)]) -> miette::Result<Exit> {
        if found.is_empty() {
            tell!("no notifications");
        }
        let mut out = files::stdout();
        for (number, event) in found {
            let said = if self.json { event.to_string() } else { self.said(number, event) };
            writeln!(out, "{said}").map_err(files::Error::stdout)?;
        }
        out.flush().map_err(files::Error::stdout)?;
        Ok(Exit::Done)
    }

    /// A notification for people.
    fn said(&self, number: &str, event: &Value) -> String {
        let text = &event["data"]["texts"][self.lang.unwrap_or_else(Language::of_environment).key()];
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let recipients = event["data"]["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
        let to: Vec<String> = recipients.iter().map(recipient).collect();
        let ways = event["data"]["channels"].as_array().map(Vec::as_slice).unwrap_or_default();
        let by: Vec<String> = ways.iter().map(of).collect();
        let head = format!("{number}  {}  to {} by {}", of(&event["time"]), to.join(", "), by.join(", "));
        let mut lines = vec![head, format!("    {}", of(&text["title"]))];
        if self.text {
            lines.extend(of(&text["text"]).lines().map(|line| format!("      {line}").trim_end().to_owned()));
        }
        lines.join("\n")
    }
}

/// Who is told, in a word or two.
fn recipient(recipient: &Value) -> String {
    let of = |name: &str| recipient[name].as_str();
    match (of("as").unwrap_or_default(), of("name"), of("team")) {
        ("role", Some(role), Some(team)) => format!("{role} of {team}"),
        ("role", Some(role), None) => role.to_owned(),
        (who, Some(name), _) => format!("{who} {name}"),
        (who, None, _) => format!("{who} (not named)"),
    }
}

fn parse<T: std::str::FromStr>(text: &str) -> miette::Result<T> {
    text.parse().map_err(|_| {
        miette::miette!(
            help = "`duly notifications list` shows their numbers: 17 in a store, 3:42 on Kafka",
            "`{text}` is not the number of a notification"
        )
    })
}
