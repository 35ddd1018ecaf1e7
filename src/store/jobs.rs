//! Work that a committed change asked for. A row is added in the change's transaction, claimed under a lease, and
//! finished once; a worker that dies loses its lease, and another takes the work up.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, TryInsertResult};
use uuid::Uuid;

use crate::domain::task::Task;
use crate::error::Result;
use crate::store::entity::job;
use crate::store::{Store, Tx};

/// How long a worker may hold a task.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// After so many failures a task waits for a person.
const ATTEMPTS: i32 = 12;

/// Whether nobody tries again after the attempt for which this row was claimed.
pub const fn last_attempt(row: &job::Model) -> bool {
    row.attempts + 1 >= ATTEMPTS
}

impl Tx {
    /// Asks for work.
    pub async fn enqueue(&self, id: Uuid, task: Task, now: DateTime<Utc>) -> Result<()> {
        let row = job::Model { id, task, run_at: now, attempts: 0, lease_until: None, done_at: None, failure: None };
        job::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Asks for work whose id says what it is, unless it was asked for before. Answers whether it is new.
    pub async fn enqueue_once(&self, id: Uuid, task: Task, now: DateTime<Utc>) -> Result<bool> {
        let row = job::Model { id, task, run_at: now, attempts: 0, lease_until: None, done_at: None, failure: None };
        let inserted = job::Entity::insert(row.into_active_model())
            .on_conflict_do_nothing_on([job::Column::Id])
            .exec_without_returning(&self.0)
            .await?;
        Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
    }

    /// Marks work as done.
    pub async fn finish_job(&self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        let update = job::Entity::update_many().col_expr(job::Column::DoneAt, Expr::value(now));
        update.filter(job::Column::Id.eq(id)).exec(&self.0).await?;
        Ok(())
    }

    /// Puts work that is not finished behind what waits, if the caller still holds it. Who lost the lease leaves it to whoever
    /// has it now.
    pub async fn continue_job(&self, row: &job::Model, now: DateTime<Utc>) -> Result<()> {
        job::Entity::update_many()
            .col_expr(job::Column::RunAt, Expr::value(now))
            .col_expr(job::Column::Attempts, Expr::value(0))
            .col_expr(job::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(job::Column::Id.eq(row.id))
            // The claim itself counted one up.
            .filter(job::Column::Attempts.eq(row.attempts + 1))
            .filter(job::Column::DoneAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Notes a failure and backs off: 2, 4, 8 … seconds.
    pub async fn fail_job(&self, row: &job::Model, why: &str, now: DateTime<Utc>) -> Result<()> {
        let pause = TimeDelta::seconds(1 << row.attempts.clamp(1, ATTEMPTS));
        job::Entity::update_many()
            .col_expr(job::Column::Failure, Expr::value(why))
            .col_expr(job::Column::RunAt, Expr::value(now + pause))
            .col_expr(job::Column::LeaseUntil, Expr::value(Option::<DateTime<Utc>>::None))
            .filter(job::Column::Id.eq(row.id))
            .exec(&self.0)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Whether this work was asked for, whatever became of it.
    pub async fn has_job(&self, id: Uuid) -> Result<bool> {
        Ok(job::Entity::find_by_id(id).one(&self.read).await?.is_some())
    }

    /// Claims the next task that is due, under a lease.
    pub async fn claim_job(&self, now: DateTime<Utc>) -> Result<Option<job::Model>> {
        let free = || {
            let unleased = Condition::any().add(job::Column::LeaseUntil.is_null());
            Condition::all()
                .add(job::Column::DoneAt.is_null())
                .add(job::Column::RunAt.lte(now))
                .add(job::Column::Attempts.lt(ATTEMPTS))
                .add(unleased.add(job::Column::LeaseUntil.lt(now)))
        };
        let next = job::Entity::find().filter(free()).order_by_asc(job::Column::RunAt).one(&self.read).await?;
        let Some(row) = next else { return Ok(None) };
        let claimed = job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(now + LEASE))
            .col_expr(job::Column::Attempts, Expr::value(row.attempts + 1))
            .filter(job::Column::Id.eq(row.id))
            .filter(job::Column::Attempts.eq(row.attempts))
            .filter(free())
            .exec(&self.write)
            .await?;
        Ok((claimed.rows_affected == 1).then_some(row))
    }
}
