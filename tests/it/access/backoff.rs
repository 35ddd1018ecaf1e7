//! Whoever fails waits, and nobody learns from it what there is.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use serde_json::Value;

use super::{SECRET, account, attempt, browser, events, holder};
use crate::support;
use crate::support::app::{PASSWORD, TestApp, monday};
use crate::support::browser::code;

#[test]
fn each_failure_after_some_doubles_the_wait() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let nobody = app.anonymous();
        let mut story: Vec<Vec<(u16, Value, String)>> = vec![];
        // One that exists, and one that does not: the same answers, to the word.
        for (n, login) in ["lin", "no-such-login"].into_iter().enumerate() {
            let mut now = monday() + TimeDelta::days(2 * n as i64);
            app.app.clock.set(now);
            let mut told = vec![];
            for failure in 1..=16_u32 {
                let answer = attempt(&nobody, login, "not the password", None).await;
                told.push((answer.status, answer.json.clone(), answer.header("retry-after").to_owned()));
                answer.problem(401, "session.credentials");
                if failure >= 5 {
                    let wait = (1_i64 << (failure - 5)).min(900);
                    // Right or wrong, before the time is over nothing is tried.
                    let right = attempt(&nobody, login, SECRET, None).await;
                    assert_eq!(right.header("retry-after"), wait.to_string(), "after failure {failure}");
                    told.push((right.status, right.json.clone(), right.header("retry-after").to_owned()));
                    right.problem(429, "session.paused");
                    now += TimeDelta::seconds(wait) - TimeDelta::milliseconds(1);
                    app.app.clock.set(now);
                    attempt(&nobody, login, SECRET, None).await.problem(429, "session.paused");
                    now += TimeDelta::milliseconds(1);
                    app.app.clock.set(now);
                }
            }
            story.push(told);
        }
        assert_eq!(story[0], story[1]);
    });
}

#[test]
fn a_success_forgives_and_a_day_forgets() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let nobody = app.anonymous();
        let fail = async |times: u32| {
            for _ in 0..times {
                attempt(&nobody, "lin", "not the password", None).await.problem(401, "session.credentials");
            }
        };
        fail(5).await;
        app.app.clock.set(monday() + TimeDelta::seconds(1));
        let lin = attempt(&nobody, "lin", SECRET, None).await.expect(201);
        assert_eq!(events(&holder(&app, lin["token"].as_str().unwrap())).await, ["failed_often"]);
        fail(4).await;
        attempt(&nobody, "lin", SECRET, None).await.expect(201);
        fail(4).await;
        app.app.clock.set(monday() + TimeDelta::days(1) + TimeDelta::seconds(1));
        fail(4).await;
        attempt(&nobody, "lin", SECRET, None).await.expect(201);
    });
}

#[test]
fn an_address_that_fails_for_many_waits_and_another_does_not() {
    support::run(async {
        let app = TestApp::with(|config| config.trusted_proxy = true).await;
        let nobody = app.anonymous();
        let from = async |address: &str, login: &str, password: &str| {
            let body = serde_json::json!({ "login": login, "password": password });
            nobody.call("session_create").header("X-Forwarded-For", address).json(&body).send().await
        };
        for n in 0..20 {
            let address = format!("2001:db8:0:1::{n}");
            from(&address, &format!("login-{n}"), "not the password").await.problem(401, "session.credentials");
        }
        from("2001:db8:0:1:ffff::1", "officer", PASSWORD).await.problem(429, "session.paused");
        from("2001:db8:0:2::1", "officer", PASSWORD).await.expect(201);
        app.app.clock.set(monday() + TimeDelta::seconds(1));
        from("2001:db8:0:1:ffff::1", "officer", PASSWORD).await.expect(201);
        // An account of one's own does not open the others.
        from("2001:db8:0:1::1", "login-1", "not the password").await.problem(401, "session.credentials");
        from("2001:db8:0:1::1", "officer", PASSWORD).await.problem(429, "session.paused");
    });
}

#[test]
fn codes_are_counted_too_and_the_password_forgives_none() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let secret = browser(&app).enrol("chen", SECRET, monday()).await;
        app.app.clock.set(monday() + TimeDelta::seconds(60));
        let wrong = code("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", app.app.clock.now());
        let mut browser = browser(&app);
        for _ in 0..5 {
            // The password before each code, as one would who hopes that it clears the count.
            browser.sign_in("chen", SECRET).await.leads("/signin/code?to=%2Faccount");
            browser.get("/signin/code").await.shown(200);
            browser.post("/signin/code", &[("code", &wrong)]).await.shown(422);
        }
        let right = code(&secret, app.app.clock.now());
        let page = browser.post("/signin/code", &[("code", &right)]).await;
        assert_eq!((page.status, &page.headers["retry-after"]), (429, &"1".parse().unwrap()));
        assert!(page.html.contains("1秒后再试"), "{}", page.html);
        let page = browser.sign_in("chen", SECRET).await;
        assert_eq!(page.status, 429);
        app.app.clock.set(monday() + TimeDelta::seconds(61));
        browser.get("/signin/code").await.shown(200);
        browser.post("/signin/code", &[("code", &right)]).await.leads("/account");
        let chen = holder(&app, browser.token());
        assert_eq!(events(&chen).await, ["failed_often", "second_factor_set"]);
    });
}

#[test]
fn many_at_once_learn_no_more_than_one_after_another() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "lin", Role::Clinic).await;
        let nobody = app.anonymous();
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let nobody = nobody.clone();
            tries.spawn(async move { attempt(&nobody, "lin", "not the password", None).await.status });
        }
        let mut statuses = tries.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [[401; 5].as_slice(), &[429; 7]].concat());
    });
}
