//! The schema of what a policy says for people alone: words and letter.

use serde_json::{Value, json};

use super::super::letter::EVERY;
use super::{described, scalar, texts, words as one_of};

pub(super) fn words() -> Value {
    json!({
        "description": "What values are called: by attribute, or by milestone, remedy, role, …; then by value.",
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": texts("What it is called, by language.")}
    })
}

pub(super) fn letter() -> Value {
    json!({
        "description": "Who sends the policy to whom, as a letter: `duly letter`.",
        "type": "object",
        "additionalProperties": false,
        "required": ["promisor", "addressee", "review", "signatory", "date"],
        "properties": {
            "promisor": texts("Who promises."),
            "addressee": texts("To whom."),
            "scope": texts("What it covers. Default: everything that the addressee asks of the promisor."),
            "contact": texts("Where customers turn with requests, feedback and complaints."),
            "order": {
                "description": "The categories in the order in which it tells them; others follow by name.",
                "type": "array",
                "minItems": 1,
                "items": scalar()
            },
            "review": described(one_of(&EVERY), "How often the response times are reviewed."),
            "signatory": texts("Who signs."),
            "date": {"description": "The date of the signature.", "type": "string", "format": "date"}
        }
    })
}
