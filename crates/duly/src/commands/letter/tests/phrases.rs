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
                "| A voucher | End of the matter (Parts) | a voucher | 6 working hours | the boss |",
                "Every quarter",
            ][..],
        ),
        (
            Language::Zh,
            &[
                "| 加急 | 回复 | 每次 90 个工作分钟（里斯本工作时间） |",
                "等待您的答复或挂起，且原因为客户原因",
                "一个工作日折算 7 小时 30 分钟。",
                "| 代金券 | 办结超时（配件） | 代金券 | 6 个工作小时 | 老板 |",
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
