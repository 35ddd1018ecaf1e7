//! A move to another county: an end here, a successor there.

use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::decision::DecisionKind;
use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::standing::ClinicAct;
use serde_json::{Value, json};

use super::{Filed, acts, announced, digits, done, filed, found, listed_as, not_valid, signed, valid, worth};
use crate::supervision;
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::{LAW, json_of};

fn leaving(clinic: &Filed, division: &str) -> Value {
    signed(
        &clinic.dossier,
        "2026-11-23",
        json!({
            "destination_division": division, "destination_address": "古楼街道东昌西路3号",
            "records_kept_at": "随迁至新址保管", "records_phone": "0635-5558888", "medicines_disposal": "随迁",
        }),
    )
}

/// The same clinic in a street of the other authority.
fn there(clinic: &Filed) -> Dossier {
    let mut dossier = clinic.dossier.clone();
    dossier.address.street = "371502001".into();
    dossier.address.detail = "东昌西路3号".into();
    dossier
}

async fn draft_successor(app: &TestApp, number: &str, dossier: &Dossier) -> Value {
    let body = json!({ "kind": "establishment", "clinic": number, "dossier": json_of(dossier) });
    let draft = app.clinic().call("filing_create").once().json(&body).send().await.expect(201);
    app.clinic().add_materials(&draft).await;
    app.clinic().view(&draft).await.expect(200)
}

#[test]
fn a_clinic_moves_away_and_goes_on_elsewhere() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let me = app.clinic();

        // A change of address out of the area is blocked and leads to the move.
        let change = me.draft_change(&clinic.number, &json_of(&there(&clinic))).await;
        let told = found(&me, &change).await;
        for rule in ["R-004", "R-061"] {
            assert!(told.contains(&(rule.to_owned(), "/address/street".to_owned())), "{told:?}");
        }
        let findings = me.check(&change).await;
        let pointed = findings["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "R-061").unwrap();
        assert_eq!(pointed["severity"], "warning");
        assert!(pointed["message"].as_str().unwrap().starts_with("迁出本辖区的，请向迁入地重新备案"), "{pointed:#}");

        // The move: where to must be a county; within one county the reason is asked for.
        let draft = me.draft_about("relocation", &clinic.number, &json!({})).await;
        let told = found(&me, &draft).await;
        for field in ["destination_division", "destination_address"] {
            assert!(told.contains(&("R-100".to_owned(), format!("/particulars/{field}"))), "{told:?}");
        }
        let mut draft = draft;
        for (division, expected) in [
            ("999999", Some("R-101")),
            ("371500", Some("R-101")),
            ("3715", Some("R-101")),
            ("371502", Some("R-061")),
            ("371521", None),
        ] {
            draft = me.specify(&draft, &leaving(&clinic, division)).await.expect(200);
            let told = found(&me, &draft).await;
            let at = "/particulars/destination_division".to_owned();
            assert_eq!(told, expected.map(|rule| (rule.to_owned(), at)).into_iter().collect::<Vec<_>>(), "{division}");
        }
        let draft = me.specify(&draft, &leaving(&clinic, "371502")).await.expect(200);
        let unanswered = me.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        assert_eq!(unanswered["errors"][0]["rule"], "R-061");
        let received = me.submit(&draft).await.expect(200);
        assert_eq!(received["answers"], json!([{ "rule": "R-061", "reason": "情况属实" }]));
        assert_eq!(app.officer().view(&received).await.expect(200)["answers"], received["answers"]);
        assert_eq!(worth(&app, &clinic.digits).await, valid(false));

        let gone = app.concluded(&received).await;
        assert_eq!(gone["stage"], "issued");
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!((&view["state"], view.get("successor")), (&json!("cancelled"), None));
        assert_eq!(listed_as(&app, &clinic.number).await, ["cancelled"]);
        assert_eq!(me.certificate(&clinic.filing).await["clinic_state"], "cancelled");
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("cancelled"));
        let (kind, body) = announced(&app, &clinic.number).await.remove(0);
        assert_eq!(kind, AnnouncementKind::Relocation);
        assert!(body.contains("古楼街道东昌西路3号"), "{body}");
        assert_eq!(acts(&app, &clinic.number).await, [ClinicAct::Establish, ClinicAct::MoveAway]);

        // There: an establishment that names it, before the other authority.
        let draft = draft_successor(&app, &clinic.number, &there(&clinic)).await;
        let rival = draft_successor(&app, &clinic.number, &there(&clinic)).await;
        assert_eq!(draft["predecessor"], json!(clinic.number));
        let received = me.submit(&draft).await.expect(200);
        assert_eq!(received["authority"]["id"], json!(app.other_authority));
        let seen = app.other_officer().view(&received).await.expect(200);
        assert_eq!(seen["predecessor"], json!(clinic.number));
        let recommended = app.other_officer().act(&received, json!({ "action": "recommend" })).await.expect(200);
        let issued = app.actor("other-approver").act(&recommended, json!({ "action": "issue" })).await.expect(200);
        let number = issued["clinic"].as_str().unwrap().to_owned();
        assert_ne!(number, clinic.number);
        let (old, new) = (app.anonymous().registered(&clinic.number).await, app.anonymous().registered(&number).await);
        assert_eq!((&old["successor"], old.get("predecessor")), (&json!(number), None));
        assert_eq!((&new["predecessor"], new.get("successor")), (&json!(clinic.number), None));
        assert_eq!((&old["state"], &new["state"]), (&json!("cancelled"), &json!("active")));
        assert_eq!(new["record"]["authority"]["name"], issued["authority"]["name"]);
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("cancelled"));
        let certificate = me.certificate(&issued).await;
        let url = certificate["code_url"].as_str().unwrap();
        assert_eq!(worth(&app, url.rsplit('/').next().unwrap()).await, valid(false));

        // One clinic has one successor: neither a draft of before nor a new one makes a second.
        let refused = me.submit(&rival).await.problem(422, "request.invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/clinic");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(&number), "{refused:#}");
        let body = json!({ "kind": "establishment", "clinic": clinic.number });
        let refused = me.call("filing_create").once().json(&body).send().await.problem(422, "request.invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/clinic");
    });
}

#[test]
fn only_ones_own_clinic_that_moved_away_has_a_successor() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let draft = |who, number: &str| {
            let body = json!({ "kind": "establishment", "clinic": number });
            let actor = app.actor(who);
            async move { actor.call("filing_create").once().json(&body).send().await }
        };
        // It practises here still.
        let refused = draft("clinic", &clinic.number).await.problem(422, "request.invalid");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("没有迁出"), "{refused:#}");
        // It closed, and that is no move.
        let says =
            json!({ "records_kept_at": "卫生服务中心", "records_phone": "0635-5550001", "medicines_disposal": "退回" });
        done(&app, "closure", &clinic.number, &signed(&clinic.dossier, "2026-11-23", says)).await;
        let refused = draft("clinic", &clinic.number).await.problem(422, "request.invalid");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("没有迁出"), "{refused:#}");

        let other = filed(&app, ClinicType::Dental).await;
        done(&app, "relocation", &other.number, &leaving(&other, "371521")).await;
        draft("other-clinic", &other.number).await.problem(404, "resource.not_found");
        draft("clinic", "PDY99999937150217D2112").await.problem(404, "resource.not_found");
        draft("clinic", &other.number).await.expect(201);
        // Nothing about the first clinic's code depends on the other's move.
        assert_eq!(worth(&app, &digits(&app, &other.filing).await).await, not_valid("cancelled"));
    });
}

#[test]
fn an_order_against_telemedicine_goes_along_with_a_move() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let me = app.clinic();
        app.changed(&clinic.number, &app.with_telemedicine(&clinic.dossier)).await;
        let kind = DecisionKind::TelemedicineSuspension;
        let profile = ClinicType::General.profile();
        let ground = LAW.grounds(kind, profile, app.app.clock.today()).next().unwrap();
        supervision::decided(&app, &clinic.filing, &kind.code(), &ground.code).await;
        done(&app, "relocation", &clinic.number, &leaving(&clinic, "371502")).await;

        let draft = draft_successor(&app, &clinic.number, &there(&clinic)).await;
        let issue = async |received: Value| {
            let filing = app.other_officer().act(&received, json!({ "action": "recommend" })).await.expect(200);
            app.actor("other-approver").act(&filing, json!({ "action": "issue" })).await.expect(200)
        };
        let issued = issue(me.submit(&draft).await.expect(200)).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        // There it adds 互联网诊疗 again: the order still stands, and the new authority lifts it.
        let online = app.with_telemedicine(&there(&clinic));
        let change = me.draft_change(&number, &json_of(&online)).await;
        me.add_materials(&change).await;
        let change = me.view(&change).await.expect(200);
        let changed = issue(me.submit(&change).await.expect(200)).await;
        let certificate = me.certificate(&changed).await;
        let code = certificate["code_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        assert_eq!(worth(&app, &code).await, valid(false));
        let happened = acts(&app, &number).await;
        assert_eq!(happened.last(), Some(&ClinicAct::SuspendTelemedicine), "{happened:?}");
    });
}
