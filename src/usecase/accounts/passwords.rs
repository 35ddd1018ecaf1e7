//! Passwords: how they are compared and kept, and which are refused.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::error::{Error, Problem, Result};
use crate::store::entity::account;
use crate::usecase::accounts::events;
use crate::usecase::accounts::guard::Guard;
use crate::usecase::accounts::sessions::{Known, fingerprint};
use crate::usecase::pace::Client;

/// Checked when the login does not exist, so that a miss takes as long as a hit.
pub static NOBODY: LazyLock<String> = LazyLock::new(|| hash_with("nobody", &[0; 16]).unwrap_or_default());

const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// What is left of a password without the words that everybody tries first must be at least so long.
const LEFT: usize = 6;

/// Words that everybody tries first, beside the name of the account.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssw0rd",
    "administrator",
    "admin",
    "clinic",
    "zhensuo",
    "mima",
    "welcome",
    "letmein",
    "iloveyou",
    "woaini",
    "monkey",
    "dragon",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx",
    "qazwsx",
    "abc123",
    "abcdef",
    "a123456",
    "1234567890",
    "123456789",
    "12345678",
    "123456",
    "1234",
    "0987654321",
    "987654321",
    "654321",
    "5201314",
    "666666",
    "888888",
    "000000",
    "111111",
    "诊所",
    "密码",
    "备案",
];

/// What is wrong with a new password. No rule about kinds of characters: length is what counts.
pub fn defects(password: &str, login: &str, name: &str) -> Vec<Problem> {
    let wrong = |zh: &str, en: &str| vec![Problem::new("/password", zh, en)];
    let length = password.chars().count();
    if length < SHORTEST {
        return wrong(
            "密码至少12个字符；可以用几个不相干的词连起来。",
            "A password has at least 12 characters; a few unrelated words will do.",
        );
    }
    if length > LONGEST {
        return wrong("密码最多200个字符。", "A password has at most 200 characters.");
    }
    let mut left = password.to_lowercase();
    let (login, name) = (login.to_lowercase(), name.to_lowercase());
    let own = [login.as_str(), name.as_str()].into_iter().filter(|word| word.chars().count() >= 2);
    for word in own.chain(COMMON.iter().copied()) {
        left = left.replace(word, "");
    }
    let mut kinds: Vec<char> = left.chars().filter(|c| c.is_alphanumeric()).collect();
    let long_enough = kinds.len() >= LEFT;
    kinds.sort_unstable();
    kinds.dedup();
    if long_enough && kinds.len() >= 4 {
        return vec![];
    }
    wrong(
        "这个密码容易被猜到，请换一个；不要用登录名、名称、连续数字或者常见的词。",
        "This password is easily guessed; choose another, without your login, your name, runs of digits or common words.",
    )
}

/// A password as it is compared: the same keys pressed on another machine must give the same text (RFC 8265).
pub fn normalised(password: &str) -> String {
    password.trim().nfc().collect()
}

fn hash_with(password: &str, salt: &[u8]) -> Result<String> {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    Ok(hashed.map_err(|e| anyhow::anyhow!("hashing failed: {e}"))?.to_string())
}

pub async fn hash(app: &App, password: String) -> Result<String> {
    let salt = app.clock.random::<16>()?;
    costly(app, move || hash_with(&password, &salt)).await?
}

/// Whether a hash is cheaper to try than those we make now.
pub fn cheap(stored: &str) -> bool {
    let params = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
    let now = Params::DEFAULT;
    params.is_none_or(|old| old.m_cost() < now.m_cost() || old.t_cost() < now.t_cost() || old.p_cost() < now.p_cost())
}

pub async fn verify(app: &App, stored: String, password: String) -> Result<bool> {
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

/// Changes one's own password. The other sessions end.
///
/// # Errors
/// `Invalid` with every defect, also when the old password is wrong; `Paused` after too many.
pub async fn change(app: &App, known: &Known, client: &Client, old: &str, new: &str) -> Result<()> {
    let new = normalised(new);
    let account = &known.account;
    let problems = defects(&new, &account.login, &account.display_name);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    own(app, account, client, old).await?;
    let hash = hash(app, new).await?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    tx.set_password(account.id, &hash, Some(now)).await?;
    tx.end_sessions(account.id, Some(&known.session.token_hash), now).await?;
    events::note(app, &tx, account.id, AccountEvent::PasswordChanged, "", Some(account)).await?;
    tx.commit().await
}

/// Asks somebody who is signed in for the password once more.
///
/// # Errors
/// `Invalid` when it is wrong; `Paused` after too many.
pub async fn own(app: &App, account: &account::Model, client: &Client, password: &str) -> Result<()> {
    let guard = Guard::of(app, &account.login, client);
    guard.look(app).await?;
    let good = verify(app, account.password_hash.clone(), normalised(password)).await?;
    let tx = app.store.begin().await?;
    let entered = guard.enter(app, &tx).await?;
    if good {
        entered.succeeded(&tx).await?;
        return tx.commit().await;
    }
    if entered.failed(app, &tx).await? {
        events::note(app, &tx, account.id, AccountEvent::FailedOften, "", None).await?;
    }
    tx.commit().await?;
    Err(Error::field("/current", "现在的密码不正确。", "The current password is wrong."))
}

/// The hash of a code that is as hard to guess as a token.
pub fn of_code(code: &str) -> String {
    fingerprint(code)
}
