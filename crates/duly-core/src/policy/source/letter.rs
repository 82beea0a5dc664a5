//! What a policy says for people alone: `words` and `letter` (L23).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::fields::{Fields, filled_list, map, parsed, shown, text, word};
use super::mistake::{Place, Report};
use super::objective::texts;
use super::tree::Node;
use crate::policy::{Every, Letter, Title, Words};

pub(super) const KEYS: [&str; 8] =
    ["promisor", "addressee", "scope", "contact", "order", "review", "signatory", "date"];

pub(super) const EVERY: [(&str, Every); 4] =
    [("week", Every::Week), ("month", Every::Month), ("quarter", Every::Quarter), ("year", Every::Year)];

/// Reads `{category: {inquiry: {en: …, zh: …}}}`.
pub(super) fn words(node: &Node, report: &mut Report) -> Words {
    let mut words = Words::new();
    for (kind, node) in map(node, "`words`", report).unwrap_or_default() {
        let of_kind = map(node, &format!("`{}` in `words`", shown(&kind.name)), report).unwrap_or_default();
        let read = |(value, node): &(super::tree::Key, Node)| {
            (value.name.clone(), texts(node, &format!("the word `{}`", shown(&value.name)), report))
        };
        let of_kind: BTreeMap<String, Title> = of_kind.iter().map(read).collect();
        words.insert(kind.name.clone(), of_kind);
    }
    words
}

/// Reads `letter`; `None` where something in it is wrong, which is reported.
pub(super) fn read(node: &Node, at: Place, report: &mut Report) -> Option<Letter> {
    let fields = Fields::of(node, at, "`letter`", &KEYS, report)?;
    let told = |name: &str, report: &mut Report| match fields.get(name) {
        Some((_, node)) => texts(node, &format!("`{name}`"), report),
        None => Title::new(),
    };
    let mut required = |name: &str, hint: &str| {
        fields.required(name, hint, report)?;
        Some(told(name, report))
    };
    let promisor = required("promisor", "say who promises: `promisor: {en: …, zh: …}`");
    let addressee = required("addressee", "say to whom: `addressee: {en: Our customers, zh: 尊敬的客户}`");
    let signatory = required("signatory", "say who signs: `signatory: {en: …, zh: …}`");
    let (scope, contact) = (told("scope", report), told("contact", report));
    let order = fields.get("order").map(|(_, node)| order(node, report)).unwrap_or_default();
    let review = fields
        .required("review", "say how often response times are reviewed: `review: month`", report)
        .and_then(|(_, node)| word(node, "review", &EVERY, report));
    let date = fields
        .required("date", "say when it is signed: `date: 2026-01-01`", report)
        .and_then(|(_, node)| parsed(node, "`date`", date, report));
    Some(Letter {
        promisor: promisor?,
        addressee: addressee?,
        scope,
        contact,
        order,
        review: review?,
        signatory: signatory?,
        date: date?,
    })
}

fn order(node: &Node, report: &mut Report) -> Vec<String> {
    let items = filled_list(node, "`order`", "name a category", report).unwrap_or_default();
    items.into_iter().filter_map(|item| text(item, "`order`", report).map(str::to_owned)).collect()
}

fn date(text: &str) -> Result<NaiveDate, (String, String)> {
    let is_written_out = text.len() == 10;
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| is_written_out);
    read.ok_or_else(|| (format!("`{}` is not a date", shown(text)), "write `2026-01-01`".to_owned()))
}
