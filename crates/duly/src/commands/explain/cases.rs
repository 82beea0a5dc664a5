//! What is told of a ticket without a clock: anomalies, routes, cases and investigations.

use std::io::{self, Write};

use duly_core::time::Span;
use serde_json::Value;

use crate::wrapped::wrapped;

/// Writes what a body says, from behind its type on; sums of a case with the items that they are of.
pub(super) fn write(body: &Value, out: &mut dyn Write) -> io::Result<()> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    if body.get("number").is_some() {
        return writeln!(out, "{}, message {}", text("emergency"), body["number"]);
    }
    match text("anomaly") {
        "" => {}
        "unknown_transition" => {
            return writeln!(out, "from {} to {}: no known transition", text("from"), text("to"));
        }
        other => {
            let amount = [text("amount"), text("currency")].join(" ");
            writeln!(out, "{}{}", other.replace('_', " "), prefixed("  ", amount.trim()))?;
            return wrapped(why(other).split_whitespace(), "      ", " ", out);
        }
    }
    if body.get("objective").is_none() {
        let place = ["tier", "team", "priority"].into_iter().filter_map(|name| match &body[name] {
            Value::Null => None,
            Value::String(text) => Some(format!("{name} {text}")),
            other => Some(format!("{name} {other}")),
        });
        return writeln!(out, "{}", place.collect::<Vec<_>>().join(", "));
    }
    write!(out, "{}/{}", text("objective"), body["cycle"])?;
    if body.get("claimed").is_some() {
        return case(body, out);
    }
    writeln!(out, "{}", [prefixed("  found: ", text("found")), opening(body)].concat())?;
    for clock in body["clocks"].as_array().into_iter().flatten() {
        let took = clock["open_ms"].as_i64().map(|ms| format!(" {}", Span::from_ns(ms * 1_000_000)));
        let name = format!("{}/{}", clock["objective"].as_str().unwrap_or_default(), clock["cycle"]);
        let standing = clock["standing"].as_str().unwrap_or_default();
        writeln!(out, "      {name:32} {standing:9}{}", took.unwrap_or_default())?;
    }
    Ok(())
}

/// Why something came to nothing, and what to do about it.
fn why(anomaly: &str) -> &'static str {
    match anomaly {
        "received_again" => "the ticket was received before: what it says of the ticket holds, and starts nothing",
        "no_breach" => {
            "no such promise was broken, or its breach was withdrawn: name objective and cycle of a breach, or neither"
        }
        "no_case" => {
            "there is no such case: the promise was not broken, its breach was withdrawn, or the policy has no liability for it; what \
             was paid all the same is to be claimed back"
        }
        "case_is_over" => {
            "the case was settled, rejected or waived before: name objective and cycle of another, if there is one"
        }
        "other_currency" => "the case is in another currency: state the amount in that of the case",
        "too_many_items" => "the case has as many items as one may have: claim the rest under one of their names",
        "item_not_claimed" => "nothing is claimed under that name: `loss` is the name of a claim without one",
        "more_than_claimed" => "no more can be accepted of an item than is claimed of it",
        "nothing_claimed" => "nothing is claimed in the case: a case without a claim can be waived",
        "not_assessed" => "something claimed is not assessed yet: every item is, before anything is paid",
        "more_than_accepted" => "no more can be paid than was accepted, up to the cap",
        "settled_again" => "the case was paid before: what was paid twice is to be claimed back",
        "not_excused" => {
            "the emergency that it names was not declared, or did not lie over the promise before that was broken: name one \
             that did, or give a reason without one"
        }
        "no_investigation" => "no such investigation is open: name its number, or open one by feedback",
        "no_action" => "no corrective action of that name is open",
        "action_set_again" => {
            "an action of that name is open in the investigation: it is done first, or has another name"
        }
        _ => "",
    }
}

/// What opened an investigation.
fn opening(body: &Value) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let score =
        if text("score").is_empty() { String::new() } else { format!("{} of {}", text("score"), text("scale")) };
    [prefixed("  by ", text("by")), prefixed(" about ", text("about")), prefixed(", score ", &score)].concat()
}

fn case(body: &Value, out: &mut dyn Write) -> io::Result<()> {
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let sums = ["claimed", "accepted", "payable", "paid"];
    let sums = sums.into_iter().filter(|name| body.get(*name).is_some());
    let sums: Vec<String> = sums.map(|name| format!("{name} {}", text(body, name))).collect();
    writeln!(out, "  {} {}", sums.join(", "), text(body, "currency"))?;
    for (name, what) in [("reason", "because: "), ("emergency", "emergency: ")] {
        if body.get(name).is_some() {
            writeln!(out, "      {what}{}", text(body, name))?;
        }
    }
    for item in body["items"].as_array().into_iter().flatten() {
        let accepted = prefixed(", accepted ", &text(item, "accepted"));
        writeln!(out, "      {:32} claimed {}{accepted}", text(item, "item"), text(item, "claimed"))?;
    }
    Ok(())
}

/// A text with something before it, where there is one.
fn prefixed(before: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}{text}") }
}
