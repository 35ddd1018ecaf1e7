//! A clinic in the public register.

use poem::Response;
use poem::handler;
use poem::web::Path;
use serde::Serialize;

use crate::app::App;
use crate::domain::cause::Cause;
use crate::domain::certificate::in_words;
use crate::domain::standing::{self, ClinicAct};
use crate::domain::verdict::{Asked, CertificateState, ClinicState, Standing, verdict};
use crate::edge::wording;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::announcements;
use crate::portal::announcements::Item;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::PatientNotice;
use crate::portal::paper::Phone;
use crate::portal::paper::Physician;
use crate::portal::paper::Row;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::said;
use crate::store::entity::{certificate, clinic, clinic_event};
use crate::usecase::clinics;
use crate::usecase::clinics::Entry;

/// Events that a page shows; the rest stands in the interface.
const EVENTS: usize = 20;

/// Another clinic to look up: before or after a move.
#[derive(Serialize)]
pub struct Place {
    name: String,
    number: String,
    shown_number: String,
    address: String,
}

impl From<clinic::Model> for Place {
    fn from(row: clinic::Model) -> Self {
        let shown_number = paper::grouped(&row.number);
        Self { name: row.name, number: row.number, shown_number, address: row.record.address }
    }
}

/// A copy of the certificate.
#[derive(Serialize)]
struct Copy {
    version: i32,
    copy: i32,
    state: Words,
    current: bool,
    issued_on: Words,
    note: String,
}

impl From<certificate::Model> for Copy {
    fn from(row: certificate::Model) -> Self {
        let current = row.state == CertificateState::Current;
        let ended = current && standing::ended(row.clinic_state);
        Self {
            version: row.version,
            copy: row.copy,
            // What a filing that has ended says is no longer in force.
            state: if ended {
                words("备案已终止", "Filing ended")
            } else {
                said::term(row.state.zh(), row.state.en())
            },
            current: current && row.clinic_state == ClinicState::Active,
            issued_on: paper::date(row.statement.issued_on),
            note: row.statement.change_note.unwrap_or_default(),
        }
    }
}

/// Something that happened.
#[derive(Serialize)]
struct Event {
    on: Words,
    act: Words,
    note: String,
}

impl From<clinic_event::Model> for Event {
    fn from(row: clinic_event::Model) -> Self {
        Self { on: paper::date(row.effective_on), act: said::term(row.act.zh(), row.act.en()), note: row.note }
    }
}

#[derive(Serialize)]
struct View {
    name: String,
    number: String,
    /// The number that was asked for, where the clinic has another by now.
    former_number: Option<String>,
    active: bool,
    tone: &'static str,
    state: Words,
    /// What happened, since when.
    cause: Words,
    advice: Words,
    telemedicine: bool,
    online: Words,
    /// Since when it is suspended by itself.
    online_cause: Words,
    telemedicine_since: Option<Words>,
    telemedicine_subjects: String,
    version: i32,
    rows: Vec<Row>,
    physicians: Vec<Physician>,
    notices: Vec<PatientNotice>,
    predecessor: Option<Place>,
    successor: Option<Place>,
    announcements: Vec<Item>,
    copies: Vec<Copy>,
    events: Vec<Event>,
    /// Older events are left out.
    more_events: bool,
    phones: Vec<Phone>,
    as_of: Words,
    /// How many days ago the clinic said that what is filed is still right.
    confirmed: Option<i64>,
}

/// What is filed of a clinic now.
#[handler]
pub async fn show(ask: Ask, Path(number): Path<String>) -> Result<Response, Oops> {
    let entry = match clinics::view(&ask, &number).await {
        Err(Error::NotFound(_)) => return Err(unknown()),
        found => found?,
    };
    let view = view(&ask, entry, &number).await?;
    ask.page("clinic.html", &view)
}

fn unknown() -> Oops {
    Oops(Box::new(Worded {
        title: "登记簿中没有这个备案编号",
        title_en: "The register has no such filing number",
        zh: "请核对编号：22位数字和大写字母，连字符可有可无；字母O、I容易与数字0、1混淆。如果墙上的凭证确是这个编号，请勿就诊，并拨打监督电话核实。"
            .to_owned(),
        en: "Check it: 22 digits and capital letters. If the certificate on the \
             wall does say so, do not seek treatment there and call the supervision hotline."
            .to_owned(),
        ..wording::NOT_FOUND.worded()
    }))
}

/// How a filing ended, where that says more than its state.
const fn ended(cause: Cause) -> Option<(&'static str, &'static str)> {
    match cause.act {
        ClinicAct::Close => Some(("已歇业", "closed")),
        ClinicAct::MoveAway => Some(("已迁出", "moved away")),
        _ => None,
    }
}

async fn view(app: &App, entry: Entry, asked: &str) -> Result<View, Error> {
    let copies = clinics::certificates(app, &entry.clinic).await?;
    let Entry { clinic: row, mut events, announcements, cause, online_cause, predecessor, successor } = entry;
    let active = row.state == ClinicState::Active;
    // The register's entry stands for the certificate in force.
    let stands = Standing {
        certificate: CertificateState::Current,
        clinic: row.state,
        telemedicine: row.telemedicine_mode,
        copy: None,
    };
    let verdict = verdict(Ok(Some(&stands)), Asked::Lookup);
    let asked: String = asked.chars().filter(char::is_ascii_alphanumeric).collect();
    let record = &row.record;
    let ended = cause.and_then(ended);
    let mut rows = paper::rows(record);
    rows.push(paper::site_visit(row.verified_on));
    let announcements = announcements::items(app, announcements.into_iter().map(|row| (row, None)).collect()).await?;
    events.reverse();
    let more_events = events.len() > EVENTS;
    events.truncate(EVENTS);
    Ok(View {
        name: row.name.clone(),
        number: row.number.clone(),
        former_number: Some(asked.to_ascii_uppercase()).filter(|asked| *asked != row.number),
        active,
        tone: match row.state {
            ClinicState::Active => "valid",
            ClinicState::Suspended => "unknown",
            _ => "invalid",
        },
        state: ended.map_or(said::term(row.state.zh(), row.state.en()), |(zh, en)| said::term(zh, en)),
        cause: paper::cause(cause),
        advice: match cause.and_then(|cause| cause.advice()) {
            Some((zh, en)) => words(zh, en),
            None if active => words("此诊所备案现在有效。", "This clinic's filing is in force."),
            None => words(verdict.zh(), verdict.en()),
        },
        telemedicine: verdict.telemedicine,
        online: said::term(verdict.online.zh(), verdict.online.en()),
        online_cause: paper::cause(online_cause),
        telemedicine_since: record.telemedicine_since.filter(|_| verdict.telemedicine).map(paper::date),
        telemedicine_subjects: in_words(&record.telemedicine_subjects),
        version: row.certificate_version,
        rows,
        physicians: record.practitioners.iter().map(Into::into).collect(),
        notices: if verdict.telemedicine { paper::patient_notices(app) } else { vec![] },
        predecessor: predecessor.map(Into::into),
        successor: successor.map(Into::into),
        announcements,
        copies: copies.into_iter().map(Into::into).collect(),
        events: events.into_iter().map(Into::into).collect(),
        more_events,
        phones: paper::phones(app, &[row.supervisor_id, Some(row.authority_id)]).await?,
        as_of: paper::at(app.clock.now()),
        confirmed: row.confirmed_on.filter(|_| active).map(|on| (app.clock.today() - on).num_days().max(0)),
    })
}
