//! The written forms of durations and reminders (T2), read and shown: `30m`, `4 working_hours`, `80%`, `1h before`.
//!
//! Showing one and reading it back gives the same value. What is shown is the shortest form, not the one that was
//! written: `60m` and `1h` are one promise.

use std::fmt;
use std::str::FromStr;

use super::{Duration, RemindAt};

/// The longest duration that is accepted, ten years: what is longer is a slip of the pen.
const LONGEST_S: u64 = 3_653 * 86_400;
/// The most working days that are accepted.
const LONGEST_WORKING_DAYS: u64 = 3_653;

/// The units of plain durations, longest first, with their seconds.
const PLAIN: [(char, u32); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The units that count on a calendar.
const WORKING: [&str; 6] =
    ["working_minutes", "working_minute", "working_hours", "working_hour", "working_days", "working_day"];

const FORMS: &str = "write `30m`, `2h`, `3d` or `1h30m` round the clock, `90 working_minutes`, `4 working_hours` or \
                     `2 working_days` on the calendar";

/// What is wrong with a written duration or reminder, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct FormError {
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

impl FormError {
    fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        FormError { what: what.into(), hint: hint.into() }
    }

    fn unknown(text: &str) -> Self {
        FormError::new(format!("`{}` is not a duration", shown(text)), FORMS)
    }
}

impl FromStr for Duration {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        let duration = match text.split_whitespace().collect::<Vec<_>>()[..] {
            [word] => plain(word)?,
            [count, unit] => working(text, count, unit)?,
            _ => return Err(FormError::unknown(text)),
        };
        match duration {
            Duration::Elapsed(0) | Duration::Open(0) | Duration::WorkingDays(0) => {
                Err(FormError::new(format!("`{}` is no time at all", shown(text)), "a duration is longer than zero"))
            }
            duration => Ok(duration),
        }
    }
}

/// Reads `1h30m`.
fn plain(word: &str) -> Result<Duration, FormError> {
    if word.contains(['.', ',']) {
        return Err(fraction(word));
    }
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return Err(FormError::new(
            format!("`{}` has no unit", shown(word)),
            format!("write `{word}h`, `{word}m`, `{word} working_hours` or `{word} working_days`"),
        ));
    }
    let (mut rest, mut total_s, mut units) = (word, 0_u64, &PLAIN[..]);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0);
        let (count, after) = rest.split_at(digits.ok_or_else(|| FormError::unknown(word))?);
        let unit = units.iter().position(|(letter, _)| after.starts_with(*letter));
        let unit = unit.ok_or_else(|| FormError::unknown(word))?;
        let count = count.parse::<u64>().unwrap_or(u64::MAX);
        total_s = total_s.saturating_add(count.saturating_mul(u64::from(units[unit].1)));
        (rest, units) = (&after[1..], &units[unit + 1..]);
    }
    seconds(word, total_s).map(Duration::Elapsed)
}

/// Reads `4 working_hours`.
fn working(text: &str, count: &str, unit: &str) -> Result<Duration, FormError> {
    if !WORKING.contains(&unit) {
        let hint = super::source::did_you_mean(unit, WORKING).unwrap_or_else(|| FORMS.to_owned());
        return Err(FormError::new(format!("`{}` is not a unit of time", shown(unit)), hint));
    }
    let digits = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
    match (digits.then(|| count.parse::<u64>().unwrap_or(u64::MAX)), unit) {
        (None, _) if count.contains(['.', ',']) => Err(fraction(text)),
        (None, _) => Err(FormError::unknown(text)),
        (Some(count), "working_day" | "working_days") if count > LONGEST_WORKING_DAYS => Err(too_long(text)),
        (Some(count), "working_day" | "working_days") => Ok(Duration::WorkingDays(count as u32)),
        (Some(count), "working_hour" | "working_hours") => {
            seconds(text, count.saturating_mul(3_600)).map(Duration::Open)
        }
        (Some(count), _) => seconds(text, count.saturating_mul(60)).map(Duration::Open),
    }
}

fn seconds(text: &str, total_s: u64) -> Result<u32, FormError> {
    if total_s > LONGEST_S { Err(too_long(text)) } else { Ok(total_s as u32) }
}

fn too_long(text: &str) -> FormError {
    FormError::new(format!("`{}` is longer than ten years", shown(text)), "write a shorter duration")
}

/// A duration with a fraction: the hint says the same in whole units where that can be done.
fn fraction(text: &str) -> FormError {
    let hint = whole(text).map_or_else(|| "use whole units".to_owned(), |duration| format!("write `{duration}`"));
    FormError::new(format!("`{}` has a fraction", shown(text)), hint)
}

fn whole(text: &str) -> Option<Duration> {
    let text = text.replace(',', ".");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (count, unit) = (text[..end].parse::<f64>().ok()?, text[end..].trim());
    let in_units = |unit_s: u32| {
        let total = count * f64::from(unit_s);
        (total.fract() == 0.0 && (1.0..1e9).contains(&total)).then_some(total as u32)
    };
    match unit {
        "working_hour" | "working_hours" => {
            in_units(60).and_then(|minutes| minutes.checked_mul(60)).map(Duration::Open)
        }
        _ => {
            let (_, unit_s) = PLAIN.into_iter().find(|(letter, _)| unit.strip_prefix(*letter) == Some(""))?;
            in_units(unit_s).map(Duration::Elapsed)
        }
    }
}

/// Shows a duration in its shortest form: `1h30m`, `90 working_minutes`, `1 working_day`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Duration::Elapsed(s) => elapsed(f, s),
            Duration::Open(s) if s.is_multiple_of(3_600) => counted(f, s / 3_600, "working_hour"),
            Duration::Open(s) => counted(f, s / 60, "working_minute"),
            Duration::WorkingDays(days) => counted(f, days, "working_day"),
        }
    }
}

fn elapsed(f: &mut fmt::Formatter<'_>, mut s: u32) -> fmt::Result {
    for (letter, unit_s) in PLAIN {
        if s >= unit_s {
            write!(f, "{}{letter}", s / unit_s)?;
            s %= unit_s;
        }
    }
    Ok(())
}

fn counted(f: &mut fmt::Formatter<'_>, count: u32, unit: &str) -> fmt::Result {
    write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
}

impl FromStr for RemindAt {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Self, FormError> {
        const HINT: &str = "write a part of the time such as `80%`, or how long before the deadline: `30m before`, \
                            `1 working_hour before`";
        let text = text.trim();
        if let Some(percent) = text.strip_suffix('%') {
            return match percent.trim().parse::<u32>() {
                Ok(percent @ 1..=100) => Ok(RemindAt::Percent(percent)),
                _ => Err(FormError::new(
                    format!("`{}` is not a part of the time", shown(text)),
                    "write a whole number from `1%` to `100%`",
                )),
            };
        }
        if let Some(duration) = text.strip_suffix("before").filter(|rest| rest.ends_with(char::is_whitespace)) {
            return duration.parse().map(RemindAt::Before);
        }
        let hint = match text.parse::<Duration>() {
            Ok(duration) => format!("write `{duration} before`"),
            Err(_) if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() => format!("write `{text}%`"),
            Err(_) => HINT.to_owned(),
        };
        Err(FormError::new(format!("`{}` is not the time of a reminder", shown(text)), hint))
    }
}

/// Shows a reminder as `50%` or `1 working_hour before`.
impl fmt::Display for RemindAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RemindAt::Percent(percent) => write!(f, "{percent}%"),
            RemindAt::Before(duration) => write!(f, "{duration} before"),
        }
    }
}

/// The beginning of what was written, for messages.
fn shown(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_shown() {
        for (text, duration, written) in [
            ("30m", Duration::Elapsed(1_800), "30m"),
            ("2h", Duration::Elapsed(7_200), "2h"),
            ("3d", Duration::Elapsed(259_200), "3d"),
            ("90m", Duration::Elapsed(5_400), "1h30m"),
            ("1d12h", Duration::Elapsed(129_600), "1d12h"),
            ("45s", Duration::Elapsed(45), "45s"),
            ("90 working_minutes", Duration::Open(5_400), "90 working_minutes"),
            ("120 working_minutes", Duration::Open(7_200), "2 working_hours"),
            ("1 working_hour", Duration::Open(3_600), "1 working_hour"),
            ("4  working_hours", Duration::Open(14_400), "4 working_hours"),
            ("1 working_days", Duration::WorkingDays(1), "1 working_day"),
        ] {
            let read: Duration = text.parse().expect(text);
            assert_eq!((read, read.to_string().as_str()), (duration, written), "{text}");
            assert_eq!(written.parse(), Ok(duration));
        }
    }

    #[test]
    fn what_is_no_duration_gets_a_hint() {
        for (text, what, hint) in [
            ("0h", "no time at all", "longer than zero"),
            ("0 working_days", "no time at all", "longer than zero"),
            ("1.5h", "has a fraction", "write `1h30m`"),
            ("1,5h", "has a fraction", "write `1h30m`"),
            ("0.5 working_hours", "has a fraction", "write `30 working_minutes`"),
            ("0.5 working_days", "has a fraction", "use whole units"),
            ("4", "has no unit", "`4 working_hours`"),
            ("2 hours", "`hours` is not a unit", "`2h`"),
            ("2 working_huors", "not a unit", "did you mean `working_hours`?"),
            ("30m2h", "not a duration", "`1h30m`"),
            ("-2h", "not a duration", "`1h30m`"),
            ("", "not a duration", "`1h30m`"),
            ("2小时", "not a duration", "`1h30m`"),
            ("99999999999999999999d", "longer than ten years", "shorter"),
            ("99999 working_days", "longer than ten years", "shorter"),
        ] {
            let error = text.parse::<Duration>().expect_err(text);
            assert!(error.what.contains(what) && error.hint.contains(hint), "{text}: {error}");
        }
    }

    #[test]
    fn reminders_are_read_and_shown() {
        for (text, written) in [
            ("50%", "50%"),
            ("100 %", "100%"),
            ("60m before", "1h before"),
            ("1 working_hour before", "1 working_hour before"),
        ] {
            let read: RemindAt = text.parse().expect(text);
            assert_eq!(read.to_string(), written);
            assert_eq!(written.parse(), Ok(read));
        }
        for (text, hint) in [
            ("0%", "`1%` to `100%`"),
            ("101%", "`1%` to `100%`"),
            ("12.5%", "`1%` to `100%`"),
            ("80", "write `80%`"),
            ("1h", "write `1h before`"),
            ("tomorrow", "`80%`"),
            ("before", "`80%`"),
        ] {
            let error = text.parse::<RemindAt>().expect_err(text);
            assert!(error.hint.contains(hint), "{text}: {error}");
        }
    }
}
