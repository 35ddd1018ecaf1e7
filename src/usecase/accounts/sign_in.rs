//! Signing in: the password, then the second factor where the account has or needs one.

use crate::app::App;
use crate::domain::access::{AccountEvent, Door, SessionState};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::account;
use crate::usecase::accounts::events;
use crate::usecase::accounts::guard::{Entered, Guard};
use crate::usecase::accounts::passwords::{self, NOBODY};
use crate::usecase::accounts::second_factor;
use crate::usecase::accounts::sessions::{Opened, fingerprint, known, may_come, open_session};
use crate::usecase::pace::Client;

/// From where somebody signs in.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    pub client: &'a Client,
    pub door: Door,
    /// The browser's family.
    pub device: &'a str,
}

/// Signs in by name and password, and by a code of the second factor where one is given. On pages, a session that is
/// `pending` leads to the second factor; through the API the code comes along.
///
/// # Errors
/// `Credentials` when name or password is wrong, which of them is not told; `Paused` after too many; through the API
/// `SecondFactor` and `Enrolment`.
pub async fn sign_in(app: &App, visit: &Visit<'_>, login: &str, password: &str, code: Option<&str>) -> Result<Opened> {
    let login = login.trim();
    let password = passwords::normalised(password);
    let guard = Guard::of(app, login, visit.client);
    guard.look(app).await?;
    let account = app.store.account_by_login(login).await?;
    let stored = account.as_ref().map_or_else(|| NOBODY.clone(), |row| row.password_hash.clone());
    let good = passwords::verify(app, stored, password.clone()).await?;
    let tx = app.store.begin().await?;
    let entered = guard.enter(app, &tx).await?;
    let Some(account) = account.filter(|row| may_come(app, row)) else {
        return Err(refused(app, tx, entered, None, Error::Credentials).await?);
    };
    if !good {
        return Err(refused(app, tx, entered, Some(&account), Error::Credentials).await?);
    }
    let rehashed = account.id;
    let weak = !account.demonstration && passwords::cheap(&account.password_hash);
    let opened = match (account.totp_sealed.clone(), code) {
        (Some(sealed), Some(code)) => {
            if !second_factor::uses(app, &tx, account.id, &sealed, code).await? {
                return Err(refused(app, tx, entered, Some(&account), Error::SecondFactor).await?);
            }
            entered.succeeded(&tx).await?;
            whole(app, &tx, account, visit).await?
        }
        (Some(_), None) if visit.door == Door::Api => return Err(Error::SecondFactor),
        (None, _) if visit.door == Door::Api && second_factor::required(&account) => return Err(Error::Enrolment),
        _ => {
            let opened = admit(app, &tx, account, visit).await?;
            // A password alone does not forgive wrong codes.
            match opened.state {
                SessionState::Full => entered.succeeded(&tx).await?,
                SessionState::Pending => entered.left(&tx).await?,
            }
            opened
        }
    };
    tx.commit().await?;
    if weak {
        let hash = passwords::hash(app, password).await?;
        let tx = app.store.begin().await?;
        tx.set_password(rehashed, &hash, None).await?;
        tx.commit().await?;
    }
    Ok(opened)
}

/// Opens a session for somebody who proved one thing, by password or at another provider: `pending` where the account has or
/// needs a second factor.
///
/// # Errors
/// What the store answers.
pub async fn admit(app: &App, tx: &Tx, account: account::Model, visit: &Visit<'_>) -> Result<Opened> {
    if account.totp_sealed.is_some() {
        return open_session(app, tx, account, visit.door, visit.device, SessionState::Pending).await;
    }
    if second_factor::required(&account) {
        let opened = open_session(app, tx, account, visit.door, visit.device, SessionState::Pending).await?;
        tx.keep_enrolment(&fingerprint(&opened.token), Some(second_factor::drawn(app)?)).await?;
        return Ok(opened);
    }
    whole(app, tx, account, visit).await
}

/// The second step on pages: a code makes a pending session a full one, under another token.
///
/// # Errors
/// `Unauthenticated` without a pending session; `SecondFactor` when the code is wrong or was used; `Enrolment` when there is
/// none to give; `Paused` after too many.
pub async fn second_step(app: &App, visit: &Visit<'_>, token: &str, code: &str) -> Result<Opened> {
    let account = known(app, token, SessionState::Pending).await?.account;
    let sealed = account.totp_sealed.clone().ok_or(Error::Enrolment)?;
    let guard = Guard::of(app, &account.login, visit.client);
    let tx = app.store.begin().await?;
    let entered = guard.enter(app, &tx).await?;
    if !second_factor::uses(app, &tx, account.id, &sealed, code).await? {
        return Err(refused(app, tx, entered, Some(&account), Error::SecondFactor).await?);
    }
    entered.succeeded(&tx).await?;
    tx.end_session(&fingerprint(token), app.clock.now()).await?;
    let opened = whole(app, &tx, account, visit).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Opens a full session, and notes a device that was not seen before.
pub(super) async fn whole(app: &App, tx: &Tx, account: account::Model, visit: &Visit<'_>) -> Result<Opened> {
    let (before, here) = tx.signed_in_before(account.id, visit.device).await?;
    if before && !here {
        let at = if visit.device.is_empty() { visit.door.zh() } else { visit.device };
        events::note(app, tx, account.id, AccountEvent::NewDevice, at, Some(&account)).await?;
    }
    open_session(app, tx, account, visit.door, visit.device, SessionState::Full).await
}

/// Counts a failure, and ends the unit of work with it.
pub(super) async fn refused(
    app: &App,
    tx: Tx,
    entered: Entered,
    account: Option<&account::Model>,
    why: Error,
) -> Result<Error> {
    tracing::warn!("a sign-in failed");
    let often = entered.failed(app, &tx).await?;
    if let Some(account) = account.filter(|_| often) {
        events::note(app, &tx, account.id, AccountEvent::FailedOften, "", None).await?;
    }
    tx.commit().await?;
    Ok(why)
}
