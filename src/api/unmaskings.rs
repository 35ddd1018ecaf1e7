//! Who read personal data, and why.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::Role;
use crate::domain::id::FilingId;
use crate::store::entity::unmasking;
use crate::usecase::unmaskings;

/// One reading of unmasked personal data.
#[derive(Debug, Object)]
#[oai(rename = "Unmasking")]
pub struct UnmaskingView {
    pub filing_id: FilingId,
    /// Who read
    pub actor: String,
    /// 角色
    pub role: Role,
    /// 查看原因
    pub reason: String,
    pub at: DateTime<Utc>,
}

impl From<unmasking::Model> for UnmaskingView {
    fn from(row: unmasking::Model) -> Self {
        let unmasking::Model { id: _, filing_id, authority_id: _, actor_id: _, actor_name, actor_role, reason, at } =
            row;
        Self { filing_id: FilingId(filing_id), actor: actor_name, role: actor_role, reason, at }
    }
}

pub struct Unmaskings;

#[OpenApi(prefix_path = "/unmaskings", tag = "Tag::Filings")]
impl Unmaskings {
    /// 个人信息查看记录 · Who read personal data
    #[oai(path = "/", method = "get", operation_id = "unmasking_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<UnmaskingView>>, Problem> {
        let limit = page::limit(&limit)?;
        let rows = unmaskings::list(&app, &caller.0.actor, page::cursor(&cursor)?, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }
}
