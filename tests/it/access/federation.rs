//! Sign-in by another identity provider: by whom it was linked, once, and by nobody whose answer does not pass its checks.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use clinic_registry::config::Config;
use poem::{IntoResponse, Response};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::access::browser::{Browser, between};
use crate::access::provider::{FakeProvider, Says};
use crate::support;
use crate::support::actors::Answer;
use crate::support::app::{TestApp, monday};

/// What a provider says otherwise than it should.
type Change = Box<dyn Fn(&mut Says)>;

pub async fn federated(settings: impl FnOnce(&mut Config)) -> (TestApp, FakeProvider) {
    let provider = FakeProvider::start(monday().timestamp()).await;
    let app = TestApp::with(|config| {
        config.oidc_issuer = Some(provider.issuer.clone());
        config.oidc_client_id = Some("registry".into());
        config.oidc_client_secret = Some("secret".into());
        config.oidc_name = "省统一身份认证".into();
        settings(config);
    })
    .await;
    (app, provider)
}

/// The parameters of the address at the provider.
pub fn parameters(url: &str) -> BTreeMap<String, String> {
    let url: reqwest::Url = url.parse().unwrap();
    url.query_pairs().into_owned().collect()
}

/// Begins a sign-in; the provider answers for it from now on.
pub async fn begin(browser: &mut Browser, provider: &FakeProvider) -> BTreeMap<String, String> {
    let answer = browser.get("/signin/with?to=/account/link").await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let asked = parameters(answer.header("location"));
    provider.say(|says| says.claims["nonce"] = json!(asked["nonce"]));
    asked
}

pub async fn back(browser: &mut Browser, state: &str) -> Answer {
    browser.get(&format!("/signin/back?code=c&state={state}")).await
}

/// Links an account with whoever the provider says.
pub async fn link(browser: &mut Browser, provider: &FakeProvider) -> Answer {
    let html = browser.post_own("/account/link", "/account/link", &[]).await.expect_html();
    let url = between(&html, "content=\"0; url=", "\"").replace("&amp;", "&").replace("&#x2f;", "/");
    let asked = parameters(&url);
    provider.say(|says| says.claims["nonce"] = json!(asked["nonce"]));
    back(browser, &asked["state"]).await
}

#[track_caller]
pub fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(code), "not {code}: {}", answer.text());
    assert!(!answer.headers.get_all("set-cookie").iter().any(|line| line.to_str().unwrap().starts_with("session=")));
}

#[test]
fn a_linked_person_signs_in_and_nobody_else() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        let mut stranger = Browser::new(&app);
        let asked = begin(&mut stranger, &provider).await;
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert_eq!(asked["redirect_uri"], format!("{}/signin/back", app.anonymous().base));
        let answer = back(&mut stranger, &asked["state"]).await;
        refused(&answer, 403, "还没有关联账号");

        let mut clinic = Browser::of(&app, "clinic");
        let answer = link(&mut clinic, &provider).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/account/link"), "{}", answer.text());
        assert!(clinic.get("/account/link").await.expect_html().contains("解除关联"));

        let mut browser = Browser::new(&app);
        let asked = begin(&mut browser, &provider).await;
        let answer = back(&mut browser, &asked["state"]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/account/link"), "{}", answer.text());
        assert!(browser.get("/account/link").await.expect_html().contains("解除关联"), "signed in as the clinic");
        // The code went with its verifier, to whoever holds the secret.
        let sent = provider.says.lock().unwrap().asked.clone();
        let verifier = between(&sent, "code_verifier=", "&");
        assert_eq!(BASE64.encode(Sha256::digest(verifier)), asked["code_challenge"]);

        // The identity is one account's, and the account one identity's.
        let mut other = Browser::of(&app, "other-clinic");
        refused(&link(&mut other, &provider).await, 409, "identity.linked");
        provider.say(|says| says.claims["sub"] = json!("li"));
        refused(&link(&mut clinic, &provider).await, 409, "identity.linked");
        assert_eq!(link(&mut other, &provider).await.status, 303);

        clinic.post_own("/account/link", "/account/link/end", &[]).await;
        provider.say(|says| says.claims["sub"] = json!("wang"));
        let asked = begin(&mut stranger, &provider).await;
        refused(&back(&mut stranger, &asked["state"]).await, 403, "还没有关联账号");
    });
}

#[test]
fn what_was_begun_serves_once_soon_and_in_its_own_browser() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        link(&mut Browser::of(&app, "clinic"), &provider).await;
        let mut browser = Browser::new(&app);
        let asked = begin(&mut browser, &provider).await;
        let state = &asked["state"];
        refused(&back(&mut Browser::new(&app), state).await, 403, "identity.flow");
        refused(&back(&mut browser, "guessed").await, 403, "identity.flow");
        refused(&browser.get("/signin/back").await, 403, "identity.flow");
        refused(&browser.get(&format!("/signin/back?code=c&state={state}&state={state}")).await, 403, "identity.flow");
        let kept = browser.cookies.clone();
        assert_eq!(back(&mut browser, state).await.status, 303);
        browser.cookies = kept;
        refused(&back(&mut browser, state).await, 403, "identity.flow");

        let asked = begin(&mut browser, &provider).await;
        let denied = browser.get(&format!("/signin/back?error=access_denied&state={}", asked["state"])).await;
        refused(&denied, 403, "identity.declined");
        let asked = begin(&mut browser, &provider).await;
        let foreign = format!("/signin/back?code=c&state={}&iss=https%3A%2F%2Fevil.example", asked["state"]);
        refused(&browser.get(&foreign).await, 403, "identity.untrusted");

        let asked = begin(&mut browser, &provider).await;
        app.app.clock.set(monday() + TimeDelta::minutes(10));
        refused(&back(&mut browser, &asked["state"]).await, 403, "identity.flow");
        // What leads elsewhere leads nowhere.
        app.app.clock.set(monday());
        let answer = browser.get("/signin/with?to=//evil.example").await;
        let asked = parameters(answer.header("location"));
        provider.say(|says| says.claims["nonce"] = json!(asked["nonce"]));
        assert_eq!(back(&mut browser, &asked["state"]).await.header("location"), "/account");
    });
}

#[test]
fn an_answer_that_does_not_pass_its_checks_lets_nobody_in() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        link(&mut Browser::of(&app, "clinic"), &provider).await;
        let now = monday().timestamp();
        let cases: Vec<(&str, Change)> = vec![
            ("nonce", Box::new(|says| says.claims["nonce"] = json!("another"))),
            ("no nonce", Box::new(|says| says.claims["nonce"] = json!(null))),
            ("issuer", Box::new(|says| says.claims["iss"] = json!("https://evil.example"))),
            ("issuer with a slash", Box::new(|says| says.claims["iss"] = json!(format!("{}/", says.issuer)))),
            ("audience", Box::new(|says| says.claims["aud"] = json!("another"))),
            ("audiences", Box::new(|says| says.claims["aud"] = json!(["registry", "another"]))),
            ("party", Box::new(|says| says.claims["azp"] = json!("another"))),
            ("expired", Box::new(move |says| says.claims["exp"] = json!(now - 1))),
            ("future", Box::new(move |says| says.claims["iat"] = json!(now + 3_600))),
            ("access token", Box::new(|says| says.claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"))),
            ("key", Box::new(|says| says.forged = true)),
            ("none", Box::new(|says| says.algorithm = "none")),
            ("secret", Box::new(|says| says.algorithm = "HS256")),
            (
                "no token",
                Box::new(|says| {
                    says.instead = Some(|| json_answer("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"))
                }),
            ),
            ("no JSON", Box::new(|says| says.instead = Some(|| "<html>".into_response()))),
            ("refused", Box::new(|says| says.instead = Some(refusal))),
        ];
        for (what, change) in cases {
            let right = says_of(&provider);
            let mut browser = Browser::new(&app);
            let asked = begin(&mut browser, &provider).await;
            provider.say(|says| change(says));
            let answer = back(&mut browser, &asked["state"]).await;
            assert_eq!(answer.status, 403, "{what}: {}", answer.text());
            refused(&answer, 403, "identity.untrusted");
            *provider.says.lock().unwrap() = right;
        }
        // All of it put right again, somebody is let in.
        let mut browser = Browser::new(&app);
        let asked = begin(&mut browser, &provider).await;
        assert_eq!(back(&mut browser, &asked["state"]).await.status, 303);
    });
}

/// A copy of what a provider says.
fn says_of(provider: &FakeProvider) -> Says {
    let says = provider.says.lock().unwrap();
    Says {
        issuer: says.issuer.clone(),
        token_endpoint: says.token_endpoint.clone(),
        claims: says.claims.clone(),
        algorithm: says.algorithm,
        forged: says.forged,
        instead: says.instead,
        asked: String::new(),
    }
}

fn json_answer(body: &'static str) -> Response {
    Response::builder().content_type("application/json").body(body)
}

fn refusal() -> Response {
    let answer = Response::builder().status(poem::http::StatusCode::BAD_REQUEST).content_type("application/json");
    answer.body("{\"error\":\"invalid_grant\"}")
}

#[test]
fn a_provider_that_is_not_what_it_should_be_is_not_asked_again() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        let mut browser = Browser::new(&app);
        let asked = begin(&mut browser, &provider).await;
        // It answers too much, or leads elsewhere: neither is followed.
        provider.say(|says| says.instead = Some(|| json_answer(Box::leak(" ".repeat(300 * 1024).into_boxed_str()))));
        refused(&back(&mut browser, &asked["state"]).await, 503, "identity.unavailable");
        let asked = begin(&mut browser, &provider).await;
        provider.say(|says| {
            says.instead = Some(|| {
                let moved = Response::builder().status(poem::http::StatusCode::TEMPORARY_REDIRECT);
                moved.header("location", "/elsewhere").finish()
            });
        });
        refused(&back(&mut browser, &asked["state"]).await, 403, "identity.untrusted");
        // Its token endpoint is somewhere else, without encryption.
        let asked = begin(&mut browser, &provider).await;
        provider.say(|says| {
            says.instead = None;
            says.token_endpoint = "http://192.0.2.1/token".into();
        });
        refused(&back(&mut browser, &asked["state"]).await, 503, "identity.unavailable");
        // It names itself otherwise than the settings.
        provider.say(|says| {
            says.token_endpoint = format!("{}/token", says.issuer);
            says.issuer = "https://evil.example".into();
        });
        refused(&browser.get("/signin/with").await, 403, "identity.untrusted");
        drop(provider);
    });
}

#[test]
fn to_link_takes_a_form_of_ones_own() {
    support::run(async {
        let (app, provider) = federated(|_| ()).await;
        let mut clinic = Browser::of(&app, "clinic");
        assert_eq!(clinic.post("/account/link", &[]).await.status, 403);
        // What somebody else began to link does not link me.
        let html = clinic.post_own("/account/link", "/account/link", &[]).await.expect_html();
        let asked = parameters(&between(&html, "content=\"0; url=", "\"").replace("&amp;", "&").replace("&#x2f;", "/"));
        provider.say(|says| says.claims["nonce"] = json!(asked["nonce"]));
        let mut other = Browser::of(&app, "other-clinic");
        other.cookies.insert("flow".into(), asked["state"].clone());
        refused(&back(&mut other, &asked["state"]).await, 403, "identity.flow");
        assert!(!other.get("/account/link").await.expect_html().contains("解除关联"));
    });
}

#[test]
fn without_a_provider_there_is_no_such_door() {
    support::run(async {
        let app = TestApp::start().await;
        let mut browser = Browser::of(&app, "clinic");
        for path in ["/signin/with", "/signin/back?state=x&code=y", "/account/link"] {
            assert_eq!(browser.get(path).await.status, 404, "{path}");
        }
    });
}

#[test]
fn a_provider_is_set_as_a_whole_and_encrypted() {
    let dir = tempfile::tempdir().unwrap();
    let config = |issuer: &str, secret: Option<&str>, production: bool| {
        let mut config = Config::for_tests(dir.path(), Some("sqlite://x".into()));
        config.oidc_issuer = Some(issuer.into());
        config.oidc_client_id = Some("registry".into());
        config.oidc_client_secret = secret.map(str::to_owned);
        config.production = production;
        config.public_url = production.then(|| "https://zs.example.gov.cn".into());
        config.licence_type = Some("11100000000013661B999".into());
        config.check()
    };
    for issuer in ["https://login.example.gov.cn", "http://127.0.0.1:3000", "http://localhost", "http://[::1]:3000/x"] {
        config(issuer, Some("s"), false).unwrap();
    }
    config("https://login.example.gov.cn", Some("s"), true).unwrap();
    for (issuer, secret, production) in [
        ("http://127.0.0.1:3000", Some("s"), true),
        ("http://login.example.gov.cn", Some("s"), false),
        ("http://127.0.0.1.evil.example", Some("s"), false),
        ("http://localhost@evil.example", Some("s"), false),
        ("https://login.example.gov.cn", None, false),
    ] {
        let error = config(issuer, secret, production).unwrap_err().to_string();
        assert!(error.contains("--oidc-"), "{issuer}: {error}");
    }
}
