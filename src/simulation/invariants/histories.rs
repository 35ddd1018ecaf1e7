//! (4) Histories are what the machines allow, without a gap, and end where the rows stand; the log is whole.

use uuid::Uuid;

use crate::app::App;
use crate::domain::lifecycle::{self, Stage};
use crate::domain::log_leaf::{self, Leaf};
use crate::domain::standing::{self, ClinicAct};
use crate::domain::value;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::{self, VisitStage};
use crate::error::Result;
use crate::simulation::invariants::{Check, Depth, PAGE};
use crate::store::entity::{clinic_event, filing, filing_event};

/// The rows of one owner among those of many that are in order.
fn of<T>(rows: &[T], id: Uuid, owner: impl Fn(&T) -> Uuid) -> &[T] {
    let start = rows.partition_point(|row| owner(row) < id);
    let rest = rows.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|row| owner(row) <= id)).unwrap_or_default()
}

/// Replays every filing from its draft.
pub(super) async fn filings(app: &App) -> Result<Check> {
    let mut check = Check::new("(4)", "办件的每一步都合乎程序，首尾相接，止于现在的环节");
    let mut after = None;
    loop {
        let rows = app.store.every_filing(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(check) };
        after = Some(last.id);
        let events = app.store.events_of_filings(rows.iter().map(|row| row.id).collect()).await?;
        for row in rows {
            let steps = of(&events, row.id, |e| e.filing_id);
            let fault = filing_fault(&row, steps);
            check.checked += steps.len() as u64;
            if let Some(fault) = fault {
                check.fault(format!("filing {}: {fault}", row.id));
            }
        }
    }
}

fn filing_fault(row: &filing::Model, steps: &[filing_event::Model]) -> Option<String> {
    // What was taken over from another system begins where it stands.
    if steps.is_empty() && row.import_id.is_some() {
        return None;
    }
    let mut at = Stage::Draft;
    for step in steps {
        let lawful = lifecycle::next(step.from_stage, step.action)
            .is_some_and(|(roles, to)| to == step.to_stage && roles.contains(&step.actor_role));
        if step.from_stage != at || !lawful {
            return Some(format!("{:?} from {:?} to {:?} after {at:?}", step.action, step.from_stage, step.to_stage));
        }
        at = step.to_stage;
    }
    (at != row.stage).then(|| format!("it stands at {:?}, its history ends at {at:?}", row.stage))
}

/// Replays every clinic from its first filing.
pub(super) async fn clinics(app: &App) -> Result<Check> {
    let mut check = Check::new("(4)", "诊所的每一次变动都合乎程序，首尾相接，止于现在的状态");
    let mut after = None;
    loop {
        let rows = app.store.every_clinic(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(check) };
        after = Some(last.id);
        let events = app.store.events_of_clinics(rows.iter().map(|row| row.id).collect()).await?;
        for row in rows {
            let steps = of(&events, row.id, |e| e.clinic_id);
            check.checked += steps.len() as u64;
            let fault = clinic_fault(steps, (row.state, row.telemedicine_mode));
            if let Some(fault) = fault {
                check.fault(format!("clinic {}: {fault}", row.number));
            }
        }
    }
}

fn clinic_fault(steps: &[clinic_event::Model], stands: (ClinicState, TelemedicineMode)) -> Option<String> {
    let mut at = (ClinicState::Active, TelemedicineMode::Off);
    for (n, step) in steps.iter().enumerate() {
        let from = (step.from_state, step.from_telemedicine);
        let to = (step.to_state, step.to_telemedicine);
        let lawful = match step.act {
            ClinicAct::Establish => n == 0 && to.0 == ClinicState::Active,
            // Where a suspension had been told before the order, it runs on.
            ClinicAct::LiftStop => {
                from.0 == ClinicState::Stopped && matches!(to.0, ClinicState::Active | ClinicState::Suspended)
            }
            act => standing::after(from.0, act) == Some(to.0),
        };
        let online = standing::telemedicine_after(from.1, step.act) == Some(to.1);
        if from != at || !lawful || !online || usize::try_from(step.sequence) != Ok(n + 1) {
            return Some(format!("step {}, {:?} from {from:?} to {to:?}, after {at:?}", step.sequence, step.act));
        }
        at = to;
    }
    (at != stands).then(|| format!("it stands at {stands:?}, its history ends at {at:?}"))
}

/// Replays every visit from its order.
pub(super) async fn visits(app: &App) -> Result<Check> {
    let mut check = Check::new("(4)", "核查的每一步都合乎程序，首尾相接，止于现在的环节");
    let mut after = None;
    loop {
        let rows = app.store.every_visit(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(check) };
        after = Some(last.id);
        let events = app.store.events_of_visits(rows.iter().map(|row| row.id).collect()).await?;
        for row in rows {
            let mut at = VisitStage::Due;
            for step in of(&events, row.id, |e| e.visit_id) {
                let lawful = visit::next(step.from_stage, step.action).is_some_and(|(_, to)| to == step.to_stage);
                let fits = step.from_stage == at && lawful;
                check.look(fits, || format!("visit {}: {:?} after {at:?}", row.case_number, step.action));
                at = step.to_stage;
            }
            check.look(at == row.stage, || format!("visit {}: at {:?}, not {at:?}", row.case_number, row.stage));
        }
    }
}

/// The log has no gap, each leaf its hash, and what a leaf commits to is what its certificate says.
pub(super) async fn log(app: &App, depth: Depth<'_>) -> Result<Check> {
    let mut check = Check::new("(4)", "签发日志没有缺口，每片叶子的哈希和内容正确");
    let mut next = 0;
    loop {
        let rows = app.store.log_from(next, PAGE).await?;
        if rows.is_empty() {
            return Ok(check);
        }
        let one_of = i32::try_from(depth.one_of.max(1)).unwrap_or(i32::MAX);
        let close: Vec<_> = rows.iter().filter(|row| row.sequence % one_of == 0).collect();
        let certificates = app.store.certificates_of_ids(close.iter().map(|row| row.certificate_id).collect()).await?;
        for row in &close {
            let issued = certificates.iter().find(|c| c.id == row.certificate_id);
            let leaf = issued.map(|issued| {
                let digest = issued.statement.digest();
                let leaf = Leaf {
                    kind: &row.kind,
                    region: &issued.statement.authority.region,
                    status_index: issued.status_index.unsigned_abs(),
                    salt: issued.salt.as_bytes(),
                    digest: &digest,
                    key_id: &issued.key_id,
                    at: row.at.timestamp(),
                };
                leaf.encode()
            });
            if leaf.as_ref() != Some(&row.leaf) {
                check.fault(format!("leaf {} commits to something else than its certificate", row.sequence));
            }
        }
        for row in rows {
            let hashed = value::hex(&log_leaf::hash(&row.leaf)) == row.leaf_hash;
            check.look(hashed && row.sequence == next, || format!("leaf {} where {next} was expected", row.sequence));
            next = row.sequence + 1;
        }
    }
}
