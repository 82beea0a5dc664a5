//! A recipe as it is written: how a record becomes a request, in templates.

use std::collections::BTreeMap;

use duly_core::policy::source::{Mistake, Place};

use super::Wrong;
use super::read::{self, Entries};

/// The keys of the file.
const KEYS: [&str; 10] = ["about", "to", "login", "method", "url", "headers", "body", "form", "success", "retry"];

/// The keys of what is asked for a token.
const LOGIN_KEYS: [&str; 4] = ["method", "url", "body", "token"];

/// What a recipe is sent to each person by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// Whoever has a number.
    Phone,
    /// Whoever has an address of mail.
    Email,
}

/// What a token is asked for by, before the first request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Login {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) body: Option<String>,
    /// Where in the answer the token is.
    pub(crate) token: String,
}

/// A recipe, its templates not looked at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// Whether there is a request for each person.
    pub(crate) to: Option<To>,
    pub(crate) login: Option<Login>,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<String>,
    pub(crate) form: BTreeMap<String, String>,
    /// What holds of the answer where it is a success.
    pub(crate) success: Option<String>,
    /// What holds of it where it may be one another time.
    pub(crate) retry: Option<String>,
    places: BTreeMap<&'static str, Place>,
}

impl Written {
    /// Reads the text of a recipe.
    pub(crate) fn parse(text: &str) -> Result<Written, Vec<Mistake>> {
        let mut recipe = Written { method: "POST".to_owned(), ..Written::default() };
        let mut entries = Entries::read(text, &KEYS)?;
        recipe.places = KEYS.into_iter().map(|key| (key, entries.place(key))).collect();
        let mut about = String::new();
        entries.take("about", &mut about, read::text);
        let to = [("phone", To::Phone), ("email", To::Email)];
        entries.take("to", &mut recipe.to, |value| read::word(value, &to).map(Some));
        entries.section("login", &LOGIN_KEYS, |entries| recipe.login = Some(login(entries)));
        entries.take("method", &mut recipe.method, |value| method(&read::text(value)?));
        entries.take("url", &mut recipe.url, read::text);
        entries.take("body", &mut recipe.body, |value| read::text(value).map(Some));
        entries.take("success", &mut recipe.success, |value| read::text(value).map(Some));
        entries.take("retry", &mut recipe.retry, |value| read::text(value).map(Some));
        entries.each("headers", |name, value| {
            recipe.headers.insert(header(name)?, read::text(value)?);
            Ok(())
        });
        entries.each("form", |name, value| {
            recipe.form.insert(name.to_owned(), read::text(value)?);
            Ok(())
        });
        if !entries.has("url") {
            entries.blame("url", ("it is missing".to_owned(), "say where the request goes".to_owned()));
        }
        if recipe.body.is_some() && !recipe.form.is_empty() {
            let hint = "a request has one body: write it as JSON under `body`, or as pairs under `form`";
            entries.blame("form", ("there is a `body` as well".to_owned(), hint.to_owned()));
        }
        if recipe.retry.is_some() && recipe.success.is_none() {
            let hint = "say first what a success looks like";
            entries.blame("retry", ("there is no `success`".to_owned(), hint.to_owned()));
        }
        entries.finish(recipe)
    }

    /// The templates: their names, where they stand, and their texts.
    pub(crate) fn templates(&self) -> Vec<(String, Place, String)> {
        let place = |key: &str| self.places.get(key).copied().unwrap_or(crate::template::START);
        let mut found = vec![("url".to_owned(), place("url"), self.url.clone())];
        found.extend(self.body.iter().map(|body| ("body".to_owned(), place("body"), body.clone())));
        for (key, map) in [("headers", &self.headers), ("form", &self.form)] {
            found.extend(map.iter().map(|(name, text)| (format!("{key}.{name}"), place(key), text.clone())));
        }
        if let Some(Login { url, body, token, .. }) = &self.login {
            found.push(("login.url".to_owned(), place("login"), url.clone()));
            found.extend(body.iter().map(|body| ("login.body".to_owned(), place("login"), body.clone())));
            found.push(("login.token".to_owned(), place("login"), format!("{{{{ {token} }}}}")));
        }
        for (key, condition) in [("success", &self.success), ("retry", &self.retry)] {
            let text = condition.iter().map(|condition| format!("{{% if {condition} %}}yes{{% endif %}}"));
            found.extend(text.map(|text| (key.to_owned(), place(key), text)));
        }
        found
    }

    /// Where a template stands.
    pub(crate) fn place(&self, name: &str) -> Place {
        let key = name.split(['.', ':', ' ']).next().unwrap_or_default();
        self.places.get(key).copied().unwrap_or(crate::template::START)
    }
}

fn login(entries: &mut Entries) -> Login {
    let mut login = Login { method: "POST".to_owned(), ..Login::default() };
    entries.take("method", &mut login.method, |value| method(&read::text(value)?));
    entries.take("url", &mut login.url, read::text);
    entries.take("body", &mut login.body, |value| read::text(value).map(Some));
    entries.take("token", &mut login.token, read::text);
    for (key, hint) in [("url", "say where a token is asked for"), ("token", "say where it is, such as `answer.token`")]
    {
        if !entries.has(key) {
            entries.blame(key, ("it is missing".to_owned(), hint.to_owned()));
        }
    }
    login
}

fn method(text: &str) -> Result<String, Wrong> {
    const METHODS: [&str; 5] = ["POST", "PUT", "PATCH", "GET", "DELETE"];
    if METHODS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err((format!("it can not be `{text}`"), format!("there are {}", METHODS.join(", "))))
}

fn header(name: &str) -> Result<String, Wrong> {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if !name.is_empty() && name.chars().all(is_of_a_name) {
        return Ok(name.to_owned());
    }
    Err(("it is no name of a header".to_owned(), "names of headers have letters, digits and `-`".to_owned()))
}
