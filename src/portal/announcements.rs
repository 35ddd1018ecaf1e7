//! 公告: what was announced about clinics, the newest first.

use poem::Request;
use poem::Response;
use poem::handler;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::domain::announcement::AnnouncementKind;
use crate::domain::cause::Cause;
use crate::domain::standing::ClinicAct;
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Words;
use crate::portal::said;
use crate::portal::said::{Chip, Choice};
use crate::store::entity::{announcement, authority};
use crate::usecase::clinics;
use crate::usecase::clinics::Announcements;
use crate::usecase::papers;
use crate::usecase::reference;

/// Announcements on a page.
const PAGE: u64 = 15;

/// What the form sends; an empty field asks for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    clinic: String,
    authority: String,
    cursor: String,
}

impl Query {
    /// The parameters, with another place in the list.
    fn parameters<'a>(&'a self, cursor: &'a str) -> [(&'static str, &'a str); 3] {
        [("clinic", &self.clinic), ("authority", &self.authority), ("cursor", cursor)]
    }
}

/// An announcement, as lists show it.
#[derive(Serialize)]
pub(super) struct Item {
    kind: Words,
    tone: &'static str,
    /// What came later and makes it one of the past.
    overtaken: Option<Overtaken>,
    name: String,
    number: String,
    shown_number: String,
    body: String,
    effective_on: Words,
    /// The body names the number already.
    numbered: bool,
    basis: String,
    document_number: String,
    authority: String,
    published: Words,
    /// Address of the announcement on paper; empty where there is none
    paper: String,
}

#[derive(Serialize)]
struct Overtaken {
    act: Words,
    on: Words,
    /// 撤回: it was taken back, rather than followed by something else.
    withdrawn: bool,
}

impl From<Cause> for Overtaken {
    fn from(cause: Cause) -> Self {
        let withdrawn = cause.act == ClinicAct::FindLost;
        Self { act: said::term(cause.act.zh(), cause.act.en()), on: paper::date(cause.since), withdrawn }
    }
}

/// The colour of a kind: grave ones, ones that warn, and the rest.
const fn tone(kind: AnnouncementKind) -> &'static str {
    use AnnouncementKind::{
        Cancellation, Closure, DeemedClosure, Loss, Relocation, Revocation, StopOrder, Suspension,
        TelemedicineSuspension,
    };
    match kind {
        Revocation | Cancellation | StopOrder => "red",
        Closure | DeemedClosure | Relocation | Suspension | TelemedicineSuspension | Loss => "yellow",
        _ => "blue",
    }
}

/// Announcements with what overtook them and their papers; each with its authority where that is to be told.
pub(super) async fn items(
    app: &App,
    rows: Vec<(announcement::Model, Option<authority::Model>)>,
) -> Result<Vec<Item>, Error> {
    let alone: Vec<_> = rows.iter().map(|(row, _)| row.clone()).collect();
    let mut overtaken = clinics::overtaken(app, &alone).await?;
    let papers = papers::of_announcements(app, alone.iter().map(|row| row.id).collect()).await?;
    let item = |(row, authority): (announcement::Model, Option<authority::Model>)| Item {
        kind: said::term(row.kind.zh(), row.kind.en()),
        tone: tone(row.kind),
        overtaken: overtaken.remove(&row.id).map(Into::into),
        shown_number: paper::grouped(&row.number),
        name: row.name,
        numbered: row.body.contains(&row.number),
        number: row.number,
        body: row.body,
        effective_on: paper::date(row.effective_on),
        basis: row.basis,
        document_number: row.document_number,
        authority: authority.map(|authority| authority.name).unwrap_or_default(),
        published: paper::at(row.published_at),
        paper: papers.get(&row.id).map(|paper| format!("/api/v1/announcements/{}/pdf", paper.id)).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(item).collect())
}

#[derive(Serialize)]
struct View {
    clinic: String,
    authorities: Vec<Choice>,
    chips: Vec<Chip>,
    asked: bool,
    further: bool,
    announcements: Vec<Item>,
    next: Option<String>,
    as_of: Words,
}

/// The list, by clinic or authority where one is asked for.
#[handler]
pub async fn list(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let query: Query = request.params().map_err(|_| &wording::MALFORMED)?;
    let view = view(&ask, query).await?;
    ask.page("announcements.html", &view)
}

fn id(name: &str, text: &str) -> Result<Option<Uuid>, Error> {
    let wrong = |_| {
        Error::field(
            name,
            "不是有效的选项或者分页位置，请重新查询。",
            "No such choice or place in this list; search again.",
        )
    };
    Some(text).filter(|text| !text.is_empty()).map(|text| Uuid::parse_str(text).map_err(wrong)).transpose()
}

async fn view(app: &App, query: Query) -> Result<View, Error> {
    if let Some((zh, en)) = text::defect(&query.clinic) {
        return Err(Error::field("/clinic", zh, en));
    }
    let asked = Announcements {
        number: Some(query.clinic.clone()),
        authority: id("/authority", &query.authority)?,
        before: id("/cursor", &query.cursor)?,
    };
    let mut rows = clinics::announcements(app, asked, PAGE).await?;
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more).map(|(row, _)| row.id.to_string());
    let authorities = reference::authorities(app).await?.into_iter();
    let authorities: Vec<_> =
        authorities.map(|row| Choice::filed(row.id.to_string(), &row.name, &query.authority)).collect();
    let chips = said::chips("/announcements", &query.parameters(""), &[("clinic", &[]), ("authority", &authorities)]);
    Ok(View {
        authorities,
        asked: !chips.is_empty(),
        chips,
        further: !query.cursor.is_empty(),
        announcements: items(app, rows).await?,
        next: last.map(|last| said::address("/announcements", &query.parameters(&last))),
        as_of: paper::at(app.clock.now()),
        clinic: query.clinic,
    })
}
