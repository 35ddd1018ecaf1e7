//! Tokens of platforms: they open what their scopes say, until they end, and nothing that a person answers for.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use clinic_registry::domain::access::Scope;
use clinic_registry::domain::actor::Role;
use serde_json::{Value, json};

use crate::access::browser::{Browser, between};
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::{TestApp, monday};
use crate::support::contract::OPERATIONS;

async fn made(by: &Actor, scopes: &[Scope], days: u16) -> Value {
    let body = json!({ "name": "门诊系统", "scopes": scopes, "days": days });
    by.call("token_create").json(&body).send().await.expect(201)
}

fn with(by: &Actor, made: &Value) -> Actor {
    Actor { token: Some(made["token"].as_str().unwrap().to_owned()), ..by.clone() }
}

/// What an operation answers to a token, whatever else is wrong with the call.
async fn answer(actor: &Actor, id: &str) -> (u16, Value) {
    let operation = &OPERATIONS[id];
    let mut call = actor.call(id);
    for parameter in operation.definition["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "path" {
            call = call.path(parameter["name"].as_str().unwrap(), "019ab000-0000-7000-8000-00000000dead");
        }
    }
    let answer = call.attempt().await.unwrap();
    (answer.status, answer.json["code"].clone())
}

#[test]
fn every_operation_opens_to_the_scope_of_the_table_and_to_no_other() {
    support::run(async {
        let app = TestApp::start().await;
        // Each scope by somebody whose role may carry it.
        for scope in Scope::ALL {
            let login = if scope.roles().contains(&Role::Clinic) { "clinic" } else { "approver" };
            let token = with(&app.anonymous(), &made(&app.actor(login), &[*scope], 1).await);
            for (id, operation) in OPERATIONS.iter().filter(|(_, operation)| !operation.public) {
                let (status, code) = answer(&token, id).await;
                let refused = status == 403 && code == "token.scope";
                let open = scope.operations().contains(&id.as_str());
                assert_eq!(refused, !open, "{} {id} {}: {status} {code}", scope.code(), operation.path);
            }
        }
        // The table names operations that exist, need somebody, and stand in one scope.
        let mut seen = BTreeSet::new();
        for id in Scope::ALL.iter().flat_map(|scope| scope.operations()) {
            assert!(OPERATIONS.get(*id).is_some_and(|operation| !operation.public), "{id}");
            assert!(seen.insert(id), "{id} stands twice");
        }
    });
}

#[test]
fn what_a_person_answers_for_takes_no_token() {
    for id in [
        "token_create",
        "token_list",
        "token_delete",
        "session_delete",
        "filing_act",
        "filing_unmask",
        "copy_create",
        "copy_withdraw",
        "decision_propose",
        "decision_act",
        "visit_act",
        "visit_order",
        "draw_create",
        "import_create",
        "import_act",
        "clinic_hand_over",
        "clinic_confirm",
        "complaint_act",
        "complaint_unmask",
        "law_import",
        "filing_archive",
        "account_find",
        "account_view",
        "account_close",
        "recovery_create",
    ] {
        assert!(OPERATIONS.contains_key(id), "{id}");
        assert_eq!(Scope::of_operation(id), None, "{id}");
    }
    // Nothing but a clinic's own drafts is written by token.
    for scope in Scope::ALL.iter().filter(|scope| scope.code().ends_with(":write")) {
        assert_eq!(scope.roles(), [Role::Clinic]);
    }
}

#[test]
fn a_token_is_shown_once_and_ends_when_told_and_by_itself() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let first = made(&clinic, &[Scope::AccountRead, Scope::FilingsRead], 30).await;
        let text = first["token"].as_str().unwrap();
        assert!(text.len() == 60 && text.starts_with("cln_pat_"), "{text}");
        let token = with(&clinic, &first);
        assert_eq!(token.call("actor_view").send().await.expect(200)["name"], "clinic");
        let second = made(&clinic, &[Scope::AccountRead], 1).await;

        let list = clinic.call("token_list").send().await.expect(200);
        assert!(!list.to_string().contains(text), "{list}");
        let items = list["items"].as_array().unwrap();
        assert_eq!(
            items.iter().map(|item| &item["id"]).collect::<Vec<_>>(),
            [&second["details"]["id"], &first["details"]["id"]]
        );
        assert_eq!(items[1]["used_at"], "2026-11-23T02:00:00+00:00");
        assert_eq!(items[1]["scopes"], json!(["filings:read", "account:read"]));
        assert!(text.starts_with(items[1]["prefix"].as_str().unwrap()));
        assert!(items[0].get("used_at").is_none());
        // Nobody else sees it, or ends it.
        let other = app.other_clinic();
        assert_eq!(other.call("token_list").send().await.expect(200)["items"], json!([]));
        let id = first["details"]["id"].as_str().unwrap();
        other.call("token_delete").path("token_id", id).send().await.problem(404, "resource.not_found");
        token.call("actor_view").send().await.expect(200);

        clinic.call("token_delete").path("token_id", id).send().await.expect(204);
        token.call("actor_view").send().await.problem(401, "session.required");
        clinic.call("token_delete").path("token_id", id).send().await.problem(404, "resource.not_found");

        let token = with(&clinic, &second);
        app.app.clock.set(monday() + TimeDelta::hours(23));
        token.call("actor_view").send().await.expect(200);
        app.app.clock.set(monday() + TimeDelta::hours(24));
        token.call("actor_view").send().await.problem(401, "session.required");
    });
}

#[test]
fn what_is_no_token_opens_nothing() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let good = made(&clinic, &[Scope::AccountRead], 1).await["token"].as_str().unwrap().to_owned();
        let last = if good.ends_with('0') { "1" } else { "0" };
        let slip = format!("{}{last}", &good[..good.len() - 1]);
        for bad in ["cln_pat_", "cln_pat_é", &good[..51], &slip, &format!("{good} "), &good.to_uppercase()] {
            let stranger = Actor { token: None, ..clinic.clone() };
            let call = stranger.call("actor_view").header("Authorization", format!("Bearer {bad}").as_bytes());
            let answer = call.send().await;
            // What surrounds a token is the header's business.
            let expected = if bad.trim() == good { 200 } else { 401 };
            assert_eq!(answer.status, expected, "{bad}");
        }
        // A token is no session: not on the pages either.
        let mut browser = Browser::new(&app);
        browser.cookies.insert("session".into(), good);
        assert_eq!(browser.get("/account/tokens").await.status, 303);
    });
}

#[test]
fn what_is_wrong_with_a_new_token_is_told() {
    support::run(async {
        let app = TestApp::start().await;
        for (field, value) in [
            ("name", json!("  ")),
            ("days", json!(0)),
            ("days", json!(366)),
            ("scopes", json!([])),
            ("scopes", json!(["all"])),
        ] {
            let mut body = json!({ "name": "系统", "scopes": ["account:read"], "days": 30 });
            body[field] = value;
            app.clinic().call("token_create").json(&body).send().await.problem(422, "request.invalid");
        }
        let body = json!({ "name": "系统", "scopes": ["filings:write"], "days": 30 });
        let problem = app.officer().call("token_create").json(&body).send().await.problem(422, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/scopes");
        for _ in 0..20 {
            made(&app.clinic(), &[Scope::AccountRead], 1).await;
        }
        let body = json!({ "name": "系统", "scopes": ["account:read"], "days": 30 });
        app.clinic().call("token_create").json(&body).send().await.problem(409, "token.full");
    });
}

#[test]
fn the_page_makes_and_ends_tokens() {
    support::run(async {
        let app = TestApp::start().await;
        let mut browser = Browser::of(&app, "clinic");
        let page = "/account/tokens";
        let html = browser.post_own(page, page, &[("name", ""), ("days", "90")]).await;
        assert_eq!(html.status, 422);
        let html = html.text();
        assert!(html.contains("id=\"name-wrong\"") && html.contains("id=\"scopes-wrong\""), "{html}");
        let fields = [("name", "<门诊>"), ("scopes", "filings:read"), ("scopes", "account:read"), ("days", "90")];
        let answer = browser.post_own(page, page, &fields).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let html = answer.expect_html();
        let token = Actor { token: Some(between(&html, "autocomplete=\"off\">", "<").to_owned()), ..app.anonymous() };
        token.call("actor_view").send().await.expect(200);
        let html = browser.get(page).await.expect_html();
        assert!(html.contains("&lt;门诊&gt;") && !html.contains(token.token.as_deref().unwrap()), "{html}");
        let end = between(&html, "action=\"/account/tokens/", "\"").to_owned();
        // Not without the form's own mark.
        assert_eq!(browser.post(&format!("{page}/{end}"), &[]).await.status, 403);
        token.call("actor_view").send().await.expect(200);
        let answer = browser.post_own(page, &format!("{page}/{end}"), &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, page));
        token.call("actor_view").send().await.problem(401, "session.required");
    });
}
