//! The accounts that an office answers for: found, looked at, recovered, closed.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;
use uuid::Uuid;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::Role;
use crate::domain::id::AuthorityId;
use crate::store::entity::account;
use crate::usecase::accounts::people::{self, Person, Which};
use crate::usecase::accounts::recovery;

/// What is looked for. It does not stand in the address, since addresses are logged.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct AccountSearch {
    /// A part of login name or name
    #[oai(validator(min_length = 2, max_length = 60))]
    pub sought: String,
}

/// An account that was found.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AccountFound {
    pub id: Uuid,
    /// 登录名
    pub login: String,
    /// 姓名或者单位名称
    pub name: String,
    pub role: Role,
    /// The authority that the person works for
    pub authority_id: Option<AuthorityId>,
    /// Since when nobody signs in with it
    pub closed_at: Option<DateTime<Utc>>,
}

impl From<account::Model> for AccountFound {
    fn from(row: account::Model) -> Self {
        Self {
            id: row.id,
            login: row.login,
            name: row.display_name,
            role: row.role,
            authority_id: row.authority_id.map(AuthorityId),
            closed_at: row.closed_at,
        }
    }
}

/// Accounts that were found, by login name.
#[derive(Debug, Object)]
pub struct AccountsFound {
    /// At most 20
    pub items: Vec<AccountFound>,
    /// There are more: look for more of the name
    pub more: bool,
}

/// How an account stands.
#[derive(Debug, Object)]
#[oai(rename = "Account", skip_serializing_if_is_none)]
pub struct AccountView {
    pub id: Uuid,
    /// 登录名
    pub login: String,
    /// 姓名或者单位名称
    pub name: String,
    pub role: Role,
    /// The authority that the person works for
    pub authority_id: Option<AuthorityId>,
    pub created_at: DateTime<Utc>,
    /// 最近登录, as far as sessions are kept
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Sessions that are open
    pub sessions: u32,
    /// 动态验证码 are set up
    pub second_factor: bool,
    /// Until when nobody signs in, after too many failures
    pub waits_until: Option<DateTime<Utc>>,
    /// Since when nobody signs in with it
    pub closed_at: Option<DateTime<Utc>>,
}

impl From<Person> for AccountView {
    fn from(person: Person) -> Self {
        let row = person.account;
        Self {
            id: row.id,
            login: row.login,
            name: row.display_name,
            role: row.role,
            authority_id: row.authority_id.map(AuthorityId),
            created_at: row.created_at,
            signed_in_at: person.signed_in_at,
            sessions: u32::try_from(person.sessions).unwrap_or(u32::MAX),
            second_factor: row.totp_sealed.is_some(),
            waits_until: person.waits_until,
            closed_at: row.closed_at,
        }
    }
}

/// Why an account is closed.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct AccountClose {
    /// 原因; it is kept with the account
    #[oai(validator(min_length = 4, max_length = 200))]
    pub reason: String,
}

/// Why somebody needs a recovery code.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct RecoveryCreate {
    /// 原因: how it was made sure who asks; the account's holder can read it
    #[oai(validator(min_length = 4, max_length = 200))]
    pub reason: String,
}

/// A recovery code, shown this once.
#[derive(Debug, Object)]
pub struct Recovery {
    /// 恢复码: to be told to its person alone, who enters it under `/recover`
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

#[derive(ApiResponse)]
pub enum RecoveryCreated {
    /// The code. Codes that were made before are worth nothing.
    #[oai(status = 201)]
    Created(Json<Recovery>),
}

pub struct People;

#[OpenApi(tag = "Tag::Sessions")]
impl People {
    /// 查找账号 · Find accounts that the office answers for
    ///
    /// An administrator finds every account, an officer or approver those of clinics that filed with the authority; one's own
    /// is not among them.
    #[oai(path = "/account-searches", method = "post", operation_id = "account_find")]
    async fn find(
        &self,
        app: Data<&App>,
        caller: Caller,
        body: Body<AccountSearch>,
    ) -> Result<Json<AccountsFound>, Problem> {
        let found = people::find(&app, &caller.0.actor, &body.value.sought).await?;
        Ok(Json(AccountsFound { items: found.accounts.into_iter().map(Into::into).collect(), more: found.more }))
    }

    /// 查看账号 · How an account stands
    #[oai(path = "/accounts/:login", method = "get", operation_id = "account_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, login: Path<String>) -> Result<Json<AccountView>, Problem> {
        Ok(Json(people::view(&app, &caller.0.actor, Which::Login(&login.0)).await?.into()))
    }

    /// 发放恢复码 · Let somebody in again who lost password or authenticator
    ///
    /// An administrator for any account but his own, an officer or approver for clinics that filed with the authority. The
    /// code is good once, for 24 hours; with it the person sets a new password, and the second factor anew.
    #[oai(path = "/accounts/:login/recoveries", method = "post", operation_id = "recovery_create")]
    async fn recovery(
        &self,
        app: Data<&App>,
        caller: Caller,
        login: Path<String>,
        body: Body<RecoveryCreate>,
    ) -> Result<RecoveryCreated, Problem> {
        let made = recovery::make(&app, &caller.0.actor, Which::Login(&login.0), &body.value.reason).await?;
        Ok(RecoveryCreated::Created(Json(Recovery { code: made.code, expires_at: made.expires_at })))
    }

    /// 停用账号 · Close an account
    ///
    /// Nobody signs in with it any more, its sessions and tokens end; what it did stays. To close it again changes nothing.
    #[oai(path = "/accounts/:login/closure", method = "post", operation_id = "account_close")]
    async fn close(
        &self,
        app: Data<&App>,
        caller: Caller,
        login: Path<String>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<AccountClose>,
    ) -> Result<Json<AccountView>, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("account_close {}", login.0), &body.digest)?;
        let which = Which::Login(&login.0);
        Ok(Json(people::close(&app, actor, which, &body.value.reason, Some(&once)).await?.into()))
    }
}
