//! What happened to an account: told to its holder, never with a secret.

use uuid::Uuid;

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::domain::actor::Actor;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{account, account_event};

/// Notes what happened to an account, and who did it; nobody: whoever tried to sign in.
///
/// # Errors
/// What the store answers.
pub async fn note(
    app: &App,
    tx: &Tx,
    of: Uuid,
    kind: AccountEvent,
    detail: &str,
    by: Option<&account::Model>,
) -> Result<()> {
    let by = by.map(|by| (by.id, by.display_name.as_str()));
    add(app, tx, of, kind, detail, by).await
}

/// Notes what somebody did with his own account.
///
/// # Errors
/// What the store answers.
pub async fn own(app: &App, tx: &Tx, actor: &Actor, kind: AccountEvent, detail: &str) -> Result<()> {
    add(app, tx, actor.id.0, kind, detail, Some((actor.id.0, &actor.name))).await
}

async fn add(app: &App, tx: &Tx, of: Uuid, kind: AccountEvent, detail: &str, by: Option<(Uuid, &str)>) -> Result<()> {
    let row = account_event::Model {
        id: app.clock.new_id(),
        account_id: of,
        kind: kind.code(),
        detail: detail.to_owned(),
        actor_id: by.map(|(id, _)| id),
        actor_name: by.map(|(_, name)| name.to_owned()).unwrap_or_default(),
        at: app.clock.now(),
    };
    tx.add_account_event(row).await
}

/// What happened to one's own account, the latest first.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, actor: &Actor, before: Option<Uuid>, limit: u64) -> Result<Vec<account_event::Model>> {
    app.store.account_events(actor.id.0, before, limit).await
}
