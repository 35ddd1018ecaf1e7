//! A clinic in the public register.

use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Path;
use serde::Serialize;

use crate::app::App;
use crate::domain::certificate::in_words;
use crate::domain::deadline::numeric_date;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::edge::wording;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::PatientNotice;
use crate::portal::paper::Phone;
use crate::portal::paper::Physician;
use crate::portal::paper::Row;
use crate::store::entity::clinic;
use crate::usecase::clinics;

#[derive(Serialize)]
struct View {
    name: String,
    number: String,
    /// The number that was asked for, where the clinic has another by now.
    former_number: Option<String>,
    active: bool,
    state: &'static str,
    state_en: &'static str,
    telemedicine: bool,
    telemedicine_since: Option<String>,
    telemedicine_subjects: String,
    version: i32,
    rows: Vec<Row>,
    physicians: Vec<Physician>,
    notices: Vec<PatientNotice>,
    phones: Vec<Phone>,
    as_of: String,
}

/// What is filed of a clinic now.
#[handler]
pub async fn show(app: Data<&App>, Path(number): Path<String>) -> Result<Response, Oops> {
    let row = match clinics::view(&app, &number).await {
        Err(Error::NotFound(_)) => return Err(unknown()),
        found => found?,
    };
    let view = view(&app, row, &number).await?;
    page::page(&app, "clinic.html", &view)
}

fn unknown() -> Oops {
    Oops(Worded {
        title: "登记簿中没有这个备案编号",
        zh: "请核对编号：22位数字和大写字母，连字符可有可无；字母O、I容易与数字0、1混淆。如果墙上的凭证确是这个编号，请勿就诊，并拨打监督电话核实。"
            .to_owned(),
        en: "The register has no such filing number. Check it: 22 digits and capital letters. If the certificate on the \
             wall does say so, do not seek treatment there and call the supervision hotline."
            .to_owned(),
        ..wording::NOT_FOUND.worded()
    })
}

async fn view(app: &App, row: clinic::Model, asked: &str) -> Result<View, Error> {
    let active = row.state == ClinicState::Active;
    let telemedicine = row.telemedicine_mode == TelemedicineMode::On && active;
    let asked: String = asked.chars().filter(char::is_ascii_alphanumeric).collect();
    let record = &row.record;
    Ok(View {
        name: row.name.clone(),
        number: row.number.clone(),
        former_number: Some(asked.to_ascii_uppercase()).filter(|asked| *asked != row.number),
        active,
        state: row.state.zh(),
        state_en: row.state.en(),
        telemedicine,
        telemedicine_since: record.telemedicine_since.filter(|_| telemedicine).map(numeric_date),
        telemedicine_subjects: in_words(&record.telemedicine_subjects),
        version: row.certificate_version,
        rows: paper::rows(record),
        physicians: record.practitioners.iter().map(Into::into).collect(),
        notices: if telemedicine { paper::patient_notices(app) } else { vec![] },
        phones: paper::phones(app, Some(row.authority_id)).await?,
        as_of: paper::moment(app.clock.now()),
    })
}
