//! How often something was asked for in a stretch of time: counted in the database, so that all instances share one count.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, DbBackend, IntoActiveModel, Statement};

use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{pace_salt, pace_window};

impl Tx {
    /// Counts one more in a bucket's window, and answers how many there are with it. `slot` is the window's first second,
    /// Unix time. Whoever counts in the same window at once waits for this unit of work.
    pub async fn count_in_window(&self, bucket: &str, slot: i64) -> Result<u32> {
        let sql = "INSERT INTO pace_window (bucket, slot, count) VALUES ($1, $2, 1) \
                   ON CONFLICT (bucket, slot) DO UPDATE SET count = pace_window.count + 1 RETURNING count";
        let backend: DbBackend = self.0.get_database_backend();
        let values = [bucket.into(), slot.into()];
        let row = self.0.query_one_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        let count: i32 = row.ok_or_else(|| anyhow::anyhow!("no count came back"))?.try_get_by_index(0)?;
        u32::try_from(count).map_err(Error::internal)
    }

    /// What the digests of a day are made with: `fresh` if nobody has set it before.
    pub async fn pace_salt(&self, day: NaiveDate, fresh: &str) -> Result<String> {
        let row = pace_salt::Model { day, salt: fresh.to_owned() };
        pace_salt::Entity::insert(row.into_active_model())
            .on_conflict_do_nothing_on([pace_salt::Column::Day])
            .exec_without_returning(&self.0)
            .await?;
        let kept = pace_salt::Entity::find_by_id(day).one(&self.0).await?;
        Ok(kept.ok_or_else(|| anyhow::anyhow!("no salt of {day}"))?.salt)
    }

    /// Forgets the windows that began before the second `slot`, and the salts of the days before `day`; answers how many
    /// windows.
    pub async fn forget_windows(&self, slot: i64, day: NaiveDate) -> Result<u64> {
        pace_salt::Entity::delete_many().filter(pace_salt::Column::Day.lt(day)).exec(&self.0).await?;
        let old = pace_window::Entity::delete_many().filter(pace_window::Column::Slot.lt(slot));
        Ok(old.exec(&self.0).await?.rows_affected)
    }
}
