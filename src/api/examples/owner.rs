//! Examples of what the owner of clinics looks after: clerks and messages.

use serde_json::{Value, json};

use super::{ID, now};

pub fn all() -> Vec<(&'static str, Value)> {
    let member = json!({
        "id": ID, "name": "李助理", "invited_at": now(), "login": "li-zhuli", "joined_at": now(), "seen_at": now(),
    });
    let invited =
        json!({ "id": ID, "name": "李助理", "invited_at": now(), "expires_at": now() + chrono::TimeDelta::days(7) });
    let message = json!({
        "id": ID, "kind": "correction_requested", "title": "一次性告知", "title_en": "corrections requested",
        "text": "王龚中医诊所：设置备案BA-371502-2026-000117须补正2项，请改正后重新提交。",
        "text_en": "王龚中医诊所: the establishment BA-371502-2026-000117 needs 2 corrections; mend it and submit again.",
        "filing_id": ID, "at": now(),
    });
    vec![
        ("Page_Message", json!({ "items": [message.clone()], "next": ID })),
        ("Message", message),
        ("MemberList", json!({ "items": [member] })),
        ("MemberInvite", json!({ "name": "李助理" })),
        ("MemberInvited", json!({ "code": "7K4M-Q2XD-9FHT-3ABC-8DEF", "member": invited })),
        (
            "MemberJoin",
            json!({ "code": "7K4M-Q2XD-9FHT-3ABC-8DEF", "login": "li-zhuli", "password": "three quiet willows" }),
        ),
    ]
}
