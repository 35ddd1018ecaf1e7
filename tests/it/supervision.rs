//! What the authority starts: visits and rectification, decisions, random draws.

mod decisions;
mod draws;
mod law;
mod offices;
mod visits;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;

/// An issued clinic: its filing.
pub async fn clinic(app: &TestApp, clinic_type: ClinicType) -> Value {
    app.issued(&app.dossier(clinic_type)).await
}

/// The number of an issued filing's clinic.
pub fn number(filing: &Value) -> &str {
    filing["clinic"].as_str().unwrap()
}

/// The one visit of this kind to a clinic, as the inspector sees it.
pub async fn visit_of(inspector: &Actor, filing: &Value, kind: &str) -> Value {
    let call = inspector.call("visit_list").query("clinic", number(filing)).query("kind", kind);
    let list = call.send().await.expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{list:#}");
    view(inspector, items[0]["id"].as_str().unwrap()).await
}

/// A visit.
pub async fn view(actor: &Actor, id: &str) -> Value {
    actor.call("visit_view").path("visit_id", id).send().await.expect(200)
}

/// A step of a visit.
pub async fn step(actor: &Actor, visit: &Value, body: Value) -> Answer {
    actor.call("visit_act").path("visit_id", visit["id"].as_str().unwrap()).seen(visit).once().json(&body).send().await
}

/// A record of today in which everything conforms, but for `defects`.
pub fn record(visit: &Value, defects: &[&str]) -> Value {
    let line = |item: &Value| {
        let code = item["code"].as_str().unwrap();
        if defects.contains(&code) {
            json!({ "code": code, "result": "defect", "note": "未按要求公示，须补正" })
        } else {
            json!({ "code": code, "result": "conforms" })
        }
    };
    let checked: Vec<_> = visit["checklist"].as_array().unwrap().iter().map(line).collect();
    json!({
        "visited_on": "2026-11-23", "visitors": ["赵敏", "周航"], "checked": checked,
        "findings": "内部备注：复查时重点查看", "signed_by": "王龚",
    })
}

/// A proposal about a clinic.
pub fn proposal(filing: &Value, kind: &str, ground: &str) -> Value {
    json!({
        "kind": kind, "clinic": number(filing), "ground": ground, "document_number": "聊开撤字〔2026〕1号",
        "facts": "经核查，提交的材料与事实不符。", "effective_on": "2026-11-23",
    })
}

/// Proposes.
pub async fn propose(actor: &Actor, body: &Value) -> Answer {
    actor.call("decision_propose").once().json(body).send().await
}

/// A step of a decision.
pub async fn decide(actor: &Actor, decision: &Value, body: Value) -> Answer {
    let call = actor.call("decision_act").path("decision_id", decision["id"].as_str().unwrap());
    call.seen(decision).once().json(&body).send().await
}

/// The officer proposes, the approver decides.
pub async fn decided(app: &TestApp, filing: &Value, kind: &str, ground: &str) -> Value {
    let proposed = propose(&app.officer(), &proposal(filing, kind, ground)).await.expect(201);
    decide(&app.approver(), &proposed, json!({ "action": "decide" })).await.expect(200)
}

/// What the code of a filing's certificate is worth: outcome, and the reason where there is one.
pub async fn worth(app: &TestApp, filing: &Value) -> (String, String) {
    let certificate = app.clinic().certificate(filing).await;
    let verdict = app.anonymous().verify(certificate["short_code"].as_str().unwrap()).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&verdict["outcome"]), text(&verdict["reason"]["code"]))
}

/// The problems of a refused request, by pointer.
pub fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect()
}
