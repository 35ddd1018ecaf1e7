//! 经办人: who works for the owner of clinics.

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
use crate::api::sessions::ActorView;
use crate::app::App;
use crate::usecase::accounts::{actor_of, members};
use crate::usecase::pace::Client;

/// A clerk, or somebody who is invited.
#[derive(Debug, Object)]
#[oai(rename = "Member", skip_serializing_if_is_none)]
pub struct MemberView {
    pub id: Uuid,
    /// 姓名, as the owner wrote it
    pub name: String,
    pub invited_at: DateTime<Utc>,
    /// Until when the code is good; absent once it was used
    pub expires_at: Option<DateTime<Utc>>,
    /// 登录名; absent until the code was used
    pub login: Option<String>,
    pub joined_at: Option<DateTime<Utc>>,
    /// Last use, as far as sessions are kept
    pub seen_at: Option<DateTime<Utc>>,
}

impl From<members::Member> for MemberView {
    fn from(one: members::Member) -> Self {
        let members::Member { id, name, invited_at, expires_at, login, joined_at, seen_at } = one;
        Self { id, name, invited_at, expires_at, login, joined_at, seen_at }
    }
}

/// One's own clerks and open invitations.
#[derive(Debug, Object)]
pub struct MemberList {
    pub items: Vec<MemberView>,
}

/// Who is invited.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct MemberInvite {
    /// 姓名
    #[oai(validator(min_length = 1, max_length = 60))]
    pub name: String,
}

/// An invitation. Its code is shown this once.
#[derive(Debug, Object)]
pub struct MemberInvited {
    /// 邀请码: to be handed over by the owner himself; whoever is invited enters it under `/join`
    pub code: String,
    pub member: MemberView,
}

/// What a clerk says who joins.
#[derive(Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct MemberJoin {
    /// 邀请码; case, blanks and hyphens do not matter
    #[oai(validator(min_length = 1, max_length = 60))]
    pub code: String,
    /// 登录名: 3 to 40 letters, digits or symbols
    #[oai(validator(min_length = 1, max_length = 40))]
    pub login: String,
    /// 密码: at least 12 characters
    #[oai(validator(min_length = 1, max_length = 200))]
    pub password: String,
}

#[derive(ApiResponse)]
pub enum MemberCreated {
    /// Invited.
    #[oai(status = 201)]
    Created(Json<MemberInvited>),
}

#[derive(ApiResponse)]
pub enum MemberJoined {
    /// The account was made; now sign in.
    #[oai(status = 201)]
    Created(Json<ActorView>),
}

#[derive(ApiResponse)]
pub enum MemberEnded {
    /// The account is closed, or the invitation is taken back.
    #[oai(status = 204)]
    Gone,
}

pub struct Members;

#[OpenApi(tag = "Tag::Sessions")]
impl Members {
    /// 我的经办人 · One's own clerks
    #[oai(path = "/me/members", method = "get", operation_id = "member_list")]
    async fn list(&self, app: Data<&App>, caller: Caller) -> Result<Json<MemberList>, Problem> {
        let items = members::list(&app, &caller.0.actor).await?;
        Ok(Json(MemberList { items: items.into_iter().map(Into::into).collect() }))
    }

    /// 邀请经办人 · Invite a clerk
    ///
    /// A clerk sees and prepares what the owner has, and submits nothing. The code is good once, for seven days. The same
    /// key makes no other invitation, but a new code for it: the last that was shown is good.
    #[oai(path = "/me/members", method = "post", operation_id = "member_invite")]
    async fn invite(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<MemberInvite>,
    ) -> Result<MemberCreated, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "member_invite", &body.digest)?;
        let made = members::invite(&app, actor, &body.value.name, &once).await?;
        Ok(MemberCreated::Created(Json(MemberInvited { code: made.code, member: made.member.into() })))
    }

    /// 结束经办 · End a clerk's work, or take an invitation back
    ///
    /// The clerk's account is closed, its sessions and tokens end at once. What was prepared stays.
    #[oai(path = "/me/members/:member_id", method = "delete", operation_id = "member_end")]
    async fn end(&self, app: Data<&App>, caller: Caller, member_id: Path<Uuid>) -> Result<MemberEnded, Problem> {
        members::end(&app, &caller.0.actor, member_id.0).await?;
        Ok(MemberEnded::Gone)
    }

    /// 经办人注册 · Make the account of a clerk who was invited
    #[oai(path = "/members", method = "post", operation_id = "member_join")]
    async fn join(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        body: Body<MemberJoin>,
    ) -> Result<MemberJoined, Problem> {
        let MemberJoin { code, login, password } = &body.value;
        let row = members::join(&app, &client, members::Joining { code, login, password }).await?;
        Ok(MemberJoined::Created(Json(actor_of(row).into())))
    }
}
