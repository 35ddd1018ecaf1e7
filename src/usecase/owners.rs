//! What the owner of clinics has, and what is known already when a filing is begun.

use crate::app::App;
use crate::domain::access::{AccountEvent, HolderKind};
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::{Applicant, ApplicantKind, Dossier};
use crate::domain::verdict::ClinicState;
use crate::error::{Error, Result};
use crate::store::entity::clinic;
use crate::store::idempotency::Once;
use crate::usecase::accounts::{self, events};
use crate::usecase::facts;

/// One's own clinics, by number.
///
/// # Errors
/// `Forbidden` for anybody but a clinic.
pub async fn clinics(app: &App, actor: &Actor) -> Result<Vec<clinic::Model>> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    app.store.clinics_of(actor.owner.0).await
}

/// A clinic of one's own, by its number.
///
/// # Errors
/// `Forbidden` for anybody but a clinic; `NotFound` when it is not one's own.
pub async fn clinic(app: &App, actor: &Actor, number: &str) -> Result<clinic::Model> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    app.store.owned_clinic(actor.owner.0, number).await
}

/// What is known of a new clinic before anything is written: whose it is, as the account was registered, so that nobody
/// types it again.
///
/// # Errors
/// What the store answers.
pub async fn prefilled(app: &App, actor: &Actor) -> Result<Dossier> {
    let account = app.store.account(actor.owner.0).await?;
    let number = accounts::holder_number(app, &account)?.unwrap_or_default();
    let mut applicant = Applicant::default();
    match account.holder_kind {
        Some(HolderKind::Uscc) => {
            applicant.kind = Some(ApplicantKind::Unit);
            applicant.name = account.display_name;
            applicant.uscc = number;
        }
        Some(HolderKind::Identity) => {
            applicant.kind = Some(ApplicantKind::Individual);
            applicant.name.clone_from(&account.display_name);
            applicant.id_number = number;
            return Ok(Dossier { applicant, legal_representative: account.display_name, ..Dossier::default() });
        }
        None => (),
    }
    Ok(Dossier { applicant, ..Dossier::default() })
}

/// Notes that what is filed of a clinic is still right, as its owner says today; the public sees since when.
///
/// # Errors
/// `Forbidden` for anybody but a clinic; `NotFound` when it is not one's own, or has ended.
pub async fn confirm(app: &App, actor: &Actor, number: &str, once: &Once) -> Result<()> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    let tx = app.store.begin().await?;
    let row = tx.clinic_of(actor.owner.0, &facts::canonical_number(number)).await?;
    if matches!(row.state, ClinicState::Cancelled | ClinicState::Revoked) {
        return Err(Error::NotFound("clinic"));
    }
    if tx.claim(once, row.id, app.clock.now()).await?.is_some() {
        return Ok(());
    }
    let (seen, number) = (row.version, row.number.clone());
    tx.advance_clinic(clinic::Model { confirmed_on: Some(app.clock.today()), ..row }, seen).await?;
    events::own(app, &tx, actor, AccountEvent::Confirmed, &number).await?;
    tx.commit().await
}
