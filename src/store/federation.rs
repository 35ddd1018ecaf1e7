//! Whose number an account is, and who it is at another identity provider.

use chrono::{DateTime, Utc};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

use crate::error::Result;
use crate::store::entity::{account, identity_flow, identity_link};
use crate::store::{Store, Tx};

impl Store {
    /// The account of the holder whose number has this digest.
    pub async fn account_by_holder(&self, digest: &str) -> Result<Option<account::Model>> {
        Ok(account::Entity::find().filter(account::Column::HolderDigest.eq(digest)).one(&self.read).await?)
    }

    /// The account that an identity is linked to.
    pub async fn account_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<account::Model>> {
        let link = identity_link::Entity::find()
            .filter(identity_link::Column::Issuer.eq(issuer))
            .filter(identity_link::Column::Subject.eq(subject))
            .one(&self.read)
            .await?;
        let Some(link) = link else { return Ok(None) };
        Ok(account::Entity::find_by_id(link.account_id).one(&self.read).await?)
    }

    /// Who an account is at a provider.
    pub async fn identity_of(&self, account: Uuid, issuer: &str) -> Result<Option<identity_link::Model>> {
        let link = identity_link::Entity::find().filter(identity_link::Column::AccountId.eq(account));
        Ok(link.filter(identity_link::Column::Issuer.eq(issuer)).one(&self.read).await?)
    }
}

impl Tx {
    /// Keeps a sign-in that is under way; those that came to nothing are forgotten.
    pub async fn add_flow(&self, row: identity_flow::Model, now: DateTime<Utc>) -> Result<()> {
        identity_flow::Entity::delete_many().filter(identity_flow::Column::ExpiresAt.lt(now)).exec(&self.0).await?;
        identity_flow::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Takes a sign-in that is under way: nobody finds it again.
    pub async fn take_flow(&self, state_hash: &str, now: DateTime<Utc>) -> Result<Option<identity_flow::Model>> {
        let flow = identity_flow::Entity::find_by_id(state_hash.to_owned()).one(&self.0).await?;
        let gone = identity_flow::Entity::delete_by_id(state_hash.to_owned()).exec(&self.0).await?;
        Ok(flow.filter(|flow| gone.rows_affected == 1 && flow.expires_at > now))
    }

    /// Links an identity; `Conflict` when it is linked already.
    pub async fn add_identity(&self, row: identity_link::Model) -> Result<()> {
        identity_link::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Who an account is at a provider, as this unit of work sees it.
    pub async fn identity(&self, account: Uuid, issuer: &str) -> Result<Option<identity_link::Model>> {
        let link = identity_link::Entity::find().filter(identity_link::Column::AccountId.eq(account));
        Ok(link.filter(identity_link::Column::Issuer.eq(issuer)).one(&self.0).await?)
    }

    /// Unlinks an account from a provider; answers whether it was linked.
    pub async fn remove_identity(&self, account: Uuid, issuer: &str) -> Result<bool> {
        let links = identity_link::Entity::delete_many().filter(identity_link::Column::AccountId.eq(account));
        Ok(links.filter(identity_link::Column::Issuer.eq(issuer)).exec(&self.0).await?.rows_affected > 0)
    }
}
