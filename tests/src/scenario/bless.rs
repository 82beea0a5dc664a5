//! A page written anew with what is told now in the place of what was said.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::play::Told;
use super::said::{self, Context, written};
use super::{Scenario, Scene, times};

/// The text of the page, with what was `told` as what must be said.
pub fn bless(scenario: &Scenario, told: &[Told]) -> String {
    let lines = read(&scenario.text);
    // By the line that they stand behind.
    let mut spoken: BTreeMap<usize, String> = BTreeMap::new();
    for (number, (scene, told)) in scenario.scenes.iter().zip(told).enumerate() {
        let next = scenario.scenes.get(number + 1).map_or(usize::MAX, |next| next.line);
        for (bodies, withdrawn) in [(&told.withdrawn, "withdrawn "), (&told.added, "")] {
            for body in bodies {
                let asked = told.why.iter().find(|(place, _)| scene.said[*place].fits(body));
                let place = place(&lines, scene, next, times::day(scenario.zone, said::at(body)));
                let today = days(&lines[..place]).last().unwrap_or_default();
                let context = Context { tenant: &scenario.name, zone: scenario.zone, today };
                let mut lines = format!("> {withdrawn}{}\n", written(body, context));
                for why in asked.into_iter().flat_map(|(_, why)| why) {
                    lines += &format!("| {why}\n");
                }
                spoken.entry(place).or_default().push_str(&lines);
            }
        }
    }
    let mut text = String::new();
    for (before, line) in lines.iter().enumerate() {
        if line.kind != Kind::Said {
            text += line.text;
            text.push('\n');
        }
        text += spoken.get(&(before + 1)).map_or("", String::as_str);
    }
    text
}

struct Line<'t> {
    text: &'t str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Where a story begins.
    Opening,
    /// A day of it.
    Day(NaiveDate),
    /// What Duly says in it, and why.
    Said,
    /// Anything else.
    Other,
}

fn read(text: &str) -> Vec<Line<'_>> {
    let mut is_in_story = false;
    let mut lines = Vec::new();
    for text in text.lines() {
        let mut words = text.split_whitespace();
        let mut kind = Kind::Other;
        if let Some(language) = text.trim().strip_prefix("```") {
            is_in_story = language == "story";
            kind = if is_in_story { Kind::Opening } else { Kind::Other };
        } else if is_in_story && text.trim_start().starts_with(['>', '|']) {
            kind = Kind::Said;
        } else if let Some(day) = words.next().and_then(times::date)
            && is_in_story
            && words.next().is_none_or(|word| !times::is_time(word))
        {
            kind = Kind::Day(day);
        }
        lines.push(Line { text, kind });
    }
    lines
}

fn days<'l>(lines: &'l [Line<'_>]) -> impl Iterator<Item = NaiveDate> + 'l {
    lines.iter().filter_map(|line| if let Kind::Day(day) = line.kind { Some(day) } else { None })
}

/// Behind which line something stands that is said on `day`: behind the scene's last line, or the last later line of the
/// story that names a day up to `day`.
fn place(lines: &[Line<'_>], scene: &Scene, next: usize, day: NaiveDate) -> usize {
    let mut place = scene.last_line;
    let is_outside = |until: usize| {
        let mut fences = lines[..until].iter().filter(|line| line.text.trim().starts_with("```"));
        fences.next_back().is_none_or(|line| line.kind != Kind::Opening)
    };
    if is_outside(place) {
        let opening = lines[place..].iter().position(|line| line.kind == Kind::Opening);
        place += opening.expect("a story follows what is published in it") + 1;
    }
    for number in place + 1..next.min(lines.len() + 1) {
        if matches!(lines[number - 1].kind, Kind::Day(named) if named <= day) {
            place = number;
        }
    }
    place
}
