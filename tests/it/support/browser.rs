//! A browser as far as signing in needs one: it keeps cookies, fills in forms, and follows nothing by itself.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use totp_rs::{Builder, Secret};

use crate::support::actors::{Actor, encoded};

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    /// Where it leads, empty where it is a page.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The page, if it is one.
    #[track_caller]
    pub fn shown(self, status: u16) -> String {
        assert_eq!(self.status, status, "leads to {}: {}", self.location(), self.html);
        self.html
    }

    /// Where it leads, if it does.
    #[track_caller]
    pub fn leads(&self, to: &str) {
        assert_eq!((self.status, self.location()), (303, to), "{}", self.html);
    }

    /// The lines that set cookies.
    pub fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

/// What stands in a page between two marks.
pub fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    let rest = html.split_once(before).unwrap_or_else(|| panic!("no {before} in {html}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no {after}")).0
}

/// The code of an authenticator that was given this secret.
pub fn code(secret: &str, at: DateTime<Utc>) -> String {
    let letters = secret.bytes().filter(|byte| *byte != b' ');
    let value = |byte: u8| u64::from(if byte.is_ascii_digit() { byte - b'2' + 26 } else { byte - b'A' });
    let letters: Vec<u64> = letters.map(value).collect();
    let bytes: Vec<u8> = letters
        .chunks(8)
        .flat_map(|eight| eight.iter().fold(0, |bits, five| bits << 5 | five).to_be_bytes()[3..].to_vec())
        .collect();
    let totp = Builder::new().with_secret(Secret::new_stack(bytes.try_into().unwrap())).build().unwrap();
    totp.generate(at.timestamp().try_into().unwrap()).to_string()
}

/// Somebody before a browser.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    base: String,
    pub cookies: BTreeMap<String, String>,
    /// What the forms of the page that was shown last carry.
    pub form_token: Option<String>,
    /// Headers of every request.
    pub sends: Vec<(&'static str, String)>,
}

impl Browser {
    /// A fresh one before the server that `actor` calls.
    pub fn before(actor: &Actor) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0";
        let sends = vec![("User-Agent", agent.to_owned())];
        Self { http, base: actor.base.clone(), cookies: BTreeMap::new(), form_token: None, sends }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request.header("Cookie", cookies.join("; "));
        for (name, value) in &self.sends {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // A browser reads references; the only one that these pages need is the slash's.
        let html = response.text().await.unwrap().replace("&#x2f;", "/");
        let page = Page { status, headers, html };
        for line in page.cookies() {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if page.html.contains("name=\"form_token\"") {
            self.form_token = Some(between(&page.html, "name=\"form_token\" value=\"", "\"").to_owned());
        }
        page
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    /// Sends a form as the page that was shown last has it.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.form_token.clone();
        let token = token.as_deref().map(|token| ("form_token", token));
        let pairs = fields.iter().copied().chain(token);
        let pairs: Vec<_> = pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = self.http.post(format!("{}{path}", self.base)).body(pairs.join("&"));
        self.send(request.header("Content-Type", "application/x-www-form-urlencoded")).await
    }

    /// Sends a form with files, its token in the address.
    pub async fn post_files(&mut self, path: &str, form: reqwest::multipart::Form) -> Page {
        let token = self.form_token.clone().unwrap_or_default();
        self.send(self.http.post(format!("{}{path}?form_token={token}", self.base)).multipart(form)).await
    }

    /// Sends a piece of a file as a script does.
    pub async fn patch(&mut self, path: &str, offset: usize, piece: &[u8]) -> Page {
        let token = self.form_token.clone().unwrap_or_default();
        let request = self.http.patch(format!("{}{path}?form_token={token}", self.base)).body(piece.to_vec());
        let request = request.header("Content-Type", "application/offset+octet-stream");
        self.send(request.header("Upload-Offset", offset.to_string())).await
    }

    /// The token of the session, as the cookie has it.
    pub fn token(&self) -> &str {
        let mut held = self.cookies.iter().filter(|(name, _)| name.ends_with("session"));
        held.next().map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Name and password.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.form_token = None;
        self.post("/signin", &[("login", login), ("password", password)]).await
    }

    /// Signs in for the first time and sets up the second factor; answers its secret.
    pub async fn enrol(&mut self, login: &str, password: &str, now: DateTime<Utc>) -> String {
        self.sign_in(login, password).await.leads("/signin/code?to=%2Faccount");
        let html = self.get("/signin/enrol").await.shown(200);
        let secret = between(&html, "id=\"secret\">", "<").to_owned();
        self.post("/signin/enrol", &[("code", &code(&secret, now))]).await.leads("/account");
        secret
    }
}
