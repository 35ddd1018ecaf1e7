//! Whoever owns a clinic registers: once by each number, checked as a whole, at an ordinary pace.

use serde_json::{Value, json};

use crate::access::browser::Browser;
use crate::support;
use crate::support::app::TestApp;

/// A unit's number, and a person's.
const USCC: &str = "91371502MA3C00003M";
const IDENTITY: &str = "11010519491231002X";
const PASSWORD: &str = "three quiet willows";

fn registration(login: &str, kind: &str, number: &str) -> Value {
    json!({ "login": login, "password": PASSWORD, "name": "王龚中医诊所", "holder_kind": kind, "holder_number": number })
}

async fn register(app: &TestApp, body: &Value) -> support::actors::Answer {
    app.anonymous().call("account_create").json(body).send().await
}

#[test]
fn a_unit_and_a_person_register_and_file() {
    support::run(async {
        let app = TestApp::start().await;
        for (login, kind, number) in [("unit", "uscc", USCC), ("person", "identity", IDENTITY)] {
            let made = register(&app, &registration(login, kind, number)).await.expect(201);
            assert_eq!((&made["role"], &made["name"]), (&json!("clinic"), &json!("王龚中医诊所")));
            assert_eq!(made["authority_id"], Value::Null);
            let me = app.anonymous().signed_in(login, PASSWORD).await;
            me.draft(&json!({})).await;
        }
        // What is kept of the number tells nothing without the key.
        let row = app.app.store.account_by_login("person").await.unwrap().unwrap();
        for kept in [row.holder_sealed.as_deref(), row.holder_digest.as_deref()] {
            assert!(kept.is_some_and(|kept| !kept.contains("1949")), "{kept:?}");
        }
        assert_eq!(app.app.vault.open("holder", &row.holder_sealed.unwrap()).unwrap(), IDENTITY);
    });
}

#[test]
fn everything_wrong_is_told_at_once_and_what_is_taken_after() {
    support::run(async {
        let app = TestApp::start().await;
        let wrong = json!({
            "login": "holding-x", "password": "short", "name": "王", "holder_kind": "uscc", "holder_number": "91371502MA3C00003N",
        });
        let problem = register(&app, &wrong).await.problem(422, "request.invalid");
        let pointers: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        for field in ["/login", "/password", "/holder_number"] {
            assert!(pointers.contains(&field), "{field}: {problem:#}");
        }
        // Of age or not, known or not: the checks of the identity number are the register's own.
        for (kind, number, part) in [
            ("identity", "110105194912310021", "校验码"),
            ("identity", "11010519491331002X", "出生日期"),
            ("uscc", IDENTITY, ""),
            ("identity", USCC, "字符"),
        ] {
            let problem = register(&app, &registration("somebody", kind, number)).await.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/holder_number", "{number}");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(part), "{problem:#}");
        }
        register(&app, &registration("first", "uscc", USCC)).await.expect(201);
        // The same number in other clothes is the same number.
        for number in [USCC, &USCC.to_lowercase(), "9137 1502 MA3C 0000 3M"] {
            let problem = register(&app, &registration("second", "uscc", number)).await.problem(422, "request.invalid");
            assert_eq!(problem["errors"].as_array().unwrap().len(), 1);
            assert_eq!(problem["errors"][0]["pointer"], "/holder_number");
            assert!(!problem.to_string().contains("first"), "whose it is, is not told");
        }
        let problem =
            register(&app, &registration("first", "identity", IDENTITY)).await.problem(422, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/login");
        // Nothing came of any of these.
        assert!(app.app.store.account_by_login("second").await.unwrap().is_none());
    });
}

#[test]
fn two_at_once_with_one_number_make_one_account() {
    support::run(async {
        let app = TestApp::start().await;
        let (one, two) = (registration("one", "uscc", USCC), registration("two", "uscc", USCC));
        let (one, two) = tokio::join!(register(&app, &one), register(&app, &two));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
    });
}

#[test]
fn who_registers_too_often_waits() {
    support::run(async {
        let app = TestApp::with(|config| config.reports_per_hour = Some(1_000)).await;
        register(&app, &registration("first", "uscc", USCC)).await.expect(201);
        for n in 1..30 {
            register(&app, &registration(&format!("login-{n}"), "uscc", USCC)).await.problem(422, "request.invalid");
        }
        // What is badly filled in tells nothing, and is not counted.
        let problem = register(&app, &registration("x", "uscc", USCC)).await;
        problem.problem(422, "request.invalid");
        let refused = register(&app, &registration("another", "uscc", USCC)).await;
        assert_eq!(refused.header("retry-after"), "3600");
        refused.problem(429, "request.too_often");
    });
}

#[test]
fn the_page_registers_and_leads_on() {
    support::run(async {
        let app = TestApp::start().await;
        let mut browser = Browser::new(&app);
        for lang in ["zh", "en"] {
            let html = browser.get(&format!("/signup?lang={lang}")).await.expect_html();
            assert!(html.contains("name=\"holder_number\"") && html.contains("class=\"trap\""), "{html}");
        }
        browser.get("/signup?lang=zh").await.expect_html();
        let typed = [
            ("holder_kind", "uscc"),
            ("holder_number", "91371502MA3C00003N"),
            ("name", "王<b>诊所"),
            ("login", "wang"),
            ("password", "short"),
        ];
        let answer = browser.post("/signup", &typed).await;
        assert_eq!((answer.status, answer.header("cache-control")), (422, "no-store"));
        let html = answer.text();
        for field in ["holder_number", "password"] {
            assert!(
                html.contains(&format!("href=\"#{field}\"")) && html.contains(&format!("id=\"{field}-wrong\"")),
                "{html}"
            );
        }
        assert!(html.contains("value=\"王&lt;b&gt;诊所\"") && !html.contains("value=\"short\""), "{html}");
        let mut right = typed;
        (right[1].1, right[4].1) = (USCC, PASSWORD);
        let filled = [&right[..], &[("website", "http://x")]].concat();
        assert!(browser.post("/signup", &filled).await.text().contains("id=\"website-wrong\""));
        let answer = browser.post("/signup", &right).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/signup/done"));
        assert!(browser.get("/signup/done").await.expect_html().contains("href=\"/signin\""));
        app.anonymous().signed_in("wang", PASSWORD).await;
        let again = browser.post("/signup", &right).await.text();
        assert!(again.contains("这个号码已有账号") && again.contains("这个登录名已被使用"), "{again}");
    });
}
