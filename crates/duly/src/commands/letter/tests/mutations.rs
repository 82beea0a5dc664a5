//! Every figure of a policy changed in turn: each time the letter is another one, and says what is enforced then.

use chrono::NaiveDate;
use duly_core::calendar::Interval;
use duly_core::policy::{Compiled, Policy};
use serde_json::Value;

use super::figures::hold;
use super::{LANGUAGES, OTHER, letter, policy, shipped};

#[test]
fn no_figure_changes_without_the_letter() {
    for policy in [shipped(), policy(OTHER)] {
        let whole = serde_json::to_value(&policy.policy).expect("plain data");
        let mutants = mutants(&whole);
        assert!(mutants.len() > 40, "{} figures", mutants.len());
        let before = LANGUAGES.map(|language| told(&policy, language));
        for (place, mutant) in mutants {
            let mutant: Policy = serde_json::from_value(mutant).unwrap_or_else(|error| panic!("{place}: {error}"));
            let mutant = mutant.compile().unwrap_or_else(|errors| panic!("{place}: {errors:?}"));
            for (language, before) in LANGUAGES.into_iter().zip(&before) {
                let now = told(&mutant, language);
                assert!(now != *before, "{place} says nothing in {language:?}");
                hold(&mutant, &now, language);
            }
        }
    }
}

/// The letter but for the version, which is another one whatever changes.
fn told(policy: &Compiled, language: crate::language::Language) -> String {
    letter(policy, language).replace(&policy.version, "")
}

/// The policy once for each of its figures, with that one changed, and where it stands.
fn mutants(policy: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    for section in ["calendars", "objectives", "routing", "remedies", "feedback", "liability"] {
        if let Some(part) = policy.get(section) {
            figures(part, &format!("/{section}"), &mut places);
        }
    }
    let first_day = policy["effective_from"].as_str().expect("an instant")[..10].to_owned();
    places.retain(|place| {
        // What lies before the policy binds nobody. The length of a day counts where days are counted as hours, and how
        // often where a step repeats.
        let date = place.split('/').find(|part| part.starts_with("20"));
        let is_over = date.is_some_and(|date| date < &first_day[..]);
        let is_idle = place.ends_with("/day") && !policy.to_string().contains("as_hours");
        let is_once =
            place.strip_suffix("/times").is_some_and(|step| policy.pointer(&format!("{step}/repeat")).is_none());
        !is_over && !is_idle && !is_once
    });
    let mutant = |place: String| {
        let mut mutant = policy.clone();
        change(&mut mutant, &place);
        (place, mutant)
    };
    places.into_iter().map(mutant).collect()
}

/// Where figures stand: numbers, hours, amounts, the dates of maps.
fn figures(value: &Value, place: &str, places: &mut Vec<String>) {
    match value {
        Value::Number(_) => places.push(place.to_owned()),
        Value::String(text)
            if text.parse::<NaiveDate>().is_ok() || Interval::parse(text).is_some() || place.ends_with("/cap") =>
        {
            places.push(place.to_owned());
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                figures(item, &format!("{place}/{position}"), places);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let place = format!("{place}/{name}");
                if place.contains("/holidays/") {
                    places.push(place);
                } else {
                    figures(member, &place, places);
                }
            }
        }
        _ => {}
    }
}

/// Changes the figure at a place: a holiday is one no longer, hours end a minute earlier, numbers are greater.
fn change(policy: &mut Value, place: &str) {
    if let Some((holidays, date)) = place.rsplit_once('/').filter(|(map, _)| map.ends_with("/holidays")) {
        policy.pointer_mut(holidays).and_then(Value::as_object_mut).expect("holidays").remove(date);
        return;
    }
    let value = policy.pointer_mut(place).expect("a place");
    *value = match &*value {
        Value::Number(number) => {
            let number = number.as_u64().expect("a whole number");
            // Working time is told in minutes, and so are plain durations unless they have seconds; a day's length too.
            let more = match place {
                _ if place.ends_with("/open") => 60,
                _ if place.ends_with("/day") => 60_000_000_000,
                _ => 1,
            };
            let is_last = place.ends_with("/percent") && number == 100;
            (if is_last { number - 1 } else { number + more }).into()
        }
        Value::String(text) if place.ends_with("/cap") => format!("1{text}").into(),
        Value::String(text) if text.len() == 10 => "2027-06-30".into(),
        Value::String(text) => {
            let (from, to) = text.split_once('-').expect("hours");
            let (hour, minute) = to.split_once(':').expect("a time");
            let earlier = hour.parse::<u32>().expect("an hour") * 60 + minute.parse::<u32>().expect("minutes") - 1;
            format!("{from}-{:02}:{:02}", earlier / 60, earlier % 60).into()
        }
        other => panic!("{place} is no figure: {other}"),
    };
}
