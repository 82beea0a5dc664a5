//! The contract of all topics in one document, for programs and people: `AsyncAPI` 3.
//!
//! It is made of the JSON Schemas beside it, which it refers to and never repeats: of each event the attributes become headers
//! and `data` the value, as `CloudEvents` in binary mode lie on Kafka. The changelog of the engine is left out on purpose: it
//! is nobody else's, and changes without notice.

use duly_core::clock::SlaKind;
use duly_core::lane::RETRACTED;
use duly_core::schema::{self, Document};
use serde_json::{Map, Value, json};

use crate::kafka::Topics;

/// The name of the document, and of its file.
pub const NAME: &str = "asyncapi";

/// A topic, as others see it.
struct Channel {
    key: &'static str,
    topic: String,
    title: &'static str,
    description: &'static str,
    /// What Duly does with it, and in a few words.
    operations: &'static [(&'static str, &'static str, &'static str)],
    /// Where its records lie.
    record_key: &'static str,
    /// Whether events of a type are there.
    has: fn(&str) -> bool,
    /// Messages that are no events.
    more: &'static [&'static str],
}

/// The document.
pub fn document() -> Document {
    let schemas = schema::all();
    let events: Vec<&Document> = schemas.iter().filter(|document| document.name.starts_with("duly.")).collect();
    let channels = channels();
    let mut messages: Map<String, Value> = events.iter().map(|event| (event.name.clone(), message(event))).collect();
    messages.insert("structured".to_owned(), structured(&events));
    messages.insert("deadLetter".to_owned(), dead_letter());
    messages.insert("redriven".to_owned(), redriven());
    let member = |each: fn(&Channel, &[&Document]) -> Value| -> Map<String, Value> {
        channels.iter().map(|channel| (channel.key.to_owned(), each(channel, &events))).collect()
    };
    let operations: Map<String, Value> = channels.iter().flat_map(operations).collect();
    let schema = json!({
        "asyncapi": "3.1.0",
        "info": {
            "title": "Duly's topics",
            "version": "1.0.0",
            "description": "Ticket events come in, SLA events go out: CloudEvents 1.0 in binary mode, attributes in `ce_*` headers and \
                            `data` as JSON in the value. Read with isolation level `read_committed`, know an event by its id, and take back \
                            what a `duly.sla.retracted.v1` names. Names of topics may begin with a prefix of the installation. \
                            docs/contract.md says what may change and what never does. Members, headers and types that you do not know \
                            are to be passed over. The topic duly.engine.changelog.v1 is the engine's own and no part of this.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "cluster": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The cluster of the installation.",
                "variables": {"bootstrap": {"description": "A broker's address.", "default": "127.0.0.1:9092"}},
            },
        },
        "channels": member(channel),
        "operations": operations,
        "components": {"messages": messages},
    });
    Document { name: NAME.to_owned(), schema }
}

fn channels() -> [Channel; 5] {
    let Topics { tickets, sla, control, dead_letters, notifications, changelog: _ } = Topics::with_prefix("");
    [
        Channel {
            key: "ticketEvents",
            topic: tickets,
            title: "Ticket events",
            description: "What happened to tickets: the log of record. In any order, and as often as one likes: an event is known by its \
                          source and id, and counts once. Partitioned by the key as Java does (librdkafka: `murmur2_random`); a record \
                          elsewhere is refused. Structured mode is read as well.",
            operations: &[("receive", "readTicketEvents", "Duly reads ticket events, from whoever writes them.")],
            record_key: TICKET_KEY,
            has: is_told,
            more: &["structured"],
        },
        Channel {
            key: "slaEvents",
            topic: sla,
            title: "SLA events",
            description: "What follows from the promises: clocks, reminders, breaches, escalations, remedies. Each once for whoever reads what \
                          is committed. What no longer follows is taken back by `duly.sla.retracted.v1`, never deleted.",
            operations: &[("send", "publishSlaEvents", "Duly publishes SLA events.")],
            record_key: TICKET_KEY,
            has: is_published,
            more: &[],
        },
        Channel {
            key: "control",
            topic: control,
            title: "Control events",
            description: "What operators tell: policies and calendars published, emergencies declared, changed and lifted. One partition, kept \
                          for ever. Written by `duly`, and read by all instances.",
            operations: &[
                ("send", "tellControl", "Duly writes what an operator tells."),
                ("receive", "readControl", "All instances of Duly obey it."),
            ],
            record_key: "The event's id.",
            has: |name| name.starts_with("duly.control."),
            more: &[],
        },
        Channel {
            key: "deadLetters",
            topic: dead_letters,
            title: "Dead letters",
            description: "Records that are no ticket events, and messages that could not be mapped: as they came, with the reason in headers. \
                          `duly dead-letters` shows them, and tries them again.",
            operations: &[("send", "keepDeadLetters", "Duly keeps what it can not take in.")],
            record_key: "As it came; the name of a letter on what says that it was redriven.",
            has: |_| false,
            more: &["deadLetter", "redriven"],
        },
        Channel {
            key: "notifications",
            topic: notifications,
            title: "Notifications",
            description: "What people are told of SLA events and emergencies: whom, by which ways, and in which words.",
            operations: &[("send", "tellPeople", "Duly writes what people are told, for whatever delivers it.")],
            record_key: TICKET_KEY,
            has: |name| name.starts_with("duly.notification."),
            more: &[],
        },
    ]
}

const TICKET_KEY: &str = "The ticket, `tenant/ticket`, as in `ce_subject`.";

/// Whether Duly writes it, though its type begins as those of ticket events do.
fn is_published(name: &str) -> bool {
    name == RETRACTED || SlaKind::ALL.iter().any(|kind| kind.type_name() == name)
}

/// Whether others tell it, or tell how far they have told.
fn is_told(name: &str) -> bool {
    (name.starts_with("duly.ticket.") || name.starts_with("duly.source.")) && !is_published(name)
}

fn channel(channel: &Channel, events: &[&Document]) -> Value {
    let names = events.iter().map(|event| &*event.name).filter(|name| (channel.has)(name));
    let messages: Map<String, Value> = names
        .chain(channel.more.iter().copied())
        .map(|name| (name.to_owned(), json!({"$ref": format!("#/components/messages/{name}")})))
        .collect();
    json!({
        "address": channel.topic,
        "title": channel.title,
        "description": format!("{} Key: {}", channel.description, channel.record_key),
        "messages": messages,
        "bindings": {
            "kafka": {
                "topic": channel.topic,
                "topicConfiguration": {"cleanup.policy": ["delete"]},
                "bindingVersion": "0.5.0",
            },
        },
    })
}

fn operations(channel: &Channel) -> Vec<(String, Value)> {
    let operation = |(action, name, summary): &(&str, &str, &str)| {
        let to = json!({"$ref": format!("#/channels/{}", channel.key)});
        ((*name).to_owned(), json!({"action": action, "channel": to, "summary": summary}))
    };
    channel.operations.iter().map(operation).collect()
}

/// An event in binary mode.
fn message(event: &Document) -> Value {
    let Document { name, schema } = event;
    let of = |member: &str| json!({"$ref": format!("./{name}.json#/properties/{member}")});
    let attributes = schema["properties"].as_object().into_iter().flatten().map(|(attribute, _)| &**attribute);
    let headers: Map<String, Value> = attributes
        .filter(|attribute| *attribute != "data")
        .map(|attribute| {
            // Headers are texts, whatever the attribute is in JSON.
            let schema = if attribute == "incarnation" { digits() } else { of(attribute) };
            (header(attribute), schema)
        })
        .collect();
    // On the control topic the attributes that say who and when may be left out where people write a file.
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let needed: Vec<String> = needed.filter(|attribute| *attribute != "data").map(header).collect();
    json!({
        "name": name,
        "title": schema["title"],
        "summary": schema["description"],
        "contentType": "application/json",
        "headers": {"type": "object", "required": needed, "properties": headers},
        "payload": of("data"),
        "bindings": key("The ticket; on the control topic the event's id, and of progress marks none."),
    })
}

/// The header that has an attribute.
fn header(attribute: &str) -> String {
    match attribute {
        "datacontenttype" => "content-type".to_owned(),
        attribute => format!("ce_{attribute}"),
    }
}

/// A ticket event whose attributes are in the value, as the API writes them.
fn structured(events: &[&Document]) -> Value {
    let tickets = events.iter().filter(|event| event.name.starts_with("duly.ticket.") && is_told(&event.name));
    let any: Vec<Value> = tickets.map(|event| json!({"$ref": format!("./{}.json", event.name)})).collect();
    json!({
        "name": "structured",
        "title": "A ticket event in structured mode",
        "summary": "Attributes and `data` are in the value, and no `ce_*` headers are there. Events that came through the API are so.",
        "contentType": "application/cloudevents+json",
        "headers": {
            "type": "object",
            "properties": {"content-type": {"type": "string", "const": "application/cloudevents+json"}},
        },
        "payload": {"anyOf": any},
        "bindings": key(TICKET_KEY),
    })
}

fn dead_letter() -> Value {
    let text = |description: &str| json!({"type": "string", "description": description});
    json!({
        "name": "deadLetter",
        "title": "A dead letter",
        "summary": "What was refused: key, value and headers as they came, and why it is here in headers that begin with `duly_`.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "required": ["duly_reason", "duly_detail"],
            "properties": {
                "duly_reason": text("Why, in a word."),
                "duly_detail": text("What is wrong, where, and what to do."),
                "duly_topic": text("The topic that it was read from; a message that came by a webhook has none."),
                "duly_partition": digits(),
                "duly_offset": digits(),
                "duly_appended_ms": {"type": "string", "description": "When that topic took it, in ms since 1970."},
                "duly_source": text("The source whose message it is, where it is one: it has to be mapped again."),
                "duly_sink": text("The sink that could not deliver it, where it is a record for one."),
                "duly_redrive": text("The dead letter that was tried again, and refused again as this one."),
            },
        },
        "payload": {"description": "Bytes of any kind."},
        "bindings": key("As it came."),
    })
}

fn redriven() -> Value {
    json!({
        "name": "redriven",
        "title": "A trace of a dead letter",
        "summary": "Says that a dead letter was written to the log again; then it has no value. Or that a sink is to deliver it again; then it has all that the letter has, and `duly_sink`.",
        "headers": {
            "type": "object",
            "required": ["duly_redriven"],
            "properties": {
                "duly_redriven": {"type": "string", "pattern": "^\\d+:\\d+$", "description": "Which: partition and offset."},
                "duly_sink": {"type": "string", "description": "The sink that is to deliver it again."},
            },
        },
        "payload": {"description": "Nothing, or what is to be delivered again."},
        "bindings": key("The letter, as in `duly_redriven`; that of the letter where a sink is to deliver it again."),
    })
}

fn key(description: &str) -> Value {
    json!({"kafka": {"key": {"type": "string", "description": description}, "bindingVersion": "0.5.0"}})
}

fn digits() -> Value {
    json!({"type": "string", "pattern": "^-?\\d+$"})
}
