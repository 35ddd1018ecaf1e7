//! Due lists: which clocks run, for whom, and what is left of each.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::clock::{self, Alarms, ClockState, Urgency, Wanted};
use crate::domain::law::Law;
use crate::error::{Error, Result};
use crate::store::entity::deadline;

pub use crate::store::deadlines::About;

/// The clock within which a filing is to be done.
const FILING: &str = "R-050";

/// What is left of a running clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    pub urgency: Urgency,
    /// Working days where the period is counted so, else days; negative when it has passed.
    pub days: i64,
}

impl Left {
    /// What is left of a clock today; nothing can be left of one that does not run.
    pub fn of(app: &App, law: &Law, row: &deadline::Model) -> Option<Self> {
        let today = app.clock.today();
        let alarms = Alarms { warn_on: row.warn_on, escalate_on: row.escalate_on };
        (row.state == ClockState::Running).then(|| Self {
            urgency: clock::urgency(today, alarms, row.due_on),
            days: clock::days_left(law, today, row.due_on, row.unit),
        })
    }
}

/// A page of a due list: one more row than `limit` when there is a next page.
pub struct DueList {
    pub rows: Vec<deadline::Model>,
    pub about: About,
}

/// Clocks within the actor's scope, by the day on which they are due: of an authority those that it issues or supervises
/// for, of a clinic its own.
///
/// # Errors
/// `Invalid` when the wanted rule is no id of a rule.
pub async fn list(app: &App, actor: &Actor, wanted: &Wanted, limit: u64) -> Result<DueList> {
    let formed = |id: &String| {
        let digits = id.strip_prefix("R-").unwrap_or_default();
        digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    // A clock may outlive its rule: any id is asked for, in force or not.
    if !wanted.rule.as_ref().is_none_or(formed) {
        let zh = "规则编号形如R-050，请从规则列表中选择。";
        return Err(Error::field("/rule", zh, "A rule is called such as R-050; choose one of the list."));
    }
    let rows = app.store.deadlines(actor, wanted, app.clock.today(), limit + 1).await?;
    let about = app.store.about(&rows).await?;
    Ok(DueList { rows, about })
}

/// What is left for each of these filings, which the caller has loaded within scope; nothing for one whose clock does not
/// run.
///
/// # Errors
/// What the store answers.
pub async fn of_filings(app: &App, filings: Vec<Uuid>) -> Result<BTreeMap<Uuid, Left>> {
    let law = app.law();
    let rows = app.store.running_deadlines(filings, FILING).await?;
    Ok(rows.iter().filter_map(|row| Some((row.subject_id, Left::of(app, &law, row)?))).collect())
}
