//! `duly report`: the pages of a small March whose figures are worked out by hand in the core's tests, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run;

const MARCH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/report/march.ndjson");
const DESK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/report/desk.yaml");
const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/report/other.yaml");
const VOICES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/report/voices.ndjson");
const LETTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/policies/response-time-commitment.yaml");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/examples/report.json");

/// The review of March with everything in it.
fn march(options: &[&str]) -> (i32, String, String) {
    let all =
        ["report", MARCH, "--policy", DESK, "--period", "2026-03", "--by", "team,priority", "--compare", "previous"];
    let what_if = ["--what-if", OTHER, "--trend", "2", "--link", "https://crm.example/{tenant}/{ticket}"];
    run(&[&all[..], &what_if, options].concat(), "")
}

/// A March of two tickets whose customers speak: one was answered late, complained and was paid; one was not satisfied.
fn voices(options: &[&str]) -> (i32, String, String) {
    let all = ["report", VOICES, "--policy", LETTER, "--period", "2026-03", "--until", "2026-04-01T00:00:00Z"];
    run(&[&all[..], options].concat(), "")
}

/// A file of this name that no other test uses.
fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report");
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder.join(name)
}

/// Holds what was written to the file beside this test; `DULY_BLESS=1` writes it.
#[track_caller]
fn golden(name: &str, written: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/report").join(name);
    if std::env::var_os("DULY_BLESS").is_some() {
        fs::write(&path, written).expect("to write it");
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, known, "{name} is another one now: DULY_BLESS=1 writes it");
}

#[test]
fn markdown_is_told_in_both_languages() {
    for (lang, name) in [("en", "march.md"), ("zh", "march.zh.md")] {
        let (code, page, told) = march(&["--lang", lang]);
        assert_eq!((code, told.as_str()), (0, "25 lines: 25 applied, 0 duplicates, 0 refused\n"));
        golden(name, &page);
    }
}

#[test]
fn what_customers_said_and_what_it_cost_is_told_in_all_forms() {
    for (options, name) in [
        (&["--lang", "en"][..], "voices.md"),
        (&["--lang", "zh"], "voices.zh.md"),
        (&["--lang", "en", "--format", "csv"], "voices.csv"),
    ] {
        let (code, told, _) = voices(options);
        assert_eq!(code, 0);
        golden(name, &told);
    }
    let (_, page, _) = voices(&["--lang", "en", "--format", "html"]);
    for told in [
        "<b>70.0 %</b>",
        "complaint: a late response",
        "It was sent to the wrong | team.",
        "<span class=\"soft small\">team lead · due <span class=\"whole\">2026-04-02 18:00</span></span>",
        "closed <span class=\"whole\">2026-03-05 13:00</span>",
        "<td class=\"n\">1,200.00</td>",
        "<td>quality manager</td><td class=\"n bad\">2026-03-16 18:00</td>",
    ] {
        assert!(page.contains(told), "{told} is not in {page}");
    }
}

#[test]
fn one_table_has_all_figures() {
    let (code, table, _) = march(&["--lang", "en", "--format", "csv"]);
    assert_eq!(code, 0);
    golden("march.csv", &table);
    let columns = |line: &str| line.split(',').count();
    assert!(table.lines().all(|line| columns(line) == 22), "{table}");
}

#[test]
fn json_is_the_example_of_its_schema() {
    let (code, json, _) = march(&["--format", "json", "--lang", "en"]);
    assert_eq!(code, 0);
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let text = format!("{report:#}\n");
    if std::env::var_os("DULY_BLESS").is_some() {
        fs::write(EXAMPLE, &text).expect("to write it");
    }
    assert_eq!(text, fs::read_to_string(EXAMPLE).unwrap_or_default(), "DULY_BLESS=1 writes it");
    assert_eq!(march(&["--format", "json", "--lang", "zh"]).1, json, "the language is none of the figures'");
}

#[test]
fn a_page_stands_for_itself_and_is_the_same_each_time() {
    for lang in ["en", "zh"] {
        let path = scratch(&format!("march.{lang}.html"));
        let name = path.display().to_string();
        let (code, out, told) = march(&["--lang", lang, "--out", &name]);
        assert_eq!((code, out.as_str()), (0, ""), "{told}");
        let page = fs::read_to_string(&path).expect("the page");
        let foreign = ["<script", "<link", "<img", "@import", "url(", "src="].map(|word| page.contains(word));
        assert_eq!(foreign, [false; 6], "nothing is fetched");
        let linked = page.replace("&#x2f;", "/").contains("\"https://crm.example/acme/T-5\"");
        assert!(page.contains("<svg") && linked, "{page}");
        assert_eq!(march(&["--lang", lang, "--format", "html"]).1, page, "the same again");
        for tag in ["table", "tr", "td", "svg", "figure", "p", "a", "h2"] {
            let count = |text: &str| page.matches(text).count();
            let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
            assert_eq!(opened, count(&format!("</{tag}>")), "{tag}");
        }
    }
}

#[test]
fn what_a_ticket_says_is_text_wherever_it_goes() {
    let evil = r#"<script>alert(1)</script>|\"x"#;
    let event = |id: u32, time: &str, kind: &str, data: &str| {
        format!(
            r#"{{"specversion":"1.0","type":"duly.ticket.{kind}.v1","source":"/crm","id":"{id}","subject":"acme/<i>T|1","time":"2026-03-02T{time}:00Z","data":{data}}}"#
        )
    };
    let data = format!(r#"{{"team":{},"priority":"high"}}"#, Value::from(evil));
    let log = [event(1, "09:00", "received", &data), event(2, "16:00", "responded", "{}")].join("\n");
    let page = |format: &str| {
        let arguments = [
            "report", "-", "--policy", DESK, "--period", "2026-03", "--by", "team", "--format", format, "--lang", "en",
        ];
        let (code, page, told) = run(&arguments, &log);
        assert_eq!(code, 0, "{told}");
        page
    };
    let html = page("html");
    assert!(!html.contains("<script") && !html.contains("<i>T"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    let markdown = page("md");
    assert!(!markdown.contains("<script") && markdown.contains(r"&lt;script>alert(1)&lt;/script>\|"), "{markdown}");
}

#[test]
fn a_company_has_a_template_of_its_own() {
    let path = scratch("own.md");
    fs::write(&path, "{{ t.attainment }}: {{ report.figures.attainment_percent|percent }}\n").expect("a template");
    let name = path.display().to_string();
    let (code, page, told) = march(&["--template", &name, "--lang", "zh"]);
    assert_eq!((code, page.as_str()), (0, "达成率: 50.0%\n"), "{told}");
    for (text, place, said) in [
        ("a\n{{ report.figure.met }}\n", "2:10", "undefined value"),
        ("{% for x in %}", "1:", "syntax error"),
        ("{{ t.attainment|shout }}", "1:", "unknown filter"),
        ("\n\n{{ t.unheard }}", "3:", "`t.unheard` is undefined"),
    ] {
        fs::write(&path, text).expect("a template");
        let (code, page, told) = march(&["--template", &name]);
        assert_eq!((code, page.as_str()), (78, ""), "{told}");
        assert!(told.contains(&format!("own.md:{place}")) && told.contains(said), "{told}");
    }
    let (code, _, told) = march(&["--template", &name, "--format", "json"]);
    assert!(code == 1 && told.contains("a template is for html and md"), "{told}");
}

#[test]
fn what_can_not_be_told_is_refused() {
    let report = |options: &[&str]| run(&[&["report", MARCH, "--policy", DESK], options].concat(), "");
    for (options, code, said) in [
        (&["--period", "2026-13"][..], 2, "`2026-13` is no period: months are 01 to 12; write a month 2026-10"),
        (&["--period", "2026-05"], 1, "nothing is known of 2026-05: what was read ends at 2026-04-01T09:00:00Z"),
        (&["--period", "2026-03", "--link", "crm"], 2, "{ticket} where the ticket's name goes"),
        (&["--period", "2026-03", "--zone", "Mars"], 2, "Mars"),
        (&["--period", "2026-03", "--what-if", "no-such.yaml"], 78, "no such file"),
        (&["--period", "2026-03", "--template", "no-such.html"], 78, "no such file"),
        (&[], 2, "--period <PERIOD>"),
    ] {
        let (found, out, told) = report(options);
        assert_eq!((found, out.as_str()), (code, ""), "{options:?}: {told}");
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{options:?}: {told}");
    }
    let (code, _, told) = run(&["report", "-", "--policy", DESK, "--period", "2026-03"], "");
    assert!(code == 1 && told.contains("no event was read"), "{told}");
    let (code, _, told) = report(&["--period", "2026-03", "--by", "taem", "--format", "csv"]);
    assert!(code == 0 && told.contains("no ticket of 2026-03 has the attribute taem: did you mean team?"), "{told}");
}

#[test]
fn a_store_is_reviewed_as_its_log_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("demo.sqlite").display().to_string();
    assert_eq!(run(&["demo", "--store", &store], "").0, 0);
    let (code, page, told) = run(&["report", "--store", &store, "--period", "2026-09", "--lang", "zh"], "");
    assert_eq!((code, told.as_str()), (0, ""));
    for expected in ["# 响应时间评审 2026-09", "首次实质性反馈", "客户咨询", "4 个工作小时"] {
        assert!(page.contains(expected), "{expected} is not in\n{page}");
    }
}

#[test]
fn a_month_of_the_letter_is_reviewed_in_both_languages() {
    let (code, month, told) = run(&["demo", "--month", "-"], "");
    assert_eq!((code, told.as_str()), (0, ""));
    for (lang, expected) in [
        (
            "en",
            ["# Review of response times 2026-09", "First substantive response", "Technical support", "## Liability"],
        ),
        ("zh", ["# 响应时间评审 2026-09", "首次实质性反馈", "技术支持", "## 赔偿责任"]),
    ] {
        let arguments = ["report", "-", "--policy", LETTER, "--period", "2026-09", "--by", "category,team"];
        let (code, page, told) =
            run(&[&arguments[..], &["--lang", lang, "--until", "2026-10-01T00:00:00+08:00"]].concat(), &month);
        assert_eq!(code, 0, "{told}");
        for expected in expected {
            assert!(page.contains(expected), "{expected} is not in\n{page}");
        }
    }
}
