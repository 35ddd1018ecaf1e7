//! Filings beyond the straight road: deadlines, notices, redirects, numbers, the rules at the door.

use chrono::{DateTime, Utc};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::filing_number::FilingNumber;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::json;

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{correction, json_of};

static APP: Shared = Shared::new();

#[test]
fn the_deadline_counts_working_days_from_the_day_of_receipt() {
    // Submitted (UTC), received, due, guessed.
    for (at, received, due, guessed) in [
        // Monday morning; Monday after five in Shanghai; Saturday.
        ("2026-11-23T02:00:00Z", "2026-11-23", "2026-11-30", false),
        ("2026-11-23T10:00:00Z", "2026-11-24", "2026-12-01", false),
        ("2026-11-28T02:00:00Z", "2026-11-30", "2026-12-07", false),
        // The holidays of the next year are not published: marked as guessed.
        ("2026-12-30T02:00:00Z", "2026-12-30", "2027-01-06", true),
    ] {
        support::run(async {
            let app = TestApp::start().await;
            let at: DateTime<Utc> = at.parse().unwrap();
            app.app.clock.set(at);
            let draft = {
                let clinic = app.anonymous().signed_in("clinic", support::app::PASSWORD).await;
                let draft = clinic.draft(&json_of(&app.dossier(ClinicType::General))).await;
                clinic.add_materials(&draft).await;
                clinic.act(&draft, json!({ "action": "submit" })).await.expect(200)
            };
            assert_eq!((&draft["received_on"], &draft["due_on"]), (&json!(received), &json!(due)), "{at}");
            assert_eq!(draft["due_guessed"], guessed, "{at}");
        });
    }
}

#[test]
fn a_notice_lists_at_least_one_defect_of_rules_in_force() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let officer = app.officer();
        let empty =
            officer.act(&filing, json!({ "action": "request_correction" })).await.problem(422, "request.invalid");
        assert_eq!(empty["errors"][0]["pointer"], "/defects");
        let unknown = json!({ "action": "request_correction", "defects": [
            { "rule": "R-005", "pointer": "/premises/beds", "detail": "请核对。" },
            { "rule": "R-999", "pointer": "/name", "detail": "请核对。" },
        ] });
        let refused = officer.act(&filing, unknown).await.problem(422, "request.invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/defects/1/rule");
        assert_eq!(app.clinic().view(&filing).await.expect(200)["stage"], "received");
    });
}

#[test]
fn a_second_notice_is_the_approvers_and_gives_its_reason() {
    support::run(async {
        let app = APP.get();
        let (clinic, officer, approver) = (app.clinic(), app.officer(), app.approver());
        let filing = app.in_stage(Stage::Correcting).await;
        let filing = clinic.act(&filing, json!({ "action": "submit" })).await.expect(200);
        officer.act(&filing, correction()).await.problem(403, "filing.second_notice");
        let refused = approver.act(&filing, correction()).await.problem(422, "request.invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/reason");
        let mut reasoned = correction();
        reasoned["reason"] = json!("补正材料与现场情况不一致");
        let again = approver.act(&filing, reasoned).await.expect(200);
        assert_eq!((&again["stage"], &again["notice"]["round"]), (&json!("correcting"), &json!(2)));
    });
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
fn the_number_that_the_registration_system_assigned_is_checked_and_kept() {
    support::run(async {
        let app = APP.get();
        let approver = app.approver();
        let issue = |number: &str| json!({ "action": "issue", "number": number });
        let filing = app.in_stage(Stage::Recommended).await;
        // Too short, a category that there is not; another division, economic type, category, class than the dossier's.
        for wrong in [
            "PDY00077X37150217D211",
            "PDY00077X37150217D2182",
            "PDY00077X37152217D2112",
            "PDY00077X37150215D2112",
            "PDY00077X37150217D2152",
            "PDY00077X37150217D2111",
            "PDY00077X99999917D2112",
        ] {
            let refused = approver.act(&filing, issue(wrong)).await;
            assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
        }
        assert_eq!(app.clinic().view(&filing).await.expect(200)["stage"], "recommended");
        let right = assigned("PDY00077");
        let issued = approver.act(&filing, issue(&right)).await.expect(200);
        assert_eq!(issued["clinic"], json!(right));
        assert_eq!(app.clinic().certificate(&issued).await["statement"]["provisional"], false);
        // Nobody else gets it.
        let next = app.in_stage(Stage::Recommended).await;
        let refused = approver.act(&next, issue(&right)).await;
        assert!([409, 422].contains(&refused.status), "{}", refused.text());
        assert_eq!(app.clinic().view(&next).await.expect(200)["stage"], "recommended");
    });
}

/// The number of a general clinic for profit in 东昌府区 with this body.
fn assigned(body: &str) -> String {
    "0123456789X"
        .chars()
        .map(|check| format!("{body}{check}37150217D2112"))
        .find(|number| number.parse::<FilingNumber>().is_ok_and(|number| number.warnings().is_empty()))
        .unwrap()
}

#[test]
fn a_submitted_filing_is_locked_and_a_correction_unlocks_it() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let filing = app.received().await;
        let dossier = &filing["dossier"];
        clinic.revise(&filing, dossier).await.problem(409, "filing.locked");
        clinic
            .upload(&filing, "floor_plan", "a.pdf", support::builders::pdf_file("late"))
            .await
            .problem(409, "filing.locked");
        let filing = app.officer().act(&filing, correction()).await.expect(200);
        clinic.revise(&filing, dossier).await.expect(200);
        clinic.upload(&filing, "floor_plan", "a.pdf", support::builders::pdf_file("new")).await.expect(201);
    });
}

#[test]
fn a_character_that_no_font_has_stops_the_issue_and_is_named() {
    support::run(async {
        let app = APP.get();
        let mut dossier = app.dossier(ClinicType::General);
        // A Linear B syllable: no Chinese font has it.
        dossier.address.detail.push('𐀀');
        let id = app.recommended(vec![dossier]).await[0];
        let filing = json!({ "id": id, "version": 1 });
        let refused = app.approver().act(&filing, json!({ "action": "issue" })).await.problem(422, "request.invalid");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("U+10000"), "{refused:#}");
        let seen = app.clinic().view(&filing).await.expect(200);
        assert_eq!((&seen["stage"], seen.get("clinic")), (&json!("recommended"), None), "nothing was issued");
    });
}

#[test]
fn the_same_file_serves_two_filings() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let file = support::builders::pdf_file("shared by two");
        for _ in 0..2 {
            let draft = clinic.draft(&json!({})).await;
            let added = clinic.upload(&draft, "floor_plan", "图.pdf", file.clone()).await.expect(201);
            let call = clinic.filing("material_view", &draft).path("material_id", added["id"].as_str().unwrap());
            assert_eq!(call.send().await.bytes, file);
        }
    });
}

#[test]
fn a_long_list_of_filings_comes_in_pages() {
    support::run(async {
        let app = TestApp::start().await;
        let dossiers: Vec<_> = (0..5).map(|_| app.dossier(ClinicType::General)).collect();
        app.recommended(dossiers).await;
        let officer = app.officer();
        let whole = officer.call("filing_list").send().await.expect(200);
        assert!(whole.get("next").is_none());
        let first = officer.call("filing_list").query("limit", "3").send().await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second = officer.call("filing_list").query("limit", "3").query("cursor", next).send().await.expect(200);
        let mut walked = first["items"].as_array().unwrap().clone();
        walked.extend(second["items"].as_array().unwrap().iter().cloned());
        assert_eq!((&json!(walked), second.get("next")), (&whole["items"], None));
        let none = officer.call("filing_list").query("kind", "change").send().await.expect(200);
        assert_eq!(none["items"], json!([]));
    });
}
