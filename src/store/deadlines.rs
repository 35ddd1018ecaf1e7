//! Clocks of the law.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{Condition, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::clock::{ClockState, Mark, Unit, Urgency, Wanted};
use crate::domain::complaint::{self, Place};
use crate::domain::dossier::Dossier;
use crate::domain::lifecycle::Stage;
use crate::domain::visit::VisitStage;
use crate::error::Result;
use crate::store::entity::{clinic, complaint as report, deadline, filing, visit};
use crate::store::{Store, Tx};

/// Where a mark is noted, and the day from which on it is due.
const fn columns(mark: Mark) -> (deadline::Column, deadline::Column) {
    match mark {
        Mark::Warned => (deadline::Column::WarnedAt, deadline::Column::WarnOn),
        Mark::Escalated => (deadline::Column::EscalatedAt, deadline::Column::EscalateOn),
        Mark::Overdue => (deadline::Column::OverdueAt, deadline::Column::DueOn),
    }
}

/// Running clocks that have come to a mark which is not noted. A clock is overdue only after its last day.
fn unmarked(mark: Mark, today: NaiveDate) -> Select<deadline::Entity> {
    let (at, on) = columns(mark);
    let reached = if mark == Mark::Overdue { on.lt(today) } else { on.lte(today) };
    deadline::Entity::find()
        .filter(deadline::Column::State.eq(ClockState::Running))
        .filter(at.is_null())
        .filter(reached)
}

/// The clocks that `actor` may know of, one query for each way to know of them: a query over either of two columns is
/// answered by no index.
fn scoped(actor: &Actor) -> Vec<Select<deadline::Entity>> {
    let find = deadline::Entity::find;
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => vec![find().filter(deadline::Column::OwnerId.eq(actor.owner.0))],
        (role, Some(authority)) if role.sees_cases() => {
            let others = Condition::any()
                .add(deadline::Column::AuthorityId.is_null())
                .add(deadline::Column::AuthorityId.ne(authority.0));
            vec![
                find().filter(deadline::Column::AuthorityId.eq(authority.0)),
                find().filter(deadline::Column::SupervisorId.eq(authority.0)).filter(others),
            ]
        }
        _ => vec![],
    }
}

fn narrowed(mut select: Select<deadline::Entity>, wanted: &Wanted, today: NaiveDate) -> Select<deadline::Entity> {
    select = select.filter(deadline::Column::State.eq(wanted.state));
    let urgent = wanted.urgency.and_then(|urgency| match urgency {
        Urgency::Calm => None,
        Urgency::Near => Some(deadline::Column::WarnOn.lte(today)),
        Urgency::Pressing => Some(deadline::Column::EscalateOn.lte(today)),
        Urgency::Today => Some(deadline::Column::DueOn.lte(today)),
        Urgency::Overdue => Some(deadline::Column::DueOn.lt(today)),
    });
    for condition in urgent.into_iter().chain(wanted.until.map(|day| deadline::Column::DueOn.lte(day))) {
        select = select.filter(condition);
    }
    if let Some(rule) = &wanted.rule {
        select = select.filter(deadline::Column::Rule.eq(rule));
    }
    if let Some((day, id)) = wanted.after {
        let same_day = Condition::all().add(deadline::Column::DueOn.eq(day)).add(deadline::Column::Id.gt(id));
        select = select
            // The range that the index is entered by.
            .filter(deadline::Column::DueOn.gte(day))
            .filter(Condition::any().add(deadline::Column::DueOn.gt(day)).add(same_day));
    }
    select
}

/// What the clocks of a list are about, in a person's words.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// 办件编号, and the name that was filed, by filing.
    pub filings: BTreeMap<Uuid, (Option<String>, String)>,
    /// 备案编号 and name, by clinic.
    pub clinics: BTreeMap<Uuid, (String, String)>,
    /// 核查编号, by visit.
    pub visits: BTreeMap<Uuid, String>,
    /// 投诉举报编号, and the name of the place that was reported, by report.
    pub complaints: BTreeMap<Uuid, (String, String)>,
}

/// What a list says of a filing.
#[derive(FromQueryResult)]
struct Filed {
    id: Uuid,
    authority_id: Option<Uuid>,
    case_number: Option<String>,
    submitted: Option<Dossier>,
}

fn named_place(place: Option<Place>) -> String {
    place.map(|place| place.name).unwrap_or_default()
}

impl Store {
    /// Up to `limit` clocks within the actor's scope, by the day on which they are due.
    pub async fn deadlines(
        &self,
        actor: &Actor,
        wanted: &Wanted,
        today: NaiveDate,
        limit: u64,
    ) -> Result<Vec<deadline::Model>> {
        let mut found = vec![];
        for select in scoped(actor) {
            let select = narrowed(select, wanted, today);
            let ordered = select.order_by_asc(deadline::Column::DueOn).order_by_asc(deadline::Column::Id);
            found.extend(ordered.limit(limit).all(&self.read).await?);
        }
        found.sort_by_key(|row| (row.due_on, row.id));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// What clocks that the caller has loaded within scope are about; nothing of a filing that has gone to another
    /// authority since.
    pub async fn about(&self, rows: &[deadline::Model]) -> Result<About> {
        let ids = |of: fn(&deadline::Model) -> Option<Uuid>| rows.iter().filter_map(of).collect::<Vec<_>>();
        let filings: Vec<Filed> = filing::Entity::find()
            .select_only()
            .columns([filing::Column::Id, filing::Column::AuthorityId])
            .columns([filing::Column::CaseNumber, filing::Column::Submitted])
            .filter(filing::Column::Id.is_in(ids(|row| row.filing_id)))
            .into_model()
            .all(&self.read)
            .await?;
        let clinics: Vec<(Uuid, String, String)> = clinic::Entity::find()
            .select_only()
            .columns([clinic::Column::Id, clinic::Column::Number, clinic::Column::Name])
            .filter(clinic::Column::Id.is_in(ids(|row| row.clinic_id)))
            .into_tuple()
            .all(&self.read)
            .await?;
        let visits: Vec<(Uuid, String)> = visit::Entity::find()
            .select_only()
            .columns([visit::Column::Id, visit::Column::CaseNumber])
            .filter(visit::Column::Id.is_in(ids(|row| row.visit_id)))
            .into_tuple()
            .all(&self.read)
            .await?;
        let complaints: Vec<(Uuid, String, Option<Place>)> = report::Entity::find()
            .select_only()
            .columns([report::Column::Id, report::Column::CaseNumber, report::Column::Place])
            .filter(report::Column::Id.is_in(ids(|row| row.complaint_id)))
            .into_tuple()
            .all(&self.read)
            .await?;
        let here = |filed: &Filed| {
            rows.iter().any(|row| row.filing_id == Some(filed.id) && row.authority_id == filed.authority_id)
        };
        let named = |filed: Filed| (filed.id, (filed.case_number, filed.submitted.map(|d| d.name).unwrap_or_default()));
        Ok(About {
            filings: filings.into_iter().filter(here).map(named).collect(),
            clinics: clinics.into_iter().map(|(id, number, name)| (id, (number, name))).collect(),
            visits: visits.into_iter().collect(),
            complaints: complaints.into_iter().map(|(id, case, place)| (id, (case, named_place(place)))).collect(),
        })
    }

    /// The running clocks of `rule` for these subjects.
    pub async fn running_deadlines(&self, subjects: Vec<Uuid>, rule: &str) -> Result<Vec<deadline::Model>> {
        let select = deadline::Entity::find()
            .filter(deadline::Column::SubjectId.is_in(subjects))
            .filter(deadline::Column::Rule.eq(rule))
            .filter(deadline::Column::State.eq(ClockState::Running));
        Ok(select.all(&self.read).await?)
    }

    /// Whether a clock has come to a mark that is not noted.
    pub async fn has_unmarked(&self, mark: Mark, today: NaiveDate) -> Result<bool> {
        Ok(unmarked(mark, today).limit(1).one(&self.read).await?.is_some())
    }

    /// Up to `limit` running clocks of `rule` whose last day has passed, in the order of their ids, after one of them.
    pub async fn run_out(
        &self,
        rule: &str,
        today: NaiveDate,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<deadline::Model>> {
        let select = deadline::Entity::find()
            .filter(deadline::Column::Rule.eq(rule))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .filter(deadline::Column::DueOn.lt(today))
            .filter(deadline::Column::Id.gt(after.unwrap_or(Uuid::nil())));
        Ok(select.order_by_asc(deadline::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// Starts a clock.
    pub async fn add_deadline(&self, row: deadline::Model) -> Result<()> {
        deadline::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// The running clocks of a subject: of one rule.
    pub async fn running_deadlines(&self, subject: Uuid, rule: &str) -> Result<Vec<deadline::Model>> {
        let select = deadline::Entity::find()
            .filter(deadline::Column::SubjectId.eq(subject))
            .filter(deadline::Column::Rule.eq(rule))
            .filter(deadline::Column::State.eq(ClockState::Running));
        Ok(select.order_by_asc(deadline::Column::Id).all(&self.0).await?)
    }

    /// Ends the running clocks of a subject: of one rule, or all of them.
    pub async fn end_deadlines(
        &self,
        subject: Uuid,
        rule: Option<&str>,
        state: ClockState,
        on: Option<NaiveDate>,
    ) -> Result<()> {
        let mut update = deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(state))
            .col_expr(deadline::Column::MetOn, Expr::value(on))
            .filter(deadline::Column::SubjectId.eq(subject))
            .filter(deadline::Column::State.eq(ClockState::Running));
        if let Some(rule) = rule {
            update = update.filter(deadline::Column::Rule.eq(rule));
        }
        update.exec(&self.0).await?;
        Ok(())
    }

    /// Ends these clocks, where they still run, because they no longer apply.
    pub async fn drop_deadlines(&self, ids: Vec<Uuid>) -> Result<()> {
        deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(ClockState::Dropped))
            .filter(deadline::Column::Id.is_in(ids))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Ends these clocks, where they still run, because what they ask for was done on this day.
    pub async fn meet_deadlines(&self, ids: Vec<Uuid>, on: NaiveDate) -> Result<()> {
        deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(ClockState::Met))
            .col_expr(deadline::Column::MetOn, Expr::value(on))
            .filter(deadline::Column::Id.is_in(ids))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// The running clocks of a subject are another authority's from now on.
    pub async fn hand_over_deadlines(&self, subject: Uuid, authority: Uuid) -> Result<()> {
        deadline::Entity::update_many()
            .col_expr(deadline::Column::AuthorityId, Expr::value(authority))
            .filter(deadline::Column::SubjectId.eq(subject))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Ends the running clocks of a clinic that has ended; who reported it is answered all the same.
    pub async fn drop_deadlines_of_clinic(&self, clinic: Uuid) -> Result<()> {
        deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(ClockState::Dropped))
            .filter(deadline::Column::ClinicId.eq(clinic))
            .filter(deadline::Column::ComplaintId.is_null())
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Notes a mark on up to `limit` clocks that have come to it, and answers which. What another unit of work holds is
    /// passed over, never waited for.
    pub async fn mark_deadlines(
        &self,
        mark: Mark,
        today: NaiveDate,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<deadline::Model>> {
        let (at, on) = columns(mark);
        let rows = unmarked(mark, today)
            .order_by_asc(on)
            .limit(limit)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(&self.0)
            .await?;
        if !rows.is_empty() {
            let update = deadline::Entity::update_many().col_expr(at, Expr::value(now));
            update.filter(deadline::Column::Id.is_in(rows.iter().map(|row| row.id))).exec(&self.0).await?;
        }
        Ok(rows)
    }

    /// Up to `limit` running clocks that are counted, in the order of their ids, after one of them.
    pub async fn counted_deadlines(&self, after: Option<Uuid>, limit: u64) -> Result<Vec<deadline::Model>> {
        let select = deadline::Entity::find()
            .filter(deadline::Column::State.eq(ClockState::Running))
            .filter(deadline::Column::Unit.ne(Unit::Fixed))
            .filter(deadline::Column::Id.gt(after.unwrap_or(Uuid::nil())));
        Ok(select.order_by_asc(deadline::Column::Id).limit(limit).all(&self.0).await?)
    }

    /// Writes the days of a clock that was counted anew, and what shows them: the filing under way, the visit that is
    /// due, the report that is not answered.
    pub async fn move_deadline(&self, row: deadline::Model) -> Result<()> {
        let (due_on, guessed) = (row.due_on, row.guessed);
        if let (Some(filing), "R-050") = (row.filing_id, row.rule.as_str()) {
            filing::Entity::update_many()
                .col_expr(filing::Column::DueOn, Expr::value(due_on))
                .col_expr(filing::Column::DueGuessed, Expr::value(guessed))
                .filter(filing::Column::Id.eq(filing))
                .filter(filing::Column::Stage.is_in([Stage::Received, Stage::Recommended]))
                .exec(&self.0)
                .await?;
        }
        if let (Some(visit), "R-055") = (row.visit_id, row.rule.as_str()) {
            visit::Entity::update_many()
                .col_expr(visit::Column::DueOn, Expr::value(due_on))
                .col_expr(visit::Column::DueGuessed, Expr::value(guessed))
                .filter(visit::Column::Id.eq(visit))
                .filter(visit::Column::Stage.eq(VisitStage::Due))
                .exec(&self.0)
                .await?;
        }
        if let (Some(complaint), complaint::RULE) = (row.complaint_id, row.rule.as_str()) {
            let update = report::Entity::update_many().filter(report::Column::Id.eq(complaint));
            let update = if row.item == complaint::ACCEPTANCE {
                update.col_expr(report::Column::AcceptBy, Expr::value(due_on))
            } else {
                update
                    .col_expr(report::Column::DueOn, Expr::value(due_on))
                    .col_expr(report::Column::DueGuessed, Expr::value(guessed))
            };
            update.exec(&self.0).await?;
        }
        deadline::Entity::update_many()
            .col_expr(deadline::Column::DueOn, Expr::value(due_on))
            .col_expr(deadline::Column::Guessed, Expr::value(guessed))
            .col_expr(deadline::Column::WarnOn, Expr::value(row.warn_on))
            .col_expr(deadline::Column::EscalateOn, Expr::value(row.escalate_on))
            .col_expr(deadline::Column::WarnedAt, Expr::value(row.warned_at))
            .col_expr(deadline::Column::EscalatedAt, Expr::value(row.escalated_at))
            .col_expr(deadline::Column::OverdueAt, Expr::value(row.overdue_at))
            .filter(deadline::Column::Id.eq(row.id))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }
}
