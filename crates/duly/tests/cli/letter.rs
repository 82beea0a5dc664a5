//! `duly letter`: the two forms of it, templates of a company's own, and what is refused. What it says is held to the policy in
//! the program's own tests.

use std::fs;
use std::path::PathBuf;

use crate::run;

const SHIPPED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/config/policies/response-time-commitment.yaml");

/// The letter of the shipped policy.
fn letter(options: &[&str]) -> (i32, String, String) {
    run(&[&["letter", "--policy", SHIPPED], options].concat(), "")
}

/// A file of this name that no other test uses.
fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("letter");
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder.join(name)
}

/// The shipped policy with a change, as a file.
fn changed(name: &str, change: impl Fn(String) -> String) -> String {
    let path = scratch(name);
    fs::write(&path, change(fs::read_to_string(SHIPPED).expect("the shipped policy"))).expect("a file");
    path.display().to_string()
}

/// `text` up to the line that begins like this.
fn up_to(text: &str, line: &str) -> String {
    let end = text.find(&format!("\n{line}")).unwrap_or_else(|| panic!("no line {line}"));
    text[..=end].to_owned()
}

#[test]
fn it_ends_with_the_version_that_is_enforced() {
    let (_, _, told) = run(&["validate", SHIPPED], "");
    let version = told.split("version ").nth(1).and_then(|rest| rest.split(',').next()).expect("a version");
    for (lang, expected) in [("en", format!(", version {version}. ")), ("zh", format!("，版本 {version}。"))] {
        let (code, text, told) = letter(&["--lang", lang]);
        assert_eq!((code, told.as_str()), (0, ""));
        assert!(text.contains(&expected), "{expected} is not in\n{text}");
        assert_eq!(letter(&["--lang", lang]).1, text, "the same again");
    }
}

#[test]
fn a_page_stands_for_itself_and_says_the_same() {
    for (lang, expected) in [("en", "<td>4 working hours</td>"), ("zh", "<td>4 个工作小时</td>")] {
        let path = scratch(&format!("{lang}.html"));
        let name = path.display().to_string();
        let (code, out, told) = letter(&["--lang", lang, "--out", &name]);
        assert_eq!((code, out.as_str(), told.as_str()), (0, "", ""));
        let page = fs::read_to_string(&path).expect("the page");
        let foreign = ["<script", "<link", "<img", "@import", "url(", "src="].map(|word| page.contains(word));
        assert_eq!(foreign, [false; 6], "nothing is fetched");
        assert!(page.contains(expected) && page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
        for tag in ["table", "tr", "td", "th", "p", "h2", "h3", "ul", "li"] {
            let count = |text: &str| page.matches(text).count();
            let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
            assert_eq!(opened, count(&format!("</{tag}>")), "{tag}");
        }
        let (_, text, _) = letter(&["--lang", lang]);
        let rows = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("| -")).count();
        assert_eq!(page.matches("<tr>").count(), rows, "every row of the text is one of the page");
    }
}

#[test]
fn what_a_policy_says_is_text_wherever_it_goes() {
    let evil = "<script>alert(1)</script> | **x**";
    let policy = changed("evil.yaml", |text| text.replace("en: Example Technology Ltd.", &format!("en: '{evil}'")));
    let (_, page, told) = run(&["letter", "--policy", &policy, "--lang", "en", "--format", "html"], "");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; | **x**"), "{told}{page}");
    assert!(!page.contains("<script"), "{page}");
}

#[test]
fn a_company_has_templates_of_its_own() {
    let (text, page) = (scratch("own.md"), scratch("own.html"));
    fs::write(&text, "# {{ promisor }}\n\n{{ groups[0].rows[0].within }}\n").expect("a template");
    fs::write(&page, "<main lang={{ lang }}>{{ body }}</main>\n").expect("a template");
    let (text_name, page_name) = (text.display().to_string(), page.display().to_string());
    let own = ["--lang", "zh", "--template", &text_name];
    assert_eq!(letter(&own), (0, "# 示例科技有限公司\n\n4 个工作小时\n".to_owned(), String::new()));
    let (_, html, _) = letter(&[&own[..], &["--template", &page_name, "--format", "html"]].concat());
    assert_eq!(html.trim(), "<main lang=zh><h1>示例科技有限公司</h1>\n<p>4 个工作小时</p>\n</main>");
    for (written, place, said) in [
        ("a\n{{ groups.first }}\n", "2:4", "undefined value"),
        ("{% for x in %}", "1:", "syntax error"),
        ("{{ title|shout }}", "1:", "unknown filter"),
        ("\n\n{{ unheard }}", "3:", "undefined value"),
    ] {
        fs::write(&text, written).expect("a template");
        let (code, out, told) = letter(&own);
        assert_eq!((code, out.as_str()), (78, ""), "{told}");
        assert!(told.contains(&format!("own.md:{place}")) && told.contains(said), "{told}");
    }
    let (code, _, told) = letter(&["--template", &page_name]);
    assert!(code == 78 && told.contains("Markdown has none"), "{told}");
    let (code, _, told) = letter(&["--template", "letter.docx"]);
    assert!(code == 78 && told.contains("the text is a file named ….md"), "{told}");
}

#[test]
fn what_can_not_be_written_is_told_with_what_to_do() {
    let without = |line: &str| changed(&format!("{}.yaml", &line[..5]), |text| up_to(&text, line));
    let (no_letter, no_words) = (
        without("letter:"),
        changed("no-words.yaml", |text| {
            let letter = &text[text.find("\nletter:").expect("a letter")..];
            up_to(&text, "words:") + letter
        }),
    );
    let broken = changed("broken.yaml", |text| text.replace("review: month", "review: fortnight"));
    for (options, code, said) in [
        (&["--policy", &no_letter][..], 78, "does not say who promises all this to whom"),
        (&["--policy", &no_letter], 78, "promisor: {en: Example Ltd., zh: 示例公司}"),
        (&["--policy", &no_words, "--lang", "zh"], 78, "has no words in Chinese (zh) for what the letter names"),
        (&["--policy", &no_words, "--lang", "zh"], 78, "milestone: contacted: {zh: …}"),
        (&["--policy", &broken], 78, "`review` can not be `fortnight` (it is one of `week`, `month`"),
        (&["--policy", "no-such.yaml"], 78, "there is no such file"),
        (&["--policy", SHIPPED, "--template", "no-such.md"], 78, "no-such.md: there is no such file"),
        (&["--policy", SHIPPED, "--lang", "fr"], 2, "possible values: en, zh"),
        (&["--policy", SHIPPED, "--out", "no/such/folder/x.html"], 1, "cannot write no/such/folder/x.html"),
        (&[], 2, "--policy <POLICY.yaml>"),
    ] {
        let (found, out, told) = run(&[&["letter"], options].concat(), "");
        assert_eq!((found, out.as_str()), (code, ""), "{options:?}: {told}");
        // What is told is wrapped, with a bar before what goes on.
        let told = told.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(said), "{options:?}: {said} is not in {told}");
    }
}
