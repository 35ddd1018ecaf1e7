//! Loss and reissue.

use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::standing::ClinicAct;
use serde_json::{Value, json};

use super::{Filed, acts, announced, course, digits, filed, found, not_valid, signed, valid, worth};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::{correction, withdrawal};
use crate::support::pdf;

fn circumstances(clinic: &Filed) -> Value {
    signed(&clinic.dossier, "2026-11-23", json!({ "reason": "搬运时遗失，多方查找未果。" }))
}

#[test]
fn a_lost_certificate_is_declared_and_reissued() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let me = app.clinic();
        let paper = me.paper(&clinic.filing).await;
        assert!(!pdf::text(&paper).contains("补发"));
        let draft = me.draft_about("reissue", &clinic.number, &json!({})).await;
        let pointers = ["effective_on", "reason", "signed_by", "signed_on"].map(|f| format!("/particulars/{f}"));
        let told = found(&me, &draft).await;
        assert_eq!(told.iter().map(|(_, pointer)| pointer.clone()).collect::<Vec<_>>(), pointers);
        assert_eq!(told.iter().filter(|(rule, _)| rule == "R-065").count(), 2, "{told:?}");
        let draft = me.specify(&draft, &circumstances(&clinic)).await.expect(200);
        assert_eq!(found(&me, &draft).await, []);
        assert_eq!(worth(&app, &clinic.digits).await, valid(false), "a draft declares nothing");

        // Submitted: the loss is public, the lost copy no longer good.
        let received = me.submit(&draft).await.expect(200);
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("declared_lost"));
        assert_eq!(me.certificate(&clinic.filing).await["state"], "lost");
        assert_eq!(app.anonymous().registered(&clinic.number).await["state"], "active");
        let (kind, body) = announced(&app, &clinic.number).await.remove(0);
        assert_eq!(kind, AnnouncementKind::Loss);
        assert!(body.contains(&clinic.number) && body.contains("声明作废"), "{body}");
        // A correction on the way announces nothing twice.
        let correcting = app.officer().act(&received, correction()).await.expect(200);
        let received = me.submit(&correcting).await.expect(200);
        assert_eq!(announced(&app, &clinic.number).await.len(), 1);
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("declared_lost"));

        let reissued = app.concluded(&received).await;
        assert_eq!((&reissued["stage"], &reissued["clinic"]), (&json!("issued"), &json!(clinic.number)));
        let (steps, note) = course(&app, &reissued).await;
        assert_eq!(steps, ["submit", "request_correction", "submit", "recommend", "issue"]);
        assert_eq!(note, "第1版补发，第2份");
        let copy = me.certificate(&reissued).await;
        assert_eq!((&copy["version"], &copy["state"]), (&json!(1), &json!("current")));
        let (new, old) = (&copy["statement"], &me.certificate(&clinic.filing).await["statement"]);
        assert_eq!((&new["copy_number"], &old["copy_number"]), (&json!(2), &json!(1)));
        for same in ["number", "version", "name", "filed_on", "licence_identifier"] {
            assert_eq!(new[same], old[same], "{same}");
        }
        let view = app.anonymous().registered(&clinic.number).await;
        assert_eq!((&view["version"], &view["record"]["copy_number"]), (&json!(1), &json!(2)));
        // The old code is void; the new paper says 补发 and carries a code that is good.
        assert_eq!(me.certificate(&clinic.filing).await["state"], "void");
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("void"));
        let new = digits(&app, &reissued).await;
        assert_eq!(worth(&app, &new).await, valid(false));
        let paper = me.paper(&reissued).await;
        let text = pdf::text(&paper).replace('\n', "");
        assert!(text.contains("补发（第2份）") && text.contains("第 2 次发放"), "{text}");
        assert_eq!(pdf::codes(&paper, 200.0), [copy["code_url"].as_str().unwrap()]);
        let happened = [ClinicAct::Establish, ClinicAct::DeclareLoss, ClinicAct::Reissue];
        assert_eq!(acts(&app, &clinic.number).await, happened);

        // Lost again: the third copy.
        let third = super::done(&app, "reissue", &clinic.number, &circumstances(&clinic)).await;
        assert_eq!(me.certificate(&third).await["statement"]["copy_number"], 3);
        assert_eq!(worth(&app, &new).await, not_valid("void"));
        // A later change is a version of its own, whose first copy it is.
        let mut renamed = clinic.dossier.clone();
        renamed.address.detail = "黄河路78号".into();
        let changed = app.changed(&clinic.number, &renamed).await;
        let statement = &me.certificate(&changed).await["statement"];
        assert_eq!((&statement["version"], &statement["copy_number"]), (&json!(2), &json!(1)));
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("void"), "void stays void");
    });
}

#[test]
fn a_found_certificate_is_good_again() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::Tcm).await;
        let me = app.clinic();
        let draft = me.draft_about("reissue", &clinic.number, &circumstances(&clinic)).await;
        let received = me.submit(&draft).await.expect(200);
        assert_eq!(worth(&app, &clinic.digits).await, not_valid("declared_lost"));
        let withdrawn = me.act(&received, withdrawal()).await.expect(200);
        assert_eq!(withdrawn["stage"], "withdrawn");
        assert_eq!(worth(&app, &clinic.digits).await, valid(false));
        assert_eq!(me.certificate(&clinic.filing).await["state"], "current");
        let happened = [ClinicAct::Establish, ClinicAct::DeclareLoss, ClinicAct::FindLost];
        assert_eq!(acts(&app, &clinic.number).await, happened);
        // A draft that was never submitted declared nothing, and takes nothing back.
        let draft = me.draft_about("reissue", &clinic.number, &circumstances(&clinic)).await;
        me.act(&draft, json!({ "action": "withdraw" })).await.expect(200);
        assert_eq!(acts(&app, &clinic.number).await, happened);
    });
}
