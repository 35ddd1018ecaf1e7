//! Accounts and sessions: sign in, sign out, who am I.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{AccountId, AuthorityId};
use crate::error::{Clash, Error, Result};
use crate::store::entity::{account, authority, session};

/// How long a session lasts, whatever happens in it.
const SESSION: TimeDelta = TimeDelta::hours(12);

/// Checked when the login does not exist, so that a miss takes as long as a hit.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_with("nobody", &[0; 16]).unwrap_or_default());

/// A session that was just opened: the only moment its token is known.
pub struct Opened {
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub actor: Actor,
}

/// Signs in.
///
/// # Errors
/// `Credentials` when name or password is wrong; which of them is not told.
pub async fn sign_in(app: &App, login: &str, password: &str) -> Result<Opened> {
    let password = &normalised(password);
    let account = app.store.account_by_login(login).await?;
    let stored = account.as_ref().map_or_else(|| NOBODY.clone(), |row| row.password_hash.clone());
    let good = verify(app, stored, password.to_owned()).await?;
    let Some(account) = account.filter(|_| good) else {
        tracing::warn!("a sign-in failed");
        return Err(Error::Credentials);
    };
    if account.demonstration && !app.settings.demonstration {
        return Err(Error::Credentials);
    }
    let token = format!("cln_{}", BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?));
    let created_at = app.clock.now();
    let expires_at = created_at + SESSION;
    let tx = app.store.begin().await?;
    let row = session::Model { token_hash: fingerprint(&token), account_id: account.id, created_at, expires_at };
    tx.add_session(row).await?;
    tx.commit().await?;
    Ok(Opened { token, expires_at, actor: actor_of(account) })
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

/// Who holds this token.
///
/// # Errors
/// `Unauthenticated` when nobody does, or no longer.
pub async fn actor(app: &App, token: &str) -> Result<Actor> {
    let account = app.store.account_by_token(&fingerprint(token), app.clock.now()).await?;
    let account = account.filter(|row| app.settings.demonstration || !row.demonstration);
    account.map(actor_of).ok_or(Error::Unauthenticated)
}

/// What a new account needs.
pub struct NewAccount<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub display_name: &'a str,
    pub role: Role,
    pub authority: Option<AuthorityId>,
    pub demonstration: bool,
}

/// Adds an account.
///
/// # Errors
/// `Invalid` with every defect; `Conflict` when the login is taken.
pub async fn create(app: &App, new: NewAccount<'_>) -> Result<AccountId> {
    let mut problems = vec![];
    let password = normalised(new.password);
    if !(3..=40).contains(&new.login.chars().count()) || !new.login.chars().all(|c| c.is_ascii_graphic()) {
        problems.push(crate::error::Problem::new(
            "/login",
            "登录名须为3至40个英文字母、数字或符号。",
            "A login name has 3 to 40 letters, digits or symbols.",
        ));
    }
    if password.chars().count() < 12 {
        problems.push(crate::error::Problem::new(
            "/password",
            "密码至少12个字符。",
            "A password has at least 12 characters.",
        ));
    }
    if new.role.sees_cases() && new.authority.is_none() {
        problems.push(crate::error::Problem::new(
            "/authority",
            "该角色须属于一个备案机关。",
            "This role belongs to an authority.",
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let row = account::Model {
        id: app.clock.new_id(),
        login: new.login.to_owned(),
        password_hash: hash(app, password).await?,
        display_name: new.display_name.to_owned(),
        role: new.role,
        authority_id: new.authority.map(|a| a.0),
        demonstration: new.demonstration,
        created_at: app.clock.now(),
    };
    let id = AccountId(row.id);
    let tx = app.store.begin().await?;
    tx.add_account(row).await?;
    tx.commit().await?;
    Ok(id)
}

/// The account that holds what an authority imported until the clinics take it over. Nobody can sign in with it: its
/// password is drawn at random and told to nobody.
///
/// # Errors
/// What the store answers.
pub async fn holding(app: &App, authority: &authority::Model) -> Result<Uuid> {
    let login = holding_login(&authority.uscc);
    if let Some(account) = app.store.account_by_login(&login).await? {
        return Ok(account.id);
    }
    let password = BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?);
    let name = format!("存量导入待认领（{}）", authority.name);
    let new = NewAccount {
        login: &login,
        password: &password,
        display_name: &name,
        role: Role::Clinic,
        authority: None,
        demonstration: false,
    };
    match create(app, new).await {
        Ok(id) => Ok(id.0),
        // Another worker was first.
        Err(Error::Conflict(Clash::Taken)) => {
            let found = app.store.account_by_login(&login).await?;
            found.map(|account| account.id).ok_or(Error::NotFound("account"))
        }
        Err(error) => Err(error),
    }
}

/// The login of the account that holds what an authority imported.
pub(super) fn holding_login(uscc: &str) -> String {
    format!("holding-{uscc}")
}

/// The actor that an account is.
pub fn actor_of(row: account::Model) -> Actor {
    Actor {
        id: AccountId(row.id),
        name: row.display_name,
        role: row.role,
        authority: row.authority_id.map(AuthorityId),
    }
}

/// A password as it is compared: the same keys pressed on another machine must give the same text (RFC 8265).
fn normalised(password: &str) -> String {
    password.trim().nfc().collect()
}

fn fingerprint(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

fn hash_with(password: &str, salt: &[u8]) -> Result<String> {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    Ok(hashed.map_err(|e| anyhow::anyhow!("hashing failed: {e}"))?.to_string())
}

async fn hash(app: &App, password: String) -> Result<String> {
    let salt = app.clock.random::<16>()?;
    costly(app, move || hash_with(&password, &salt)).await?
}

async fn verify(app: &App, stored: String, password: String) -> Result<bool> {
    costly(app, move || {
        let parsed = PasswordHash::new(&stored);
        parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

async fn costly<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = app.hashing.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
