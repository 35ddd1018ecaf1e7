//! Who comes in, and who does not: passwords, second factors, sessions, recovery.

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::id::AuthorityId;
use clinic_registry::usecase::accounts::{self, NewAccount};
use serde_json::{Value, json};

use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};

mod backoff;
mod browser;
mod federation;
mod federation_factor;
mod pages;
mod passwords;
pub mod people;
mod provider;
mod recovery;
mod registration;
mod second_factor;
mod sessions;
mod tokens;

/// A password that nobody would guess.
const SECRET: &str = "violet tractor seldom";

/// An account as an installation makes it.
async fn account(app: &TestApp, login: &str, role: Role) {
    let authority = role.sees_cases().then_some(AuthorityId(app.authority));
    let new = NewAccount { login, password: SECRET, display_name: "王某", role, authority, demonstration: false };
    accounts::create(&app.app, new).await.unwrap();
}

fn browser(app: &TestApp) -> Browser {
    Browser::before(&app.anonymous())
}

/// Whoever holds a token.
fn holder(app: &TestApp, token: &str) -> Actor {
    Actor { token: Some(token.to_owned()), ..app.anonymous() }
}

/// An attempt through the API.
async fn attempt(nobody: &Actor, login: &str, password: &str, code: Option<&str>) -> Answer {
    let mut body = json!({ "login": login, "password": password });
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    nobody.call("session_create").json(&body).send().await
}

/// What happened to the account of a token, the latest first.
async fn events(actor: &Actor) -> Vec<String> {
    let list = actor.call("account_event_list").send().await.expect(200);
    let kind = |event: &Value| event["kind"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(kind).collect()
}

/// Whether a page leads to where one signs in.
fn turned_away(page: &Page) -> bool {
    page.status == 303 && page.location().starts_with("/signin")
}
