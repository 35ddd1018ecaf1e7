//! 消息: what the owner of clinics was told.

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
use crate::app::App;
use crate::domain::id::FilingId;
use crate::domain::message::{MessageKind, words};
use crate::store::entity::message;
use crate::usecase::inbox;

/// A message. No personal data stands in one.
#[derive(Debug, Object)]
#[oai(rename = "Message", skip_serializing_if_is_none)]
pub struct MessageView {
    pub id: Uuid,
    /// What it is about
    pub kind: MessageKind,
    /// 标题
    pub title: String,
    pub title_en: String,
    /// 内容
    pub text: String,
    pub text_en: String,
    /// The filing that it is about
    pub filing_id: Option<FilingId>,
    /// 备案编号 of the clinic that it is about
    pub clinic: Option<String>,
    pub at: DateTime<Utc>,
    /// When the owner read it; absent until then
    pub read_at: Option<DateTime<Utc>>,
}

impl From<message::Model> for MessageView {
    fn from(row: message::Model) -> Self {
        let words::Said { title_zh, title_en, zh, en } = words::said(row.kind, &row.values);
        Self {
            id: row.id,
            kind: row.kind,
            title: title_zh,
            title_en,
            text: zh,
            text_en: en,
            filing_id: row.filing_id.map(FilingId),
            clinic: Some(row.values.get("number").to_owned()).filter(|number| !number.is_empty()),
            at: row.at,
            read_at: row.read_at,
        }
    }
}

pub struct Messages;

#[OpenApi(tag = "Tag::Sessions")]
impl Messages {
    /// 我的消息 · What one was told, the latest first
    #[oai(path = "/me/messages", method = "get", operation_id = "message_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// Only those that are unread, or only those that were read
        unread: Query<Option<bool>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<MessageView>>, Problem> {
        let limit = page::limit(&limit)?;
        let rows = inbox::list(&app, &caller.0.actor, unread.0, page::cursor(&cursor)?, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }

    /// 标为已读 · Take a message for read
    ///
    /// A clerk reads along; only the owner's own reading counts.
    #[oai(path = "/me/messages/:message_id/reading", method = "post", operation_id = "message_read")]
    async fn read(
        &self,
        app: Data<&App>,
        caller: Caller,
        message_id: Path<Uuid>,
    ) -> Result<Json<MessageView>, Problem> {
        Ok(Json(inbox::read(&app, &caller.0.actor, message_id.0).await?.into()))
    }
}
