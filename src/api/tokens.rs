//! One's own tokens for platforms.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;
use uuid::Uuid;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::access::Scope;
use crate::store::entity::api_token;
use crate::usecase::accounts;

/// A new token.
#[derive(Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct TokenCreate {
    /// 名称, such as the system that uses it
    #[oai(validator(min_length = 1, max_length = 60))]
    pub name: String,
    /// 权限
    #[oai(validator(min_items = 1, max_items = 20))]
    pub scopes: Vec<Scope>,
    /// 有效期（天）
    #[oai(validator(minimum(value = "1"), maximum(value = "365")))]
    pub days: u16,
}

/// A token that works.
#[derive(Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Token {
    pub id: Uuid,
    /// 名称
    pub name: String,
    /// Its first characters
    pub prefix: String,
    /// 权限
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Last use, to five minutes; absent if it was never used
    pub used_at: Option<DateTime<Utc>>,
}

impl From<api_token::Model> for Token {
    fn from(row: api_token::Model) -> Self {
        Self {
            id: row.id,
            scopes: Scope::split(&row.scopes),
            name: row.name,
            prefix: row.prefix,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        }
    }
}

/// A token that was just made. It is shown this once.
#[derive(Object)]
pub struct TokenMade {
    /// Bearer token; only its hash is stored
    pub token: String,
    pub details: Token,
}

/// One's own tokens that work, the newest first.
#[derive(Object)]
pub struct TokenList {
    pub items: Vec<Token>,
}

#[derive(ApiResponse)]
pub enum TokenCreated {
    /// Made.
    #[oai(status = 201)]
    Created(Json<TokenMade>),
}

#[derive(ApiResponse)]
pub enum TokenDeleted {
    /// Ended: the token is worth nothing from now on.
    #[oai(status = 204)]
    Gone,
}

pub struct Tokens;

#[OpenApi(tag = "Tag::Sessions")]
impl Tokens {
    /// 本人的访问令牌 · One's own tokens for platforms
    #[oai(path = "/me/tokens", method = "get", operation_id = "token_list")]
    async fn list(&self, app: Data<&App>, caller: Caller) -> Result<Json<TokenList>, Problem> {
        let items = accounts::tokens(&app, &caller.0.actor).await?;
        Ok(Json(TokenList { items: items.into_iter().map(Token::from).collect() }))
    }

    /// 建立访问令牌 · Make a token for a platform
    #[oai(path = "/me/tokens", method = "post", operation_id = "token_create")]
    async fn create(&self, app: Data<&App>, caller: Caller, body: Body<TokenCreate>) -> Result<TokenCreated, Problem> {
        let TokenCreate { name, scopes, days } = &body.value;
        let new = accounts::NewToken { name, scopes, days: *days };
        let made = accounts::create_token(&app, &caller.0.actor, new).await?;
        Ok(TokenCreated::Created(Json(TokenMade { token: made.token, details: made.row.into() })))
    }

    /// 停用访问令牌 · End a token at once
    #[oai(path = "/me/tokens/:token_id", method = "delete", operation_id = "token_delete")]
    async fn delete(&self, app: Data<&App>, caller: Caller, token_id: Path<Uuid>) -> Result<TokenDeleted, Problem> {
        accounts::end_token(&app, &caller.0.actor, token_id.0).await?;
        Ok(TokenDeleted::Gone)
    }
}
