//! Accounts and their sessions.

use chrono::{DateTime, Utc};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

use crate::error::Result;
use crate::store::entity::{account, session};
use crate::store::{Store, Tx};

impl Store {
    /// The account of a login name.
    pub async fn account_by_login(&self, login: &str) -> Result<Option<account::Model>> {
        Ok(account::Entity::find().filter(account::Column::Login.eq(login)).one(&self.read).await?)
    }

    /// The account behind a token that is still good.
    pub async fn account_by_token(&self, token_hash: &str, now: DateTime<Utc>) -> Result<Option<account::Model>> {
        let session = session::Entity::find_by_id(token_hash.to_owned())
            .filter(session::Column::ExpiresAt.gt(now))
            .one(&self.read)
            .await?;
        let Some(session) = session else { return Ok(None) };
        Ok(account::Entity::find_by_id(session.account_id).one(&self.read).await?)
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

    /// Opens a session.
    pub async fn add_session(&self, row: session::Model) -> Result<()> {
        session::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Ends a session. That there was one stays known.
    pub async fn end_session(&self, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(now))
            .filter(session::Column::TokenHash.eq(token_hash))
            .filter(session::Column::ExpiresAt.gt(now))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Forgets the sessions that ended before `then`; answers how many.
    pub async fn forget_sessions(&self, then: DateTime<Utc>) -> Result<u64> {
        let old = session::Entity::delete_many().filter(session::Column::ExpiresAt.lt(then));
        Ok(old.exec(&self.0).await?.rows_affected)
    }
}
