//! Who works for the owner of clinics.

use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::error::Result;
use crate::store::Store;
use crate::store::entity::member;

impl Store {
    /// The owner whom an account works for now.
    pub async fn owner_worked_for(&self, account: Uuid) -> Result<Option<Uuid>> {
        let select = member::Entity::find()
            .select_only()
            .column(member::Column::OwnerId)
            .filter(member::Column::AccountId.eq(account))
            .filter(member::Column::EndedAt.is_null());
        Ok(select.into_tuple().one(&self.read).await?)
    }
}
