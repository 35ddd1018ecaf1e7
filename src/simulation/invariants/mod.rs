//! What must hold of a register, whatever was done to it (the list of the quality bar, C.4). Every check reads the store a page
//! at a time, so that it holds for a million clinics in the memory of a few.

mod certificates;
mod histories;
mod kept;
mod numbers;
mod public;
mod work;

use crate::app::App;
use crate::error::Result;
use crate::simulation::ledger::Ledger;
use crate::store::audit::NEVER;

/// Rows that are read at once.
const PAGE: u64 = 500;

/// How many of the faults of one check are named.
const NAMED: usize = 5;

/// One thing that must hold, and what was found.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its place in the list of the quality bar.
    pub item: &'static str,
    /// What must hold.
    pub zh: &'static str,
    /// How many things were looked at.
    pub checked: u64,
    /// How many of them were wrong.
    pub wrong: u64,
    /// The first of those, in words.
    pub faults: Vec<String>,
}

impl Check {
    const fn new(item: &'static str, zh: &'static str) -> Self {
        Self { item, zh, checked: 0, wrong: 0, faults: vec![] }
    }

    /// Looks at one thing: `fault` says what is wrong with it, if it is.
    fn look(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.fault(fault());
        }
    }

    fn fault(&mut self, fault: String) {
        self.wrong += 1;
        if self.faults.len() < NAMED {
            self.faults.push(fault);
        }
    }
}

/// How closely a register is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Depth<'a> {
    /// What was acknowledged, where somebody kept it.
    pub ledger: Option<&'a Ledger>,
    /// Of so many certificates and clinics one has its signature, its public answer, its leaf and its words checked again.
    pub one_of: u64,
}

/// Everything that must hold, with what was found.
///
/// # Errors
/// What the store answers.
pub async fn check(app: &App, depth: Depth<'_>) -> Result<Vec<Check>> {
    let mut checks = vec![];
    if let Some(ledger) = depth.ledger {
        checks.push(kept::acknowledged(app, ledger).await?);
    }
    let (certificates, provisional, answers) = certificates::certificates(app, depth).await?;
    checks.push(numbers::series(app, &provisional).await?);
    checks.push(certificates);
    checks.push(histories::filings(app).await?);
    checks.push(histories::clinics(app).await?);
    checks.push(histories::visits(app).await?);
    checks.push(histories::log(app, depth).await?);
    checks.push(standing(app).await?);
    let (jobs, leases) = work::jobs(app).await?;
    checks.push(jobs);
    checks.push(work::files(app).await?);
    checks.push(answers);
    checks.push(public::words(app, depth).await?);
    checks.push(leases);
    Ok(checks)
}

/// Rows of one table agree with those of the others.
async fn standing(app: &App) -> Result<Check> {
    let mut check = Check::new("(4)", "各表所载的状态、版本、份数、公告、期限相互一致");
    for (what, sql) in NEVER {
        let found = app.store.found(sql).await?;
        check.look(found == 0, || format!("{what}: {found}"));
    }
    Ok(check)
}
