//! What is said of an emergency on the website.

use chrono_tz::Tz;
use duly_core::control::emergency::{Effect, Message, Standing};
use duly_core::policy::Title;
use duly_core::time::Instant;

use super::Language;

/// The title of what was told.
pub(super) fn title(standing: &Standing, what: &str, language: Language) -> String {
    let name = of(&standing.terms.title, language).unwrap_or(&standing.terms.emergency);
    match (language, what) {
        (Language::Zh, "announced") => format!("公告：{name}"),
        (Language::Zh, "lifted") => format!("已解除：{name}"),
        (Language::Zh, _) => format!("进展：{name}"),
        (Language::En, "announced") => format!("Notice: {name}"),
        (Language::En, "lifted") => format!("Over: {name}"),
        (Language::En, _) => format!("Update: {name}"),
    }
}

/// What was told; of what was told last of one that lasts also what it does to response times.
pub(super) fn text(standing: &Standing, message: &Message, is_current: bool, language: Language, zone: Tz) -> String {
    let mut lines: Vec<String> = of(&message.message, language).map(str::to_owned).into_iter().collect();
    if is_current {
        lines.push(effect(standing.terms.effect, language));
        lines.extend(standing.terms.expected_end.map(|end| match language {
            Language::Zh => format!("预计恢复时间：{}。", local(end, zone)),
            Language::En => format!("We expect it to be over {}.", local(end, zone)),
        }));
    } else if message.what == "lifted" && lines.is_empty() {
        lines.push(match language {
            Language::Zh => "服务已恢复，感谢您的理解。".to_owned(),
            Language::En => "Service is back to normal. Thank you for your patience.".to_owned(),
        });
    }
    lines.join("\n")
}

fn effect(effect: Effect, language: Language) -> String {
    match (effect, language) {
        (Effect::Suspend, Language::Zh) => "在此期间，我们承诺的响应时限暂停计算，恢复后继续。".to_owned(),
        (Effect::Suspend, Language::En) => {
            "While it lasts the response times that we promise stand still; they run on afterwards.".to_owned()
        }
        (Effect::Extend(by), Language::Zh) => {
            format!("我们承诺的响应时限顺延{}。", crate::notify::duration(&by.to_string(), "zh"))
        }
        (Effect::Extend(by), Language::En) => {
            format!("The response times that we promise are {} longer.", crate::notify::duration(&by.to_string(), "en"))
        }
        (Effect::AnnounceOnly, Language::Zh) => "我们承诺的响应时限不变。".to_owned(),
        (Effect::AnnounceOnly, Language::En) => "The response times that we promise stay as they are.".to_owned(),
    }
}

/// A text in the language, else in any.
fn of(title: &Title, language: Language) -> Option<&str> {
    title.get(language.name()).or_else(|| title.values().next()).map(String::as_str)
}

/// A local time, with how far it is from UTC.
fn local(at: Instant, zone: Tz) -> String {
    let at = at.to_chrono().with_timezone(&zone);
    let format = if zone == Tz::UTC { "%Y-%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M (UTC%:z)" };
    at.format(format).to_string()
}
