//! What is refused: dates that cannot be, signatures of others, acts that the standing or the stage does not allow.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::{Filed, LATER, done, filed, found, signed};
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::TestApp;

/// The message of the finding of `rule` at `pointer`.
async fn message(clinic: &Actor, filing: &Value, rule: &str, pointer: &str) -> String {
    let checked = clinic.check(filing).await;
    let list = checked["findings"].as_array().unwrap();
    let finding = list.iter().find(|f| f["rule"] == rule && f["pointer"] == pointer);
    finding.unwrap_or_else(|| panic!("{rule} {pointer} not in {list:#?}"))["message"].as_str().unwrap().to_owned()
}

#[test]
fn every_bad_date_is_named() {
    support::run(async {
        let mut app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        app.travel(LATER).await;
        let me = app.clinic();
        let principal = &clinic.dossier.principal.name;
        for kind in ["suspension", "closure", "relocation", "reissue"] {
            let says = |effective: &str, signed: &str| json!({ "effective_on": effective, "signed_on": signed, "signed_by": principal });
            let draft = me.draft_about(kind, &clinic.number, &says("2026-12-15", "2026-12-15")).await;
            let future = message(&me, &draft, "R-104", "/particulars/effective_on").await;
            assert!(future.contains("2026年12月15日") && future.contains("晚于今日"), "{future}");
            message(&me, &draft, "R-010", "/particulars/signed_on").await;
            let draft = me.specify(&draft, &says("2026-11-22", "2026-11-22")).await.expect(200);
            for field in ["effective_on", "signed_on"] {
                let early = message(&me, &draft, "R-104", &format!("/particulars/{field}")).await;
                assert!(early.contains("早于首次备案日期2026年11月23日"), "{early}");
            }
            let draft = me.specify(&draft, &says("2026-12-14", "2026-12-14")).await.expect(200);
            assert!(found(&me, &draft).await.iter().all(|(rule, _)| rule != "R-104" && rule != "R-010"), "{kind}");
        }
        // The last day of a suspension is not before its first.
        for until in ["2026-12-09", "2026-12-01"] {
            let says = json!({ "effective_on": "2026-12-10", "until": until, "suspension_reason": "rebuilding" });
            let particulars = signed(&clinic.dossier, "2026-12-14", says);
            let draft = me.draft_about("suspension", &clinic.number, &particulars).await;
            assert_eq!(found(&me, &draft).await, [("R-104".to_owned(), "/particulars/until".to_owned())]);
            let refused = me.submit(&draft).await.problem(422, "filing.blocked");
            assert_eq!(refused["errors"][0]["pointer"], "/particulars/until");
        }
        // Nobody resumes before having stopped.
        let says = json!({ "effective_on": "2026-12-10", "suspension_reason": "rebuilding" });
        done(&app, "suspension", &clinic.number, &signed(&clinic.dossier, "2026-12-14", says)).await;
        let early = json!({ "effective_on": "2026-12-09" });
        let draft = me.draft_about("resumption", &clinic.number, &signed(&clinic.dossier, "2026-12-14", early)).await;
        let told = message(&me, &draft, "R-104", "/particulars/effective_on").await;
        assert!(told.contains("早于停业日期2026年12月10日"), "{told}");
    });
}

#[test]
fn only_who_answers_for_the_clinic_signs() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::Cosmetic).await;
        let me = app.clinic();
        let draft = me.draft_about("resumption", &clinic.number, &json!({})).await;
        let asked = ["R-105", "R-100", "R-010", "R-010"];
        assert_eq!(found(&me, &draft).await.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>(), asked);
        let mut draft = me.draft_about("suspension", &clinic.number, &json!({})).await;
        for (signer, passes) in [
            ("", false),
            (" ", false),
            (clinic.dossier.staff[0].name.as_str(), false),
            (clinic.dossier.legal_representative.as_str(), true),
            (clinic.dossier.principal.name.as_str(), true),
        ] {
            let says = json!({ "signed_by": signer, "suspension_reason": "extension" });
            draft = me.specify(&draft, &signed(&clinic.dossier, "2026-11-23", says)).await.expect(200);
            let expected =
                if passes { vec![] } else { vec![("R-010".to_owned(), "/particulars/signed_by".to_owned())] };
            assert_eq!(found(&me, &draft).await, expected, "{signer:?}");
        }
    });
}

/// What a filing of `kind` says that passes whatever else stands.
fn ordinary(clinic: &Filed) -> Value {
    signed(
        &clinic.dossier,
        "2026-11-23",
        json!({
            "suspension_reason": "other", "reason": "如实填报", "records_kept_at": "卫生服务中心",
            "records_phone": "0635-5550000", "medicines_disposal": "退回", "destination_division": "371521",
            "destination_address": "侨润街道谷山路1号",
        }),
    )
}

#[test]
fn what_the_standing_does_not_allow_is_told_at_once_and_refused_with_what_is() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let me = app.clinic();
        // (Kind that cannot be filed, what the answer names as possible), while active and then while suspended.
        let refuse = async |kind: &str, state: &str, possible: &str| {
            let draft = me.draft_about(kind, &clinic.number, &ordinary(&clinic)).await;
            let told = message(&me, &draft, "R-105", "").await;
            assert!(told.contains(state) && told.contains(possible), "{told}");
            assert_eq!(me.check(&draft).await["passes"], false);
            let refused = me.submit(&draft).await.problem(409, "clinic.standing");
            let detail = refused["detail"].as_str().unwrap();
            assert!(detail.contains(state) && detail.contains(possible), "{detail}");
            me.act(&draft, json!({ "action": "withdraw" })).await.expect(200);
        };
        refuse("resumption", "有效", "停业备案").await;
        refuse("telemedicine_suspension", "有效", "停业备案").await;
        refuse("telemedicine_resumption", "有效", "遗失补发").await;
        done(&app, "suspension", &clinic.number, &ordinary(&clinic)).await;
        refuse("suspension", "停业", "恢复执业备案").await;
        refuse("telemedicine_suspension", "停业", "歇业备案").await;
        assert_eq!(app.anonymous().registered(&clinic.number).await["state"], "suspended");

        // A filing that was received while it could happen is refused when it no longer can.
        let received =
            me.submit(&me.draft_about("closure", &clinic.number, &ordinary(&clinic)).await).await.expect(200);
        let other = me.draft_about("resumption", &clinic.number, &ordinary(&clinic)).await;
        me.submit(&other).await.problem(409, "filing.open_filing");
        // A step that the stage does not know says which do, and for whom.
        let refused =
            app.approver().act(&received, json!({ "action": "issue" })).await.problem(409, "filing.wrong_stage");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("已收件") && detail.contains("提请签发 ("), "{detail}");
    });
}

#[test]
fn each_kind_takes_what_belongs_to_it() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let me = app.clinic();
        let create = async |body: Value| me.call("filing_create").once().json(&body).send().await;
        let form = support::builders::json_of(&clinic.dossier);
        for (body, pointers) in [
            (json!({ "kind": "closure" }), vec!["/clinic"]),
            (json!({ "kind": "closure", "dossier": form }), vec!["/clinic", "/dossier"]),
            (json!({ "kind": "suspension", "clinic": clinic.number, "dossier": form }), vec!["/dossier"]),
            (json!({ "kind": "change", "clinic": clinic.number, "particulars": {} }), vec!["/particulars"]),
            (json!({ "kind": "establishment", "particulars": {} }), vec!["/particulars"]),
        ] {
            let refused = create(body).await.problem(422, "request.invalid");
            let told: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
            assert_eq!(told, pointers);
        }
        let about = me.draft_about("closure", &clinic.number, &ordinary(&clinic)).await;
        me.revise(&about, &form).await.problem(422, "request.invalid");
        let change = me.draft_change(&clinic.number, &form).await;
        me.specify(&change, &json!({})).await.problem(422, "request.invalid");
        app.other_clinic().specify(&about, &json!({})).await.problem(404, "resource.not_found");
        let other = json!({ "kind": "closure", "clinic": clinic.number });
        app.other_clinic().call("filing_create").once().json(&other).send().await.problem(404, "resource.not_found");
        // Particulars are checked in form like everything else, and keep to one version.
        let bad = json!({ "effective_on": "2026-02-30", "suspension_reason": "holiday", "reason": "长".repeat(501) });
        let refused = me.specify(&about, &bad).await.problem(422, "request.invalid");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 3, "{refused:#}");
        let newer = me.specify(&about, &ordinary(&clinic)).await.expect(200);
        me.specify(&about, &ordinary(&clinic)).await.problem(412, "resource.stale");
        // Received, it is locked; and a closure gives no number.
        let received = me.submit(&newer).await.expect(200);
        me.specify(&received, &ordinary(&clinic)).await.problem(409, "filing.locked");
        let recommended = app.officer().act(&received, json!({ "action": "recommend" })).await.expect(200);
        let numbered = json!({ "action": "issue", "number": clinic.number });
        let refused = app.approver().act(&recommended, numbered).await.problem(422, "request.invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/number");
    });
}
