//! Accounts: who there is, and how they sign in.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{AccountId, AuthorityId};
use crate::error::{Clash, Error, Problem, Result};
use crate::store::entity::{account, authority};

pub mod events;
pub mod federation;
mod guard;
pub mod members;
pub mod passwords;
pub mod people;
mod protocol;
pub mod recovery;
mod registration;
pub mod second_factor;
pub mod sessions;
mod sign_in;
mod tokens;

pub(super) use registration::holder_number;
pub use registration::{Registration, defects, holder_digest, register};
pub use sessions::{Known, Opened, actor, known, open_session, sign_out};
pub use sign_in::{Visit, admit, second_step, sign_in};
pub use tokens::{LONGEST, LONGEST_NAME, Made, NewToken, create_token, end_token, is_token, token_actor, tokens};

/// How the logins begin of accounts that hold what an authority imported.
const HOLDING: &str = "holding-";

/// What a new account needs.
pub struct NewAccount<'a> {
    pub login: &'a str,
    pub password: &'a str,
    pub display_name: &'a str,
    pub role: Role,
    pub authority: Option<AuthorityId>,
    pub demonstration: bool,
}

/// What is wrong with a login name.
fn login_defects(login: &str) -> Vec<Problem> {
    if (3..=40).contains(&login.chars().count()) && login.chars().all(|c| c.is_ascii_graphic()) {
        return vec![];
    }
    let zh = "登录名须为3至40个英文字母、数字或符号。";
    vec![Problem::new("/login", zh, "A login name has 3 to 40 letters, digits or symbols.")]
}

/// Adds an account.
///
/// # Errors
/// `Invalid` with every defect; `Conflict` when the login is taken.
pub async fn create(app: &App, new: NewAccount<'_>) -> Result<AccountId> {
    let mut problems = login_defects(new.login);
    let password = passwords::normalised(new.password);
    // The password of a demonstration is known to everybody anyway.
    if !new.demonstration {
        problems.extend(passwords::defects(app, &password, &[new.login, new.display_name]).await?);
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
        password_hash: passwords::hash(app, password).await?,
        display_name: new.display_name.to_owned(),
        role: new.role,
        authority_id: new.authority.map(|a| a.0),
        demonstration: new.demonstration,
        created_at: app.clock.now(),
        holder_kind: None,
        holder_sealed: None,
        holder_digest: None,
        totp_sealed: None,
        totp_step: None,
        password_changed_at: None,
        closed_at: None,
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
    format!("{HOLDING}{uscc}")
}

/// Closes an account from the server's console: nobody signs in with it, its sessions and tokens end. What it did stays.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn close(app: &App, login: &str, reason: &str) -> Result<()> {
    let account = app.store.account_by_login(login).await?.ok_or(Error::NotFound("account"))?;
    let tx = app.store.begin().await?;
    people::closed(app, &tx, &account, reason, None).await?;
    tx.commit().await
}

/// The actor that an account is.
pub fn actor_of(row: account::Model) -> Actor {
    Actor::holder(AccountId(row.id), row.display_name, row.role, row.authority_id.map(AuthorityId))
}
