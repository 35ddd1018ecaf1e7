//! Bulk import: template, dry run, defects, approval.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{ApiResponse, Enum, Multipart, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::materials::spool;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::ImportId;
use crate::domain::import::{Defect, GroupStage, ImportAction, ImportStage};
use crate::edge::text;
use crate::error::Error;
use crate::spreadsheet::read::Format;
use crate::store::entity::{import, import_event, import_group};
use crate::usecase::imports::{self, Case, Place};

/// 文件格式
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TableFormat {
    Csv,
    Xlsx,
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Csv => Self::Csv,
            TableFormat::Xlsx => Self::Xlsx,
        }
    }
}

impl TableFormat {
    /// A download of this name.
    fn named(self, name: &str) -> String {
        let ending = if self == Self::Csv { "csv" } else { "xlsx" };
        format!("attachment; filename=\"{name}.{ending}\"")
    }
}

/// A file to import.
#[derive(Debug, Multipart)]
#[oai(deny_unknown_fields)]
pub struct ImportForm {
    /// The file: CSV or XLSX by the template, at most 20 MB
    file: Upload,
}

/// A step of an import, with what it needs.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct ImportAct {
    /// 步骤
    pub action: ImportAction,
    /// 有错误的诊所时不导入任何一家: `approve` is refused while any clinic of the file is defective; false enters the others
    #[oai(default = "yes")]
    #[serde(default = "yes")]
    pub only_if_clean: bool,
}

const fn yes() -> bool {
    true
}

/// A step that was taken.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportStep {
    pub at: DateTime<Utc>,
    pub actor: String,
    /// Absent: the job came to its end
    pub action: Option<ImportAction>,
    pub from: ImportStage,
    pub to: ImportStage,
    pub note: String,
}

impl From<import_event::Model> for ImportStep {
    fn from(row: import_event::Model) -> Self {
        let import_event::Model { at, actor_name, action, from_stage, to_stage, note, .. } = row;
        Self { at, actor: actor_name, action, from: from_stage, to: to_stage, note }
    }
}

/// An import in a list.
#[derive(Debug, Object)]
pub struct ImportSummary {
    pub id: ImportId,
    pub stage: ImportStage,
    /// 文件名
    pub file_name: String,
    /// 诊所 in the file
    pub groups: i32,
    /// 有错误, not to be entered
    pub defective: i32,
    /// 已导入
    pub entered: i32,
    /// 导入失败: found wrong when it was entered
    pub failed: i32,
    pub created_at: DateTime<Utc>,
}

impl From<import::Model> for ImportSummary {
    fn from(row: import::Model) -> Self {
        let import::Model { id, stage, file_name, groups, defective, entered, failed, created_at, .. } = row;
        Self { id: ImportId(id), stage, file_name, groups, defective, entered, failed, created_at }
    }
}

/// An import.
#[derive(Debug, Object)]
#[oai(rename = "Import", skip_serializing_if_is_none)]
pub struct ImportView {
    pub id: ImportId,
    pub stage: ImportStage,
    /// 文件名
    pub file_name: String,
    pub media_type: String,
    /// SHA-256 of the file
    pub sha256: String,
    /// Rows that hold anything
    pub rows: i32,
    /// 诊所 in the file
    pub groups: i32,
    /// 有错误, not to be entered
    pub defective: i32,
    /// 已导入
    pub entered: i32,
    /// 导入失败: found wrong when it was entered
    pub failed: i32,
    /// Still to be entered
    pub waiting: i32,
    /// 准备人
    pub prepared_by: String,
    /// 批准人
    pub approved_by: Option<String>,
    /// 所依据的法规版本
    pub rule_set: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Also in `ETag`; for `If-Match`
    pub version: i32,
    pub history: Vec<ImportStep>,
    pub allowed_actions: Vec<ImportAction>,
}

impl From<Case> for ImportView {
    fn from(case: Case) -> Self {
        let Case { row, events, allowed } = case;
        Self {
            waiting: row.groups - row.defective - row.entered - row.failed,
            id: ImportId(row.id),
            stage: row.stage,
            file_name: row.file_name,
            media_type: row.media_type,
            sha256: row.sha256,
            rows: row.rows,
            groups: row.groups,
            defective: row.defective,
            entered: row.entered,
            failed: row.failed,
            prepared_by: row.prepared_name,
            approved_by: row.approved_by.map(|_| row.approved_name),
            rule_set: row.rule_set,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            history: events.into_iter().map(Into::into).collect(),
            allowed_actions: allowed,
        }
    }
}

/// A defect of a file.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ImportDefect {
    /// 行, as the spreadsheet counts, from 1 with the titles
    pub row: u32,
    /// 列; empty where the row as a whole is wrong
    pub column: String,
    /// 所填内容, personal data masked
    pub found: String,
    /// Whether it keeps the clinic out; false: to be looked at
    pub blocks: bool,
    /// The rule that is not met, if one is
    pub rule: Option<String>,
    /// What is wrong and what is allowed
    pub message: String,
    /// The same in English
    pub message_en: String,
}

impl From<Defect> for ImportDefect {
    fn from(defect: Defect) -> Self {
        let blocks = defect.blocks();
        let Defect { row, column, found, severity: _, rule, zh, en } = defect;
        Self { row, column, found, blocks, rule, message: zh, message_en: en }
    }
}

/// A clinic of a file.
#[derive(Debug, Object)]
pub struct ImportGroup {
    /// From 1, in the order of the file
    pub sequence: i32,
    pub first_row: i32,
    pub last_row: i32,
    pub stage: GroupStage,
    /// 备案编号
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// How many defects and warnings it has
    pub problems: i32,
}

impl From<import_group::Model> for ImportGroup {
    fn from(row: import_group::Model) -> Self {
        let import_group::Model { sequence, first_row, last_row, stage, data, problems, .. } = row;
        Self { sequence, first_row, last_row, stage, number: data.number, name: data.dossier.name, problems }
    }
}

#[derive(ApiResponse)]
pub enum ImportCreated {
    /// The import, checked. Nothing is in the register yet.
    #[oai(status = 201)]
    Created(
        Json<ImportView>,
        /// Version
        #[oai(header = "ETag")]
        String,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum ImportShown {
    /// The import as it stands.
    #[oai(status = 200)]
    Shown(
        Json<ImportView>,
        /// Version
        #[oai(header = "ETag")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum ImportFile {
    /// The file.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Content(
        Binary<Vec<u8>>,
        /// Always a download, never shown by the browser
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

fn shown(case: Case) -> ImportShown {
    let etag = headers::etag(case.row.version);
    ImportShown::Shown(Json(case.into()), etag)
}

/// `12.3`: group and defect within it.
fn place(cursor: &Query<Option<String>>) -> Result<Place, Error> {
    let wrong = || Error::field("/cursor", "不是有效的分页位置，请用上一页的next。", "Use `next` of the page before.");
    let parse = |text: &str| {
        let (group, defect) = text.split_once('.')?;
        Some((group.parse().ok()?, defect.parse::<usize>().ok()?.checked_add(1)?))
    };
    cursor.0.as_deref().map_or(Ok((0, 0)), |text| parse(text).ok_or_else(wrong))
}

pub struct Imports;

#[OpenApi(prefix_path = "/imports", tag = "Tag::Imports")]
impl Imports {
    /// 导入模板 · The template
    #[oai(path = "/template", method = "get", operation_id = "import_template")]
    async fn template(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 文件格式
        format: Query<TableFormat>,
    ) -> Result<ImportFile, Problem> {
        let bytes = imports::template(&app, &caller.0.actor, format.0.into())?;
        Ok(ImportFile::Content(Binary(bytes), format.0.named("import-template")))
    }

    /// 上传核对 · Check a file
    ///
    /// Reads the whole file and tells every defect. Nothing enters the register before another person approves it.
    #[oai(path = "/", method = "post", operation_id = "import_create")]
    async fn create(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: ImportForm,
    ) -> Result<ImportCreated, Problem> {
        let actor = &caller.0.actor;
        let file_name = form.file.file_name().unwrap_or_default().to_owned();
        if let Some((zh, en)) = text::defect(&file_name) {
            return Err(Error::field("/file", zh, en).into());
        }
        let (mut file, sha256, _) = spool(form.file.into_file()).await?;
        let once = headers::once(actor, &key, "import_create", &sha256)?;
        let read = tokio::task::spawn_blocking(move || {
            let mut bytes = vec![];
            std::io::Read::read_to_end(&mut file, &mut bytes).map(|_| bytes)
        });
        let bytes = read.await.map_err(Error::internal)?.map_err(Error::internal)?;
        let case = imports::create(&app, actor, imports::Upload { file_name, bytes, sha256 }, &once).await?;
        let location = format!("{}/imports/{}", crate::api::BASE, case.row.id);
        let etag = headers::etag(case.row.version);
        Ok(ImportCreated::Created(Json(case.into()), etag, location))
    }

    /// 导入列表 · List imports
    #[oai(path = "/", method = "get", operation_id = "import_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ImportSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        let rows = imports::list(&app, &caller.0.actor, page::cursor(&cursor)?, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }

    /// 查看导入 · Show an import, with its progress
    #[oai(path = "/:import_id", method = "get", operation_id = "import_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, import_id: Path<ImportId>) -> Result<ImportShown, Problem> {
        Ok(shown(imports::view(&app, &caller.0.actor, import_id.0).await?))
    }

    /// 办理导入 · Approve or cancel
    #[oai(path = "/:import_id/actions", method = "post", operation_id = "import_act")]
    async fn act(
        &self,
        app: Data<&App>,
        caller: Caller,
        import_id: Path<ImportId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<ImportAct>,
    ) -> Result<ImportShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("import_act {}", import_id.0), &body.digest)?;
        let seen = headers::seen(&if_match)?;
        let ImportAct { action, only_if_clean } = body.value;
        Ok(shown(imports::act(&app, actor, import_id.0, seen, action, only_if_clean, &once).await?))
    }

    /// 导入的诊所 · The clinics of a file
    #[oai(path = "/:import_id/groups", method = "get", operation_id = "import_group_list")]
    async fn groups(
        &self,
        app: Data<&App>,
        caller: Caller,
        import_id: Path<ImportId>,
        /// 状态
        stage: Query<Option<GroupStage>>,
        /// `next` of the page before
        cursor: Query<Option<i32>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ImportGroup>>, Problem> {
        let limit = page::limit(&limit)?;
        let from = cursor.0.map_or(0, |last| last.saturating_add(1));
        let rows = imports::groups(&app, &caller.0.actor, import_id.0, stage.0, from, limit).await?;
        Ok(Json(page::page_from(rows, limit, |row| row.sequence.to_string(), Into::into)))
    }

    /// 错误清单 · Every defect, by row and column
    #[oai(path = "/:import_id/defects", method = "get", operation_id = "import_defect_list")]
    async fn defects(
        &self,
        app: Data<&App>,
        caller: Caller,
        import_id: Path<ImportId>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ImportDefect>>, Problem> {
        let limit = page::limit(&limit)?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let found = imports::defects(&app, &caller.0.actor, import_id.0, place(&cursor)?, most).await?;
        let next = |((group, defect), _): &(Place, Defect)| format!("{group}.{defect}");
        Ok(Json(page::page_from(found, limit, next, |(_, defect)| defect.into())))
    }

    /// 下载错误清单 · Every defect as a file
    #[oai(path = "/:import_id/defects/file", method = "get", operation_id = "import_defect_file")]
    async fn defect_file(
        &self,
        app: Data<&App>,
        caller: Caller,
        import_id: Path<ImportId>,
        /// 文件格式
        format: Query<TableFormat>,
    ) -> Result<ImportFile, Problem> {
        let bytes = imports::defect_file(&app, &caller.0.actor, import_id.0, format.0.into()).await?;
        Ok(ImportFile::Content(Binary(bytes), format.0.named("import-defects")))
    }
}
