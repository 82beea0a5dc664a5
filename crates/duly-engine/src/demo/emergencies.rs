//! What befalls the desk in the made-up month: a flood in the south, during which clocks stand still there, and a failure of the
//! ticket system, for which every clock gets more time.

use serde_json::json;

/// The control log of the month: the policy of that name, which has to be given beside it, and two emergencies.
pub fn control_of_month(policy: &str) -> Vec<String> {
    let told = |position: usize, kind: &str, time: &str, data: serde_json::Value| {
        json!({
            "specversion": "1.0", "type": format!("duly.control.{kind}.v1"), "source": "/operator",
            "id": position.to_string(), "time": time, "data": data,
        })
        .to_string()
    };
    let all = [
        ("policy_published", "2026-01-01T00:00:00+08:00", json!({"policy": policy})),
        (
            "emergency_declared",
            "2026-09-08T07:40:00+08:00",
            json!({
                "emergency": "flood-2026-09", "kind": "natural_disaster",
                "title": {"en": "Flood in South China", "zh": "华南洪水"},
                "message": {
                    "en": "Roads are flooded: visits and deliveries in the south wait until they are open.",
                    "zh": "道路被淹：华南地区的上门与配送暂停，待道路恢复。",
                },
                "when": {"region": "华南"}, "effect": "suspend",
                "effective_from": "2026-09-08T06:00:00+08:00", "expected_end": "2026-09-10T18:00:00+08:00",
                "plan": [{"role": "service_manager", "task": {"en": "calls each customer concerned", "zh": "逐一致电受影响客户"}}],
            }),
        ),
        (
            "emergency_lifted",
            "2026-09-10T11:50:00+08:00",
            json!({
                "emergency": "flood-2026-09", "effective_from": "2026-09-10T12:00:00+08:00",
                "message": {"en": "The roads are open again.", "zh": "道路已恢复通行。"},
            }),
        ),
        (
            "emergency_declared",
            "2026-09-22T14:20:00+08:00",
            json!({
                "emergency": "system-failure-2026-09", "kind": "system_failure",
                "title": {"en": "Failure of the ticket system", "zh": "工单系统故障"},
                "message": {
                    "en": "Our ticket system is down: answers take four working hours longer.",
                    "zh": "工单系统故障：答复时限延长 4 个工作小时。",
                },
                "effect": {"extend": "4 working_hours"},
                "effective_from": "2026-09-22T14:00:00+08:00", "expected_end": "2026-09-22T18:00:00+08:00",
            }),
        ),
        (
            "emergency_lifted",
            "2026-09-22T17:30:00+08:00",
            json!({"emergency": "system-failure-2026-09", "effective_from": "2026-09-22T17:30:00+08:00"}),
        ),
    ];
    let lines = all.into_iter().enumerate();
    lines.map(|(position, (kind, time, data))| told(position + 1, kind, time, data)).collect()
}
