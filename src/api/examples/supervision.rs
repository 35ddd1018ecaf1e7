//! Examples of visits, decisions and draws.

use serde_json::{Value, json};

use super::{ID, NUMBER, authority, now};

fn checklist() -> Value {
    json!([{
        "code": "display", "text": "在显著位置悬挂备案凭证，公示卫生技术人员执业注册信息",
        "basis": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第九条",
    }])
}

fn record() -> Value {
    json!({
        "visited_on": "2026-11-23", "visitors": ["赵敏", "周航"],
        "checked": [{ "code": "display", "result": "defect", "note": "未公示护士执业注册信息。" }],
        "findings": "", "signed_by": "王龚",
    })
}

fn visit() -> Value {
    json!({
        "id": ID, "case_number": "HC-371502-2026-000031", "kind": "establishment", "stage": "rectifying",
        "clinic": NUMBER, "name": "王龚中医诊所", "supervisor": authority(), "filing_id": ID,
        "team": [{ "id": ID, "name": "赵敏" }], "checklist": checklist(), "record": record(),
        "photos": [photo()], "papers": [super::papers::brief()], "allowed_actions": ["assign", "pass", "fail"], "due_on": "2027-01-25",
        "due_guessed": true, "rectify_by": "2026-12-07", "created_at": now(), "updated_at": now(), "version": 3,
    })
}

fn photo() -> Value {
    json!({
        "id": ID, "file_name": "候诊区.jpg", "media_type": "image/jpeg", "size": 182_044,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "added_at": now(),
    })
}

fn decision() -> Value {
    json!({
        "id": ID, "case_number": "JD-371502-2026-000002", "kind": "revocation", "stage": "decided", "clinic": NUMBER,
        "name": "王龚中医诊所", "authority": authority(), "visit_id": ID, "ground": "false_materials",
        "ground_text": "使用虚假材料备案", "basis": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第十八条",
        "document_number": "聊开审批撤字〔2026〕1号", "facts": "提交的房屋租赁合同系伪造。", "effective_on": "2026-11-23",
        "proposed_by": "陈静", "decided_by": "李国栋", "papers": [], "allowed_actions": [], "created_at": now(), "decided_at": now(),
        "rule_set": 1, "version": 2,
    })
}

fn draw() -> Value {
    json!({
        "id": ID, "title": "2026年第四季度双随机抽查", "supervisor": authority(), "at": now(),
        "seed": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "candidates": [NUMBER],
        "inspectors": [ID, "019ab000-0000-7000-8000-000000000002"], "clinics": 1, "team": 2,
        "result": [{ "number": NUMBER, "team": ["019ab000-0000-7000-8000-000000000002", ID] }],
        "method": crate::domain::draw::METHOD, "method_en": crate::domain::draw::METHOD_EN,
    })
}

/// By schema name, or by operation where a body has no schema name of its own.
pub fn all() -> Vec<(&'static str, Value)> {
    let visit_summary = json!({
        "id": ID, "case_number": "HC-371502-2026-000031", "kind": "establishment", "stage": "due", "clinic": NUMBER,
        "name": "王龚中医诊所", "due_on": "2027-01-25", "due_guessed": true, "updated_at": now(),
    });
    let decision_summary = json!({
        "id": ID, "case_number": "JD-371502-2026-000002", "kind": "revocation", "stage": "decided", "clinic": NUMBER,
        "name": "王龚中医诊所", "document_number": "聊开审批撤字〔2026〕1号", "effective_on": "2026-11-23",
        "decided_at": now(),
    });
    let draw_summary = json!({
        "id": ID, "title": "2026年第四季度双随机抽查", "supervisor": "聊城经济技术开发区行政审批服务局", "at": now(),
        "candidates": 1, "clinics": 1, "team": 2,
    });
    vec![
        ("VisitOrder", json!({ "clinic": NUMBER, "due_on": "2026-12-04", "reason": "群众举报超范围执业" })),
        (
            "VisitAct",
            json!({ "action": "order_rectification", "record": record(), "rectify_by": "2026-12-07", "reason": "" }),
        ),
        ("Visit", visit()),
        ("Page_VisitSummary", json!({ "items": [visit_summary], "next": ID })),
        (
            "VisitHistory",
            json!({ "items": [{
            "sequence": 1, "at": now(), "actor": "赵敏", "action": "order_rectification", "from": "due",
            "to": "rectifying", "note": "整改期限：2026年12月7日。", "record": record(), "papers": [],
        }] }),
        ),
        ("visit_photo_add request", json!({ "file": "(the file's bytes)" })),
        ("Photo", photo()),
        ("visit_photo_view response", json!("(the file's bytes)")),
        (
            "DecisionPropose",
            json!({
                "kind": "revocation", "clinic": NUMBER, "ground": "false_materials",
                "document_number": "聊开审批撤字〔2026〕1号", "facts": "提交的房屋租赁合同系伪造。",
                "effective_on": "2026-11-23",
            }),
        ),
        ("DecisionAct", json!({ "action": "decide" })),
        ("Decision", decision()),
        ("Page_DecisionSummary", json!({ "items": [decision_summary], "next": ID })),
        ("DrawCreate", json!({ "title": "2026年第四季度双随机抽查", "clinics": 5, "team": 2, "due_on": "2026-12-31" })),
        ("Draw", draw()),
        ("Page_DrawSummary", json!({ "items": [draw_summary], "next": ID })),
        (
            "Checklists",
            json!({ "items": [{
            "code": "display", "text": "在显著位置悬挂备案凭证，公示卫生技术人员执业注册信息",
            "text_en": "the certificate is displayed in a conspicuous place",
            "basis": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）第九条", "confidence": "K?", "clinic_types": [],
            "effective_from": "2017-12-01",
        }] }),
        ),
        (
            "Grounds",
            json!({ "items": [{
            "code": "false_materials", "kind": "revocation", "profiles": ["CLINIC_2022"], "text": "使用虚假材料备案",
            "text_en": "the filing rests on false materials", "document": "《诊所备案管理暂行办法》（国卫医政发〔2022〕33号）",
            "article": "第十八条", "confidence": "K?", "effective_from": "2022-12-01",
        }] }),
        ),
    ]
}
