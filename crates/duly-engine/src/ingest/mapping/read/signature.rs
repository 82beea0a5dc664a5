//! How a system signs its webhooks, where a mapping says it. What that means is read by the code of signatures.

use duly_core::policy::source::yaml::{Node, Report, Value};
use serde_json::Value as Json;

use crate::ingest::signature::Signature;

pub(super) fn read(node: &Node, report: &mut Report) -> Option<Signature> {
    match Signature::parse(&json(node)?) {
        Ok(signature) => Some(signature),
        Err(mistakes) => {
            for mistake in mistakes {
                report.mistake(node.at, mistake.what).hint(mistake.hint.unwrap_or_default());
            }
            None
        }
    }
}

/// The same without places; nothing where a part of it has been reported already.
fn json(node: &Node) -> Option<Json> {
    match &node.value {
        Value::Scalar { text, .. } => Some(Json::from(&**text)),
        Value::List(items) => items.iter().map(json).collect::<Option<Vec<_>>>().map(Json::from),
        Value::Map(entries) => {
            let members = entries.iter().map(|(key, node)| Some((key.name.clone(), json(node)?)));
            members.collect::<Option<serde_json::Map<_, _>>>().map(Json::from)
        }
        Value::Broken => None,
    }
}
