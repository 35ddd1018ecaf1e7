//! The desk: what is under way, the clinics, and what can be started.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use serde::{Deserialize, Serialize};

use crate::domain::actor::Capacity;
use crate::domain::deadline::numeric_date;
use crate::domain::dossier::{Dossier, ServiceMode, Telemedicine};
use crate::domain::lifecycle::{self, Kind, Stage};
use crate::domain::terms::Coded;
use crate::error::Error;
use crate::portal::my::keyed;
use crate::portal::my::work::owner;
use crate::portal::page::Oops;
use crate::portal::paper::{Words, grouped, moment, words};
use crate::portal::session::Member;
use crate::store::entity::{clinic, filing};
use crate::usecase::filings::{self, FilingFilter, NewFiling};
use crate::usecase::inbox;
use crate::usecase::owners;

/// Most filings that the desk shows.
const SHOWN: u64 = 50;

#[derive(Serialize)]
struct Filing {
    href: String,
    kind: Words,
    stage: Words,
    code: Stage,
    name: String,
    case_number: Option<String>,
    updated: String,
    due_on: Option<String>,
    /// Whether it is the clinic's turn.
    yours: bool,
    ended: bool,
}

#[derive(Serialize)]
struct Clinic {
    href: String,
    name: String,
    number: String,
    state: Words,
    telemedicine: Words,
}

#[derive(Serialize)]
struct View {
    name: String,
    filings: Vec<Filing>,
    ended: Vec<Filing>,
    clinics: Vec<Clinic>,
    /// Messages.
    unread: u64,
    /// Looks after clerks.
    holder: bool,
    key: String,
}

fn filing(row: &filing::Model, clinics: &[clinic::Model]) -> Filing {
    let clinic = clinics.iter().find(|clinic| Some(clinic.id) == row.clinic_id);
    Filing {
        href: format!("/my/filings/{}", row.id),
        kind: words(row.kind.zh(), row.kind.en()),
        stage: words(row.stage.zh(), row.stage.en()),
        code: row.stage,
        name: clinic.map_or_else(|| row.dossier.name.clone(), |clinic| clinic.name.clone()),
        case_number: row.case_number.clone(),
        updated: moment(row.updated_at),
        due_on: row.due_on.map(numeric_date),
        yours: lifecycle::editable(row.stage),
        ended: lifecycle::ended(row.stage),
    }
}

fn clinic(row: &clinic::Model) -> Clinic {
    Clinic {
        href: format!("/my/clinics/{}", row.number),
        name: row.name.clone(),
        number: grouped(&row.number),
        state: words(row.state.zh(), row.state.en()),
        telemedicine: words(row.telemedicine_mode.zh(), row.telemedicine_mode.en()),
    }
}

/// The desk.
#[handler]
pub async fn show(member: Member) -> Result<Response, Oops> {
    owner(&member)?;
    let clinics = owners::clinics(&member, &member.actor).await?;
    let mut rows = filings::list(&member, &member.actor, FilingFilter::default(), SHOWN).await?;
    rows.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let filings = rows.iter().map(|row| filing(row, &clinics));
    let (ended, filings): (Vec<_>, Vec<_>) = filings.partition(|filing| filing.ended);
    let view = View {
        name: member.actor.name.clone(),
        filings,
        ended,
        clinics: clinics.iter().map(clinic).collect(),
        unread: inbox::unread(&member, &member.actor).await?,
        holder: member.actor.capacity == Capacity::Holder,
        key: keyed::key(&member)?,
    };
    member.private(StatusCode::OK, "my_desk.html", &view)
}

/// What is to be started.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Start {
    kind: String,
    /// The clinic's number, for everything but a new clinic.
    clinic: String,
    /// `telemedicine`: a change that adds 互联网诊疗; `no_telemedicine`: one that takes it out.
    journey: String,
    key: String,
}

/// What a journey writes into the form to begin with.
pub fn begun(journey: &str, mut dossier: Dossier) -> Option<Dossier> {
    match journey {
        "telemedicine" => {
            if !dossier.offers_telemedicine() {
                dossier.service_modes.push(ServiceMode::Telemedicine);
            }
            dossier.telemedicine.get_or_insert_with(Telemedicine::default);
        }
        "no_telemedicine" => {
            dossier.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
            dossier.telemedicine = None;
        }
        _ => return None,
    }
    Some(dossier)
}

/// Starts a filing, or goes on with the draft of the same kind that is there.
#[handler]
pub async fn start(member: Member, sent: Form<Start>) -> Result<Response, Oops> {
    owner(&member)?;
    let Start { kind, clinic, journey, key } = sent.0;
    let kind = Kind::of_code(&kind).ok_or(Error::NotFound("kind"))?;
    let clinics = owners::clinics(&member, &member.actor).await?;
    let of = clinics.iter().find(|row| row.number == clinic);
    if kind.of_clinic() {
        let of = of.ok_or(Error::NotFound("clinic"))?;
        let filter = FilingFilter { kind: Some(kind), ..FilingFilter::default() };
        let rows = filings::list(&member, &member.actor, filter, SHOWN).await?;
        let open = rows.iter().find(|row| row.clinic_id == Some(of.id) && !lifecycle::ended(row.stage));
        if let Some(open) = open {
            return Ok(member.redirect(&format!("/my/filings/{}", open.id)));
        }
    }
    let dossier = match of {
        Some(of) => begun(&journey, of.dossier.clone()),
        None => Some(owners::prefilled(&member, &member.actor).await?),
    };
    let named = kind.of_clinic().then(|| clinic.clone());
    let once = keyed::once(&member.actor, &key, "start", &format!("{} {clinic} {journey}", kind.key()))?;
    let case =
        filings::draft(&member, &member.actor, NewFiling { kind, clinic: named, dossier, particulars: None }, &once);
    Ok(member.redirect(&format!("/my/filings/{}", case.await?.row.id)))
}
