//! A browser as far as forms and cookies go.

use std::collections::BTreeMap;

use reqwest::redirect::Policy;

use crate::support::actors::Answer;
use crate::support::app::TestApp;

/// Keeps cookies, follows nothing by itself.
pub struct Browser {
    http: reqwest::Client,
    base: String,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One that knows nobody.
    pub fn new(app: &TestApp) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { http, base: app.anonymous().base, cookies: BTreeMap::new() }
    }

    /// One in which somebody is signed in.
    pub fn of(app: &TestApp, login: &str) -> Self {
        let mut browser = Self::new(app);
        browser.cookies.insert("session".into(), app.actor(login).token.unwrap());
        browser
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, what: String) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = Answer::read(what, request.header("Cookie", cookies.join("; ")).send().await.unwrap()).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
        answer
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request, format!("GET {path}")).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encoded = |text: &str| crate::support::actors::encoded(text);
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let request = self.http.post(format!("{}{path}", self.base));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let request = request.header("Sec-Fetch-Site", "same-origin").body(body.join("&"));
        self.send(request, format!("POST {path}")).await
    }

    /// Sends a form of the page at `path` in one's own name.
    pub async fn post_own(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let html = self.get(page).await.expect_html();
        let token = between(&html, "name=\"form_token\" value=\"", "\"").to_owned();
        self.post(path, &[fields, &[("form_token", &token)]].concat()).await
    }
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split(after).next().unwrap()
}
