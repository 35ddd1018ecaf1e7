//! One's own account: who one is, where one is signed in, what happened.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::access::AccountEvent;
use crate::domain::access::SessionState;
use crate::domain::terms::Coded;
use crate::error::Error;
use crate::portal::forms::Refused;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::session::Member;
use crate::store::entity::account_event;
use crate::store::entity::session;
use crate::usecase::accounts;
use crate::usecase::accounts::Known;
use crate::usecase::accounts::events;
use crate::usecase::accounts::passwords;
use crate::usecase::accounts::people;
use crate::usecase::accounts::second_factor;
use crate::usecase::accounts::sessions;
use crate::usecase::pace::Client;
use crate::usecase::reference;

/// How many things that happened are shown.
const EVENTS: u64 = 20;

/// What the address may say was just done.
const DONE: &[&str] = &["password", "factor", "removed", "ended"];

#[derive(Serialize)]
struct View {
    name: String,
    login: String,
    role: Words,
    authority: Option<String>,
    factor: bool,
    factor_required: bool,
    password_changed: Option<String>,
    sessions: Vec<Session>,
    events: Vec<Event>,
    done: String,
    /// Another identity provider.
    provider: Option<String>,
    /// Looks after accounts of others.
    people: bool,
}

#[derive(Serialize)]
struct Session {
    id: String,
    door: Words,
    device: String,
    created: String,
    seen: String,
    here: bool,
}

#[derive(Serialize)]
struct Event {
    what: Words,
    detail: String,
    by: String,
    at: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    id: String,
    current: String,
    password: String,
}

/// The member's session and account.
pub async fn known(member: &Member) -> Result<Known, Error> {
    accounts::known(member, &member.token, SessionState::Full).await
}

/// The account.
#[handler]
pub async fn show(member: Member, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    let Known { session, account } = known(&member).await?;
    let authority = match account.authority_id {
        Some(id) => reference::authorities(&member).await?.into_iter().find(|row| row.id == id).map(|row| row.name),
        None => None,
    };
    let view = View {
        role: words(account.role.zh(), account.role.en()),
        authority,
        factor: account.totp_sealed.is_some(),
        provider: member.settings.provider.as_ref().map(|provider| provider.name.clone()),
        people: people::may(member.actor.role),
        factor_required: second_factor::required(&account),
        password_changed: account.password_changed_at.map(paper::moment),
        sessions: sessions::list(&member, &member.actor).await?.iter().map(|row| shown(row, &session)).collect(),
        events: events::list(&member, &member.actor, None, EVENTS).await?.into_iter().map(event).collect(),
        done: Some(asked.done).filter(|done| DONE.contains(&done.as_str())).unwrap_or_default(),
        name: account.display_name,
        login: account.login,
    };
    member.private(StatusCode::OK, "account.html", &view)
}

fn shown(row: &session::Model, this: &session::Model) -> Session {
    Session {
        id: row.id.to_string(),
        door: words(row.door.zh(), row.door.en()),
        device: row.device.clone(),
        created: paper::moment(row.created_at),
        seen: paper::moment(row.seen_at),
        here: row.id == this.id,
    }
}

fn event(row: account_event::Model) -> Event {
    let kind = AccountEvent::of_code(&row.kind);
    let what = kind.map_or_else(|| words(&row.kind, &row.kind), |kind| words(kind.zh(), kind.en()));
    Event { what, detail: row.detail, by: row.actor_name, at: paper::moment(row.at) }
}

/// Ends one of one's own sessions; one that has ended already is as good.
#[handler]
pub async fn end_session(member: Member, asked: Form<Asked>) -> Result<Response, Oops> {
    let id = asked.id.parse().map_err(|_| Error::NotFound("session"))?;
    match sessions::end(&member, &member.actor, id).await {
        Ok(()) | Err(Error::NotFound(_)) => Ok(member.redirect("/account?done=ended")),
        Err(error) => Err(error.into()),
    }
}

/// Ends every other session of one's own.
#[handler]
pub async fn end_others(member: Member) -> Result<Response, Oops> {
    sessions::end_others(&member, &known(&member).await?).await?;
    Ok(member.redirect("/account?done=ended"))
}

#[derive(Serialize)]
struct Password<'a> {
    login: &'a str,
}

fn password_page(member: &Member, login: &str, refused: &Refused) -> Result<Response, Oops> {
    refused.page(member, "password.html", &Password { login })
}

/// The form for another password.
#[handler]
pub async fn password_form(member: Member) -> Result<Response, Oops> {
    let known = known(&member).await?;
    password_page(&member, &known.account.login, &Refused::none())
}

/// The old password and the new one.
#[handler]
pub async fn password(member: Member, client: Data<&Client>, asked: Form<Asked>) -> Result<Response, Oops> {
    let known = known(&member).await?;
    match passwords::change(&member, &known, &client, &asked.current, &asked.password).await {
        Ok(()) => Ok(member.redirect("/account?done=password")),
        Err(error) => {
            let refused = Refused::of(error, &[("/current", "current"), ("/password", "password")])?;
            password_page(&member, &known.account.login, &refused)
        }
    }
}
