//! A page as a scenario. A mistake is told with file and line.

use std::path::Path;

use chrono::NaiveDate;
use chrono_tz::Tz;
use duly_core::control::ControlEvent;
use duly_core::ticket::parse_structured;
use duly_core::time::Instant;
use serde_json::{Value, json};

use super::said::{Context, take_instant, ticket};
use super::{Asked, Deed, Mistake, Notified, Question, Said, Scenario, Scene, emergency, policies, times, words};

/// Reads a page.
pub fn parse(path: &Path, text: String) -> Result<Scenario, Mistake> {
    let mut reader = Reader::new(path);
    for (number, line) in text.lines().enumerate() {
        reader.line = number + 1;
        reader.read(line).map_err(|what| reader.mistake(what))?;
    }
    if reader.fence != Fence::None {
        return Err(reader.mistake("the page ends within a fence".to_owned()));
    }
    let mut scenario = reader.scenario;
    scenario.text = text;
    if scenario.scenes.is_empty() {
        return Err(Mistake { path: path.to_owned(), line: 1, what: "there is no ```story here".to_owned() });
    }
    if scenario.policies.is_empty() {
        scenario.policies.push(policies::shipped());
    }
    Ok(scenario)
}

/// What the line being read stands in.
#[derive(Debug, PartialEq, Eq)]
enum Fence {
    None,
    Story,
    /// With what has been read of it, and the line that it begins with.
    Yaml(String, usize),
    Other,
}

struct Reader {
    scenario: Scenario,
    fence: Fence,
    line: usize,
    today: Option<NaiveDate>,
    /// How many ticket events there are.
    events: usize,
    /// Whether the next event may still join the last scene.
    is_open: bool,
}

impl Reader {
    fn new(path: &Path) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let scenario = Scenario {
            name,
            zone: Tz::Asia__Shanghai,
            policies: Vec::new(),
            scenes: Vec::new(),
            path: path.to_owned(),
            text: String::new(),
        };
        Reader { scenario, fence: Fence::None, line: 0, today: None, events: 0, is_open: false }
    }

    fn mistake(&self, what: String) -> Mistake {
        Mistake { path: self.scenario.path.clone(), line: self.line, what }
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            return self.fence(language.trim());
        }
        match &mut self.fence {
            Fence::Yaml(text, _) => {
                *text += line;
                text.push('\n');
                Ok(())
            }
            Fence::Story => self.story(line.trim()),
            Fence::None | Fence::Other => Ok(()),
        }
    }

    fn fence(&mut self, language: &str) -> Result<(), String> {
        let opened = match language {
            "story" => Fence::Story,
            "yaml" => Fence::Yaml(String::new(), self.line + 1),
            _ => Fence::Other,
        };
        match std::mem::replace(&mut self.fence, Fence::None) {
            Fence::None => {
                self.fence = opened;
                Ok(())
            }
            _ if !language.is_empty() => Err(format!("a fence ends with ``` alone, not with ```{language}")),
            Fence::Yaml(text, begin) => self.yaml(&text).map_err(|(line, what)| {
                self.line = begin + line;
                what
            }),
            Fence::Story | Fence::Other => Ok(()),
        }
    }

    fn yaml(&mut self, text: &str) -> Result<(), (usize, String)> {
        if self.scenario.scenes.is_empty() {
            self.scenario.policies.push(policies::policy(text)?);
            return Ok(());
        }
        let now = self.now().expect("a scene has its time");
        self.is_open = false;
        for event in policies::publication(text)? {
            self.happen(now, Deed::Control(Box::new(event)));
        }
        self.is_open = false;
        Ok(())
    }

    fn story(&mut self, line: &str) -> Result<(), String> {
        if let Some(said) = line.strip_prefix('>') {
            return self.said(said);
        }
        if let Some(notified) = line.strip_prefix('!') {
            return self.notified(notified);
        }
        if let Some(why) = line.strip_prefix('|') {
            return self.why(why);
        }
        if let Some(question) = line.strip_prefix('?') {
            return self.asked(question);
        }
        if let Some(answer) = line.strip_prefix('=') {
            return self.answer(answer);
        }
        let all = words::split(line);
        match &all[..] {
            [] => Ok(()),
            ["zone", name] if self.scenario.scenes.is_empty() => {
                self.scenario.zone = name.parse().map_err(|_| format!("there is no zone `{name}`"))?;
                Ok(())
            }
            ["zone", ..] => Err("the zone comes first, before anything happens".to_owned()),
            ["restart"] => self.restart(),
            ["advance", span] => {
                let now = self.now().ok_or("nothing has happened yet that time could pass after")?;
                self.pass(now.plus(times::span(span)?))
            }
            ["until", when @ ..] => {
                let until = self.instant(&mut &*when)?.ok_or("no time follows `until`")?;
                self.pass(until)
            }
            ["late", rest @ ..] => self.late(rest),
            [day, rest @ ..] if rest.first().is_none_or(|word| !times::is_time(word)) && times::date(day).is_some() => {
                self.day(times::date(day).expect("it was looked at"), rest)
            }
            _ => self.happening(&all),
        }
    }

    /// A day, perhaps with its name.
    fn day(&mut self, day: NaiveDate, rest: &[&str]) -> Result<(), String> {
        match rest {
            [] => {}
            [name] if times::is_weekday_of(name, day) == Some(true) => {}
            [name] if times::is_weekday_of(name, day) == Some(false) => {
                return Err(format!("{day} is a {}, not a {name}", day.format("%A")));
            }
            _ => return Err(format!("`{}` does not belong behind a day", rest.join(" "))),
        }
        self.today = Some(day);
        Ok(())
    }

    fn restart(&mut self) -> Result<(), String> {
        let now = self.now().ok_or("nothing has happened yet")?;
        self.is_open = false;
        self.happen(now, Deed::Restart);
        self.is_open = false;
        Ok(())
    }

    /// Something at a time.
    fn happening(&mut self, all: &[&str]) -> Result<(), String> {
        let mut words = all;
        let at = self.instant(&mut words)?.ok_or_else(|| {
            format!("`{}` is neither a time, a day, `>`, `?`, `late`, `advance`, `until`, `restart` nor `zone`", all[0])
        })?;
        self.not_before(at)?;
        let deed = match words {
            ["control", kind, rest @ ..] => control(kind, rest, &self.scenario)?,
            ["emergency", rest @ ..] => {
                let today = times::day(self.scenario.zone, at);
                let context = Context { tenant: &self.scenario.name, zone: self.scenario.zone, today };
                Deed::Control(Box::new(emergency::read(rest, at, context)?))
            }
            _ => self.event(at, words)?,
        };
        self.happen(at, deed);
        Ok(())
    }

    /// An event that arrives after its time.
    fn late(&mut self, mut words: &[&str]) -> Result<(), String> {
        let now = self.now().ok_or("nothing has happened yet")?;
        let at = self.instant(&mut words)?.ok_or("no time follows `late`")?;
        let deed = self.event(at, words)?;
        self.is_open = false;
        self.happen(now, deed);
        self.is_open = false;
        Ok(())
    }

    /// Reads `[TICKET] NAME name=value … [id@source] #sequence`.
    fn event(&mut self, at: Instant, mut words: &[&str]) -> Result<Deed, String> {
        let subject = format!("{}/{}", self.scenario.name, ticket(&mut words));
        let (name, words) = words.split_first().ok_or("it does not say what happens")?;
        self.events += 1;
        let mut event = json!({
            "specversion": "1.0",
            "type": format!("duly.ticket.{name}.v1"),
            "source": "crm",
            "id": format!("e{:03}", self.events),
            "subject": subject,
            "time": at.to_string(),
        });
        let mut data = Vec::new();
        for word in words {
            if let Some(sequence) = word.strip_prefix('#') {
                event["sequence"] = sequence.into();
            } else if let Some(identity) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
                let (id, source) = identity.split_once('@').unwrap_or((identity, "crm"));
                (event["id"], event["source"]) = (id.into(), source.into());
            } else {
                data.push(*word);
            }
        }
        event["data"] = Value::Object(words::members(data)?);
        let line = event.to_string();
        parse_structured(line.as_bytes()).map_err(|refusal| refusal.to_string())?;
        Ok(Deed::Event { subject, line })
    }

    fn said(&mut self, text: &str) -> Result<(), String> {
        let today = self.today.ok_or("no day was named yet")?;
        let context = Context { tenant: &self.scenario.name, zone: self.scenario.zone, today };
        let said = Said::parse(self.line, text, context)?;
        self.is_open = false;
        self.scenario.scenes.last_mut().ok_or("nothing has happened yet")?.said.push(said);
        Ok(())
    }

    fn notified(&mut self, text: &str) -> Result<(), String> {
        let today = self.today.ok_or("no day was named yet")?;
        let context = Context { tenant: &self.scenario.name, zone: self.scenario.zone, today };
        let notified = Notified::parse(self.line, text, context)?;
        self.is_open = false;
        self.scenario.scenes.last_mut().ok_or("nothing has happened yet")?.notified.push(notified);
        Ok(())
    }

    /// An interval that what was said last rests on.
    fn why(&mut self, text: &str) -> Result<(), String> {
        let said = self.scenario.scenes.last_mut().and_then(|scene| scene.said.last_mut());
        let said = said.filter(|said| said.line + said.why.len() + 1 == self.line);
        let said = said.ok_or("an interval stands right behind the line with `>` that rests on it")?;
        said.why.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
        Ok(())
    }

    fn asked(&mut self, text: &str) -> Result<(), String> {
        let question = Question::parse(&words::split(text))?;
        let scene = self.scenario.scenes.last_mut().ok_or("nothing has happened yet")?;
        scene.asked.push(Asked { line: self.line, question, answer: Vec::new() });
        self.is_open = false;
        Ok(())
    }

    fn answer(&mut self, text: &str) -> Result<(), String> {
        let asked = self.scenario.scenes.last_mut().and_then(|scene| scene.asked.last_mut());
        let asked = asked.filter(|asked| asked.line + asked.answer.len() + 1 == self.line);
        let asked = asked.ok_or("an answer stands right behind the line with `?` that asks for it")?;
        asked.answer.push((self.line, text.trim().to_owned()));
        Ok(())
    }

    /// When the story is now.
    fn now(&self) -> Option<Instant> {
        self.scenario.scenes.last().map(|scene| scene.at)
    }

    fn not_before(&self, at: Instant) -> Result<(), String> {
        if self.now().is_some_and(|now| at < now) {
            return Err("the story goes back in time; an event that arrives after its time is `late`".to_owned());
        }
        Ok(())
    }

    fn instant(&self, words: &mut &[&str]) -> Result<Option<Instant>, String> {
        // A day that is named with the time needs none before.
        let today = self.today.unwrap_or_default();
        let names_day = words.first().is_some_and(|word| times::date(word).is_some());
        if self.today.is_none() && !names_day && words.first().is_some_and(|word| times::is_time(word)) {
            return Err("no day was named yet, such as `2026-03-02 Monday`".to_owned());
        }
        take_instant(words, Context { tenant: &self.scenario.name, zone: self.scenario.zone, today })
    }

    fn pass(&mut self, at: Instant) -> Result<(), String> {
        self.not_before(at)?;
        self.scenario.scenes.push(Scene {
            at,
            deeds: Vec::new(),
            said: Vec::new(),
            asked: Vec::new(),
            notified: Vec::new(),
            line: self.line,
            last_line: self.line,
        });
        self.is_open = false;
        Ok(())
    }

    /// Adds to the last scene what happens at the same instant, with nothing said in between.
    fn happen(&mut self, at: Instant, deed: Deed) {
        match self.scenario.scenes.last_mut().filter(|scene| self.is_open && scene.at == at) {
            Some(scene) => {
                scene.deeds.push(deed);
                scene.last_line = self.line;
            }
            None => {
                let (said, asked, notified, line) = (Vec::new(), Vec::new(), Vec::new(), self.line);
                let scene = Scene { at, deeds: vec![deed], said, asked, notified, line, last_line: line };
                self.scenario.scenes.push(scene);
            }
        }
        self.is_open = true;
    }
}

/// Reads `TYPE {json}` or `TYPE name=value …`.
fn control(kind: &str, words: &[&str], scenario: &Scenario) -> Result<Deed, String> {
    let data = match words {
        [json] if json.starts_with('{') => (*json).to_owned(),
        _ => Value::Object(words::members(words.iter().copied())?).to_string(),
    };
    let kind = format!("duly.control.{kind}.v1");
    let event = ControlEvent::from_data(&kind, data.as_bytes(), &scenario.policies).map_err(|why| why.to_string())?;
    Ok(Deed::Control(Box::new(event)))
}
