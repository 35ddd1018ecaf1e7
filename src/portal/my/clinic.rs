//! A clinic of one's own: where it stands, its certificate, what must be displayed and watched, and what can be filed of it.

use poem::Response;
use poem::handler;
use poem::http::{StatusCode, header};
use poem::web::{Form, Path};
use serde::{Deserialize, Serialize};

use crate::domain::certificate::in_words;
use crate::domain::clock::{ClockState, Urgency, Wanted};
use crate::domain::deadline::numeric_date;
use crate::domain::id::CertificateId;
use crate::domain::lifecycle::{self, Kind};
use crate::domain::terms::Coded;
use crate::domain::verdict::{Asked, CertificateState, ClinicState, Standing, TelemedicineMode, verdict};
use crate::error::Error;
use crate::portal::link;
use crate::portal::my::desk;
use crate::portal::my::keyed;
use crate::portal::my::work::Found;
use crate::portal::page::Oops;
use crate::portal::paper::{self, PatientNotice, Words, grouped, words};
use crate::portal::said;
use crate::portal::session::Member;
use crate::store::entity::{certificate, clinic};
use crate::usecase::deadlines;
use crate::usecase::filings::{self, FilingFilter};
use crate::usecase::{certificates, clinics, owners};

/// Most dates that are shown.
const DATES: u64 = 20;

/// Kinds that stand on the page, in its order. 互联网诊疗 is added and taken out by a change.
const KINDS: [Kind; 8] = [
    Kind::Change,
    Kind::TelemedicineSuspension,
    Kind::TelemedicineResumption,
    Kind::Suspension,
    Kind::Resumption,
    Kind::Reissue,
    Kind::Relocation,
    Kind::Closure,
];

#[derive(Serialize)]
struct Date {
    title: String,
    on: String,
    urgency: Words,
    tone: &'static str,
    days: Option<i64>,
}

#[derive(Serialize)]
struct Version {
    version: i32,
    copy: i32,
    state: Words,
    issued_on: Words,
    note: String,
    href: String,
}

#[derive(Serialize)]
struct Open {
    href: String,
    kind: Words,
    stage: Words,
}

/// Something that can be filed of the clinic.
#[derive(Serialize)]
struct Journey {
    kind: String,
    journey: &'static str,
    /// The end of the keys of its texts.
    code: String,
}

#[derive(Serialize)]
struct View {
    name: String,
    number: String,
    shown_number: String,
    tone: &'static str,
    state: Words,
    message: Words,
    telemedicine: bool,
    online: Words,
    active: bool,
    certificate: String,
    version: i32,
    address: String,
    principal: String,
    subjects: String,
    modes: String,
    confirmed_on: Option<String>,
    confirmable: bool,
    dates: Vec<Date>,
    versions: Vec<Version>,
    notices: Vec<PatientNotice>,
    open: Vec<Open>,
    journeys: Vec<Journey>,
    /// 互联网诊疗 can be added by a journey of its own.
    add_telemedicine: bool,
    key: String,
    done: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    done: String,
}

/// The certificate that is in force, or was the last.
async fn current(member: &Member, row: &clinic::Model) -> Result<certificate::Model, Error> {
    certificates::view(member, &member.actor, CertificateId(row.certificate_id)).await
}

fn journeys(row: &clinic::Model) -> Vec<Journey> {
    let offered = KINDS.into_iter().filter(|kind| kind.happens_to(row.state, row.telemedicine_mode));
    let mut list: Vec<_> = offered.map(|kind| Journey { kind: kind.key(), journey: "", code: kind.key() }).collect();
    if row.telemedicine_mode != TelemedicineMode::Off && list.iter().any(|one| one.kind == Kind::Change.key()) {
        list.insert(
            1,
            Journey { kind: Kind::Change.key(), journey: "no_telemedicine", code: "no_telemedicine".into() },
        );
    }
    list
}

fn date(member: &Member, row: crate::store::entity::deadline::Model) -> Date {
    let law = member.law();
    let left = deadlines::Left::of(member, &law, &row);
    let rule = law.rule(&row.rule, row.starts_on);
    let title = match (row.item.is_empty(), rule) {
        (false, _) => row.item.clone(),
        (true, Some(rule)) => rule.title_zh.clone(),
        (true, None) => row.rule.clone(),
    };
    Date {
        title,
        on: numeric_date(row.due_on),
        days: left.map(|left| left.days),
        urgency: left.map(|left| words(left.urgency.zh(), left.urgency.en())).unwrap_or_default(),
        tone: match left.map(|left| left.urgency) {
            Some(Urgency::Overdue) => "red",
            Some(Urgency::Calm) | None => "",
            Some(_) => "yellow",
        },
    }
}

/// The clinic's page.
#[handler]
pub async fn show(member: Member, request: &poem::Request, Path(number): Path<String>) -> Result<Response, Oops> {
    let query: Query = request.params().unwrap_or_default();
    let row = owners::clinic(&member, &member.actor, &number).await?;
    let stands = Standing {
        certificate: CertificateState::Current,
        clinic: row.state,
        telemedicine: row.telemedicine_mode,
        copy: None,
    };
    let verdict = verdict(Ok(Some(&stands)), Asked::Lookup);
    let active = row.state == ClinicState::Active;
    let wanted = Wanted { state: ClockState::Running, urgency: None, rule: None, until: None, after: None };
    let due = deadlines::list(&member, &member.actor, &wanted, DATES).await?;
    let own = due.rows.into_iter().filter(|due| due.clinic_id == Some(row.id) && due.filing_id.is_none());
    let versions = clinics::certificates(&member, &row).await?;
    let filings = filings::list(&member, &member.actor, FilingFilter::default(), 100).await?;
    let open = filings.into_iter().filter(|one| one.clinic_id == Some(row.id) && !lifecycle::ended(one.stage));
    let record = &row.record;
    let view = View {
        name: row.name.clone(),
        number: row.number.clone(),
        shown_number: grouped(&row.number),
        tone: match row.state {
            ClinicState::Active => "valid",
            ClinicState::Suspended => "unknown",
            _ => "invalid",
        },
        state: said::term(row.state.zh(), row.state.en()),
        message: if active {
            words("备案现在有效。", "The filing is in force.")
        } else {
            words(verdict.zh(), verdict.en())
        },
        telemedicine: verdict.telemedicine,
        online: said::term(verdict.online.zh(), verdict.online.en()),
        active,
        certificate: format!("/my/certificates/{}", current(&member, &row).await?.id),
        version: row.certificate_version,
        address: record.address.clone(),
        principal: record.principal.clone(),
        subjects: in_words(&record.subjects),
        modes: record.service_modes.iter().map(|mode| mode.zh()).collect::<Vec<_>>().join("、"),
        confirmed_on: row.confirmed_on.map(numeric_date),
        confirmable: !crate::domain::standing::ended(row.state),
        dates: own.map(|due| date(&member, due)).collect(),
        versions: versions.into_iter().map(version).collect(),
        notices: if verdict.telemedicine { paper::patient_notices(&member) } else { vec![] },
        open: open.map(opened).collect(),
        journeys: journeys(&row),
        add_telemedicine: row.telemedicine_mode == TelemedicineMode::Off
            && Kind::Change.happens_to(row.state, row.telemedicine_mode),
        key: keyed::key(&member)?,
        done: if query.done == "confirmed" { "confirmed" } else { "" },
    };
    member.private(StatusCode::OK, "my_clinic.html", &view)
}

fn version(row: certificate::Model) -> Version {
    Version {
        version: row.version,
        copy: row.copy,
        state: said::term(row.state.zh(), row.state.en()),
        issued_on: paper::date(row.statement.issued_on),
        note: row.statement.change_note.unwrap_or_default(),
        href: format!("/my/certificates/{}", row.id),
    }
}

fn opened(row: crate::store::entity::filing::Model) -> Open {
    Open {
        href: format!("/my/filings/{}", row.id),
        kind: words(row.kind.zh(), row.kind.en()),
        stage: words(row.stage.zh(), row.stage.en()),
    }
}

/// The code of the certificate as a picture, for a wall or a message.
#[handler]
pub async fn code(member: Member, Path(number): Path<String>) -> Result<Response, Oops> {
    let row = owners::clinic(&member, &member.actor, &number).await?;
    let certificate = current(&member, &row).await?;
    let bytes = certificates::picture(&member, &certificate)?;
    let name = link::encode(&format!("诊所备案核验码-{}", row.number));
    Ok(Response::builder()
        .content_type("image/png")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{name}.png"))
        .body(bytes))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    key: String,
}

/// What is filed is still right.
#[handler]
pub async fn confirm(member: Member, Path(number): Path<String>, sent: Form<Sent>) -> Result<Response, Oops> {
    let once = keyed::once(&member.actor, &sent.key, "confirm", &number)?;
    match owners::confirm(&member, &member.actor, &number, &once).await {
        Ok(()) => Ok(member.redirect(&format!("/my/clinics/{}?done=confirmed", link::encode(&number)))),
        Err(error) => Err(error.into()),
    }
}

#[derive(Serialize)]
struct Telemedicine {
    name: String,
    number: String,
    blocking: Vec<Found>,
    reminding: Vec<Found>,
    materials: Vec<Words>,
    key: String,
}

/// What is still missing before 互联网诊疗 can be added.
#[handler]
pub async fn telemedicine(member: Member, Path(number): Path<String>) -> Result<Response, Oops> {
    let row = owners::clinic(&member, &member.actor, &number).await?;
    let dossier = desk::begun("telemedicine", row.dossier.clone()).unwrap_or_default();
    let told = filings::foresee(&member, &member.actor, &row.number, Kind::Change, dossier).await?;
    let law = member.law();
    let material = |pointer: &str| {
        let material = law.material(pointer.strip_prefix("/materials/")?)?;
        Some(words(&material.name, &material.name_en))
    };
    let asked: Vec<_> = told.iter().filter(|told| told.blocks()).filter_map(|told| material(&told.pointer)).collect();
    // What is declared at the end is not missing before it.
    let stands = |pointer: &str| !pointer.starts_with("/materials/") && !pointer.starts_with("/declarations");
    // What several fields lack together is said once.
    let mut said = std::collections::BTreeSet::new();
    let told = told.iter().filter(|told| stands(&told.pointer) && said.insert(told.zh.clone()));
    let (blocking, reminding): (Vec<_>, Vec<_>) = told.partition(|told| told.blocks());
    let view = Telemedicine {
        name: row.name.clone(),
        number: row.number.clone(),
        blocking: blocking.into_iter().map(Found::from).collect(),
        reminding: reminding.into_iter().map(Found::from).collect(),
        materials: asked,
        key: keyed::key(&member)?,
    };
    member.private(StatusCode::OK, "my_telemedicine.html", &view)
}
