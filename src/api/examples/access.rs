//! Examples of one's own sessions and account, and of the accounts that an office answers for.

use serde_json::{Value, json};

use super::{ID, now};

pub fn all() -> Vec<(&'static str, Value)> {
    let session = json!({
        "id": ID, "door": "portal", "device": "Edge · Windows", "created_at": now(), "seen_at": now(),
        "expires_at": now(), "current": true,
    });
    let event = json!({ "kind": "new_device", "detail": "Edge · Windows", "actor": "陈静", "at": now() });
    let found = json!({ "id": ID, "login": "clinic-1", "name": "某口腔诊所", "role": "clinic" });
    vec![
        ("AccountSearch", json!({ "sought": "口腔" })),
        ("AccountsFound", json!({ "items": [found], "more": false })),
        (
            "Account",
            json!({
                "id": ID, "login": "clinic-1", "name": "某口腔诊所", "role": "clinic", "created_at": now(),
                "signed_in_at": now(), "sessions": 1, "second_factor": false,
            }),
        ),
        ("AccountClose", json!({ "reason": "经办人已离职，由单位申请停用" })),
        ("Page_OpenSession", json!({ "items": [session] })),
        ("Page_AccountEvent", json!({ "items": [event], "next": ID })),
        ("RecoveryCreate", json!({ "reason": "本人持身份证到窗口，手机丢失" })),
        ("Recovery", json!({ "code": "7K4M-Q2XD-9FHT-3ABC-8DEF", "expires_at": now() })),
    ]
}
