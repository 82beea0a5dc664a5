//! How things are said, in both languages; and what there are no words for.

use duly_core::policy::{Duration, Policy};

use super::super::teller::Teller;
use super::{LANGUAGES, OTHER, letter, policy, rendered, shipped};
use crate::language::Language;

#[test]
fn durations_are_told_right_in_both_languages() {
    let policy = shipped().policy;
    let teller = |language| Teller::new(&policy, language);
    for (duration, english, chinese) in [
        (Duration::Open(14_400), "4 working hours", "4 个工作小时"),
        (Duration::Open(5_400), "90 working minutes", "90 个工作分钟"),
        (Duration::WorkingDays(1), "1 working day", "1 个工作日"),
        (Duration::WorkingDays(10), "10 working days", "10 个工作日"),
        (Duration::Elapsed(7_200), "2 hours", "2 小时"),
        (Duration::Elapsed(129_600), "1 day 12 hours", "1 天 12 小时"),
        (Duration::Elapsed(90), "1 minute 30 seconds", "1 分钟 30 秒"),
    ] {
        let told = (teller(Language::En).duration(duration), teller(Language::Zh).duration(duration));
        assert_eq!(told, (english.to_owned(), chinese.to_owned()));
    }
}

/// Cells of a table are told without the blanks that align them.
fn squeezed(letter: &str) -> String {
    letter.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_shipped_letter_says_what_rows_l1_to_l12_promise() {
    for (language, expected) in [
        (
            Language::En,
            &[
                "| General: what the knowledge base, a manual or a standard procedure answers | First substantive response | 4 working hours |",
                "| Urgent fault: use is severely affected, and there is no workaround | Contact about an urgent fault | 2 hours, round the clock |",
                "| Complex problem: several teams or outside resources | Progress report | every 3 working days, until its resolution |\n| | Final solution or feedback | 10 working days |",
                "| Return or exchange started | the verification of eligibility |",
                "| Monday to Friday | 09:00–12:00, 13:30–18:00 |",
                "| 1–7 October 2026 | National Day |",
                "| 10 October 2026 (make-up workday) | 09:00–12:00, 13:30–18:00 |",
                "Holidays after 31 December 2026 are told once they are announced.",
                "at the breach: team lead; 4 working hours after it: service manager, then every 4 working hours, 3 times in all;",
                "| Written apology | every broken promise | a written apology | 3 working days | service manager |",
                "We tell you by text message, by e-mail and on our website what has happened,",
                "Where you say that a response was late, a response was short or a promise was broken, or give at most 40% of the best score (the best is 5, unless",
                "| Investigation of feedback | 5 working days | quality manager | at 50% and 80% of the time | at the breach: director |",
                "in CNY; we pay up to CNY 100,000.00 for each broken promise.",
                "| Payment of compensation | 15 working days | finance | at 50% and 80% of the time | at the breach: director |",
            ][..],
        ),
        (
            Language::Zh,
            &[
                "| 一般咨询：知识库、手册或标准流程可以答复 | 首次实质性反馈 | 4 个工作小时 |",
                "| 紧急故障：严重影响使用且无替代办法 | 紧急故障首次联系 | 2 小时（全天候） |",
                "| 进展通报 | 每 3 个工作日一次，直至问题解决 |\n| | 最终解决方案或答复 | 10 个工作日 |",
                "| 启动退换货 | 退换货资格核实通过 |",
                "| 周一至周五 | 09:00–12:00、13:30–18:00 |",
                "| 2026年10月1日至7日 | 国庆节 |",
                "| 2026年10月10日（调休补班） | 09:00–12:00、13:30–18:00 |",
                "2026年12月31日以后的节假日安排，待公布后另行告知。",
                "超时之时：团队主管；超时 4 个工作小时后：服务经理，此后每 4 个工作小时一次，共 3 次；",
                "| 书面致歉 | 任何一项承诺超时 | 书面致歉 | 3 个工作日 | 服务经理 |",
                "我们会通过短信、电子邮件、网站告知您",
                "凡您反映响应迟缓、答复不充分或承诺未兑现，或评分不高于满分的 40%（未另行说明的，满分为 5 分）的，",
                "| 反馈调查 | 5 个工作日 | 质量经理 | 用时达 50%、80% 时 | 超时之时：总监 |",
                "请以 CNY 逐项提出；每项超时的赔偿以 CNY 100,000.00 为限。",
                "| 赔偿支付 | 15 个工作日 | 财务 | 用时达 50%、80% 时 | 超时之时：总监 |",
            ],
        ),
    ] {
        let told = squeezed(&letter(&shipped(), language));
        for expected in expected {
            assert!(told.contains(expected), "{expected} is not in\n{told}");
        }
    }
}

#[test]
fn what_the_shipped_policy_does_without_has_its_words_too() {
    for (language, expected) in [
        (
            Language::En,
            &[
                "| pressing | Reply | 90 working minutes (Lisbon hours), each time |",
                "| All | Reply | 3 working days, counted as hours (Lisbon hours), each time |",
                "| All | Reply | 1 working day, to the same time of day (Beijing hours), each time |",
                "| | End of the matter | 1 day 12 hours, round the clock |",
                "| your reply | any reply but an acknowledgement | – |",
                "waiting for your answer or on hold, because of the customer",
                "Counted as hours, a working day has 7 hours 30 minutes.",
                "| 31 December 2026 (instead of the usual hours) | closed |",
                "A & B \"Parts\" <Ltd>",
                "| A voucher | End of the matter (Parts) | a voucher | 6 working hours (Lisbon hours) | the boss |",
                "We tell you by e-mail and by telephone what has happened",
                "Where you say that a response was short or anything else was amiss, we look for the cause",
                "| A look into it | 2 working days, counted as hours (Lisbon hours) | the boss | – | – |",
                "| Putting it right | 30 days, round the clock | the boss | at 60% of the time, and 2 working hours before the deadline | 3 working hours after it: the boss, then every 1 working day, 4 times in all |",
                "a breach of “End of the matter” or “Reply” causes you a direct loss",
                "item by item, in JPY. An emergency",
                "| A decision on it | 3 working days, to the same time of day (Beijing hours) | the boss | – | – |",
                "| The transfer | 10 hours, round the clock | the boss | – | – |",
                "Every quarter",
            ][..],
        ),
        (
            Language::Zh,
            &[
                "| 加急 | 回复 | 每次 90 个工作分钟（里斯本工作时间） |",
                "等待您的答复或挂起，且原因为客户原因",
                "一个工作日折算 7 小时 30 分钟。",
                "| 代金券 | 办结超时（配件） | 代金券 | 6 个工作小时（里斯本工作时间） | 老板 |",
                "我们会通过电子邮件、电话告知您",
                "凡您反映答复不充分或其他不满的，即使",
                "“办结”“回复”超时给您造成直接损失的",
                "请以 JPY 逐项提出。",
                "我们每季度按",
            ],
        ),
    ] {
        let told = squeezed(&letter(&policy(OTHER), language)).replace("&lt;", "<").replace("&amp;", "&");
        for expected in expected {
            assert!(told.contains(expected), "{expected} is not in\n{told}");
        }
    }
}

#[test]
fn what_there_is_no_word_for_is_told_as_the_policy_would_say_it() {
    let mut bare: Policy = policy(OTHER).policy;
    bare.words.remove("role");
    bare.words.get_mut("category").expect("categories").get_mut("advice").expect("a word").remove("zh");
    bare.objectives.get_mut("end").expect("an objective").title.remove("zh");
    let bare = bare.compile().expect("it is sound");
    let missing = |language| rendered(&bare, language).expect_err("words are missing").to_string();
    assert_eq!(missing(Language::En), "words:\n  role:\n    boss: {en: …}");
    assert_eq!(
        missing(Language::Zh),
        "words:\n  category:\n    advice: {zh: …}\n  role:\n    boss: {zh: …}\nobjectives.end.title: {zh: …}"
    );
    assert!(LANGUAGES.into_iter().all(|language| rendered(&shipped(), language).is_ok()));
}
