//! The issuance log: leaves in order, each committed with what it tells.

use sea_orm::entity::prelude::*;
use sea_orm::IntoActiveModel;

use crate::error::Result;
use crate::store::entity::log_entry;
use crate::store::Tx;

impl Tx {
    /// Appends a leaf.
    pub async fn append_log(&self, row: log_entry::Model) -> Result<()> {
        log_entry::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
