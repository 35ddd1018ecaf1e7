//! Forms that were sent after their session had ended.

use chrono::{DateTime, Utc};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::error::Result;
use crate::store::entity::{held_form, session};
use crate::store::{Store, Tx};

impl Store {
    /// Whose session a token was, open or not, as long as that is known.
    pub async fn session_holder(&self, token_hash: &str) -> Result<Option<Uuid>> {
        let found = session::Entity::find_by_id(token_hash.to_owned()).one(&self.read).await?;
        Ok(found.map(|session| session.account_id))
    }

    /// A form that is held for an account.
    pub async fn held_form(
        &self,
        token_hash: &str,
        account: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<held_form::Model>> {
        let found = held_form::Entity::find_by_id(token_hash.to_owned())
            .filter(held_form::Column::AccountId.eq(account))
            .filter(held_form::Column::ExpiresAt.gt(now));
        Ok(found.one(&self.read).await?)
    }
}

impl Tx {
    /// How many forms are held for an account.
    pub async fn count_held_forms(&self, account: Uuid, now: DateTime<Utc>) -> Result<u64> {
        let held = held_form::Entity::find()
            .filter(held_form::Column::AccountId.eq(account))
            .filter(held_form::Column::ExpiresAt.gt(now));
        Ok(held.count(&self.0).await?)
    }

    /// Holds a form.
    pub async fn add_held_form(&self, row: held_form::Model) -> Result<()> {
        held_form::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Forgets the forms that were held until before `then`; answers how many.
    pub async fn forget_held_forms(&self, then: DateTime<Utc>) -> Result<u64> {
        let old = held_form::Entity::delete_many().filter(held_form::Column::ExpiresAt.lt(then));
        Ok(old.exec(&self.0).await?.rows_affected)
    }

    /// Forgets a form that is held for an account.
    pub async fn forget_held_form(&self, token_hash: &str, account: Uuid) -> Result<()> {
        let own = held_form::Entity::delete_many()
            .filter(held_form::Column::TokenHash.eq(token_hash))
            .filter(held_form::Column::AccountId.eq(account));
        own.exec(&self.0).await?;
        Ok(())
    }
}
