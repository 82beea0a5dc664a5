//! What customers' voices lead to (L19).

use super::context::Context;
use super::fields::{Fields, filled_list, parsed, shown, text};
use super::mistake::{Place, Report, did_you_mean, listed};
use super::task;
use super::tree::{Node, Value};
use crate::policy::Feedback;
use crate::ticket::ABOUT;

pub(super) const KEYS: [&str; 5] = ["about", "score_at_most", "scale", "investigate", "correct"];

/// The best score that a scale may have.
pub(super) const SCALE_MAX: u32 = 1_000;

/// Reads the section.
pub(super) fn read(node: &Node, at: Place, context: &Context, report: &mut Report) -> Option<Feedback> {
    let fields = Fields::of(node, at, "`feedback`", &KEYS, report)?;
    let about = match fields.get("about") {
        Some((_, node)) => about(node, report),
        None => Some(Vec::new()),
    };
    let score_at_most = fields.get("score_at_most").map(|(_, node)| parsed(node, "`score_at_most`", percent, report));
    let scale = fields.get("scale").map(|(_, node)| parsed(node, "`scale`", read_scale, report));
    if !fields.has("about") && !fields.has("score_at_most") {
        report
            .mistake(at, "nothing opens an investigation")
            .hint("say what does: `about: [late, short, broken_promise]`, `score_at_most: 40%`, or both");
    }
    let investigate = task::required(&fields, "investigate", context, report);
    let correct = task::required(&fields, "correct", context, report);
    Some(Feedback {
        about: about?,
        score_at_most: match score_at_most {
            Some(read) => Some(read?),
            None => None,
        },
        scale: match scale {
            Some(read) => Some(read?),
            None => None,
        },
        investigate: investigate?,
        correct: correct?,
    })
}

/// Reads what a voice has to be about, sorted: their order says nothing.
fn about(node: &Node, report: &mut Report) -> Option<Vec<String>> {
    let items = match &node.value {
        Value::List(_) => filled_list(node, "`about`", "name what it is about: `[late, short]`", report)?,
        _ => vec![node],
    };
    let read: Vec<_> = items.into_iter().map(|item| one_about(item, report)).collect();
    let mut about = read.into_iter().collect::<Option<Vec<_>>>()?;
    about.sort();
    about.dedup();
    Some(about)
}

fn one_about(node: &Node, report: &mut Report) -> Option<String> {
    let written = text(node, "`about`", report)?;
    if ABOUT.contains(&written) {
        return Some(written.to_owned());
    }
    let hint = did_you_mean(written, ABOUT).unwrap_or_else(|| format!("it is one of {}", listed(ABOUT)));
    report.mistake(node.at, format!("feedback is never about `{}`", shown(written))).hint(hint);
    None
}

fn percent(text: &str) -> Result<u32, (String, String)> {
    let percent = text.strip_suffix('%').and_then(|digits| digits.parse().ok());
    percent.filter(|percent| *percent <= 100).ok_or_else(|| {
        let what = format!("`score_at_most` can not be `{}`", shown(text));
        (what, "write a share of the best score, such as `40%`: 2 of 5".to_owned())
    })
}

fn read_scale(text: &str) -> Result<u32, (String, String)> {
    text.parse().ok().filter(|scale| (1..=SCALE_MAX).contains(scale)).ok_or_else(|| {
        let what = format!("`scale` can not be `{}`", shown(text));
        (what, format!("write the best score that there is, a whole number up to {SCALE_MAX}: `scale: 5`"))
    })
}
