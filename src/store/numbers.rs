//! Exactly-once numbers: the counter moves in the transaction that uses the number, so none is lost or doubled.

use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, Statement};

use crate::error::{Error, Result};
use crate::store::entity::series;
use crate::store::{Store, Tx};

impl Store {
    /// Whether a series has given any number.
    pub async fn has_numbers(&self, name: &str) -> Result<bool> {
        Ok(series::Entity::find_by_id(name.to_owned()).one(&self.read).await?.is_some())
    }
}

impl Tx {
    /// The next number of a series, from 1.
    pub async fn next_number(&self, series: &str) -> Result<u32> {
        let sql = "INSERT INTO series (name, next) VALUES ($1, 1) \
                   ON CONFLICT (name) DO UPDATE SET next = series.next + 1 RETURNING next";
        let backend: DbBackend = self.0.get_database_backend();
        let row = self.0.query_one_raw(Statement::from_sql_and_values(backend, sql, [series.into()])).await?;
        let next: i32 = row.ok_or_else(|| anyhow::anyhow!("no counter came back"))?.try_get_by_index(0)?;
        u32::try_from(next).map_err(Error::internal)
    }
}
