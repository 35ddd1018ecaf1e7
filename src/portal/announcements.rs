//! 公告: what was announced about clinics, the newest first.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::domain::deadline::numeric_date;
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::link;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::portal::paper;
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

#[derive(Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Item {
    kind: &'static str,
    kind_en: &'static str,
    name: String,
    number: String,
    shown_number: String,
    body: String,
    effective_on: String,
    /// 2024-05-22
    effective: String,
    /// The body names the number already.
    numbered: bool,
    basis: String,
    document_number: String,
    authority: String,
    published: String,
    /// Address of the announcement on paper; empty where there is none
    paper: String,
}

impl From<(announcement::Model, Option<authority::Model>)> for Item {
    fn from((row, authority): (announcement::Model, Option<authority::Model>)) -> Self {
        Self {
            kind: row.kind.zh(),
            kind_en: row.kind.en(),
            shown_number: paper::grouped(&row.number),
            name: row.name,
            numbered: row.body.contains(&row.number),
            number: row.number,
            body: row.body,
            effective_on: numeric_date(row.effective_on),
            effective: row.effective_on.to_string(),
            basis: row.basis,
            document_number: row.document_number,
            authority: authority.map(|authority| authority.name).unwrap_or_default(),
            published: paper::moment(row.published_at),
            paper: String::new(),
        }
    }
}

#[derive(Serialize)]
struct View {
    clinic: String,
    authorities: Vec<Choice>,
    asked: bool,
    further: bool,
    announcements: Vec<Item>,
    next: Option<String>,
    as_of: String,
}

/// The list, by clinic or authority where one is asked for.
#[handler]
pub async fn list(app: Data<&App>, request: &Request) -> Result<Response, Oops> {
    let query: Query = request.params().map_err(|_| &wording::MALFORMED)?;
    let view = view(&app, query).await?;
    page::page(&app, "announcements.html", &view)
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
    let next = rows.last().filter(|_| more).map(|(row, _)| address(&query, row.id));
    let papers = papers::of_announcements(app, rows.iter().map(|(row, _)| row.id).collect()).await?;
    let item = |(row, authority): (announcement::Model, Option<authority::Model>)| {
        let paper = papers.get(&row.id).map(|paper| format!("/api/v1/announcements/{}/pdf", paper.id));
        Item { paper: paper.unwrap_or_default(), ..Item::from((row, authority)) }
    };
    let choice = |row: authority::Model| {
        let code = row.id.to_string();
        Choice { chosen: code == query.authority, code, name: row.name }
    };
    Ok(View {
        authorities: reference::authorities(app).await?.into_iter().map(choice).collect(),
        asked: !query.clinic.trim().is_empty() || !query.authority.is_empty(),
        further: !query.cursor.is_empty(),
        announcements: rows.into_iter().map(item).collect(),
        next,
        as_of: paper::moment(app.clock.now()),
        clinic: query.clinic,
    })
}

/// The address of the page after the announcement `last`.
fn address(query: &Query, last: Uuid) -> String {
    let last = last.to_string();
    let parameters = [("clinic", &query.clinic), ("authority", &query.authority), ("cursor", &last)];
    let parameters = parameters.into_iter().filter(|(_, value)| !value.is_empty());
    let parameters = parameters.map(|(name, value)| format!("{name}={}", link::encode(value)));
    format!("/announcements?{}", parameters.collect::<Vec<_>>().join("&"))
}
