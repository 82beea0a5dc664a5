//! Everything that a letter says of its policy, in the words of a language: what templates have at hand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use duly_core::calendar::DayRule;
use duly_core::policy::{
    Compiled, Duration, Every, Letter, Objective, Policy, ROUND_THE_CLOCK, RemindAt, Restart, Route, Step, Target, When,
};
use serde::Serialize;

use super::hours::Hours;
use super::teller::{Missing, Teller};
use crate::language::Language;

/// A letter.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facts {
    lang: &'static str,
    title: String,
    promisor: String,
    addressee: String,
    scope: Option<String>,
    contact: Option<String>,
    /// How often response times are reviewed.
    review: &'static str,
    signatory: String,
    date: String,
    /// From which day on it holds.
    effective: String,
    /// Whether it holds for requests that were open by then too.
    covers_open: bool,
    /// The name of the policy and the hash of all that it says.
    policy: String,
    version: String,
    /// The promises by category.
    groups: Vec<Group>,
    /// What each promise runs from, what fulfils it and while what it stands still.
    promises: Vec<Promise>,
    /// Whether an acknowledgement, or what a machine wrote, counts as a response anywhere.
    acknowledgement_counts: bool,
    /// Which readings of working days there are: `civil`, `same_time`, `as_hours`.
    day_rules: Vec<&'static str>,
    calendars: Vec<Hours>,
    /// Who is reminded and told, for promises with the same reminders and ladder.
    watched: Vec<Watched>,
    routing: Vec<Routed>,
    remedies: Vec<Owed>,
}

/// The promises about one category.
#[derive(Debug, Clone, Serialize)]
struct Group {
    /// None where they are about all.
    name: Option<String>,
    rows: Vec<Row>,
}

/// A promise about a kind of request.
#[derive(Debug, Clone, Serialize)]
struct Row {
    /// Which requests; empty where they are those of the row before.
    request: String,
    promise: String,
    within: String,
}

/// A promise, as it is measured.
#[derive(Debug, Clone, Serialize)]
struct Promise {
    title: String,
    from: String,
    fulfilled_by: String,
    pause: Option<String>,
    /// What a reopening does: whether the time runs on.
    resumes: bool,
}

/// Promises that the same people are reminded and told of in the same way.
#[derive(Debug, Clone, Serialize)]
struct Watched {
    /// None where they are all others.
    promises: Vec<String>,
    reminders: Option<String>,
    ladder: Vec<String>,
}

/// Where requests go.
#[derive(Debug, Clone, Serialize)]
struct Routed {
    request: Option<String>,
    team: Option<String>,
    tier: Option<String>,
    priority: Option<u16>,
}

/// What is owed after a broken promise.
#[derive(Debug, Clone, Serialize)]
struct Owed {
    title: String,
    /// The promises that it follows from; none: any.
    after: Vec<String>,
    /// Which requests; none: all.
    request: Option<String>,
    fulfilled_by: String,
    within: String,
    owner: String,
    reminders: Option<String>,
    ladder: Vec<String>,
}

/// What `policy` says as a letter.
///
/// # Errors
/// What it has no words for in this language.
pub(super) fn of(policy: &Compiled, letter: &Letter, language: Language) -> Result<Facts, Missing> {
    let teller = Teller::new(&policy.policy, language);
    let facts = teller.facts(&policy.policy, letter, policy.version.clone());
    match teller.missing() {
        None => Ok(facts),
        Some(missing) => Err(missing),
    }
}

impl Teller<'_> {
    fn facts(&self, policy: &Policy, letter: &Letter, version: String) -> Facts {
        let since = first_day(policy);
        let groups = self.groups(policy, letter);
        Facts {
            lang: self.language.key(),
            title: self.title(&policy.title, "title"),
            promisor: self.title(&letter.promisor, "letter.promisor"),
            addressee: self.title(&letter.addressee, "letter.addressee"),
            scope: self.optional(&letter.scope, "letter.scope"),
            contact: self.optional(&letter.contact, "letter.contact"),
            review: match letter.review {
                Every::Week => self.say("week", "周"),
                Every::Month => self.say("month", "月"),
                Every::Quarter => self.say("quarter", "季度"),
                Every::Year => self.say("year", "年"),
            },
            signatory: self.title(&letter.signatory, "letter.signatory"),
            date: self.date(letter.date),
            effective: self.date(since),
            covers_open: policy.applies_to == duly_core::policy::AppliesTo::OpenTickets,
            policy: policy.policy.clone(),
            version,
            promises: self.in_order(policy, &groups).map(|(name, objective)| self.promise(name, objective)).collect(),
            acknowledgement_counts: policy.objectives.values().any(counts_acknowledgements),
            day_rules: day_rules(policy),
            calendars: self.calendars(policy, since),
            watched: self.watched(policy, &groups),
            routing: policy.routing.iter().map(|route| self.routed(route)).collect(),
            remedies: self.remedies(policy),
            groups,
        }
    }

    /// Objectives in the order in which `groups` tell their promises.
    fn in_order<'a>(&self, policy: &'a Policy, groups: &[Group]) -> impl Iterator<Item = (&'a String, &'a Objective)> {
        let told: Vec<&str> = groups.iter().flat_map(|group| &group.rows).map(|row| row.promise.as_str()).collect();
        let place = |(name, objective): &(&String, &Objective)| {
            let title = self.objective_title(name, objective);
            told.iter().position(|told| *told == title)
        };
        let mut objectives: Vec<(&String, &Objective)> = policy.objectives.iter().collect();
        objectives.sort_by_key(place);
        objectives.into_iter()
    }

    fn objective_title(&self, name: &str, objective: &Objective) -> String {
        self.title(&objective.title, &format!("objectives.{name}.title"))
    }

    /// The promises by category, in the order that the letter names, else in that of their names.
    fn groups(&self, policy: &Policy, letter: &Letter) -> Vec<Group> {
        let rows = policy.objectives.iter().flat_map(|(name, objective)| {
            objective.targets.iter().map(move |target| (name.as_str(), objective, target))
        });
        let mut by_category: BTreeMap<Option<&str>, Vec<_>> = BTreeMap::new();
        for (name, objective, target) in rows {
            let categories = target.when.0.get("category").map(Vec::as_slice).unwrap_or_default();
            for category in categories {
                by_category.entry(Some(category)).or_default().push((name, objective, target));
            }
            if categories.is_empty() {
                by_category.entry(None).or_default().push((name, objective, target));
            }
        }
        let mut groups: Vec<_> = by_category.into_iter().collect();
        let place = |category: Option<&str>| match category {
            Some(category) => letter.order.iter().position(|named| named == category).unwrap_or(usize::MAX - 1),
            None => usize::MAX,
        };
        groups.sort_by_key(|(category, _)| place(*category));
        let told = groups.into_iter().map(|(category, rows)| Group {
            name: category.map(|category| self.word("category", category)),
            rows: self.rows(rows),
        });
        told.collect()
    }

    /// The rows about one category: requests of a kind together, the most pressing first.
    fn rows(&self, rows: Vec<(&str, &Objective, &Target)>) -> Vec<Row> {
        let mut kinds: Vec<(String, Vec<(u64, Row)>)> = Vec::new();
        for (name, objective, target) in rows {
            let request = self.request(target);
            let row = Row {
                request: String::new(),
                promise: self.objective_title(name, objective),
                within: self.row_within(objective, target),
            };
            let length = length_s(target.within);
            match kinds.iter_mut().find(|(kind, _)| *kind == request) {
                Some((_, rows)) => rows.push((length, row)),
                None => kinds.push((request, vec![(length, row)])),
            }
        }
        for (_, rows) in &mut kinds {
            rows.sort_by_key(|(length, _)| *length);
        }
        kinds.sort_by_key(|(_, rows)| rows[0].0);
        let told = kinds.into_iter().flat_map(|(request, rows)| {
            let firsts = std::iter::once(request).chain(std::iter::repeat(String::new()));
            firsts.zip(rows).map(|(request, (_, row))| Row { request, ..row })
        });
        told.collect()
    }

    /// What the requests of a row are called: its title, else its condition without the category.
    fn request(&self, target: &Target) -> String {
        if let Some(title) = target.title.get(self.language.key()) {
            return title.clone();
        }
        let mut when = target.when.clone();
        when.0.remove("category");
        self.condition(&when).unwrap_or_else(|| self.say("All", "全部").to_owned())
    }

    /// How long a row allows, and how often where that comes round again.
    fn row_within(&self, objective: &Objective, target: &Target) -> String {
        let within = self.within(target);
        let rule = match target.day_rule {
            _ if !matches!(target.within, Duration::WorkingDays(_)) => "",
            DayRule::Civil => "",
            DayRule::SameTime => self.say(", to the same time of day", "（至同一时刻）"),
            DayRule::AsHours => self.say(", counted as hours", "（按工时折算）"),
        };
        let on = match self.calendar_name(target) {
            Some(name) => self.say_with(" ({})", "（{}）", &name),
            None => String::new(),
        };
        let within = format!("{within}{rule}{on}");
        match objective.restart {
            Restart::Never => within,
            Restart::OnStart => self.say_with("{}, each time", "每次 {}", &within),
            Restart::OnStop | Restart::OnStopOrDeadline => {
                let every = self.say_with("every {}", "每 {}一次", &within);
                match &objective.until {
                    Some(until) => every + &self.say_with(", until {}", "，直至{}", &self.trigger(until)),
                    None => every,
                }
            }
        }
    }

    /// What a target's calendar is called, where promises are counted on several.
    fn calendar_name(&self, target: &Target) -> Option<String> {
        let counts = target.calendar != ROUND_THE_CLOCK && !matches!(target.within, Duration::Elapsed(_));
        (counts && self.calendars_in_use() > 1).then(|| self.word("calendar", &target.calendar))
    }

    fn promise(&self, name: &str, objective: &Objective) -> Promise {
        Promise {
            title: self.objective_title(name, objective),
            from: self.trigger(&objective.start),
            fulfilled_by: self.trigger(&objective.stop),
            pause: objective.pause.as_ref().map(|pause| self.pause(pause)),
            resumes: objective.stop.0.contains(&When::Resolved)
                && objective.on_reopen == duly_core::policy::OnReopen::Resume,
        }
    }

    fn calendars(&self, policy: &Policy, since: NaiveDate) -> Vec<Hours> {
        let used = in_use(policy);
        let named = used.len() > 1;
        let known = used.into_iter().filter_map(|name| Some((name, policy.calendars.get(name)?)));
        known.map(|(name, spec)| self.hours(named.then(|| self.word("calendar", name)), spec, since)).collect()
    }

    fn calendars_in_use(&self) -> usize {
        in_use(self.policy()).len()
    }

    /// The largest group of promises that are watched alike comes last, as all others.
    fn watched(&self, policy: &Policy, groups: &[Group]) -> Vec<Watched> {
        let mut alike: Vec<((&[RemindAt], &[Step]), Vec<String>)> = Vec::new();
        for (name, objective) in self.in_order(policy, groups) {
            let by = (&objective.remind_at[..], &objective.ladder[..]);
            let title = self.objective_title(name, objective);
            match alike.iter_mut().find(|(known, _)| *known == by) {
                Some((_, titles)) => titles.push(title),
                None => alike.push((by, vec![title])),
            }
        }
        alike.sort_by_key(|(_, titles)| titles.len());
        let last = alike.len().saturating_sub(1);
        let told = alike.into_iter().enumerate().map(|(place, ((remind_at, ladder), promises))| Watched {
            promises: if place == last { Vec::new() } else { promises },
            reminders: self.reminders(remind_at),
            ladder: ladder.iter().map(|step| self.step(step)).collect(),
        });
        told.collect()
    }

    fn routed(&self, route: &Route) -> Routed {
        Routed {
            request: self.condition(&route.when),
            team: route.team.as_ref().map(|team| self.word("team", team)),
            tier: route.tier.as_ref().map(|tier| self.word("tier", tier)),
            priority: route.priority,
        }
    }

    fn remedies(&self, policy: &Policy) -> Vec<Owed> {
        let told = policy.remedies.iter().map(|(name, remedy)| Owed {
            title: self.title(&remedy.title, &format!("remedies.{name}.title")),
            after: remedy
                .after
                .iter()
                .filter_map(|name| Some(self.objective_title(name, policy.objectives.get(name)?)))
                .collect(),
            request: self.condition(&remedy.target.when),
            fulfilled_by: self.trigger(&remedy.stop),
            within: self.within(&remedy.target),
            owner: self.word("role", &remedy.owner),
            reminders: self.reminders(&remedy.remind_at),
            ladder: remedy.ladder.iter().map(|step| self.step(step)).collect(),
        });
        told.collect()
    }
}

/// The day on which it comes into force, where most of its promises are counted.
fn first_day(policy: &Policy) -> NaiveDate {
    let zone = in_use(policy).into_iter().find_map(|name| policy.calendars.get(name)?.zone.parse().ok());
    policy.effective_from.to_chrono().with_timezone(&zone.unwrap_or(Tz::UTC)).date_naive()
}

/// All targets, remedies' too.
fn targets(policy: &Policy) -> impl Iterator<Item = &Target> {
    let owed = policy.remedies.values().map(|remedy| &remedy.target);
    policy.objectives.values().flat_map(|objective| &objective.targets).chain(owed)
}

/// The calendars that something is counted on, in the order of their names.
fn in_use(policy: &Policy) -> BTreeSet<&str> {
    targets(policy).map(|target| target.calendar.as_str()).filter(|name| *name != ROUND_THE_CLOCK).collect()
}

fn day_rules(policy: &Policy) -> Vec<&'static str> {
    let all = [(DayRule::Civil, "civil"), (DayRule::SameTime, "same_time"), (DayRule::AsHours, "as_hours")];
    let counts = |rule: DayRule| {
        targets(policy).any(|target| matches!(target.within, Duration::WorkingDays(_)) && target.day_rule == rule)
    };
    all.into_iter().filter(|(rule, _)| counts(*rule)).map(|(_, name)| name).collect()
}

/// Whether an acknowledgement stops it, or a machine.
fn counts_acknowledgements(objective: &Objective) -> bool {
    objective.stop.0.iter().any(|when| match when {
        When::Event { name, fields } if name == "responded" => {
            let has =
                |field: &str, value: &str| fields.get(field).is_some_and(|values| values.iter().any(|v| v == value));
            has("contains", "acknowledgement") || has("automatic", "true")
        }
        _ => false,
    })
}

/// About how long a duration is, to put the shorter first.
fn length_s(duration: Duration) -> u64 {
    match duration {
        Duration::Elapsed(s) | Duration::Open(s) => u64::from(s),
        Duration::WorkingDays(days) => u64::from(days) * 86_400,
    }
}
