//! Examples of copies for a purpose, and of a filing's archive.

use serde_json::{Value, json};

use super::{ID, now};

fn copy() -> Value {
    json!({
        "id": ID, "number": "JZ-371502-2026-000012", "certificate_id": ID, "purpose": "医保定点申请",
        "recipient": "聊城市医疗保障局", "expires_on": "2027-01-31", "short_code": "7K4M-Q2XD-9FHT",
        "code_url": "https://zs.example.gov.cn/v/12345", "issued_at": now(),
    })
}

/// By schema name, or by operation where a body has no schema name of its own.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "CopyCreate",
            json!({ "purpose": "医保定点申请", "recipient": "聊城市医疗保障局", "expires_on": "2027-01-31" }),
        ),
        ("Copy", copy()),
        ("Page_Copy", json!({ "items": [copy()], "next": ID })),
        ("copy_pdf response", json!("(the file's bytes)")),
        ("filing_archive response", json!("(the file's bytes)")),
    ]
}
