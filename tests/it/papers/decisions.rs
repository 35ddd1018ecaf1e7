//! Decisions and announcements.

use clinic_registry::domain::decision::DecisionKind;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::law::Confidence;
use serde_json::{Value, json};

use super::{list, listed, read, says, text, value};
use crate::supervision::{clinic, decide, decided, number, proposal, propose};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::LAW;

/// A decided kind: its two papers, read.
async fn papers(app: &TestApp, decision: &Value) -> (Value, Value) {
    let own = read(&app.clinic(), listed(decision, "decision")).await;
    let public = read(&app.officer(), listed(decision, "announcement")).await;
    (own, public)
}

#[test]
fn every_kind_of_decision_is_written_and_announced() {
    support::run(async {
        let app = TestApp::start().await;
        let today = app.app.clock.today();
        let mut seen = vec![];
        // In an order in which one can follow the other.
        for kind in ["telemedicine_suspension", "telemedicine_resumption", "stop_order", "lifting", "revocation"] {
            if seen.is_empty() {
                let dossier = app.dossier(ClinicType::General);
                let issued = app.issued(&dossier).await;
                let online = app.with_telemedicine(&dossier);
                seen.push(app.changed(number(&issued), &online).await);
            }
            whole(&app, &seen[0], kind, today).await;
        }
        let other = clinic(&app, ClinicType::Tcm).await;
        whole(&app, &other, "cancellation", today).await;
        assert_eq!(DecisionKind::ALL.len(), 6);
    });
}

/// Decides, and compares both papers with what was decided.
async fn whole(app: &TestApp, filing: &Value, kind: &str, today: chrono::NaiveDate) {
    let of = *DecisionKind::ALL.iter().find(|k| k.code() == kind).unwrap();
    let profile = filing["dossier"]["clinic_type"].as_str().unwrap() == "tcm";
    let profile = if profile { ClinicType::Tcm.profile() } else { ClinicType::General.profile() };
    let ground = LAW.grounds(of, profile, today).next().unwrap();
    let decision = decided(app, filing, kind, &ground.code).await;
    let (own, public) = papers(app, &decision).await;
    for paper in [&own, &public] {
        assert_eq!(value(paper, "决定种类"), of.zh());
        assert_eq!(value(paper, "备案编号"), number(filing));
        // One number: what the office typed.
        assert_eq!((&paper["number"], &paper["content"]["number"]), (&decision["document_number"], &paper["number"]));
        let checked = app.anonymous().call("paper_check").path("code", paper["short_code"].as_str().unwrap());
        assert_eq!(checked.send().await.expect(200)["paper"]["number"], decision["document_number"]);
        let fields = paper["content"]["blocks"].to_string();
        assert!(!fields.contains("文号"), "no second number beside it: {fields}");
        assert_eq!(value(paper, "法定情形"), decision["ground_text"]);
        assert_eq!(value(paper, "生效日期"), "2026年11月23日");
        let basis = &paper["content"]["basis"];
        assert!(basis[0].is_string() && !basis.to_string().contains("本系统"), "{basis}");
        if ground.confidence != Confidence::Inferred {
            assert_eq!(basis[0], decision["basis"]);
        }
        assert!(says(paper, "行政复议") && says(paper, "行政诉讼"), "{paper:#}");
    }
    assert_eq!(own["content"]["addressee"], decision["name"]);
    assert!(own["content"]["title"].as_str().unwrap().ends_with("决定书"), "{own:#}");
    assert!(says(&own, decision["facts"].as_str().unwrap()), "the facts are told to the clinic");
    assert!(says(&own, "本机关决定：") && says(&own, "2026年11月23日起"), "{own:#}");
    assert_eq!(public["content"]["title"], format!("{}公告", of.zh()));
    assert_eq!(public["content"]["addressee"], "");
    assert!(!says(&public, decision["facts"].as_str().unwrap()), "and not to the public");

    // The announcement in the register says the same, and leads to the paper.
    let nobody = app.anonymous();
    let announced = nobody.call("announcement_list").query("clinic", number(filing)).send().await.expect(200);
    let announcement = &announced["items"][0];
    assert_eq!(announcement["paper"], *listed(&decision, "announcement"));
    assert_eq!(announcement["document_number"], decision["document_number"]);
    assert!(says(&public, announcement["body"].as_str().unwrap()), "{public:#}");
    let id = announcement["paper"]["id"].as_str().unwrap();
    let file = nobody.call("announcement_pdf").path("announcement_id", id).send().await;
    assert_eq!(file.status, 200);
    let drawn = text(&file.bytes);
    for pointer in ["/principal/id_number", "/principal/phone", "/phone"] {
        let secret = filing["dossier"].pointer(pointer).and_then(Value::as_str).unwrap_or("***");
        assert!(!drawn.contains(secret), "{pointer}");
    }
    // The decision itself is not for everybody.
    let own = listed(&decision, "decision")["id"].as_str().unwrap();
    nobody.call("announcement_pdf").path("announcement_id", own).send().await.problem(404, "resource.not_found");
}

#[test]
fn a_proposal_that_is_withdrawn_makes_no_paper() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = clinic(&app, ClinicType::Dental).await;
        let body = proposal(&filing, "revocation", "false_materials");
        let proposed = propose(&app.officer(), &body).await.expect(201);
        assert_eq!(proposed["papers"], json!([]));
        let body = json!({ "action": "withdraw", "reason": "证据不足" });
        let taken = decide(&app.officer(), &proposed, body).await.expect(200);
        assert_eq!(taken["papers"], json!([]));
        assert_eq!(list(&app.officer(), &[("kind", "decision")]).await, Vec::<Value>::new());
    });
}
