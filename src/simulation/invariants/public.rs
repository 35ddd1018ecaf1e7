//! (7) A search finds what the register holds.

use std::collections::BTreeSet;

use crate::app::App;
use crate::error::Result;
use crate::simulation::invariants::{Check, Depth, PAGE};
use crate::usecase::issuance;

/// The words under which each clinic is found are those of what it says and how it stands.
pub(super) async fn words(app: &App, depth: Depth<'_>) -> Result<Check> {
    let mut check = Check::new("(7)", "公众检索所用的词与登记簿一致");
    let (mut after, mut n) = (None, 0);
    loop {
        let rows = app.store.every_clinic(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(check) };
        after = Some(last.id);
        let close = rows.into_iter().filter(|_| {
            n += 1;
            (n - 1) % depth.one_of.max(1) == 0
        });
        let close: Vec<_> = close.collect();
        let found = app.store.terms_of_clinics(close.iter().map(|row| row.id).collect()).await?;
        for row in close {
            let there: BTreeSet<_> = found.iter().filter(|t| t.clinic_id == row.id).map(|t| t.term.clone()).collect();
            let due: BTreeSet<_> = issuance::search_terms(&row.record, &row).into_iter().collect();
            check.look(there == due, || format!("clinic {} is found by other words", row.number));
        }
    }
}
