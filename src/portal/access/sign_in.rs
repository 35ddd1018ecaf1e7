//! Password, then second factor. The session's token changes at each step.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use super::DESK;
use super::device;
use super::halfway::Halfway;
use super::local;
use super::visit;
use crate::domain::access::SessionState;
use crate::domain::actor::Role;
use crate::error::Error;
use crate::portal::forms::Refused;
use crate::portal::link;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::session;
use crate::portal::session::Member;
use crate::usecase::accounts;
use crate::usecase::accounts::Opened;
use crate::usecase::accounts::second_factor;
use crate::usecase::accounts::second_factor::Waiting;
use crate::usecase::pace::Client;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    to: String,
    login: String,
    password: String,
    code: String,
    /// What was just done: `recovered`, `out`.
    done: String,
}

#[derive(Serialize)]
struct SignIn<'a> {
    to: &'a str,
    login: &'a str,
    done: &'a str,
    /// Another identity provider, and the way to it.
    provider: Option<&'a str>,
    onward: String,
}

fn sign_in(ask: &Ask, asked: &Asked, refused: &Refused) -> Result<Response, Oops> {
    let done = Some(asked.done.as_str()).filter(|done| ["recovered", "out"].contains(done)).unwrap_or_default();
    let login = Some(asked.login.as_str()).filter(|login| login.len() <= 80).unwrap_or_default();
    let to = if asked.to.is_empty() { "" } else { local(&asked.to) };
    let provider = ask.settings.provider.as_ref().map(|provider| provider.name.as_str());
    let onward = format!("/signin/with?to={}", link::encode(to));
    refused.page(ask, "signin.html", &SignIn { to, login, done, provider, onward })
}

/// The form. Whoever is signed in goes on.
#[handler]
pub async fn form(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    if let Some(token) = session::token(&ask.settings, request)
        && let Ok(actor) = accounts::actor(&ask, &token).await
    {
        return Ok(ask.redirect(way(actor.role, &asked.to)));
    }
    let asked = Asked { login: String::new(), ..asked };
    sign_in(&ask, &asked, &Refused::none())
}

/// Name and password.
#[handler]
pub async fn submit(ask: Ask, request: &Request, client: Data<&Client>, asked: Form<Asked>) -> Result<Response, Oops> {
    let asked = asked.0;
    let device = device(request);
    match accounts::sign_in(&ask, &visit(&client, &device), &asked.login, &asked.password, None).await {
        Ok(opened) => {
            // Whatever session this browser had, this one takes its place.
            if let Some(old) = session::token(&ask.settings, request) {
                accounts::sign_out(&ask, &old).await?;
            }
            Ok(on(&ask, &opened, &asked.to))
        }
        Err(error) => sign_in(&ask, &asked, &Refused::of(error, &[("/login", "login")])?),
    }
}

/// Where somebody goes: a clinic that wanted to go nowhere begins where its work is.
fn way(role: Role, to: &str) -> &str {
    if to.is_empty() && role == Role::Clinic { DESK } else { local(to) }
}

/// On to where one wanted to go, or to the second factor.
pub fn on(ask: &Ask, opened: &Opened, to: &str) -> Response {
    let to = way(opened.actor.role, to);
    let mut response = match opened.state {
        SessionState::Full => ask.redirect(to),
        SessionState::Pending => ask.redirect(&format!("/signin/code?to={}", link::encode(to))),
    };
    session::keep(&ask.settings, &mut response, &opened.token);
    response
}

#[derive(Serialize)]
struct Code<'a> {
    to: &'a str,
    form_token: String,
}

fn code_page(halfway: &Halfway, to: &str, refused: &Refused) -> Result<Response, Oops> {
    let view = Code { to: local(to), form_token: halfway.form_token() };
    refused.page(halfway, "second_factor.html", &view)
}

/// The form for the code; for setting one up where there is none.
#[handler]
pub fn code_form(halfway: Halfway, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    if halfway.known.account.totp_sealed.is_none() {
        return Ok(halfway.redirect(&format!("/signin/enrol?to={}", link::encode(local(&asked.to)))));
    }
    code_page(&halfway, &asked.to, &Refused::none())
}

/// The code.
#[handler]
pub async fn code(
    halfway: Halfway,
    request: &Request,
    client: Data<&Client>,
    asked: Form<Asked>,
) -> Result<Response, Oops> {
    let device = device(request);
    match accounts::second_step(&halfway, &visit(&client, &device), &halfway.token, &asked.code).await {
        Ok(opened) => Ok(on(&halfway, &opened, local(&asked.to))),
        Err(error) => code_page(&halfway, &asked.to, &Refused::of(error, &[("/code", "code")])?),
    }
}

/// A secret to be set up, as a page shows it.
#[derive(Serialize)]
pub struct Shown {
    /// In groups of four, to be typed.
    secret: String,
    address: String,
    /// The symbol as an image's address.
    symbol: String,
}

impl From<Waiting> for Shown {
    fn from(waiting: Waiting) -> Self {
        let groups: Vec<_> = waiting.secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        Self {
            secret: groups.join(" "),
            address: waiting.address,
            symbol: format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(waiting.symbol)),
        }
    }
}

#[derive(Serialize)]
struct Enrol<'a> {
    to: &'a str,
    form_token: String,
    shown: Shown,
}

fn enrol_page(halfway: &Halfway, to: &str, refused: &Refused) -> Result<Response, Oops> {
    let shown = match second_factor::waiting(halfway, &halfway.known) {
        Ok(waiting) => waiting.into(),
        // It was set up meanwhile.
        Err(Error::NotFound(_)) => return Ok(halfway.redirect("/signin")),
        Err(error) => return Err(error.into()),
    };
    let view = Enrol { to: local(to), form_token: halfway.form_token(), shown };
    refused.page(halfway, "enrol.html", &view)
}

/// How to set up a second factor, where one is needed.
#[handler]
pub fn enrol_form(halfway: Halfway, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    enrol_page(&halfway, &asked.to, &Refused::none())
}

/// The first code.
#[handler]
pub async fn enrol(
    halfway: Halfway,
    request: &Request,
    client: Data<&Client>,
    asked: Form<Asked>,
) -> Result<Response, Oops> {
    let device = device(request);
    match second_factor::confirm(&halfway, &halfway.known, &visit(&client, &device), &asked.code).await {
        Ok(opened) => Ok(on(&halfway, &opened, local(&asked.to))),
        Err(Error::NotFound(_)) => Ok(halfway.redirect("/signin")),
        Err(error) => enrol_page(&halfway, &asked.to, &Refused::of(error, &[("/code", "code")])?),
    }
}

/// Signs out.
#[handler]
pub async fn sign_out(member: Member) -> Result<Response, Oops> {
    accounts::sign_out(&member, &member.token).await?;
    let mut response = member.redirect("/signin?done=out");
    session::forget(&member.settings, &mut response);
    Ok(response)
}
