//! (1) Every acknowledged write is there.

use crate::app::App;
use crate::error::Result;
use crate::simulation::invariants::{Check, PAGE};
use crate::simulation::ledger::Ledger;

/// Every step, material, visit, decision and draw that was acknowledged stands in the store, and no other.
pub(super) async fn acknowledged(app: &App, ledger: &Ledger) -> Result<Check> {
    let mut check = Check::new("(1)", "每一步经确认的办理都在库中，且没有多出的");
    let store = &app.store;
    let (mut after, mut seen) = (None, 0);
    loop {
        let rows = store.every_filing(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let events = store.events_of_filings(ids.clone()).await?;
        let materials = store.materials_of_filings(ids).await?;
        for row in &rows {
            let Some(kept) = ledger.filings.get(&row.id) else {
                check.look(false, || format!("filing {} was not acknowledged", row.id));
                continue;
            };
            seen += 1;
            let steps: Vec<_> = events.iter().filter(|e| e.filing_id == row.id).map(|e| (e.action, e.at)).collect();
            let files = materials.iter().filter(|m| m.filing_id == row.id).count() as u64;
            let there = (row.stage, row.version, &steps, files);
            let told = (kept.stage, kept.version, &kept.steps, kept.materials);
            check.look(there == told, || format!("filing {}: {there:?}, acknowledged {told:?}", row.id));
        }
    }
    let missing = ledger.filings.len().saturating_sub(seen);
    check.look(missing == 0, || format!("{missing} acknowledged filings are missing"));
    visits(app, ledger, &mut check).await?;
    let (mut after, mut seen) = (None, 0);
    loop {
        let rows = store.every_decision(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in rows {
            seen += 1;
            let told = ledger.decisions.get(&row.id);
            check.look(told == Some(&row.stage), || format!("decision {}: {:?}, told {told:?}", row.id, row.stage));
        }
    }
    let missing = ledger.decisions.len().saturating_sub(seen);
    check.look(missing == 0, || format!("{missing} acknowledged decisions are missing"));
    Ok(check)
}

/// Visits are ordered by the register itself; the steps that people took are theirs.
async fn visits(app: &App, ledger: &Ledger, check: &mut Check) -> Result<()> {
    let (mut after, mut seen) = (None, 0);
    loop {
        let rows = app.store.every_visit(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let events = app.store.events_of_visits(rows.iter().map(|row| row.id).collect()).await?;
        for row in rows {
            let Some(kept) = ledger.visits.get(&row.id) else { continue };
            seen += 1;
            // What nobody did, or a lot ordered, stands at version 0 or without a person.
            let own = events.iter().filter(|e| e.visit_id == row.id && e.actor_id.is_some() && e.sequence > 0);
            let steps: Vec<_> = own.map(|e| e.action).collect();
            check.look(steps == kept.steps, || format!("visit {}: {steps:?}, acknowledged {:?}", row.id, kept.steps));
        }
    }
    let missing = ledger.visits.len().saturating_sub(seen);
    check.look(missing == 0, || format!("{missing} acknowledged visits are missing"));
    Ok(())
}
