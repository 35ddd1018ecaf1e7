//! Sign in, sign out, who am I.

use chrono::{DateTime, Utc};
use poem::Request;
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::access::Door;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{AccountId, AuthorityId};
use crate::edge::device;
use crate::usecase::accounts::{self, Visit};
use crate::usecase::pace::Client;

/// Name and password.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct SignIn {
    /// 登录名
    #[oai(validator(min_length = 1, max_length = 40))]
    pub login: String,
    /// 密码
    #[oai(validator(min_length = 1, max_length = 200))]
    pub password: String,
    /// 动态验证码: six digits of the authenticator, where the account has one; each works once
    #[oai(validator(min_length = 6, max_length = 10))]
    pub code: Option<String>,
}

/// Who acts.
#[derive(Debug, Object)]
#[oai(rename = "Actor", skip_serializing_if_is_none)]
pub struct ActorView {
    pub id: AccountId,
    /// 名称
    pub name: String,
    /// 角色
    pub role: Role,
    /// The authority the actor works for
    pub authority_id: Option<AuthorityId>,
}

impl From<Actor> for ActorView {
    fn from(actor: Actor) -> Self {
        let Actor { id, name, role, authority, owner: _, capacity: _ } = actor;
        Self { id, name, role, authority_id: authority }
    }
}

/// A session. The token is shown this once.
#[derive(Debug, Object)]
pub struct Session {
    /// Bearer token; only its hash is stored
    pub token: String,
    pub expires_at: DateTime<Utc>,
    pub actor: ActorView,
}

#[derive(ApiResponse)]
pub enum SessionCreated {
    /// Signed in.
    #[oai(status = 201)]
    Created(Json<Session>),
}

#[derive(ApiResponse)]
pub enum SessionDeleted {
    /// Signed out: the token is worth nothing from now on.
    #[oai(status = 204)]
    Gone,
}

pub struct Sessions;

#[OpenApi(tag = "Tag::Sessions")]
impl Sessions {
    /// 登录 · Sign in
    ///
    /// Failures are counted by account and by network address: after some of them the next attempt has to wait.
    #[oai(path = "/sessions", method = "post", operation_id = "session_create")]
    async fn create(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        request: &Request,
        body: Body<SignIn>,
    ) -> Result<SessionCreated, Problem> {
        let SignIn { login, password, code } = body.value;
        let device = device::family(request.header("user-agent").unwrap_or_default());
        let visit = Visit { client: &client, door: Door::Api, device: &device };
        let opened = accounts::sign_in(&app, &visit, &login, &password, code.as_deref()).await?;
        let accounts::Opened { token, expires_at, actor, .. } = opened;
        Ok(SessionCreated::Created(Json(Session { token, expires_at, actor: actor.into() })))
    }

    /// 退出 · Sign out
    #[oai(path = "/sessions/current", method = "delete", operation_id = "session_delete")]
    async fn delete(&self, app: Data<&App>, caller: Caller) -> Result<SessionDeleted, Problem> {
        accounts::sign_out(&app, &caller.0.token).await?;
        Ok(SessionDeleted::Gone)
    }

    /// 我是谁 · Who am I
    #[oai(path = "/me", method = "get", operation_id = "actor_view")]
    async fn me(&self, caller: Caller) -> Result<Json<ActorView>, Problem> {
        Ok(Json(caller.0.actor.into()))
    }
}
