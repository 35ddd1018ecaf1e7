//! Personal data in filings: masked for everybody but the clinic, read only for a reason that is kept.

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{Shared, TestApp};
use crate::support::builders::json_of;

static APP: Shared = Shared::new();

/// What nobody but the clinic sees unasked.
const PERSONAL: &[&str] = &[
    "/principal/id_number",
    "/principal/phone",
    "/principal/qualification_code",
    "/principal/practice_code",
    "/applicant/id_number",
    "/staff/0/id_number",
    "/staff/0/practice_code",
];

const REASON: &str = "核对主要负责人执业证书编码";

async fn unmask(actor: &Actor, filing: &Value, reason: &str) -> Answer {
    actor.filing("filing_unmask", filing).once().json(&json!({ "reason": reason })).send().await
}

/// What the approver reads of who read this filing.
async fn readings(app: &TestApp, filing: &Value) -> Vec<Value> {
    let list = app.approver().call("unmasking_list").query("limit", "100").send().await.expect(200);
    let of_it = list["items"].as_array().unwrap().iter().filter(|row| row["filing_id"] == filing["id"]);
    of_it.cloned().collect()
}

#[test]
fn personal_data_is_masked_for_everybody_but_the_clinic() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Received).await;
        let full = app.clinic().view(&filing).await.expect(200)["dossier"].clone();
        for who in ["officer", "approver", "inspector", "auditor"] {
            let masked = app.actor(who).view(&filing).await.expect(200)["dossier"].clone();
            for pointer in PERSONAL {
                let (plain, hidden) = (full.pointer(pointer).unwrap(), masked.pointer(pointer).unwrap());
                assert_ne!(plain, hidden, "{who} {pointer}");
                assert!(hidden.as_str().unwrap().contains('*'), "{who} {pointer}");
            }
            assert_eq!(masked["principal"].get("born_on"), None, "{who}");
            assert_eq!(masked["name"], full["name"]);
        }
        assert!(readings(&app, &filing).await.is_empty());
    });
}

#[test]
fn the_answer_to_a_step_is_masked_as_well() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Received).await;
        let recommended = app.officer().act(&filing, json!({ "action": "recommend" })).await.expect(200);
        let issued = app.approver().act(&recommended, json!({ "action": "issue" })).await.expect(200);
        for answer in [&recommended, &issued] {
            assert!(answer["dossier"]["principal"]["id_number"].as_str().unwrap().contains('*'), "{answer:#}");
        }
    });
}

#[test]
fn what_a_change_changes_shows_no_personal_number() {
    support::run(async {
        let app = APP.get();
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        let other = app.dossier(ClinicType::General);
        let mut changed = dossier.clone();
        changed.principal = other.principal.clone();
        changed.applicant = other.applicant.clone();
        changed.staff.clone_from(&other.staff);
        changed.phone.clone_from(&other.phone);
        changed.name.clone_from(&other.name);
        let draft = app.clinic().draft_change(issued["clinic"].as_str().unwrap(), &json_of(&changed)).await;
        app.clinic().add_materials(&draft).await;
        let received = app.clinic().act(&draft, json!({ "action": "submit" })).await;
        assert_eq!(received.status, 200, "{}", received.text());
        let seen = app.officer().view(&received.json).await.expect(200);
        let shown = seen["changes"].to_string();
        assert!(seen["changes"].as_array().unwrap().len() >= 3, "{shown}");
        for d in [&dossier, &changed] {
            let (p, s) = (&d.principal, &d.staff[0]);
            for secret in [&p.id_number, &p.phone, &p.qualification_code, &p.practice_code, &d.phone, &s.id_number] {
                assert!(!seen.to_string().contains(secret.as_str()), "{secret} in {seen:#}");
            }
        }
    });
}

#[test]
fn who_gives_a_reason_reads_them_and_the_reading_is_kept() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Recommended).await;
        let full = app.clinic().view(&filing).await.expect(200)["dossier"].clone();
        for who in ["officer", "approver"] {
            let answer = unmask(&app.actor(who), &filing, &format!("  {REASON}  ")).await;
            assert_eq!(answer.header("etag"), format!("\"v{}\"", filing["version"]));
            let shown = answer.expect(200);
            assert_eq!(shown["dossier"], full, "{who}");
            assert_eq!(shown["stage"], "recommended", "reading changes nothing");
        }
        let kept = readings(&app, &filing).await;
        let who: Vec<_> =
            kept.iter().map(|row| (row["actor"].as_str().unwrap(), row["role"].as_str().unwrap())).collect();
        assert_eq!(who, [("approver", "approver"), ("officer", "officer")], "newest first");
        assert!(kept.iter().all(|row| row["reason"] == REASON), "{kept:#?}");
        // The next look is masked again.
        let again = app.officer().view(&filing).await.expect(200);
        assert!(again["dossier"]["principal"]["id_number"].as_str().unwrap().contains('*'));
    });
}

#[test]
fn without_a_reason_nothing_is_shown_and_nothing_kept() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Received).await;
        for reason in ["", "   ", "核对", "核对。 "] {
            let problem = unmask(&app.officer(), &filing, reason).await.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/reason", "{reason:?}");
        }
        let no_body = app.officer().filing("filing_unmask", &filing).once().json(&json!({})).send().await;
        no_body.problem(422, "request.invalid");
        for (who, status, code) in [
            ("clinic", 403, "role.forbidden"),
            ("inspector", 403, "role.forbidden"),
            ("auditor", 403, "role.forbidden"),
            ("other-officer", 404, "resource.not_found"),
            ("other-clinic", 404, "resource.not_found"),
            ("admin", 404, "resource.not_found"),
        ] {
            unmask(&app.actor(who), &filing, REASON).await.problem(status, code);
        }
        assert!(readings(&app, &filing).await.is_empty());
    });
}

#[test]
fn a_draft_is_nobodys_to_unmask() {
    support::run(async {
        let app = APP.get();
        let draft = app.in_stage(Stage::Draft).await;
        unmask(&app.officer(), &draft, REASON).await.problem(404, "resource.not_found");
        // What the clinic writes while it corrects is its own: the officer reads what was submitted.
        let filing = app.in_stage(Stage::Correcting).await;
        let mut dossier = app.clinic().view(&filing).await.expect(200)["dossier"].clone();
        let submitted = dossier["principal"]["phone"].clone();
        dossier["principal"]["phone"] = json!("13812345678");
        app.clinic().revise(&filing, &dossier).await.expect(200);
        let read = unmask(&app.officer(), &filing, REASON).await.expect(200);
        assert_eq!(read["dossier"]["principal"]["phone"], submitted);
    });
}

#[test]
fn the_same_request_twice_is_one_reading() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Received).await;
        let officer = app.officer();
        let call = |reason: &str| {
            officer.filing("filing_unmask", &filing).key("reading-0001").json(&json!({ "reason": reason })).send()
        };
        let first = call(REASON).await.expect(200);
        assert_eq!(call(REASON).await.expect(200), first);
        call("另一个不同的原因").await.problem(422, "idempotency.reused");
        officer
            .filing("filing_unmask", &filing)
            .json(&json!({ "reason": REASON }))
            .send()
            .await
            .problem(400, "idempotency.required");
        assert_eq!(readings(&app, &filing).await.len(), 1);
    });
}

#[test]
fn auditors_and_approvers_page_through_the_readings_of_their_own_authority() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.in_stage(Stage::Received).await;
        for n in 0..5 {
            unmask(&app.officer(), &filing, &format!("第{n}次核对信息")).await.expect(200);
        }
        let mut reasons = vec![];
        let mut cursor: Option<String> = None;
        loop {
            let mut call = app.actor("auditor").call("unmasking_list").query("limit", "2");
            if let Some(cursor) = &cursor {
                call = call.query("cursor", cursor);
            }
            let page = call.send().await.expect(200);
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            reasons.extend(items.iter().map(|row| row["reason"].as_str().unwrap().to_owned()));
            cursor = page["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        let expected: Vec<_> = (0..5).rev().map(|n| format!("第{n}次核对信息")).collect();
        assert_eq!(reasons, expected);
        for who in ["other-auditor", "other-approver"] {
            let list = app.actor(who).call("unmasking_list").send().await.expect(200);
            assert_eq!(list["items"], json!([]), "{who}");
        }
        app.officer().call("unmasking_list").send().await.problem(403, "role.forbidden");
        app.actor("auditor").call("unmasking_list").query("cursor", "x").send().await.problem(422, "request.invalid");
    });
}

#[test]
fn the_rules_compare_what_is_behind_the_mask() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Received).await;
        let findings = app.officer().check(&filing).await;
        assert_eq!(findings["passes"], true, "masked numbers would fail R-024 and R-027: {findings:#}");
    });
}
