//! Filings beyond the straight road: deadlines, notices, what each side sees and writes meanwhile.

use chrono::{DateTime, Utc};
use clinic_registry::domain::dossier::{ClinicType, Dossier};
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
            { "rule": "R-011", "pointer": "/materials/nonexistent", "detail": "请核对。" },
            { "rule": "R-005", "pointer": "/nowhere/beds", "detail": "请核对。" },
        ] });
        let refused = officer.act(&filing, unknown).await.problem(422, "request.invalid");
        let mut wrong: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
        wrong.sort_by_key(|pointer| pointer.to_string());
        assert_eq!(json!(wrong), json!(["/defects/1/rule", "/defects/2/pointer", "/defects/3/pointer"]));
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
        // What was asked for the first time can still be read.
        let history = approver.filing("filing_history", &again).send().await.expect(200);
        let notices: Vec<_> = history["items"].as_array().unwrap().iter().filter_map(|e| e.get("notice")).collect();
        assert_eq!(notices.len(), 2);
        assert_eq!(notices[0]["defects"][0]["detail"], correction()["defects"][0]["detail"]);
        assert!(!notices[0]["defects"][0]["basis"].as_array().unwrap().is_empty());
        assert_eq!((&again["stage"], &again["notice"]["round"]), (&json!("correcting"), &json!(2)));
    });
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

#[test]
fn officers_see_what_was_submitted_until_the_clinic_submits_again() {
    support::run(async {
        let app = APP.get();
        let (clinic, officer) = (app.clinic(), app.officer());
        let filing = app.in_stage(Stage::Correcting).await;
        let submitted = filing["dossier"]["name"].clone();
        let mut dossier = clinic.view(&filing).await.expect(200)["dossier"].clone();
        dossier["name"] = json!("");
        let filing = clinic.revise(&filing, &dossier).await.expect(200);
        assert_eq!(filing["dossier"]["name"], "", "the clinic sees what it writes");
        assert_eq!(clinic.check(&filing).await["passes"], false);
        assert_eq!(officer.view(&filing).await.expect(200)["dossier"]["name"], submitted);
        assert_eq!(officer.check(&filing).await["passes"], true, "what was submitted passed");
        let list = officer.call("filing_list").query("stage", "correcting").send().await.expect(200);
        let listed = list["items"].as_array().unwrap().iter().find(|row| row["id"] == filing["id"]).unwrap();
        assert_eq!(listed["name"], submitted);

        dossier["name"] = json!("聊城重写诊所");
        dossier["principal"]["main_institution"] = dossier["name"].clone();
        let filing = clinic.revise(&filing, &dossier).await.expect(200);
        let filing = clinic.submit(&filing).await.expect(200);
        assert_eq!(officer.view(&filing).await.expect(200)["dossier"]["name"], "聊城重写诊所");
    });
}

#[test]
fn the_reason_given_at_each_submission_stands_in_the_history() {
    support::run(async {
        let app = APP.get();
        let (clinic, officer) = (app.clinic(), app.officer());
        let submit = |reason: &str| json!({ "action": "submit", "reason": reason });
        let draft = app.complete_draft().await;
        let filing = clinic.act(&draft, submit("首次提交")).await.expect(200);
        let filing = officer.act(&filing, correction()).await.expect(200);
        clinic.act(&filing, submit("已按告知核对名称")).await.expect(200);
        for reader in [&clinic, &officer] {
            let history = reader.history(&filing).await;
            let notes: Vec<_> = history.iter().map(|step| step["note"].as_str().unwrap()).collect();
            assert_eq!(notes, ["首次提交", "", "已按告知核对名称"]);
        }
    });
}

#[test]
fn only_a_reason_may_run_over_several_lines() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = app.complete_draft().await;
        for (pointer, text) in [
            ("/name", "王五\n诊所"),
            ("/name", "王五\r\n诊所"),
            ("/address/detail", "辽河路\t9号"),
            ("/principal/scope", "内科专业\n外科专业"),
            ("/staff/0/name", "赵\n六"),
            ("/equipment/1", "听诊器\n血压计"),
        ] {
            let mut dossier = draft["dossier"].clone();
            *dossier.pointer_mut(pointer).unwrap() = json!(text);
            let refused = clinic.revise(&draft, &dossier).await.problem(422, "request.invalid");
            let pointers: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
            assert_eq!(pointers, [pointer], "{refused:#}");
        }
        let filing = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        let reason = "房屋租赁合同解除。\n另行选址后再办理。";
        clinic.act(&filing, json!({ "action": "withdraw", "reason": reason })).await.expect(200);
        assert_eq!(clinic.history(&filing).await.last().unwrap()["note"], reason);
    });
}

#[test]
fn a_principal_of_another_clinic_is_known_by_the_practice_code_too() {
    support::run(async {
        let app = APP.get();
        let first = app.dossier(ClinicType::General);
        app.issued(&first).await;
        let clinic = app.clinic();
        let mut second = app.dossier(ClinicType::General);
        let findings = async |dossier: &Dossier| {
            let draft = clinic.draft(&json_of(dossier)).await;
            clinic.add_materials(&draft).await;
            let told = clinic.check(&draft).await["findings"].as_array().unwrap().clone();
            told.into_iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(findings(&second).await, Vec::<String>::new());
        second.principal.practice_code = first.principal.practice_code;
        assert_ne!(second.principal.id_number, first.principal.id_number);
        assert_eq!(findings(&second).await, ["R-029"]);
    });
}
