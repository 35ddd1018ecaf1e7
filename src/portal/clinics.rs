//! Looking a clinic up in the public register.

use poem::Request;
use poem::Response;
use poem::handler;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::app::App;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::ServiceMode;
use crate::domain::search::address_query;
use crate::domain::value;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::edge::text;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::lookup;
use crate::portal::lookup::Typed;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Words;
use crate::portal::said;
use crate::portal::said::{Chip, Choice};
use crate::store::entity::clinic;
use crate::usecase::clinics;
use crate::usecase::clinics::{Found, Search};
use crate::usecase::reference;

/// Clinics on a page.
const PAGE: u64 = 20;

/// Whether a clinic may treat online now.
const ONLINE: [(&str, &str, &str); 2] =
    [("yes", "现在可以", "now permitted"), ("no", "现在不可以", "not permitted now")];

/// Where the words are looked for, other than anywhere.
const ADDRESS: &str = "address";

/// What the form sends; an empty field asks for nothing.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Query {
    q: String,
    within: String,
    division: String,
    clinic_type: String,
    service_mode: String,
    state: String,
    online: String,
    cursor: String,
}

impl Query {
    /// The parameters, with another place in the list.
    fn parameters<'a>(&'a self, cursor: &'a str) -> [(&'static str, &'a str); 8] {
        [
            ("q", &self.q),
            ("within", &self.within),
            ("division", &self.division),
            ("clinic_type", &self.clinic_type),
            ("service_mode", &self.service_mode),
            ("state", &self.state),
            ("online", &self.online),
            ("cursor", cursor),
        ]
    }
}

/// A clinic in a list.
#[derive(Serialize)]
pub(super) struct Item {
    number: String,
    shown_number: String,
    name: String,
    clinic_type: Words,
    address: String,
    state: Words,
    tone: &'static str,
    telemedicine: bool,
}

/// The colour of a state; the word says the same.
pub(super) const fn tone(state: ClinicState) -> &'static str {
    match state {
        ClinicState::Active => "green",
        ClinicState::Suspended => "yellow",
        _ => "red",
    }
}

impl From<clinic::Model> for Item {
    fn from(row: clinic::Model) -> Self {
        let active = row.state == ClinicState::Active;
        Self {
            shown_number: paper::grouped(&row.number),
            number: row.number,
            name: row.name,
            clinic_type: said::term(row.record.clinic_type.zh(), row.record.clinic_type.en()),
            address: row.record.address,
            state: said::term(row.state.zh(), row.state.en()),
            tone: tone(row.state),
            telemedicine: row.telemedicine_mode == TelemedicineMode::On && active,
        }
    }
}

#[derive(Serialize)]
struct View {
    q: String,
    /// The words were looked for in addresses alone.
    in_addresses: bool,
    divisions: Vec<Choice>,
    clinic_types: Vec<Choice>,
    service_modes: Vec<Choice>,
    states: Vec<Choice>,
    online: Vec<Choice>,
    chips: Vec<Chip>,
    /// Something was asked for.
    asked: bool,
    /// A filter is set.
    filtered: bool,
    /// Not the first page.
    further: bool,
    /// The words look like a filing number, and no clinic ever had it.
    unknown_number: bool,
    /// An address of another site was pasted: its host, and where to check what stands in it.
    foreign: Option<(String, String)>,
    items: Vec<Item>,
    /// Counted no further than `most`: then there are more.
    total: u64,
    most: u64,
    next: Option<String>,
    /// The same words, in addresses.
    try_address: Option<String>,
    as_of: Words,
}

/// The form, and what it finds. A number or a code leads straight to its page.
#[handler]
pub async fn list(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let query: Query = request.params().map_err(|_| &wording::MALFORMED)?;
    let search = search(&query)?;
    let foreign = match lookup::read(&ask, &query.q).await? {
        Typed::Words => None,
        Typed::Page(page) => return Ok(ask.redirect(&page)),
        Typed::Foreign { host, page } => Some((host, page)),
    };
    let view = view(&ask, query, search, foreign).await?;
    ask.page("clinics.html", &view)
}

async fn view(app: &App, query: Query, search: Search, foreign: Option<(String, String)>) -> Result<View, Error> {
    let found = match foreign {
        None => clinics::find(app, search, PAGE).await?,
        Some(_) => Found { rows: vec![], total: 0 },
    };
    let Found { mut rows, total } = found;
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let divisions = divisions(app, &query.division).await?;
    let types = ClinicType::ALL.iter().map(|t| Choice::term(value::code(t), t.zh(), t.en(), &query.clinic_type));
    let modes = ServiceMode::ALL.iter().map(|m| Choice::term(value::code(m), m.zh(), m.en(), &query.service_mode));
    let states = ClinicState::ALL.iter().map(|s| Choice::term(s.code(), s.zh(), s.en(), &query.state));
    let online = ONLINE.iter().map(|(code, zh, en)| Choice::term((*code).to_owned(), zh, en, &query.online));
    let (types, modes, states, online): (Vec<_>, Vec<_>, Vec<_>, Vec<_>) =
        (types.collect(), modes.collect(), states.collect(), online.collect());
    let within = [Choice::term(ADDRESS.into(), "只在地址中查", "only in addresses", &query.within)];
    let parameters = query.parameters("");
    let chips = said::chips(
        "/clinics",
        &parameters,
        &[
            ("within", &within),
            ("division", &divisions),
            ("clinic_type", &types),
            ("service_mode", &modes),
            ("state", &states),
            ("online", &online),
        ],
    );
    let given = !query.q.trim().is_empty();
    let in_addresses = query.within == ADDRESS;
    let elsewhere = || {
        let other = Query { within: ADDRESS.into(), ..query.clone() };
        said::address("/clinics", &other.parameters(""))
    };
    let try_address = given && !in_addresses && foreign.is_none() && address_query(&query.q).is_some();
    Ok(View {
        in_addresses,
        asked: !chips.is_empty() || given,
        filtered: !chips.is_empty(),
        chips,
        divisions,
        clinic_types: types,
        service_modes: modes,
        states,
        online,
        further: !query.cursor.is_empty(),
        unknown_number: rows.is_empty() && clinics::looks_like_number(query.q.trim()),
        foreign,
        total: total.min(clinics::COUNTED),
        most: if total > clinics::COUNTED { clinics::COUNTED } else { 0 },
        items: rows.into_iter().map(Into::into).collect(),
        next: last.map(|last| said::address("/clinics", &query.parameters(&last))),
        try_address: try_address.then(elsewhere),
        as_of: paper::at(app.clock.now()),
        q: query.q,
    })
}

fn search(query: &Query) -> Result<Search, Error> {
    for (name, value) in [("/q", &query.q), ("/division", &query.division)] {
        if let Some((zh, en)) = text::defect(value) {
            return Err(Error::field(name, zh, en));
        }
    }
    if !["", ADDRESS].contains(&query.within.as_str()) {
        return Err(no_choice("/within"));
    }
    let clinic_type: Option<ClinicType> = choice("/clinic_type", &query.clinic_type)?;
    let service_mode: Option<ServiceMode> = choice("/service_mode", &query.service_mode)?;
    let state: Option<ClinicState> = choice("/state", &query.state)?;
    let online = ONLINE.iter().map(|(code, ..)| *code).find(|code| *code == query.online);
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
    Ok(Search {
        text: Some(query.q.clone()),
        address_only: query.within == ADDRESS,
        filters: filters.into_iter().flatten().collect(),
        after,
    })
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
        if choices.iter().any(|choice| choice.is(&authority.region)) {
            continue;
        }
        let name = app.law().division_path(&authority.region);
        choices.push(Choice::filed(authority.region.clone(), &name, asked));
        let streets = reference::divisions(app, Some(&authority.region));
        choices.extend(streets.into_iter().map(|(code, name)| Choice::filed(code, &format!("　{name}"), asked)));
    }
    if !asked.is_empty() && !choices.iter().any(Choice::chosen) {
        choices.push(Choice::filed(asked.to_owned(), asked, asked));
    }
    Ok(choices)
}
