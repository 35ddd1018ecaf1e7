//! 互联网诊疗: added, suspended, resumed, removed, and added again, the rest of the filing untouched.

use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::dossier::{ClinicType, ServiceMode};
use clinic_registry::domain::standing::ClinicAct;
use serde_json::json;

use crate::supervision;
use clinic_registry::domain::decision::DecisionKind;

use super::{LATER, acts, announced, digits, done, filed, found, not_valid, signed, valid, worth};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::{LAW, json_of};
use crate::support::pdf;

/// Whether the register lists the clinic among those that treat online.
async fn listed_online(app: &TestApp, number: &str) -> bool {
    let list = app.anonymous().search(&[("telemedicine", "true")]).await;
    list.iter().any(|clinic| clinic["number"] == number)
}

#[test]
fn telemedicine_comes_pauses_goes_and_comes_again() {
    support::run(async {
        let mut app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::TcmComprehensive).await;
        let number = &clinic.number;
        assert!(!listed_online(&app, number).await);
        // There is nothing to suspend yet.
        let early = app.clinic().draft_about("telemedicine_suspension", number, &json!({})).await;
        let told = app.clinic().check(&early).await;
        assert_eq!((&told["findings"][0]["rule"], &told["findings"][0]["pointer"]), (&json!("R-105"), &json!("")));
        let refused = app.clinic().submit(&early).await.problem(409, "clinic.standing");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("互联网诊疗“未备案”") && detail.contains("变更备案"), "{detail}");
        assert!(!detail.contains("撤销备案"), "what offices do is not the clinic's to file: {detail}");

        let online = app.with_telemedicine(&clinic.dossier);
        let added = app.changed(number, &online).await;
        let code = digits(&app, &added).await;
        assert_eq!(worth(&app, &code).await, valid(true));
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("superseded"));
        assert!(listed_online(&app, number).await);
        let statement = app.clinic().certificate(&added).await["statement"].clone();
        assert_eq!(statement["telemedicine_since"], "2026-11-23");
        assert!(statement["remarks"].as_str().unwrap().contains("互联网诊疗（自2026年11月23日起"), "{statement:#}");

        // Suspended and resumed on its own: same certificate, same version, the clinic open.
        app.travel(LATER).await;
        let pause = signed(&clinic.dossier, "2026-12-14", json!({}));
        let draft = app.clinic().draft_about("telemedicine_suspension", number, &pause).await;
        assert_eq!(found(&app.clinic(), &draft).await, [("R-100".into(), "/particulars/reason".into())]);
        let pause = signed(&clinic.dossier, "2026-12-14", json!({ "reason": "信息系统升级" }));
        app.clinic().specify(&draft, &pause).await.expect(200);
        let paused = app.carry_through(app.clinic().view(&draft).await.expect(200)).await;
        assert_eq!((&paused["kind"], paused.get("certificate_id")), (&json!("telemedicine_suspension"), None));
        let view = app.anonymous().registered(number).await;
        assert_eq!(
            (&view["state"], &view["telemedicine"], &view["version"]),
            (&json!("active"), &json!(false), &json!(2))
        );
        assert_eq!(worth(&app, &code).await, valid(false));
        assert!(!listed_online(&app, number).await);
        // A change meanwhile leaves the pause as it is.
        let mut elsewhere = online.clone();
        elsewhere.address.detail = "黄河路79号".into();
        let moved = app.changed(number, &elsewhere).await;
        let code = digits(&app, &moved).await;
        assert_eq!(worth(&app, &code).await, valid(false));
        let resume = signed(&clinic.dossier, "2026-12-14", json!({ "reason": "升级完成" }));
        done(&app, "telemedicine_resumption", number, &resume).await;
        assert_eq!(worth(&app, &code).await, valid(true));
        assert!(listed_online(&app, number).await);
        let kinds: Vec<_> = announced(&app, number).await.into_iter().map(|(kind, _)| kind).collect();
        let expected = [AnnouncementKind::TelemedicineResumption, AnnouncementKind::TelemedicineSuspension];
        assert_eq!(kinds, expected);

        // Removed by a change, whether or not its part of the form was emptied.
        let mut without = elsewhere.clone();
        without.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
        let draft = app.clinic().draft_change(number, &json_of(&without)).await;
        let change = draft["changes"].as_array().unwrap().iter().find(|c| c["pointer"] == "/service_modes").unwrap();
        assert!(change["old"].as_str().unwrap().contains("互联网诊疗"), "{change:#}");
        assert!(!change["new"].as_str().unwrap().contains("互联网诊疗"), "{change:#}");
        assert_eq!(found(&app.clinic(), &draft).await, [], "nothing is asked of who gives it up");
        let removed = app.carry_through(draft).await;
        let kept: Vec<_> = removed["changes"].as_array().unwrap().iter().map(|c| c["pointer"].clone()).collect();
        assert!(kept.contains(&json!("/service_modes")), "old and new stay side by side: {kept:?}");
        let statement = app.clinic().certificate(&removed).await["statement"].clone();
        assert_eq!((&statement["remarks"], statement.get("telemedicine_since")), (&json!(""), None));
        assert_eq!(statement["telemedicine_subjects"], json!([]));
        assert!(statement["change_note"].as_str().unwrap().contains("服务方式取消“互联网诊疗”"), "{statement:#}");
        assert!(statement["practitioners"].as_array().unwrap().iter().all(|p| p["telemedicine"] == false));
        let last = digits(&app, &removed).await;
        assert_eq!(worth(&app, &last).await, valid(false));
        assert_eq!(worth(&app, &code).await, not_valid("superseded"));
        assert!(!listed_online(&app, number).await);
        let text = pdf::text(&app.clinic().paper(&removed).await).replace('\n', "");
        assert!(!text.contains("限常见病"), "{text}");

        // Added again: counted anew.
        let again = app.changed(number, &app.with_telemedicine(&clinic.dossier)).await;
        let statement = app.clinic().certificate(&again).await["statement"].clone();
        assert_eq!(statement["telemedicine_since"], "2026-12-14");
        assert_eq!(worth(&app, &digits(&app, &again).await).await, valid(true));
        let happened: Vec<_> = acts(&app, number).await;
        let expected = [
            ClinicAct::Establish,
            ClinicAct::Change,
            ClinicAct::AddTelemedicine,
            ClinicAct::SuspendTelemedicine,
            ClinicAct::Change,
            ClinicAct::ResumeTelemedicine,
            ClinicAct::Change,
            ClinicAct::RemoveTelemedicine,
            ClinicAct::Change,
            ClinicAct::AddTelemedicine,
        ];
        assert_eq!(happened, expected);
    });
}

/// An order to suspend 互联网诊疗, or what lifts it, decided about the clinic of a filing.
async fn ordered(app: &TestApp, filing: &serde_json::Value, kind: DecisionKind) {
    let profile = ClinicType::TcmComprehensive.profile();
    let ground = LAW.grounds(kind, profile, app.app.clock.today()).next().unwrap();
    supervision::decided(app, filing, &kind.code(), &ground.code).await;
}

#[test]
fn an_order_is_not_got_round_by_giving_telemedicine_up_and_adding_it_again() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::TcmComprehensive).await;
        let number = &clinic.number;
        let online = app.with_telemedicine(&clinic.dossier);
        app.changed(number, &online).await;
        ordered(&app, &clinic.filing, DecisionKind::TelemedicineSuspension).await;
        app.changed(number, &clinic.dossier).await;
        let again = app.changed(number, &online).await;
        let code = digits(&app, &again).await;
        assert_eq!(worth(&app, &code).await, valid(false), "the order stands");
        assert!(!listed_online(&app, number).await);
        let page = app.anonymous().get(&format!("/v/{code}")).await.expect_html();
        assert!(page.contains("暂停"), "{page}");
        // Nor does another change lift it, nor the clinic by itself.
        let mut elsewhere = online.clone();
        elsewhere.address.detail = "黄河路79号".into();
        let moved = app.changed(number, &elsewhere).await;
        assert_eq!(worth(&app, &digits(&app, &moved).await).await, valid(false));
        let resume = signed(&clinic.dossier, "2026-11-23", json!({ "reason": "已整改" }));
        let draft = app.clinic().draft_about("telemedicine_resumption", number, &resume).await;
        assert!(!found(&app.clinic(), &draft).await.is_empty(), "who ordered it lifts it");
        app.clinic().act(&draft, json!({ "action": "withdraw" })).await.expect(200);
        let happened = acts(&app, number).await;
        let (from, to) = (ClinicAct::AddTelemedicine, ClinicAct::SuspendTelemedicine);
        assert_eq!(happened[happened.len() - 3..], [from, to, ClinicAct::Change], "{happened:?}");

        ordered(&app, &clinic.filing, DecisionKind::TelemedicineResumption).await;
        assert_eq!(worth(&app, &digits(&app, &moved).await).await, valid(true));
        assert!(listed_online(&app, number).await);
        // What was lifted is no order any more.
        let mut without = elsewhere.clone();
        without.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
        app.changed(number, &without).await;
        let free = app.changed(number, &elsewhere).await;
        assert_eq!(worth(&app, &digits(&app, &free).await).await, valid(true));
    });
}
