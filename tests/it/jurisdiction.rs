//! Which authority: redirects that lead somewhere, and changes that stay where the clinic was filed.

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::json_of;

static APP: Shared = Shared::new();

/// Carries a redirected filing through at the authority that it was sent to.
async fn issued_there(app: &TestApp, filing: &Value) -> Value {
    let filing = app.clinic().act(filing, json!({ "action": "submit" })).await.expect(200);
    assert_eq!((&filing["stage"], &filing["authority"]["id"]), (&json!("received"), &json!(app.other_authority)));
    let filing = app.other_officer().act(&filing, json!({ "action": "recommend" })).await.expect(200);
    app.actor("other-approver").act(&filing, json!({ "action": "issue" })).await.expect(200)
}

#[test]
fn a_redirected_filing_moves_to_the_other_authority_with_its_reason() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let officer = app.officer();
        for (body, pointer) in [
            (json!({ "action": "redirect", "authority_id": app.other_authority }), "/reason"),
            (json!({ "action": "redirect", "reason": "不属于本机关" }), "/authority_id"),
            (json!({ "action": "redirect", "reason": "不属于本机关", "authority_id": app.authority }), "/authority_id"),
            (json!({ "action": "redirect", "reason": "不属于本机关", "authority_id": filing["id"] }), "/authority_id"),
        ] {
            let refused = officer.act(&filing, body).await.problem(422, "request.invalid");
            assert_eq!(refused["errors"][0]["pointer"], pointer);
        }
        let gone = officer.act(&filing, app.redirect()).await.expect(200);
        assert_eq!((&gone["stage"], &gone["allowed_actions"]), (&json!("redirected"), &json!([])));
        // From now on it is the other authority's.
        officer.view(&filing).await.problem(404, "resource.not_found");
        assert_eq!(app.other_officer().view(&filing).await.expect(200)["stage"], "redirected");
        let seen = app.clinic().view(&filing).await.expect(200);
        assert_eq!((&seen["stage"], &seen["authority"]["id"]), (&json!("redirected"), &json!(app.other_authority)));
        let history = app.clinic().history(&filing).await;
        assert!(history.last().unwrap()["note"].as_str().unwrap().contains("地址属于另一备案机关"));
    });
}

#[test]
fn a_redirected_filing_is_received_and_issued_where_it_was_sent() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Redirected).await;
        // The table still names the first authority for the street; the officer's word counts.
        assert_eq!(app.clinic().check(&filing).await["findings"], json!([]));
        let issued = issued_there(&app, &filing).await;
        assert_eq!((&issued["stage"], &issued["authority"]["id"]), (&json!("issued"), &json!(app.other_authority)));
        let certificate = app.clinic().certificate(&issued).await;
        assert_eq!(certificate["statement"]["authority"]["name"], issued["authority"]["name"]);
    });
}

#[test]
fn a_redirect_sent_again_is_answered_again() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let officer = app.officer();
        let redirect =
            || officer.filing("filing_act", &filing).seen(&filing).key("redirect-once").json(&app.redirect());
        let first = redirect().send().await.expect(200);
        assert_eq!(redirect().send().await.expect(200), first);
        assert_eq!(app.clinic().history(&filing).await.len(), 2, "submitted, and redirected once");
        officer.view(&filing).await.problem(404, "resource.not_found");
    });
}

#[test]
fn a_change_that_moves_out_of_the_authoritys_area_is_blocked() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let mut dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        dossier.address.street = "371502001".into();
        dossier.address.detail = "东昌西路3号".into();
        let draft = clinic.draft_change(issued["clinic"].as_str().unwrap(), &json_of(&dossier)).await;
        clinic.add_materials(&draft).await;
        let refused = clinic.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        // It is told whose the new place is, and that a move is filed instead.
        let told: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|e| (&e["rule"], &e["pointer"])).collect();
        let at = json!("/address/street");
        assert_eq!(told, [(&json!("R-004"), &at), (&json!("R-061"), &at)]);
        assert_eq!(clinic.view(&draft).await.expect(200)["stage"], "draft");
    });
}

#[test]
fn a_change_stays_with_the_authority_that_filed_the_clinic() {
    support::run(async {
        let app = APP.get();
        // Filed, after a redirect, by the authority that the table does not name for its street.
        let issued = issued_there(&app, &app.in_stage(Stage::Redirected).await).await;
        let mut dossier = app.clinic().view(&issued).await.expect(200)["dossier"].clone();
        dossier["address"]["detail"] = json!("聊城经济技术开发区辽河路777号");
        let draft = app.clinic().draft_change(issued["clinic"].as_str().unwrap(), &dossier).await;
        app.clinic().add_materials(&draft).await;
        let changed = issued_there(&app, &draft).await;
        assert_eq!(changed["clinic"], issued["clinic"]);
    });
}

#[test]
fn a_change_does_not_change_the_clinic_type() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let mut dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        dossier.clinic_type = Some(ClinicType::Integrative);
        let draft = clinic.draft_change(issued["clinic"].as_str().unwrap(), &json_of(&dossier)).await;
        clinic.add_materials(&draft).await;
        let refused = clinic.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        let type_kept = |error: &Value| error["rule"] == "R-102" && error["pointer"] == "/clinic_type";
        assert!(refused["errors"].as_array().unwrap().iter().any(type_kept), "{refused:#}");
    });
}

#[test]
fn a_correction_that_moves_into_another_area_goes_to_its_authority_as_the_check_said() {
    support::run(async {
        let app = APP.get();
        let correcting = app.in_stage(Stage::Correcting).await;
        let seen = app.clinic().view(&correcting).await.expect(200);
        let mut dossier = seen["dossier"].clone();
        dossier["address"]["street"] = json!("371502001");
        let moved = app.clinic().revise(&seen, &dossier).await.expect(200);
        assert_eq!(app.clinic().check(&moved).await["passes"], true);
        let received = app.clinic().act(&moved, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(
            (&received["stage"], &received["authority"]["id"]),
            (&json!("received"), &json!(app.other_authority))
        );
    });
}
