//! What the pages tell people to type is understood.

use std::path::Path;

use crate::{duly, run};

/// Commands that the pages name: what follows `duly` in code.
fn commands(page: &str) -> Vec<Vec<String>> {
    let mut is_block = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        }
        let code: Vec<&str> = if is_block || line.starts_with("    ") {
            line.split(['|', ';', '&']).collect()
        } else {
            line.split('`').skip(1).step_by(2).collect()
        };
        for part in code {
            let part = part.split(" #").next().unwrap_or_default();
            let words: Vec<String> = part.split_whitespace().filter(|word| *word != "$").map(str::to_owned).collect();
            let (program, arguments) =
                words.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
            if program == "duly" || program.ends_with("/duly") {
                found.push(arguments.to_vec());
            }
        }
    }
    found
}

#[test]
fn commands_and_options_of_the_pages_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    for page in ["README.md", "ARCHITECTURE.md", "docs/rules.md", "docs/metrics.md", "deploy/config/duly.yaml"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        for command in commands(&text) {
            let is_word =
                |word: &&String| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
            let words: Vec<&str> = command.iter().take_while(is_word).take(2).map(String::as_str).collect();
            let help = help(&words).unwrap_or_else(|told| panic!("{page}: duly {}: {told}", command.join(" ")));
            for option in command.iter().filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap_or_default();
                assert!(help.contains(option), "{page}: duly {} has no {option}", words.join(" "));
            }
            count += 1;
        }
    }
    assert!(count > 3, "the pages name only {count} commands");
}

/// The help of a command, which may have a subcommand or an argument as the second word.
fn help(words: &[&str]) -> Result<String, String> {
    let (code, mut text, told) = run(&[words, &["--help"]].concat(), "");
    if code != 0 {
        return Err(told);
    }
    text.push_str(&run(&[&words[..words.len().min(1)], &["--help"]].concat(), "").1);
    Ok(text)
}

/// The help of every command, as a terminal of so many columns shows it.
fn all_help(columns: u32) -> Vec<(String, String)> {
    let mut waiting = vec![String::new()];
    let mut pages = Vec::new();
    while let Some(command) = waiting.pop() {
        let words: Vec<&str> = command.split_whitespace().collect();
        let out = duly(&words).arg("--help").env("COLUMNS", columns.to_string()).output().unwrap();
        let text = String::from_utf8(out.stdout).unwrap();
        let list = text.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        let entries = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        let names = entries.filter_map(|entry| entry.split_whitespace().next()).filter(|name| *name != "help");
        waiting.extend(names.map(|name| format!("{command} {name}")));
        pages.push((command, text));
    }
    pages
}

#[test]
fn help_fits_a_terminal_and_its_examples_can_be_copied() {
    let (narrow, wide) = (all_help(80), all_help(100));
    assert!(narrow.len() > 15, "{narrow:?}");
    for ((command, narrow), (_, wide)) in narrow.iter().zip(&wide) {
        let long = narrow.lines().find(|line| line.chars().count() > 80);
        assert_eq!(long, None, "duly{command} --help");
        let examples = |text: &str| -> Vec<String> {
            let after = text.split("\nExample").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
            after.lines().map(str::to_owned).collect()
        };
        assert_eq!(examples(narrow), examples(wide), "duly{command} --help breaks its examples");
    }
}

#[test]
fn commands_are_found_in_pages() {
    let page = "Run `duly validate policy.yaml`.\n\n```console\n$ duly serve --config x  # goes on\nduly import a | duly replay -\n```\n";
    let found: Vec<String> = commands(page).iter().map(|words| words.join(" ")).collect();
    assert_eq!(found, ["validate policy.yaml", "serve --config x", "import a", "replay -"]);
}
