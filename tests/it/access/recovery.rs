//! Who lost password or authenticator is let in again by the office, once.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::json;

use super::{SECRET, account, attempt, browser, events, holder};
use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{TestApp, monday};
use crate::support::browser::code;

const NEW: &str = "seven lanterns drift";

async fn asked(who: &Actor, login: &str) -> Answer {
    who.call("recovery_create").path("login", login).json(&json!({ "reason": "本人持证件到窗口" })).send().await
}

#[test]
fn a_code_lets_an_officer_in_who_sets_up_everything_anew() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let mut old = browser(&app);
        let secret = old.enrol("chen", SECRET, monday()).await;
        let admin = app.actor("admin");
        let first = asked(&admin, "chen").await.expect(201)["code"].as_str().unwrap().to_owned();
        let made = asked(&admin, "chen").await.expect(201);
        let code_ = made["code"].as_str().unwrap();

        let mut browser = browser(&app);
        browser.get("/recover").await.shown(200);
        let mut recover = async |login: &str, code: &str, password: &str| {
            browser.post("/recover", &[("login", login), ("code", code), ("password", password)]).await
        };
        // Another login, the code that the later one replaced, a guess: the same words.
        for (login, code) in
            [("clinic", code_), ("chen", &first), ("nobody", code_), ("chen", "0000-0000-0000-0000-0000")]
        {
            let html = recover(login, code, NEW).await.shown(422);
            assert!(html.contains("登录名或者恢复码不正确"), "{html}");
            assert!(!html.contains(NEW));
        }
        // What is wrong with a password does not use the code up.
        recover("chen", code_, "short").await.shown(422);
        recover("chen", &code_.to_lowercase().replace('-', " "), NEW).await.leads("/signin?done=recovered");
        recover("chen", code_, "eight lanterns drift").await.shown(422);

        assert!(super::turned_away(&old.get("/account").await), "every session ended");
        attempt(&app.anonymous(), "chen", SECRET, None).await.problem(401, "session.credentials");
        attempt(&app.anonymous(), "chen", NEW, None).await.problem(403, "session.enrolment");
        app.app.clock.set(monday() + TimeDelta::seconds(60));
        let mut chen = super::browser(&app);
        let other = chen.enrol("chen", NEW, app.app.clock.now()).await;
        assert_ne!(other, secret);
        let old_code = code(&secret, app.app.clock.now());
        attempt(&app.anonymous(), "chen", NEW, Some(&old_code)).await.problem(401, "session.second_factor");
        let kinds = events(&holder(&app, chen.token())).await;
        for kind in ["recovery_made", "recovery_used", "second_factor_set"] {
            assert!(kinds.iter().any(|own| own == kind), "{kind} in {kinds:?}");
        }
        let html = chen.get("/account").await.shown(200);
        assert!(html.contains("本人持证件到窗口"), "who made it and why: {html}");
    });
}

#[test]
fn a_code_is_good_for_a_day() {
    support::run(async {
        let app = TestApp::start().await;
        let mut codes = vec![];
        for login in ["lin", "mei"] {
            account(&app, login, Role::Clinic).await;
            let made = asked(&app.actor("admin"), login).await.expect(201);
            codes.push(made["code"].as_str().unwrap().to_owned());
        }
        let recover = async |login: &str, code: &str| {
            browser(&app).post("/recover", &[("login", login), ("code", code), ("password", NEW)]).await
        };
        app.app.clock.set(monday() + TimeDelta::hours(24) - TimeDelta::seconds(1));
        recover("lin", &codes[0]).await.leads("/signin?done=recovered");
        app.app.clock.set(monday() + TimeDelta::hours(24));
        recover("mei", &codes[1]).await.shown(422);
        attempt(&app.anonymous(), "lin", NEW, None).await.expect(201);
    });
}

#[test]
fn an_office_recovers_the_clinics_that_filed_with_it_and_nobody_himself() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        account(&app, "chen", Role::Officer).await;
        // Nothing was filed with anybody yet: a draft is the clinic's alone.
        app.clinic().draft(&json!({})).await;
        asked(&app.officer(), "clinic").await.problem(404, "resource.not_found");
        app.in_stage(Stage::Received).await;
        asked(&app.officer(), "clinic").await.expect(201);
        asked(&app.other_officer(), "clinic").await.problem(404, "resource.not_found");
        for login in ["lin", "chen", "approver", "admin", "no-such-login"] {
            asked(&app.officer(), login).await.problem(404, "resource.not_found");
        }
        asked(&app.officer(), "officer").await.problem(403, "role.forbidden");
        asked(&app.actor("admin"), "admin").await.problem(403, "role.forbidden");
        for who in ["clinic", "inspector", "auditor"] {
            asked(&app.actor(who), "clinic").await.problem(403, "role.forbidden");
        }
        let empty = json!({ "reason": "" });
        let call = app.actor("admin").call("recovery_create").path("login", "lin").json(&empty);
        call.send().await.problem(422, "request.invalid");
    });
}
