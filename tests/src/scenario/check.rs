//! What was told, held to what a story says.

use serde_json::Value;

use super::play::Told;
use super::said::{Context, written};
use super::{Said, Scenario, Scene, ask, times};

/// What differs, one line each with its place; empty where all is as it must be.
pub fn differences(scenario: &Scenario, told: &[Told]) -> Vec<String> {
    let mut found = Vec::new();
    for (scene, told) in scenario.scenes.iter().zip(told) {
        let context =
            Context { tenant: &scenario.name, zone: scenario.zone, today: times::day(scenario.zone, scene.at) };
        let mut wanted: Vec<&Said> = scene.said.iter().collect();
        for (bodies, is_withdrawn) in [(&told.withdrawn, true), (&told.added, false)] {
            for body in bodies {
                match wanted.iter().position(|said| said.is_withdrawn == is_withdrawn && said.fits(body)) {
                    Some(at) => drop(wanted.remove(at)),
                    None => {
                        let what = if is_withdrawn { "withdrawn " } else { "" };
                        found.push(place(
                            scenario,
                            scene.line,
                            "too many",
                            &format!("> {what}{}", written(body, context)),
                        ));
                    }
                }
            }
        }
        for (place, why) in &told.why {
            let said = &scene.said[*place];
            if said.why != *why {
                found.push(format!("{} rests on\n  | {}", at(scenario, said.line), why.join("\n  | ")));
            }
        }
        for (asked, answer) in scene.asked.iter().zip(&told.answers) {
            found.extend(ask::differences(scenario, asked, answer));
        }
        if let Some(told) = told.notified.as_ref().filter(|_| scenario.has_notified()) {
            found.extend(notified(scenario, scene, told));
        }
        found.extend(wanted.iter().map(|said| place(scenario, said.line, "missing", scenario.line(said.line))));
    }
    found
}

/// What differs in what people were told.
fn notified(scenario: &Scenario, scene: &Scene, told: &[Value]) -> Vec<String> {
    let (mut found, mut wanted) = (Vec::new(), scene.notified.iter().collect::<Vec<_>>());
    for event in told {
        match wanted.iter().position(|notified| notified.fits(event)) {
            Some(at) => drop(wanted.remove(at)),
            None => found.push(place(scenario, scene.line, "too many", &super::notified::written(event))),
        }
    }
    let missing = |notified: &&super::Notified| place(scenario, notified.line, "missing", scenario.line(notified.line));
    found.extend(wanted.iter().map(missing));
    found
}

fn place(scenario: &Scenario, line: usize, what: &str, text: &str) -> String {
    format!("{}: {what}: {}", at(scenario, line), text.trim())
}

fn at(scenario: &Scenario, line: usize) -> String {
    format!("{}:{line}", scenario.path.display())
}

impl Scenario {
    fn line(&self, line: usize) -> &str {
        self.text.lines().nth(line - 1).unwrap_or_default()
    }
}
