//! What an operator tells of an emergency, as a story tells it: `emergency declared typhoon effect=suspend from 09:00`.

use duly_core::control::ControlEvent;
use duly_core::time::Instant;
use serde_json::{Map, Value, json};

use super::said::{Context, take_instant};
use super::words;

/// Reads what stands behind `emergency` in a line of the instant `now`.
///
/// `from` says from when it counts where that is not now, `end` when the emergency is expected to be over. The other members
/// are those of the control event, as `name=value`; a declaration without title or kind is `other` and called by its id.
pub(super) fn read(mut words: &[&str], now: Instant, context: Context<'_>) -> Result<ControlEvent, String> {
    let [what, emergency, rest @ ..] = words else {
        return Err("it does not say what: `emergency declared typhoon effect=suspend`".to_owned());
    };
    words = rest;
    let mut data = Map::from_iter([("emergency".to_owned(), json!(emergency))]);
    match *what {
        "declared" => {
            data.insert("kind".into(), "other".into());
            data.insert("title".into(), json!({"en": emergency}));
        }
        "updated" | "lifted" | "voided" => {}
        _ => return Err(format!("an emergency is declared, updated, lifted or voided, and not `{what}`")),
    }
    if *what != "voided" {
        data.insert("effective_from".into(), now.to_string().into());
    }
    while let Some((word, rest)) = words.split_first() {
        words = rest;
        match *word {
            "from" => drop(data.insert("effective_from".into(), time(word, &mut words, context)?)),
            "end" => drop(data.insert("expected_end".into(), time(word, &mut words, context)?)),
            _ => data.extend(words::members([*word])?),
        }
    }
    let kind = format!("duly.control.emergency_{what}.v1");
    ControlEvent::from_data(&kind, Value::Object(data).to_string().as_bytes(), &[]).map_err(|why| why.to_string())
}

fn time(word: &str, words: &mut &[&str], context: Context<'_>) -> Result<Value, String> {
    let at = take_instant(words, context)?.ok_or_else(|| format!("no time follows `{word}`"))?;
    Ok(at.to_string().into())
}
