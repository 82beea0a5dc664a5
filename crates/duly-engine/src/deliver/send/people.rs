//! The address book: at which addresses people are reached whom notifications name by what they are to a ticket.
//!
//! The file is read again when it has changed, so that whoever joins today is told today; while it can not be read, what was
//! read before holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;

/// How much of a file is read, in bytes.
const BYTES_MAX: u64 = 16 << 20;

/// How somebody is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::deliver) struct Person {
    /// The name that the texts may use.
    #[serde(skip_deserializing)]
    pub(in crate::deliver) name: String,
    /// An address of mail.
    pub(in crate::deliver) email: Option<String>,
    /// A number for short messages, as the gateway wants it.
    pub(in crate::deliver) phone: Option<String>,
    /// The language that is read: `zh` or `en`.
    pub(in crate::deliver) language: Option<String>,
}

/// An entry: somebody by the name that he has under `people`, or how he is reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Entry {
    Named(String),
    Person(Person),
    Several(Vec<Entry>),
}

/// A role: the same for all, or by team, with `*` for the others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Role {
    Named(String),
    Several(Vec<Entry>),
    ByTeam(BTreeMap<String, Entry>),
}

/// The address book as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Book {
    people: BTreeMap<String, Person>,
    teams: BTreeMap<String, Entry>,
    roles: BTreeMap<String, Role>,
    customers: BTreeMap<String, Entry>,
    /// Who is told where a ticket has nobody yet.
    nobody: Option<Entry>,
}

/// The address book, as it stands.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct People {
    path: PathBuf,
    read: Arc<Mutex<(Option<SystemTime>, Arc<Book>)>>,
}

impl People {
    /// Reads the file, which has to be right.
    pub(in crate::deliver) fn load(path: &Path) -> Result<Self, String> {
        let (at, book) = read(path)?;
        Ok(People { path: path.to_owned(), read: Arc::new(Mutex::new((at, Arc::new(book)))) })
    }

    /// Who is meant by `recipient`, one of those that a notification names. Nobody, where nobody is known.
    pub(in crate::deliver) fn find(&self, recipient: &Value) -> Vec<Person> {
        let book = self.book();
        let text = |name: &str| recipient[name].as_str();
        let (name, team) = (text("name"), text("team"));
        let found = match text("as").unwrap_or_default() {
            "owner" => name.map(|name| book.person(name)).unwrap_or_default(),
            "customer" => name.map(|name| book.customer(name)).unwrap_or_default(),
            "role" => name.map(|name| book.role(name, team)).unwrap_or_default(),
            _ => name.map(|name| book.team(name)).unwrap_or_default(),
        };
        // A ticket that nobody has is its team's, or somebody's who gives out the work.
        match (text("as"), found.is_empty()) {
            (Some("owner"), true) if name.is_none() => {
                let team = team.map(|team| book.team(team)).unwrap_or_default();
                if team.is_empty() { book.all(book.nobody.as_ref()) } else { team }
            }
            (Some("team"), true) if name.is_none() => book.all(book.nobody.as_ref()),
            _ => found,
        }
    }

    fn book(&self) -> Arc<Book> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = std::fs::metadata(&self.path).and_then(|file| file.modified()).ok();
        if changed != known.0
            && let Ok((at, book)) = read(&self.path)
        {
            *known = (at, Arc::new(book));
        }
        Arc::clone(&known.1)
    }
}

fn read(path: &Path) -> Result<(Option<SystemTime>, Book), String> {
    let file = std::fs::metadata(path).map_err(|error| format!("it can not be read: {error}"))?;
    if file.len() > BYTES_MAX {
        return Err(format!("it has {} bytes, {BYTES_MAX} are the most", file.len()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| format!("it can not be read: {error}"))?;
    let book: Book = serde_saphyr::from_str::<Option<Book>>(&text)
        .map_err(|error| error.without_snippet().to_string())?
        .unwrap_or_default();
    Ok((file.modified().ok(), book))
}

impl Book {
    /// Somebody by name; a name that is an address itself does as well.
    fn person(&self, name: &str) -> Vec<Person> {
        match self.people.get(name) {
            Some(person) => vec![Person { name: name.to_owned(), ..person.clone() }],
            None => address(name),
        }
    }

    fn customer(&self, name: &str) -> Vec<Person> {
        let known = self.all(self.customers.get(name));
        if known.is_empty() { address(name) } else { known }
    }

    fn team(&self, name: &str) -> Vec<Person> {
        self.all(self.teams.get(name))
    }

    fn role(&self, name: &str, team: Option<&str>) -> Vec<Person> {
        match self.roles.get(name) {
            Some(Role::Named(person)) => self.person(person),
            Some(Role::Several(entries)) => entries.iter().flat_map(|entry| self.all(Some(entry))).collect(),
            Some(Role::ByTeam(teams)) => self.all(team.and_then(|team| teams.get(team)).or_else(|| teams.get("*"))),
            None => Vec::new(),
        }
    }

    fn all(&self, entry: Option<&Entry>) -> Vec<Person> {
        match entry {
            None => Vec::new(),
            Some(Entry::Named(name)) => self.person(name),
            Some(Entry::Person(person)) => vec![person.clone()],
            Some(Entry::Several(entries)) => entries.iter().flat_map(|entry| self.all(Some(entry))).collect(),
        }
    }
}

/// Whoever has this address, if it is one: of mail, or a number with `+`.
fn address(text: &str) -> Vec<Person> {
    let is_number = |rest: &str| rest.len() >= 6 && rest.bytes().all(|byte| byte.is_ascii_digit());
    if text.parse::<lettre::Address>().is_ok() {
        vec![Person { email: Some(text.to_owned()), ..Person::default() }]
    } else if text.strip_prefix('+').is_some_and(is_number) {
        vec![Person { phone: Some(text.to_owned()), ..Person::default() }]
    } else {
        Vec::new()
    }
}

/// What somebody is called whom nobody knows, in a word or two.
pub(in crate::deliver) fn unknown(recipient: &Value) -> String {
    let text = |name: &str| recipient[name].as_str();
    let who = text("as").unwrap_or("somebody");
    match (text("name"), text("team")) {
        (Some(name), Some(team)) => format!("{who} {name} of {team}"),
        (Some(name), None) => format!("{who} {name}"),
        (None, Some(team)) => format!("{who} of {team}, who is not named"),
        (None, None) => format!("{who}, who is not named"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BOOK: &str = "
people:
  li.wei: {email: li.wei@example.com, phone: '+8613800000001', language: zh}
  wang.fang: {email: wang.fang@example.com}
teams:
  field: [li.wei, {email: field@example.com}]
roles:
  team_lead: {field: wang.fang, '*': li.wei}
  service_manager: wang.fang
  board: [li.wei, wang.fang]
customers:
  globex: {email: it@globex.example}
nobody: {email: dispatch@example.com}
";

    fn people(text: &str) -> (tempfile::TempDir, People) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("people.yaml");
        std::fs::write(&path, text).expect("a file");
        let people = People::load(&path).expect("a book");
        (folder, people)
    }

    #[test]
    fn people_are_found_by_what_they_are_to_a_ticket() {
        let (_folder, people) = people(BOOK);
        for (recipient, expected) in [
            (json!({"as": "owner", "name": "li.wei", "team": "field"}), "li.wei@example.com"),
            (json!({"as": "owner", "name": "nobody.knows", "team": "field"}), ""),
            (json!({"as": "owner", "team": "field"}), "li.wei@example.com field@example.com"),
            (json!({"as": "owner"}), "dispatch@example.com"),
            (json!({"as": "team", "name": "field"}), "li.wei@example.com field@example.com"),
            (json!({"as": "role", "name": "team_lead", "team": "field"}), "wang.fang@example.com"),
            (json!({"as": "role", "name": "team_lead", "team": "hotline"}), "li.wei@example.com"),
            (json!({"as": "role", "name": "team_lead"}), "li.wei@example.com"),
            (json!({"as": "role", "name": "service_manager", "team": "x"}), "wang.fang@example.com"),
            (json!({"as": "role", "name": "board"}), "li.wei@example.com wang.fang@example.com"),
            (json!({"as": "role", "name": "king"}), ""),
            (json!({"as": "customer", "name": "globex"}), "it@globex.example"),
            (json!({"as": "customer", "name": "someone@else.example"}), "someone@else.example"),
            (json!({"as": "customer", "name": "initech"}), ""),
            (json!({"as": "customer"}), ""),
        ] {
            let found: Vec<String> = people.find(&recipient).into_iter().filter_map(|person| person.email).collect();
            assert_eq!(found.join(" "), expected, "{recipient}");
        }
        let number = people.find(&json!({"as": "customer", "name": "+8613900000000"}));
        assert_eq!(number[0].phone.as_deref(), Some("+8613900000000"));
    }

    #[test]
    fn a_changed_book_is_read_again_and_a_broken_one_is_not() {
        let (folder, people) = people(BOOK);
        let owner = json!({"as": "owner", "name": "zhao.lei"});
        assert!(people.find(&owner).is_empty());
        let path = folder.path().join("people.yaml");
        let write = |text: &str, s: u64| {
            std::fs::write(&path, text).expect("a file");
            let file = std::fs::File::options().write(true).open(&path).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(s)).expect("a time");
        };
        write("people: {zhao.lei: {email: zhao.lei@example.com}}", 1_000);
        assert_eq!(people.find(&owner).len(), 1);
        write("people: [", 2_000);
        assert_eq!(people.find(&owner).len(), 1);
        assert!(People::load(&path).is_err());
    }

    #[test]
    fn a_book_with_a_mistake_is_refused() {
        for text in ["peple: {}", "people: {a: {mail: x}}", "teams: {field: 3"] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("people.yaml");
            std::fs::write(&path, text).expect("a file");
            assert!(People::load(&path).is_err(), "{text}");
        }
    }
}
