//! The issuance log: leaves in order, each committed with what it tells.

use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::log_entry;

impl Tx {
    /// Appends a leaf.
    pub async fn append_log(&self, row: log_entry::Model) -> Result<()> {
        log_entry::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
