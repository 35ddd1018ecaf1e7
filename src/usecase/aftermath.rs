//! What follows from an issued certificate beyond the paper: history, succession, visit, and the clocks that start.

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::law::Law;
use crate::domain::lifecycle::Kind;
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::VisitKind;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, filing};
use crate::usecase::clocks::{self, Subject};
use crate::usecase::issuance;
use crate::usecase::life::{self, Happening};
use crate::usecase::visits;

/// Everything that an establishment or a change brings with it. `note` is what the certificate says was changed.
///
/// # Errors
/// What the store answers.
#[expect(clippy::too_many_arguments, reason = "an issue is all of this")]
pub async fn of_issue(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: &filing::Model,
    law: &Law,
    clinic: &clinic::Model,
    before: Option<&clinic::Model>,
    note: String,
) -> Result<()> {
    let today = app.clock.today();
    let stood = before.map_or((ClinicState::Active, TelemedicineMode::Off), |c| (c.state, c.telemedicine_mode));
    let happening =
        |act, note: String| Happening { filing: Some(row.id), note, ..Happening::new(act, today, Some(actor)) };
    // The row as the register holds it after the issue.
    let mut clinic = clinic.clone();
    if before.is_some() {
        clinic.version += 1;
    }
    // What the issue does to 互联网诊疗 is an entry of its own.
    let filed = clinic::Model { telemedicine_mode: stood.1, ..clinic.clone() };
    life::record(app, tx, &filed, stood, happening(row.kind.act(), note)).await?;
    match (stood.1, clinic.telemedicine_mode) {
        (TelemedicineMode::Off, TelemedicineMode::On) => {
            life::record(app, tx, &clinic, stood, happening(ClinicAct::AddTelemedicine, String::new())).await?;
        }
        // Added under an order that nobody has lifted: both are told, the order by its decision.
        (TelemedicineMode::Off, TelemedicineMode::Suspended) => {
            let added = clinic::Model { telemedicine_mode: TelemedicineMode::On, ..clinic.clone() };
            life::record(app, tx, &added, stood, happening(ClinicAct::AddTelemedicine, String::new())).await?;
            let order = issuance::order(tx, row, before).await?;
            let note = "责令暂停互联网诊疗的决定尚未解除，继续暂停".to_owned();
            let what = Happening { decision: order, ..happening(ClinicAct::SuspendTelemedicine, note) };
            life::record(app, tx, &clinic, (stood.0, TelemedicineMode::On), what).await?;
        }
        (TelemedicineMode::On | TelemedicineMode::Suspended, TelemedicineMode::Off) => {
            life::record(app, tx, &clinic, stood, happening(ClinicAct::RemoveTelemedicine, String::new())).await?;
        }
        _ => (),
    }
    succeed(tx, &clinic).await?;
    let subject = Subject::clinic(&clinic);
    // The issue itself publishes: the clock of R-054 is met as it starts.
    clocks::start(app, tx, law, &subject, "R-054", "days", 20.0, "公开备案信息", today).await?;
    clocks::meet(app, tx, clinic.id, "R-054").await?;
    let moved = before.is_some_and(|b| !issuance::same_place(&b.dossier, &clinic.dossier));
    if row.kind == Kind::Establishment {
        visits::order(app, tx, VisitKind::Establishment, &clinic, Some(row)).await?;
    } else if moved {
        visits::order(app, tx, VisitKind::Change, &clinic, Some(row)).await?;
    }
    clocks::of_telemedicine(app, tx, law, &clinic).await
}

/// The clinic that moved away learns of its successor.
async fn succeed(tx: &Tx, clinic: &clinic::Model) -> Result<()> {
    let Some(predecessor) = clinic.predecessor_id else { return Ok(()) };
    let mut before = tx.clinic(predecessor).await?;
    if before.successor_id.is_none() {
        before.successor_id = Some(clinic.id);
        let seen = before.version;
        tx.advance_clinic(before, seen).await?;
    }
    Ok(())
}
