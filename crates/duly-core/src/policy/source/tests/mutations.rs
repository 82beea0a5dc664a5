//! Nothing that anybody writes makes the reading stumble, or a small file grow large.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::TEXT_BYTES_MAX;
use super::{SHIPPED, check, load, parse, with_targets};

/// Pieces that mean something in YAML or in a policy.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "\n",
    "  ",
    "\t",
    "#",
    "&a ",
    "*a",
    "!x ",
    "|",
    "'",
    "\"",
    "---\n",
    "<<: ",
    "null",
    "24x7",
    "0h",
    "99999999999999999999d",
    "响",
    "\u{0}",
];

#[derive(Debug, Clone)]
enum Change {
    Insert(usize, usize),
    Remove(usize, usize),
    CopyLine(usize, usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = 0..SHIPPED.len();
    let change = prop_oneof![
        (at.clone(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (at.clone(), 1..40_usize).prop_map(|(at, len)| Change::Remove(at, len)),
        (at.clone(), at).prop_map(|(from, to)| Change::CopyLine(from, to)),
    ];
    prop::collection::vec(change, 1..8)
}

fn apply(text: &mut String, change: &Change) {
    let within =
        |text: &str, at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    match *change {
        Change::Insert(at, piece) => text.insert_str(within(text, at), PIECES[piece]),
        Change::Remove(at, len) => text.replace_range(within(text, at)..within(text, at + len), ""),
        Change::CopyLine(from, to) => {
            let from = within(text, from);
            let line: String = text[from..].chars().take_while(|c| *c != '\n').chain(['\n']).collect();
            text.insert_str(within(text, to), &line);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_changed_policy_is_read_or_refused_in_order(changes in changes()) {
        let mut text = SHIPPED.to_owned();
        for change in &changes {
            apply(&mut text, change);
        }
        match parse(&text, &load) {
            Ok(parsed) => prop_assert!(parsed.policy.version().len() == 16),
            Err(mistakes) => {
                prop_assert!(!mistakes.is_empty(), "a refusal says why");
                prop_assert!(mistakes.is_sorted());
                for mistake in &mistakes {
                    let end = mistake.at.offset + mistake.at.len;
                    prop_assert!(text.get(mistake.at.offset..end).is_some(), "{mistake} lies in the text");
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        let _ = parse(&text, &load);
    }
}

#[test]
fn small_files_do_not_grow_large() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(laughs, "a{level}: &a{level} [{aliases}]").expect("writing to a text");
    }
    check(&laughs, &["5:25: more than 50000 values"]);
    check(&format!("x: {}", "[".repeat(100)), &["1:36: this is not YAML"]);
    check(&"- ".repeat(100), &["1:65: this is not YAML"]);
    check(
        &with_targets("- {within: 2h}\npause: &x {reason: [*x]}"),
        &["12:25: an alias within what it names → above it"],
    );

    let mut chain = "a0: &a0 [x]\n".to_owned();
    for level in 1..100 {
        writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1).expect("writing to a text");
    }
    check(&chain, &["31:12: this lies more than 32 levels deep"]);
    check(&"#".repeat(TEXT_BYTES_MAX + 1), &["1:1: a policy of 1048577 bytes, 1048576 are the most"]);
}
