//! Examples of figures.

use serde_json::{Value, json};

use super::{ID, NUMBER, authority, now};

const OFFICE: &str = "聊城经济技术开发区行政审批服务局";

fn figure() -> Value {
    json!({
        "id": "F-13", "title": "互联网诊疗的发展", "title_en": "telemedicine over time", "unit": "家",
        "counts": "可开展：月末诊所有效且互联网诊疗未暂停的家数。", "counts_en": "On: clinics in force at the end of the month.",
        "history": "clinic_event", "basis": "R-070、R-080",
        "headings": [{ "code": "office", "title": "机关", "title_en": "authority" },
                     { "code": "month", "title": "月份", "title_en": "month" }],
        "measures": [{ "code": "on", "title": "可开展", "title_en": "on at the end", "unit": "家", "decimals": 0 }],
        "rows": [{ "keys": [{ "code": ID, "label": OFFICE }, { "code": "2026-11", "label": "2026-11" }], "values": [1.0] }],
    })
}

/// By schema name, or by operation where a body has no schema name of its own.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        (
            "FigureReport",
            json!({ "as_of": now(), "from": "2026-01", "to": "2026-11", "offices": [authority()], "figures": [figure()] }),
        ),
        ("figure_csv response", json!("(the file's bytes)")),
        ("figure_xlsx response", json!("(the file's bytes)")),
        ("report_annual_csv response", json!("(the file's bytes)")),
        ("report_annual_xlsx response", json!("(the file's bytes)")),
        (
            "PublicFigureList",
            json!({
                "as_of": now(),
                "clinics": [{ "clinic_type": "tcm_comprehensive", "clinics": 118, "telemedicine": 3 }],
                "first": [{ "authority_id": ID, "authority": OFFICE, "number": NUMBER, "name": "王龚中医诊所",
                            "since": "2026-11-23" }],
            }),
        ),
    ]
}
