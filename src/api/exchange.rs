//! Data exchange: what happened to clinics, for a superior level or another system that keeps a copy.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::types::ToJSON;
use poem_openapi::{Enum, Object, OpenApi};
use serde_json::json;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::clinics::ClinicEvent;
use crate::api::page;
use crate::api::problem::Problem;
use crate::api::stream::{self, JSONL, Offer, Reply};
use crate::app::App;
use crate::domain::certificate::Statement;
use crate::domain::id::CertificateId;
use crate::error::Error;
use crate::usecase::exchange::{self, Change};

/// 格式
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ChangeFormat {
    /// A page
    #[default]
    Json,
    /// Everything after the cursor, JSON Lines
    Jsonl,
}

/// Something that happened, with the certificate that it is about.
#[derive(Debug, Object)]
#[oai(rename = "RegisterChange", skip_serializing_if_is_none)]
pub struct ChangeView {
    /// Number in the issuance log, from 0; in this order
    pub sequence: i32,
    /// `issue`, `supersede`, `reissue`, or the code of what happened to the clinic
    pub kind: String,
    /// When it was entered
    pub at: DateTime<Utc>,
    /// 备案编号 on this certificate
    pub number: String,
    /// 诊所名称 on this certificate
    pub name: String,
    pub certificate_id: CertificateId,
    /// 版本 of the certificate
    pub version: i32,
    /// 第几次发放 of this version
    pub copy: i32,
    /// What the certificate says; only where it was issued by this
    pub record: Option<Statement>,
    /// SHA-256 of the canonical record (RFC 8785)
    pub digest: String,
    /// SHA-256 of the log's leaf (RFC 6962)
    pub leaf_hash: String,
    /// The clinic's history that this made
    pub events: Vec<ClinicEvent>,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        let Change { entry, issued, certificate: row, events } = change;
        Self {
            sequence: entry.sequence,
            kind: entry.kind,
            at: entry.at,
            number: row.statement.number.clone(),
            name: row.statement.name.clone(),
            certificate_id: CertificateId(row.id),
            version: row.version,
            copy: row.copy,
            record: issued.then_some(row.statement),
            digest: row.digest,
            leaf_hash: entry.leaf_hash,
            events: events.into_iter().map(Into::into).collect(),
        }
    }
}

/// What happened after a cursor.
#[derive(Debug, Object)]
pub struct ChangeList {
    pub items: Vec<ChangeView>,
    /// Where to go on: always there, also when nothing is left for now. Keep it with what you took over
    pub next: String,
    /// Whether more is there already
    pub more: bool,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

/// The changes in their formats.
pub struct Feed;

impl Offer for Feed {
    type Document = ChangeList;
    const MEDIA: &'static [&'static str] = &[JSONL];
    const DESCRIPTION: &'static str = "A page, or with `format=jsonl` everything after the cursor as a stream.";
}

/// A place in the log: what is behind it is told.
fn cursor(sequence: i32) -> String {
    format!("c1.{}", sequence + 1)
}

fn place(cursor: Option<&str>) -> Result<i32, Error> {
    let Some(cursor) = cursor else { return Ok(-1) };
    let digits = cursor.strip_prefix("c1.").filter(|rest| rest.len() <= 9 && rest.bytes().all(|b| b.is_ascii_digit()));
    let told: Option<i32> = digits.and_then(|rest| rest.parse().ok());
    told.map(|told| told - 1)
        .ok_or_else(|| Error::field("/after", "不是有效的位置，请用上一次的next。", "Use `next` of the answer before."))
}

pub struct Exchange;

#[OpenApi(prefix_path = "/exchange", tag = "Tag::Exports")]
impl Exchange {
    /// 数据交换 · What happened to clinics since
    ///
    /// Every issue, change, loss, suspension, decision and so on of the clinics that the caller's authority files or
    /// supervises, in the order of the issuance log. The log has no gap and its numbers are given one after the other, each
    /// with what it tells: whoever goes on from `next` misses nothing and gets nothing twice.
    #[oai(path = "/changes", method = "get", operation_id = "change_list")]
    async fn changes(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// `next` of the answer before; from the beginning unless given
        after: Query<Option<String>>,
        /// json unless given
        format: Query<Option<ChangeFormat>>,
        /// 1 to 100, 50 unless given; of a page
        limit: Query<Option<u64>>,
    ) -> Result<Reply<Feed>, Problem> {
        let limit = page::limit(&limit)?;
        let (actor, after) = (&caller.0.actor, place(after.0.as_deref())?);
        if format.0.unwrap_or_default() == ChangeFormat::Json {
            let found = exchange::changes(&app, actor, after, limit).await?;
            let list = ChangeList {
                items: found.items.into_iter().map(Into::into).collect(),
                next: cursor(found.next),
                more: found.more,
                as_of: found.as_of,
            };
            return Ok(Reply::document(&list).as_of(list.as_of));
        }
        let (feed, head) = exchange::stream(&app, actor, after).await?;
        let as_of = feed.as_of;
        let row = |row| stream::line("change", ChangeView::from(row).to_json());
        let body = stream::lines(feed, json!({ "after": cursor(after) }), json!({ "next": cursor(head) }), row);
        Ok(Reply::streamed(JSONL, as_of, body, &stream::file_name("changes", as_of, "jsonl")))
    }
}
