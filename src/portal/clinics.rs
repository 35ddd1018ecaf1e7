//! Looking a clinic up in the public register.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::app::App;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::ServiceMode;
use crate::domain::value;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::link;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::store::entity::clinic;
use crate::usecase::clinics;
use crate::usecase::clinics::Search;
use crate::usecase::reference;

/// Clinics on a page.
const PAGE: u64 = 20;

/// Whether a clinic may treat online now.
const ONLINE: [(&str, &str); 2] = [("yes", "现在可以"), ("no", "现在不可以")];

/// What the form sends; an empty field asks for nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    q: String,
    division: String,
    clinic_type: String,
    service_mode: String,
    state: String,
    online: String,
    cursor: String,
}

/// A choice of a filter.
#[derive(Serialize)]
pub(super) struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

impl Choice {
    pub(super) fn new(code: String, name: &str, asked: &str) -> Self {
        Self { chosen: code == asked, code, name: name.to_owned() }
    }
}

#[derive(Serialize)]
struct Item {
    number: String,
    shown_number: String,
    name: String,
    clinic_type: &'static str,
    address: String,
    state: &'static str,
    active: bool,
    telemedicine: bool,
}

impl From<clinic::Model> for Item {
    fn from(row: clinic::Model) -> Self {
        let active = row.state == ClinicState::Active;
        Self {
            shown_number: paper::grouped(&row.number),
            number: row.number,
            name: row.name,
            clinic_type: row.record.clinic_type.zh(),
            address: row.record.address,
            state: row.state.zh(),
            active,
            telemedicine: row.telemedicine_mode == TelemedicineMode::On && active,
        }
    }
}

#[derive(Serialize)]
struct View {
    q: String,
    divisions: Vec<Choice>,
    clinic_types: Vec<Choice>,
    service_modes: Vec<Choice>,
    states: Vec<Choice>,
    online: Vec<Choice>,
    /// Something was asked for.
    asked: bool,
    /// A filter is set, so the filters stand open.
    filtered: bool,
    /// Not the first page.
    further: bool,
    items: Vec<Item>,
    next: Option<String>,
    as_of: String,
}

/// The form, and what it finds.
#[handler]
pub async fn list(app: Data<&App>, request: &Request) -> Result<Response, Oops> {
    let query: Query = request.params().map_err(|_| &wording::MALFORMED)?;
    let view = view(&app, query).await?;
    page::page(&app, "clinics.html", &view)
}

async fn view(app: &App, query: Query) -> Result<View, Error> {
    let search = search(&query)?;
    let mut rows = clinics::list(app, search, PAGE).await?;
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(|row| address(&query, row.id));
    let filters = [&query.division, &query.clinic_type, &query.service_mode, &query.state, &query.online];
    let filtered = filters.iter().any(|filter| !filter.is_empty());
    let types = ClinicType::ALL.iter().map(|t| Choice::new(value::code(t), t.zh(), &query.clinic_type));
    let modes = ServiceMode::ALL.iter().map(|m| Choice::new(value::code(m), m.zh(), &query.service_mode));
    let states = ClinicState::ALL.iter().map(|s| Choice::new(s.code(), s.zh(), &query.state));
    Ok(View {
        divisions: divisions(app, &query.division).await?,
        clinic_types: types.collect(),
        service_modes: modes.collect(),
        states: states.collect(),
        online: ONLINE.iter().map(|(code, zh)| Choice::new((*code).to_owned(), zh, &query.online)).collect(),
        asked: filtered || !query.q.trim().is_empty(),
        filtered,
        further: !query.cursor.is_empty(),
        items: rows.into_iter().map(Into::into).collect(),
        next,
        as_of: paper::moment(app.clock.now()),
        q: query.q,
    })
}

fn search(query: &Query) -> Result<Search, Error> {
    for (name, value) in [("/q", &query.q), ("/division", &query.division)] {
        if let Some((zh, en)) = text::defect(value) {
            return Err(Error::field(name, zh, en));
        }
    }
    let clinic_type: Option<ClinicType> = choice("/clinic_type", &query.clinic_type)?;
    let service_mode: Option<ServiceMode> = choice("/service_mode", &query.service_mode)?;
    let state: Option<ClinicState> = choice("/state", &query.state)?;
    let online = ONLINE.iter().map(|(code, _)| *code).find(|code| *code == query.online);
    if online.is_none() && !query.online.is_empty() {
        return Err(no_choice("/online"));
    }
    let filters = [
        Some(query.division.trim()).filter(|d| !d.is_empty()).map(|d| ("division", d.to_owned())),
        clinic_type.map(|t| ("type", value::code(&t))),
        service_mode.map(|m| ("mode", value::code(&m))),
        state.map(|s| ("state", s.code())),
        online.map(|code| ("online", code.to_owned())),
    ];
    let wrong =
        |_| Error::field("/cursor", "不是有效的分页位置，请重新查询。", "Not a place in this list; search again.");
    let after = Some(&query.cursor).filter(|c| !c.is_empty()).map(|c| Uuid::parse_str(c).map_err(wrong)).transpose()?;
    Ok(Search { text: Some(query.q.clone()), filters: filters.into_iter().flatten().collect(), after })
}

fn choice<T: DeserializeOwned>(name: &str, code: &str) -> Result<Option<T>, Error> {
    if code.is_empty() {
        return Ok(None);
    }
    serde_json::from_value(code.into()).map(Some).map_err(|_| no_choice(name))
}

fn no_choice(name: &str) -> Error {
    Error::field(name, "没有这个选项，请在列表中选择。", "No such choice; take one of the list.")
}

/// The divisions under which the authorities issue and the streets in them, and whatever else was asked for.
pub(super) async fn divisions(app: &App, asked: &str) -> Result<Vec<Choice>, Error> {
    let mut choices: Vec<Choice> = vec![];
    for authority in reference::authorities(app).await? {
        if choices.iter().any(|choice| choice.code == authority.region) {
            continue;
        }
        let name = app.law().division_path(&authority.region);
        choices.push(Choice::new(authority.region.clone(), &name, asked));
        let streets = reference::divisions(app, Some(&authority.region));
        choices.extend(streets.into_iter().map(|(code, name)| Choice::new(code, &format!("　{name}"), asked)));
    }
    if !asked.is_empty() && !choices.iter().any(|choice| choice.chosen) {
        choices.push(Choice::new(asked.to_owned(), asked, asked));
    }
    Ok(choices)
}

/// The address of the page after the clinic `last`.
fn address(query: &Query, last: Uuid) -> String {
    let last = last.to_string();
    let parameters = [
        ("q", &query.q),
        ("division", &query.division),
        ("clinic_type", &query.clinic_type),
        ("service_mode", &query.service_mode),
        ("state", &query.state),
        ("online", &query.online),
        ("cursor", &last),
    ];
    let parameters = parameters.into_iter().filter(|(_, value)| !value.is_empty());
    let parameters = parameters.map(|(name, value)| format!("{name}={}", link::encode(value)));
    format!("/clinics?{}", parameters.collect::<Vec<_>>().join("&"))
}
