//! People and machines that use the service, over real HTTP. Whatever is answered must stand in the contract.

use std::collections::BTreeSet;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::contract;

/// Someone who calls: signed in, or nobody.
#[derive(Clone)]
pub struct Actor {
    pub http: reqwest::Client,
    /// `http://127.0.0.1:1234`
    pub base: String,
    pub token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body, where it is JSON.
    pub json: Value,
}

impl Answer {
    /// Takes an answer off the wire.
    pub async fn read(request: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self { request, status, headers, bytes, json }
    }

    /// The body, if the status is what it should be.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text());
        self.json
    }

    /// The problem with this stable code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status, self.json["code"].as_str()),
            (status, Some(code)),
            "{}: {}",
            self.request,
            self.text()
        );
        self.json
    }

    /// The page, if it is one.
    #[track_caller]
    pub fn expect_html(self) -> String {
        assert_eq!((self.status, self.header("content-type")), (200, "text/html; charset=utf-8"), "{}", self.request);
        self.text()
    }

    /// A header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// A request that is being put together.
pub struct Call {
    operation: String,
    url: String,
    request: reqwest::RequestBuilder,
}

impl Call {
    /// Replaces a parameter of the path; whatever it holds reaches the server as one segment.
    pub fn path(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let placeholder = format!("{{{name}}}");
        assert!(self.url.contains(&placeholder), "{} has no {placeholder}", self.url);
        self.url = self.url.replace(&placeholder, &encoded(value.as_ref()));
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let mark = if self.url.contains('?') { '&' } else { '?' };
        self.url += &format!("{mark}{name}={}", encoded(value.as_ref()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.request = self.request.header(name, value.as_ref());
        self
    }

    /// The version that the caller saw, as the filing's view has it.
    pub fn seen(self, filing: &Value) -> Self {
        let tag = format!("\"v{}\"", filing["version"]);
        self.header("If-Match", tag)
    }

    /// A key of its own.
    pub fn once(self) -> Self {
        self.key(&Uuid::now_v7().to_string())
    }

    /// This key.
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// A JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Any body.
    pub fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("Content-Type", content_type).body(body);
        self
    }

    /// A form with files.
    pub fn form(mut self, form: reqwest::multipart::Form) -> Self {
        self.request = self.request.multipart(form);
        self
    }

    /// Sends it, and compares the answer with the contract.
    pub async fn send(self) -> Answer {
        let answer = self.attempt().await.unwrap();
        contract::check(
            &answer.request,
            answer.status,
            answer.headers.get("content-type").and_then(|v| v.to_str().ok()),
            &answer.bytes,
        );
        answer
    }

    /// Sends it to a server that may vanish meanwhile.
    pub async fn attempt(self) -> reqwest::Result<Answer> {
        let (client, request) = self.request.build_split();
        let mut request = request?;
        assert!(!self.url.contains('{'), "{} lacks a parameter", self.url);
        *request.url_mut() = self.url.parse().unwrap();
        let response = client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { request: self.operation, status, headers, bytes, json })
    }
}

/// Percent-encodes everything but letters, digits, hyphen and low line.
pub fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Actor {
    /// A call of an operation of the contract.
    pub fn call(&self, id: &str) -> Call {
        let operation = contract::operation(id);
        let method: Method = operation.method.parse().unwrap();
        let mut request = self.http.request(method, &self.base);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Call { operation: id.to_owned(), url: format!("{}{}", self.base, operation.path), request }
    }

    /// Signs in; the actor that comes back holds the token.
    pub async fn signed_in(&self, login: &str, password: &str) -> Self {
        let body = json!({ "login": login, "password": password });
        let session = self.call("session_create").json(&body).send().await.expect(201);
        Self { token: Some(session["token"].as_str().unwrap().to_owned()), ..self.clone() }
    }

    /// Any address of the service, outside the contract.
    pub async fn get(&self, path: &str) -> Answer {
        let response = self.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        Answer::read(format!("GET {path}"), response).await
    }

    // What a clinic does.

    /// Drafts an establishment.
    pub async fn draft(&self, dossier: &Value) -> Value {
        let body = json!({ "kind": "establishment", "dossier": dossier });
        self.call("filing_create").once().json(&body).send().await.expect(201)
    }

    /// Drafts a change of a clinic.
    pub async fn draft_change(&self, number: &str, dossier: &Value) -> Value {
        let body = json!({ "kind": "change", "clinic": number, "dossier": dossier });
        self.call("filing_create").once().json(&body).send().await.expect(201)
    }

    /// Replaces the dossier.
    pub async fn revise(&self, filing: &Value, dossier: &Value) -> Answer {
        self.filing("filing_revise", filing).seen(filing).json(dossier).send().await
    }

    /// Every finding.
    pub async fn check(&self, filing: &Value) -> Value {
        self.filing("filing_check", filing).send().await.expect(200)
    }

    /// Uploads a file.
    pub async fn upload(&self, filing: &Value, code: &str, name: &str, bytes: Vec<u8>) -> Answer {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("code", code.to_owned()).part("file", part);
        self.filing("material_add", filing).once().form(form).send().await
    }

    /// Uploads every material that the findings ask for.
    pub async fn add_materials(&self, filing: &Value) {
        for finding in self.check(filing).await["findings"].as_array().unwrap() {
            let pointer = finding["pointer"].as_str().unwrap_or_default();
            if let Some(code) = pointer.strip_prefix("/materials/").filter(|_| finding["severity"] == "error") {
                let file = super::builders::pdf_file(code);
                self.upload(filing, code, "材料.pdf", file).await.expect(201);
            }
        }
    }

    // What anybody concerned does.

    /// A call about a filing.
    pub fn filing(&self, id: &str, filing: &Value) -> Call {
        self.call(id).path("filing_id", filing["id"].as_str().unwrap())
    }

    /// The filing as it stands.
    pub async fn view(&self, filing: &Value) -> Answer {
        self.filing("filing_view", filing).send().await
    }

    /// Takes a step, having just read the filing.
    pub async fn act(&self, filing: &Value, step: Value) -> Answer {
        self.filing("filing_act", filing).seen(filing).once().json(&step).send().await
    }

    /// Submits, with a reason for every rule that warns.
    pub async fn submit(&self, filing: &Value) -> Answer {
        let checked = self.check(filing).await;
        let warnings = checked["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "warning");
        let rules: BTreeSet<&str> = warnings.map(|finding| finding["rule"].as_str().unwrap()).collect();
        let answers: Vec<_> = rules.into_iter().map(|rule| json!({ "rule": rule, "reason": "情况属实" })).collect();
        self.act(filing, json!({ "action": "submit", "answers": answers })).await
    }

    /// The history.
    pub async fn history(&self, filing: &Value) -> Vec<Value> {
        let history = self.filing("filing_history", filing).send().await.expect(200);
        history["items"].as_array().unwrap().clone()
    }

    /// A certificate.
    pub async fn certificate(&self, filing: &Value) -> Value {
        let id = filing["certificate_id"].as_str().unwrap();
        self.call("certificate_view").path("certificate_id", id).send().await.expect(200)
    }

    /// A certificate's paper.
    pub async fn paper(&self, filing: &Value) -> Vec<u8> {
        let id = filing["certificate_id"].as_str().unwrap();
        let answer = self.call("certificate_pdf").path("certificate_id", id).send().await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"));
        answer.bytes
    }

    // What anybody does.

    /// What a code is worth.
    pub async fn verify(&self, code: &str) -> Value {
        self.call("verification_view").path("code", code).send().await.expect(200)
    }

    /// A search of the register: names and values of parameters.
    pub async fn search(&self, parameters: &[(&str, &str)]) -> Vec<Value> {
        let call = parameters.iter().fold(self.call("clinic_list"), |call, (name, value)| call.query(name, value));
        call.send().await.expect(200)["items"].as_array().unwrap().clone()
    }
}
