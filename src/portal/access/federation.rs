//! Sign-in by another identity provider: there, back, and the link with an account.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Data;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::error::Federation;
use crate::portal::access::device;
use crate::portal::access::local;
use crate::portal::access::minute;
use crate::portal::access::sign_in;
use crate::portal::access::visit;
use crate::portal::look;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::session::Guest;
use crate::portal::session::Member;
use crate::usecase::accounts::federation;
use crate::usecase::accounts::federation::Answer;
use crate::usecase::accounts::federation::Arrived;
use crate::usecase::pace::Client;

/// The cookie that binds what was begun to its browser.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-flow" } else { "flow" }
}

/// Keeps the state with the browser; an empty one is forgotten.
fn keep(ask: &Ask, response: &mut Response, state: &str) {
    let secure = ask.settings.secure();
    let age = if state.is_empty() { 0 } else { federation::PATIENCE.num_seconds() };
    let ending = if secure { "; Secure" } else { "" };
    let cookie = format!("{}={state}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly{ending}", name(secure));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    to: String,
}

/// Leads to the provider, to sign in there.
#[handler]
pub async fn start(ask: Ask, client: Data<&Client>, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    let started = federation::start(&ask, &client, None, local(&asked.to)).await?;
    let mut response = ask.redirect(&started.url);
    keep(&ask, &mut response, &started.state);
    Ok(response)
}

/// What comes back from the provider.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Back {
    state: String,
    code: String,
    error: String,
    iss: Option<String>,
}

/// Takes up what the provider sent back.
#[handler]
pub async fn back(ask: Ask, guest: Guest, client: Data<&Client>, request: &Request) -> Result<Response, Oops> {
    // A parameter that stands twice is nobody's answer.
    let back: Back = request.params().map_err(|_| Error::Federation(Federation::Flow))?;
    let answer = Answer { state: &back.state, code: &back.code, error: &back.error, issuer: back.iss.as_deref() };
    let kept = look::cookie(request, name(ask.settings.secure()));
    let device = device(request);
    let visit = visit(&client, &device);
    let arrived = federation::finish(&ask, answer, kept.as_deref(), guest.0.as_ref(), &visit).await?;
    let mut response = match arrived {
        Arrived::SignedIn { opened, back_to } => sign_in::on(&ask, &opened, local(&back_to)),
        Arrived::Linked => ask.redirect("/account/link"),
        Arrived::Unknown => {
            ask.private(StatusCode::FORBIDDEN, "access_unlinked.html", &Named { provider: provider(&ask)? })?
        }
    };
    keep(&ask, &mut response, "");
    Ok(response)
}

fn provider(ask: &Ask) -> Result<String, Error> {
    ask.settings.provider.as_ref().map(|one| one.name.clone()).ok_or(Error::NotFound("identity provider"))
}

#[derive(Serialize)]
struct Named {
    provider: String,
}

#[derive(Serialize)]
struct View {
    provider: String,
    /// Empty: not linked.
    since: String,
}

/// Whether one's account is linked, and how to link or unlink it.
#[handler]
pub async fn link_page(member: Member) -> Result<Response, Oops> {
    let provider = provider(&member)?;
    let since = federation::linked(&member, &member.actor).await?.map(|link| minute(link.created_at));
    member.private(StatusCode::OK, "access_link.html", &View { provider, since: since.unwrap_or_default() })
}

#[derive(Serialize)]
struct Forward {
    provider: String,
    url: String,
}

/// Leads to the provider, to link the identity there with this account. A page in between: browsers do not let a form lead
/// to another site.
#[handler]
pub async fn link_start(member: Member, client: Data<&Client>) -> Result<Response, Oops> {
    let started = federation::start(&member, &client, Some(&member.actor), "/account/link").await?;
    let view = Forward { provider: provider(&member)?, url: started.url };
    let mut response = member.private(StatusCode::OK, "access_forward.html", &view)?;
    keep(&member, &mut response, &started.state);
    Ok(response)
}

/// Unlinks the identity.
#[handler]
pub async fn unlink(member: Member) -> Result<Response, Oops> {
    match federation::unlink(&member, &member.actor).await {
        Ok(()) | Err(Error::NotFound("identity")) => Ok(member.redirect("/account/link")),
        Err(error) => Err(error.into()),
    }
}
