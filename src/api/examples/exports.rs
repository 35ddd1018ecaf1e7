//! Examples of the register of 互联网诊疗, of exports and of data exchange.

use serde_json::{Value, json};

use super::{ID, NUMBER, authority, now, statement};

/// As of all formats that are no JSON document.
pub fn media() -> Vec<(&'static str, Value)> {
    vec![
        ("text/csv", json!("备案编号,诊所名称\r\nPDY00001X37150217D2122,王龚中医诊所\r\n")),
        (
            "application/jsonl",
            json!(
                "{\"line\":\"head\",\"as_of\":\"2026-11-23T02:00:00Z\"}\n{\"line\":\"end\",\"as_of\":\"2026-11-23T02:00:00Z\",\"rows\":0}\n"
            ),
        ),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", json!("(the file's bytes)")),
    ]
}

fn notice() -> Value {
    json!({
        "code": "follow_up_only", "message": "仅限部分常见病、慢性病复诊；不接受首诊。",
        "message_en": "Only for follow-up of some common and chronic diseases; no first visits.",
        "basis": "《互联网诊疗管理办法（试行）》第十六条",
    })
}

/// Examples by schema name.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "TelemedicineList",
            json!({ "items": [{
                "number": NUMBER, "name": "王龚中医诊所", "permitted": true, "reasons": [], "notes": [],
                "authority_id": ID, "authority": "聊城经济技术开发区行政审批服务局",
                "clinic_type": "tcm_comprehensive", "division": "371502", "street": "371502009",
                "address": "山东省聊城市东昌府区东城街道黄山南路36号", "since": "2026-11-23", "version": 2,
                "platform": { "name": "聊城示例互联网科技有限公司", "supervision_connected": true },
                "subjects": [{ "code": "50.01", "name": "内科专业" }],
                "physicians": [{ "name": "王龚", "level": "physician", "category": "tcm", "scope": "中医专业" }],
                "supervision": { "authority": "聊城经济技术开发区行政审批服务局", "phone": "0635-0000000",
                                 "url": format!("https://zs.example.gov.cn/clinics/{NUMBER}") },
                "verification_url": format!("https://zs.example.gov.cn/clinics/{NUMBER}"), "updated_at": now(),
            }], "next": format!("1795399200000000.{ID}"), "notices": [notice()], "as_of": now() }),
        ),
        (
            "TelemedicineJurisdictions",
            json!({ "items": [{ "authority": authority(), "clinics": 3,
                                "first": { "number": NUMBER, "name": "王龚中医诊所", "since": "2024-05-22" } }],
                    "as_of": now() }),
        ),
        (
            "TelemedicineCheck",
            json!({ "clinic": NUMBER, "physician": { "name": "王龚" }, "subject": "50.01", "day": "2026-11-23" }),
        ),
        (
            "TelemedicineAnswered",
            json!({
                "permitted": false,
                "reasons": [{ "code": "physician_not_online", "message": "该医师未备案在该诊所开展互联网诊疗。",
                              "message_en": "This physician is not filed for telemedicine at the clinic." }],
                "notes": [], "number": NUMBER, "name": "王龚中医诊所", "version": 2, "since": "2026-11-23",
                "conditions": [notice()], "as_of": now(), "valid_for_seconds": 60,
            }),
        ),
        (
            "ChangeList",
            json!({ "items": [{
                "sequence": 0, "kind": "supersede", "at": now(), "number": NUMBER, "name": "王龚中医诊所",
                "certificate_id": ID, "version": 2, "copy": 1, "record": statement(),
                "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "leaf_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "events": [{ "sequence": 2, "act": "change", "effective_on": "2026-11-23", "at": now(),
                             "from_state": "active", "to_state": "active", "from_telemedicine": "off",
                             "to_telemedicine": "off", "note": "服务方式增加“互联网诊疗”" }],
            }], "next": "c1.1", "more": false, "as_of": now() }),
        ),
    ]
}
