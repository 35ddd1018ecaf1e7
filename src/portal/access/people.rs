//! The accounts that an office answers for: found by login or name, let in again, closed. What is looked for is sent as a
//! form, so that no name stands in an address.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use poem::web::Path;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use super::minute;
use crate::edge::text;
use crate::error::Error;
use crate::portal::forms::Refused;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::session::Member;
use crate::store::entity::account;
use crate::usecase::accounts::people;
use crate::usecase::accounts::people::Which;
use crate::usecase::accounts::recovery;
use crate::usecase::reference;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sought: String,
    reason: String,
}

/// An account in a list.
#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    login: String,
    role: Words,
    closed: bool,
}

impl From<account::Model> for Row {
    fn from(row: account::Model) -> Self {
        Self {
            id: row.id,
            name: row.display_name,
            login: row.login,
            role: words(row.role.zh(), row.role.en()),
            closed: row.closed_at.is_some(),
        }
    }
}

#[derive(Default, Serialize)]
struct List {
    sought: String,
    /// Whether something was looked for.
    asked: bool,
    rows: Vec<Row>,
    more: bool,
    /// Every account is this one's to look after.
    all: bool,
}

fn looks_after(member: &Member) -> Result<(), Error> {
    if people::may(member.actor.role) { Ok(()) } else { Err(Error::Forbidden) }
}

fn list(member: &Member, refused: &Refused, list: List) -> Result<Response, Oops> {
    let all = member.actor.role == crate::domain::actor::Role::Admin;
    refused.page(member, "people.html", &List { all, ..list })
}

/// The form to find somebody.
#[handler]
pub async fn form(member: Member) -> Result<Response, Oops> {
    looks_after(&member)?;
    list(&member, &Refused::none(), List::default())
}

/// Finds somebody.
#[handler]
pub async fn find(member: Member, sent: Form<Asked>) -> Result<Response, Oops> {
    looks_after(&member)?;
    let sought = sent.0.sought;
    let found = match tidy("/sought", &sought) {
        Ok(()) => people::find(&member, &member.actor, &sought).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(found) => {
            let rows = found.accounts.into_iter().map(Into::into).collect();
            list(&member, &Refused::none(), List { sought, asked: true, rows, more: found.more, ..List::default() })
        }
        Err(error) => {
            let refused = Refused::of(error, &[("/sought", "sought")])?;
            list(&member, &refused, List { sought: short(sought), ..List::default() })
        }
    }
}

fn tidy(pointer: &str, text: &str) -> Result<(), Error> {
    text::defect(text).map_or(Ok(()), |(zh, en)| Err(Error::field(pointer, zh, en)))
}

/// What is shown again of what was typed.
fn short(text: String) -> String {
    text.chars().take(200).collect()
}

#[derive(Serialize)]
struct View {
    id: Uuid,
    name: String,
    login: String,
    role: Words,
    authority: Option<String>,
    created: String,
    /// Empty if never, as far as it is kept.
    signed_in: String,
    sessions: usize,
    factor: bool,
    /// Empty if it need not wait.
    waits_until: String,
    /// Empty if it is open.
    closed: String,
    reason: String,
}

async fn shown(member: &Member, id: Uuid, template: &str, refused: &Refused, reason: String) -> Result<Response, Oops> {
    let person = people::view(member, &member.actor, Which::Id(id)).await?;
    let account = person.account;
    let authority = match account.authority_id {
        Some(id) => reference::authorities(member).await?.into_iter().find(|row| row.id == id).map(|row| row.name),
        None => None,
    };
    let view = View {
        id,
        role: words(account.role.zh(), account.role.en()),
        authority,
        created: minute(account.created_at),
        signed_in: person.signed_in_at.map(minute).unwrap_or_default(),
        sessions: person.sessions,
        factor: account.totp_sealed.is_some(),
        waits_until: person.waits_until.map(minute).unwrap_or_default(),
        closed: account.closed_at.map(minute).unwrap_or_default(),
        name: account.display_name,
        login: account.login,
        reason: short(reason),
    };
    refused.page(member, template, &view)
}

fn id(path: &Path<String>) -> Result<Uuid, Error> {
    path.0.parse().map_err(|_| Error::NotFound("account"))
}

/// How somebody's account stands.
#[handler]
pub async fn show(member: Member, path: Path<String>) -> Result<Response, Oops> {
    shown(&member, id(&path)?, "person.html", &Refused::none(), String::new()).await
}

#[derive(Serialize)]
struct Recovered {
    id: Uuid,
    name: String,
    login: String,
    code: String,
    until: String,
}

/// Makes a recovery code and shows it, this once.
#[handler]
pub async fn recover(member: Member, path: Path<String>, sent: Form<Asked>) -> Result<Response, Oops> {
    let (id, reason) = (id(&path)?, sent.0.reason);
    let made = match tidy("/reason", &reason) {
        Ok(()) => recovery::make(&member, &member.actor, Which::Id(id), &reason).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => {
            let account = people::view(&member, &member.actor, Which::Id(id)).await?.account;
            let (code, until) = (made.code, minute(made.expires_at));
            let view = Recovered { id, name: account.display_name, login: account.login, code, until };
            member.private(StatusCode::OK, "person_code.html", &view)
        }
        Err(error) => {
            let refused = Refused::of(error, &[("/reason", "reason")])?;
            shown(&member, id, "person.html", &refused, reason).await
        }
    }
}

/// What it means to close an account, and the form for it.
#[handler]
pub async fn close_form(member: Member, path: Path<String>) -> Result<Response, Oops> {
    shown(&member, id(&path)?, "person_close.html", &Refused::none(), String::new()).await
}

/// Closes an account.
#[handler]
pub async fn close(member: Member, path: Path<String>, sent: Form<Asked>) -> Result<Response, Oops> {
    let (id, reason) = (id(&path)?, sent.0.reason);
    let closed = match tidy("/reason", &reason) {
        // Twice is as good as once.
        Ok(()) => people::close(&member, &member.actor, Which::Id(id), &reason, None).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match closed {
        Ok(()) => Ok(member.redirect(&format!("/account/people/{id}"))),
        Err(error) => {
            let refused = Refused::of(error, &[("/reason", "reason")])?;
            shown(&member, id, "person_close.html", &refused, reason).await
        }
    }
}
