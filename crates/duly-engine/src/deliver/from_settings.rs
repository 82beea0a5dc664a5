//! Sinks out of settings: files are read, and every sink is tried on examples of all that it takes before anything is sent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use duly_core::policy::source::Mistake;
use duly_core::time::Span;

use super::select::Of;
use super::send::{BUILT_IN, Client, Email, People, Protection, Recipe, Secrets, Trust, Webhook, webhook_secrets};
use super::sink::{Limits, Mistaken, Sink, Way, samples};
use crate::config::{self, Begin, Tls};
use crate::template::START;

/// The longest wait that a receiver may ask for.
const RETRY_AFTER_MOST: Duration = Duration::from_secs(3600);

/// The longest recipe, in bytes.
const RECIPE_BYTES_MAX: usize = 256 << 10;

/// The sinks of the settings, with all that is wrong at once.
pub fn sinks(settings: &[config::Sink]) -> Result<Vec<Sink>, Vec<Mistaken>> {
    read(settings, false)
}

/// What is wrong with the sinks of the settings and with what they name, whatever the secrets are: those may be elsewhere.
pub fn check_sinks(settings: &[config::Sink]) -> Result<(), Vec<Mistaken>> {
    read(settings, true).map(drop)
}

/// What is wrong with a recipe by itself: what it takes of `values` is for the settings to say.
pub fn check_recipe(text: &str) -> Result<(), Vec<Mistake>> {
    Recipe::parse(text).map(drop)
}

/// What is wrong with the address book at `path`.
pub fn check_people(path: &Path) -> Result<(), String> {
    People::load(path).map(drop)
}

fn read(settings: &[config::Sink], without_secrets: bool) -> Result<Vec<Sink>, Vec<Mistaken>> {
    let (mut sinks, mut mistaken) = (Vec::new(), Vec::new());
    for sink in settings {
        match of_settings(sink, without_secrets) {
            Ok(sink) => sinks.push(sink),
            Err(mut wrong) => mistaken.append(&mut wrong),
        }
    }
    if mistaken.is_empty() { Ok(sinks) } else { Err(mistaken) }
}

fn of_settings(settings: &config::Sink, without_secrets: bool) -> Result<Sink, Vec<Mistaken>> {
    let config::Sink { name, .. } = settings;
    let about_file = |path: &Path, what: String, hint: &str| vec![whole(path, None, what, hint)];
    let timeout = duration(settings.timeout);
    let trust = Trust::load(settings.ca_file.as_deref()).map_err(|why| {
        about_file(
            settings.ca_file.as_deref().unwrap_or(Path::new("ca_file")),
            why,
            "name a file with certificates in PEM",
        )
    })?;
    let people = settings
        .people
        .as_deref()
        .map(|path| People::load(path).map_err(|why| about_file(path, why, "docs/delivery.md shows an address book")));
    let people = people.transpose()?;
    let (way, secrets, recipe_file) = match settings.send.as_str() {
        "webhook" => {
            let url = settings.url.clone().unwrap_or_default();
            let secrets = webhook_secrets(settings.secret_file.as_ref());
            (Way::Webhook(Webhook { url }, Client::new(&trust, timeout)), secrets, None)
        }
        "email" => {
            let people = people.expect("settings of mail without an address book are refused");
            let secrets = settings.password_file.iter().map(|file| ("password".to_owned(), file.clone()));
            (Way::Email(Box::new(mail(settings, people, trust, timeout))), Secrets::of(secrets), None)
        }
        send => {
            let (path, text) = recipe_text(settings, send)?;
            let wrong = |mistakes| vec![Mistaken { path: path.clone(), text: Some(text.clone()), mistakes }];
            let mut recipe = Recipe::parse(&text).map_err(wrong)?;
            recipe.values.clone_from(&settings.values);
            if recipe.is_personal() && people.is_none() {
                let what = "it goes to single people, and the sink has no address book".to_owned();
                return Err(about_file(&path, what, "give the sink `people: people.yaml`"));
            }
            if recipe.is_personal() && settings.of == Of::Sla {
                let what = "it goes to single people, whom only notifications name".to_owned();
                return Err(about_file(&path, what, "write `of: notifications` in the sink"));
            }
            recipe.people = people;
            let secrets = Secrets::of(settings.secrets.clone());
            (Way::Recipe(Box::new(recipe), Client::new(&trust, timeout)), secrets, Some((path, text)))
        }
    };
    let sink = Sink {
        name: name.clone(),
        selection: settings.selection(),
        begins_at_start: settings.begin == Begin::Start,
        limits: Limits {
            parallel: settings.parallel,
            timeout,
            give_up_after: duration(settings.give_up_after),
            retry_first: duration(settings.retry_first),
            retry_most: duration(settings.retry_most),
            retry_after_most: RETRY_AFTER_MOST,
        },
        language: settings.language.clone(),
        zone: settings.zone,
        secrets: if without_secrets { secrets.made_up() } else { secrets },
        way,
    };
    check(&sink, recipe_file)?;
    Ok(sink)
}

/// Tries a sink on examples of all that it takes.
fn check(sink: &Sink, recipe_file: Option<(PathBuf, String)>) -> Result<(), Vec<Mistaken>> {
    let name = PathBuf::from(format!("sink {}", sink.name));
    sink.secrets
        .read()
        .map_err(|why| vec![whole(&name, None, why, "put the secret, and nothing else, into a file of its own")])?;
    let mut known = BTreeMap::new();
    for record in samples(&sink.selection) {
        let said = match &sink.way {
            // Whom it is for is not asked here: what can be said to somebody is.
            Way::Recipe(recipe, _) => recipe.try_on(&record, &sink.around()),
            _ => sink.parcels(&record).map(drop),
        };
        if let Err(why) = said {
            known.entry(why).or_insert_with(Vec::new).push(record.name().to_owned());
        }
    }
    if known.is_empty() {
        return Ok(());
    }
    let (path, text) = recipe_file.map_or((name, None), |(path, text)| (path, Some(text)));
    let told = |(why, names): (String, Vec<String>)| {
        let at = match &sink.way {
            Way::Recipe(recipe, _) => recipe.place(&why),
            _ => START,
        };
        let shown = sink.secrets.hider().hide(&why);
        let what = format!("{shown} (of {})", names.join(", "));
        Mistake {
            at,
            what,
            hint: Some("docs/delivery.md lists what a recipe can use; `types` says which are sent".to_owned()),
        }
    };
    Err(vec![Mistaken { path, text, mistakes: known.into_iter().map(told).collect() }])
}

fn mail(settings: &config::Sink, people: People, trust: Trust, timeout: Duration) -> Email {
    let server = settings.server.clone().unwrap_or_default();
    let (host, port) = server.rsplit_once(':').unwrap_or((&server, "25"));
    Email {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: port.parse().unwrap_or(25),
        protection: match settings.tls {
            Tls::None => Protection::None,
            Tls::StartTls => Protection::StartTls,
            Tls::Implicit => Protection::Implicit,
        },
        login: settings.username.clone().zip(settings.password_file.clone()),
        from: settings.from.as_deref().and_then(|from| from.parse().ok()).expect("the settings were checked"),
        people,
        trust,
        timeout,
        open: Arc::default(),
    }
}

/// The recipe that is built in under the name, or that in the file.
fn recipe_text(settings: &config::Sink, send: &str) -> Result<(PathBuf, String), Vec<Mistaken>> {
    if let Some((name, text)) = BUILT_IN.iter().find(|(name, _)| *name == send) {
        return Ok((PathBuf::from(format!("{name}.yaml")), (*text).to_owned()));
    }
    let path = settings.recipe.clone().unwrap_or_default();
    let read = std::fs::read_to_string(&path);
    let wrong = |what: String| {
        vec![whole(&path, None, what, "name a file with a recipe, such as those in deploy/config/sinks")]
    };
    let text = read.map_err(|error| wrong(format!("it can not be read: {error}")))?;
    if text.len() > RECIPE_BYTES_MAX {
        return Err(wrong(format!("it has {} bytes, {RECIPE_BYTES_MAX} are the most", text.len())));
    }
    Ok((path, text))
}

fn whole(path: &Path, text: Option<String>, what: String, hint: &str) -> Mistaken {
    let mistake = Mistake { at: START, what, hint: Some(hint.to_owned()) };
    Mistaken { path: path.to_owned(), text, mistakes: vec![mistake] }
}

fn duration(span: Span) -> Duration {
    Duration::from_nanos(span.ns().unsigned_abs())
}
