//! One's own tokens for platforms.

use chrono::TimeDelta;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use poem::web::Path;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::access::Scope;
use crate::domain::terms::Coded;
use crate::edge::text;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::access::minute;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::session::Member;
use crate::store::entity::api_token;
use crate::usecase::accounts;
use crate::usecase::accounts::NewToken;

/// Fields of the form, in its order.
const FIELDS: Fields<'_> = &[("/name", "name"), ("/scopes", "scopes"), ("/days", "days")];

/// Lifetimes that the form offers, days.
const LIFETIMES: [u16; 4] = [30, 90, 180, accounts::LONGEST];

/// A token that ends within so many days is marked.
const SOON: TimeDelta = TimeDelta::days(14);

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    prefix: String,
    scopes: Vec<Words>,
    created: String,
    expires: String,
    soon: bool,
    /// Empty if it was never used.
    used: String,
}

#[derive(Serialize)]
struct Choice {
    code: String,
    words: Words,
    chosen: bool,
}

#[derive(Serialize)]
struct Lifetime {
    days: u16,
    chosen: bool,
}

#[derive(Serialize)]
struct View {
    tokens: Vec<Row>,
    name: String,
    scopes: Vec<Choice>,
    lifetimes: Vec<Lifetime>,
}

#[derive(Serialize)]
struct Shown {
    token: String,
    row: Row,
}

/// What was chosen.
#[derive(Default)]
struct Typed {
    name: String,
    scopes: Vec<Scope>,
    days: u16,
}

fn row(member: &Member, row: api_token::Model) -> Row {
    Row {
        id: row.id,
        scopes: Scope::split(&row.scopes).into_iter().map(|scope| words(scope.zh(), scope.en())).collect(),
        name: row.name,
        prefix: row.prefix,
        created: minute(row.created_at),
        expires: minute(row.expires_at),
        soon: row.expires_at < member.clock.now() + SOON,
        used: row.used_at.map(minute).unwrap_or_default(),
    }
}

async fn shown(member: &Member, typed: Typed, refused: &Refused) -> Result<Response, Oops> {
    let tokens = accounts::tokens(member, &member.actor).await?;
    let scopes = Scope::ALL.iter().filter(|scope| scope.roles().contains(&member.actor.role));
    let view = View {
        tokens: tokens.into_iter().map(|token| row(member, token)).collect(),
        scopes: scopes
            .map(|scope| Choice {
                code: scope.code(),
                words: words(scope.zh(), scope.en()),
                chosen: typed.scopes.contains(scope),
            })
            .collect(),
        lifetimes: LIFETIMES.iter().map(|days| Lifetime { days: *days, chosen: *days == typed.days }).collect(),
        name: typed.name,
    };
    refused.page(member, "access_tokens.html", &view)
}

/// The tokens that work, and the form for another.
#[handler]
pub async fn list(member: Member) -> Result<Response, Oops> {
    shown(&member, Typed { days: 90, ..Typed::default() }, &Refused::none()).await
}

/// Makes a token and shows it, this once.
#[handler]
pub async fn create(member: Member, sent: Form<Vec<(String, String)>>) -> Result<Response, Oops> {
    let (mut typed, mut problems) = (Typed::default(), vec![]);
    for (field, value) in sent.0 {
        match field.as_str() {
            "name" => match text::defect(&value) {
                Some((zh, en)) => problems.push(Problem::new("/name", zh, en)),
                None => typed.name = value.trim().to_owned(),
            },
            "scopes" => typed.scopes.extend(Scope::of_code(&value)),
            "days" => typed.days = value.parse().unwrap_or_default(),
            _ => (),
        }
    }
    if !problems.is_empty() {
        return shown(&member, typed, &Refused::problems(&problems, FIELDS)).await;
    }
    let new = NewToken { name: &typed.name, scopes: &typed.scopes, days: typed.days };
    match accounts::create_token(&member, &member.actor, new).await {
        Ok(made) => {
            let view = Shown { token: made.token, row: row(&member, made.row) };
            member.private(StatusCode::OK, "access_token_made.html", &view)
        }
        Err(error) => shown(&member, typed, &Refused::of(error, FIELDS)?).await,
    }
}

/// Ends a token at once. One that ended already is as gone as it was to be.
#[handler]
pub async fn end(member: Member, token_id: Path<String>) -> Result<Response, Oops> {
    let id = token_id.0.parse().map_err(|_| Error::NotFound("token"))?;
    match accounts::end_token(&member, &member.actor, id).await {
        Ok(()) | Err(Error::NotFound(_)) => Ok(member.redirect("/account/tokens")),
        Err(error) => Err(error.into()),
    }
}
