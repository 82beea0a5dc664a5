//! Figures as people read them: spans, percentages, instants and promises in words.

use std::str::FromStr as _;

use chrono_tz::Tz;
use duly_core::control::emergency::Effect;
use duly_core::policy::Duration;
use duly_core::time::{Instant, Span};

use crate::language::Language;
use crate::numbers::grouped;

/// How figures are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) language: Language,
    pub(super) zone: Tz,
}

/// What stands where there is no figure.
pub(super) const NONE: &str = "–";

impl Shown {
    /// A length of time: `45 s`, `12 m`, `4 h 05 m`, `131 h`.
    pub(super) fn span(self, ms: i64) -> String {
        let (h, m, s) = match self.language {
            Language::En => (" h", " m", " s"),
            Language::Zh => ("小时", "分", "秒"),
        };
        let gap = if self.language == Language::En { " " } else { "" };
        let seconds = ms / 1000;
        match seconds {
            ..60 => format!("{seconds}{s}"),
            60..3600 => format!("{}{m}", seconds / 60),
            3600..360_000 => format!("{}{h}{gap}{:02}{m}", seconds / 3600, seconds / 60 % 60),
            _ => format!("{}{h}", grouped(seconds.unsigned_abs() / 3600)),
        }
    }

    /// Hundredths with one decimal.
    pub(super) fn percent(self, percent: Option<f64>) -> String {
        match (percent, self.language) {
            (None, _) => NONE.to_owned(),
            (Some(percent), Language::En) => format!("{percent:.1} %"),
            (Some(percent), Language::Zh) => format!("{percent:.1}%"),
        }
    }

    /// A part of a whole, in whole hundredths; 0 and 100 only where it is nothing and all.
    pub(super) fn share(self, part: i64, whole: i64) -> String {
        let space = if self.language == Language::En { " " } else { "" };
        let percent = (i128::from(part) * 100 + i128::from(whole) / 2) / i128::from(whole.max(1));
        match percent {
            _ if part == 0 => NONE.to_owned(),
            0 => format!("<1{space}%"),
            100 if part < whole => format!(">99{space}%"),
            _ => format!("{percent}{space}%"),
        }
    }

    /// A local date and time, to the minute.
    pub(super) fn moment(self, at: Instant) -> String {
        at.to_chrono().with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// A local date.
    pub(super) fn day(self, at: Instant) -> String {
        at.to_chrono().with_timezone(&self.zone).format("%Y-%m-%d").to_string()
    }

    /// The last local date before `at`.
    pub(super) fn day_before(self, at: Instant) -> String {
        self.day(at.minus(Span::from_ns(1)))
    }

    /// A promise as the policy states it: `4 working_hours`, `2h`.
    pub(super) fn promise(self, within: &str) -> String {
        let Ok(duration) = Duration::from_str(within) else { return within.to_owned() };
        let words: Vec<&str> = within.split_whitespace().collect();
        match (self.language, &words[..]) {
            (Language::En, [count, unit]) => format!("{count} {}", unit.replace('_', " ")),
            (Language::Zh, [count, unit]) => {
                let unit = match unit.trim_end_matches('s') {
                    "working_minute" => "个工作分钟",
                    "working_hour" => "个工作小时",
                    _ => "个工作日",
                };
                format!("{count} {unit}")
            }
            _ => duration.span().map_or_else(|| within.to_owned(), |span| self.plain(span)),
        }
    }

    /// What an emergency did to times.
    pub(super) fn effect(self, effect: Effect) -> String {
        let longer = match effect {
            Effect::Extend(duration) => self.promise(&duration.to_string()),
            Effect::Suspend | Effect::AnnounceOnly => String::new(),
        };
        self.language.effect(effect, &longer)
    }

    /// Round the clock, in the units that are there.
    fn plain(self, span: Span) -> String {
        let seconds = span.ms() / 1000;
        let units = match self.language {
            Language::En => [" d", " h", " m", " s"],
            Language::Zh => [" 天", " 小时", " 分钟", " 秒"],
        };
        let counts = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
        let parts = counts.iter().zip(units).filter(|(count, _)| **count > 0);
        parts.map(|(count, unit)| format!("{count}{unit}")).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: Language) -> Shown {
        Shown { language, zone: Tz::Asia__Shanghai }
    }

    #[test]
    fn spans_are_told_in_both_languages() {
        for (ms, english, chinese) in [
            (0, "0 s", "0秒"),
            (59_999, "59 s", "59秒"),
            (720_000, "12 m", "12分"),
            (14_700_000, "4 h 05 m", "4小时05分"),
            (3_600_000 * 1234, "1,234 h", "1,234小时"),
        ] {
            assert_eq!((shown(Language::En).span(ms), shown(Language::Zh).span(ms)), (english.into(), chinese.into()));
        }
    }

    #[test]
    fn promises_are_told_in_both_languages() {
        for (within, english, chinese) in [
            ("4 working_hours", "4 working hours", "4 个工作小时"),
            ("1 working_day", "1 working day", "1 个工作日"),
            ("90 working_minutes", "90 working minutes", "90 个工作分钟"),
            ("2h", "2 h", "2 小时"),
            ("1h30m", "1 h 30 m", "1 小时 30 分钟"),
            ("as soon as possible", "as soon as possible", "as soon as possible"),
        ] {
            let told = (shown(Language::En).promise(within), shown(Language::Zh).promise(within));
            assert_eq!(told, (english.into(), chinese.into()));
        }
    }

    #[test]
    fn dates_are_local_and_the_last_day_is_the_one_before_the_end() {
        let end: Instant = "2026-10-31T16:00:00Z".parse().unwrap();
        let shown = shown(Language::En);
        assert_eq!((shown.moment(end), shown.day_before(end)), ("2026-11-01 00:00".into(), "2026-10-31".into()));
    }

    #[test]
    fn shares_are_rounded() {
        let shown = shown(Language::En);
        let shares = [(0, 10), (1, 3), (2, 3), (1, 1000), (999, 1000), (7, 7), (0, 0)];
        let told = ["–", "33 %", "67 %", "<1 %", ">99 %", "100 %", "–"];
        assert_eq!(shares.map(|(part, whole)| shown.share(part, whole)), told);
        assert_eq!([shown.percent(None), shown.percent(Some(99.9))], ["–", "99.9 %"]);
    }
}
