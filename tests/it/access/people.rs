//! The office lets somebody in again, or closes an account, on pages and through the API: only whom it answers for.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{SECRET, account, attempt, browser, events, holder, turned_away};
use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{PASSWORD, TestApp, monday};
use crate::support::browser::{Browser, between};
use crate::support::builders::json_of;
use crate::support::pages::english_only;

const REASON: &str = "本人持身份证到窗口，手机丢失";

/// Somebody of the office before the pages.
async fn office(app: &TestApp, login: &str) -> Browser {
    let mut browser = browser(app);
    assert_eq!(browser.sign_in(login, PASSWORD).await.status, 303);
    browser
}

/// A clinic's account that filed with the first authority.
pub async fn filed(app: &TestApp, login: &str) -> (Uuid, Actor) {
    account(app, login, Role::Clinic).await;
    let session = attempt(&app.anonymous(), login, SECRET, None).await.expect(201);
    let clinic = holder(app, session["token"].as_str().unwrap());
    let draft = clinic.draft(&json_of(&app.dossier(ClinicType::General))).await;
    clinic.add_materials(&draft).await;
    clinic.submit(&draft).await.expect(200);
    let row = app.app.store.account_by_login(login).await.unwrap().unwrap();
    (row.id, clinic)
}

async fn sought(who: &Actor, text: &str) -> Answer {
    who.call("account_find").json(&json!({ "sought": text })).send().await
}

fn logins(found: &Value) -> Vec<&str> {
    found["items"].as_array().unwrap().iter().map(|one| one["login"].as_str().unwrap()).collect()
}

async fn closed(who: &Actor, login: &str) -> Answer {
    who.call("account_close")
        .path("login", login)
        .once()
        .json(&json!({ "reason": "经办人离职，单位申请" }))
        .send()
        .await
}

#[test]
fn an_officer_finds_a_clinic_and_hands_it_a_code() {
    support::run(async {
        let app = TestApp::start().await;
        let (id, lin) = filed(&app, "lin").await;
        let mut officer = office(&app, "officer").await;
        let html = officer.get("/account").await.shown(200);
        assert!(html.contains("href=\"/account/people\""), "{html}");
        officer.get("/account/people").await.shown(200);
        let html = officer.post("/account/people", &[("sought", " LIN ")]).await.shown(200);
        assert!(html.contains(&format!("href=\"/account/people/{id}\"")) && html.contains("王某"), "{html}");
        // It failed too often and has to wait; the office sees it, and that it was there at ten.
        for _ in 0..10 {
            attempt(&app.anonymous(), "lin", "not the password", None).await;
            app.app.clock.set(app.app.clock.now() + TimeDelta::seconds(20));
        }
        let path = format!("/account/people/{id}");
        let html = officer.get(&path).await.shown(200);
        for part in ["诊所", "2026-11-23 10:00", "以后才能再试", ">1<"] {
            assert!(html.contains(part), "{part} in {html}");
        }
        let html = officer.post(&format!("{path}/recovery"), &[("reason", "丢")]).await.shown(422);
        assert!(html.contains("4至200个字") && html.contains("value=\"丢\""), "{html}");
        officer.post(&format!("{path}/recovery"), &[("reason", "a\u{7}bcd")]).await.shown(422);
        let page = officer.post(&format!("{path}/recovery"), &[("reason", REASON)]).await;
        assert_eq!(page.headers["cache-control"], "no-store");
        let html = page.shown(200);
        let code = between(&html, "id=\"code\">", "<").to_owned();
        assert!(html.contains("身份证件") && html.contains("2026-11-24"), "how to hand it over: {html}");
        assert!(!officer.get(&path).await.shown(200).contains(&code), "shown once");
        app.app.clock.set(app.app.clock.now() + TimeDelta::minutes(16));
        let fields = [("login", "lin"), ("code", &code[..]), ("password", "seven lanterns drift")];
        browser(&app).post("/recover", &fields).await.leads("/signin?done=recovered");
        lin.call("actor_view").send().await.problem(401, "session.required");
        let lin = attempt(&app.anonymous(), "lin", "seven lanterns drift", None).await.expect(201);
        let lin = holder(&app, lin["token"].as_str().unwrap());
        let list = lin.call("account_event_list").send().await.expect(200).to_string();
        assert!(list.contains(REASON) && list.contains("\"officer\""), "who made it, and why: {list}");
    });
}

#[test]
fn an_office_sees_its_own_clinics_and_nobody_else() {
    support::run(async {
        let app = TestApp::start().await;
        let (id, _) = filed(&app, "lin").await;
        account(&app, "lin-2", Role::Clinic).await;
        account(&app, "lin-officer", Role::Officer).await;
        let stranger = app.app.store.account_by_login("lin-2").await.unwrap().unwrap().id;
        let colleague = app.app.store.account_by_login("lin-officer").await.unwrap().unwrap().id;
        let (officer, other, admin) = (app.officer(), app.other_officer(), app.actor("admin"));
        assert_eq!(logins(&sought(&officer, "lin").await.expect(200)), ["lin"]);
        assert_eq!(logins(&sought(&officer, "王某").await.expect(200)), ["lin"]);
        assert_eq!(logins(&sought(&other, "lin").await.expect(200)), [""; 0]);
        let all = sought(&admin, "lin").await.expect(200);
        assert!(["lin", "lin-2", "lin-officer"].iter().all(|login| logins(&all).contains(login)), "{all}");
        // What stands for anything else stands for itself; too little finds nothing.
        for text in ["l%n", "l_n", "\\\\", "%%"] {
            assert_eq!(logins(&sought(&admin, text).await.expect(200)), [""; 0], "{text}");
        }
        sought(&admin, "l").await.problem(422, "request.invalid");
        sought(&admin, "  l ").await.problem(422, "request.invalid");
        // Accounts that hold what was imported are nobody's; one's own is not among them.
        let authority = app.app.store.authority(app.authority).await.unwrap();
        clinic_registry::usecase::accounts::holding(&app.app, &authority).await.unwrap();
        for text in ["holding", "待认领", "admin"] {
            assert_eq!(logins(&sought(&admin, text).await.expect(200)), [""; 0], "{text}");
        }
        let missing = Uuid::now_v7();
        let mut pages = office(&app, "officer").await;
        pages.get("/account/people").await.shown(200);
        for (id, status) in
            [(id, 200), (stranger, 404), (colleague, 404), (app.account("approver"), 404), (missing, 404)]
        {
            pages.get(&format!("/account/people/{id}")).await.shown(status);
            pages.get(&format!("/account/people/{id}/close")).await.shown(status);
        }
        for id in [stranger, colleague, app.account("admin"), missing] {
            for what in ["recovery", "close"] {
                pages.post(&format!("/account/people/{id}/{what}"), &[("reason", REASON)]).await.shown(404);
            }
        }
        pages.get("/account/people/lin").await.shown(404);
        pages.get(&format!("/account/people/{}", app.account("officer"))).await.shown(403);
        for (who, status) in
            [("other-officer", 404), ("other-approver", 404), ("clinic", 403), ("auditor", 403), ("inspector", 403)]
        {
            let mut page = office(&app, who).await;
            let html = page.get("/account").await.shown(200);
            assert_eq!(html.contains("/account/people"), status == 404, "{who}");
            page.get("/account/people").await.shown(if status == 404 { 200 } else { 403 });
            page.post("/account/people", &[("sought", "lin")]).await.shown(if status == 404 { 200 } else { 403 });
            page.get(&format!("/account/people/{id}")).await.shown(status);
            for what in ["recovery", "close"] {
                page.post(&format!("/account/people/{id}/{what}"), &[("reason", REASON)]).await.shown(status);
            }
            app.actor(who).call("account_view").path("login", "lin").send().await.expect(status);
        }
        assert!(turned_away(&browser(&app).get(&format!("/account/people/{id}")).await));
        // Nobody did anything to it.
        assert!(app.app.store.account_by_login("lin").await.unwrap().unwrap().closed_at.is_none());
    });
}

#[test]
fn a_closed_account_is_out_and_stays_on_record() {
    support::run(async {
        let app = TestApp::start().await;
        let (id, lin) = filed(&app, "lin").await;
        let (_, mei) = filed(&app, "mei").await;
        let path = format!("/account/people/{id}");
        let mut officer = office(&app, "officer").await;
        let html = officer.get(&format!("{path}/close")).await.shown(200);
        assert!(html.contains("停用后不能恢复"), "{html}");
        // Without the form's token, and without a reason, nothing happens.
        let mut foreign = officer.clone();
        foreign.form_token = None;
        foreign.post(&format!("{path}/close"), &[("reason", REASON)]).await.shown(403);
        officer.post(&format!("{path}/close"), &[("reason", " ")]).await.shown(422);
        lin.call("actor_view").send().await.expect(200);
        let made = app.officer().call("recovery_create").path("login", "lin").json(&json!({ "reason": REASON })).send();
        let code = made.await.expect(201)["code"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            officer.post(&format!("{path}/close"), &[("reason", "经办人离职，单位申请")]).await.leads(&path);
        }
        lin.call("actor_view").send().await.problem(401, "session.required");
        attempt(&app.anonymous(), "lin", SECRET, None).await.problem(401, "session.credentials");
        let fields = [("login", "lin"), ("code", &code[..]), ("password", "seven lanterns drift")];
        browser(&app).post("/recover", &fields).await.shown(422);
        let html = officer.get(&path).await.shown(200);
        assert!(html.contains("已停用") && !html.contains("/recovery\""), "{html}");
        let html = officer.get(&format!("{path}/close")).await.shown(200);
        assert!(!html.contains("name=\"reason\""), "{html}");
        officer.post(&format!("{path}/recovery"), &[("reason", REASON)]).await.shown(404);
        let kept = app.app.store.account_events(id, None, 50).await.unwrap();
        let kept: Vec<_> = kept.iter().filter(|one| one.kind == "closed").collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!((kept[0].detail.as_str(), kept[0].actor_name.as_str()), ("经办人离职，单位申请", "officer"));
        let html = officer.post("/account/people", &[("sought", "lin")]).await.shown(200);
        assert!(html.contains("已停用"), "{html}");

        // The same through the API: one effect per key.
        let approver = app.approver();
        let call = || approver.call("account_close").path("login", "mei");
        call().json(&json!({ "reason": "经办人离职" })).send().await.problem(400, "idempotency.required");
        let key = "019ab000-0000-7000-8000-00000000c105";
        let once = |reason: &str| call().header("Idempotency-Key", key).json(&json!({ "reason": reason }));
        let first = once("经办人离职").send().await.expect(200);
        assert!(first["closed_at"].is_string() && first["sessions"] == 0, "{first}");
        assert_eq!(once("经办人离职").send().await.expect(200), first);
        once("另一个原因").send().await.problem(422, "idempotency.reused");
        assert_eq!(closed(&approver, "mei").await.expect(200)["closed_at"], first["closed_at"]);
        mei.call("actor_view").send().await.problem(401, "session.required");
        let list = events(&app.actor("admin")).await;
        assert!(!list.contains(&"closed".to_owned()), "somebody else's: {list:?}");
        // An administrator closes his colleagues, and nobody himself.
        account(&app, "chen", Role::Officer).await;
        closed(&app.officer(), "chen").await.problem(404, "resource.not_found");
        closed(&app.actor("admin"), "admin").await.problem(403, "role.forbidden");
        closed(&app.actor("admin"), "chen").await.expect(200);
        assert_eq!(attempt(&app.anonymous(), "chen", SECRET, None).await.status, 401);
    });
}

#[test]
fn the_pages_speak_both_languages_and_name_nobody_in_an_address() {
    support::run(async {
        let app = TestApp::start().await;
        app.in_stage(Stage::Received).await;
        let id = app.account("clinic");
        for login in ["officer", "admin"] {
            let mut pages = office(&app, login).await;
            for lang in ["zh", "en"] {
                for path in [
                    "/account/people".to_owned(),
                    format!("/account/people/{id}"),
                    format!("/account/people/{id}/close"),
                ] {
                    let html = pages.get(&format!("{path}?lang={lang}")).await.shown(200);
                    assert!(html.contains("noindex") && html.contains("method=\"post\""), "{path}");
                    if lang == "en" {
                        english_only(&html.replace(">clinic<", "><"));
                    }
                }
                let html = pages.post("/account/people", &[("sought", "clinic")]).await.shown(200);
                assert!(html.contains(&format!("/account/people/{id}")), "{html}");
                let html =
                    pages.post(&format!("/account/people/{id}/recovery"), &[("reason", REASON)]).await.shown(200);
                if lang == "en" {
                    english_only(&html);
                }
            }
        }
        assert_eq!(app.app.clock.now(), monday());
    });
}
