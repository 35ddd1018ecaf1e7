//! Suspension, resumption, closure.

use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::standing::ClinicAct;
use serde_json::json;

use super::{LATER, acts, announced, course, done, filed, found, listed_as, not_valid, says, signed, valid, worth};
use crate::support;
use crate::support::app::TestApp;

#[test]
fn a_clinic_suspends_and_resumes() {
    support::run(async {
        let mut app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        app.travel(LATER).await;
        let about = json!({ "effective_on": "2026-12-10", "until": "2027-02-28", "suspension_reason": "other" });
        let particulars = signed(&clinic.dossier, "2026-12-14", about);
        let draft = app.clinic().draft_about("suspension", &clinic.number, &particulars).await;
        // It is told at once when that counts as closure; nothing blocks.
        let check = app.clinic().check(&draft).await;
        assert_eq!(check["passes"], true, "{check:#}");
        let told = &check["findings"][0];
        assert_eq!((&told["rule"], &told["severity"]), (&json!("R-063"), &json!("task")));
        assert!(told["message"].as_str().unwrap().contains("2027年12月10日"), "{told:#}");
        let received = app.clinic().submit(&draft).await.expect(200);
        assert_eq!(received["kind"], "suspension");
        assert!(says(&received, &particulars), "{received:#}");
        // Received is not done: the clinic practises until it is.
        assert_eq!(worth(&app, &clinic.digits).await, valid(false));
        assert_eq!(listed_as(&app, &clinic.number).await, ["active"]);
        for reader in [app.officer(), app.actor("inspector"), app.actor("auditor")] {
            assert!(says(&reader.view(&received).await.expect(200), &particulars));
        }

        let suspended = app.concluded(&received).await;
        assert_eq!((&suspended["stage"], suspended.get("certificate_id")), (&json!("issued"), None));
        let (steps, note) = course(&app, &suspended).await;
        assert_eq!(steps, ["submit", "recommend", "issue"]);
        assert!(note.contains("2026年12月10日") && note.contains("停业"), "{note}");
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!(
            (&view["state"], &view["suspended_on"], &view["suspended_until"]),
            (&json!("suspended"), &json!("2026-12-10"), &json!("2027-02-28"))
        );
        assert_eq!(listed_as(&app, &clinic.number).await, ["suspended"]);
        let certificate = app.clinic().certificate(&clinic.filing).await;
        assert_eq!((&certificate["state"], &certificate["clinic_state"]), (&json!("current"), &json!("suspended")));
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("suspended"));

        let resumption = signed(&clinic.dossier, "2026-12-14", json!({}));
        let resumed = done(&app, "resumption", &clinic.number, &resumption).await;
        assert_eq!(resumed["stage"], "issued");
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!((&view["state"], view.get("suspended_on")), (&json!("active"), None));
        assert_eq!(listed_as(&app, &clinic.number).await, ["active"]);
        assert_eq!(app.clinic().certificate(&clinic.filing).await["clinic_state"], "active");
        assert_eq!(worth(&app, &clinic.digits).await, valid(false));
        assert_eq!(acts(&app, &clinic.number).await, [ClinicAct::Establish, ClinicAct::Suspend, ClinicAct::Resume]);
        let kinds: Vec<_> = announced(&app, &clinic.number).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [AnnouncementKind::Resumption, AnnouncementKind::Suspension]);
    });
}

#[test]
fn who_rebuilds_is_not_told_of_closure() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let particulars = signed(&clinic.dossier, "2026-11-23", json!({ "suspension_reason": "rebuilding" }));
        let draft = app.clinic().draft_about("suspension", &clinic.number, &particulars).await;
        assert_eq!(found(&app.clinic(), &draft).await, []);
        // Who suspends in order to move files the new address before reopening.
        app.carry_through(draft).await;
        let mut moved = clinic.dossier.clone();
        moved.address.detail = "黄河路77号".into();
        let changed = app.changed(&clinic.number, &moved).await;
        assert_eq!(app.clinic().certificate(&changed).await["clinic_state"], "suspended");
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!((&view["state"], &view["version"]), (&json!("suspended"), &json!(2)));
        assert_eq!(view["suspended_on"], "2026-11-23");
    });
}

#[test]
fn a_clinic_closes() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::Dental).await;
        let me = app.clinic();
        let draft = me.draft_about("closure", &clinic.number, &json!({})).await;
        let asked = ["effective_on", "records_kept_at", "records_phone", "medicines_disposal"];
        let mut expected: Vec<_> = asked.map(|field| ("R-064".to_owned(), format!("/particulars/{field}"))).into();
        expected.extend(["signed_by", "signed_on"].map(|field| ("R-010".to_owned(), format!("/particulars/{field}"))));
        assert_eq!(found(&me, &draft).await, expected);
        let refused = me.submit(&draft).await.problem(422, "filing.blocked");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 6);
        // Blanks are not an answer.
        let blank = json!({ "records_kept_at": " ", "records_phone": "　", "medicines_disposal": " \u{a0}" });
        let particulars = signed(&clinic.dossier, "2026-11-23", blank);
        let draft = me.specify(&draft, &particulars).await.expect(200);
        let told: Vec<_> = found(&me, &draft).await.into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(told, ["R-064"; 3]);

        let about = json!({
            "records_kept_at": "东城街道社区卫生服务中心", "records_phone": "0635-5559999",
            "medicines_disposal": "退回供货单位",
        });
        let particulars = signed(&clinic.dossier, "2026-11-23", about);
        let draft = me.specify(&draft, &particulars).await.expect(200);
        let received = me.submit(&draft).await.expect(200);
        assert_eq!(worth(&app, &clinic.digits).await, valid(false));
        let closed = app.concluded(&received).await;
        assert!(says(&app.officer().view(&closed).await.expect(200), &particulars));
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!((&view["state"], &view["ended_on"]), (&json!("cancelled"), &json!("2026-11-23")));
        assert_eq!(listed_as(&app, &clinic.number).await, ["cancelled"]);
        let certificate = me.certificate(&clinic.filing).await;
        assert_eq!(certificate["clinic_state"], "cancelled");
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("cancelled"));
        // Patients learn who keeps their records.
        let (kind, body) = announced(&app, &clinic.number).await.remove(0);
        assert_eq!(kind, AnnouncementKind::Closure);
        assert!(body.contains("东城街道社区卫生服务中心") && body.contains("0635-5559999"), "{body}");
        // What was checked when it was done stays as it was.
        assert_eq!(me.check(&closed).await["passes"], true);
        // Nothing more can be filed.
        for kind in ["suspension", "resumption", "closure", "relocation", "reissue", "telemedicine_suspension"] {
            let draft = me.draft_about(kind, &clinic.number, &json!({})).await;
            let refused = me.submit(&draft).await.problem(409, "clinic.standing");
            assert!(refused["detail"].as_str().unwrap().contains("备案已经终止"), "{refused:#}");
            assert!(found(&me, &draft).await.contains(&("R-105".to_owned(), String::new())), "{kind}");
        }
    });
}
