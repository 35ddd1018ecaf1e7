//! An identity provider that says what a test wants it to say.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::web::Data;
use poem::{EndpointExt, IntoResponse, Response, Route, Server, get, handler, post};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// What it says of itself, and the ID token that it hands out for any code.
pub struct Says {
    /// The address that its document names as the issuer.
    pub issuer: String,
    pub token_endpoint: String,
    pub claims: Value,
    pub algorithm: &'static str,
    /// Signs with another key than the one it shows.
    pub forged: bool,
    /// Answers with something else altogether.
    pub instead: Option<fn() -> Response>,
    /// The last form that came for a token.
    pub asked: String,
}

/// The provider; it ends with the test.
pub struct FakeProvider {
    pub issuer: String,
    pub says: Arc<Mutex<Says>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_slice(&[n; 32]).unwrap()
}

fn jwt(says: &Says) -> String {
    let part = |value: Value| BASE64.encode(value.to_string());
    let text = format!("{}.{}", part(json!({ "alg": says.algorithm, "kid": "k" })), part(says.claims.clone()));
    let signature: Signature = key(if says.forged { 2 } else { 1 }).sign(text.as_bytes());
    let signature = if says.algorithm == "none" { String::new() } else { BASE64.encode(signature.to_bytes()) };
    format!("{text}.{signature}")
}

type Shared = Arc<Mutex<Says>>;

fn document(value: &Value) -> Response {
    Response::builder().content_type("application/json").body(value.to_string())
}

#[handler]
fn configuration(says: Data<&Shared>) -> Response {
    let says = says.lock().unwrap();
    document(&json!({
        "issuer": says.issuer, "authorization_endpoint": format!("{}/auth", says.issuer),
        "token_endpoint": says.token_endpoint, "jwks_uri": says.token_endpoint.replace("/token", "/jwks"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "none", "HS256"],
    }))
}

#[handler]
fn keys() -> Response {
    let point = key(1).verifying_key().to_sec1_point(false);
    let (x, y) = (BASE64.encode(point.x().unwrap()), BASE64.encode(point.y().unwrap()));
    document(&json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "k", "x": x, "y": y }] }))
}

#[handler]
async fn token(says: Data<&Shared>, body: String) -> Response {
    let mut says = says.lock().unwrap();
    says.asked = body;
    match says.instead {
        Some(instead) => instead(),
        None => document(&json!({ "access_token": "a", "token_type": "Bearer", "id_token": jwt(&says) })),
    }
}

#[handler]
fn elsewhere() -> Response {
    "elsewhere".into_response()
}

impl FakeProvider {
    /// Starts one that says all that is right, but for the nonce, which each sign-in has of its own.
    pub async fn start(now: i64) -> Self {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let address = acceptor.local_addr()[0].as_socket_addr().copied().unwrap();
        let issuer = format!("http://{address}");
        let says = Says {
            issuer: issuer.clone(),
            token_endpoint: format!("{issuer}/token"),
            claims: json!({ "iss": issuer, "sub": "wang", "aud": "registry", "iat": now, "exp": now + 300 }),
            algorithm: "ES256",
            forged: false,
            instead: None,
            asked: String::new(),
        };
        let says = Arc::new(Mutex::new(says));
        let routes = Route::new()
            .at("/.well-known/openid-configuration", get(configuration))
            .at("/jwks", get(keys))
            .at("/token", post(token))
            .at("/elsewhere", get(elsewhere).post(elsewhere))
            .data(Arc::clone(&says));
        let server = tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
        Self { issuer, says, server }
    }

    /// Changes what it says.
    pub fn say(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }
}
