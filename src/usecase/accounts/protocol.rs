//! OpenID Connect with one provider: code, PKCE, state, nonce. Checks are the library's; what it is given to check, and over
//! which connection, is said here.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, TokenResponse,
};

use crate::app::Provider;
use crate::error::{Error, Federation, Result};

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Largest answer of the provider, bytes.
const LARGEST: u64 = 256 * 1024;

/// How far the provider's clock may be ahead.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// Signatures that are taken: with the provider's key pair. Never a shared secret, never none.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What the provider is asked.
pub struct Asked {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
    pub return_to: String,
}

/// What is redeemed for an identity.
pub struct Redeemed {
    pub code: String,
    pub nonce: String,
    pub verifier: String,
    pub return_to: String,
    pub now: DateTime<Utc>,
}

/// Who somebody is at the provider.
pub struct Identity {
    pub subject: String,
    /// The provider saw two factors, and tells so as the settings expect it.
    pub two_factors: bool,
}

/// What can go wrong on the way.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Http(#[from] ureq::Error),
    #[error("an address without encryption")]
    Open,
}

/// The provider, over HTTP.
struct Line {
    agent: ureq::Agent,
    /// It is on this machine and speaks without encryption.
    open: bool,
}

impl Line {
    fn to(provider: &Provider) -> Self {
        let open = provider.issuer.starts_with("http://");
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false);
        let config = if open { config.proxy(None) } else { config.https_only(true) };
        Self { agent: config.build().new_agent(), open }
    }

    fn send(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let encrypted = request.uri().scheme_str() == Some("https");
        let here = request.uri().host().is_some_and(|host| matches!(host, "127.0.0.1" | "localhost" | "[::1]"));
        let allowed = encrypted || (self.open && here);
        if !allowed {
            return Err(Trouble::Open);
        }
        let response =
            if request.body().is_empty() { self.agent.run(request.map(|_| ()))? } else { self.agent.run(request)? };
        let (parts, body) = response.into_parts();
        let body = body.into_with_config().limit(LARGEST).read_to_vec()?;
        Ok(HttpResponse::from_parts(parts, body))
    }
}

fn silent(cause: impl std::fmt::Display) -> Error {
    tracing::warn!(%cause, "the identity provider cannot be asked");
    Error::Federation(Federation::Silent)
}

fn untrusted(cause: impl std::fmt::Display) -> Error {
    tracing::warn!(%cause, "the identity provider's answer is refused");
    Error::Federation(Federation::Untrusted)
}

/// What the provider says of itself, and with it a client.
fn client(provider: &Provider, line: &Line, return_to: String) -> Result<Client> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(Error::internal)?;
    let metadata =
        CoreProviderMetadata::discover(&issuer, &|request| line.send(request)).map_err(|error| match error {
            DiscoveryError::Request(cause) => silent(cause),
            DiscoveryError::Response(..) => silent(error),
            error => untrusted(error),
        })?;
    let methods = metadata.token_endpoint_auth_methods_supported();
    let basic = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let secret = ClientSecret::new(provider.client_secret.clone());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), Some(secret));
    Ok(client.set_redirect_uri(RedirectUrl::new(return_to).map_err(Error::internal)?).set_auth_type(if basic {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    }))
}

/// Where somebody signs in at the provider.
///
/// # Errors
/// `Federation` when it does not answer, or is not what it should be.
pub fn address(provider: &Provider, asked: Asked) -> Result<String> {
    let client = client(provider, &Line::to(provider), asked.return_to)?;
    let Asked { state, nonce, verifier, .. } = asked;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    let request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
        .set_pkce_challenge(challenge);
    let request = match &provider.acr {
        Some(acr) => request.add_auth_context_value(AuthenticationContextClass::new(acr.clone())),
        None => request,
    };
    let (url, ..) = request.url();
    let encrypted = url.scheme() == "https" || provider.issuer.starts_with("http://");
    if encrypted { Ok(url.into()) } else { Err(untrusted("its page is not encrypted")) }
}

/// Redeems a code: who signed in there.
///
/// # Errors
/// `Federation`: the code is worth nothing, the answer does not pass its checks, or there is none.
pub fn redeem(provider: &Provider, redeemed: Redeemed) -> Result<Identity> {
    let Redeemed { code, nonce, verifier, return_to, now } = redeemed;
    let line = Line::to(provider);
    let client = client(provider, &line, return_to)?;
    let request = client.exchange_code(AuthorizationCode::new(code)).map_err(untrusted)?;
    let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request(&|request| line.send(request));
    let answer = answer.map_err(|error| match error {
        RequestTokenError::Request(cause) => silent(cause),
        error => untrusted(error),
    })?;
    let token = answer.id_token().ok_or_else(|| untrusted("it sent no ID token"))?;
    let timely = move |issued: DateTime<Utc>| {
        if issued <= now + SKEW { Ok(()) } else { Err("issued in the future".to_owned()) }
    };
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now)
        .set_issue_time_verifier_fn(timely);
    let claims = token.claims(&verifier, &Nonce::new(nonce)).map_err(untrusted)?;
    if claims.authorized_party().is_some_and(|party| party.as_str() != provider.client_id) {
        return Err(untrusted("it was made for another client"));
    }
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(untrusted)?;
        let key = token.signing_key(&verifier).map_err(untrusted)?;
        let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key).map_err(untrusted)?;
        if actual != *expected {
            return Err(untrusted("it belongs to another access token"));
        }
    }
    let two_factors = provider.acr.as_ref().is_some_and(|acr| {
        let methods = claims.auth_method_refs().map(Vec::as_slice).unwrap_or_default();
        claims.auth_context_ref().is_some_and(|context| context.as_ref() == acr)
            || methods.iter().any(|method| method.as_str() == "mfa")
    });
    Ok(Identity { subject: claims.subject().as_str().to_owned(), two_factors })
}
