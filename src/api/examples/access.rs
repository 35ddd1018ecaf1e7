//! Examples of one's own sessions and account.

use serde_json::{Value, json};

use super::{ID, now};

pub fn all() -> Vec<(&'static str, Value)> {
    let session = json!({
        "id": ID, "door": "portal", "device": "Edge · Windows", "created_at": now(), "seen_at": now(),
        "expires_at": now(), "current": true,
    });
    let event = json!({ "kind": "new_device", "detail": "Edge · Windows", "actor": "陈静", "at": now() });
    vec![
        ("Page_OpenSession", json!({ "items": [session] })),
        ("Page_AccountEvent", json!({ "items": [event], "next": ID })),
        ("RecoveryCreate", json!({ "reason": "本人持身份证到窗口，手机丢失" })),
        ("Recovery", json!({ "code": "7K4M-Q2XD-9FHT-3ABC-8DEF", "expires_at": now() })),
    ]
}
