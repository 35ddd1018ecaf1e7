//! What the office does with a report.

use clinic_registry::domain::law::{Law, Sources};
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::law::SOURCES;
use clinic_registry::usecase::clocks;
use serde_json::{Value, json};

use crate::complaints::{CONTACT, about, about_place, case, clinic, find, follow, sent, step, view};
use crate::supervision::pointers;
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

const REPLY: &str = "经检查情况属实，已责令限期整改。\n感谢您的监督。";

/// The running clocks of reports that an office sees: item, and the day on which it is due.
async fn running(actor: &Actor, case: &Value) -> Vec<(String, String)> {
    let list = actor.call("deadline_list").query("rule", "R-107").query("limit", "100").send().await.expect(200);
    let ours = list["items"].as_array().unwrap().iter().filter(|row| row["complaint_id"] == case["id"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ours.inspect(|row| assert_eq!(row["case_number"], case["case_number"], "{row:#}"))
        .map(|row| (text(&row["item"]), text(&row["due_on"])))
        .collect()
}

fn clock(item: &str, due_on: &str) -> (String, String) {
    (item.to_owned(), due_on.to_owned())
}

#[test]
fn a_report_is_accepted_inspected_and_answered() {
    support::run(async {
        let app = APP.get();
        let (number, _) = clinic(&app).await;
        let status = sent(&app, &about(&number)).await;
        let (officer, inspector) = (app.officer(), app.actor("inspector"));
        let received = case(&officer, &status).await;
        assert_eq!(received["allowed_actions"], json!(["accept", "forward", "close"]));
        let both = [clock("投诉举报受理", "2026-11-30"), clock("投诉举报办结", "2026-12-14")];
        assert_eq!(running(&officer, &received).await, both);

        let early = json!({ "action": "order_visit", "reason": "群众举报", "due_on": "2026-12-04" });
        step(&officer, &received, early.clone()).await.problem(409, "complaint.wrong_stage");
        let accepted = step(&inspector, &received, json!({ "action": "accept" })).await.expect(200);
        assert_eq!((&accepted["stage"], &accepted["version"]), (&json!("accepted"), &json!(2)));
        assert_eq!(running(&officer, &received).await, both[1..]);
        // Who read it before that acts on what is no longer so.
        step(&officer, &received, json!({ "action": "accept" })).await.problem(412, "resource.stale");

        let refused = step(&officer, &accepted, json!({ "action": "order_visit" })).await;
        assert_eq!(pointers(&refused.problem(422, "request.invalid")), ["/reason", "/due_on"]);
        let late = json!({ "action": "order_visit", "reason": "群众举报", "due_on": "2026-11-01" });
        let refused = step(&officer, &accepted, late).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/due_on"]);
        let inspected = step(&officer, &accepted, early).await.expect(200);
        let visit = inspector.call("visit_view").path("visit_id", inspected["visit_id"].as_str().unwrap());
        let visit = visit.send().await.expect(200);
        assert_eq!((&visit["kind"], &visit["clinic"]), (&json!("special"), &json!(number)));
        assert_eq!(visit["due_on"], "2026-12-04");

        let empty = json!({ "action": "close", "outcome": "substantiated", "reply": " " });
        let refused = step(&officer, &inspected, empty).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/reply"]);
        let telling = json!({ "action": "close", "outcome": "substantiated", "reply": "已致电137 1234 5678核实。" });
        let refused = step(&officer, &inspected, telling).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/reply"], "the reply is public");
        let close = json!({ "action": "close", "outcome": "substantiated", "reply": REPLY, "reason": "内部备注" });
        let closed = step(&officer, &inspected, close).await.expect(200);
        assert_eq!((&closed["stage"], &closed["allowed_actions"]), (&json!("closed"), &json!([])));
        assert_eq!(running(&officer, &closed).await, []);

        let followed = follow(&app, status["reference"].as_str().unwrap()).await.expect(200);
        assert_eq!((&followed["outcome"], &followed["reply"]), (&json!("substantiated"), &json!(REPLY)));
        let stages: Vec<_> = followed["steps"].as_array().unwrap().iter().map(|s| s["stage"].clone()).collect();
        assert_eq!(stages, ["received", "accepted", "closed"]);
        assert!(!followed.to_string().contains("内部备注") && !followed.to_string().contains(CONTACT));
        let call = officer.call("complaint_history").path("complaint_id", closed["id"].as_str().unwrap());
        let history = call.send().await.expect(200);
        let actions: Vec<_> = history["items"].as_array().unwrap().iter().map(|e| e["action"].clone()).collect();
        assert_eq!(actions, ["receive", "accept", "order_visit", "close"]);
    });
}

#[test]
fn what_is_not_accepted_is_closed_only_as_no_matter_of_ours() {
    support::run(async {
        let app = APP.get();
        let officer = app.officer();
        let received = case(&officer, &sent(&app, &about_place("371502008")).await).await;
        let close = |outcome: &str| json!({ "action": "close", "outcome": outcome, "reply": "请向税务机关反映。" });
        let refused = step(&officer, &received, close("substantiated")).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/outcome"]);
        let refused = step(&officer, &received, json!({ "action": "close" })).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/outcome", "/reply"]);
        let closed = step(&officer, &received, close("not_actionable")).await.expect(200);
        step(&officer, &closed, json!({ "action": "accept" })).await.problem(409, "complaint.wrong_stage");
        assert_eq!(running(&officer, &closed).await, []);
    });
}

#[test]
fn an_inspection_of_a_place_needs_the_clinic_that_it_turned_out_to_be() {
    support::run(async {
        let app = APP.get();
        let (number, _) = clinic(&app).await;
        let officer = app.officer();
        let received = case(&officer, &sent(&app, &about_place("371502008")).await).await;
        let accepted = step(&officer, &received, json!({ "action": "accept" })).await.expect(200);
        let mut order = json!({ "action": "order_visit", "reason": "地点一致", "due_on": "2026-12-04" });
        let refused = step(&officer, &accepted, order.clone()).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/clinic"]);
        order["clinic"] = json!(number);
        let ordered = step(&officer, &accepted, order.clone()).await.expect(200);
        assert_eq!(ordered["clinic"], json!(number));
        let refused = step(&officer, &ordered, order).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/action"], "once is enough");
    });
}

#[test]
fn a_forwarded_report_is_the_other_authoritys_with_its_clocks() {
    support::run(async {
        let mut app = TestApp::start().await;
        let (number, _) = clinic(&app).await;
        let status = sent(&app, &about(&number)).await;
        app.travel("2026-11-26T02:00:00Z").await;
        let (officer, other) = (app.officer(), app.other_officer());
        let received = case(&officer, &status).await;
        let refused = step(&officer, &received, json!({ "action": "forward", "authority_id": app.authority })).await;
        assert_eq!(pointers(&refused.problem(422, "request.invalid")), ["/reason", "/authority_id"]);

        let id = received["id"].as_str().unwrap();
        let body = json!({ "action": "forward", "authority_id": app.other_authority, "reason": "属对方监管" });
        let forward = async || {
            let call = officer.call("complaint_act").path("complaint_id", id).seen(&received).key("forward-once");
            call.json(&body).send().await.expect(200)
        };
        let forwarded = forward().await;
        assert_eq!((&forwarded["stage"], &forwarded["allowed_actions"]), (&json!("forwarded"), &json!([])));
        assert_eq!(forward().await, forwarded, "once, whoever asks again");
        view(&officer, id).await.problem(404, "resource.not_found");
        assert_eq!(find(&officer, &status).await, None);
        assert_eq!(running(&officer, &received).await, []);

        // The answer is due when it was; acceptance begins anew.
        let theirs = case(&other, &status).await;
        assert_eq!((&theirs["accept_by"], &theirs["due_on"]), (&json!("2026-12-03"), &json!("2026-12-14")));
        let both = [clock("投诉举报受理", "2026-12-03"), clock("投诉举报办结", "2026-12-14")];
        assert_eq!(running(&other, &theirs).await, both);
        let followed = follow(&app, status["reference"].as_str().unwrap()).await.expect(200);
        assert_eq!(followed["authority"]["id"], json!(app.other_authority));
        assert!(followed["message"].as_str().unwrap().starts_with("已转由"), "{followed:#}");
        step(&other, &theirs, json!({ "action": "accept" })).await.expect(200);
    });
}

#[test]
fn an_answer_that_is_late_stands_in_the_due_list() {
    support::run(async {
        let mut app = TestApp::start().await;
        let (number, _) = clinic(&app).await;
        let late = sent(&app, &about(&number)).await;
        app.travel("2026-12-14T02:00:00Z").await;
        let overdue = async |officer: &Actor, wanted: &str| {
            let list = officer.call("complaint_list").query("overdue", wanted).send().await.expect(200);
            list["items"].as_array().unwrap().len()
        };
        assert_eq!((overdue(&app.officer(), "true").await, overdue(&app.officer(), "false").await), (0, 1));
        sent(&app, &about_place("371502008")).await;
        app.travel("2026-12-15T02:00:00Z").await;
        let officer = app.officer();
        assert_eq!((overdue(&officer, "true").await, overdue(&officer, "false").await), (1, 1));
        let list = officer.call("deadline_list").query("urgency", "overdue").query("rule", "R-107");
        let list = list.send().await.expect(200);
        let rows = list["items"].as_array().unwrap();
        let case = case(&officer, &late).await;
        assert_eq!(rows.len(), 2, "acceptance and answer: {list:#}");
        assert!(rows.iter().all(|row| row["complaint_id"] == case["id"] && row["clinic"] == json!(number)), "{list:#}");
        assert_eq!((&rows[1]["item"], &rows[1]["days_left"]), (&json!("投诉举报办结"), &json!(-1)));
        assert_eq!(rows[1]["title"], "投诉举报办理");
        // What a clinic is reported for is nobody's business but the office's.
        let own = app.clinic().call("deadline_list").query("rule", "R-107").send().await.expect(200);
        assert_eq!(own["items"], json!([]));
    });
}

#[test]
fn a_corrected_calendar_moves_the_days_that_a_report_shows() {
    support::run(async {
        let app = TestApp::start().await;
        let status = sent(&app, &about_place("371502008")).await;
        let known = "\"10-01..10-07\"]\non = [\"01-04\", \"02-14\"";
        let calendar = SOURCES.calendar.replace(known, &known.replacen(']', ", \"11-25\"]", 1));
        let law = Law::parse(&Sources { calendar: &calendar, ..SOURCES }).unwrap();
        let tx = app.app.store.begin().await.unwrap();
        assert_eq!(clocks::recompute(&app.app, &tx, &law).await.unwrap(), 2);
        tx.commit().await.unwrap();
        let moved = follow(&app, status["reference"].as_str().unwrap()).await.expect(200);
        assert_eq!((&moved["accept_by"], &moved["due_on"]), (&json!("2026-12-01"), &json!("2026-12-15")));
    });
}

#[test]
fn a_clinic_that_ends_does_not_end_the_answer() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.in_stage(Stage::Issued).await;
        let number = filing["clinic"].as_str().unwrap();
        let status = sent(&app, &about(number)).await;
        crate::supervision::decided(&app, &filing, "revocation", "false_materials").await;
        let case = case(&app.officer(), &status).await;
        assert_eq!(running(&app.officer(), &case).await.len(), 2);
    });
}

#[test]
fn reading_how_the_reporter_can_be_reached_leaves_a_trace() {
    support::run(async {
        let app = TestApp::start().await;
        let (number, _) = clinic(&app).await;
        let status = sent(&app, &about(&number)).await;
        let officer = app.officer();
        let masked = case(&officer, &status).await;
        let unmask = async |who: &str, reason: &str| {
            let call = app.actor(who).call("complaint_unmask").path("complaint_id", masked["id"].as_str().unwrap());
            call.once().json(&json!({ "reason": reason })).send().await
        };
        let readings = async || {
            let list = app.approver().call("unmasking_list").send().await.expect(200);
            list["items"].as_array().unwrap().clone()
        };
        unmask("inspector", "核实就诊日期").await.problem(403, "role.forbidden");
        unmask("auditor", "核实就诊日期").await.problem(403, "role.forbidden");
        unmask("other-officer", "核实就诊日期").await.problem(404, "resource.not_found");
        let refused = unmask("officer", "    看").await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/reason"]);
        assert_eq!(readings().await, Vec::<Value>::new());

        let plain = unmask("officer", "核实就诊日期").await.expect(200);
        assert_eq!((&plain["contact"], &plain["version"]), (&json!(CONTACT), &masked["version"]));
        assert_eq!(view(&officer, masked["id"].as_str().unwrap()).await.expect(200)["contact"], masked["contact"]);
        let filing = app.in_stage(Stage::Received).await;
        let reading = officer.filing("filing_unmask", &filing).once().json(&json!({ "reason": "核对执业证书编码" }));
        reading.send().await.expect(200);
        let kept = readings().await;
        assert_eq!(kept.len(), 2, "newest first, of filings and of reports: {kept:#?}");
        assert_eq!((&kept[0]["filing_id"], kept[0].get("complaint_id")), (&filing["id"], None));
        assert_eq!((&kept[1]["complaint_id"], kept[1].get("filing_id")), (&masked["id"], None));
        assert_eq!((&kept[1]["reason"], &kept[1]["actor"]), (&json!("核实就诊日期"), &json!("officer")));
        let page = app.approver().call("unmasking_list").query("limit", "1").send().await.expect(200);
        let next = page["next"].as_str().unwrap();
        let rest = app.approver().call("unmasking_list").query("cursor", next).send().await.expect(200);
        assert_eq!(rest["items"], json!([kept[1]]));
    });
}

#[test]
fn reports_are_listed_by_stage_kind_and_clinic_and_to_their_office_only() {
    support::run(async {
        let app = TestApp::start().await;
        let (number, _) = clinic(&app).await;
        let first = sent(&app, &about(&number)).await;
        sent(&app, &about_place("371502008")).await;
        let theirs = sent(&app, &about_place("371502001")).await;
        let officer = app.officer();
        let accepted = step(&officer, &case(&officer, &first).await, json!({ "action": "accept" })).await.expect(200);
        let count = async |who: &str, filters: &[(&str, &str)]| {
            let actor = app.actor(who);
            let call = filters.iter().fold(actor.call("complaint_list"), |call, (name, value)| call.query(name, value));
            call.send().await.expect(200)["items"].as_array().unwrap().len()
        };
        assert_eq!(count("officer", &[]).await, 2);
        assert_eq!(count("officer", &[("stage", "accepted")]).await, 1);
        assert_eq!(count("officer", &[("kind", "unfiled")]).await, 1);
        assert_eq!(count("officer", &[("clinic", number.to_lowercase().as_str())]).await, 1);
        assert_eq!(count("officer", &[("clinic", "PDY99999X37150217D2122")]).await, 0);
        for who in ["approver", "inspector", "auditor"] {
            assert_eq!(count(who, &[]).await, 2, "{who}");
        }
        for who in ["clinic", "other-clinic", "admin"] {
            assert_eq!(count(who, &[]).await, 0, "{who}");
        }
        assert_eq!(count("other-officer", &[]).await, 1);
        let theirs = case(&app.other_officer(), &theirs).await;
        step(&officer, &theirs, json!({ "action": "accept" })).await.problem(404, "resource.not_found");
        step(&app.actor("auditor"), &accepted, json!({ "action": "forward" })).await.problem(403, "complaint.role");
    });
}
