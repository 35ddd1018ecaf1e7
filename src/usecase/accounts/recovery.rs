//! Recovery by the office: who lost password or authenticator gets a code from somebody who knows him, by another way than the
//! net. It is good once, for a day; nothing of it but its hash is kept.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::domain::actor::Actor;
use crate::error::{Error, Problem, Result};
use crate::store::entity::{account, recovery};
use crate::usecase::accounts::guard::Guard;
use crate::usecase::accounts::people::Which;
use crate::usecase::accounts::sign_in::refused;
use crate::usecase::accounts::{HOLDING, events, passwords, people};
use crate::usecase::pace::Client;

/// How long a code is good.
const GOOD: TimeDelta = TimeDelta::hours(24);

/// Without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code, to be told to its person alone. The only moment it is known.
pub struct Made {
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

/// Makes a code for somebody else's account: an administrator for any, an office for clinics that filed with it.
///
/// # Errors
/// `Forbidden` for other roles and for one's own account; `NotFound`; `Invalid` without a reason.
pub async fn make(app: &App, actor: &Actor, which: Which<'_>, reason: &str) -> Result<Made> {
    let account = open(people::found(app, actor, which).await?)?;
    made(app, account, Some(actor), reason).await
}

/// The same from the server's console, for the first administrator.
///
/// # Errors
/// `NotFound`; `Invalid` without a reason.
pub async fn make_at_console(app: &App, login: &str, reason: &str) -> Result<Made> {
    let account = app.store.account_by_login(login).await?;
    // Nobody signs in to what waits to be handed over.
    let account = account.filter(|row| !row.login.starts_with(HOLDING)).ok_or(Error::NotFound("account"))?;
    made(app, open(account)?, None, reason).await
}

/// An account that was not closed.
fn open(account: account::Model) -> Result<account::Model> {
    if account.closed_at.is_none() { Ok(account) } else { Err(Error::NotFound("account")) }
}

async fn made(app: &App, account: account::Model, actor: Option<&Actor>, reason: &str) -> Result<Made> {
    let reason = people::reasoned(reason)?;
    let code = draw(app)?;
    let now = app.clock.now();
    let row = recovery::Model {
        id: app.clock.new_id(),
        account_id: account.id,
        code_hash: passwords::of_code(&code),
        issuer_id: actor.map(|actor| actor.id.0),
        issuer_name: actor.map_or("系统维护", |actor| actor.name.as_str()).to_owned(),
        reason: reason.to_owned(),
        created_at: now,
        expires_at: now + GOOD,
        used_at: None,
    };
    let expires_at = row.expires_at;
    let tx = app.store.begin().await?;
    let by = match actor {
        Some(actor) => Some(tx.account(actor.id.0).await?),
        None => None,
    };
    events::note(app, &tx, account.id, AccountEvent::RecoveryMade, reason, by.as_ref()).await?;
    tx.add_recovery(row).await?;
    tx.commit().await?;
    Ok(Made { code: grouped(&code), expires_at })
}

/// A code that nobody guesses, to be typed once.
pub(super) fn draw(app: &App) -> Result<String> {
    Ok(app.clock.random::<20>()?.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}

/// A code as it is shown.
pub(super) fn grouped(code: &str) -> String {
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}

/// Sets a new password by a code. The second factor is off, every session and every token ends.
///
/// # Errors
/// `Credentials` when login or code is wrong, which of them is not told; `Invalid` when the password does not do; `Paused`
/// after too many.
pub async fn recover(app: &App, client: &Client, login: &str, code: &str, password: &str) -> Result<()> {
    let login = login.trim();
    let guard = Guard::of(app, login, client);
    guard.look(app).await?;
    let password = passwords::normalised(password);
    // Before the code is looked at, so that it is not used up; what else is the account's own comes later.
    let mut problems = passwords::defects(app, &password, &[login]).await?;
    if login.is_empty() {
        problems.push(Problem::new("/login", "请填写登录名。", "Give the login name."));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let account = app.store.account_by_login(login).await?.filter(|row| row.closed_at.is_none());
    let problems = match &account {
        Some(account) => passwords::defects_for(app, &password, account).await?,
        None => vec![],
    };
    let hash = passwords::hash(app, password.clone()).await?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let entered = guard.enter(app, &tx).await?;
    let used = match &account {
        Some(account) => tx.use_recovery(account.id, &passwords::of_code(&normalised(code)), now).await?,
        None => false,
    };
    let Some(account) = account.filter(|_| used) else {
        return Err(refused(app, tx, entered, None, Error::Credentials).await?);
    };
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    entered.succeeded(&tx).await?;
    tx.set_password(account.id, &hash, Some(now)).await?;
    tx.set_totp(account.id, None, None).await?;
    tx.end_sessions(account.id, None, now).await?;
    tx.end_tokens(account.id, now).await?;
    events::note(app, &tx, account.id, AccountEvent::RecoveryUsed, "", Some(&account)).await?;
    tx.commit().await
}

/// A code as it was typed: case, blanks and hyphens do not matter, and what looks like a digit is one.
pub(super) fn normalised(code: &str) -> String {
    let letter = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    code.chars().filter(char::is_ascii_alphanumeric).take(40).map(letter).collect()
}
