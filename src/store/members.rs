//! Who works for the owner of clinics.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::access::SessionState;
use crate::error::{Error, Result};
use crate::store::entity::{account, member, session};
use crate::store::{Store, Tx};

/// An owner's clerks, and the invitations that can still be used.
fn of(owner: Uuid, now: DateTime<Utc>) -> Select<member::Entity> {
    let open = Condition::any().add(member::Column::AccountId.is_not_null()).add(member::Column::ExpiresAt.gt(now));
    member::Entity::find()
        .filter(member::Column::OwnerId.eq(owner))
        .filter(member::Column::EndedAt.is_null())
        .filter(open)
}

impl Store {
    /// The membership that an account was made for, whether it has ended or not.
    pub async fn membership(&self, account: Uuid) -> Result<Option<member::Model>> {
        Ok(member::Entity::find().filter(member::Column::AccountId.eq(account)).one(&self.read).await?)
    }

    /// The account of this id.
    pub async fn account_by_id(&self, id: Uuid) -> Result<Option<account::Model>> {
        Ok(account::Entity::find_by_id(id).one(&self.read).await?)
    }

    /// An owner's clerks and open invitations with the accounts, the first invited first.
    pub async fn members(
        &self,
        owner: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Vec<(member::Model, Option<account::Model>)>> {
        let rows = of(owner, now).order_by_asc(member::Column::Id).all(&self.read).await?;
        let ids = rows.iter().filter_map(|row| row.account_id);
        let mut accounts = account::Entity::find().filter(account::Column::Id.is_in(ids)).all(&self.read).await?;
        let mut with = |row: member::Model| {
            let place = accounts.iter().position(|account| Some(account.id) == row.account_id);
            (row, place.map(|place| accounts.swap_remove(place)))
        };
        Ok(rows.into_iter().map(&mut with).collect())
    }

    /// When an account was last used, as far as its sessions are kept.
    pub async fn last_seen(&self, account: Uuid) -> Result<Option<DateTime<Utc>>> {
        let last = session::Entity::find()
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::State.eq(SessionState::Full))
            .order_by_desc(session::Column::SeenAt)
            .limit(1);
        Ok(last.one(&self.read).await?.map(|row| row.seen_at))
    }
}

impl Tx {
    /// How many clerks and open invitations an owner has.
    pub async fn count_members(&self, owner: Uuid, now: DateTime<Utc>) -> Result<u64> {
        Ok(of(owner, now).count(&self.0).await?)
    }

    /// An owner's clerk or open invitation.
    pub async fn member(&self, owner: Uuid, id: Uuid, now: DateTime<Utc>) -> Result<member::Model> {
        let found = of(owner, now).filter(member::Column::Id.eq(id)).one(&self.0).await?;
        found.ok_or(Error::NotFound("member"))
    }

    /// The invitation of a code that can still be used.
    pub async fn invitation(&self, code_hash: &str, now: DateTime<Utc>) -> Result<Option<member::Model>> {
        let open = member::Entity::find()
            .filter(member::Column::CodeHash.eq(code_hash))
            .filter(member::Column::AccountId.is_null())
            .filter(member::Column::EndedAt.is_null())
            .filter(member::Column::ExpiresAt.gt(now));
        Ok(open.one(&self.0).await?)
    }

    /// Adds an invitation.
    pub async fn add_member(&self, row: member::Model) -> Result<()> {
        member::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Gives an open invitation another code.
    pub async fn renew_invitation(&self, id: Uuid, code_hash: &str, expires_at: DateTime<Utc>) -> Result<()> {
        member::Entity::update_many()
            .col_expr(member::Column::CodeHash, Expr::value(code_hash))
            .col_expr(member::Column::ExpiresAt, Expr::value(expires_at))
            .filter(member::Column::Id.eq(id))
            .filter(member::Column::AccountId.is_null())
            .filter(member::Column::EndedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Uses an invitation, once; answers whether it could be.
    pub async fn join_member(&self, id: Uuid, account: Uuid, now: DateTime<Utc>) -> Result<bool> {
        let joined = member::Entity::update_many()
            .col_expr(member::Column::AccountId, Expr::value(account))
            .col_expr(member::Column::JoinedAt, Expr::value(now))
            .col_expr(member::Column::CodeHash, Expr::value(Option::<String>::None))
            .filter(member::Column::Id.eq(id))
            .filter(member::Column::AccountId.is_null())
            .filter(member::Column::EndedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(joined.rows_affected > 0)
    }

    /// Ends a membership, or takes an invitation back; answers whether it was open.
    pub async fn end_member(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
        let ended = member::Entity::update_many()
            .col_expr(member::Column::EndedAt, Expr::value(now))
            .col_expr(member::Column::CodeHash, Expr::value(Option::<String>::None))
            .filter(member::Column::Id.eq(id))
            .filter(member::Column::EndedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(ended.rows_affected > 0)
    }
}
