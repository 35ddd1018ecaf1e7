//! The law as data: its editions, the texts of its tables, and their import.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::page;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::Role;
use crate::domain::law::{LawChange, LawTable, What};
use crate::usecase::law::{self, Import, Imported};

/// How many changes are told one by one.
const TOLD: usize = 500;

/// A table of the law to be put in force.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct LawImport {
    /// 数据表
    pub table: LawTable,
    /// The whole table, as `law_table` shows it and edited. For `calendar` also one year as holiday-cn publishes it
    /// (`{year, papers, days: [{name, date, isOffDay}]}`); for `jurisdictions` the lines to be added or ended
    #[oai(validator(min_length = 1, max_length = 4000000))]
    pub body: String,
    /// 理由或者依据
    #[oai(validator(min_length = 2, max_length = 500))]
    pub reason: String,
    /// Only tell what would change
    #[oai(default)]
    #[serde(default)]
    pub preview: bool,
    /// The edition that was edited; refused where the table was changed since
    pub based_on: Option<u32>,
}

/// A field that changes.
#[derive(Debug, Object)]
#[oai(rename = "LawFieldChange", skip_serializing_if_is_none)]
pub struct FieldView {
    /// Name; empty where the entry is one value
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// An entry that changes.
#[derive(Debug, Object)]
#[oai(rename = "LawChange")]
pub struct ChangeView {
    pub what: What,
    /// The entry, by its key
    pub item: String,
    pub fields: Vec<FieldView>,
    /// The same in one line
    pub text: String,
}

impl From<LawChange> for ChangeView {
    fn from(change: LawChange) -> Self {
        let text = change.zh();
        let LawChange { what, item, fields } = change;
        let field = |f: crate::domain::law::LawField| FieldView { field: f.field, old: f.old, new: f.new };
        Self { what, item, fields: fields.into_iter().map(field).collect(), text }
    }
}

/// What an import did, or would do.
#[derive(Debug, Object)]
#[oai(rename = "LawImported")]
pub struct ImportedView {
    pub table: LawTable,
    /// The edition in force afterwards
    pub edition: u32,
    /// Whether it is in force; a preview is not
    pub applied: bool,
    /// The request had its effect before; what changed then is not told again
    pub repeated: bool,
    /// The first 500 changes
    pub changes: Vec<ChangeView>,
    /// How many changes there are
    pub changes_total: u64,
    /// Open clocks that move
    pub clocks_moved: u64,
}

/// An edition: one table, set at one moment.
#[derive(Debug, Object)]
#[oai(rename = "Edition", skip_serializing_if_is_none)]
pub struct EditionView {
    /// Number; decisions keep the number in force
    pub edition: i32,
    /// 数据表
    pub table: String,
    /// `program` where it came with the program, `import` where somebody imported it
    pub source: String,
    /// Who imported it; not shown to clinics
    pub by: Option<String>,
    /// 理由或者依据
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// Editions, the newest first.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct EditionList {
    pub items: Vec<EditionView>,
    /// `before` of the next page; absent on the last
    pub next: Option<i32>,
}

/// The text of a table.
#[derive(Debug, Object)]
pub struct LawText {
    pub table: LawTable,
    /// The edition that set it
    pub edition: u32,
    /// The text, TOML or CSV
    pub body: String,
    pub sha256: String,
}

pub struct Laws;

#[OpenApi(prefix_path = "/law", tag = "Tag::Reference")]
impl Laws {
    /// 导入法规数据 · Put a table of the law in force, or see what it would change
    #[oai(path = "/imports", method = "post", operation_id = "law_import")]
    async fn import(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<LawImport>,
    ) -> Result<Json<ImportedView>, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "law_import", &body.digest)?;
        let LawImport { table, body, reason, preview, based_on } = body.value;
        let wanted = Import { table, body: &body, reason: &reason, preview, based_on };
        let done = law::import_as(&app, actor, wanted, &once).await?;
        let Imported { edition, table, changes, clocks_moved, repeated } = done;
        Ok(Json(ImportedView {
            table,
            edition,
            applied: !preview,
            repeated,
            changes_total: changes.len() as u64,
            changes: changes.into_iter().take(TOLD).map(Into::into).collect(),
            clocks_moved,
        }))
    }

    /// 法规数据版本 · Editions of the law
    #[oai(path = "/editions", method = "get", operation_id = "law_edition_list")]
    async fn editions(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// Only editions before this one
        before: Query<Option<i32>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<EditionList>, Problem> {
        let limit = page::limit(&limit)?;
        let mut rows = law::editions(&app, before.0, limit).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|row| row.number);
        let named = caller.0.actor.role != Role::Clinic;
        let items = rows.into_iter().map(|row| EditionView {
            edition: row.number,
            table: row.name,
            source: row.source,
            by: Some(row.actor_name).filter(|name| named && !name.is_empty()),
            reason: row.reason,
            at: row.at,
        });
        Ok(Json(EditionList { items: items.collect(), next }))
    }

    /// 法规数据文本 · The text of a table of the law
    #[oai(path = "/tables/:table", method = "get", operation_id = "law_table")]
    async fn table(
        &self,
        app: Data<&App>,
        /// 数据表
        table: Path<LawTable>,
        /// The edition; in force now unless given
        edition: Query<Option<i32>>,
    ) -> Result<Json<LawText>, Problem> {
        let law::Text { edition, body, digest } = law::text(&app, table.0, edition.0).await?;
        Ok(Json(LawText { table: table.0, edition, body, sha256: digest }))
    }
}
