//! A year in the life of some offices, drawn from a seed: filings of every kind, visits, decisions and daily rounds through
//! the real use cases, by a clock that the simulation moves. At the end the register is asked whether everything holds that
//! must. Equal seeds give equal years, on either database.

use crate::app::App;
use crate::error::Result;

pub mod bulk;
mod clinics;
mod desk;
mod digest;
mod figures;
pub mod invariants;
mod ledger;
pub mod offices;
mod people;
mod rows;
mod supervision;
mod year;

pub use digest::digest;
pub use ledger::Ledger;
pub use year::opening;

use crate::simulation::invariants::{Check, Depth};
use year::Year;

/// Told how much is done, of how much.
pub type Progress<'a> = dyn Fn(u64, u64) + Sync + 'a;

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many clinics are opened, some of them in the quarter before the year.
    pub clinics: u64,
    pub year: i32,
    pub seed: u64,
    /// Whether the papers are drawn, too.
    pub papers: bool,
}

/// Of how many certificates and clinics of a large register signature, public answer and words are checked again.
const CLOSE: u64 = 20_000;

/// What came of it.
pub struct Report {
    pub plan: Plan,
    pub ledger: Ledger,
    /// What must hold, and whether it does.
    pub checks: Vec<Check>,
    /// SHA-256 over the public register, in hexadecimal: equal for equal plans, on either database.
    pub digest: String,
}

impl Report {
    /// Whether everything holds that must.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.wrong == 0)
    }
}

/// Lives through a year in an empty register whose clock is seeded, and asks whether everything holds that must.
///
/// # Errors
/// What no law asks for, with the moment and what was to happen.
pub async fn run(app: &App, plan: &Plan, progress: &Progress<'_>) -> Result<Report> {
    // On the heap: these are large.
    let mut year = Box::pin(Year::open(app, plan)).await?;
    Box::pin(year.live(progress)).await?;
    let ledger = year.ledger;
    let checks = Box::pin(invariants::check(app, Depth { ledger: Some(&ledger), one_of: 1 })).await?;
    Ok(Report { plan: *plan, ledger, checks, digest: digest(app).await? })
}

/// Fills an empty register whose clock is seeded with many clinics at once, and asks whether everything holds that must.
///
/// # Errors
/// What the store answers.
pub async fn run_bulk(app: &App, plan: &Plan, progress: &Progress<'_>) -> Result<Report> {
    Box::pin(bulk::fill(app, plan, progress)).await?;
    let depth = Depth { ledger: None, one_of: plan.clinics.div_ceil(CLOSE).max(1) };
    let checks = Box::pin(invariants::check(app, depth)).await?;
    Ok(Report { plan: *plan, ledger: Ledger::default(), checks, digest: digest(app).await? })
}

/// Whether nobody has filed anything in this register, or works for it.
///
/// # Errors
/// What the store answers.
pub async fn is_empty(app: &App) -> Result<bool> {
    Ok(app.store.authorities().await?.is_empty() && app.store.every_filing(None, 1).await?.is_empty())
}
