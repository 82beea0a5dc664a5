//! What a policy says for people alone.

use super::{check, good, with_sections, with_targets};

/// The keys of a letter that has no mistake.
const LETTER: &str =
    "promisor: {en: A}, addressee: {en: B}, review: month, signatory: {en: C}, date: 2026-01-01, order: [b, a]";

#[test]
fn mistakes_in_words_and_letters() {
    for (written, expected) in [
        ("words: [inquiry]".to_owned(), &["11:8: `words` takes a map, not a list"][..]),
        ("words: {category: inquiry}".to_owned(), &["11:19: `category` in `words` takes a map, not a text"]),
        (
            "words: {category: {inquiry: 客户咨询}}".to_owned(),
            &["11:29: the word `inquiry` takes a text per language → {en: …, zh: …}"],
        ),
        ("words: {category: {inquiry: {e: x}}}".to_owned(), &["11:30: `e` is not a language"]),
        (
            "letter: {}".to_owned(),
            &[
                "11:1: `letter` lacks `addressee`",
                "11:1: `letter` lacks `date`",
                "11:1: `letter` lacks `promisor`",
                "11:1: `letter` lacks `review` → `review: month`",
                "11:1: `letter` lacks `signatory`",
            ],
        ),
        (
            format!("letter: {{{}}}", LETTER.replace("month", "monthly")),
            &["11:57: `review` can not be `monthly` → did you mean `month`?"],
        ),
        (
            format!("letter: {{{}, sender: {{en: A}}}}", LETTER.replace("2026-01-01", "1.1.2026")),
            &["11:90: `1.1.2026` is not a date → `2026-01-01`", "11:115: unknown key `sender` in `letter`"],
        ),
        (format!("letter: {{{}}}", LETTER.replace("[b, a]", "[]")), &["11:109: `order` is empty"]),
        (format!("letter: {{{}}}", LETTER.replace("{en: A}", "A")), &["11:20: `promisor` takes a text per language"]),
    ] {
        check(&with_sections(&written), expected);
    }
}

#[test]
fn words_letters_and_titles_of_targets_are_read() {
    let text = with_targets("      - {title: {zh: 全部}, within: 2h}").trim_end().to_owned();
    let policy = good(&format!("{text}\nwords: {{category: {{a: {{en: A, zh: 甲}}}}}}\nletter: {{{LETTER}}}\n")).policy;
    assert_eq!(
        serde_json::to_value(&policy.letter).expect("plain data"),
        serde_json::json!({
            "promisor": {"en": "A"}, "addressee": {"en": "B"}, "order": ["b", "a"], "review": "month",
            "signatory": {"en": "C"}, "date": "2026-01-01",
        })
    );
    assert_eq!(policy.words["category"]["a"]["zh"], "甲");
    assert_eq!(policy.objectives["x"].targets[0].title["zh"], "全部");
    let other = good(&format!("{text}\nletter: {{{}}}\n", LETTER.replace("{en: C}", "{en: D}"))).policy;
    assert_ne!(policy.version(), other.version(), "the version is that of all its words");
}
