//! The promises of a letter: what each is measured by, and how long it may take for which requests.

use std::collections::BTreeMap;

use duly_core::policy::{Duration, Letter, Objective, OnReopen, Policy, Restart, Target, When};
use serde::Serialize;

use super::teller::Teller;

/// The promises about one category.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Group {
    /// None where they are about all.
    name: Option<String>,
    rows: Vec<Row>,
}

/// A promise about a kind of request.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    /// Which requests; empty where they are those of the row before.
    request: String,
    promise: String,
    within: String,
}

/// A promise, as it is measured.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Promise {
    title: String,
    from: String,
    fulfilled_by: String,
    pause: Option<String>,
    /// What a reopening does: whether the time runs on.
    resumes: bool,
}

impl Teller<'_> {
    /// The promises by category, in the order that the letter names, else in that of their names.
    pub(super) fn groups(&self, policy: &Policy, letter: &Letter) -> Vec<Group> {
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

    /// Each promise once, in the order in which `groups` tell them.
    pub(super) fn promises(&self, policy: &Policy, groups: &[Group]) -> Vec<Promise> {
        self.in_order(policy, groups).map(|(name, objective)| self.promise(name, objective)).collect()
    }

    fn promise(&self, name: &str, objective: &Objective) -> Promise {
        Promise {
            title: self.objective_title(name, objective),
            from: self.trigger(&objective.start),
            fulfilled_by: self.trigger(&objective.stop),
            pause: objective.pause.as_ref().map(|pause| self.pause(pause)),
            resumes: objective.stop.0.contains(&When::Resolved) && objective.on_reopen == OnReopen::Resume,
        }
    }

    /// Objectives in the order in which `groups` tell their promises.
    pub(super) fn in_order<'a>(
        &self,
        policy: &'a Policy,
        groups: &[Group],
    ) -> impl Iterator<Item = (&'a String, &'a Objective)> {
        let told: Vec<&str> = groups.iter().flat_map(|group| &group.rows).map(|row| row.promise.as_str()).collect();
        let place = |(name, objective): &(&String, &Objective)| {
            let title = self.objective_title(name, objective);
            told.iter().position(|told| *told == title)
        };
        let mut objectives: Vec<(&String, &Objective)> = policy.objectives.iter().collect();
        objectives.sort_by_key(place);
        objectives.into_iter()
    }

    pub(super) fn objective_title(&self, name: &str, objective: &Objective) -> String {
        self.title(&objective.title, &format!("objectives.{name}.title"))
    }
}

/// Whether an acknowledgement stops it, or a machine.
pub(super) fn counts_acknowledgements(objective: &Objective) -> bool {
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
