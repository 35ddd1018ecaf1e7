//! 经办人: the owner invites, looks after and ends who works for him.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use poem::web::Path;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::edge::text;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::access::minute;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::my::keyed;
use crate::portal::page::Oops;
use crate::portal::session::Member;
use crate::usecase::accounts::members;

const FIELDS: Fields<'_> = &[("/name", "name")];

#[derive(Serialize)]
struct Row {
    id: Uuid,
    name: String,
    invited: String,
    /// Until when the code is good; empty for who has joined.
    expires: String,
    login: String,
    joined: String,
    /// Empty for who was never there.
    seen: String,
}

impl From<members::Member> for Row {
    fn from(one: members::Member) -> Self {
        let when = |at: Option<_>| at.map(minute).unwrap_or_default();
        Self {
            id: one.id,
            name: one.name,
            invited: minute(one.invited_at),
            expires: when(one.expires_at),
            login: one.login.unwrap_or_default(),
            joined: when(one.joined_at),
            seen: when(one.seen_at),
        }
    }
}

#[derive(Serialize)]
struct View {
    rows: Vec<Row>,
    name: String,
    key: String,
    ended: bool,
}

#[derive(Serialize)]
struct Code {
    code: String,
    row: Row,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    name: String,
    key: String,
}

async fn rows(member: &Member) -> Result<Vec<Row>, Error> {
    Ok(members::list(member, &member.actor).await?.into_iter().map(Row::from).collect())
}

async fn shown(member: &Member, name: String, ended: bool, refused: &Refused) -> Result<Response, Oops> {
    let view = View { rows: rows(member).await?, name, key: keyed::key(member)?, ended };
    refused.page(member, "my_people.html", &view)
}

/// Who works for the owner, and the form to invite another.
#[handler]
pub async fn list(member: Member, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    shown(&member, String::new(), asked.done == "ended", &Refused::none()).await
}

/// Invites a clerk and shows the code, this once.
#[handler]
pub async fn invite(member: Member, asked: Form<Asked>) -> Result<Response, Oops> {
    let Asked { name, key, .. } = asked.0;
    if let Some((zh, en)) = text::defect(&name) {
        let refused = Refused::problems(&[Problem::new("/name", zh, en)], FIELDS);
        return shown(&member, String::new(), false, &refused).await;
    }
    let once = keyed::once(&member.actor, &key, "invite", &name)?;
    match members::invite(&member, &member.actor, &name, &once).await {
        Ok(made) => {
            let view = Code { code: made.code, row: made.member.into() };
            member.private(StatusCode::OK, "my_people_code.html", &view)
        }
        Err(error) => shown(&member, name, false, &Refused::of(error, FIELDS)?).await,
    }
}

/// What ending means, before it is done.
#[handler]
pub async fn end_form(member: Member, member_id: Path<String>) -> Result<Response, Oops> {
    let mut rows = rows(&member).await?.into_iter();
    let row = rows.find(|row| row.id.to_string() == member_id.0).ok_or(Error::NotFound("member"))?;
    member.private(StatusCode::OK, "my_people_end.html", &row)
}

/// Ends a clerk's work, or takes an invitation back. Twice is as good as once.
#[handler]
pub async fn end(member: Member, member_id: Path<String>) -> Result<Response, Oops> {
    let id = member_id.0.parse().map_err(|_| Error::NotFound("member"))?;
    match members::end(&member, &member.actor, id).await {
        Ok(()) | Err(Error::NotFound("member")) => Ok(member.redirect("/my/people?done=ended")),
        Err(error) => Err(error.into()),
    }
}
