//! 消息: what the owner of clinics was told. His clerks read along; only his own reading takes a message off the unread.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Capacity, Role};
use crate::error::{Error, Result};
use crate::store::entity::message;

fn allowed(actor: &Actor) -> Result<()> {
    if actor.role == Role::Clinic { Ok(()) } else { Err(Error::Forbidden) }
}

/// How many messages are unread.
///
/// # Errors
/// `Forbidden` for who owns no clinics.
pub async fn unread(app: &App, actor: &Actor) -> Result<u64> {
    allowed(actor)?;
    app.store.unread_messages(actor.owner.0).await
}

/// Messages, the latest first: those read or unread alone, where asked; one more than `limit` when there are more.
///
/// # Errors
/// As [`unread`].
pub async fn list(
    app: &App,
    actor: &Actor,
    unread: Option<bool>,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<message::Model>> {
    allowed(actor)?;
    app.store.messages(actor.owner.0, unread, before, limit + 1).await
}

/// Opens a message; whoever it is for has read it then.
///
/// # Errors
/// As [`unread`]; `NotFound` when it is somebody else's.
pub async fn read(app: &App, actor: &Actor, id: Uuid) -> Result<message::Model> {
    allowed(actor)?;
    let row = app.store.message(actor.owner.0, id).await?;
    if row.read_at.is_some() || actor.capacity != Capacity::Holder {
        return Ok(row);
    }
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    tx.read_messages(actor.owner.0, Some(id), now).await?;
    tx.commit().await?;
    Ok(message::Model { read_at: Some(now), ..row })
}

/// Takes every message for read.
///
/// # Errors
/// As [`unread`].
pub async fn read_all(app: &App, actor: &Actor) -> Result<()> {
    allowed(actor)?;
    if actor.capacity != Capacity::Holder {
        return Ok(());
    }
    let tx = app.store.begin().await?;
    tx.read_messages(actor.owner.0, None, app.clock.now()).await?;
    tx.commit().await
}
