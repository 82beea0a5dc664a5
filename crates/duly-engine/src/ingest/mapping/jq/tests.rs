//! Programs: what they can do, and that what they can not do ends at once.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::super::path::Scope;
use super::{Ended, Outcome, Program};

fn run(code: &str, input: &Value) -> Outcome {
    let program = Program::compile(code).unwrap_or_else(|wrong| panic!("{code}: {wrong:?}"));
    let headers: [(&str, &[u8]); 1] = [("X-Kind", b"created")];
    let scope = Scope {
        item: input,
        message: input,
        headers: &headers,
        index: 0,
        tenant: "acme",
        zone: Tz::UTC,
        ticket: None,
        time: None,
    };
    program.run(&scope)
}

#[test]
fn a_program_gives_what_jq_gives() {
    let input = json!({"a": [1, 2, 3], "b": "x-y", "id": 9_007_199_254_740_993_i64, "f": 1.5});
    for (code, expected) in [
        (".a[]", vec![json!(1), json!(2), json!(3)]),
        (".a | map(. * 2) | add", vec![json!(12)]),
        (".b | split(\"-\") | join(\"+\")", vec![json!("x+y")]),
        ("\"ab\" * 3", vec![json!("ababab")]),
        (".id, .f", vec![json!(9_007_199_254_740_993_i64), json!(1.5)]),
        ("$headers[\"x-kind\"]", vec![json!("created")]),
        ("$message.a[0]", vec![json!(1)]),
        ("def f(x): x + 1; [.a[] | f(.)]", vec![json!([2, 3, 4])]),
        ("def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; 10 | fac", vec![json!(3_628_800)]),
        ("reduce .a[] as $x (0; . + $x)", vec![json!(6)]),
        ("[foreach .a[] as $x (0; . + $x; [$x, .])] | length", vec![json!(3)]),
        ("[limit(3; repeat(1))]", vec![json!([1, 1, 1])]),
        ("[.[] | numbers] | length", vec![json!(2)]),
        (".a |= map(. + 1) | .a", vec![json!([2, 3, 4])]),
        ("(.a[] | select(. > 1)) = 0 | .a", vec![json!([1, 0, 0])]),
        ("del(.a[0]) | .a", vec![json!([2, 3])]),
        ("{a: .a[0], b}", vec![json!({"a": 1, "b": "x-y"})]),
        (". as {a: [$x, $y], $b} | [$x, $y, $b]", vec![json!([1, 2, "x-y"])]),
        ("try error(\"no\") catch .", vec![json!("no")]),
        ("[.. | strings]", vec![json!(["x-y"])]),
        ("with_entries(select(.key == \"b\"))", vec![json!({"b": "x-y"})]),
        ("\"\\(.b)/\\(.f)\"", vec![json!("x-y/1.5")]),
        ("[paths] | length", vec![json!(7)]),
        ("[range(0; 10; 3)]", vec![json!([0, 3, 6, 9])]),
        ("label $out | .a[] | if . == 2 then break $out else . end", vec![json!(1)]),
        ("last(range(10000))", vec![json!(9_999)]),
        ("0 | until(. > 10000; . + 1)", vec![json!(10_001)]),
        ("\"12\" | tonumber", vec![json!(12)]),
        ("(.missing // \"none\") | ascii_upcase", vec![json!("NONE")]),
        ("empty", vec![]),
    ] {
        let outcome = run(code, &input);
        assert!(matches!(outcome.ended, Ended::Well), "{code}: {:?}", told(&outcome));
        assert_eq!(outcome.drafts, expected, "{code}");
    }
}

#[test]
fn a_program_that_never_ends_is_stopped() {
    let input = json!({"a": (0..200).collect::<Vec<_>>()});
    let power = vec!["(1,1)"; 64].join(" | ");
    for code in [
        // Outputs without end, and computation without outputs.
        "repeat(1)",
        "def f: ., f; f",
        "def f: f; f",
        "def f: empty, f; f",
        "def f: 1 + f; f",
        "def f: [f]; f",
        "def f(x): x | f(x + 1); f(1)",
        "range(0; 1/0)",
        "[range(0; 1/0)]",
        "last(repeat(1))",
        "range(0; 1/0) | empty",
        "reduce range(0; 1/0) as $x (0; . + $x)",
        "[foreach range(0; 1/0) as $x (0; .)]",
        "0 | until(false; . + 1)",
        "while(true; .)",
        "try repeat(error) catch repeat(1)",
        "recurse(.)",
        "isempty(repeat(empty))",
        "first(repeat(1) | select(. == 2))",
        "path(repeat(.))",
        "repeat(.a[0]) |= .",
        "label $x | repeat(1) | if . == 2 then break $x else empty end",
        // What grows by itself.
        "[.a[] as $x | .a[] as $y | .a[] as $z | .a[] | 1] | length",
        "reduce range(60) as $i (\"x\"; . + .)",
        "reduce range(60) as $i (\"\\\\\"; tojson)",
        "reduce range(60) as $i (1; [., .])",
        "reduce range(60) as $i (1; {a: ., b: .})",
        "reduce range(60) as $i (\"x\"; \"\\(.)\\(.)\")",
        "reduce range(100000) as $i (0; [.])",
        "\"x\" * 1000000000000",
        "9000000000000000000 * \"xx\"",
        &power,
        &format!("[{power}]"),
    ] {
        let began = std::time::Instant::now();
        let outcome = run(code, &input);
        assert!(matches!(outcome.ended, Ended::AtLimit(_)), "{code}: {:?}", told(&outcome));
        assert!(outcome.drafts.len() <= super::OUTPUTS_MAX);
        assert!(began.elapsed().as_secs() < 20, "{code}: {:?}", began.elapsed());
    }
}

#[test]
fn a_program_sees_nothing_but_its_message() {
    for code in [
        "env",
        "$ENV",
        "input",
        "inputs",
        "now",
        "halt",
        "halt_error",
        "debug",
        "stderr",
        "input_filename",
        "$__loc__",
        "include \"a\"; .",
        "import \"a\" as a; .",
        "get_search_list",
        "now | todate",
        "test(\"a\")",
        "limit(",
        "..a.",
        "@sh \"x\"",
    ] {
        assert!(Program::compile(code).is_err(), "{code}");
    }
    assert!(Program::compile(&"[".repeat(100_000)).is_err());
    assert!(Program::compile(&format!("{}1{}", "(".repeat(1_000), ")".repeat(1_000))).is_err());
}

#[test]
fn what_a_program_does_wrong_is_told() {
    let outcome = run(".a[], (.b | .[0]), 5", &json!({"a": [1, 2], "b": 3}));
    assert_eq!(outcome.drafts, [json!(1), json!(2)]);
    assert!(matches!(&outcome.ended, Ended::Failed(what) if what.contains("cannot index")), "{:?}", told(&outcome));
    for code in ["nan", "{(1|tostring): (0/0)}"] {
        let outcome = run(code, &Value::Null);
        assert!(!matches!(outcome.ended, Ended::AtLimit(_)), "{code}");
    }
}

fn told(outcome: &Outcome) -> String {
    match &outcome.ended {
        Ended::Well => format!("well: {:?}", outcome.drafts.iter().take(3).collect::<Vec<_>>()),
        Ended::Failed(what) => format!("failed: {what}"),
        Ended::AtLimit(what) => format!("limit: {what}"),
    }
}
