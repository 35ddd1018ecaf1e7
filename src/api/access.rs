//! One's own sessions, and what happened to one's account.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::sessions::SessionDeleted;
use crate::app::App;
use crate::domain::access::Door;
use crate::store::entity::{account_event, session};
use crate::usecase::accounts::{events, sessions};

/// A session that is open.
#[derive(Debug, Object)]
pub struct OpenSession {
    pub id: Uuid,
    /// 网页或者接口
    pub door: Door,
    /// 浏览器和系统: what it said it is, empty where it said nothing
    pub device: String,
    pub created_at: DateTime<Utc>,
    /// Last use, to the minute
    pub seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The session of this request
    pub current: bool,
}

/// What happened to an account.
#[derive(Debug, Object)]
#[oai(rename = "AccountEvent", skip_serializing_if_is_none)]
pub struct AccountEventView {
    /// What: `new_device`, `failed_often`, `password_changed`, `second_factor_set`, `second_factor_removed`,
    /// `session_ended`, `recovery_made`, `recovery_used`, `closed`; there may be more
    pub kind: String,
    /// The device, or the reason
    pub detail: String,
    /// Who did it; absent where it was whoever tried to sign in
    pub actor: Option<String>,
    pub at: DateTime<Utc>,
}

impl From<account_event::Model> for AccountEventView {
    fn from(row: account_event::Model) -> Self {
        let actor = Some(row.actor_name).filter(|name| !name.is_empty());
        Self { kind: row.kind, detail: row.detail, actor, at: row.at }
    }
}

pub struct Access;

#[OpenApi(tag = "Tag::Sessions")]
impl Access {
    /// 我的登录 · One's own sessions
    #[oai(path = "/me/sessions", method = "get", operation_id = "session_list")]
    async fn sessions(&self, app: Data<&App>, caller: Caller) -> Result<Json<Page<OpenSession>>, Problem> {
        let current = sessions::fingerprint(&caller.0.token);
        let view = |row: session::Model| OpenSession {
            current: row.token_hash == current,
            id: row.id,
            door: row.door,
            device: row.device,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
        };
        let rows = sessions::list(&app, &caller.0.actor).await?;
        Ok(Json(Page { items: rows.into_iter().map(view).collect(), next: None }))
    }

    /// 结束一次登录 · End one of one's own sessions
    #[oai(path = "/me/sessions/:session_id", method = "delete", operation_id = "session_end")]
    async fn end(&self, app: Data<&App>, caller: Caller, session_id: Path<Uuid>) -> Result<SessionDeleted, Problem> {
        sessions::end(&app, &caller.0.actor, session_id.0).await?;
        Ok(SessionDeleted::Gone)
    }

    /// 账号记录 · What happened to one's own account
    #[oai(path = "/me/events", method = "get", operation_id = "account_event_list")]
    async fn events(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<AccountEventView>>, Problem> {
        let limit = page::limit(&limit)?;
        let rows = events::list(&app, &caller.0.actor, page::cursor(&cursor)?, limit + 1).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }
}
