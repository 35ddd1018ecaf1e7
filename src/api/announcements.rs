//! 公告: what the register announces to the public, at once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use uuid::Uuid;

use crate::api::Tag;
use crate::api::page::{self, Page};
use crate::api::papers::PaperBrief;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::announcement::AnnouncementKind;
use crate::domain::id::AuthorityId;
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::{announcement, authority};
use crate::usecase::clinics::{self, Announcements as Asked};
use crate::usecase::papers::{self, Brief};

/// An announcement.
#[derive(Debug, Object)]
#[oai(rename = "Announcement", skip_serializing_if_is_none)]
pub struct AnnouncementView {
    /// 公告种类
    pub kind: AnnouncementKind,
    /// 备案编号 of the clinic, as it was then
    pub number: String,
    /// 诊所名称, as it was then
    pub name: String,
    /// 内容
    pub body: String,
    /// 依据
    pub basis: String,
    /// 文号; empty where there is none
    pub document_number: String,
    /// 生效日期
    pub effective_on: NaiveDate,
    /// 公告时间
    pub published_at: DateTime<Utc>,
    /// 备案机关
    pub authority: String,
    /// The announcement on paper, where there is one: `announcement_pdf` with its `id` fetches the file
    pub paper: Option<PaperBrief>,
}

fn announcement_view(
    papers: &BTreeMap<Uuid, Brief>,
    (row, authority): (announcement::Model, Option<authority::Model>),
) -> AnnouncementView {
    AnnouncementView {
        paper: papers.get(&row.id).cloned().map(Into::into),
        kind: row.kind,
        number: row.number,
        name: row.name,
        body: row.body,
        basis: row.basis,
        document_number: row.document_number,
        effective_on: row.effective_on,
        published_at: row.published_at,
        authority: authority.map(|authority| authority.name).unwrap_or_default(),
    }
}

pub struct Announcements;

#[OpenApi(tag = "Tag::Clinics")]
impl Announcements {
    /// 公告 · Announcements, the newest first
    ///
    /// Losses, suspensions, closures, revocations and the like, published in the moment in which they happen.
    #[oai(path = "/announcements", method = "get", operation_id = "announcement_list")]
    async fn list(
        &self,
        app: Data<&App>,
        /// Only of this authority
        authority_id: Query<Option<AuthorityId>>,
        /// Only of the clinic that has or had this 备案编号
        clinic: Query<Option<String>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<AnnouncementView>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = clinic.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/clinic", zh, en).into());
        }
        let asked =
            Asked { number: clinic.0, authority: authority_id.0.map(|id| id.0), before: page::cursor(&cursor)? };
        let rows = clinics::announcements(&app, asked, limit).await?;
        let papers = papers::of_announcements(&app, rows.iter().map(|(row, _)| row.id).collect()).await?;
        Ok(Json(page::page(rows, limit, |(row, _)| row.id, |row| announcement_view(&papers, row))))
    }
}
