//! Who is signed in on the pages: a cookie that no script reads and no other site sends.

use std::ops::Deref;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::header;
use sha2::Digest;
use sha2::Sha256;

use crate::app::Settings;
use crate::domain::actor::Actor;
use crate::error::Error;
use crate::portal::guard::FormToken;
use crate::portal::held;
use crate::portal::link;
use crate::portal::look;
use crate::portal::page::Ask;
use crate::portal::page::Known;
use crate::portal::page::Oops;
use crate::usecase::accounts;

/// The cookie's name: over HTTPS one that no subdomain can set.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// Keeps the token of a session with the browser, until the browser is closed or the session ends.
pub fn keep(settings: &Settings, response: &mut Response, token: &str) {
    let secure = settings.secure();
    let ending = if secure { "; Secure" } else { "" };
    add(response, &format!("{}={token}; Path=/; SameSite=Lax; HttpOnly{ending}", name(secure)));
}

/// Makes the browser forget it.
pub fn forget(settings: &Settings, response: &mut Response) {
    let secure = settings.secure();
    let ending = if secure { "; Secure" } else { "" };
    add(response, &format!("{}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly{ending}", name(secure)));
}

fn add(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The token that the browser holds, whatever it is worth.
pub fn token(settings: &Settings, request: &Request) -> Option<String> {
    look::cookie(request, name(settings.secure())).filter(|token| !token.is_empty())
}

/// What forms of this session carry: it follows from the session's token, and tells nothing of it.
pub fn form_token(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("form\n{token}")))
}

/// Refuses what is done in the name of a session without that session's token.
pub fn own_form(request: &Request, token: &str) -> Result<(), Oops> {
    let carried = request.data::<FormToken>().and_then(|carried| carried.0.as_deref());
    if request.method().is_safe() || carried == Some(form_token(token).as_str()) {
        return Ok(());
    }
    Err(Error::Foreign.into())
}

/// Somebody who is signed in. Whoever is not is led to the page where one signs in, and back from there.
pub struct Member {
    pub ask: Ask,
    pub actor: Actor,
    /// The token of the session.
    pub token: String,
}

impl Deref for Member {
    type Target = Ask;

    fn deref(&self) -> &Ask {
        &self.ask
    }
}

impl<'a> FromRequest<'a> for Member {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let mut ask = Ask::from_request(request, body).await?;
        let found = match token(&ask.settings, request) {
            Some(token) => match accounts::actor(&ask, &token).await {
                Ok(actor) => Ok((token, actor)),
                Err(Error::Unauthenticated) => Err(held::hold(&ask, request, body, &token).await),
                Err(error) => return Err(Oops::from(error).into()),
            },
            None => Err(None),
        };
        let (token, actor) = found.map_err(|held| {
            let here = match held {
                Some(held) => held,
                None if request.method().is_safe() => ask.look.here.clone(),
                None => "/account".to_owned(),
            };
            poem::Error::from_response(ask.redirect(&format!("/signin?to={}", link::encode(&here))))
        })?;
        own_form(request, &token)?;
        ask.known = Some(Known { name: actor.name.clone(), role: actor.role, form_token: form_token(&token) });
        Ok(Self { ask, actor, token })
    }
}

/// Whoever asks, signed in or not.
pub struct Guest(pub Option<Actor>);

impl<'a> FromRequest<'a> for Guest {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(Member::from_request(request, body).await.ok().map(|member| member.actor)))
    }
}
