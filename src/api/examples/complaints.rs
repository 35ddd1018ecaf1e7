//! Examples of reports from the public.

use serde_json::{Value, json};

use super::{ID, NUMBER, authority, now};

fn photo() -> Value {
    json!({
        "id": ID, "file_name": "门口.jpg", "media_type": "image/jpeg", "size": 182_044,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "added_at": now(),
    })
}

/// By schema name, or by operation where a body has no schema name of its own.
pub fn all() -> Vec<(&'static str, Value)> {
    let case = json!({
        "id": ID, "case_number": "TS-371502-2026-000012", "kind": "telemedicine",
        "stage": "accepted", "clinic": NUMBER, "name": "王龚中医诊所", "certificate_id": ID,
        "presented_code": "7K4M-Q2XD-9FHT", "details": "在线首诊就开了处方，没有问过以前的病历。",
        "contact": "138****1234", "authority": authority(), "visit_id": ID, "photos": [photo()],
        "allowed_actions": ["forward", "close"], "accept_by": "2026-11-30", "due_on": "2026-12-14",
        "due_guessed": false, "created_at": now(), "updated_at": now(), "version": 3,
    });
    let summary = json!({
        "id": ID, "case_number": "TS-371502-2026-000012", "kind": "unfiled", "stage": "received", "name": "无招牌",
        "accept_by": "2026-11-30", "due_on": "2026-12-14", "due_guessed": false, "created_at": now(),
    });
    vec![
        (
            "ComplaintCreate",
            json!({
                "kind": "unfiled", "place": { "name": "无招牌", "address": "黄山南路36号", "area": "371502009" },
                "details": "一楼门面拔牙、输液，墙上没有凭证。", "contact": "13800001234",
            }),
        ),
        (
            "ComplaintStatus",
            json!({
                "reference": "7K4M-Q2XD-9FHT", "case_number": "TS-371502-2026-000012", "stage": "received",
                "authority": authority(), "accept_by": "2026-11-30",
                "due_on": "2026-12-14", "due_guessed": false, "photos": 1,
                "steps": [{ "stage": "received", "at": now() }],
                "message": "聊城经济技术开发区行政审批服务局已收到，将在2026年11月30日前决定是否受理，在2026年12月14日前办结并答复。",
                "message_en": "Received; accepted or declined by 2026-11-30, answered by 2026-12-14.",
            }),
        ),
        ("complaint_photo_add request", json!({ "file": "(the file's bytes)" })),
        ("ComplaintPhoto", photo()),
        ("Complaint", case),
        ("Page_ComplaintSummary", json!({ "items": [summary], "next": ID })),
        (
            "ComplaintAct",
            json!({ "action": "close", "outcome": "substantiated", "reply": "经检查情况属实，已责令限期整改。感谢您的监督。" }),
        ),
        ("ComplaintUnmask", json!({ "reason": "向举报人核实就诊日期" })),
        (
            "ComplaintHistory",
            json!({ "items": [{
                "sequence": 1, "at": now(), "actor": "公众", "action": "receive", "from": "received", "to": "received",
                "note": "所报凭证核验：无效。签名不符，可能系伪造。",
            }] }),
        ),
        ("complaint_photo_view response", json!("(the file's bytes)")),
    ]
}
