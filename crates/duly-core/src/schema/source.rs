//! Progress marks of sources (T11).

use serde_json::{Value, json};

use super::envelope::{self, About};
use super::{Document, described, instant, name};
use crate::lane::PROGRESS;

pub(super) fn documents() -> Vec<Document> {
    let about = About {
        type_name: PROGRESS.to_owned(),
        title: "Source progress".to_owned(),
        description: "How far a source has told what it knows, for every lane: a record without a key in each partition of the log of ticket \
                      events, behind the events that it stands for. Silence is judged no further than the part that is furthest \
                      behind, from its first mark on until it is over."
            .to_owned(),
    };
    let required = ["specversion", "type", "id", "source", "data"];
    vec![Document { schema: envelope::event(&about, &required, json!({}), data()), name: about.type_name }]
}

fn data() -> Value {
    json!({
        "type": "object",
        "required": ["source"],
        "additionalProperties": false,
        "properties": {
            "source": name("Whose mark it is: the name of the source in the settings, or of an import."),
            "reached": {
                "type": "object",
                "description": "Parts of the source, such as the partitions of its topic, and up to when each has told what it knows. An earlier \
                                instant than was said before changes nothing; 1970 says that the part is there.",
                "additionalProperties": instant("Up to when.")
            },
            "over": described(
                json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
                "Parts that are over: they hold nothing back any more. A name that ends in `/` stands for all that begin so."
            ),
            "is_over": described(json!({"type": "boolean"}), "The whole source is over.")
        }
    })
}
