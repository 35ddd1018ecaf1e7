//! Examples of bulk imports.

use serde_json::{Value, json};

use super::{ID, NUMBER, now};

fn import() -> Value {
    json!({
        "id": ID, "stage": "checked", "file_name": "存量诊所.xlsx",
        "media_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "rows": 318, "groups": 120, "defective": 2, "entered": 0, "failed": 0, "waiting": 118,
        "prepared_by": "陈静", "rule_set": 1, "created_at": now(), "updated_at": now(), "version": 1, "history": [],
        "allowed_actions": ["cancel"],
    })
}

/// By schema name, or by operation.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("import_template response", json!("(the file's bytes)")),
        ("import_defect_file response", json!("(the file's bytes)")),
        ("import_create request", json!({ "file": "(the file's bytes)" })),
        ("Import", import()),
        ("ImportAct", json!({ "action": "approve", "only_if_clean": false })),
        (
            "Page_ImportSummary",
            json!({ "items": [{
                "id": ID, "stage": "running", "file_name": "存量诊所.xlsx", "groups": 120, "defective": 2, "entered": 60,
                "failed": 0, "created_at": now(),
            }], "next": ID }),
        ),
        (
            "Page_ImportGroup",
            json!({ "items": [{
                "sequence": 1, "first_row": 2, "last_row": 4, "stage": "ready", "number": NUMBER, "name": "王龚中医诊所",
                "problems": 0,
            }], "next": "1" }),
        ),
        (
            "Page_ImportDefect",
            json!({ "items": [{
                "row": 17, "column": "负责人身份证号码", "found": "371502********0008", "blocks": true, "rule": "R-024",
                "message": "居民身份证号码的校验码不正确。", "message_en": "The ID number's check character is wrong.",
            }], "next": "12.0" }),
        ),
        ("ClinicHandOver", json!({ "login": "clinic-17" })),
    ]
}
