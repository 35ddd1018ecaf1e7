//! A lost certificate: the loss is announced when the filing is received, taken back with it, or made good by a
//! new copy of the same version.

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::certificate::Statement;
use crate::domain::deadline::numeric_date;
use crate::domain::law::Law;
use crate::domain::standing::{self, CertificateAct, ClinicAct};
use crate::domain::verdict::CertificateState;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{clinic, filing};
use crate::usecase::life::{self, Happening};
use crate::usecase::{facts, issuance, papers};

/// Publishes the loss when the filing is received: from then on the lost copy is not good.
///
/// # Errors
/// What the store answers.
pub async fn declare(app: &App, tx: &Tx, actor: &Actor, row: &filing::Model, law: &Law) -> Result<()> {
    let mut clinic = clinic_of(tx, row).await?;
    // After a correction the loss stands announced already.
    if tx.certificate(clinic.certificate_id).await?.state != CertificateState::Current {
        return Ok(());
    }
    let today = app.clock.today();
    let record = &clinic.record;
    let body = format!(
        "{}的{}（备案编号{}，第{}版，{}签发）遗失，声明作废。",
        clinic.name,
        record.kind.title(),
        clinic.number,
        record.version,
        numeric_date(record.issued_on)
    );
    let announcement = app.clock.new_id();
    papers::lost(app, tx, law, actor, row, &clinic, announcement).await?;
    let what = Happening {
        filing: Some(row.id),
        announcement: Some(announcement),
        note: body.clone(),
        body,
        basis: facts::basis(law, today, "R-065", clinic.dossier.clinic_type).join("；"),
        document_number: row.case_number.clone().unwrap_or_default(),
        ..Happening::new(ClinicAct::DeclareLoss, today, Some(actor))
    };
    life::happen(app, tx, &mut clinic, what).await
}

/// The clinic took the filing back: the copy was found and is good again.
///
/// # Errors
/// What the store answers.
pub async fn take_back(app: &App, tx: &Tx, actor: &Actor, row: &filing::Model) -> Result<()> {
    let mut clinic = clinic_of(tx, row).await?;
    if tx.certificate(clinic.certificate_id).await?.state != CertificateState::Lost {
        return Ok(());
    }
    // A clinic that has ended meanwhile may still take its filing back; its copy stays what it was.
    if life::foresee(&clinic, ClinicAct::FindLost).is_err() {
        return Ok(());
    }
    papers::found(app, tx, row).await?;
    let what = Happening {
        filing: Some(row.id),
        note: "遗失声明已撤回".to_owned(),
        ..Happening::new(ClinicAct::FindLost, app.clock.today(), Some(actor))
    };
    life::happen(app, tx, &mut clinic, what).await
}

/// A new copy of the version in force; the lost one is void. Answers the note for the history.
///
/// # Errors
/// What the store answers.
pub async fn reissue(app: &App, tx: &Tx, actor: &Actor, row: &mut filing::Model) -> Result<String> {
    let mut clinic = clinic_of(tx, row).await?;
    let authority = tx.authority(row.authority_id.ok_or(Error::NotFound("authority"))?).await?;
    let lost = tx.certificate(clinic.certificate_id).await?;
    let to = standing::certificate_after(lost.state, CertificateAct::Replace).ok_or(Error::Stale)?;
    tx.move_certificate(lost.id, lost.state, to).await?;
    let statement = Statement {
        copy_number: lost.statement.copy_number + 1,
        issued_on: app.clock.today(),
        ..lost.statement.clone()
    };
    let standing = (clinic.state, clinic.telemedicine_mode);
    let issued = issuance::certify(app, tx, row, &authority, statement, clinic.id, standing).await?;
    issuance::append_log(app, tx, &issued, "reissue").await?;
    clinic.certificate_id = issued.id;
    clinic.record = issued.statement.clone();
    clinic.updated_at = app.clock.now();
    tx.advance_clinic(clinic.clone(), clinic.version).await?;
    let copy = issued.copy;
    issuance::publish(app, tx, row, issued).await?;
    let note = format!("第{}版补发，第{copy}份", clinic.certificate_version);
    let what = Happening {
        filing: Some(row.id),
        note: note.clone(),
        ..Happening::new(ClinicAct::Reissue, app.clock.today(), Some(actor))
    };
    life::record(app, tx, &clinic, standing, what).await?;
    Ok(note)
}

async fn clinic_of(tx: &Tx, row: &filing::Model) -> Result<clinic::Model> {
    tx.clinic(row.clinic_id.ok_or(Error::NotFound("clinic"))?).await
}
