//! Clinics that may treat online now: the notices to patients, the list, and how many each authority has.

use poem::Request;
use poem::Response;
use poem::handler;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::domain::certificate::in_words;
use crate::domain::telemedicine as rules;
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::clinics::divisions;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::{PatientNotice, Phone, Physician, Words};
use crate::portal::said;
use crate::portal::said::{Chip, Choice};
use crate::usecase::reference;
use crate::usecase::telemedicine::{self, Jurisdiction, Listed, Online, Place, Search};

/// Clinics on a page.
const PAGE: u64 = 20;

/// What the form sends; an empty field asks for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    authority: String,
    division: String,
    subject: String,
    platform: String,
    cursor: String,
}

impl Query {
    /// The parameters, with another place in the list.
    fn parameters<'a>(&'a self, cursor: &'a str) -> [(&'static str, &'a str); 5] {
        [
            ("authority", &self.authority),
            ("division", &self.division),
            ("subject", &self.subject),
            ("platform", &self.platform),
            ("cursor", cursor),
        ]
    }
}

#[derive(Serialize)]
struct Item {
    number: String,
    shown_number: String,
    name: String,
    address: String,
    authority: String,
    since: Option<Words>,
    platform: Option<String>,
    connected: bool,
    subjects: String,
    physicians: Vec<Physician>,
    phone: Option<Phone>,
}

impl Item {
    fn of(listed: Listed) -> Self {
        let Listed { clinic: row, answer, physicians, authority, supervisor } = listed;
        let subjects: Vec<_> = rules::subjects(&row.dossier, &row.record.telemedicine_subjects).cloned().collect();
        let note = rules::TelemedicineNote::SupervisionPlatformNotConnected;
        Self {
            shown_number: paper::grouped(&row.number),
            address: row.record.address,
            authority: authority.map(|row| row.name).unwrap_or_default(),
            since: row.telemedicine_on.map(paper::date),
            platform: rules::platform(&row.dossier).map(str::to_owned),
            connected: !answer.notes.contains(&note),
            subjects: in_words(&subjects),
            physicians: physicians.iter().map(Into::into).collect(),
            phone: supervisor.filter(|row| !row.phone.is_empty()).map(Into::into),
            number: row.number,
            name: row.name,
        }
    }
}

/// An authority with how many clinics it has, and the first of them.
#[derive(Serialize)]
struct Office {
    name: String,
    clinics: i64,
    first: Option<First>,
}

#[derive(Serialize)]
struct First {
    number: String,
    name: String,
    since: Words,
}

impl From<Jurisdiction> for Office {
    fn from(row: Jurisdiction) -> Self {
        let first = row.first.zip(row.first_on);
        Self {
            name: row.authority.name,
            clinics: row.clinics,
            first: first.map(|((number, name), on)| First { number, name, since: paper::date(on) }),
        }
    }
}

#[derive(Serialize)]
struct View {
    notices: Vec<PatientNotice>,
    authorities: Vec<Choice>,
    divisions: Vec<Choice>,
    subjects: Vec<Choice>,
    platform: String,
    chips: Vec<Chip>,
    /// Something was asked for.
    asked: bool,
    /// Not the first page.
    further: bool,
    found: Vec<Item>,
    next: Option<String>,
    offices: Vec<Office>,
    /// The whole list by these filters, as files.
    csv: String,
    jsonl: String,
    as_of: Words,
}

/// The list, by what is asked for.
#[handler]
pub async fn list(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let query: Query = request.params().map_err(|_| &wording::MALFORMED)?;
    let view = view(&ask, query).await?;
    ask.page("telemedicine.html", &view)
}

async fn view(app: &App, query: Query) -> Result<View, Error> {
    let search = search(&query)?;
    let after = Some(query.cursor.as_str()).filter(|text| !text.is_empty()).map(place).transpose()?;
    let Online { items, next, as_of } = telemedicine::list(app, search, after, PAGE).await?;
    let authorities = reference::authorities(app).await?.into_iter();
    let authorities: Vec<_> =
        authorities.map(|row| Choice::filed(row.id.to_string(), &row.name, &query.authority)).collect();
    let subjects = reference::subjects(app).into_iter();
    let subjects: Vec<_> = subjects.map(|(code, name)| Choice::filed(code, &name, &query.subject)).collect();
    let divisions = divisions(app, &query.division).await?;
    let (mut offices, _) = telemedicine::jurisdictions(app).await?;
    offices.retain(|office| office.clinics > 0);
    let chips = said::chips(
        "/telemedicine",
        &query.parameters(""),
        &[("authority", &authorities), ("division", &divisions), ("subject", &subjects), ("platform", &[])],
    );
    Ok(View {
        notices: paper::patient_notices(app),
        authorities,
        divisions,
        subjects,
        asked: !chips.is_empty(),
        chips,
        further: !query.cursor.is_empty(),
        found: items.into_iter().map(Item::of).collect(),
        next: next.map(|place| said::address("/telemedicine", &query.parameters(&place.1.to_string()))),
        offices: offices.into_iter().map(Into::into).collect(),
        csv: file(&query, "csv"),
        jsonl: file(&query, "jsonl"),
        as_of: paper::at(as_of),
        platform: query.platform,
    })
}

/// The address of the whole list in this format.
fn file(query: &Query, format: &str) -> String {
    let street = query.division.trim().len() == 9;
    let parameters = [
        ("authority_id", query.authority.trim()),
        (if street { "street" } else { "division" }, query.division.trim()),
        ("subject", query.subject.trim()),
        ("platform", query.platform.trim()),
        ("format", format),
    ];
    said::address("/api/v1/telemedicine", &parameters)
}

fn wrong(name: &str) -> Error {
    let zh = "不是有效的选项或者分页位置，请重新查询。";
    Error::field(name, zh, "No such choice or place in this list; search again.")
}

fn search(query: &Query) -> Result<Search, Error> {
    for (name, value) in [("/subject", &query.subject), ("/platform", &query.platform)] {
        if let Some((zh, en)) = text::defect(value) {
            return Err(Error::field(name, zh, en));
        }
    }
    let given = |value: &String| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    let division = given(&query.division);
    let code = |text: &String| [4, 6, 9].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !division.as_ref().is_none_or(code) {
        return Err(wrong("/division"));
    }
    let authority = given(&query.authority);
    Ok(Search {
        authority: authority.map(|id| Uuid::parse_str(&id).map_err(|_| wrong("/authority"))).transpose()?,
        division,
        subject: given(&query.subject),
        platform: given(&query.platform),
        changed_since: None,
    })
}

/// The list goes by ids: the moment in its place does not matter.
fn place(text: &str) -> Result<Place, Error> {
    Uuid::parse_str(text).map(|id| (chrono::DateTime::UNIX_EPOCH, id)).map_err(|_| wrong("/cursor"))
}
