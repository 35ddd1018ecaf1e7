//! What a filing does once it is done, by its kind: certificate, standing, announcement, visit and clocks.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline::numeric_date;
use crate::domain::law::Law;
use crate::domain::lifecycle::Kind;
use crate::domain::particulars::{Particulars, SuspensionReason};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::filing;
use crate::usecase::clocks::{self, Subject};
use crate::usecase::life::{self, Happening};
use crate::usecase::{facts, issuance, loss};

/// Completes a recommended filing that has just passed every rule. Answers the note for the history.
///
/// # Errors
/// `Conflict` when a number is taken or used up; `Standing` when the clinic stands otherwise meanwhile.
pub async fn complete(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: &mut filing::Model,
    law: &Law,
    number: Option<&str>,
) -> Result<String> {
    row.issued_by = Some(actor.id.0);
    match row.kind {
        Kind::Establishment | Kind::Change => return issuance::issue(app, tx, actor, row, law, number).await,
        Kind::Reissue => return loss::reissue(app, tx, actor, row).await,
        _ => (),
    }
    let mut clinic = tx.clinic(row.clinic_id.ok_or(Error::NotFound("clinic"))?).await?;
    let said = row.particulars.clone().unwrap_or_default();
    let today = app.clock.today();
    let effective_on = said.effective_on.unwrap_or(today);
    let note = told(row.kind, &said, effective_on);
    if row.kind == Kind::Suspension {
        clinic.suspended_on = Some(effective_on);
        clinic.suspended_until = said.until;
        clinic.suspension_reason = said.suspension_reason;
        let lapses = said.suspension_reason.is_none_or(SuspensionReason::lapses);
        let subject = Subject::clinic(&clinic);
        if lapses {
            clocks::start(app, tx, law, &subject, "R-063", "months", 12.0, "停业满一年视为歇业", effective_on).await?;
        }
    }
    let what = Happening {
        filing: Some(row.id),
        body: format!("{}（备案编号{}）{note}。", clinic.name, clinic.number),
        basis: facts::basis(law, today, basis_rule(row.kind), clinic.dossier.clinic_type).join("；"),
        document_number: row.case_number.clone().unwrap_or_default(),
        note: note.clone(),
        ..Happening::new(row.kind.act(), effective_on, Some(actor))
    };
    life::happen(app, tx, &mut clinic, what).await?;
    Ok(note)
}

/// The rule whose legal basis an announcement of this kind names.
const fn basis_rule(kind: Kind) -> &'static str {
    match kind {
        Kind::Suspension | Kind::Resumption => "R-063",
        Kind::Closure => "R-064",
        Kind::Relocation => "R-061",
        Kind::Reissue => "R-065",
        Kind::TelemedicineSuspension | Kind::TelemedicineResumption => "R-080",
        Kind::Establishment | Kind::Change => "R-053",
    }
}

/// What is done, in words, without a final stop. Nothing of it is personal data.
fn told(kind: Kind, said: &Particulars, on: NaiveDate) -> String {
    let day = numeric_date(on);
    match kind {
        Kind::Suspension => {
            let reason = said.suspension_reason.map_or("其他", SuspensionReason::zh);
            let until = said.until.map(|d| format!("至{}", numeric_date(d))).unwrap_or_default();
            format!("自{day}起{until}停业，原因：{reason}")
        }
        Kind::Resumption => format!("自{day}起恢复执业"),
        Kind::Closure => format!("自{day}起歇业，病历由{}保管，查询电话{}", said.records_kept_at, said.records_phone),
        Kind::Relocation => format!(
            "自{day}起迁往{}，原备案终止，病历由{}保管，查询电话{}",
            said.destination_address, said.records_kept_at, said.records_phone
        ),
        Kind::TelemedicineSuspension => format!("自{day}起暂停互联网诊疗"),
        Kind::TelemedicineResumption => format!("自{day}起恢复互联网诊疗"),
        Kind::Reissue => "遗失补发".to_owned(),
        Kind::Establishment | Kind::Change => String::new(),
    }
}
