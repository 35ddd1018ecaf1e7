//! Stories of visits.

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::clock::ClockState;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::visit::{self, VisitAction, VisitStage};
use clinic_registry::store::entity::deadline;
use sea_orm::{ColumnTrait, Database, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::supervision::{clinic, decided, number, pointers, record, step, view, visit_of, worth};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{json_of, pdf_file};

static APP: Shared = Shared::new();

/// The clocks of a visit or clinic: rule, item, state, in the order of their start.
async fn clocks(app: &TestApp, subject: &str) -> Vec<(String, String, ClockState)> {
    let subject: Uuid = subject.parse().unwrap();
    let database = Database::connect(&app.database).await.unwrap();
    let select = deadline::Entity::find().filter(deadline::Column::SubjectId.eq(subject));
    let rows = select.order_by_asc(deadline::Column::Id).all(&database).await.unwrap();
    database.close().await.unwrap();
    rows.into_iter().map(|row| (row.rule, row.item, row.state)).collect()
}

fn running(rule: &str, item: &str) -> (String, String, ClockState) {
    (rule.into(), item.into(), ClockState::Running)
}

fn met(rule: &str, item: &str) -> (String, String, ClockState) {
    (rule.into(), item.into(), ClockState::Met)
}

#[test]
fn an_issue_orders_a_visit_that_passes() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        assert!(visit["case_number"].as_str().unwrap().starts_with("HC-371502-2026-"), "{visit:#}");
        // 45 working days after 2026-11-23; the holidays of 2027 are not published (domain facts §12.8).
        assert_eq!((&visit["due_on"], &visit["due_guessed"]), (&json!("2027-01-25"), &json!(true)));
        let codes: Vec<_> =
            visit["checklist"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
        assert!(codes.contains(&"general_premises") && !codes.contains(&"dental_premises"), "{codes:?}");
        let id = visit["id"].as_str().unwrap();
        assert_eq!(clocks(&app, id).await, [running("R-055", "备案后现场核查")]);

        let team = json!({ "action": "assign", "team": [app.account("inspector"), app.account("inspector-2")] });
        let visit = step(&app.officer(), &visit, team).await.expect(200);
        assert_eq!(visit["team"].as_array().unwrap().len(), 2);
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        let passed = step(&inspector, &visit, body).await.expect(200);
        assert_eq!((&passed["stage"], &passed["allowed_actions"]), (&json!("passed"), &json!([])));
        assert_eq!(clocks(&app, id).await, [met("R-055", "备案后现场核查")]);
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        assert_eq!(row.verified_on, Some(app.app.clock.today()));
        assert_eq!(worth(&app, &filing).await.0, "valid");
        let call = inspector.call("visit_history").path("visit_id", id);
        let history = call.send().await.expect(200);
        let steps: Vec<_> =
            history["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
        assert_eq!(steps, ["assign", "pass"]);
        let refused = step(&inspector, &passed, json!({ "action": "drop", "reason": "重复" })).await;
        let refused = refused.problem(409, "visit.wrong_stage");
        assert!(refused["detail"].as_str().unwrap().contains("核查通过"), "{refused:#}");
    });
}

#[test]
fn a_clinic_of_chinese_medicine_is_visited_within_thirty_days() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Tcm).await;
        let visit = visit_of(&app.actor("inspector"), &filing, "establishment").await;
        assert_eq!(visit["due_on"], "2027-01-04");
    });
}

#[test]
fn defects_are_put_right_within_the_deadline() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Dental).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let id = visit["id"].as_str().unwrap();
        let body = json!({
            "action": "order_rectification", "record": record(&visit, &["display"]), "rectify_by": "2026-12-07",
        });
        let visit = step(&inspector, &visit, body).await.expect(200);
        assert_eq!((&visit["stage"], &visit["rectify_by"]), (&json!("rectifying"), &json!("2026-12-07")));
        assert_eq!(clocks(&app, id).await, [met("R-055", "备案后现场核查"), running("R-056", "限期整改")]);

        // The clinic reads what is to be put right and by when, nothing else.
        let own = view(&app.clinic(), id).await;
        assert_eq!((&own["rectify_by"], &own["record"]["findings"]), (&json!("2026-12-07"), &json!("")));
        assert_eq!((&own["team"], &own["photos"], &own["allowed_actions"]), (&json!([]), &json!([]), &json!([])));
        let told =
            own["record"]["checked"].as_array().unwrap().iter().find(|l| l["code"] == "display").unwrap().clone();
        assert_eq!(told["result"], "defect");
        let call = app.clinic().call("visit_history").path("visit_id", id);
        let history = call.send().await.expect(200);
        assert_eq!((&history["items"][0]["note"], &history["items"][0]["actor"]), (&json!(""), &json!("")));

        let again = json!({ "action": "extend", "rectify_by": "2026-12-07", "reason": "装修" });
        let refused = step(&app.approver(), &visit, again).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/rectify_by"]);
        let body = json!({ "action": "extend", "rectify_by": "2026-12-21", "reason": "公示栏正在制作" });
        let visit = step(&app.approver(), &visit, body).await.expect(200);
        assert_eq!(visit["rectify_by"], "2026-12-21");
        let dropped = ("R-056".to_owned(), "限期整改".to_owned(), ClockState::Dropped);
        let now = clocks(&app, id).await;
        assert_eq!(now[1..], [dropped.clone(), running("R-056", "限期整改")]);

        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        let visit = step(&inspector, &visit, body).await.expect(200);
        assert_eq!(visit["stage"], "passed");
        assert_eq!(clocks(&app, id).await[1..], [dropped, met("R-056", "限期整改")]);
    });
}

#[test]
fn what_is_not_put_right_ends_in_a_revocation_by_two_persons() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        assert_eq!(worth(&app, &filing).await.0, "valid");
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let found = record(&visit, &["display", "waste"]);
        let body = json!({ "action": "order_rectification", "record": found, "rectify_by": "2026-12-07" });
        let visit = step(&inspector, &visit, body).await.expect(200);
        let body = json!({ "action": "fail", "record": record(&visit, &["waste"]), "reason": "整改后仍不符合要求" });
        let visit = step(&inspector, &visit, body).await.expect(200);
        assert_eq!(visit["stage"], "failed");
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        let of_clinic = clocks(&app, &row.id.to_string()).await;
        assert!(of_clinic.contains(&running("R-056", "拟撤销备案")), "{of_clinic:?}");

        // An order on another ground is not what the failed visit asks for.
        decided(&app, &filing, "stop_order", "beyond_scope").await;
        let of_clinic = clocks(&app, &row.id.to_string()).await;
        assert!(of_clinic.contains(&running("R-056", "拟撤销备案")), "{of_clinic:?}");
        let decision = decided(&app, &filing, "revocation", "rectification_failed").await;
        assert_eq!(decision["stage"], "decided");
        assert_eq!(worth(&app, &filing).await, ("not_valid".to_owned(), "revoked".to_owned()));
        let of_clinic = clocks(&app, &row.id.to_string()).await;
        assert!(of_clinic.contains(&met("R-056", "拟撤销备案")), "{of_clinic:?}");
        let shown = app.anonymous().call("clinic_view").path("filing_number", number(&filing)).send().await.expect(200);
        assert_eq!(shown["state"], "revoked");
        let announced = app.app.store.announcements(Some(row.id), None, None, 5).await.unwrap();
        assert_eq!(announced.len(), 2);
        assert_eq!(announced[0].document_number, "聊开撤字〔2026〕1号");
        assert!(announced[0].body.contains("撤销备案") && announced[0].basis.contains("第十六条"), "{announced:?}");
        assert!(!announced[0].body.contains("经核查"), "the facts stay in the file");
    });
}

#[test]
fn the_visits_of_a_clinic_that_has_ended_are_dropped() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Dental).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        decided(&app, &filing, "cancellation", "voluntary_end").await;
        let visit = view(&inspector, visit["id"].as_str().unwrap()).await;
        assert_eq!(visit["stage"], "dropped");
        let id = visit["id"].as_str().unwrap();
        assert_eq!(clocks(&app, id).await[0].2, ClockState::Dropped);
        let body = json!({ "clinic": number(&filing), "due_on": "2026-12-01", "reason": "举报" });
        let refused = app.officer().call("visit_order").once().json(&body).send().await;
        refused.problem(409, "clinic.standing");
    });
}

#[test]
fn a_new_place_is_visited_anew() {
    support::run(async {
        let app = APP.get();
        let inspector = app.actor("inspector");
        let mut dossier = app.dossier(ClinicType::General);
        let filing = app.issued(&dossier).await;
        let first = visit_of(&inspector, &filing, "establishment").await;
        dossier.address.detail = "东昌路126号".into();
        app.changed(number(&filing), &dossier).await;
        let first = view(&inspector, first["id"].as_str().unwrap()).await;
        assert_eq!(first["stage"], "dropped");
        let second = visit_of(&inspector, &filing, "change").await;
        assert_eq!(second["stage"], "due");
    });
}

#[test]
fn everything_wrong_with_a_record_is_told_at_once() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let told = async |body: Value| {
            let refused = step(&inspector, &visit, body).await.problem(422, "request.invalid");
            pointers(&refused).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(told(json!({ "action": "pass" })).await, ["/record"]);

        let mut wrong = record(&visit, &[]);
        wrong["visited_on"] = json!("2026-11-24");
        wrong["visitors"] = json!(["赵敏", "赵敏", " "]);
        wrong["checked"][0]["code"] = json!("nothing");
        wrong["checked"][2]["code"] = wrong["checked"][1]["code"].clone();
        wrong["checked"][3] = json!({ "code": wrong["checked"][3]["code"], "result": "defect" });
        let pointers = told(json!({ "action": "pass", "record": wrong })).await;
        assert_eq!(
            pointers,
            [
                "/record/visited_on",
                "/record/visitors/1",
                "/record/visitors/2",
                "/record/checked/0/code",
                "/record/checked/2/code",
                "/record/checked/3/note",
                "/record/checked",
                "/record/checked/3/result",
            ]
        );
        let mut early = record(&visit, &[]);
        early["visited_on"] = json!("2026-11-20");
        early["visitors"] = json!(["赵敏"]);
        assert_eq!(
            told(json!({ "action": "pass", "record": early })).await,
            ["/record/visited_on", "/record/visitors"]
        );
        for (rectify_by, expected) in [
            (None, &["/rectify_by"][..]),
            (Some("2026-11-23"), &["/rectify_by"]),
            (Some("2027-06-01"), &["/rectify_by"]),
        ] {
            let mut body = json!({ "action": "order_rectification", "record": record(&visit, &["display"]) });
            if let Some(day) = rectify_by {
                body["rectify_by"] = json!(day);
            }
            assert_eq!(told(body).await, expected, "{rectify_by:?}");
        }
        // Nothing found wrong is no reason to order anything.
        let body =
            json!({ "action": "order_rectification", "record": record(&visit, &[]), "rectify_by": "2026-12-07" });
        assert_eq!(told(body).await, ["/record/checked"]);
        // Who refuses the visit lets nothing be checked: that must be said.
        let mut refusal = record(&visit, &[]);
        refusal["checked"] = json!([]);
        refusal["findings"] = json!("");
        let body = json!({ "action": "fail", "record": refusal });
        assert_eq!(told(body).await, ["/record/findings", "/reason"]);
        refusal["findings"] = json!("负责人拒绝核查人员进入诊所");
        let body = json!({ "action": "fail", "record": refusal, "reason": "拒绝核查" });
        assert_eq!(step(&inspector, &visit, body).await.expect(200)["stage"], "failed");
    });
}

#[test]
fn only_inspectors_of_the_department_are_sent_and_only_they_record() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let (inspector, officer) = (app.actor("inspector"), app.officer());
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let team = [app.account("other-inspector"), app.account("officer"), app.account("inspector-2")];
        let body = json!({ "action": "assign", "team": [team[0], team[1], team[2], team[2]] });
        let refused = step(&officer, &visit, body).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/team/0", "/team/1", "/team/3"]);
        let refused = step(&officer, &visit, json!({ "action": "assign" })).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/team"]);
        let visit = step(&officer, &visit, json!({ "action": "assign", "team": [team[2]] })).await.expect(200);
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        step(&inspector, &visit, body.clone()).await.problem(403, "visit.team");
        let refused = step(&officer, &visit, body.clone()).await.problem(403, "visit.role");
        assert!(refused["detail"].as_str().unwrap().contains("核查岗"), "{refused:#}");
        let refused = step(&app.approver(), &visit, json!({ "action": "extend", "reason": "装修" })).await;
        let refused = refused.problem(409, "visit.wrong_stage");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("待核查") && detail.contains("指派 (审查岗、签发岗、核查岗)"), "{detail}");
        step(&app.actor("inspector-2"), &visit, body).await.expect(200);
    });
}

#[test]
fn a_step_has_its_effect_once_and_on_what_was_seen() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let body = json!({ "action": "assign", "team": [app.account("inspector")] });
        let call = |key: &str| {
            let call = inspector.call("visit_act").path("visit_id", visit["id"].as_str().unwrap());
            call.seen(&visit).key(key).json(&body)
        };
        let first = call("assign-once-only").send().await.expect(200);
        let again = call("assign-once-only").send().await.expect(200);
        assert_eq!(first, again);
        call("another-key").send().await.problem(412, "resource.stale");
        let without = inspector.call("visit_act").path("visit_id", visit["id"].as_str().unwrap()).once().json(&body);
        without.send().await.problem(428, "request.precondition_required");
    });
}

#[test]
fn photos_are_added_while_the_visit_is_open() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let id = visit["id"].as_str().unwrap();
        let upload = async |actor: &crate::support::actors::Actor, bytes: Vec<u8>| {
            let part = reqwest::multipart::Part::bytes(bytes).file_name("现场.jpg");
            let form = reqwest::multipart::Form::new().part("file", part);
            actor.call("visit_photo_add").path("visit_id", id).once().form(form).send().await
        };
        let jpeg = [&[0xFF, 0xD8, 0xFF, 0xE0][..], b"not much of a picture"].concat();
        let added = upload(&inspector, jpeg.clone()).await.expect(201);
        assert_eq!((&added["media_type"], &added["file_name"]), (&json!("image/jpeg"), &json!("现场.jpg")));
        upload(&inspector, b"<svg/>".to_vec()).await.problem(415, "material.file_type");
        upload(&app.officer(), jpeg.clone()).await.problem(403, "visit.role");
        let photo = added["id"].as_str().unwrap();
        let call = inspector.call("visit_photo_view").path("visit_id", id).path("photo_id", photo).send().await;
        assert_eq!(call.bytes, jpeg);
        // A material of the same bytes that is taken back leaves the photo whole.
        let file = pdf_file("both");
        let kept = upload(&inspector, file.clone()).await.expect(201);
        let draft = app.clinic().draft(&json!({})).await;
        let material = app.clinic().upload(&draft, "floor_plan", "图.pdf", file.clone()).await.expect(201);
        let call = app.clinic().filing("material_delete", &draft);
        call.path("material_id", material["id"].as_str().unwrap()).send().await.expect(204);
        let call = inspector.call("visit_photo_view").path("visit_id", id);
        assert_eq!(call.path("photo_id", kept["id"].as_str().unwrap()).send().await.bytes, file);

        let visit = view(&inspector, id).await;
        assert_eq!(visit["photos"].as_array().unwrap().len(), 2);
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        step(&inspector, &visit, body).await.expect(200);
        let late = upload(&inspector, jpeg).await.problem(409, "visit.wrong_stage");
        assert!(late["detail"].as_str().unwrap().contains("上传照片"), "{late:#}");
    });
}

#[test]
fn a_special_inspection_is_ordered_with_its_reason_and_day() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let officer = app.officer();
        let order =
            |due_on: &str| json!({ "clinic": number(&filing), "due_on": due_on, "reason": "群众举报超范围执业" });
        for due_on in ["2026-11-20", "2028-01-01"] {
            let refused = officer.call("visit_order").once().json(&order(due_on)).send().await;
            assert_eq!(pointers(&refused.problem(422, "request.invalid")), ["/due_on"], "{due_on}");
        }
        let key = "special-inspection-1";
        let first = officer.call("visit_order").key(key).json(&order("2026-12-04")).send().await.expect(201);
        assert_eq!((&first["kind"], &first["due_on"]), (&json!("special"), &json!("2026-12-04")));
        let again = officer.call("visit_order").key(key).json(&order("2026-12-04")).send().await.expect(201);
        assert_eq!(first, again);
        // It comes unannounced: until it has taken place the clinic learns of it nowhere.
        let (me, id) = (app.clinic(), first["id"].as_str().unwrap());
        let seen = async || {
            let visits = me.call("visit_list").query("clinic", number(&filing)).send().await.expect(200);
            let visits: Vec<_> = visits["items"].as_array().unwrap().iter().map(|v| v["kind"].clone()).collect();
            let clocks = me.call("deadline_list").send().await.expect(200).to_string();
            (visits, clocks.contains("专项检查"))
        };
        let verification = json!("establishment");
        assert_eq!(seen().await, (vec![verification.clone()], false));
        for operation in ["visit_view", "visit_history"] {
            me.call(operation).path("visit_id", id).send().await.problem(404, "resource.not_found");
        }
        // Nothing found: the clinic's verification is another matter.
        let inspector = app.actor("inspector");
        let body = json!({ "action": "pass", "record": record(&first, &[]) });
        step(&inspector, &first, body).await.expect(200);
        assert_eq!(seen().await.0, [json!("special"), verification]);
        assert_eq!(view(&me, id).await["stage"], "passed");
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        assert_eq!(row.verified_on, None);
        let unknown = json!({ "clinic": "PDY99999937150217D2112", "due_on": "2026-12-04", "reason": "举报" });
        officer.call("visit_order").once().json(&unknown).send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn the_lifecycle_answers_every_stage_action_and_role() {
    for &stage in VisitStage::ALL {
        for &action in VisitAction::ALL {
            for &role in Role::ALL {
                let may = visit::decide(stage, action, role).is_ok();
                let known = visit::next(stage, action).is_some_and(|(roles, _)| roles.contains(&role));
                assert_eq!(may, known, "{stage:?} {action:?} {role:?}");
                assert_eq!(may, visit::allowed(stage, role).contains(&action));
            }
        }
        assert_eq!(visit::open(stage), VisitAction::ALL.iter().any(|a| visit::next(stage, *a).is_some()), "{stage:?}");
    }
}

#[test]
fn a_change_under_way_is_not_upset_by_a_visit_that_passes() {
    support::run(async {
        let app = APP.get();
        let mut dossier = app.dossier(ClinicType::General);
        let filing = app.issued(&dossier).await;
        dossier.address.detail = "东昌路128号".into();
        let clinic = app.clinic();
        let change = clinic.draft_change(number(&filing), &json_of(&dossier)).await;
        clinic.add_materials(&change).await;
        let change = clinic.act(&change, json!({ "action": "submit" })).await.expect(200);
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        step(&inspector, &visit, body).await.expect(200);
        let change = app.officer().act(&change, json!({ "action": "recommend" })).await.expect(200);
        let change = app.approver().act(&change, json!({ "action": "issue" })).await.expect(200);
        assert_eq!(change["stage"], "issued");
        // Nobody has seen the new place yet.
        let row = app.app.store.clinic_by_number(number(&filing)).await.unwrap();
        assert_eq!(row.verified_on, None);
        assert_eq!(visit_of(&inspector, &filing, "change").await["stage"], "due");
    });
}
