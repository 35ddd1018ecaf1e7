//! Stories of decisions: each with the code's answer before and after.

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::decision::{self, DecisionAction, DecisionKind, DecisionStage};
use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use crate::supervision::{clinic, decide, decided, number, pointers, proposal, propose, worth};
use crate::support;
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// The kinds of what was announced about a clinic, newest first.
async fn announced(app: &TestApp, filing: &Value) -> Vec<String> {
    let row = app.app.store.clinic_by_number(number(filing)).await.unwrap();
    let rows = app.app.store.announcements(Some(row.id), None, None, 10).await.unwrap();
    rows.into_iter().map(|row| row.kind.code()).collect()
}

fn valid() -> (String, String) {
    ("valid".to_owned(), String::new())
}

fn not_valid(reason: &str) -> (String, String) {
    ("not_valid".to_owned(), reason.to_owned())
}

#[test]
fn a_cancellation_ends_the_filing_at_once() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Tcm).await;
        assert_eq!(worth(&app, &filing).await, valid());
        let decision = decided(&app, &filing, "cancellation", "tcm_voluntary_end").await;
        assert!(decision["case_number"].as_str().unwrap().starts_with("JD-371502-2026-"), "{decision:#}");
        assert_eq!(decision["basis"], "《中医诊所备案管理暂行办法》（国家卫生计生委令第14号）第十六条");
        assert_eq!(worth(&app, &filing).await, not_valid("cancelled"));
        assert_eq!(announced(&app, &filing).await, ["cancellation"]);
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        assert_eq!(row.ended_on, Some(app.app.clock.today()));
        let events = app.app.store.clinic_events(row.id).await.unwrap();
        let last = events.last().unwrap();
        assert_eq!((last.act.code(), last.actor_name.as_str()), ("cancel".to_owned(), "approver"));
        assert_eq!(last.decision_id.unwrap().to_string(), decision["id"]);
        // Nothing more can be decided about it.
        let again = proposal(&filing, "revocation", "tcm_rectification_failed");
        let refused = propose(&app.officer(), &again).await.problem(409, "clinic.standing");
        assert!(refused["detail"].as_str().unwrap().contains("已注销"), "{refused:#}");
    });
}

#[test]
fn an_order_to_stop_holds_until_it_is_lifted() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let lifting = proposal(&filing, "lifting", "put_right");
        propose(&app.officer(), &lifting).await.problem(409, "clinic.standing");
        decided(&app, &filing, "stop_order", "beyond_scope").await;
        assert_eq!(worth(&app, &filing).await, not_valid("stopped"));
        decided(&app, &filing, "lifting", "put_right").await;
        assert_eq!(worth(&app, &filing).await, valid());
        assert_eq!(announced(&app, &filing).await, ["lifting", "stop_order"]);
    });
}

#[test]
fn telemedicine_is_suspended_by_order_without_the_rest() {
    support::run(async {
        let app = APP.get();
        let dossier = app.dossier(ClinicType::TcmComprehensive);
        let first = app.issued(&dossier).await;
        let order = proposal(&first, "telemedicine_suspension", "telemedicine_first_visits");
        propose(&app.officer(), &order).await.problem(409, "clinic.standing");
        let filing = app.changed(number(&first), &app.with_telemedicine(&dossier)).await;
        let permitted = async || {
            let certificate = app.clinic().certificate(&filing).await;
            let verdict = app.anonymous().verify(certificate["short_code"].as_str().unwrap()).await;
            (verdict["outcome"].clone(), verdict["telemedicine_permitted"].clone())
        };
        assert_eq!(permitted().await, (json!("valid"), json!(true)));
        decided(&app, &filing, "telemedicine_suspension", "telemedicine_first_visits").await;
        assert_eq!(permitted().await, (json!("valid"), json!(false)));
        // What the authority ordered, the clinic does not lift by a filing.
        let said = json!({ "effective_on": "2026-11-23", "reason": "已经整改" });
        let own = app.clinic().draft_about("telemedicine_resumption", number(&filing), &said).await;
        let told = app.clinic().check(&own).await;
        let ordered =
            |f: &serde_json::Value| f["rule"] == "R-105" && f["message"].as_str().unwrap().contains("由机关决定");
        assert!(told["findings"].as_array().unwrap().iter().any(ordered), "{told:#}");
        decided(&app, &filing, "telemedicine_resumption", "telemedicine_put_right").await;
        assert_eq!(permitted().await, (json!("valid"), json!(true)));
        assert_eq!(announced(&app, &filing).await, ["telemedicine_resumption", "telemedicine_suspension"]);
    });
}

#[test]
fn nobody_decides_what_they_proposed() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let approver = app.approver();
        let body = proposal(&filing, "revocation", "false_materials");
        let proposed = propose(&approver, &body).await.expect(201);
        assert_eq!((&proposed["stage"], &proposed["allowed_actions"]), (&json!("proposed"), &json!(["withdraw"])));
        let refused = decide(&approver, &proposed, json!({ "action": "decide" })).await;
        refused.problem(403, "decision.same_person");
        let refused = decide(&app.officer(), &proposed, json!({ "action": "decide" })).await;
        let refused = refused.problem(403, "decision.role");
        assert!(refused["detail"].as_str().unwrap().contains("签发岗"), "{refused:#}");
        assert_eq!(worth(&app, &filing).await, valid());
        assert_eq!(announced(&app, &filing).await, Vec::<String>::new());
    });
}

#[test]
fn a_proposal_is_taken_back_with_a_reason_and_one_is_open_at_a_time() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let (officer, approver) = (app.officer(), app.approver());
        let body = proposal(&filing, "revocation", "false_materials");
        let first = propose(&officer, &body).await.expect(201);
        propose(&approver, &body).await.problem(409, "decision.open");
        // Another kind is another matter.
        let stop = propose(&app.actor("inspector"), &proposal(&filing, "stop_order", "beyond_scope")).await.expect(201);
        decide(&officer, &stop, json!({ "action": "withdraw", "reason": "误提" }))
            .await
            .problem(403, "decision.not_own");
        let refused = decide(&officer, &first, json!({ "action": "withdraw" })).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/reason"]);
        let taken = decide(&officer, &first, json!({ "action": "withdraw", "reason": "证据不足" })).await.expect(200);
        assert_eq!((&taken["stage"], &taken["note"]), (&json!("withdrawn"), &json!("证据不足")));
        let refused = decide(&approver, &taken, json!({ "action": "decide" })).await;
        let refused = refused.problem(409, "decision.wrong_stage");
        assert!(refused["detail"].as_str().unwrap().contains("已撤回"), "{refused:#}");
        // An approver turns another's proposal down.
        decide(&approver, &stop, json!({ "action": "withdraw", "reason": "尚在整改" })).await.expect(200);
        propose(&approver, &body).await.expect(201);
    });
}

#[test]
fn a_decision_has_its_effect_once_and_on_what_was_seen() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let body = proposal(&filing, "stop_order", "beyond_scope");
        let propose = |key: &str| app.officer().call("decision_propose").key(key).json(&body);
        let first = propose("stop-once-only").send().await.expect(201);
        assert_eq!(propose("stop-once-only").send().await.expect(201), first);
        let act = |key: &str| {
            let call = app.approver().call("decision_act").path("decision_id", first["id"].as_str().unwrap());
            call.seen(&first).key(key).json(&json!({ "action": "decide" }))
        };
        let done = act("decide-once-only").send().await.expect(200);
        assert_eq!(act("decide-once-only").send().await.expect(200), done);
        act("another-key").send().await.problem(412, "resource.stale");
        assert_eq!(announced(&app, &filing).await, ["stop_order"]);
    });
}

#[test]
fn everything_wrong_with_a_proposal_is_told_at_once() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let mut body = proposal(&filing, "revocation", "tcm_rectification_failed");
        body["document_number"] = json!("");
        body["facts"] = json!(" ");
        body["effective_on"] = json!("2026-11-24");
        body["visit_id"] = json!("019ab000-0000-7000-8000-00000000dead");
        let refused = propose(&app.officer(), &body).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/ground", "/document_number", "/facts", "/effective_on", "/visit_id"]);
        let ground = &refused["errors"][0];
        assert_eq!(ground["rule"], "R-057");
        assert!(ground["detail"].as_str().unwrap().contains("false_materials（使用虚假材料备案）"), "{ground:#}");
        for (day, ok) in [("2026-11-22", false), ("2026-11-23", true)] {
            let mut body = proposal(&filing, "revocation", "false_materials");
            body["effective_on"] = json!(day);
            let answer = propose(&app.officer(), &body).await;
            if ok {
                answer.expect(201);
            } else {
                assert_eq!(pointers(&answer.problem(422, "request.invalid")), ["/effective_on"]);
            }
        }
        let shape = json!({ "kind": "abolition", "clinic": number(&filing) });
        let refused = propose(&app.officer(), &shape).await.problem(422, "request.invalid");
        let pointers = pointers(&refused);
        for pointer in ["/kind", "/ground", "/document_number", "/facts", "/effective_on"] {
            assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
        }
    });
}

#[test]
fn a_decision_does_not_reach_back_before_the_last_one() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = clinic(&app, ClinicType::General).await;
        app.app.clock.set("2026-11-25T02:00:00Z".parse().unwrap());
        let (officer, approver) = {
            let sign_in = async |login| app.anonymous().signed_in(login, support::app::PASSWORD).await;
            (sign_in("officer").await, sign_in("approver").await)
        };
        let mut stop = proposal(&filing, "stop_order", "beyond_scope");
        stop["effective_on"] = json!("2026-11-25");
        let proposed = propose(&officer, &stop).await.expect(201);
        decide(&approver, &proposed, json!({ "action": "decide" })).await.expect(200);
        let mut lifting = proposal(&filing, "lifting", "put_right");
        lifting["effective_on"] = json!("2026-11-24");
        let refused = propose(&officer, &lifting).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/effective_on"]);
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("2026"), "{refused:#}");
        lifting["effective_on"] = json!("2026-11-25");
        propose(&officer, &lifting).await.expect(201);
    });
}

#[test]
fn the_clinic_reads_what_is_decided_and_not_what_is_proposed() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let body = proposal(&filing, "stop_order", "beyond_scope");
        let proposed = propose(&app.officer(), &body).await.expect(201);
        let id = proposed["id"].as_str().unwrap();
        let of_clinic = async || {
            let list = app.clinic().call("decision_list").query("clinic", number(&filing)).send().await.expect(200);
            list["items"].as_array().unwrap().len()
        };
        let call = app.clinic().call("decision_view").path("decision_id", id);
        call.send().await.problem(404, "resource.not_found");
        assert_eq!(of_clinic().await, 0);
        decide(&app.approver(), &proposed, json!({ "action": "decide" })).await.expect(200);
        let call = app.clinic().call("decision_view").path("decision_id", id);
        let shown = call.send().await.expect(200);
        assert_eq!((&shown["stage"], &shown["facts"]), (&json!("decided"), &body["facts"]));
        assert_eq!((&shown["proposed_by"], &shown["decided_by"]), (&Value::Null, &Value::Null));
        assert_eq!(of_clinic().await, 1);
        let call = app.other_clinic().call("decision_view").path("decision_id", id);
        call.send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn the_lists_in_force_are_public() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        for kind in DecisionKind::ALL {
            for profile in ["CLINIC_2022", "TCM_2017"] {
                let call = nobody.call("ground_list").query("kind", kind.code()).query("profile", profile);
                let list = call.send().await.expect(200);
                let items = list["items"].as_array().unwrap();
                assert!(!items.is_empty() && items.iter().all(|g| g["kind"] == kind.code()), "{kind:?} {profile}");
            }
        }
        let of = async |clinic_type: &str| {
            let list = nobody.call("checklist_list").query("clinic_type", clinic_type).send().await.expect(200);
            list["items"].as_array().unwrap().iter().map(|l| l["code"].clone()).collect::<Vec<_>>()
        };
        let (dental, tcm) = (of("dental").await, of("tcm").await);
        assert!(dental.contains(&json!("dental_staff")) && !tcm.contains(&json!("dental_staff")), "{tcm:?}");
        assert!(dental.contains(&json!("display")) && tcm.contains(&json!("display")));
    });
}

#[test]
fn the_lifecycle_answers_every_stage_action_and_role() {
    for &stage in DecisionStage::ALL {
        for &action in DecisionAction::ALL {
            for &role in Role::ALL {
                let may = decision::decide(stage, action, role).is_ok();
                let known = decision::next(stage, action).is_some_and(|(roles, _)| roles.contains(&role));
                assert_eq!(may, known, "{stage:?} {action:?} {role:?}");
            }
        }
    }
}
