//! 消息: the unread first, each leading to what it is about.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::actor::Capacity;
use crate::domain::message::MessageKind;
use crate::domain::message::words::Said;
use crate::domain::message::words::said;
use crate::error::Error;
use crate::portal::access::minute;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::said;
use crate::portal::session::Member;
use crate::store::entity::message;
use crate::usecase::inbox;

/// Messages of a page.
const MOST: u64 = 30;

#[derive(Serialize)]
struct Row {
    id: Uuid,
    title: Words,
    text: Words,
    at: String,
}

impl From<message::Model> for Row {
    fn from(row: message::Model) -> Self {
        let Said { title_zh, title_en, zh, en } = said(row.kind, &row.values);
        Self { id: row.id, title: said::term(&title_zh, &title_en), text: words(zh, en), at: minute(row.at) }
    }
}

#[derive(Serialize)]
struct View {
    unread: Vec<Row>,
    /// There are more unread ones than are shown.
    more: bool,
    read: Vec<Row>,
    next: String,
    /// Not the first page: only what was read.
    later: bool,
    /// Whose reading takes a message off the unread.
    holder: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    before: String,
}

/// The messages.
#[handler]
pub async fn list(member: Member, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    let before: Option<Uuid> = asked.before.parse().ok();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let mut unread = match before {
        None => inbox::list(&member, &member.actor, Some(true), None, MOST).await?,
        Some(_) => vec![],
    };
    let more = unread.len() > most;
    unread.truncate(most);
    let mut read = inbox::list(&member, &member.actor, Some(false), before, MOST).await?;
    let onward = read.len() > most;
    read.truncate(most);
    let next = read.last().filter(|_| onward).map(|row| format!("/my/inbox?before={}", row.id)).unwrap_or_default();
    let view = View {
        unread: unread.into_iter().map(Row::from).collect(),
        more,
        read: read.into_iter().map(Row::from).collect(),
        next,
        later: before.is_some(),
        holder: member.actor.capacity == Capacity::Holder,
    };
    member.private(StatusCode::OK, "my_inbox.html", &view)
}

/// Opens what a message is about; it is read then.
#[handler]
pub async fn open(member: Member, message_id: Path<String>) -> Result<Response, Oops> {
    let id = message_id.0.parse().map_err(|_| Error::NotFound("message"))?;
    let row = inbox::read(&member, &member.actor, id).await?;
    Ok(member.redirect(&about(&row)))
}

/// Where it is told in full.
fn about(row: &message::Model) -> String {
    let number = row.values.get("number");
    match (row.kind, row.filing_id) {
        (_, Some(filing)) => format!("/my/filings/{filing}/case"),
        (MessageKind::MemberJoined, _) => "/my/people".to_owned(),
        (MessageKind::AssistanceBegun | MessageKind::AssistanceEnded, _) => "/my/help".to_owned(),
        _ if !number.is_empty() => format!("/my/clinics/{number}"),
        _ => "/my".to_owned(),
    }
}

/// Takes every message for read.
#[handler]
pub async fn read_all(member: Member) -> Result<Response, Oops> {
    inbox::read_all(&member, &member.actor).await?;
    Ok(member.redirect("/my/inbox"))
}
