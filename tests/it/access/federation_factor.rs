//! An officer's second factor after signing in at another provider: asked for here, unless the provider tells, as the settings
//! expect it, that it saw two.

use chrono::TimeDelta;
use clinic_registry::domain::actor::Role;
use serde_json::{Value, json};

use super::federation::{back, begin, federated, link, parameters, refused};
use crate::access::browser::Browser;
use crate::access::provider::FakeProvider;
use crate::access::{SECRET, account};
use crate::support;
use crate::support::app::{TestApp, monday};
use crate::support::browser::code;

const ACR: &str = "urn:example:two-factors";

/// An officer who set up the second factor and linked his account; the factor's secret.
async fn linked(app: &TestApp, provider: &FakeProvider) -> String {
    account(app, "chen", Role::Officer).await;
    let mut own = crate::access::browser(app);
    let secret = own.enrol("chen", SECRET, monday()).await;
    let mut browser = Browser::new(app);
    browser.cookies.insert("session".into(), own.token().to_owned());
    assert_eq!(link(&mut browser, provider).await.status, 303);
    secret
}

/// Signs in at the provider, which says so much of how; answers the browser and where it is led.
async fn arrives(app: &TestApp, provider: &FakeProvider, says: &Value) -> (Browser, String) {
    let mut browser = Browser::new(app);
    let asked = begin(&mut browser, provider).await;
    provider.say(|all| {
        let claims = all.claims.as_object_mut().unwrap();
        // However late in the story.
        claims.insert("exp".into(), json!((monday() + TimeDelta::hours(1)).timestamp()));
        for name in ["acr", "amr"] {
            match says.get(name) {
                Some(value) => drop(claims.insert(name.into(), value.clone())),
                None => drop(claims.remove(name)),
            }
        }
    });
    let answer = back(&mut browser, &asked["state"]).await;
    assert_eq!(answer.status, 303, "{says}: {}", answer.text());
    let to = answer.header("location").to_owned();
    (browser, to)
}

/// Whether the browser is signed in whole.
async fn whole(browser: &mut Browser) -> bool {
    browser.get("/account").await.status == 200
}

#[test]
fn who_gave_one_factor_there_gives_the_second_here() {
    support::run(async {
        for acr in [None, Some(ACR)] {
            let (app, provider) = federated(|config| config.oidc_acr = acr.map(str::to_owned)).await;
            let secret = linked(&app, &provider).await;
            let mut cases = vec![
                json!({}),
                json!({ "amr": ["pwd"] }),
                json!({ "acr": "urn:example:password" }),
                json!({ "acr": "" }),
                json!({ "acr": format!("{ACR}:not") }),
                json!({ "acr": ACR.to_uppercase() }),
                json!({ "acr": "mfa" }),
                json!({ "amr": ["pwd", "otp", "MFA"] }),
            ];
            if acr.is_none() {
                // Nobody said how this provider tells, so whatever it tells counts for nothing.
                cases.extend([json!({ "acr": ACR }), json!({ "amr": ["mfa"] }), json!({ "acr": ACR, "amr": ["mfa"] })]);
            }
            for (n, says) in (1..).zip(&cases) {
                let (mut browser, to) = arrives(&app, &provider, says).await;
                assert_eq!(to, "/signin/code?to=%2Faccount%2Flink", "{says}");
                assert!(!whole(&mut browser).await, "{says}");
                let half = browser.cookies["session"].clone();
                crate::access::holder(&app, &half).call("actor_view").send().await.problem(401, "session.required");
                // A wrong code opens nothing; the right one does.
                app.app.clock.set(monday() + TimeDelta::seconds(30 * n));
                let right = code(&secret, app.app.clock.now());
                let wrong = if right == "000000" { "000001" } else { "000000" };
                let wrong = browser.post_own("/signin/code", "/signin/code", &[("code", wrong)]).await;
                assert_eq!(wrong.status, 422, "{says}: {}", wrong.text());
                let fields = [("code", &right[..]), ("to", "/account/link")];
                let done = browser.post_own("/signin/code", "/signin/code", &fields).await;
                assert_eq!((done.status, done.header("location")), (303, "/account/link"), "{says}: {}", done.text());
                assert!(whole(&mut browser).await && browser.cookies["session"] != half, "{says}");
            }
        }
    });
}

#[test]
fn who_gave_two_factors_there_as_the_settings_expect_it_is_let_in() {
    support::run(async {
        let (app, provider) = federated(|config| config.oidc_acr = Some(ACR.into())).await;
        linked(&app, &provider).await;
        for says in [json!({ "acr": ACR }), json!({ "acr": ACR, "amr": ["pwd"] }), json!({ "amr": ["pwd", "mfa"] })] {
            let (mut browser, to) = arrives(&app, &provider, &says).await;
            assert_eq!(to, "/account/link", "{says}");
            assert!(whole(&mut browser).await, "{says}");
        }
        // A clinic needs none, whatever the provider says.
        provider.say(|says| says.claims["sub"] = json!("lin"));
        assert_eq!(link(&mut Browser::of(&app, "clinic"), &provider).await.status, 303);
        let (mut browser, to) = arrives(&app, &provider, &json!({})).await;
        assert_eq!(to, "/account/link");
        assert!(whole(&mut browser).await);
    });
}

#[test]
fn two_factors_are_asked_of_the_provider_where_the_settings_say_how() {
    support::run(async {
        for acr in [None, Some(ACR)] {
            let (app, _provider) = federated(|config| config.oidc_acr = acr.map(str::to_owned)).await;
            let answer = Browser::new(&app).get("/signin/with").await;
            let asked = parameters(answer.header("location"));
            assert_eq!(asked.get("acr_values").map(String::as_str), acr);
        }
    });
}

#[test]
fn a_token_of_an_earlier_sign_in_opens_nothing() {
    support::run(async {
        let (app, provider) = federated(|config| config.oidc_acr = Some(ACR.into())).await;
        linked(&app, &provider).await;
        let (mut victim, _) = arrives(&app, &provider, &json!({ "acr": ACR })).await;
        assert!(whole(&mut victim).await);
        // The provider hands out the very token that was good a moment ago, to who began a sign-in of his own.
        let token = provider.says.lock().unwrap().claims.clone();
        let mut thief = Browser::new(&app);
        let asked = begin(&mut thief, &provider).await;
        provider.say(|says| says.claims = token);
        refused(&back(&mut thief, &asked["state"]).await, 403, "identity.untrusted");
        assert!(!whole(&mut thief).await);
        // And a code that is half signed in with does not make another session whole.
        let (mut half, to) = arrives(&app, &provider, &json!({})).await;
        assert!(to.starts_with("/signin/code"));
        half.cookies.remove("session");
        assert!(!whole(&mut half).await);
        assert_eq!(half.get("/signin/code").await.header("location"), "/signin");
    });
}

#[test]
fn an_officer_who_is_let_in_again_sets_up_the_second_factor_after_the_provider_too() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        linked(&app, &provider).await;
        let reason = json!({ "reason": "本人持证件到窗口，手机丢失" });
        let admin = app.actor("admin");
        let made = admin.call("recovery_create").path("login", "chen").json(&reason).send().await.expect(201);
        let fields =
            [("login", "chen"), ("code", made["code"].as_str().unwrap()), ("password", "seven lanterns drift")];
        assert_eq!(Browser::new(&app).post("/recover", &fields).await.status, 303);
        let (mut browser, to) = arrives(&app, &provider, &json!({ "acr": ACR })).await;
        assert!(to.starts_with("/signin/code"), "{to}");
        assert!(!whole(&mut browser).await);
        let enrol = browser.get("/signin/code").await;
        assert!(enrol.header("location").starts_with("/signin/enrol"), "{}", enrol.text());
        assert!(browser.get("/signin/enrol").await.expect_html().contains("id=\"secret\""));
        // A closed account is nobody's.
        let close = admin.call("account_close").path("login", "chen").once().json(&json!({ "reason": "离职" }));
        close.send().await.problem(422, "request.invalid");
        let close = admin.call("account_close").path("login", "chen").once().json(&json!({ "reason": "已经离职" }));
        close.send().await.expect(200);
        let mut browser = Browser::new(&app);
        let asked = begin(&mut browser, &provider).await;
        refused(&back(&mut browser, &asked["state"]).await, 403, "还没有关联账号");
    });
}
