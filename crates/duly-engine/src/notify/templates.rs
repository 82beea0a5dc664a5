//! The templates of notifications: built in, or a company's own; each checked before anything is said with it, within the
//! limits of all templates.

use std::fs;
use std::path::{Path, PathBuf};

use duly_core::notification::{LANGUAGES, Notification, Occasion};
use duly_core::policy::source::Mistake;
use duly_core::time::Instant;
use minijinja::value::Serde;
use minijinja::{Environment, Error, Value};
use serde_json::{Map, json};
use uuid::Uuid;

use super::words::{self, Words};
use crate::template::{self, BYTES_MAX, START};

/// The templates that come with Duly.
macro_rules! built_in {
    ($($occasion:literal),+) => {
        [$((concat!($occasion, ".zh.txt"), include_str!(concat!("../../../../deploy/config/templates/notifications/", $occasion, ".zh.txt"))),
           (concat!($occasion, ".en.txt"), include_str!(concat!("../../../../deploy/config/templates/notifications/", $occasion, ".en.txt")))),+]
    };
}

const BUILT_IN: [(&str, &str); Occasion::ALL.len() * LANGUAGES.len()] = built_in!(
    "reminder",
    "breach",
    "escalation",
    "emergency_announced",
    "emergency_updated",
    "emergency_lifted",
    "correction"
);

/// A template that can not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistaken {
    /// The file.
    pub path: PathBuf,
    /// Its text, where that could be read.
    pub text: Option<String>,
    /// What is wrong, where, and what to do.
    pub mistake: Mistake,
}

/// All templates, ready to say something.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

impl Templates {
    /// Those in `folder`, and for what is not there those that are built in.
    pub fn load(folder: Option<&Path>) -> Result<Self, Vec<Mistaken>> {
        let mut environment = template::sandbox();
        for (name, text) in BUILT_IN {
            environment.add_template(name, text).expect("what is built in is right");
        }
        let (own, mut mistakes) = folder.map_or_else(Default::default, own);
        for Own { path, name, text } in &own {
            let added = environment.add_template_owned(*name, text.clone());
            mistakes.extend(added.err().map(|error| mistaken(path, text, &error)));
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let templates = Templates(environment);
        let wrong = |own: &Own| Some(mistaken(&own.path, &own.text, &templates.check(own.name).err()?));
        let mistakes: Vec<Mistaken> = own.iter().filter_map(wrong).collect();
        if mistakes.is_empty() { Ok(templates) } else { Err(mistakes) }
    }

    /// What is said on the occasion in `language`.
    pub(super) fn render(&self, occasion: Occasion, language: &str, words: &Words) -> Result<String, Error> {
        self.write(&format!("{}.{language}.txt", occasion.name()), words)
    }

    fn write(&self, name: &str, words: &Words) -> Result<String, Error> {
        template::render(&self.0.get_template(name)?, &Value::from(Serde(words)))
    }

    /// Whether a template can say all that there may be to say, and say it where nothing is known.
    fn check(&self, name: &str) -> Result<(), Error> {
        for is_full in [true, false] {
            self.write(name, &sample(is_full))?;
        }
        Ok(())
    }
}

/// A template of a company's own.
struct Own {
    path: PathBuf,
    name: &'static str,
    text: String,
}

/// The templates in a folder, and what is wrong there.
fn own(folder: &Path) -> (Vec<Own>, Vec<Mistaken>) {
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    let unread = |path: &Path, what: String, hint: &str| {
        let mistake = Mistake { at: START, what, hint: Some(hint.to_owned()) };
        Mistaken { path: path.to_owned(), text: None, mistake }
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let hint = "name a folder with templates, or leave `templates` out";
            return (found, vec![unread(folder, format!("the folder can not be read: {error}"), hint)]);
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    for path in paths {
        let file = path.file_name().unwrap_or_default();
        let Some((name, _)) = BUILT_IN.iter().find(|(name, _)| file == *name) else {
            let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
            let hint = format!("templates are called {}", names.join(", "));
            mistakes.push(unread(&path, "nothing is said with a template of this name".to_owned(), &hint));
            continue;
        };
        match fs::read_to_string(&path) {
            Ok(text) if text.len() > BYTES_MAX => {
                let what = format!("it has {} bytes, {BYTES_MAX} are the most", text.len());
                mistakes.push(unread(&path, what, "say it in fewer words"));
            }
            Ok(text) => found.push(Own { path, name, text }),
            Err(error) => mistakes.push(unread(&path, format!("it can not be read: {error}"), "save it as UTF-8")),
        }
    }
    (found, mistakes)
}

/// What is wrong in a template, where it stands.
fn mistaken(path: &Path, text: &str, error: &Error) -> Mistaken {
    let mistake = template::mistake(text, error, "docs/notifications.md");
    Mistaken { path: path.to_owned(), text: Some(text.to_owned()), mistake }
}

/// Words to try templates with: all that there may be, or as little as there may be.
fn sample(is_full: bool) -> Words {
    let facts = if is_full {
        json!({
            "policy": "letter", "objective": "first_response", "cycle": 1, "part": "50%", "step": "lead", "within": "2h",
            "provisional": true, "owner": "li.wei", "team": "field", "customer": "acme", "zone": "Asia/Shanghai",
            "due_at": "2026-03-02T06:30:00Z", "started_at": "2026-03-02T01:00:00Z",
            "title": {"zh": "首次实质性反馈", "en": "First response"},
            "commitment": {"zh": "响应时间承诺函", "en": "Response-time commitment"},
            "message": {"zh": "上门服务暂停。", "en": "Visits are suspended."}, "emergency": "typhoon", "number": 1,
            "kind": "natural_disaster", "effect": "extend", "by": "4 working_hours", "out_of_scope": true,
            "since": "2026-03-02T01:00:00Z", "expected_end": "2026-03-04T01:00:00Z",
        })
    } else {
        json!({})
    };
    let facts = facts.as_object().cloned().unwrap_or_else(Map::new);
    let notification = Notification {
        occasion: Occasion::Reminder,
        id: Uuid::nil(),
        subject: "acme/T-1".to_owned(),
        at: Instant::from_ns(0),
        sla_event: String::new(),
        recipients: Vec::new(),
        channels: Vec::new(),
        language: None,
        deduplication: None,
        facts,
    };
    words::of(&notification, "zh")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_can_say_everything() {
        let templates = Templates::load(None).expect("they are right");
        for (name, _) in BUILT_IN {
            templates.check(name).unwrap_or_else(|error| panic!("{name}: {error:#}"));
            let said = templates.write(name, &sample(true)).expect("it was checked");
            assert!(said.lines().next().is_some_and(|title| title.contains("首次实质性反馈")), "{name}: {said}");
        }
    }

    /// Checks what is told of a folder with one template.
    #[track_caller]
    fn check(name: &str, text: &str, expected: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(name), text).expect("a template");
        let found = match Templates::load(Some(folder.path())) {
            Ok(_) => String::new(),
            Err(mistakes) => {
                mistakes.iter().map(|mistaken| mistaken.mistake.to_string()).collect::<Vec<_>>().join("; ")
            }
        };
        if expected.is_empty() {
            assert_eq!(found, "");
        } else {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn a_template_with_a_mistake_is_told_with_its_line() {
        check("reminder.en.txt", "{{ ticket }}\n{{ due }}", "");
        check("reminder.en.txt", "{{ ticket }}\nfor {{ custmer }}", "2:8: undefined value");
        check("breach.zh.txt", "{{ ticket }}\n{% if owner %}", "2:");
        check("breach.zh.txt", "{{ ticket | shout }}", "1:13: unknown filter");
        check(
            "reminders.en.txt",
            "x",
            "1:1: nothing is said with a template of this name (templates are called reminder.zh.txt",
        );
    }

    #[test]
    fn a_template_reads_no_files_and_ends() {
        check("reminder.en.txt", "{% include 'secrets.txt' %}", "1:4: template not found");
        check("reminder.en.txt", "{% include 'reminder.en.txt' %}", "1:");
        check("reminder.en.txt", "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "1:");
        check("reminder.en.txt", "{{ 'x' * 100000 }}", "1:");
        check(
            "reminder.en.txt",
            "{% for a in range(2000) %}{{ commitment }}{{ commitment }}{{ commitment }}{% endfor %}",
            "1:",
        );
    }
}
