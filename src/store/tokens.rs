//! Tokens of platforms.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, QueryOrder};
use uuid::Uuid;

use crate::error::Result;
use crate::store::entity::{account, api_token};
use crate::store::{Store, Tx};

/// The tokens of an account that still work.
fn good(account: Uuid, now: DateTime<Utc>) -> Select<api_token::Entity> {
    api_token::Entity::find()
        .filter(api_token::Column::AccountId.eq(account))
        .filter(api_token::Column::EndedAt.is_null())
        .filter(api_token::Column::ExpiresAt.gt(now))
}

impl Store {
    /// A token that still works, and whose it is.
    pub async fn token_and_account(
        &self,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(api_token::Model, account::Model)>> {
        let token = api_token::Entity::find()
            .filter(api_token::Column::TokenHash.eq(token_hash))
            .filter(api_token::Column::EndedAt.is_null())
            .filter(api_token::Column::ExpiresAt.gt(now))
            .one(&self.read)
            .await?;
        let Some(token) = token else { return Ok(None) };
        let account = account::Entity::find_by_id(token.account_id).one(&self.read).await?;
        Ok(account.map(|account| (token, account)))
    }

    /// The tokens of an account that still work, the newest first.
    pub async fn tokens(&self, account: Uuid, now: DateTime<Utc>) -> Result<Vec<api_token::Model>> {
        Ok(good(account, now).order_by_desc(api_token::Column::Id).all(&self.read).await?)
    }
}

impl Tx {
    /// How many tokens of an account still work.
    pub async fn count_tokens(&self, account: Uuid, now: DateTime<Utc>) -> Result<u64> {
        Ok(good(account, now).count(&self.0).await?)
    }

    /// Adds a token.
    pub async fn add_token(&self, row: api_token::Model) -> Result<()> {
        api_token::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Ends a token of an account; answers its name, if it was good until now.
    pub async fn end_token(&self, account: Uuid, id: Uuid, now: DateTime<Utc>) -> Result<Option<String>> {
        let token = good(account, now).filter(api_token::Column::Id.eq(id)).one(&self.0).await?;
        let ended = api_token::Entity::update_many()
            .col_expr(api_token::Column::EndedAt, Expr::value(now))
            .filter(api_token::Column::Id.eq(id))
            .filter(api_token::Column::AccountId.eq(account))
            .filter(api_token::Column::EndedAt.is_null())
            .filter(api_token::Column::ExpiresAt.gt(now));
        let ended = ended.exec(&self.0).await?.rows_affected > 0;
        Ok(token.filter(|_| ended).map(|token| token.name))
    }

    /// Notes that a token was used.
    pub async fn touch_token(&self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        let used = api_token::Entity::update_many().col_expr(api_token::Column::UsedAt, Expr::value(now));
        used.filter(api_token::Column::Id.eq(id)).exec(&self.0).await?;
        Ok(())
    }
}
