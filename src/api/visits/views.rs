//! What requests and answers about visits look like.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{Multipart, Object};
use serde::Deserialize;

use crate::api::filings::AuthorityView;
use crate::api::papers::{self, PaperBrief};
use crate::domain::id::{AccountId, DrawId, FilingId, PhotoId, VisitId};
use crate::domain::visit::{CheckItem, Record, VisitAction, VisitKind, VisitStage};
use crate::store::entity::{account, clinic, visit, visit_event, visit_photo};
use crate::usecase::papers::Brief;
use crate::usecase::visits::Case;

/// A special inspection to order.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct VisitOrder {
    /// 备案编号
    #[oai(validator(min_length = 22, max_length = 26))]
    pub clinic: String,
    /// 检查期限
    pub due_on: NaiveDate,
    /// 原因
    #[oai(validator(min_length = 2, max_length = 500))]
    pub reason: String,
    /// 核查人员: accounts of inspectors of the supervising department; may be assigned later
    #[oai(default, validator(max_items = 10))]
    #[serde(default)]
    pub team: Vec<AccountId>,
}

/// A step of a visit, with what it needs.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct VisitAct {
    /// 步骤
    pub action: VisitAction,
    /// 原因: to extend, to fail, to drop, and to assign a drawn visit anew
    #[oai(default, validator(max_length = 500))]
    #[serde(default)]
    pub reason: String,
    /// 核查人员: for `assign`
    #[oai(default, validator(max_items = 10))]
    #[serde(default)]
    pub team: Vec<AccountId>,
    /// 现场核查记录: for `pass`, `order_rectification` and `fail`
    pub record: Option<Record>,
    /// 整改期限: for `order_rectification` and `extend`
    pub rectify_by: Option<NaiveDate>,
}

/// A photo to add.
#[derive(Debug, Multipart)]
#[oai(deny_unknown_fields)]
pub struct PhotoForm {
    /// The file: JPEG, PNG or PDF, at most 20 MB
    pub file: Upload,
}

/// A photo of a visit.
#[derive(Debug, Object)]
#[oai(rename = "Photo")]
pub struct PhotoView {
    pub id: PhotoId,
    /// 文件名
    pub file_name: String,
    /// Type by content: application/pdf, image/jpeg or image/png
    pub media_type: String,
    /// Size, bytes
    pub size: i64,
    /// SHA-256 of the content
    pub sha256: String,
    pub added_at: DateTime<Utc>,
}

impl From<visit_photo::Model> for PhotoView {
    fn from(row: visit_photo::Model) -> Self {
        let visit_photo::Model { id, visit_id: _, file_name, media_type, size, sha256, added_at } = row;
        Self { id: PhotoId(id), file_name, media_type, size, sha256, added_at }
    }
}

/// Somebody of a team.
#[derive(Debug, Object)]
#[oai(rename = "Inspector")]
pub struct InspectorView {
    pub id: AccountId,
    /// 姓名
    pub name: String,
}

impl From<account::Model> for InspectorView {
    fn from(row: account::Model) -> Self {
        Self { id: AccountId(row.id), name: row.display_name }
    }
}

/// A visit to a clinic.
#[derive(Debug, Object)]
#[oai(rename = "Visit", skip_serializing_if_is_none)]
pub struct VisitView {
    pub id: VisitId,
    /// 核查编号
    pub case_number: String,
    /// 核查种类
    pub kind: VisitKind,
    /// 阶段
    pub stage: VisitStage,
    /// 备案编号
    pub clinic: String,
    /// 诊所名称
    pub name: String,
    /// 监管部门
    pub supervisor: AuthorityView,
    /// The filing that it follows
    pub filing_id: Option<FilingId>,
    /// The draw that it comes from
    pub draw_id: Option<DrawId>,
    /// 核查人员; for the authorities
    pub team: Vec<InspectorView>,
    /// 核查清单 as it was when the visit was ordered
    pub checklist: Vec<CheckItem>,
    /// 现场核查记录, the latest; the clinic reads it without 其他发现
    pub record: Option<Record>,
    /// Photos; for the authorities
    pub photos: Vec<PhotoView>,
    /// 现场核查记录, 限期整改通知书
    pub papers: Vec<PaperBrief>,
    /// What the caller may do now
    pub allowed_actions: Vec<VisitAction>,
    /// 核查期限
    pub due_on: NaiveDate,
    /// 暂按周末推算: the holidays of that year are not published yet
    pub due_guessed: bool,
    /// 整改期限
    pub rectify_by: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Version, as in `ETag`
    pub version: i32,
}

/// A case as its reader may see it.
pub fn visit_view(case: Case) -> VisitView {
    let Case { row, clinic, supervisor, team, photos, papers, actions } = case;
    VisitView {
        id: VisitId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic: clinic.number,
        name: clinic.name,
        supervisor: supervisor.into(),
        filing_id: row.filing_id.map(FilingId),
        draw_id: row.draw_id.map(DrawId),
        team: team.into_iter().map(Into::into).collect(),
        checklist: row.checklist.0,
        record: row.record,
        photos: photos.into_iter().map(Into::into).collect(),
        papers: papers.into_iter().map(Into::into).collect(),
        allowed_actions: actions,
        due_on: row.due_on,
        due_guessed: row.due_guessed,
        rectify_by: row.rectify_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    }
}

/// A visit in a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct VisitSummary {
    pub id: VisitId,
    /// 核查编号
    pub case_number: String,
    pub kind: VisitKind,
    pub stage: VisitStage,
    /// 备案编号
    pub clinic: String,
    /// 诊所名称
    pub name: String,
    pub due_on: NaiveDate,
    pub due_guessed: bool,
    /// 整改期限
    pub rectify_by: Option<NaiveDate>,
    pub updated_at: DateTime<Utc>,
}

/// A visit with its clinic, in short.
pub fn summary((row, clinic): (visit::Model, clinic::Model)) -> VisitSummary {
    VisitSummary {
        id: VisitId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic: clinic.number,
        name: clinic.name,
        due_on: row.due_on,
        due_guessed: row.due_guessed,
        rectify_by: row.rectify_by,
        updated_at: row.updated_at,
    }
}

/// One step of a visit's history.
#[derive(Debug, Object)]
#[oai(rename = "VisitEvent", skip_serializing_if_is_none)]
pub struct VisitEventView {
    /// 1, 2, 3 …
    pub sequence: i32,
    pub at: DateTime<Utc>,
    /// Who; for the authorities
    pub actor: String,
    pub action: VisitAction,
    pub from: VisitStage,
    pub to: VisitStage,
    /// 说明; for the authorities
    pub note: String,
    /// What was recorded with this step; for the authorities
    pub record: Option<Record>,
    /// 文书 made with this step
    pub papers: Vec<PaperBrief>,
}

/// The history of a visit, oldest first.
#[derive(Debug, Object)]
pub struct VisitHistory {
    pub items: Vec<VisitEventView>,
}

/// A counted step.
pub fn event_view(made: &[Brief], (sequence, row): (i32, visit_event::Model)) -> VisitEventView {
    VisitEventView {
        papers: papers::of_step(made, row.sequence),
        sequence,
        at: row.at,
        actor: row.actor_name,
        action: row.action,
        from: row.from_stage,
        to: row.to_stage,
        note: row.note,
        record: row.record,
    }
}
