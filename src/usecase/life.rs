//! What happens to a clinic: standing, 互联网诊疗, certificates, history, register, announcement, log and clocks move
//! together, in the transaction of whatever made it happen.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::announcement;
use crate::domain::standing::{self, CertificateAct, ClinicAct};
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{announcement as announced, certificate, clinic, clinic_event};
use crate::usecase::{clocks, issuance, visits};

/// Who the register says acted where a clock did.
pub const SYSTEM: &str = "系统（期限届满）";

/// Something that happens to a clinic.
#[derive(Clone, Debug)]
pub struct Happening<'a> {
    pub act: ClinicAct,
    pub effective_on: NaiveDate,
    /// None: a clock ran out.
    pub actor: Option<&'a Actor>,
    pub filing: Option<Uuid>,
    pub decision: Option<Uuid>,
    pub visit: Option<Uuid>,
    /// Id of the announcement, where a paper goes with it and has the same.
    pub announcement: Option<Uuid>,
    /// For the history; public.
    pub note: String,
    /// What the announcement says, where one is made; the note otherwise.
    pub body: String,
    /// Legal basis of the announcement, in words.
    pub basis: String,
    pub document_number: String,
}

impl<'a> Happening<'a> {
    /// `act` by `actor` from `effective_on` on; the rest is empty.
    pub fn new(act: ClinicAct, effective_on: NaiveDate, actor: Option<&'a Actor>) -> Self {
        Self {
            act,
            effective_on,
            actor,
            filing: None,
            decision: None,
            visit: None,
            announcement: None,
            note: String::new(),
            body: String::new(),
            basis: String::new(),
            document_number: String::new(),
        }
    }
}

/// Where clinic and 互联网诊疗 stand after `act`.
///
/// # Errors
/// `Standing` when it cannot happen to this clinic, with what can.
pub fn foresee(clinic: &clinic::Model, act: ClinicAct) -> Result<(ClinicState, TelemedicineMode)> {
    let mut state = standing::after(clinic.state, act);
    if act == ClinicAct::LiftStop {
        state = state.map(|_| standing::lifted(clinic.suspended_on.is_some()));
    }
    let mode = standing::telemedicine_after(clinic.telemedicine_mode, act);
    match (state, mode) {
        (Some(state), Some(mode)) => Ok((state, mode)),
        _ => Err(Error::Standing { state: clinic.state, telemedicine: clinic.telemedicine_mode, act }),
    }
}

/// Lets it happen: everything that follows from a change of standing, but for a new certificate (`issuance`).
///
/// # Errors
/// `Standing` when it cannot happen; `Stale` when somebody else wrote the clinic meanwhile.
pub async fn happen(app: &App, tx: &Tx, clinic: &mut clinic::Model, what: Happening<'_>) -> Result<()> {
    let (state, mode) = foresee(clinic, what.act)?;
    let before = (clinic.state, clinic.telemedicine_mode);
    (clinic.state, clinic.telemedicine_mode) = (state, mode);
    clinic.updated_at = app.clock.now();
    if standing::ended(state) {
        clinic.ended_on = Some(what.effective_on);
    }
    if what.act == ClinicAct::Resume {
        (clinic.suspended_on, clinic.suspended_until, clinic.suspension_reason) = (None, None, None);
    }
    if what.act == ClinicAct::Verify {
        clinic.verified_on = Some(what.effective_on);
    }
    move_copy(tx, clinic, what.act).await?;
    tx.advance_clinic(clinic.clone(), clinic.version).await?;
    clinic.version += 1;
    tx.stand_certificates(clinic.id, state, mode).await?;
    tx.index_clinic(clinic.id, issuance::search_terms(&clinic.record, clinic)).await?;
    let current = tx.certificate(clinic.certificate_id).await?;
    issuance::append_log(app, tx, &current, &what.act.code()).await?;
    announce(app, tx, clinic, &what).await?;
    if standing::ended(state) {
        tx.drop_deadlines_of_clinic(clinic.id).await?;
        visits::drop_all(app, tx, clinic).await?;
        tx.list_persons(clinic.id, vec![]).await?;
    }
    if matches!(state, ClinicState::Active) && before.0 == ClinicState::Suspended {
        clocks::stop(tx, clinic.id, Some("R-063")).await?;
    }
    record(app, tx, clinic, before, what).await
}

/// The copy on paper follows the loss of it.
async fn move_copy(tx: &Tx, clinic: &clinic::Model, act: ClinicAct) -> Result<()> {
    let act = match act {
        ClinicAct::DeclareLoss => CertificateAct::DeclareLost,
        ClinicAct::FindLost => CertificateAct::Find,
        _ => return Ok(()),
    };
    let copy: certificate::Model = tx.certificate(clinic.certificate_id).await?;
    let to = standing::certificate_after(copy.state, act).ok_or(Error::Stale)?;
    tx.move_certificate(copy.id, copy.state, to).await
}

async fn announce(app: &App, tx: &Tx, clinic: &clinic::Model, what: &Happening<'_>) -> Result<()> {
    match announcement(app, clinic, what) {
        Some(row) => tx.add_announcement(row).await,
        None => Ok(()),
    }
}

/// What the public is told of it at once, if anything.
pub(crate) fn announcement(app: &App, clinic: &clinic::Model, what: &Happening<'_>) -> Option<announced::Model> {
    Some(announced::Model {
        id: what.announcement.unwrap_or_else(|| app.clock.new_id()),
        kind: announcement::of(what.act)?,
        clinic_id: clinic.id,
        authority_id: clinic.authority_id,
        number: clinic.number.clone(),
        name: clinic.name.clone(),
        body: if what.body.is_empty() { what.note.clone() } else { what.body.clone() },
        basis: what.basis.clone(),
        document_number: what.document_number.clone(),
        effective_on: what.effective_on,
        published_at: app.clock.now(),
    })
}

/// Writes the history of a clinic: it stood as `before` says, and stands now as the row does.
///
/// # Errors
/// What the store answers.
pub async fn record(
    app: &App,
    tx: &Tx,
    clinic: &clinic::Model,
    before: (ClinicState, TelemedicineMode),
    what: Happening<'_>,
) -> Result<()> {
    tx.add_clinic_event(event(app, clinic, before, what)).await
}

/// A step of a clinic's history, its place not given yet.
pub(crate) fn event(
    app: &App,
    clinic: &clinic::Model,
    before: (ClinicState, TelemedicineMode),
    what: Happening<'_>,
) -> clinic_event::Model {
    clinic_event::Model {
        id: app.clock.new_id(),
        clinic_id: clinic.id,
        sequence: 0,
        at: app.clock.now(),
        effective_on: what.effective_on,
        actor_id: what.actor.map(|a| a.id.0),
        actor_name: what.actor.map_or_else(|| SYSTEM.to_owned(), |a| a.name.clone()),
        act: what.act,
        from_state: before.0,
        to_state: clinic.state,
        from_telemedicine: before.1,
        to_telemedicine: clinic.telemedicine_mode,
        filing_id: what.filing,
        decision_id: what.decision,
        visit_id: what.visit,
        note: what.note,
    }
}
