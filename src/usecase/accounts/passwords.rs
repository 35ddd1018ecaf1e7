//! Passwords: how they are compared and kept, and which are refused.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::domain::search;
use crate::error::{Error, Problem, Result};
use crate::store::entity::account;
use crate::usecase::accounts::events;
use crate::usecase::accounts::guard::Guard;
use crate::usecase::accounts::registration::holder_number;
use crate::usecase::accounts::sessions::{Known, fingerprint};
use crate::usecase::pace::Client;

/// Checked when the login does not exist, so that a miss takes as long as a hit.
pub static NOBODY: LazyLock<String> = LazyLock::new(|| hash_with("nobody", &[0; 16]).unwrap_or_default());

const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// How hard to guess a password must be: 10^10 guesses, which Argon2 makes too costly even for who has the hashes.
const HARD_ENOUGH: Score = Score::Four;

/// How hard without what stands between its words, which the estimate takes for more than it is: 10^8 guesses.
const BARE_ENOUGH: Score = Score::Three;

/// What people put between words.
const BETWEEN: &[char] = &[' ', '-', '_', '.', ',', ';', ':', '/', '+', '@', '·', '—', '，', '。'];

/// Characters of a password that are looked at. What follows only makes it better, and the time grows with a high power.
const SEEN: usize = 32;

/// Words that everybody here tries first; the estimate knows the world's, not ours.
const COMMON: &[&str] = &[
    "诊所",
    "备案",
    "密码",
    "诊所备案",
    "我的密码",
    "卫健委",
    "卫生",
    "医疗",
    "医生",
    "口腔",
    "中医",
    "门诊",
    "管理员",
    "你好",
    "zhensuo",
    "zhensuobeian",
    "beian",
    "dengji",
    "weijianwei",
    "weisheng",
    "yiliao",
    "yisheng",
    "kouqiang",
    "zhongyi",
    "menzhen",
    "guanliyuan",
    "mima",
    "wodemima",
    "nihao",
    "woaini",
    "woaizhongguo",
    "zhongguo",
    "denglu",
    "zhanghao",
    "clinic",
    "filing",
    "registry",
    "5201314",
    "1314520",
    "520520",
    "147258369",
    "1qaz2wsx",
    "1q2w3e4r",
    "a123456",
    "qq123456",
    "woaini1314",
    "admin888",
    "abc123456",
];

/// What is wrong with a new password. No rule about kinds of characters: how hard it is to guess is what counts, also for
/// somebody who knows what is the account's `own`, such as login, name and number.
///
/// # Errors
/// When the estimate fails.
pub async fn defects(app: &App, password: &str, own: &[&str]) -> Result<Vec<Problem>> {
    let wrong = |zh: &str, en: &str| Ok(vec![Problem::new("/password", zh, en)]);
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
    let seen: String = password.chars().take(SEEN).collect();
    let words: Vec<String> = own.iter().flat_map(|text| told(text)).collect();
    // With the hashes, since some passwords take as long on purpose.
    let good = costly(app, move || {
        let words: Vec<&str> = COMMON.iter().copied().chain(words.iter().map(String::as_str)).collect();
        zxcvbn(&seen, &words).score() >= HARD_ENOUGH
            && zxcvbn(&seen.replace(BETWEEN, ""), &words).score() >= BARE_ENOUGH
    });
    if good.await? {
        return Ok(vec![]);
    }
    wrong(
        "这个密码容易被猜到，请换一个；不要用登录名、名称、号码、日期、连续的数字或者常见的词，可以用几个不相干的词连起来。",
        "This password is easily guessed; choose another, without your login, name or number, dates, runs of digits or common \
         words. A few unrelated words will do.",
    )
}

/// What is known of somebody by such a text: whole, its parts, and how it is spelled in pinyin.
fn told(text: &str) -> Vec<String> {
    let kind = |c: char| if c.is_alphanumeric() { Some(c.is_numeric()) } else { None };
    let chars: Vec<char> = text.chars().collect();
    let parts = chars.chunk_by(|a, b| kind(*a) == kind(*b)).map(|part| part.iter().collect::<String>());
    let letters: String = chars.iter().filter(|c| c.is_alphanumeric()).collect();
    let mut words: Vec<String> = parts.chain([text.to_owned(), letters]).chain(search::spellings(text)).collect();
    words.retain(|word| word.chars().count() >= 2);
    words
}

/// The same for an account that is there.
///
/// # Errors
/// When the estimate fails, or the holder's number cannot be opened.
pub async fn defects_for(app: &App, password: &str, account: &account::Model) -> Result<Vec<Problem>> {
    let number = holder_number(app, account)?.unwrap_or_default();
    defects(app, password, &[&account.login, &account.display_name, &number]).await
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
    let problems = defects_for(app, &new, account).await?;
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
