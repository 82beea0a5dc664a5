//! Mistakes in policies, each with its place and a hint.

use super::{check, check_warnings, load, parse, with_objective, with_targets};

#[test]
fn the_text_as_a_whole() {
    let objectives = "objectives: {x: {start: received, stop: resolved, targets: [{within: 2h}]}}";
    for (text, expected) in [
        ("", &["1:1: there is no policy here → begin with"][..]),
        ("# only a comment\n", &["1:1: there is no policy here"]),
        ("null", &["1:1: there is no policy here"]),
        ("- a\n- b", &["1:1: the policy takes a map, not a list"]),
        ("text", &["1:1: the policy takes a map, not a text"]),
        ("policy: [", &["1:9: this is not YAML"]),
        ("policy: p\n  x: 1", &["2:4: this is not YAML"]),
        (
            "{}",
            &[
                "1:1: the policy lacks `effective_from`",
                "1:1: the policy lacks `objectives`",
                "1:1: the policy lacks `policy` → begin with",
            ],
        ),
    ] {
        check(text, expected);
    }
    for (head, expected) in [
        ("policy: p\neffective_from: 2026-01-01\n", &["2:17: `2026-01-01` is not an instant → with an offset"][..]),
        ("policy: p\neffective_from: 2026-01-01T00:00:00\n", &["2:17: `2026-01-01T00:00:00` is not an instant"]),
        ("policy: p\neffective_from: 1969-01-01T00:00:00Z\n", &["2:17: `1969-01-01T00:00:00Z` is out of range"]),
        ("policy: a b\neffective_from: 2026-01-01T00:00:00Z\n", &["1:9: `a b` can not be the name of a policy"]),
        (
            "polcy: p\neffective_from: 2026-01-01T00:00:00Z\n",
            &["1:1: unknown key `polcy` in the policy → did you mean `policy`?"],
        ),
        (
            "policy: p\npolicy: q\neffective_from: 2026-01-01T00:00:00Z\n",
            &["2:1: the key `policy` is here twice → line 1"],
        ),
        ("policy:\neffective_from: 2026-01-01T00:00:00Z\n", &["1:1: `policy` in the policy has no value"]),
        ("policy: !x p\neffective_from: 2026-01-01T00:00:00Z\n", &["1:12: tags are not read"]),
        ("policy: *p\neffective_from: 2026-01-01T00:00:00Z\n", &["1:9: there is no `&p` before this"]),
        (
            "policy: p\neffective_from: 2026-01-01T00:00:00Z\napplies_to: open\n",
            &["3:13: `applies_to` can not be `open` → `new_tickets`, `open_tickets`"],
        ),
        (
            "policy: p\neffective_from: 2026-01-01T00:00:00Z\nday_rule: civl\n",
            &["3:11: `day_rule` can not be `civl` → did you mean `civil`?"],
        ),
        (
            "policy: p\neffective_from: 2026-01-01T00:00:00Z\ntitle: 承诺函\n",
            &["3:8: `title` takes a text per language → {en: …, zh: …}"],
        ),
        (
            "policy: p\neffective_from: 2026-01-01T00:00:00Z\ndefault_calendar: business\n",
            &["3:19: there is no calendar `business` → there is `24x7`"],
        ),
        (
            "policy: p\neffective_from: 2026-01-01T00:00:00Z\ntitle: {zh: 响应时间, zh: x}\n",
            &["3:19: the key `zh` is here twice"],
        ),
    ] {
        check(&format!("{head}{objectives}"), expected);
    }
    let head = "policy: p\neffective_from: 2026-01-01T00:00:00Z\n";
    for (tail, expected) in [
        ("", &["1:1: the policy lacks `objectives`"][..]),
        ("objectives: {}", &["3:13: `objectives` is empty"]),
        ("objectives: []", &["3:13: `objectives` takes a map, not a list"]),
        ("objectives: {x: }", &["3:15: objective `x` takes a map, not nothing"]),
        (
            "objectives: {a b: {start: received, stop: resolved, targets: [{within: 2h}]}}",
            &["3:14: `a b` can not be the name of an objective"],
        ),
        (
            "objectives: {x: {start: received, stop: resolved, targets: [{within: 2h}]}}\n---\npolicy: q",
            &["4:1: a second document begins here"],
        ),
    ] {
        check(&format!("{head}{tail}"), expected);
    }
}

#[test]
fn objectives() {
    for (keys, expected) in [
        (
            "{}",
            &[
                "7:3: objective `x` lacks `start`",
                "7:3: objective `x` lacks `stop`",
                "7:3: objective `x` lacks `targets`",
            ][..],
        ),
        ("start: received\nstop: resolved\ntargets: []", &["10:14: `targets` is empty"]),
        ("start: received\nstop: resolved\ntargets: {within: 2h}", &["10:14: `targets` takes a list, not a map"]),
        (
            "start: received\nstop: resolved\ntargts: [{within: 2}]",
            &["10:5: unknown key `targts`", "10:23: `2` has no unit"],
        ),
        (
            "start: received\nstop: resolved\ntargts: [{within: 2h}]",
            &["10:5: unknown key `targts` in objective `x` → did you mean `targets`?"],
        ),
        ("start: received\nstop:\ntargets: [{within: 2h}]", &["9:5: `stop` in objective `x` has no value"]),
        (
            "start: received\nstop: resolved\nrestart: on-stop\ntargets: [{within: 2h}]",
            &["10:14: `restart` can not be `on-stop` → did you mean `on_stop`?"],
        ),
        (
            "start: received\nstop: responded\nrestart: on_stop_or_deadline\ntargets: [{within: 59s}]",
            &["11:24: `59s` is too short → `1m`"],
        ),
        ("start: received\nstop: resolved\npause: {}\ntargets: [{within: 2h}]", &["10:12: `pause` is empty"]),
        (
            "start: received\nstop: resolved\npause: [pending]\ntargets: [{within: 2h}]",
            &["10:12: `pause` takes a map, not a list"],
        ),
        (
            "start: received\nstop: resolved\npause: {status_class: [pendng]}\ntargets: [{within: 2h}]",
            &["10:28: `pendng` is not a status class → did you mean `pending`?"],
        ),
        (
            "start: received\nstop: resolved\npause: {reason: {a: b}}\ntargets: [{within: 2h}]",
            &["10:21: `reason` takes a text, not a map"],
        ),
        ("start: received\nstop: resolved\npause: {reason: [a, ]}\ntargets: [{within: 2h}]", &[]),
        (
            "start: received\nstop: resolved\npause: {reason: [a, null]}\ntargets: [{within: 2h}]",
            &["10:25: an entry of `reason` is empty"],
        ),
        (
            "start: received\nstop: resolved\npause: {reason: []}\ntargets: [{within: 2h}]",
            &["10:21: `reason` is empty"],
        ),
    ] {
        check(&with_objective(keys), expected);
    }
}

#[test]
fn triggers() {
    for (stop, expected) in [
        ("answered", &["8:11: `answered` is not a ticket event → it is one of `received`"][..]),
        ("respnded", &["8:11: `respnded` is not a ticket event → did you mean `responded`?"]),
        ("pending", &["8:11: `pending` is not a ticket event → {status_class: [pending]}"]),
        ("{responded: }", &["8:12: `responded` has no value → write `responded` alone"]),
        ("{responded: {contains: [anser]}}", &["8:35: `contains` can not be `anser` → did you mean `answer`?"]),
        ("{responded: {contains: 答复}}", &["8:34: `contains` can not be `答复` → it is one of"]),
        ("{responded: {public: yes}}", &["8:32: `public` can not be `yes` → `true`, `false`"]),
        ("{responded: [answer]}", &["8:23: `responded` takes a map, not a list"]),
        ("{resolved: {x: y}}", &["8:12: `resolved` is not a ticket event with fields → write `resolved` alone"]),
        ("{respond: {x: y}}", &["8:12: `respond` is not a ticket event with fields → did you mean `responded`?"]),
        (
            "{status_class: [open, opne, 3]}",
            &[
                "8:33: `opne` is not a status class → did you mean `open`?",
                "8:39: `3` is not a status class → it is one of",
            ],
        ),
        ("{responded: {}, closed: {}}", &["8:11: `stop` names one event in a map, not 2 → write a list"]),
        ("[]", &["8:11: `stop` is empty"]),
        ("[resolved, [closed]]", &["8:22: `stop` takes an event, not a list"]),
        ("[resolved, clsed, {x: {}}]", &["8:22: `clsed` is not", "8:30: `x` is not a ticket event with fields"]),
        ("[customer_replied, {milestone_reached: {milestone: [任意名称]}}]", &[]),
    ] {
        check(&with_objective(&format!("stop: {stop}\nstart: received\ntargets: [{{within: 2h}}]")), expected);
    }
}

#[test]
fn targets() {
    for (targets, expected) in [
        ("- {when: {a: b}}", &["11:7: a target lacks `within`"][..]),
        ("- {within: 2 hours}", &["11:16: `hours` is not a unit of time → `2h`"]),
        ("- {within: 1.5h}", &["11:16: `1.5h` has a fraction → write `1h30m`"]),
        ("- {within: 0m}", &["11:16: `0m` is no time at all"]),
        (
            "- {within: 2h, calender: business}",
            &["11:20: unknown key `calender` in a target → did you mean `calendar`?"],
        ),
        (
            "- {within: 2h, calendar: bussiness}",
            &["11:30: there is no calendar `bussiness` → did you mean `business`?"],
        ),
        (
            "- {within: 2 working_days, calendar: 24x7}",
            &[
                "11:16: `2 working_days` can not be counted on `24x7` → add `calendar: business` to this target, or write `2d`",
            ],
        ),
        (
            "- {within: 2 working_days, day_rule: as_hours}",
            &["11:16: `2 working_days` as hours needs → `day: 8h` to calendar `business`"],
        ),
        ("- {within: 2 working_hours, day_rule: as_hours}", &[]),
        ("- within: 1h\n- {when: {a: b}, within: 2h}", &["12:7: no ticket reaches this target → line 11"]),
        (
            "- {when: {a: [x, y]}, within: 1h}\n- {when: {a: y, b: z}, within: 2h}",
            &["12:7: no ticket reaches this target"],
        ),
        ("- {when: {a: [x, y]}, within: 1h}\n- {when: {a: [y, z]}, within: 2h}", &[]),
        ("- {when: {}, within: 1h}\n- {within: 2h}", &["11:14: `when` is empty"]),
        ("- 2h", &["11:7: a target takes a map, not a text"]),
        ("-", &["11:6: an entry of `targets` is empty"]),
    ] {
        check(&with_targets(targets), expected);
    }
    let without_default = with_targets("- {within: 4 working_hours}").replace("default_calendar: business\n", "");
    check(&without_default, &["10:16: `4 working_hours` needs a calendar → add `default_calendar: business`"]);
    let broken_default =
        with_targets("- {within: 4 working_hours}").replace("default_calendar: business", "default_calendar: b");
    check(&broken_default, &["5:19: there is no calendar `b`"]);
}

#[test]
fn reminders_and_ladders() {
    let many = (1..=33).map(|percent| format!("{percent}%")).collect::<Vec<_>>().join(", ");
    for (keys, expected) in [
        ("remind_at: [50%, 120%]", &["12:22: `120%` is not a part of the time"][..]),
        ("remind_at: 50%", &["12:16: `remind_at` takes a list, not a text"]),
        ("remind_at: []", &["12:16: `remind_at` is empty"]),
        ("remind_at: [1h before, 60m before]", &["12:28: the reminder `1h before` is here twice"]),
        (
            "remind_at: [1 working_day before]",
            &[
                "12:17: `1 working_day` can not be counted for the target in line 11 → add `calendar: business` to that target",
            ],
        ),
        (
            "ladder: [{step: a, to: b, after: 1 working_day}]",
            &["12:38: `1 working_day` can not be counted for the target in line 11"],
        ),
        ("ladder: [{step: a, to: b}, {step: a, to: c}]", &["12:39: the step `a` is here twice"]),
        ("ladder: [{step: a}]", &["12:14: a step lacks `to`"]),
        ("ladder: [{to: a}]", &["12:14: a step lacks `step`"]),
        ("ladder: [{step: 'a#1', to: b}]", &["12:21: `a#1` can not be the name of a step"]),
        ("ladder: [{step: a, to: b, at: breach, after: 1h}]", &["12:31: a step has `at` or `after`, not both"]),
        ("ladder: [{step: a, to: b, at: 1h}]", &["12:35: `at` can not be `1h` → `after: 2 working_hours`"]),
        ("ladder: [{step: a, to: b, after: 0h}]", &["12:38: `0h` is no time at all"]),
        ("ladder: [{step: a, to: b, times: 3}]", &["12:31: `times` without `repeat`"]),
        ("ladder: [{step: a, to: b, repeat: 1h}]", &["12:31: a step that repeats must say how often → `times: 3`"]),
        ("ladder: [{step: a, to: b, repeat: 1h, times: 1}]", &["12:50: `times` can not be `1` → from 2 to 100"]),
        ("ladder: [{step: a, to: b, repeat: 1h, times: many}]", &["12:50: `times` can not be `many`"]),
        ("ladder: {step: a, to: b}", &["12:13: `ladder` takes a list, not a map"]),
    ] {
        check(&with_targets(&format!("- {{within: 2h}}\n{keys}")), expected);
    }
    check(
        &with_targets(&format!("- {{within: 2h}}\nremind_at: [{many}]")),
        &["12:168: `remind_at` has 33 entries, 32 are the most"],
    );
    check(
        &with_targets(
            "- {within: 2 working_hours, day_rule: as_hours}\nladder: [{step: a, to: b, after: 1 working_day}]",
        ),
        &["12:38: `1 working_day` as hours needs → `day: 8h`"],
    );
}

#[test]
fn what_is_perhaps_not_meant_is_a_warning() {
    for (keys, expected) in [
        ("pause: {prioritty: high}", &["11:13: `prioritty` is not a usual attribute → did you mean `priority`?"][..]),
        ("pause: {colour: red}", &[]),
        (
            "cancel: {responded: {contain: answer}}",
            &["11:26: `contain` is not a usual field of `responded` → did you mean `contains`?"],
        ),
        ("remind_at: [3h before, 2h before, 1 working_hour before]", &["11:17: the reminder `3h before` is never due"]),
        ("on_reopen: resume", &["11:5: `on_reopen` has no effect"]),
    ] {
        check_warnings(
            &with_objective(&format!("start: received\nstop: responded\ntargets: [{{within: 2h}}]\n{keys}")),
            expected,
        );
    }
}

#[test]
fn no_mistake_of_an_objective_hides_another() {
    let keys = "title: x\nstart: recieved\nstop: x\npause: {status_class: [x]}\ncancel: x\nuntil: x\nrestart: x\n\
                on_retarget: x\non_reopen: x\ntargets: []\nremind_at: [x]\nladder: [x]";
    let text = with_objective(keys);
    let mistakes = parse(&text, &load).expect_err("all of it is wrong");
    let lines: Vec<usize> = mistakes.iter().map(|mistake| mistake.at.line).collect();
    let first = lines[0];
    assert_eq!(lines, (first..first + 12).collect::<Vec<_>>(), "{mistakes:#?}");
}

#[test]
fn a_policy_with_twelve_mistakes_has_exactly_twelve() {
    check(
        include_str!("twelve.yaml"),
        &[
            "3:17: `2026-01-01` is not an instant",
            "6:11: `Asia/Shanghia` is not a time zone → did you mean `Asia/Shanghai`?",
            "7:37: `13:30-18:00` overlaps `09:00-14:00`",
            "8:15: there is no holiday table `china`",
            "9:19: there is no calendar `busines` → did you mean `business`?",
            "12:23: the key `zh` is here twice",
            "13:12: `recieved` is not a ticket event → did you mean `received`?",
            "14:5: unknown key `stopp` in objective `首次响应` → did you mean `stop`?",
            "15:28: `pnding` is not a status class → did you mean `pending`?",
            "17:34: `2.5 working_hours` has a fraction → write `150 working_minutes`",
            "18:9: no ticket reaches this target",
            "20:45: a step that repeats must say how often",
        ],
    );
}
