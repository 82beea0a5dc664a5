//! Recipes: how a record becomes a request to somebody else's API, and how his answer is judged. A file each, so that a new
//! system is a matter of minutes; those that are built in lie in `deploy/config/sinks/`.
//!
//! Safe by default: what is put into a URL is encoded, what is put into a body becomes JSON (quotes included, a text is
//! `{{ title }}` and not `"{{ title }}"`), what is put into a form is encoded; and a body that is not JSON is told at the start.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chrono_tz::Tz;
use duly_core::policy::source::{Mistake, Place};
use minijinja::value::Serde;
use minijinja::{Environment, Error, Value, context};
use serde_json::{Map, json};

use super::http::Answer;
use super::login::{self, Login};
use super::{Client, Content, Hider, Outcome, Parcel, Parcels, People, Person, Request, Secrets, language, people};
use crate::clock::{Clock as _, WallClock};
use crate::config::recipe::{To, Written};
use crate::deliver::record::Record;
use crate::deliver::text;
use crate::template;

/// The recipes that come with Duly, by name.
macro_rules! built_in {
    ($($name:literal),+ $(,)?) => {
        /// The recipes that are built in: names and texts.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../../deploy/config/sinks/", $name, ".yaml")))),+];
    };
}

built_in!("slack", "teams", "feishu", "dingtalk", "wecom");

/// A recipe, ready to make requests.
#[derive(Debug, Clone)]
pub(in crate::deliver) struct Recipe {
    written: Written,
    templates: Environment<'static>,
    /// What is said of answers, whose shape is theirs: what is not there is no mistake.
    conditions: Environment<'static>,
    login: Option<Login>,
    pub(in crate::deliver) values: BTreeMap<String, String>,
    pub(in crate::deliver) people: Option<People>,
}

/// What a recipe does not know by itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::deliver) struct Around<'a> {
    pub(in crate::deliver) secrets: &'a Secrets,
    pub(in crate::deliver) language: Option<&'a str>,
    pub(in crate::deliver) zone: Tz,
    /// Seconds since 1970.
    pub(in crate::deliver) now: i64,
}

impl Recipe {
    /// Reads a recipe, with all mistakes at once.
    pub(in crate::deliver) fn parse(text: &str) -> Result<Recipe, Vec<Mistake>> {
        let written = Written::parse(text)?;
        let (mut templates, mut conditions) = (language::templates(), language::conditions());
        let mut mistakes = Vec::new();
        for (name, at, text) in written.templates() {
            let is_condition = ["success", "retry", "login.token"].contains(&name.as_str());
            let environment = if is_condition { &mut conditions } else { &mut templates };
            let added = environment.add_template_owned(name.clone(), text);
            mistakes.extend(added.err().map(|error| Mistake { at, ..mistake(&name, &error) }));
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let login = written.login.is_some().then(Login::default);
        Ok(Recipe { written, templates, conditions, login, values: BTreeMap::new(), people: None })
    }

    /// Whether it makes a request for each person.
    pub(in crate::deliver) fn is_personal(&self) -> bool {
        self.written.to.is_some()
    }

    /// The requests that are made of a record; what is wrong where one can not be made.
    pub(in crate::deliver) fn parcels(&self, record: &Record, around: &Around<'_>) -> Result<Parcels, String> {
        let secrets = around.secrets.read()?;
        let Some(to) = self.written.to else {
            let words = self.words(record, around, &secrets, None);
            return Ok(Parcels { parcels: vec![self.parcel(String::new(), &words)?], unknown: Vec::new() });
        };
        let mut parcels = Parcels::default();
        let recipients = record.data()["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
        for recipient in recipients {
            let found = self.people.as_ref().map(|people| people.find(recipient)).unwrap_or_default();
            let addresses: Vec<_> = found.iter().filter_map(|person| Some((person, to.of(person)?))).collect();
            if addresses.is_empty() {
                parcels.unknown.push(people::unknown(recipient));
            }
            for (person, address) in addresses {
                if parcels.parcels.iter().all(|parcel| parcel.to != address) {
                    let words = self.words(record, around, &secrets, Some(person));
                    parcels.parcels.push(self.parcel(address.to_owned(), &words)?);
                }
            }
        }
        Ok(parcels)
    }

    /// Whether a request can be made of the record, whomever it is for.
    pub(in crate::deliver) fn try_on(&self, record: &Record, around: &Around<'_>) -> Result<(), String> {
        let person = Person {
            name: "li.wei".to_owned(),
            email: Some("li.wei@example.com".to_owned()),
            phone: Some("+8613800000000".to_owned()),
            language: None,
        };
        let secrets = around.secrets.read()?;
        self.parcel(String::new(), &self.words(record, around, &secrets, self.written.to.map(|_| &person)))?;
        if self.login.is_some() {
            self.login_request(around, &secrets)?;
        }
        // What it says of answers is tried as well: on one that says nothing.
        for name in ["success", "retry"] {
            self.holds(name, &json!({}), 200).transpose().map_err(|error| format!("{name}: {}", told(&error)))?;
        }
        Ok(())
    }

    /// Where what is told of a part of it stands.
    pub(in crate::deliver) fn place(&self, about: &str) -> Place {
        self.written.place(about)
    }

    fn parcel(&self, to: String, words: &Value) -> Result<Parcel, String> {
        let say = |name: &str| self.say(name, words);
        // The token is put in when it is sent, so that a parcel can be made, and shown, without asking for one.
        let in_headers = match self.login {
            Some(_) => context! { token => login::PLACE, ..words.clone() },
            None => words.clone(),
        };
        let mut headers: Vec<(String, String)> =
            vec![("Idempotency-Key".to_owned(), key(words, &to)), ("Accept".to_owned(), "application/json".to_owned())];
        for name in self.written.headers.keys() {
            headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            headers.push((name.clone(), self.say(&format!("headers.{name}"), &in_headers)?));
        }
        let mut default_type = |content: &str| {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("Content-Type".to_owned(), content.to_owned()));
            }
        };
        let body = if self.written.body.is_some() {
            default_type("application/json; charset=utf-8");
            self.say_json("body", words)?
        } else if self.written.form.is_empty() {
            String::new()
        } else {
            default_type("application/x-www-form-urlencoded");
            let pair = |name: &String| Ok(format!("{}={}", in_url(name), in_url(&say(&format!("form.{name}"))?)));
            self.written.form.keys().map(pair).collect::<Result<Vec<_>, String>>()?.join("&")
        };
        let request = Request { method: self.written.method.clone(), url: self.say_url("url", words)?, headers, body };
        Ok(Parcel { to, content: Content::Request(request) })
    }

    /// What a template says.
    fn say(&self, name: &str, words: &Value) -> Result<String, String> {
        let said = self.templates.get_template(name).and_then(|found| template::render(&found, words));
        said.map_err(|error| format!("{name}: {}", told(&error)))
    }

    /// The same, without the spaces that make a recipe readable; and it is certain that it is JSON.
    fn say_json(&self, name: &str, words: &Value) -> Result<String, String> {
        let read: serde_json::Value = serde_json::from_str(&self.say(name, words)?).map_err(|error| {
            format!("{name}: what it says is not JSON: {error}; values bring their own quotes: {{{{ title }}}}")
        })?;
        Ok(read.to_string())
    }

    /// The same of a URL.
    fn say_url(&self, name: &str, words: &Value) -> Result<String, String> {
        let url = self.say(name, words)?.trim().to_owned();
        if url.starts_with("https://") || url.starts_with("http://") {
            return Ok(url);
        }
        Err(format!("{name}: it begins with neither https:// nor http://"))
    }

    /// Sends a request, with a token where one has to be asked for, and judges the answer.
    pub(in crate::deliver) fn send(&self, request: &Request, client: &Client, around: &Around<'_>) -> Outcome {
        let ask = |request: &Request| client.ask(request).map_or_else(|outcome| outcome, |answer| self.judge(&answer));
        let Some(login) = &self.login else { return ask(request) };
        let token = match login.token(|| self.log_in(client, around)) {
            Ok(token) => token,
            Err(why) => return Outcome::later(format!("login: {why}")),
        };
        let outcome = ask(&login::with_token(request, &token));
        if !matches!(outcome, Outcome::Delivered(_)) {
            login.forget(&token);
        }
        outcome.map(|said| Hider::of([token.as_str()].into_iter()).hide(&said))
    }

    /// Asks for a token.
    fn log_in(&self, client: &Client, around: &Around<'_>) -> Result<String, String> {
        let request = self.login_request(around, &around.secrets.read()?)?;
        let answer = client.ask(&request).map_err(|outcome| match outcome {
            Outcome::Delivered(why) | Outcome::Later { why, .. } | Outcome::Refused { why, .. } => why,
        })?;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| json!({}));
        let words = Value::from(Serde(&json!({ "answer": body, "status": answer.status })));
        let template = self.conditions.get_template("login.token").map_err(|error| told(&error))?;
        let token = template::render(&template, &words).map_err(|error| told(&error))?;
        let is_token = !token.is_empty() && token != "none" && token.bytes().all(|byte| byte.is_ascii_graphic());
        if answer.status < 300 && is_token {
            return Ok(token);
        }
        Err(format!("no token in the answer: HTTP {}: {}", answer.status, answer.excerpt()))
    }

    /// What a token is asked for by.
    fn login_request(&self, around: &Around<'_>, secrets: &BTreeMap<String, String>) -> Result<Request, String> {
        let words = json!({ "values": self.values, "secret": secrets, "now": around.now, "nonce": nonce() });
        let words = Value::from(Serde(&words));
        let written = self.written.login.clone().unwrap_or_default();
        let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        let body = match written.body {
            Some(_) => {
                headers.push(("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned()));
                self.say_json("login.body", &words)?
            }
            None => String::new(),
        };
        Ok(Request { method: written.method, url: self.say_url("login.url", &words)?, headers, body })
    }

    /// What became of a request that was answered: by its status, and what the recipe says of the body.
    pub(in crate::deliver) fn judge(&self, answer: &Answer) -> Outcome {
        let outcome = answer.outcome();
        let Outcome::Delivered(said) = &outcome else { return outcome };
        if self.written.success.is_none() {
            return outcome;
        }
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| json!({}));
        let holds = |name: &str| self.holds(name, &body, answer.status).and_then(Result::ok);
        match (holds("success"), holds("retry")) {
            (Some(true), _) => outcome,
            // What broke off before it was whole may have been a success, and is asked again.
            _ if !answer.is_whole => Outcome::later(format!("the answer broke off: {said}")),
            (_, Some(true)) => Outcome::Later { why: said.clone(), after: answer.retry_after },
            _ => Outcome::refused(said),
        }
    }

    /// Whether what is said of answers under `name` holds of one; nothing where nothing is said.
    fn holds(&self, name: &str, body: &serde_json::Value, status: u16) -> Option<Result<bool, Error>> {
        let template = self.conditions.get_template(name).ok()?;
        let words = Value::from(Serde(&json!({ "answer": body, "status": status })));
        Some(template::render(&template, &words).map(|said| !said.is_empty()))
    }

    /// What a template has at hand.
    fn words(
        &self,
        record: &Record,
        around: &Around<'_>,
        secrets: &BTreeMap<String, String>,
        to: Option<&Person>,
    ) -> Value {
        let of_person = to.and_then(|person| person.language.as_deref());
        let language = of_person.or(record.data()["language"].as_str()).or(around.language).unwrap_or("zh");
        let said = text::of(record, language, around.zone);
        let (tenant, ticket) = record.subject().split_once('/').unwrap_or(("", record.subject()));
        let about = record.withdrawn().unwrap_or(record.data());
        let local = |name: &str| text::local(&about[name], around.zone);
        let mut words = json!({
            "id": record.id(),
            "key": record.key(),
            "type": record.type_name(),
            "name": record.name(),
            "subject": record.subject(),
            "tenant": tenant,
            "ticket": ticket,
            "time": record.event["time"],
            "at": text::local(&record.event["time"], around.zone),
            "due": local("due_at"),
            "data": record.data(),
            "withdrawn": record.withdrawn(),
            "event": record.event,
            "language": language,
            "title": said.title,
            "text": if said.text.is_empty() { said.title.clone() } else { said.text },
            "values": self.values,
            "now": around.now,
            "nonce": nonce(),
        });
        let words = words.as_object_mut().expect("it is one");
        let texts = |texts: &BTreeMap<String, String>| -> Map<String, serde_json::Value> {
            texts.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect()
        };
        words.insert("secret".to_owned(), texts(secrets).into());
        if let Some(Person { name, email, phone, language }) = to {
            let person = json!({ "name": name, "email": email, "phone": phone, "language": language });
            words.insert("to".to_owned(), person);
        }
        Value::from(Serde(&*words))
    }
}

/// The key of idempotency: the record's, and for one of several people his own.
fn key(words: &Value, to: &str) -> String {
    let key = words.get_attr("key").map(|key| key.to_string()).unwrap_or_default();
    let is_header = key.bytes().all(|byte| byte.is_ascii_graphic());
    if to.is_empty() && is_header {
        return key;
    }
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{key}\n{to}").as_bytes()).to_string()
}

impl To {
    fn of(self, person: &Person) -> Option<&str> {
        match self {
            To::Phone => person.phone.as_deref(),
            To::Email => person.email.as_deref(),
        }
    }
}

fn mistake(name: &str, error: &Error) -> Mistake {
    let found = template::mistake("", error, "docs/delivery.md");
    let line = error.line().filter(|line| *line > 1).map(|line| format!(", line {line} of it")).unwrap_or_default();
    Mistake { what: format!("{name}{line}: {}", found.what), ..found }
}

/// What is wrong, with the name of what it is in.
fn told(error: &Error) -> String {
    let line = error.line().map(|line| format!(" (line {line} of it)")).unwrap_or_default();
    format!("{}{line}", template::told(error))
}

/// A text that is said once, for those who take a request with one that they know for a replay.
fn nonce() -> String {
    let now = WallClock.now().ns().to_string();
    let count = NONCES.fetch_add(1, Relaxed).to_string();
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, [now, count].join(" ").as_bytes()).simple().to_string()
}

/// How many there have been, so that two of one instant differ.
static NONCES: AtomicU64 = AtomicU64::new(0);

/// A text as a part of a URL: all but letters, digits and `-._~` encoded (RFC 3986).
pub(in crate::deliver) fn in_url(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
