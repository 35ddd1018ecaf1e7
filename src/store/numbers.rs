//! Exactly-once numbers: the counter moves in the transaction that uses the number, so none is lost or doubled.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::error::{Error, Result};
use crate::store::Tx;

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
