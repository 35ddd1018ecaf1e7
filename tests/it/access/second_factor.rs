//! An officer acts with a second factor only; its codes are good once; a session between the steps is good for nothing else.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use serde_json::json;

use super::{SECRET, account, attempt, browser, events, holder, turned_away};
use crate::support;
use crate::support::app::{PASSWORD, TestApp, monday};
use crate::support::browser::{between, code};

#[test]
fn an_officer_sets_it_up_before_anything_else() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let nobody = app.anonymous();
        attempt(&nobody, "chen", SECRET, None).await.problem(403, "session.enrolment");
        attempt(&nobody, "chen", SECRET, Some("123456")).await.problem(403, "session.enrolment");

        let mut browser = browser(&app);
        browser.sign_in("chen", SECRET).await.leads("/signin/code?to=%2Faccount");
        let pending = browser.token().to_owned();
        // Half signed in is not signed in: not for the API, not for pages, not with the right form token.
        holder(&app, &pending).call("actor_view").send().await.problem(401, "session.required");
        for path in ["/account", "/account/password", "/account/second-factor"] {
            let page = browser.get(path).await;
            assert!(turned_away(&page), "{path}: {}", page.html);
        }
        browser.get("/signin/code").await.leads("/signin/enrol?to=%2Faccount");
        let html = browser.get("/signin/enrol").await.shown(200);
        let secret = between(&html, "id=\"secret\">", "<").to_owned();
        assert!(html.contains("data:image/svg+xml;base64,") && html.contains("otpauth://totp/"), "{html}");
        for (path, fields) in [
            ("/account/password", &[("current", SECRET), ("password", "another violet tractor")][..]),
            ("/account/second-factor", &[("step", "begin"), ("current", SECRET)]),
            ("/account/sessions/end-others", &[]),
            ("/signout", &[]),
        ] {
            let page = browser.post(path, fields).await;
            assert!(turned_away(&page), "{path}: {} {}", page.status, page.html);
        }
        // No code of ours.
        let wrong = code("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", monday());
        let again = browser.post("/signin/enrol", &[("code", &wrong)]).await.shown(422);
        assert_eq!(between(&again, "id=\"secret\">", "<"), secret, "the same secret for another try");
        assert_eq!(browser.token(), pending);
        // Without the form's token nothing is set up.
        let token = browser.form_token.take();
        browser.post("/signin/enrol", &[("code", &code(&secret, monday()))]).await.shown(403);
        browser.form_token = token;

        browser.post("/signin/enrol", &[("code", &code(&secret, monday()))]).await.leads("/account");
        assert_ne!(browser.token(), pending, "the token changes with the step");
        let html = browser.get("/account").await.shown(200);
        assert!(html.contains("chen") && html.contains("审查岗"), "{html}");
        let officer = holder(&app, browser.token());
        assert_eq!(officer.call("actor_view").send().await.expect(200)["role"], "officer");
        assert_eq!(events(&officer).await, ["second_factor_set"]);

        // The pending session has ended with it.
        let mut stale = super::browser(&app);
        stale.cookies.insert("session".into(), pending);
        stale.get("/signin/enrol").await.leads("/signin");
    });
}

#[test]
fn a_code_is_good_once_and_only_near_its_time() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Approver).await;
        let nobody = app.anonymous();
        let secret = browser(&app).enrol("chen", SECRET, monday()).await;
        let at = |seconds: i64| code(&secret, monday() + TimeDelta::seconds(seconds));
        attempt(&nobody, "chen", SECRET, None).await.problem(401, "session.second_factor");
        // The code that set it up, and the one before, are used up.
        for used in [at(0), at(-30)] {
            attempt(&nobody, "chen", SECRET, Some(&used)).await.problem(401, "session.second_factor");
        }
        // A clock that goes one step ahead; then none of it is left.
        attempt(&nobody, "chen", SECRET, Some(&at(30))).await.expect(201);
        attempt(&nobody, "chen", SECRET, Some(&at(30))).await.problem(401, "session.second_factor");
        app.app.clock.set(monday() + TimeDelta::seconds(90));
        attempt(&nobody, "chen", SECRET, Some(&at(150))).await.problem(401, "session.second_factor");
        // One step late.
        attempt(&nobody, "chen", SECRET, Some(&at(60))).await.expect(201);
        attempt(&nobody, "chen", "wrong password at all", Some(&at(90))).await.problem(401, "session.credentials");
        attempt(&nobody, "chen", SECRET, Some(&at(90))).await.expect(201);

        // On pages, in two steps; a code that was used at the API is used.
        let mut browser = browser(&app);
        browser.sign_in("chen", SECRET).await.leads("/signin/code?to=%2Faccount");
        browser.get("/signin/code").await.shown(200);
        browser.post("/signin/code", &[("code", &at(90))]).await.shown(422);
        app.app.clock.set(monday() + TimeDelta::seconds(120));
        let pending = browser.token().to_owned();
        let spaced = at(120);
        let spaced = format!("{} {}", &spaced[..3], &spaced[3..]);
        browser.post("/signin/code", &[("code", &spaced)]).await.leads("/account");
        assert_ne!(browser.token(), pending);
        browser.get("/account").await.shown(200);
    });
}

#[test]
fn two_at_once_use_a_code_once() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let secret = browser(&app).enrol("chen", SECRET, monday()).await;
        app.app.clock.set(monday() + TimeDelta::seconds(30));
        let (nobody, now) = (app.anonymous(), code(&secret, app.app.clock.now()));
        let both =
            tokio::join!(attempt(&nobody, "chen", SECRET, Some(&now)), attempt(&nobody, "chen", SECRET, Some(&now)));
        let mut statuses = [both.0.status, both.1.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 401]);
    });
}

#[test]
fn the_second_step_is_given_ten_minutes() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let mut browser = browser(&app);
        browser.sign_in("chen", SECRET).await.leads("/signin/code?to=%2Faccount");
        app.app.clock.set(monday() + TimeDelta::minutes(9));
        browser.get("/signin/enrol").await.shown(200);
        app.app.clock.set(monday() + TimeDelta::minutes(10));
        browser.get("/signin/enrol").await.leads("/signin");
    });
}

#[test]
fn a_clinic_may_set_it_up_and_take_it_off() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let nobody = app.anonymous();
        attempt(&nobody, "lin", SECRET, None).await.expect(201);
        let mut browser = browser(&app);
        browser.sign_in("lin", SECRET).await.leads("/my");
        browser.get("/account/second-factor").await.shown(200);
        browser.post("/account/second-factor", &[("step", "begin"), ("current", "not mine at all")]).await.shown(422);
        let begin = [("step", "begin"), ("current", SECRET)];
        browser.post("/account/second-factor", &begin).await.leads("/account/second-factor");
        let html = browser.get("/account/second-factor").await.shown(200);
        let secret = between(&html, "id=\"secret\">", "<").to_owned();
        attempt(&nobody, "lin", SECRET, None).await.expect(201);
        let before = browser.token().to_owned();
        let confirm = [("step", "confirm"), ("code", &code(&secret, monday())[..])];
        browser.post("/account/second-factor", &confirm).await.leads("/account?done=factor");
        assert_ne!(browser.token(), before, "what it was before is not what it is now");
        holder(&app, &before).call("actor_view").send().await.problem(401, "session.required");
        attempt(&nobody, "lin", SECRET, None).await.problem(401, "session.second_factor");

        app.app.clock.set(monday() + TimeDelta::seconds(60));
        browser.get("/account/second-factor").await.shown(200);
        let now = code(&secret, app.app.clock.now());
        browser
            .post("/account/second-factor", &[("step", "remove"), ("current", SECRET), ("code", "000")])
            .await
            .shown(422);
        let remove = [("step", "remove"), ("current", SECRET), ("code", &now[..])];
        browser.post("/account/second-factor", &remove).await.leads("/account?done=removed");
        let lin = attempt(&nobody, "lin", SECRET, None).await.expect(201);
        let lin = holder(&app, lin["token"].as_str().unwrap());
        let kinds = events(&lin).await;
        assert_eq!(kinds.iter().filter(|kind| kind.starts_with("second_factor_")).count(), 2, "{kinds:?}");
    });
}

#[test]
fn an_officer_cannot_take_it_off_and_a_demonstration_needs_none() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Inspector).await;
        let mut officer = browser(&app);
        let secret = officer.enrol("chen", SECRET, monday()).await;
        app.app.clock.set(monday() + TimeDelta::seconds(30));
        let html = officer.get("/account/second-factor").await.shown(200);
        assert!(!html.contains("value=\"remove\""), "{html}");
        let now = code(&secret, app.app.clock.now());
        let remove = [("step", "remove"), ("current", SECRET), ("code", &now[..])];
        officer.post("/account/second-factor", &remove).await.shown(403);
        attempt(&app.anonymous(), "chen", SECRET, None).await.problem(401, "session.second_factor");

        // Everybody knows its password, so a second factor would keep everybody out.
        let me = app.anonymous().signed_in("officer", PASSWORD).await;
        assert_eq!(me.call("actor_view").send().await.expect(200)["role"], json!("officer"));
    });
}
