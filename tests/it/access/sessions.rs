//! Sessions: seen by their holder, ended by their holder, and by themselves.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use clinic_registry::usecase::accounts::{self, passwords};

use super::{SECRET, account, attempt, browser, events, holder, turned_away};
use crate::support;
use crate::support::app::{TestApp, monday};

#[test]
fn one_sees_where_one_is_signed_in_and_ends_it_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let mut here = browser(&app);
        here.sign_in("lin", SECRET).await.leads("/my");
        let mut phone = browser(&app);
        phone.sends = vec![("User-Agent", "Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0 Chrome/1".into())];
        phone.sign_in("lin", SECRET).await.leads("/my");
        let api = attempt(&app.anonymous(), "lin", SECRET, None).await.expect(201);
        let api = holder(&app, api["token"].as_str().unwrap());

        let list = holder(&app, here.token()).call("session_list").send().await.expect(200);
        let items = list["items"].as_array().unwrap();
        let devices: Vec<_> = items.iter().map(|one| (one["door"].as_str(), one["device"].as_str())).collect();
        let portal = Some("portal");
        assert_eq!(
            devices,
            [(Some("api"), Some("")), (portal, Some("WeChat · Android")), (portal, Some("Edge · Windows"))]
        );
        let current: Vec<_> = items.iter().map(|one| one["current"] == true).collect();
        assert_eq!(current, [false, false, true]);
        assert!(!list.to_string().contains(here.token()), "no token is told");
        assert_eq!(events(&api).await, ["new_device", "new_device"]);

        // By the page: the phone's.
        let html = here.get("/account").await.shown(200);
        assert!(html.contains("WeChat · Android"), "{html}");
        phone.get("/account").await.shown(200);
        let id = items[1]["id"].as_str().unwrap();
        here.post("/account/sessions/end", &[("id", id)]).await.leads("/account?done=ended");
        assert!(turned_away(&phone.get("/account").await));
        // By the API: once.
        let end =
            || holder(&app, here.token()).call("session_end").path("session_id", items[0]["id"].as_str().unwrap());
        end().send().await.expect(204);
        end().send().await.problem(404, "resource.not_found");
        api.call("actor_view").send().await.problem(401, "session.required");
        // Nobody ends another's.
        let own = items[2]["id"].as_str().unwrap();
        app.officer().call("session_end").path("session_id", own).send().await.problem(404, "resource.not_found");

        phone.sign_in("lin", SECRET).await.leads("/my");
        here.post("/account/sessions/end-others", &[]).await.leads("/account?done=ended");
        assert!(turned_away(&phone.get("/account").await));
        here.get("/account").await.shown(200);
        here.post("/signout", &[]).await.leads("/signin?done=out");
        assert!(here.cookies.is_empty() && turned_away(&here.get("/account").await));
    });
}

#[test]
fn an_offices_browser_left_alone_is_signed_out_and_a_clinics_in_the_evening() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        account(&app, "chen", Role::Officer).await;
        let (mut clinic, mut officer) = (browser(&app), browser(&app));
        clinic.sign_in("lin", SECRET).await.leads("/my");
        officer.enrol("chen", SECRET, monday()).await;
        // In use, it goes on: each use begins the hour anew.
        for minutes in [50, 100, 160] {
            app.app.clock.set(monday() + TimeDelta::minutes(minutes));
            officer.get("/account").await.shown(200);
        }
        app.app.clock.set(monday() + TimeDelta::minutes(160 + 61));
        assert!(turned_away(&officer.get("/account").await));
        app.app.clock.set(monday() + TimeDelta::hours(11));
        clinic.get("/account").await.shown(200);
        app.app.clock.set(monday() + TimeDelta::hours(12));
        assert!(turned_away(&clinic.get("/account").await), "twelve hours, however busy");
    });
}

#[test]
fn another_password_ends_the_other_sessions() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let other = attempt(&app.anonymous(), "lin", SECRET, None).await.expect(201);
        let other = holder(&app, other["token"].as_str().unwrap());
        let mut here = browser(&app);
        here.sign_in("lin", SECRET).await.leads("/my");
        here.get("/account/password").await.shown(200);
        let new = "seven lanterns drift";
        let mut change = async |current: &str, password: &str| {
            here.post("/account/password", &[("current", current), ("password", password)]).await
        };
        change("not the password", new).await.shown(422);
        for weak in ["short", "lin-password-1234", "aaaaaaaaaaaaaaaaaa", "1234567890123456", "qwertyuiopasdfghjkl"] {
            let html = change(SECRET, weak).await.shown(422);
            assert!(!html.contains(weak), "a password is never repeated: {weak}");
        }
        other.call("actor_view").send().await.expect(200);
        change(SECRET, new).await.leads("/account?done=password");
        other.call("actor_view").send().await.problem(401, "session.required");
        here.get("/account").await.shown(200);
        attempt(&app.anonymous(), "lin", SECRET, None).await.problem(401, "session.credentials");
        let lin = attempt(&app.anonymous(), "lin", new, None).await.expect(201);
        let lin = holder(&app, lin["token"].as_str().unwrap());
        assert_eq!(events(&lin).await[0], "password_changed");
    });
}

#[test]
fn a_closed_account_is_out_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let lin = attempt(&app.anonymous(), "lin", SECRET, None).await.expect(201);
        let lin = holder(&app, lin["token"].as_str().unwrap());
        accounts::close(&app.app, "lin", "离职").await.unwrap();
        lin.call("actor_view").send().await.problem(401, "session.required");
        attempt(&app.anonymous(), "lin", SECRET, None).await.problem(401, "session.credentials");
    });
}

#[test]
fn a_hash_that_became_cheap_is_made_anew_at_sign_in() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let hash = async |login| app.app.store.account_by_login(login).await.unwrap().unwrap().password_hash;
        let (row, cheap) = (app.app.store.account_by_login("lin").await.unwrap().unwrap(), support::app::cheap(SECRET));
        assert!(passwords::cheap(&cheap) && !passwords::cheap(&row.password_hash));
        let tx = app.app.store.begin().await.unwrap();
        tx.set_password(row.id, &cheap, None).await.unwrap();
        tx.commit().await.unwrap();
        attempt(&app.anonymous(), "lin", "not the password", None).await.problem(401, "session.credentials");
        assert_eq!(hash("lin").await, cheap);
        attempt(&app.anonymous(), "lin", SECRET, None).await.expect(201);
        assert!(!passwords::cheap(&hash("lin").await));
        attempt(&app.anonymous(), "lin", SECRET, None).await.expect(201);
    });
}
