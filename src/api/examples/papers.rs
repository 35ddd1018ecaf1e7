//! Examples of papers.

use serde_json::{Value, json};

use super::{ID, now};

const AUTHORITY: &str = "聊城经济技术开发区行政审批服务局";
const NUMBER: &str = "聊城经开审诊备告〔2026〕12号";

/// A paper in short.
pub fn brief() -> Value {
    json!({ "id": ID, "kind": "correction_notice", "number": NUMBER, "issued_at": now() })
}

/// By schema name, or by operation where a body has no schema name of its own.
pub fn all() -> Vec<(&'static str, Value)> {
    let summary = json!({
        "id": ID, "kind": "correction_notice", "title": "诊所备案一次性告知书", "number": NUMBER, "issuer": AUTHORITY,
        "filing_id": ID, "issued_at": now(),
    });
    let content = json!({
        "issuer": AUTHORITY, "title": "诊所备案一次性告知书", "number": NUMBER, "addressee": "王龚中医诊所",
        "blocks": [
            { "part": "fields", "fields": [{ "label": "办件编号", "value": "BA-371502-2026-000012" }] },
            { "part": "heading", "text": "需要补正的内容" },
            { "part": "list", "items": [{
                "text": "平面布局图未标注面积，请补充。",
                "note": "位置：材料·诊所房屋平面布局图。依据：《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第七条（规则R-011）。",
            }] },
        ],
        "basis": ["《中华人民共和国行政许可法》第三十二条"], "remedy": "对本机关的行政行为不服的，可以依法申请行政复议或者提起行政诉讼。",
        "contact": "聊城经济技术开发区行政审批服务局，电话0635-0000000", "signed_by": AUTHORITY,
        "signed_on": "2026-11-23", "signatures": ["签收人"],
    });
    vec![
        ("Page_PaperSummary", json!({ "items": [summary], "next": ID })),
        (
            "Paper",
            json!({
                "id": ID, "kind": "correction_notice", "number": NUMBER, "content": content,
                "short_code": "7K4M-Q2XD-9FHT", "code_url": "https://zs.example.gov.cn/p/7K4M-Q2XD-9FHT",
                "filing_id": ID, "issued_at": now(),
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }),
        ),
        ("paper_pdf response", json!("(the file's bytes)")),
        ("announcement_pdf response", json!("(the file's bytes)")),
    ]
}
