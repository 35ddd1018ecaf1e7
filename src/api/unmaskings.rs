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
use crate::domain::id::{ComplaintId, FilingId};
use crate::usecase::unmaskings::{self, Read, Reading};

/// One reading of personal data: of a filing, or of how somebody who reported can be reached.
#[derive(Debug, Object)]
#[oai(rename = "Unmasking", skip_serializing_if_is_none)]
pub struct UnmaskingView {
    /// The filing whose personal data was read
    pub filing_id: Option<FilingId>,
    /// The report of which it was read how the reporter can be reached
    pub complaint_id: Option<ComplaintId>,
    /// Who read
    pub actor: String,
    /// 角色
    pub role: Role,
    /// 查看原因
    pub reason: String,
    pub at: DateTime<Utc>,
}

impl From<Reading> for UnmaskingView {
    fn from(reading: Reading) -> Self {
        let Reading { id: _, of, actor_name, actor_role, reason, at } = reading;
        let (filing_id, complaint_id) = match of {
            Read::Filing(id) => (Some(id), None),
            Read::Complaint(id) => (None, Some(id)),
        };
        Self { filing_id, complaint_id, actor: actor_name, role: actor_role, reason, at }
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
