//! The files of `deploy/`, the checkers of `tests/scripts/deploy`, and the program held to what files say of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use duly_tests::program::duly;
use serde_json::Value;

/// A file of the project.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").join(name)
}

pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a part of `tests/scripts/deploy` writes. It has to succeed.
pub(crate) fn script(arguments: &[&str]) -> String {
    let output = Command::new(path("tests/scripts/deploy")).args(arguments).output().expect("the script runs");
    let Output { status, stdout, stderr } = output;
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (out, told) = (text(stdout), text(stderr));
    assert!(status.success(), "{arguments:?}: {told}{out}");
    out
}

/// The documents of a YAML file.
pub(crate) fn yaml(name: &str) -> Vec<Value> {
    serde_json::from_str(&script(&["json", &path(name).display().to_string()])).expect("JSON")
}

/// The words of a list.
#[track_caller]
pub(crate) fn words(list: &Value) -> Vec<String> {
    let items = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    items.iter().map(|item| item.as_str().unwrap_or_else(|| panic!("no word: {item}")).to_owned()).collect()
}

/// Runs the program.
pub(crate) fn run(arguments: &[String]) -> (Option<i32>, String) {
    let output = duly().args(arguments).env_remove("DULY_TOKEN").stdin(Stdio::null()).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

/// Holds a command line to the program: it is read up to its end, where a question for help keeps it from being carried out.
#[track_caller]
pub(crate) fn takes(arguments: &[String]) {
    let (code, told) = run(&[arguments, &["--help".to_owned()]].concat());
    assert_eq!(code, Some(0), "{arguments:?}: {told}");
}

/// A machine as an image or a package makes it: what the program is told there lies under a folder of its own.
pub(crate) struct Machine(tempfile::TempDir);

impl Machine {
    pub(crate) fn new() -> Self {
        Machine(tempfile::tempdir().expect("a folder"))
    }

    /// Where a path of the machine is.
    pub(crate) fn at(&self, place: &str) -> PathBuf {
        match place.strip_prefix("/usr/share/duly/") {
            Some(shared) => path("deploy/config").join(shared),
            None => self.0.path().join(place.trim_start_matches('/')),
        }
    }

    /// Puts a text where the machine has it; what it says of paths is meant there.
    pub(crate) fn put(&self, place: &str, text: &str) -> PathBuf {
        let file = self.at(place);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let here = |root: &str| self.at(root).display().to_string();
        let mut text = text.replace("/usr/share/duly/", &(path("deploy/config").display().to_string() + "/"));
        for root in ["/etc/duly/", "/run/", "/var/lib/duly/"] {
            text = text.replace(root, &format!("{}/", here(root).trim_end_matches('/')));
        }
        fs::write(&file, text).expect("a file");
        file
    }

    /// Holds settings to the program, with the policies and mappings that they name, which have to be there.
    #[track_caller]
    pub(crate) fn takes_settings(&self, text: &str) {
        let config = self.put("/etc/duly/duly.yaml", text).display().to_string();
        let (code, shown) = run(&["config".to_owned(), "show".to_owned(), "--config".to_owned(), config.clone()]);
        assert_eq!(code, Some(0), "{text}\n{shown}");
        let named = duly_engine::config::Config::parse(&fs::read_to_string(&config).expect("settings"));
        let named = named.unwrap_or_else(|mistakes| panic!("{text}\n{mistakes:?}"));
        let mut files = vec!["validate".to_owned(), config];
        files.extend(named.policies.iter().map(|path| path.display().to_string()));
        files.extend(named.sources.iter().map(|source| source.mapping.display().to_string()));
        assert!(!named.policies.is_empty(), "{text}: there is no policy");
        let (code, told) = run(&files);
        assert_eq!(code, Some(0), "{text}\n{told}");
    }
}
