//! Readings of unmasked personal data: added, listed, never changed.

use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::AuthorityId;
use crate::error::Result;
use crate::store::entity::unmasking;
use crate::store::{Store, Tx};

impl Store {
    /// Up to `limit` readings by people of an authority, newest first.
    pub async fn unmaskings(
        &self,
        authority: AuthorityId,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<unmasking::Model>> {
        let mut select = unmasking::Entity::find().filter(unmasking::Column::AuthorityId.eq(authority.0));
        if let Some(before) = before {
            select = select.filter(unmasking::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(unmasking::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// Keeps a reading.
    pub async fn add_unmasking(&self, row: unmasking::Model) -> Result<()> {
        unmasking::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
