//! After issue: the clinic's page, and every journey that begins there, walked by its forms to its end.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::Value;

use crate::owner::{answer, fields, of, page, send, signed_in};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::browser::{Browser, between};

static APP: Shared = Shared::new();

/// Starts a journey from the clinic's page; answers the filing.
async fn begin(browser: &mut Browser, number: &str, kind: &str, journey: &str) -> Value {
    let own = format!("/my/clinics/{number}");
    let html = browser.get(&own).await.shown(200);
    assert!(html.contains(&format!("name=\"kind\" value=\"{kind}\"")), "{kind} is offered");
    let key = between(&html, "name=\"key\" value=\"", "\"").to_owned();
    let start = [("key", key.as_str()), ("kind", kind), ("journey", journey), ("clinic", number)];
    let begun = browser.post("/my/filings", &start).await;
    assert_eq!(begun.status, 303, "{}", begun.html);
    // Whoever starts it again goes on with it.
    let again = browser.get(&own).await.shown(200);
    let fresh = between(&again, "name=\"key\" value=\"", "\"").to_owned();
    let start = [("key", fresh.as_str()), ("kind", kind), ("journey", journey), ("clinic", number)];
    browser.post("/my/filings", &start).await.leads(begun.location());
    of(begun.location())
}

/// Declares and submits, and has it concluded by the office.
async fn conclude(app: &TestApp, browser: &mut Browser, filing: &Value) {
    app.clinic().add_materials(&app.clinic().view(filing).await.expect(200)).await;
    let path = page(filing, "/check");
    let html = browser.get(&path).await.shown(200);
    let shown = fields(&html);
    let mut declared = vec![("not_disqualified", "true"), ("truthful", "true")];
    let answers: Vec<_> =
        shown.iter().filter(|(name, _)| name.starts_with("answer-")).map(|(n, _)| n.clone()).collect();
    declared.extend(answers.iter().map(|name| (name.as_str(), "情况属实。")));
    let sent = send(browser, &path, shown, &declared).await;
    assert_eq!(sent.location(), page(filing, "/done"), "{}", sent.html);
    let received = app.clinic().view(filing).await.expect(200);
    app.concluded(&received).await;
}

#[test]
fn every_journey_of_a_clinic_is_walked_to_its_end() {
    support::run(async {
        let app = APP.get();
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        let mut browser = signed_in(&app, "clinic").await;
        let own = format!("/my/clinics/{number}");
        let matter = [
            ("effective_on-year", "2026"),
            ("effective_on-month", "11"),
            ("effective_on-day", "23"),
            ("reason", "诊室改造。"),
        ];
        for (kind, more, state) in [
            (
                "suspension",
                &[
                    ("until-year", "2027"),
                    ("until-month", "2"),
                    ("until-day", "1"),
                    ("suspension_reason", "rebuilding"),
                ][..],
                "停业",
            ),
            ("resumption", &[][..], "有效"),
            ("reissue", &[][..], "有效"),
        ] {
            let filing = begin(&mut browser, &number, kind, "").await;
            let answers: Vec<_> = matter.iter().chain(more).copied().collect();
            let sent = answer(&mut browser, &page(&filing, "/form/matter"), &answers).await;
            assert_eq!(sent.status, 303, "{kind}: {}", sent.html);
            conclude(&app, &mut browser, &filing).await;
            let html = browser.get(&own).await.shown(200);
            assert!(between(&html, "id=\"stands\">", "</h2>").contains(state), "{kind}: {html}");
        }
        let filing = begin(&mut browser, &number, "closure", "").await;
        answer(&mut browser, &page(&filing, "/form/matter"), &matter).await;
        let records = [
            ("records_kept_at", "东城街道社区卫生服务中心"),
            ("records_phone", "0635-0000001"),
            ("medicines_disposal", "已退回供货单位。"),
        ];
        answer(&mut browser, &page(&filing, "/form/records"), &records).await;
        conclude(&app, &mut browser, &filing).await;
        let html = browser.get(&own).await.shown(200);
        assert!(!html.contains("action=\"/my/filings\""), "nothing more is offered: {html}");
    });
}

#[test]
fn telemedicine_tells_first_what_is_missing_and_is_added_and_taken_out() {
    support::run(async {
        let app = APP.get();
        let filed = app.dossier(ClinicType::TcmComprehensive);
        let issued = app.issued(&filed).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        let mut browser = signed_in(&app, "clinic").await;
        let html = browser.get(&format!("/my/clinics/{number}/telemedicine")).await.shown(200);
        assert!(html.matches("class=\"note care finding\"").count() > 5, "what is missing is told: {html}");
        let filing = begin_telemedicine(&mut browser, &number, &html).await;
        let tasks = browser.get(&page(&filing, "")).await.shown(200);
        assert!(tasks.contains("/form/online") && tasks.contains("/form/safeguards"), "{tasks}");
        // The form is long: what the pages write is told elsewhere.
        let online = serde_json::to_value(app.with_telemedicine(&filed)).unwrap();
        let seen = app.clinic().view(&filing).await.expect(200);
        app.clinic()
            .revise(&seen, &crate::support::builders::json_of(&app.with_telemedicine(&filed)))
            .await
            .expect(200);
        assert_eq!(online["service_modes"].as_array().unwrap().len(), 2);
        conclude(&app, &mut browser, &filing).await;
        assert_eq!(app.clinic().registered(&number).await["telemedicine"], true);
        let out = begin(&mut browser, &number, "change", "no_telemedicine").await;
        conclude(&app, &mut browser, &out).await;
        assert_eq!(app.clinic().registered(&number).await["telemedicine"], false);
    });
}

async fn begin_telemedicine(browser: &mut Browser, number: &str, html: &str) -> Value {
    let key = between(html, "name=\"key\" value=\"", "\"").to_owned();
    let start = [("key", key.as_str()), ("kind", "change"), ("journey", "telemedicine"), ("clinic", number)];
    of(browser.post("/my/filings", &start).await.location())
}

#[test]
fn a_copy_is_made_once_and_taken_back() {
    support::run(async {
        let app = APP.get();
        let issued = app.issued(&app.dossier(ClinicType::Dental)).await;
        let copies = format!("/my/clinics/{}/copies", issued["clinic"].as_str().unwrap());
        let mut browser = signed_in(&app, "clinic").await;
        let shown = fields(&browser.get(&copies).await.shown(200));
        let html = send(&mut browser, &copies, shown.clone(), &[("purpose", "")]).await.shown(422);
        assert!(html.contains("href=\"#purpose\"") && html.contains("href=\"#until\""), "both are told: {html}");
        let wanted = [
            ("purpose", "医保定点申请"),
            ("recipient", "聊城市医疗保障局"),
            ("until-year", "2026"),
            ("until-month", "12"),
            ("until-day", "31"),
        ];
        for _ in 0..2 {
            send(&mut browser, &copies, shown.clone(), &wanted).await.leads(&copies);
        }
        let html = browser.get(&copies).await.shown(200);
        assert_eq!(html.matches("/withdraw\"").count(), 1, "one copy for two clicks");
        let file = between(&html, "href=\"/my/copies/", "\"").to_owned();
        assert!(browser.get(&format!("/my/copies/{file}")).await.html.starts_with("%PDF-"));
        let key = between(&html, "name=\"key\" value=\"", "\"").to_owned();
        let number = issued["clinic"].as_str().unwrap();
        let back = browser.post(&format!("/my/copies/{file}/withdraw"), &[("key", &key), ("number", number)]).await;
        back.leads(&copies);
        assert!(!browser.get(&copies).await.shown(200).contains("/withdraw\""));
    });
}

#[test]
fn confirming_is_one_tap_and_the_public_sees_since_when() {
    support::run(async {
        let app = APP.get();
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        let public = format!("/clinics/{number}");
        assert!(!app.anonymous().get(&public).await.expect_html().contains("确认过"));
        let mut browser = signed_in(&app, "clinic").await;
        let html = browser.get(&format!("/my/clinics/{number}")).await.shown(200);
        let key = between(&html, "name=\"key\" value=\"", "\"").to_owned();
        for _ in 0..2 {
            let done = browser.post(&format!("/my/clinics/{number}/confirm"), &[("key", &key)]).await;
            done.leads(&format!("/my/clinics/{number}?done=confirmed"));
        }
        assert!(app.anonymous().get(&public).await.expect_html().contains("今天确认过"));
        // Whoever scans the code learns it, too; and software confirms as a person does, whatever case the number is in.
        let view = app.anonymous().registered(&number).await;
        assert_eq!(view["confirmed_on"], "2026-11-23");
        let certificate = app.clinic().certificate(&issued).await;
        let code = certificate["short_code"].as_str().unwrap();
        let page = app.anonymous().get(&format!("/v/{code}")).await.expect_html();
        assert!(page.contains("诊所确认信息无误"), "{page}");
        let lower = number.to_lowercase();
        app.clinic().call("clinic_confirm").path("filing_number", &lower).once().send().await.expect(204);
    });
}

#[test]
fn the_clinic_of_another_is_not_there() {
    support::run(async {
        let app = APP.get();
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        let certificate = issued["certificate_id"].as_str().unwrap();
        let pages = ["", "/code", "/telemedicine", "/copies"].map(|rest| format!("/my/clinics/{number}{rest}"));
        let mut stranger = signed_in(&app, "other-clinic").await;
        stranger.get("/my").await.shown(200);
        for path in pages.iter().cloned().chain([format!("/my/certificates/{certificate}")]) {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        let key = "0".repeat(32);
        let wanted = [
            ("key", key.as_str()),
            ("purpose", "医保定点"),
            ("until-year", "2026"),
            ("until-month", "12"),
            ("until-day", "1"),
        ];
        for path in ["copies", "confirm"] {
            assert_eq!(stranger.post(&format!("/my/clinics/{number}/{path}"), &wanted).await.status, 404, "{path}");
        }
        let start = [("key", key.as_str()), ("kind", "closure"), ("clinic", number.as_str())];
        assert_eq!(stranger.post("/my/filings", &start).await.status, 404);
        let mut officer = signed_in(&app, "officer").await;
        for path in &pages {
            assert_eq!(officer.get(path).await.status, 403, "{path}");
        }
        let mut own = signed_in(&app, "clinic").await;
        let png = own.get(&pages[1]).await;
        assert_eq!((png.status, png.headers["content-type"].to_str().unwrap()), (200, "image/png"));
    });
}
