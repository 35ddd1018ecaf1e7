//! Tokens of platforms: made by a signed-in person, shown once, good for what their scopes open and nothing else.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::access::{AccountEvent, Scope};
use crate::domain::actor::Actor;
use crate::domain::filing::holder_alone;
use crate::domain::value::hex;
use crate::error::{Clash, Error, Problem, Result};
use crate::store::entity::api_token;
use crate::usecase::accounts::events;
use crate::usecase::accounts::members;
use crate::usecase::accounts::sessions::{fingerprint, may_come};

/// What a token begins with, so that those who scan for lost secrets know it.
pub const MARK: &str = "cln_pat_";

/// Characters of the secret: 32 bytes.
const SECRET: usize = 43;

/// Characters that a list shows of a token.
const SHOWN: usize = MARK.len() + 6;

/// Longest lifetime, days.
pub const LONGEST: u16 = 365;

/// Longest name, characters.
pub const LONGEST_NAME: usize = 60;

/// Most tokens of an account that work at once.
const MOST: u64 = 20;

/// How precisely the last use is noted: each note is a write.
const PRECISION: TimeDelta = TimeDelta::minutes(5);

/// What a new token is to be.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub scopes: &'a [Scope],
    /// Lifetime.
    pub days: u16,
}

/// A token that was just made: the only moment it is known.
pub struct Made {
    pub token: String,
    pub row: api_token::Model,
}

/// Makes a token.
///
/// # Errors
/// `Refused` for a clerk; `Invalid` with every defect; `Conflict` when the account has too many.
pub async fn create_token(app: &App, actor: &Actor, new: NewToken<'_>) -> Result<Made> {
    holder_alone(actor, ("建立访问令牌", "make a token"))?;
    let problems = defects(actor, &new);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let body = format!("{MARK}{}", BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?));
    let token = format!("{body}_{}", check(&body));
    let now = app.clock.now();
    let mut scopes = new.scopes.to_vec();
    scopes.sort_unstable();
    scopes.dedup();
    let row = api_token::Model {
        id: app.clock.new_id(),
        account_id: actor.id.0,
        name: new.name.trim().to_owned(),
        scopes: Scope::join(&scopes),
        token_hash: fingerprint(&token),
        prefix: token.chars().take(SHOWN).collect(),
        created_at: now,
        expires_at: now + TimeDelta::days(new.days.into()),
        used_at: None,
        ended_at: None,
    };
    let tx = app.store.begin().await?;
    if tx.count_tokens(actor.id.0, now).await? >= MOST {
        return Err(Error::Conflict(Clash::TokensFull));
    }
    tx.add_token(row.clone()).await?;
    events::own(app, &tx, actor, AccountEvent::TokenMade, &format!("{}：{}", row.name, row.scopes)).await?;
    tx.commit().await?;
    Ok(Made { token, row })
}

fn defects(actor: &Actor, new: &NewToken<'_>) -> Vec<Problem> {
    let mut problems = vec![];
    if !(1..=LONGEST_NAME).contains(&new.name.trim().chars().count()) {
        let zh = "请填写名称，最多60个字，例如使用令牌的系统。";
        problems.push(Problem::new(
            "/name",
            zh,
            "Give a name of at most 60 characters, such as the system that uses it.",
        ));
    }
    if new.scopes.is_empty() {
        problems.push(Problem::new("/scopes", "请至少选择一项权限。", "Choose at least one scope."));
    }
    for scope in new.scopes.iter().filter(|scope| !scope.roles().contains(&actor.role)) {
        let (zh, en) = (scope.zh(), scope.en());
        let zh = format!("您的角色不能使用“{zh}”权限，请取消选择。");
        problems.push(Problem::new("/scopes", zh, format!("Your role cannot use this scope: {en}.")));
    }
    if !(1..=LONGEST).contains(&new.days) {
        problems.push(Problem::new("/days", "有效期须为1至365天。", "A lifetime of 1 to 365 days."));
    }
    problems
}

/// One's own tokens that still work, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn tokens(app: &App, actor: &Actor) -> Result<Vec<api_token::Model>> {
    app.store.tokens(actor.id.0, app.clock.now()).await
}

/// Ends one of one's own tokens at once.
///
/// # Errors
/// `NotFound` when there is none, or no longer.
pub async fn end_token(app: &App, actor: &Actor, id: Uuid) -> Result<()> {
    let tx = app.store.begin().await?;
    let name = tx.end_token(actor.id.0, id, app.clock.now()).await?.ok_or(Error::NotFound("token"))?;
    events::own(app, &tx, actor, AccountEvent::TokenEnded, &name).await?;
    tx.commit().await
}

/// Whether this is a token of a platform, and none of a session.
pub fn is_token(token: &str) -> bool {
    token.starts_with(MARK)
}

/// Who calls an operation with a token.
///
/// # Errors
/// `Unauthenticated` when it is none, or none any longer; `Scope` when it does not open the operation.
pub async fn token_actor(app: &App, token: &str, operation: Option<&str>) -> Result<Actor> {
    if !well_formed(token) {
        return Err(Error::Unauthenticated);
    }
    let now = app.clock.now();
    let found = app.store.token_and_account(&fingerprint(token), now).await?;
    let (row, account) = found.ok_or(Error::Unauthenticated)?;
    if !may_come(app, &account) {
        return Err(Error::Unauthenticated);
    }
    let scope = operation.and_then(Scope::of_operation).ok_or(Error::Scope)?;
    if !Scope::split(&row.scopes).contains(&scope) || !scope.roles().contains(&account.role) {
        return Err(Error::Scope);
    }
    if used_long_ago(row.used_at, now) {
        let tx = app.store.begin().await?;
        tx.touch_token(row.id, now).await?;
        tx.commit().await?;
    }
    members::acting(app, account).await
}

fn used_long_ago(used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    used_at.is_none_or(|used_at| now - used_at >= PRECISION)
}

/// What ends a token: who scans for lost secrets tells a real one by it, and a slip costs no look into the database.
fn check(body: &str) -> String {
    hex(&Sha256::digest(body)).chars().take(8).collect()
}

fn well_formed(token: &str) -> bool {
    let split = token.split_at_checked(MARK.len() + SECRET);
    split.is_some_and(|(body, end)| end.strip_prefix('_') == Some(&check(body)))
}
