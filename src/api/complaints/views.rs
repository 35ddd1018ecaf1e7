//! What requests and answers about reports look like.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{Multipart, Object};
use serde::Deserialize;

use crate::api::filings::AuthorityView;
use crate::domain::complaint::{ComplaintAction, ComplaintKind, ComplaintOutcome, ComplaintStage, Place};
use crate::domain::id::{AccountId, AuthorityId, CertificateId, ComplaintId, PhotoId, VisitId};
use crate::store::entity::{clinic, complaint, complaint_event, complaint_photo};
use crate::usecase::complaints::{Case, Followed};

/// A report. At least one of `clinic`, `code` and `place` tells whom it is about.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct ComplaintCreate {
    /// 举报事项
    pub kind: ComplaintKind,
    /// 备案编号 as it was seen
    #[oai(default, validator(max_length = 100))]
    #[serde(default)]
    pub clinic: String,
    /// What was scanned or typed of a certificate: digits, the whole address, or the short code
    #[oai(default, validator(max_length = 1000))]
    #[serde(default)]
    pub code: String,
    /// A place, filed or not
    pub place: Option<Place>,
    /// 情况说明
    #[oai(validator(min_length = 10, max_length = 2000))]
    pub details: String,
    /// 联系方式, if the reporter wants to be reached; never public
    #[oai(default, validator(max_length = 100))]
    #[serde(default)]
    pub contact: String,
    /// Who should handle it, where nothing else tells; asked for where it is needed
    pub authority_id: Option<AuthorityId>,
}

/// A photo to add to a report.
#[derive(Debug, Multipart)]
#[oai(deny_unknown_fields)]
pub struct ComplaintPhotoForm {
    /// The file: JPEG or PNG, at most 10 MB
    pub file: Upload,
}

/// A photo of a report, drawn anew.
#[derive(Debug, Object)]
#[oai(rename = "ComplaintPhoto")]
pub struct ComplaintPhotoView {
    pub id: PhotoId,
    /// 文件名
    pub file_name: String,
    /// Type by content: image/jpeg or image/png
    pub media_type: String,
    /// Size, bytes
    pub size: i64,
    /// SHA-256 of what is kept
    pub sha256: String,
    pub added_at: DateTime<Utc>,
}

impl From<complaint_photo::Model> for ComplaintPhotoView {
    fn from(row: complaint_photo::Model) -> Self {
        let complaint_photo::Model { id, complaint_id: _, file_name, media_type, size, sha256, added_at } = row;
        Self { id: PhotoId(id), file_name, media_type, size, sha256, added_at }
    }
}

/// A stage that a report came to.
#[derive(Debug, Object)]
pub struct ComplaintStep {
    pub stage: ComplaintStage,
    pub at: DateTime<Utc>,
}

/// Where a report stands, for whoever has its reference number.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ComplaintStatus {
    /// 查询编号: keep it, it is shown nowhere else
    pub reference: String,
    /// 投诉举报编号: by which the office speaks of it; it opens nothing
    pub case_number: String,
    /// 阶段
    pub stage: ComplaintStage,
    /// 办理机关
    pub authority: AuthorityView,
    /// Until when it is accepted or declined
    pub accept_by: NaiveDate,
    /// Until when it is answered
    pub due_on: NaiveDate,
    /// 暂按周末推算: the holidays of that year are not published yet
    pub due_guessed: bool,
    /// Photos that were received
    pub photos: u64,
    /// Every stage that it came to, oldest first
    pub steps: Vec<ComplaintStep>,
    /// 办理结果
    pub outcome: Option<ComplaintOutcome>,
    /// 答复
    pub reply: Option<String>,
    /// What happens next
    pub message: String,
    /// The same in English
    pub message_en: String,
}

/// A report as its reporter may follow it.
pub fn status_view(answer: Followed) -> ComplaintStatus {
    let (message, message_en) = (answer.zh(), answer.en());
    let Followed { row, authority, photos, steps } = answer;
    ComplaintStatus {
        reference: row.reference.to_string(),
        case_number: row.case_number,
        stage: row.stage,
        authority: authority.into(),
        accept_by: row.accept_by,
        due_on: row.due_on,
        due_guessed: row.due_guessed,
        photos,
        steps: steps.into_iter().map(|step| ComplaintStep { stage: step.to_stage, at: step.at }).collect(),
        outcome: row.outcome,
        reply: Some(row.reply).filter(|reply| !reply.is_empty()),
        message,
        message_en,
    }
}

/// A step of a report, with what it needs.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct ComplaintAct {
    /// 步骤
    pub action: ComplaintAction,
    /// 原因: to forward and to order an inspection; else a note for the office
    #[oai(default, validator(max_length = 500))]
    #[serde(default)]
    pub reason: String,
    /// 转给: for `forward`
    pub authority_id: Option<AuthorityId>,
    /// 办理结果: for `close`
    pub outcome: Option<ComplaintOutcome>,
    /// 答复: for `close`; whoever has the reference number reads it
    #[oai(default, validator(max_length = 2000))]
    #[serde(default)]
    pub reply: String,
    /// 备案编号: for `order_visit`, where the report names no clinic that is filed
    #[oai(validator(min_length = 22, max_length = 26))]
    pub clinic: Option<String>,
    /// 检查期限: for `order_visit`
    pub due_on: Option<NaiveDate>,
    /// 核查人员: for `order_visit`; may be assigned later
    #[oai(default, validator(max_items = 10))]
    #[serde(default)]
    pub team: Vec<AccountId>,
}

/// Why somebody needs to reach the reporter.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct ComplaintUnmask {
    /// 查看原因
    #[oai(validator(min_length = 4, max_length = 200))]
    pub reason: String,
}

/// A report as the office has it.
#[derive(Debug, Object)]
#[oai(rename = "Complaint", skip_serializing_if_is_none)]
pub struct ComplaintView {
    pub id: ComplaintId,
    /// 投诉举报编号
    pub case_number: String,
    /// 举报事项
    pub kind: ComplaintKind,
    /// 阶段
    pub stage: ComplaintStage,
    /// 备案编号 of the clinic, where it is one of the register
    pub clinic: Option<String>,
    /// 诊所名称
    pub name: Option<String>,
    /// The certificate whose code was presented, where the register has it
    pub certificate_id: Option<CertificateId>,
    /// What was scanned or typed of a certificate, as it was
    pub presented_code: Option<String>,
    /// 备案编号 as it was typed
    pub presented_number: Option<String>,
    /// The place that was named
    pub place: Option<Place>,
    /// 情况说明
    pub details: String,
    /// 联系方式, masked unless it was asked for with a reason
    pub contact: Option<String>,
    /// 办理机关
    pub authority: AuthorityView,
    /// 办理结果
    pub outcome: Option<ComplaintOutcome>,
    /// 答复
    pub reply: Option<String>,
    /// The inspection that was ordered
    pub visit_id: Option<VisitId>,
    pub photos: Vec<ComplaintPhotoView>,
    /// What the caller may do now
    pub allowed_actions: Vec<ComplaintAction>,
    /// Until when it is accepted or declined
    pub accept_by: NaiveDate,
    /// Until when it is answered
    pub due_on: NaiveDate,
    /// 暂按周末推算
    pub due_guessed: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Version, as in `ETag`
    pub version: i32,
}

/// A case as its reader may see it.
pub fn case_view(case: Case) -> ComplaintView {
    let Case { row, clinic, authority, photos, actions } = case;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let (clinic, name) = clinic.map(|clinic| (clinic.number, clinic.name)).unzip();
    ComplaintView {
        id: ComplaintId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic,
        name,
        certificate_id: row.certificate_id.map(CertificateId),
        presented_code: given(row.code),
        presented_number: given(row.number),
        place: row.place,
        details: row.details,
        contact: given(row.contact),
        authority: authority.into(),
        outcome: row.outcome,
        reply: given(row.reply),
        visit_id: row.visit_id.map(VisitId),
        photos: photos.into_iter().map(Into::into).collect(),
        allowed_actions: actions,
        accept_by: row.accept_by,
        due_on: row.due_on,
        due_guessed: row.due_guessed,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    }
}

/// A report in a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ComplaintSummary {
    pub id: ComplaintId,
    /// 投诉举报编号
    pub case_number: String,
    pub kind: ComplaintKind,
    pub stage: ComplaintStage,
    /// 备案编号
    pub clinic: Option<String>,
    /// 诊所名称, or the name of the place
    pub name: Option<String>,
    pub accept_by: NaiveDate,
    pub due_on: NaiveDate,
    pub due_guessed: bool,
    pub created_at: DateTime<Utc>,
}

/// A report with its clinic, in short.
pub fn summary((row, clinic): (complaint::Model, Option<clinic::Model>)) -> ComplaintSummary {
    let (clinic, name) = clinic.map(|clinic| (clinic.number, clinic.name)).unzip();
    ComplaintSummary {
        id: ComplaintId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic,
        name: name.or(row.place.map(|place| place.name)),
        accept_by: row.accept_by,
        due_on: row.due_on,
        due_guessed: row.due_guessed,
        created_at: row.created_at,
    }
}

/// One step of a report's history.
#[derive(Debug, Object)]
#[oai(rename = "ComplaintEvent")]
pub struct ComplaintEventView {
    /// 1, 2, 3 …
    pub sequence: i32,
    pub at: DateTime<Utc>,
    /// Who; 公众 for the first step
    pub actor: String,
    pub action: ComplaintAction,
    pub from: ComplaintStage,
    pub to: ComplaintStage,
    /// 说明
    pub note: String,
}

/// The history of a report, oldest first.
#[derive(Debug, Object)]
pub struct ComplaintHistory {
    pub items: Vec<ComplaintEventView>,
}

/// A step.
pub fn event_view(row: complaint_event::Model) -> ComplaintEventView {
    ComplaintEventView {
        sequence: row.sequence,
        at: row.at,
        actor: row.actor_name,
        action: row.action,
        from: row.from_stage,
        to: row.to_stage,
        note: row.note,
    }
}
