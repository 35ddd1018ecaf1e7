//! Accounts and their sessions.

use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::error::Result;
use crate::store::entity::account;
use crate::store::{Store, Tx};

impl Store {
    /// The account of a login name.
    pub async fn account_by_login(&self, login: &str) -> Result<Option<account::Model>> {
        Ok(account::Entity::find().filter(account::Column::Login.eq(login)).one(&self.read).await?)
    }

    /// Whether demonstration accounts exist.
    pub async fn has_demonstration_accounts(&self) -> Result<bool> {
        let found = account::Entity::find().filter(account::Column::Demonstration.eq(true)).one(&self.read).await?;
        Ok(found.is_some())
    }
}

impl Tx {
    /// The accounts of these ids, for their names.
    pub async fn accounts(&self, ids: &[Uuid]) -> Result<Vec<account::Model>> {
        if ids.is_empty() {
            return Ok(vec![]);
        }
        Ok(account::Entity::find().filter(account::Column::Id.is_in(ids.iter().copied())).all(&self.0).await?)
    }

    /// Adds an account; `Conflict` when the login is taken.
    pub async fn add_account(&self, row: account::Model) -> Result<()> {
        account::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
