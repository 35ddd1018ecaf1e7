//! Sessions: opened by whoever proved who he is, good for a while.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::access::{AccountEvent, Door, SessionState};
use crate::domain::actor::{Actor, Role};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{account, session};
use crate::usecase::accounts::{actor_of, events, members};

/// How long a session lasts, whatever happens in it.
const SESSION: TimeDelta = TimeDelta::hours(12);

/// How long the second factor may take.
const PENDING: TimeDelta = TimeDelta::minutes(10);

/// How long an office's browser may be left alone.
const IDLE: TimeDelta = TimeDelta::minutes(60);

/// A use is noted only if the last one is so long ago.
const SEEN: TimeDelta = TimeDelta::minutes(1);

/// A session that was just opened: the only moment its token is known.
pub struct Opened {
    pub token: String,
    pub state: SessionState,
    pub expires_at: DateTime<Utc>,
    pub actor: Actor,
}

/// Opens a session for somebody who proved to be the account's holder.
///
/// # Errors
/// What the store answers.
pub async fn open_session(
    app: &App,
    tx: &Tx,
    account: account::Model,
    door: Door,
    device: &str,
    state: SessionState,
) -> Result<Opened> {
    let token = format!("cln_{}", BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?));
    let created_at = app.clock.now();
    let expires_at = created_at
        + match state {
            SessionState::Pending => PENDING,
            SessionState::Full => SESSION,
        };
    let row = session::Model {
        token_hash: fingerprint(&token),
        id: app.clock.new_id(),
        account_id: account.id,
        state,
        door,
        device: device.to_owned(),
        created_at,
        seen_at: created_at,
        expires_at,
        enrolment_sealed: None,
    };
    tx.add_session(row).await?;
    Ok(Opened { token, state, expires_at, actor: actor_of(account) })
}

/// Signs out: the token is worth nothing from now on.
///
/// # Errors
/// What the store answers.
pub async fn sign_out(app: &App, token: &str) -> Result<()> {
    let tx = app.store.begin().await?;
    tx.end_session(&fingerprint(token), app.clock.now()).await?;
    tx.commit().await
}

/// A session that is open, and whose it is.
pub struct Known {
    pub session: session::Model,
    pub account: account::Model,
}

/// Who holds this token, in a session that has come so far.
///
/// # Errors
/// `Unauthenticated` when nobody does, or no longer.
pub async fn known(app: &App, token: &str, state: SessionState) -> Result<Known> {
    let (hash, now) = (fingerprint(token), app.clock.now());
    let found = app.store.session(&hash, now).await?;
    let found = found.filter(|(session, account)| session.state == state && may_come(app, account));
    let (session, account) =
        found.filter(|(session, account)| !idle(session, account, now)).ok_or(Error::Unauthenticated)?;
    if now - session.seen_at >= SEEN {
        // Whoever may read goes on reading while nothing can be written.
        if let Err(error) = see(app, &hash, now).await {
            tracing::warn!(%error, "a session's use could not be noted");
        }
    }
    Ok(Known { session, account })
}

async fn see(app: &App, hash: &str, now: DateTime<Utc>) -> Result<()> {
    let tx = app.store.begin().await?;
    tx.see_session(hash, now).await?;
    tx.commit().await
}

/// Whether an account may sign in at all.
pub fn may_come(app: &App, account: &account::Model) -> bool {
    account.closed_at.is_none() && (app.settings.demonstration || !account.demonstration)
}

/// Whether a browser of an office was left alone for too long.
fn idle(session: &session::Model, account: &account::Model, now: DateTime<Utc>) -> bool {
    session.door == Door::Portal && account.role != Role::Clinic && now - session.seen_at > IDLE
}

/// Who holds this token.
///
/// # Errors
/// `Unauthenticated` when nobody does, or no longer.
pub async fn actor(app: &App, token: &str) -> Result<Actor> {
    members::acting(app, known(app, token, SessionState::Full).await?.account).await
}

/// One's own sessions that are open, the latest first.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<session::Model>> {
    app.store.sessions_of(actor.id.0, app.clock.now()).await
}

/// Ends one of one's own sessions.
///
/// # Errors
/// `NotFound` when there is no such session, or it has ended.
pub async fn end(app: &App, actor: &Actor, id: Uuid) -> Result<()> {
    let tx = app.store.begin().await?;
    if !tx.end_session_of(actor.id.0, id, app.clock.now()).await? {
        return Err(Error::NotFound("session"));
    }
    let account = tx.account(actor.id.0).await?;
    events::note(app, &tx, account.id, AccountEvent::SessionEnded, "", Some(&account)).await?;
    tx.commit().await
}

/// Ends every other session of one's own.
///
/// # Errors
/// What the store answers.
pub async fn end_others(app: &App, known: &Known) -> Result<()> {
    let account = &known.account;
    let tx = app.store.begin().await?;
    if tx.end_sessions(account.id, Some(&known.session.token_hash), app.clock.now()).await? > 0 {
        events::note(app, &tx, account.id, AccountEvent::SessionEnded, "", Some(account)).await?;
    }
    tx.commit().await
}

/// What is kept of a token.
pub fn fingerprint(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}
