//! Visits: ordered by an issue or a draw, recorded by inspectors of the supervising department.

use crate::app::App;
use crate::domain::visit::VisitKind;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, filing};

/// Orders the visit that follows a filing: a task for the supervising department, with its clock.
///
/// # Errors
/// What the store answers.
pub async fn order(
    _app: &App,
    _tx: &Tx,
    _kind: VisitKind,
    _clinic: &clinic::Model,
    _filing: Option<&filing::Model>,
) -> Result<()> {
    Ok(())
}

/// The open visits of a clinic that has ended are no longer to be done.
///
/// # Errors
/// What the store answers.
pub async fn drop_all(_app: &App, _tx: &Tx, _clinic: &clinic::Model) -> Result<()> {
    Ok(())
}
