//! Sessions, failed sign-ins, recoveries, and what happened to an account.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::access::SessionState;
use crate::error::{Error, Result};
use crate::store::entity::{account, account_event, api_token, recovery, session, sign_in_guard};
use crate::store::{Store, Tx};

impl Store {
    /// An account that the caller knows of.
    pub async fn account(&self, id: Uuid) -> Result<account::Model> {
        account::Entity::find_by_id(id).one(&self.read).await?.ok_or(Error::NotFound("account"))
    }

    /// A session that has not ended, and whose it is.
    pub async fn session(
        &self,
        token_hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(session::Model, account::Model)>> {
        let session = session::Entity::find_by_id(token_hash.to_owned())
            .filter(session::Column::ExpiresAt.gt(now))
            .one(&self.read)
            .await?;
        let Some(session) = session else { return Ok(None) };
        let account = account::Entity::find_by_id(session.account_id).one(&self.read).await?;
        Ok(account.map(|account| (session, account)))
    }

    /// The sessions of an account that are open, the latest first.
    pub async fn sessions_of(&self, account: Uuid, now: DateTime<Utc>) -> Result<Vec<session::Model>> {
        let open = session::Entity::find()
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::State.eq(SessionState::Full))
            .filter(session::Column::ExpiresAt.gt(now))
            .order_by_desc(session::Column::Id);
        Ok(open.all(&self.read).await?)
    }

    /// What happened to an account, the latest first; `before` is the last of the page before.
    pub async fn account_events(
        &self,
        account: Uuid,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<account_event::Model>> {
        let mut events = account_event::Entity::find()
            .filter(account_event::Column::AccountId.eq(account))
            .order_by_desc(account_event::Column::Id)
            .limit(limit);
        if let Some(before) = before {
            events = events.filter(account_event::Column::Id.lt(before));
        }
        Ok(events.all(&self.read).await?)
    }

    /// Until when any of these buckets is blocked.
    pub async fn blocked_until(&self, buckets: &[&str]) -> Result<Option<DateTime<Utc>>> {
        let rows = sign_in_guard::Entity::find()
            .filter(sign_in_guard::Column::Bucket.is_in(buckets.iter().copied()))
            .all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|row| row.blocked_until).max())
    }
}

impl Tx {
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

    /// Ends an account's session of this id; answers whether it was open.
    pub async fn end_session_of(&self, account: Uuid, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
        let ended = session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(now))
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::ExpiresAt.gt(now))
            .exec(&self.0)
            .await?;
        Ok(ended.rows_affected > 0)
    }

    /// Ends the sessions of an account, but for one; answers how many.
    pub async fn end_sessions(&self, account: Uuid, but: Option<&str>, now: DateTime<Utc>) -> Result<u64> {
        let mut ended = session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(now))
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::ExpiresAt.gt(now));
        if let Some(but) = but {
            ended = ended.filter(session::Column::TokenHash.ne(but));
        }
        Ok(ended.exec(&self.0).await?.rows_affected)
    }

    /// Ends the tokens of an account's platforms.
    pub async fn end_tokens(&self, account: Uuid, now: DateTime<Utc>) -> Result<()> {
        api_token::Entity::update_many()
            .col_expr(api_token::Column::EndedAt, Expr::value(now))
            .filter(api_token::Column::AccountId.eq(account))
            .filter(api_token::Column::EndedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Notes that a session was used.
    pub async fn see_session(&self, token_hash: &str, now: DateTime<Utc>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(now))
            .filter(session::Column::TokenHash.eq(token_hash))
            .filter(session::Column::SeenAt.lt(now))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Keeps a second factor's secret with a session until it is confirmed, or forgets it.
    pub async fn keep_enrolment(&self, token_hash: &str, sealed: Option<String>) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::EnrolmentSealed, Expr::value(sealed))
            .filter(session::Column::TokenHash.eq(token_hash))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Whether an account signed in before, and whether so on this device.
    pub async fn signed_in_before(&self, account: Uuid, device: &str) -> Result<(bool, bool)> {
        let before = session::Entity::find()
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::State.eq(SessionState::Full))
            .limit(1);
        let here = before.clone().filter(session::Column::Device.eq(device));
        Ok((before.one(&self.0).await?.is_some(), here.one(&self.0).await?.is_some()))
    }

    /// The account with this id.
    pub async fn account(&self, id: Uuid) -> Result<account::Model> {
        account::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("account"))
    }

    /// Sets the hash of an account's password; `changed_at` where the password itself changed.
    pub async fn set_password(&self, id: Uuid, hash: &str, changed_at: Option<DateTime<Utc>>) -> Result<()> {
        let mut set = account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(hash))
            .filter(account::Column::Id.eq(id));
        if changed_at.is_some() {
            set = set.col_expr(account::Column::PasswordChangedAt, Expr::value(changed_at));
        }
        set.exec(&self.0).await?;
        Ok(())
    }

    /// Sets or takes off an account's second factor, with the last step that was used.
    pub async fn set_totp(&self, id: Uuid, sealed: Option<String>, step: Option<i64>) -> Result<()> {
        account::Entity::update_many()
            .col_expr(account::Column::TotpSealed, Expr::value(sealed))
            .col_expr(account::Column::TotpStep, Expr::value(step))
            .filter(account::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Uses a step of an account's second factor; answers whether it or a later one was not used before.
    pub async fn use_totp_step(&self, id: Uuid, step: i64) -> Result<bool> {
        let later = Condition::any().add(account::Column::TotpStep.is_null()).add(account::Column::TotpStep.lt(step));
        let used = account::Entity::update_many()
            .col_expr(account::Column::TotpStep, Expr::value(step))
            .filter(account::Column::Id.eq(id))
            .filter(later)
            .exec(&self.0)
            .await?;
        Ok(used.rows_affected > 0)
    }

    /// Closes an account; answers whether it was open.
    pub async fn close_account(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
        let closed = account::Entity::update_many()
            .col_expr(account::Column::ClosedAt, Expr::value(Some(now)))
            .filter(account::Column::Id.eq(id))
            .filter(account::Column::ClosedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(closed.rows_affected > 0)
    }

    /// The failures in a bucket. Whoever looks at the same bucket at once waits for this unit of work.
    pub async fn guarded(&self, bucket: &str, now: DateTime<Utc>) -> Result<sign_in_guard::Model> {
        let row = sign_in_guard::Model { bucket: bucket.to_owned(), failures: 0, blocked_until: now, failed_at: now };
        let own = Expr::col((sign_in_guard::Entity, sign_in_guard::Column::Failures));
        let there =
            OnConflict::column(sign_in_guard::Column::Bucket).value(sign_in_guard::Column::Failures, own).to_owned();
        let insert = sign_in_guard::Entity::insert(row.into_active_model()).on_conflict(there);
        Ok(insert.exec_with_returning(&self.0).await?)
    }

    /// Sets the failures in a bucket.
    pub async fn set_guarded(&self, row: sign_in_guard::Model) -> Result<()> {
        let bucket = row.bucket.clone();
        sign_in_guard::Entity::update_many()
            .set(row.into_active_model().reset_all())
            .filter(sign_in_guard::Column::Bucket.eq(bucket))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Forgets a bucket.
    pub async fn clear_guarded(&self, bucket: &str) -> Result<()> {
        let there = sign_in_guard::Entity::delete_many().filter(sign_in_guard::Column::Bucket.eq(bucket));
        there.exec(&self.0).await?;
        Ok(())
    }

    /// Forgets the buckets without a failure since `then`.
    pub async fn forget_guarded(&self, then: DateTime<Utc>) -> Result<()> {
        let old = sign_in_guard::Entity::delete_many().filter(sign_in_guard::Column::FailedAt.lt(then));
        old.exec(&self.0).await?;
        Ok(())
    }

    /// Adds a recovery; codes that were made before are worth nothing.
    pub async fn add_recovery(&self, row: recovery::Model) -> Result<()> {
        recovery::Entity::update_many()
            .col_expr(recovery::Column::ExpiresAt, Expr::value(row.created_at))
            .filter(recovery::Column::AccountId.eq(row.account_id))
            .filter(recovery::Column::ExpiresAt.gt(row.created_at))
            .exec(&self.0)
            .await?;
        recovery::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Uses the recovery of a code, once; answers whether it could be.
    pub async fn use_recovery(&self, account: Uuid, code_hash: &str, now: DateTime<Utc>) -> Result<bool> {
        let used = recovery::Entity::update_many()
            .col_expr(recovery::Column::UsedAt, Expr::value(Some(now)))
            .filter(recovery::Column::AccountId.eq(account))
            .filter(recovery::Column::CodeHash.eq(code_hash))
            .filter(recovery::Column::ExpiresAt.gt(now))
            .filter(recovery::Column::UsedAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(used.rows_affected > 0)
    }

    /// Notes what happened to an account.
    pub async fn add_account_event(&self, row: account_event::Model) -> Result<()> {
        account_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
