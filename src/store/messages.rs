//! What owners are told: messages, the addresses they go to, and what is on its way.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::message::Channel;
use crate::error::{Error, Result};
use crate::store::entity::{account, contact, delivery, member, message};
use crate::store::{Store, Tx};

fn of(owner: Uuid) -> Select<message::Entity> {
    message::Entity::find().filter(message::Column::OwnerId.eq(owner))
}

impl Store {
    /// Messages to an owner, the latest first: only those read or unread, where asked; `before` is the last of the page
    /// before.
    pub async fn messages(
        &self,
        owner: Uuid,
        unread: Option<bool>,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<message::Model>> {
        let mut find = of(owner).order_by_desc(message::Column::Id).limit(limit);
        if let Some(unread) = unread {
            let at = message::Column::ReadAt;
            find = find.filter(if unread { at.is_null() } else { at.is_not_null() });
        }
        if let Some(before) = before {
            find = find.filter(message::Column::Id.lt(before));
        }
        Ok(find.all(&self.read).await?)
    }

    /// A message to an owner.
    pub async fn message(&self, owner: Uuid, id: Uuid) -> Result<message::Model> {
        let found = of(owner).filter(message::Column::Id.eq(id)).one(&self.read).await?;
        found.ok_or(Error::NotFound("message"))
    }

    /// How many messages an owner has not read.
    pub async fn unread_messages(&self, owner: Uuid) -> Result<u64> {
        Ok(of(owner).filter(message::Column::ReadAt.is_null()).count(&self.read).await?)
    }

    /// The addresses of an account, confirmed or not.
    pub async fn contacts(&self, account: Uuid) -> Result<Vec<contact::Model>> {
        Ok(contact::Entity::find().filter(contact::Column::AccountId.eq(account)).all(&self.read).await?)
    }

    /// When something sent to an address was given up, if that came after all that arrived.
    pub async fn last_given_up(&self, contact: Uuid) -> Result<Option<DateTime<Utc>>> {
        let ended =
            Condition::any().add(delivery::Column::SentAt.is_not_null()).add(delivery::Column::GivenUpAt.is_not_null());
        let last = delivery::Entity::find()
            .filter(delivery::Column::ContactId.eq(contact))
            .filter(ended)
            .order_by_desc(delivery::Column::Id)
            .one(&self.read)
            .await?;
        Ok(last.and_then(|row| row.given_up_at))
    }

    /// What is to be sent, with its message and address; none where it was sent or given up, or the address is gone.
    pub async fn delivery(&self, id: Uuid) -> Result<Option<(delivery::Model, message::Model, contact::Model)>> {
        let row = delivery::Entity::find_by_id(id)
            .filter(delivery::Column::SentAt.is_null())
            .filter(delivery::Column::GivenUpAt.is_null())
            .one(&self.read)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let told = message::Entity::find_by_id(row.message_id).one(&self.read).await?;
        let to = contact::Entity::find_by_id(row.contact_id).one(&self.read).await?;
        Ok(told.zip(to).map(|(told, to)| (row, told, to)))
    }
}

impl Tx {
    /// Adds a message.
    pub async fn add_message(&self, row: message::Model) -> Result<()> {
        message::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Notes that messages of an owner were read: one, or all.
    pub async fn read_messages(&self, owner: Uuid, id: Option<Uuid>, now: DateTime<Utc>) -> Result<()> {
        let mut read = message::Entity::update_many()
            .col_expr(message::Column::ReadAt, Expr::value(now))
            .filter(message::Column::OwnerId.eq(owner))
            .filter(message::Column::ReadAt.is_null());
        if let Some(id) = id {
            read = read.filter(message::Column::Id.eq(id));
        }
        read.exec(&self.0).await?;
        Ok(())
    }

    /// Confirmed addresses of an owner and of who works for him now.
    pub async fn contacts_told(&self, owner: Uuid) -> Result<Vec<contact::Model>> {
        let clerks = Query::select()
            .column(member::Column::AccountId)
            .from(member::Entity)
            .and_where(member::Column::OwnerId.eq(owner))
            .and_where(member::Column::AccountId.is_not_null())
            .and_where(member::Column::EndedAt.is_null())
            .to_owned();
        let open = Query::select()
            .column(account::Column::Id)
            .from(account::Entity)
            .and_where(account::Column::ClosedAt.is_null())
            .to_owned();
        let whose = Condition::any()
            .add(contact::Column::AccountId.eq(owner))
            .add(contact::Column::AccountId.in_subquery(clerks));
        let told = contact::Entity::find()
            .filter(whose)
            .filter(contact::Column::AccountId.in_subquery(open))
            .filter(contact::Column::ConfirmedAt.is_not_null())
            .order_by_asc(contact::Column::Id);
        Ok(told.all(&self.0).await?)
    }

    /// Adds an address; `Conflict` when the account has one of the channel.
    pub async fn add_contact(&self, row: contact::Model) -> Result<()> {
        contact::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// An account's address of a channel.
    pub async fn contact(&self, account: Uuid, channel: Channel) -> Result<contact::Model> {
        let own = contact::Entity::find()
            .filter(contact::Column::AccountId.eq(account))
            .filter(contact::Column::Channel.eq(channel));
        own.one(&self.0).await?.ok_or(Error::NotFound("contact"))
    }

    /// Counts a try to confirm an address, unless it had `most`; answers whether it counts. Who tries at once waits here.
    pub async fn try_contact(&self, id: Uuid, most: i32) -> Result<bool> {
        let tried = contact::Entity::update_many()
            .col_expr(contact::Column::CodeFailures, Expr::col(contact::Column::CodeFailures).add(1))
            .filter(contact::Column::Id.eq(id))
            .filter(contact::Column::ConfirmedAt.is_null())
            .filter(contact::Column::CodeFailures.lt(most))
            .exec(&self.0)
            .await?;
        Ok(tried.rows_affected > 0)
    }

    /// Notes that an address is its account's.
    pub async fn confirm_contact(&self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        contact::Entity::update_many()
            .col_expr(contact::Column::ConfirmedAt, Expr::value(now))
            .col_expr(contact::Column::CodeHash, Expr::value(Option::<String>::None))
            .filter(contact::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Forgets the addresses of an account: of one channel, or all; answers how many.
    pub async fn remove_contacts(&self, account: Uuid, channel: Option<Channel>) -> Result<u64> {
        let mut gone = contact::Entity::delete_many().filter(contact::Column::AccountId.eq(account));
        if let Some(channel) = channel {
            gone = gone.filter(contact::Column::Channel.eq(channel));
        }
        Ok(gone.exec(&self.0).await?.rows_affected)
    }

    /// Adds what is to be sent.
    pub async fn add_delivery(&self, row: delivery::Model) -> Result<()> {
        delivery::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Notes that something was sent, or given up.
    pub async fn end_delivery(&self, id: Uuid, sent: bool, now: DateTime<Utc>) -> Result<()> {
        let at = if sent { delivery::Column::SentAt } else { delivery::Column::GivenUpAt };
        let update = delivery::Entity::update_many().col_expr(at, Expr::value(now));
        update.filter(delivery::Column::Id.eq(id)).exec(&self.0).await?;
        Ok(())
    }
}
