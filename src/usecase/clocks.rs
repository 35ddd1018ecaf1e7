//! Starting and ending the clocks of the law, in the transaction of whatever starts or ends them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::domain::calendar::{self, Due};
use crate::domain::clock::{self, Alarms, ClockState, Period, Unit};
use crate::domain::dossier::{BuiltBy, Dossier, Post};
use crate::domain::law::Law;
use crate::domain::verdict::TelemedicineMode;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, deadline};

/// Whose clock it is: the thing that it runs for, and who sees it.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The filing, visit, clinic or report that the clock runs for.
    pub id: Uuid,
    pub filing: Option<Uuid>,
    pub clinic: Option<Uuid>,
    pub visit: Option<Uuid>,
    pub complaint: Option<Uuid>,
    /// 备案机关; of a report, who handles it
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
    let period = clock::warned(law, rule, 0, Unit::Fixed, today);
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
    let Alarms { warn_on, escalate_on } = clock::alarms(law, start, due.on, period);
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
        warn_on,
        escalate_on,
        state: ClockState::Running,
        warned_at: None,
        escalated_at: None,
        overdue_at: None,
        met_on: None,
        complaint_id: subject.complaint,
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

/// The clock of `rule` for one item of a subject was met today.
///
/// # Errors
/// What the store answers.
pub async fn meet_item(app: &App, tx: &Tx, subject: Uuid, rule: &str, item: &str) -> Result<()> {
    let rows = tx.running_deadlines(subject, rule).await?;
    let ids = rows.into_iter().filter(|row| row.item == item).map(|row| row.id).collect();
    tx.meet_deadlines(ids, app.clock.today()).await
}

/// The clocks of a subject no longer apply: of one rule, or all.
///
/// # Errors
/// What the store answers.
pub async fn stop(tx: &Tx, subject: Uuid, rule: Option<&str>) -> Result<()> {
    tx.end_deadlines(subject, rule, ClockState::Dropped, None).await
}

/// The clocks that 互联网诊疗 brings: end of the agreement, security assessment, evidence of each physician and nurse
/// . What runs for the same thing until the same day goes on, with what was noted on it.
///
/// # Errors
/// What the store answers.
pub async fn of_telemedicine(app: &App, tx: &Tx, law: &Law, clinic: &clinic::Model) -> Result<()> {
    let mut wanted = match clinic.telemedicine_mode {
        TelemedicineMode::Off => vec![],
        TelemedicineMode::On | TelemedicineMode::Suspended => evidence(law, &clinic.dossier, app.clock.today()),
    };
    let mut gone = vec![];
    for row in tx.running_deadlines(clinic.id, "R-081").await? {
        match wanted.iter().position(|(item, day)| (item, *day) == (&row.item, row.due_on)) {
            Some(kept) => {
                wanted.swap_remove(kept);
            }
            None => gone.push(row.id),
        }
    }
    tx.drop_deadlines(gone).await?;
    let subject = Subject::clinic(clinic);
    for (item, day) in wanted {
        until(app, tx, law, &subject, "R-081", &item, day).await?;
    }
    Ok(())
}

/// What 互联网诊疗 rests on for a time only, and the last day of each. The provincial platform has none.
fn evidence(law: &Law, dossier: &Dossier, today: NaiveDate) -> Vec<(String, NaiveDate)> {
    let lasts = |rule: &str, since: NaiveDate| {
        let months = law.threshold(rule, "months", today).unwrap_or(12.0).clamp(0.0, 1200.0);
        calendar::add_months(since, months as u32)
    };
    let telemedicine = dossier.telemedicine.as_ref();
    let partner = telemedicine.filter(|t| t.built_by == Some(BuiltBy::ThirdParty)).and_then(|t| t.partner.as_ref());
    let agreement = partner.and_then(|p| Some((format!("与{}的合作协议", p.name.trim()), p.agreement_until?)));
    let assessed = telemedicine.and_then(|t| t.security_grade.as_ref()?.assessed_on);
    let assessment = assessed.map(|day| ("信息安全等级保护测评".to_owned(), lasts("R-073", day)));
    let online = dossier.staff.iter().filter(|row| row.telemedicine);
    let registered = online.filter_map(|row| {
        let post = row.post.filter(|post| matches!(post, Post::Physician | Post::Nurse))?;
        let checked = row.registry_check.as_ref()?.checked_on?;
        Some((format!("{}{}的电子注册核验", post.zh(), row.name.trim()), lasts("R-075", checked)))
    });
    agreement.into_iter().chain(assessment).chain(registered).collect()
}

/// A clock that another calendar moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub id: Uuid,
    pub rule: String,
    pub item: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// How many clocks are read at once.
const BATCH: u64 = 500;

/// Counts every running clock anew under `law`, in the unit of work that puts a calendar in force; none ever ends earlier
/// than was told. Answers how many end later.
///
/// # Errors
/// What the store answers.
pub async fn recompute(app: &App, tx: &Tx, law: &Law) -> Result<u64> {
    let mut moved = 0;
    for (before, after) in recounted(app, tx, law).await? {
        moved += u64::from(before.due_on != after.due_on);
        tx.move_deadline(after).await?;
    }
    Ok(moved)
}

/// Which clocks [`recompute`] would move under `law`, and where to. Changes nothing.
///
/// # Errors
/// What the store answers.
pub async fn recompute_preview(app: &App, tx: &Tx, law: &Law) -> Result<Vec<Move>> {
    let changed = recounted(app, tx, law).await?.into_iter();
    let moves = changed.filter(|(before, after)| before.due_on != after.due_on);
    let moves = moves.map(|(before, after)| Move {
        id: before.id,
        rule: before.rule,
        item: before.item,
        from: before.due_on,
        to: after.due_on,
    });
    Ok(moves.collect())
}

/// The clocks that `law` changes, before and after; each as its own region counts.
async fn recounted(app: &App, tx: &Tx, law: &Law) -> Result<Vec<(deadline::Model, deadline::Model)>> {
    let national = Arc::new(law.clone());
    let mut regional: BTreeMap<Uuid, Arc<Law>> = BTreeMap::new();
    let (mut changed, mut last) = (vec![], None);
    loop {
        let rows = tx.counted_deadlines(last, BATCH).await?;
        let Some(end) = rows.last() else { return Ok(changed) };
        last = Some(end.id);
        for row in rows {
            let law = match row.authority_id {
                None => &national,
                Some(id) => match regional.entry(id) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => {
                        let authority = tx.authority(id).await?;
                        place.insert(national.clone().regional(&authority.region, &authority.uscc))
                    }
                },
            };
            let after = counted_anew(law, &row, app.clock.today());
            if after != row {
                changed.push((row, after));
            }
        }
    }
}

/// A clock as `law` counts it. What was noted stays only as far as it is still so.
fn counted_anew(law: &Law, row: &deadline::Model, today: NaiveDate) -> deadline::Model {
    let length = row.length.unsigned_abs();
    let period = clock::warned(law, &row.rule, length, row.unit, row.starts_on);
    let told = Due { on: row.due_on, guessed: row.guessed };
    let due = clock::recomputed(told, clock::due(law, row.starts_on, period));
    // Where the end stays, so do the days that were told with it.
    let Alarms { warn_on, escalate_on } = if due.on == row.due_on {
        Alarms { warn_on: row.warn_on, escalate_on: row.escalate_on }
    } else {
        clock::alarms(law, row.starts_on, due.on, period)
    };
    deadline::Model {
        due_on: due.on,
        guessed: due.guessed,
        warn_on,
        escalate_on,
        warned_at: row.warned_at.filter(|_| warn_on <= today),
        escalated_at: row.escalated_at.filter(|_| escalate_on <= today),
        overdue_at: row.overdue_at.filter(|_| due.on < today),
        ..row.clone()
    }
}
