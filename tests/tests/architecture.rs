//! The suite of the tree: what its pages say of it is true, and its layers hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duly_core::policy::source;
use duly_engine::config::Config;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").to_owned()
}

fn read(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The files of the project, relative to its root; what is built and what belongs to git is left out.
fn files() -> Vec<PathBuf> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("a directory of the project") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match path.is_dir() {
                true if ["target", ".git"].contains(&name.as_str()) => {}
                true => walk(&path, found),
                // In a worktree `.git` is a file.
                false if name == ".git" => {}
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    found.into_iter().map(|path| path.strip_prefix(root()).expect("it was found there").to_owned()).collect()
}

/// What stands between backticks in a page.
fn code_spans(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

#[test]
fn the_code_map_names_what_exists() {
    let page = read("ARCHITECTURE.md");
    let (mut context, mut missing) = (Vec::<PathBuf>::new(), Vec::new());
    for name in code_spans(&page).filter(|span| is_path(span)) {
        let bases = context.iter().rev().cloned().chain([PathBuf::new()]);
        match bases.map(|base| base.join(name)).find(|path| root().join(path).exists()) {
            // What follows may be told from there: `src/…` of a crate, `model.rs` of a directory.
            Some(path) if root().join(&path).is_dir() => context.push(path),
            Some(_) => {}
            None => missing.push(name),
        }
    }
    assert_eq!(missing, [""; 0], "ARCHITECTURE.md names what is not there");
}

fn is_path(span: &str) -> bool {
    let is_file = [".rs", ".md", ".toml", ".yaml"].iter().any(|extension| span.ends_with(extension));
    (is_file || span.contains('/')) && !span.contains([' ', '(', '<'])
}

#[test]
fn the_code_map_has_every_room() {
    let page = read("ARCHITECTURE.md");
    for krate in ["duly-core", "duly-engine"] {
        for entry in fs::read_dir(root().join("crates").join(krate).join("src")).expect("a crate") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            let is_told = page.contains(&format!("src/{name}")) || name == "lib.rs";
            assert!(is_told, "ARCHITECTURE.md does not say what {krate}/src/{name} is for");
        }
    }
}

/// The names of a manifest's dependencies in `section`.
fn dependencies(manifest: &str, section: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let begin = text.split(&format!("[{section}]\n")).nth(1).unwrap_or_default();
    let lines = begin.lines().take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once(['.', ' ', '='])?.0.to_owned())).collect()
}

#[test]
fn dependencies_point_one_way() {
    for (manifest, may_not) in [
        ("crates/duly-core/Cargo.toml", &["duly-engine", "duly"][..]),
        ("crates/duly-engine/Cargo.toml", &["duly"]),
        ("crates/duly/Cargo.toml", &[]),
    ] {
        let found = dependencies(manifest, "dependencies");
        assert!(found.len() > 3, "{manifest} is not read");
        assert!(may_not.iter().all(|name| !found.contains(*name)), "{manifest} depends upwards: {found:?}");
    }
}

#[test]
fn the_core_waits_for_nothing() {
    let found = dependencies("crates/duly-core/Cargo.toml", "dependencies");
    for name in ["tokio", "axum", "rusqlite", "rand", "tempfile", "clap", "miette", "hyper", "ureq"] {
        assert!(!found.contains(name), "{name} is no pure library");
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let page = read("ARCHITECTURE.md");
    let table: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let words: BTreeSet<&str> = table
        .iter()
        .filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)))
        .collect();
    for manifest in ["crates/duly-core/Cargo.toml", "crates/duly-engine/Cargo.toml", "crates/duly/Cargo.toml"] {
        for section in ["dependencies", "dev-dependencies"] {
            for name in dependencies(manifest, section).iter().filter(|name| !name.starts_with("duly")) {
                assert!(words.contains(name.as_str()), "ARCHITECTURE.md does not say why {manifest} needs {name}");
            }
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let rust = files().into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let silent: Vec<PathBuf> = rust
        .filter(|path| !fs::read_to_string(root().join(path)).expect("a source file").starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "these begin without `//!`: {silent:?}");
}

#[test]
fn no_machine_is_named() {
    // Put together here, so that this file does not name them.
    let hosts = [["crates", "io"], ["npmjs", "org"], ["pypi", "org"]].map(|parts| parts.join("."));
    let homes = ["root", "home", "work", "Users"].map(|home| format!("/{home}/"));
    let here = root().display().to_string();
    let names: Vec<String> = hosts.into_iter().chain(homes).chain([here]).collect();
    for path in files().iter().filter(|path| *path != Path::new("Cargo.lock")) {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let named = names.iter().find(|name| line.contains(name.as_str()));
            assert_eq!(named, None, "{}:{}", path.display(), number + 1);
        }
    }
}

#[test]
fn what_is_shipped_is_without_mistakes() {
    let yaml = |directory: &str| {
        let entries = fs::read_dir(root().join(directory)).expect("a directory of what is shipped");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect::<Vec<_>>()
    };
    let policies = yaml("deploy/config/policies");
    assert!(!policies.is_empty());
    for path in policies {
        let text = fs::read_to_string(&path).expect("a policy");
        let beside = |name: &str| fs::read_to_string(path.with_file_name(name)).map_err(|error| error.to_string());
        let parsed = source::parse(&text, &beside).unwrap_or_else(|mistakes| panic!("{path:?}: {mistakes:?}"));
        assert_eq!(parsed.warnings, [], "{path:?}");
        parsed.policy.compile().unwrap_or_else(|errors| panic!("{path:?}: {errors:?}"));
    }
    for path in yaml("deploy/config") {
        let config = Config::parse(&fs::read_to_string(&path).expect("settings"));
        let config = config.unwrap_or_else(|mistakes| panic!("{path:?}: {mistakes:?}"));
        let config = config.relative_to(path.parent().expect("it lies in a directory"));
        assert!(config.policies.iter().all(|policy| policy.exists()), "{path:?} names policies that are not there");
    }
}

/// What a page says beside its prose: the levels of its headings, its commands, and where it leads.
fn skeleton(page: &str) -> (Vec<usize>, Vec<&str>, BTreeSet<&str>) {
    let levels = page.lines().filter(|line| line.starts_with('#')).map(|line| line.find(' ').unwrap_or_default());
    let is_command = |line: &&str| ["make ", "duly ", "curl ", "tests/"].iter().any(|begin| line.starts_with(begin));
    let commands = page.lines().filter_map(|line| line.strip_prefix("    ")).filter(is_command);
    let links = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let links = links.filter(|link| !link.starts_with("README") && !link.starts_with("https://github"));
    (levels.collect(), commands.collect(), links.collect())
}

#[test]
fn the_chinese_readme_keeps_step() {
    let (english, chinese) = (read("README.md"), read("README.zh.md"));
    let ((levels, commands, links), other) = (skeleton(&english), skeleton(&chinese));
    assert!(levels.len() > 5 && commands.len() > 10 && links.len() > 5, "it is read");
    let differs =
        commands.iter().find(|line| !other.1.contains(line)).or(other.1.iter().find(|line| !commands.contains(line)));
    assert_eq!(differs, None, "a command that only one of README.md and README.zh.md has");
    assert_eq!(other, (levels, commands, links), "headings, commands and links of README.zh.md");
}

#[test]
fn pages_name_targets_of_the_makefile() {
    let makefile = read("Makefile");
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter_map(|line| line.split_once(": ").or(line.split_once(":\n")))
        .map(|(target, _)| target)
        .collect();
    for page in ["README.md", "README.zh.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        for span in code_spans(&read(page)) {
            let target = span.strip_prefix("make ").and_then(|rest| rest.split_whitespace().next());
            assert!(target.is_none_or(|target| targets.contains(target)), "{page} names `{span}`");
        }
    }
}
