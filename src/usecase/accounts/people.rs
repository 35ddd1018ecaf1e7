//! The accounts that an office answers for: an administrator for all of them, an office for the clinics that filed with it.
//! It looks after them; what is behind them stays their holders'.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::domain::actor::{Actor, Role};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::account;
use crate::store::idempotency::Once;
pub use crate::store::people::Which;
use crate::usecase::accounts::{HOLDING, events, guard};

/// Characters of what is looked for.
const SOUGHT: std::ops::RangeInclusive<usize> = 2..=60;

/// Characters of a reason.
pub const REASON: std::ops::RangeInclusive<usize> = 4..=200;

/// Most accounts that are shown at once: whoever has more before him looks for more of the name.
pub const MOST: u64 = 20;

/// How an account stands.
pub struct Person {
    pub account: account::Model,
    /// As far as sessions are kept.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Sessions that are open now.
    pub sessions: usize,
    /// Until when nobody signs in, after too many failures.
    pub waits_until: Option<DateTime<Utc>>,
}

/// Whether a role looks after accounts at all.
pub const fn may(role: Role) -> bool {
    matches!(role, Role::Admin | Role::Officer | Role::Approver)
}

fn allowed(actor: &Actor) -> Result<()> {
    if may(actor.role) { Ok(()) } else { Err(Error::Forbidden) }
}

/// What was found.
pub struct Found {
    pub accounts: Vec<account::Model>,
    /// There are more than are shown.
    pub more: bool,
}

/// Finds accounts by a part of login or name.
///
/// # Errors
/// `Forbidden` for roles that look after none; `Invalid` when too little or too much is asked.
pub async fn find(app: &App, actor: &Actor, sought: &str) -> Result<Found> {
    allowed(actor)?;
    let sought = sought.trim();
    if !SOUGHT.contains(&sought.chars().count()) {
        let zh = "请输入登录名或者名称中的2至60个字。";
        return Err(Error::field("/sought", zh, "Give 2 to 60 characters of the login name or the name."));
    }
    let mut accounts = app.store.people(actor, sought, MOST + 1, HOLDING).await?;
    let more = accounts.len() as u64 > MOST;
    accounts.truncate(MOST as usize);
    accounts.retain(|row| row.id != actor.id.0);
    Ok(Found { accounts, more })
}

/// How an account stands.
///
/// # Errors
/// `Forbidden` for roles that look after none, and for one's own; `NotFound` outside the actor's scope.
pub async fn view(app: &App, actor: &Actor, which: Which<'_>) -> Result<Person> {
    let account = found(app, actor, which).await?;
    let now = app.clock.now();
    Ok(Person {
        signed_in_at: app.store.last_signed_in(account.id).await?,
        sessions: app.store.sessions_of(account.id, now).await?.len(),
        waits_until: guard::waits_until(app, &account.login).await?,
        account,
    })
}

/// An account within the actor's scope, but his own.
pub(super) async fn found(app: &App, actor: &Actor, which: Which<'_>) -> Result<account::Model> {
    allowed(actor)?;
    let own = match which {
        Which::Id(id) => id == actor.id.0,
        Which::Login(login) => app.store.account_by_login(login).await?.is_some_and(|row| row.id == actor.id.0),
    };
    if own {
        return Err(Error::Forbidden);
    }
    app.store.person(actor, which, HOLDING).await
}

/// Closes an account: nobody signs in with it, its sessions and tokens end. What it did stays. To close it again changes
/// nothing.
///
/// # Errors
/// As [`view`]; `Invalid` without a reason.
pub async fn close(app: &App, actor: &Actor, which: Which<'_>, reason: &str, once: Option<&Once>) -> Result<Person> {
    let account = found(app, actor, which).await?;
    let reason = reasoned(reason)?;
    let tx = app.store.begin().await?;
    let account = tx.person(actor, Which::Id(account.id), HOLDING).await?;
    let earlier = match once {
        Some(once) => tx.claim(once, account.id, app.clock.now()).await?,
        None => None,
    };
    if earlier.is_none() {
        let by = tx.account(actor.id.0).await?;
        closed(app, &tx, &account, reason, Some(&by)).await?;
    }
    tx.commit().await?;
    view(app, actor, Which::Id(account.id)).await
}

/// Closes an account, by somebody or from the server's console.
pub(super) async fn closed(
    app: &App,
    tx: &Tx,
    account: &account::Model,
    reason: &str,
    by: Option<&account::Model>,
) -> Result<()> {
    let now = app.clock.now();
    if tx.close_account(account.id, now).await? {
        tx.end_sessions(account.id, None, now).await?;
        tx.end_tokens(account.id, now).await?;
        tx.remove_contacts(account.id, None).await?;
        events::note(app, tx, account.id, AccountEvent::Closed, reason, by).await?;
    }
    Ok(())
}

/// A reason that says something.
pub(super) fn reasoned(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if REASON.contains(&reason.chars().count()) {
        return Ok(reason);
    }
    Err(Error::field("/reason", "请写明原因，4至200个字。", "Give the reason, 4 to 200 characters."))
}
