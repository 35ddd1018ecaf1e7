//! Requests that had their effect: the record commits with the effect.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, TryInsertResult};
use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::idempotency;

/// One request that must have its effect once: who, under which key, and what exactly was asked.
#[derive(Clone, Debug)]
pub struct Once {
    pub account: AccountId,
    pub key: String,
    /// Digest of operation and body.
    pub fingerprint: String,
}

impl Tx {
    /// Forgets the keys that were used before `then`; answers how many.
    pub async fn forget_keys(&self, then: DateTime<Utc>) -> Result<u64> {
        let old = idempotency::Entity::delete_many().filter(idempotency::Column::CreatedAt.lt(then));
        Ok(old.exec(&self.0).await?.rows_affected)
    }

    /// Claims the key for `resource`. Answers the resource of the earlier request when the key had its effect before;
    /// `KeyReused` when that was another request. A concurrent claim waits for the other to commit or fail.
    pub async fn claim(&self, once: &Once, resource: Uuid, now: DateTime<Utc>) -> Result<Option<Uuid>> {
        let row = idempotency::Model {
            account_id: once.account.0,
            key: once.key.clone(),
            fingerprint: once.fingerprint.clone(),
            resource_id: resource,
            created_at: now,
        };
        let inserted = idempotency::Entity::insert(row.into_active_model())
            .on_conflict_do_nothing_on([idempotency::Column::AccountId, idempotency::Column::Key])
            .exec_without_returning(&self.0)
            .await?;
        if matches!(inserted, TryInsertResult::Inserted(1..)) {
            return Ok(None);
        }
        let earlier = idempotency::Entity::find_by_id((once.account.0, once.key.clone())).one(&self.0).await?;
        match earlier {
            Some(earlier) if earlier.fingerprint == once.fingerprint => Ok(Some(earlier.resource_id)),
            _ => Err(Error::KeyReused),
        }
    }
}
