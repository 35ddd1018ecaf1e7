//! 审管分离: one authority files, another supervises.

use clinic_registry::domain::actor::Duty;
use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::supervision::{clinic, decide, number, proposal, propose, record, step, view, visit_of, worth};
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::TestApp;

/// An application whose sample clinics the other authority supervises, from the first day on.
async fn apart() -> TestApp {
    let app = TestApp::start().await;
    let (today, theirs) = (app.app.clock.today(), app.other_authority);
    let tx = app.app.store.begin().await.unwrap();
    for street in ["371502008", "371502009", "371502010"] {
        for &clinic_type in ClinicType::ALL {
            let id = Uuid::now_v7();
            tx.add_jurisdiction(theirs, Duty::Supervise, clinic_type, street, today, id).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    app
}

fn items(list: &Value) -> usize {
    list["items"].as_array().unwrap().len()
}

#[test]
fn the_supervising_department_visits_and_the_filing_authority_revokes() {
    support::run(async {
        let app = apart().await;
        let filing = clinic(&app, ClinicType::General).await;
        let (ours, theirs) = (app.actor("inspector"), app.actor("other-inspector"));
        let visit = visit_of(&theirs, &filing, "establishment").await;
        assert_eq!(visit["supervisor"]["id"], json!(app.other_authority));
        // The filing authority reads it and takes no step.
        let read = visit_of(&ours, &filing, "establishment").await;
        assert_eq!((&read["id"], &read["allowed_actions"]), (&visit["id"], &json!([])));
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        step(&ours, &read, body).await.problem(403, "visit.office");
        let body = json!({ "action": "fail", "record": record(&visit, &["display"]), "reason": "拒不整改" });
        step(&theirs, &visit, body).await.expect(200);

        // The supervising department proposes; only the filing authority revokes.
        let mut body = proposal(&filing, "revocation", "rectification_failed");
        body["visit_id"] = visit["id"].clone();
        let proposed = propose(&app.other_officer(), &body).await.expect(201);
        assert_eq!(proposed["authority"]["id"], json!(app.authority));
        let decision = json!({ "action": "decide" });
        let other_approver = app.actor("other-approver");
        decide(&other_approver, &proposed, decision.clone()).await.problem(403, "decision.office");
        let back = json!({ "action": "withdraw", "reason": "退回" });
        decide(&other_approver, &proposed, back).await.problem(403, "decision.not_own");
        assert_eq!(worth(&app, &filing).await.0, "valid");
        decide(&app.approver(), &proposed, decision).await.expect(200);
        assert_eq!(worth(&app, &filing).await, ("not_valid".to_owned(), "revoked".to_owned()));
    });
}

#[test]
fn the_supervising_department_orders_a_stop_itself() {
    support::run(async {
        let app = apart().await;
        let filing = clinic(&app, ClinicType::General).await;
        let body = proposal(&filing, "stop_order", "beyond_scope");
        let proposed = propose(&app.actor("other-inspector"), &body).await.expect(201);
        assert_eq!(proposed["authority"]["id"], json!(app.other_authority));
        decide(&app.approver(), &proposed, json!({ "action": "decide" })).await.problem(403, "decision.office");
        decide(&app.actor("other-approver"), &proposed, json!({ "action": "decide" })).await.expect(200);
        assert_eq!(worth(&app, &filing).await.1, "stopped");
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        let announced = app.app.store.announcements(Some(row.id), None, None, 5).await.unwrap();
        assert!(announced[0].body.starts_with("聊城市东昌府区行政审批服务局"), "{announced:?}");
    });
}

#[test]
fn the_supervising_inspector_reads_the_file_masked_and_others_do_not() {
    support::run(async {
        let app = apart().await;
        let filing = clinic(&app, ClinicType::General).await;
        let under_way = app.received().await;
        let inspector = app.actor("other-inspector");
        let full = app.clinic().view(&filing).await.expect(200);
        let read = inspector.view(&filing).await.expect(200);
        assert_eq!(read["dossier"]["name"], full["dossier"]["name"]);
        assert_ne!(read["dossier"]["principal"]["id_number"], full["dossier"]["principal"]["id_number"]);
        assert_eq!(read["allowed_actions"], json!([]));
        inspector.act(&filing, json!({ "action": "recommend" })).await.problem(409, "filing.wrong_stage");
        // What is under way is the filing authority's.
        inspector.view(&under_way).await.problem(404, "resource.not_found");
        for who in ["other-officer", "other-approver", "other-auditor"] {
            app.actor(who).view(&filing).await.problem(404, "resource.not_found");
        }
        let id = filing["certificate_id"].as_str().unwrap();
        let certificate = async |actor: Actor| actor.call("certificate_view").path("certificate_id", id).send().await;
        for who in ["other-inspector", "other-officer", "other-approver", "other-auditor"] {
            certificate(app.actor(who)).await.expect(200);
        }
        certificate(app.other_clinic()).await.problem(404, "resource.not_found");
    });
}

#[test]
fn an_authority_that_has_nothing_to_do_with_a_clinic_sees_nothing() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = clinic(&app, ClinicType::General).await;
        let visit = visit_of(&app.actor("inspector"), &filing, "establishment").await;
        let body = proposal(&filing, "stop_order", "beyond_scope");
        let proposed = propose(&app.officer(), &body).await.expect(201);
        for who in ["other-officer", "other-approver", "other-inspector", "other-auditor", "other-clinic", "admin"] {
            let actor = app.actor(who);
            let call = actor.call("visit_view").path("visit_id", visit["id"].as_str().unwrap());
            call.send().await.problem(404, "resource.not_found");
            let call = actor.call("decision_view").path("decision_id", proposed["id"].as_str().unwrap());
            call.send().await.problem(404, "resource.not_found");
            assert_eq!(items(&actor.call("visit_list").send().await.expect(200)), 0, "{who}");
            assert_eq!(items(&actor.call("decision_list").send().await.expect(200)), 0, "{who}");
            actor.view(&filing).await.problem(404, "resource.not_found");
        }
        propose(&app.other_officer(), &body).await.problem(404, "resource.not_found");
        // Who draws among nobody's clinics is told so.
        let draw = json!({ "title": "抽查", "clinics": 1, "team": 2, "due_on": "2026-12-31" });
        let refused = app.actor("other-approver").call("draw_create").once().json(&draw).send().await;
        refused.problem(422, "request.invalid");
        assert_eq!(view(&app.clinic(), visit["id"].as_str().unwrap()).await["stage"], "due");
    });
}
