//! What is told of a ticket without a clock: anomalies, routes, cases and investigations.

use std::io::{self, Write};

use duly_core::time::Span;
use serde_json::Value;

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
            return writeln!(out, "{}{}", other.replace('_', " "), prefixed("  ", amount.trim()));
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
