//! What requests and answers about filings look like.

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::Object;
use serde::Deserialize;

use crate::api::materials::MaterialView;
use crate::api::papers::{self, PaperBrief};
use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::clock::Urgency;
use crate::domain::dossier::{ClinicType, Dossier};
use crate::domain::filing::{Answer, Defect, Notice};
use crate::domain::id::{AuthorityId, CertificateId, FilingId};
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::masking;
use crate::domain::particulars::Particulars;
use crate::domain::rules::change::Change;
use crate::store::entity::{authority, filing, filing_event};
use crate::usecase::deadlines::Left;
use crate::usecase::facts;
use crate::usecase::filings::Case;
use crate::usecase::papers::Brief;

/// A new filing.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct FilingCreate {
    /// 备案种类
    pub kind: Kind,
    /// The clinic, by its filing number; for an establishment the one that moved here from another county
    #[oai(validator(min_length = 22, max_length = 26))]
    pub clinic: Option<String>,
    /// 信息表. May be incomplete; a change without one starts from what is filed now
    pub dossier: Option<Dossier>,
    /// 备案事项, for every kind but establishment and change. May be incomplete
    pub particulars: Option<Particulars>,
}

/// A step of the lifecycle, with what it needs.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct FilingAct {
    /// 步骤
    pub action: Action,
    /// 原因: for a redirect, a withdrawal after receipt, a second notice
    #[oai(default, validator(max_length = 500))]
    #[serde(default)]
    pub reason: String,
    /// 需要补正的全部内容: for `request_correction`
    #[oai(default, validator(max_items = 100))]
    #[serde(default)]
    pub defects: Vec<Defect>,
    /// The authority in charge: for `redirect`
    pub authority_id: Option<AuthorityId>,
    /// 备案编号 that the registration system assigned: for `issue` of an establishment or change; one is generated and marked provisional otherwise
    #[oai(validator(min_length = 22, max_length = 26))]
    pub number: Option<String>,
    /// 理由: for `submit`, one for each rule that warns
    #[oai(default, validator(max_items = 60))]
    #[serde(default)]
    pub answers: Vec<Answer>,
}

/// An authority.
#[derive(Debug, Object)]
#[oai(rename = "Authority")]
pub struct AuthorityView {
    pub id: AuthorityId,
    /// 名称
    pub name: String,
    /// 行政区划代码 under which it issues
    pub region: String,
    /// 监督电话
    pub phone: String,
}

impl From<authority::Model> for AuthorityView {
    fn from(row: authority::Model) -> Self {
        let authority::Model { id, name, uscc: _, region, phone, created_at: _ } = row;
        Self { id: AuthorityId(id), name, region, phone }
    }
}

/// A correction notice as it was sent.
#[derive(Debug, Object)]
#[oai(rename = "Notice")]
pub struct NoticeView {
    /// First, second, … notice
    pub round: i32,
    pub at: DateTime<Utc>,
    /// Why a second notice was needed
    pub reason: String,
    /// Every defect, each with its legal basis
    pub defects: Vec<DefectView>,
}

/// A defect with its legal basis.
#[derive(Debug, Object)]
#[oai(rename = "NoticedDefect")]
pub struct DefectView {
    /// Rule
    pub rule: String,
    /// JSON pointer into the dossier, or `/materials/<code>`
    pub pointer: String,
    /// 说明
    pub detail: String,
    /// 依据
    pub basis: Vec<String>,
}

/// A filing.
#[derive(Debug, Object)]
#[oai(rename = "Filing", skip_serializing_if_is_none)]
pub struct FilingView {
    pub id: FilingId,
    /// 办件编号; from the first submission
    pub case_number: Option<String>,
    /// 备案种类
    pub kind: Kind,
    /// 阶段
    pub stage: Stage,
    /// The clinic, by its number; for an establishment from its issue
    pub clinic: Option<String>,
    /// The clinic that moved here from another county, by its number (establishments only)
    pub predecessor: Option<String>,
    /// 备案机关; after a redirect the one in charge
    pub authority: Option<AuthorityView>,
    /// 信息表. ID numbers, phones and qualification codes are masked for everybody but the clinic itself; an officer who
    /// needs them asks with a reason (`filing_unmask`)
    pub dossier: Dossier,
    /// 备案事项, for every kind but establishment and change
    pub particulars: Option<Particulars>,
    /// Why the clinic submitted although rules warned
    pub answers: Vec<Answer>,
    /// What a change changes, old and new side by side
    pub changes: Vec<ChangeView>,
    /// The correction notice that is open
    pub notice: Option<NoticeView>,
    pub materials: Vec<MaterialView>,
    /// 收件回执, 一次性告知书, 遗失声明
    pub papers: Vec<PaperBrief>,
    /// What the caller may do now
    pub allowed_actions: Vec<Action>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// 收件日: a submission on a rest day or after hours counts as received the next working day
    pub received_on: Option<NaiveDate>,
    /// 法定办结期限
    pub due_on: Option<NaiveDate>,
    /// 暂按周末推算: the holidays of that year are not published yet
    pub due_guessed: bool,
    /// 紧迫程度, while the authority's clock runs
    pub urgency: Option<Urgency>,
    /// Working days left while the authority's clock runs, negative when it has run out
    pub days_left: Option<i64>,
    pub certificate_id: Option<CertificateId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Version, as in `ETag`
    pub version: i32,
}

/// One changed item.
#[derive(Debug, Object)]
#[oai(rename = "Change")]
pub struct ChangeView {
    /// 事项
    pub field: String,
    /// JSON pointer into the dossier
    pub pointer: String,
    /// 现行
    pub old: String,
    /// 申请
    pub new: String,
    /// Whether a change of this item must be filed
    pub must_be_filed: bool,
}

impl From<Change> for ChangeView {
    fn from(change: Change) -> Self {
        let Change { field, pointer, old, new, must_be_filed } = change;
        Self { field: field.to_owned(), pointer: pointer.to_owned(), old, new, must_be_filed }
    }
}

fn notice_view(app: &App, clinic_type: Option<ClinicType>, notice: Notice) -> NoticeView {
    let (law, today) = (app.law(), app.clock.today());
    let Notice { round, at, reason, defects } = notice;
    let basis = |rule: &str| facts::basis(&law, today, rule, clinic_type);
    let defects = defects.into_iter().map(|Defect { rule, pointer, detail }| DefectView {
        basis: basis(&rule),
        rule,
        pointer,
        detail,
    });
    NoticeView { round, at, reason, defects: defects.collect() }
}

/// Why unmasked personal data are needed.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct FilingUnmask {
    /// 查看原因, at least 4 characters; it is kept, and the auditor reads it
    #[oai(validator(max_length = 300))]
    pub reason: String,
}

/// A case as `actor` sees it: whose it is not, sees no personal data.
pub fn filing_view(app: &App, actor: &Actor, case: Case) -> FilingView {
    let own = actor.role == Role::Clinic;
    let dossier = if own { case.row.dossier.clone() } else { masking::masked(case.row.dossier.clone()) };
    shown(app, case, dossier)
}

/// A case with its personal data, for whoever has just given the reason.
pub fn unmasked_view(app: &App, case: Case) -> FilingView {
    let dossier = case.row.dossier.clone();
    shown(app, case, dossier)
}

fn shown(app: &App, case: Case, dossier: Dossier) -> FilingView {
    let Case { row, authority, clinic, predecessor, materials, papers, actions, changes, left } = case;
    let filing::Model {
        id,
        case_number,
        kind,
        stage,
        owner_id: _,
        clinic_id: _,
        base_version: _,
        authority_id: _,
        dossier: _,
        submitted: _,
        notice,
        notices: _,
        submitted_at,
        received_on,
        due_on,
        due_guessed,
        redirected: _,
        recommended_by: _,
        issued_by: _,
        certificate_id,
        created_at,
        updated_at,
        version,
        particulars,
        submitted_particulars: _,
        predecessor_id: _,
        answers,
        import_id: _,
    } = row;
    let clinic_type = dossier.clinic_type;
    FilingView {
        id: FilingId(id),
        case_number,
        kind,
        stage,
        clinic: clinic.map(|c| c.number),
        predecessor: predecessor.map(|c| c.number),
        authority: authority.map(Into::into),
        dossier,
        particulars,
        answers: answers.unwrap_or_default().0,
        changes: changes.into_iter().map(Into::into).collect(),
        notice: notice.map(|n| notice_view(app, clinic_type, n)),
        materials: materials.into_iter().map(Into::into).collect(),
        papers: papers.into_iter().map(Into::into).collect(),
        allowed_actions: actions,
        submitted_at,
        received_on,
        due_on,
        due_guessed,
        urgency: left.map(|l| l.urgency),
        days_left: left.map(|l| l.days),
        certificate_id: certificate_id.map(CertificateId),
        created_at,
        updated_at,
        version,
    }
}

/// A filing in a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FilingSummary {
    pub id: FilingId,
    /// 办件编号
    pub case_number: Option<String>,
    pub kind: Kind,
    pub stage: Stage,
    /// 诊所名称
    pub name: String,
    pub received_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    pub due_guessed: bool,
    /// 紧迫程度, while the authority's clock runs
    pub urgency: Option<Urgency>,
    /// Working days left while the authority's clock runs, negative when it has run out
    pub days_left: Option<i64>,
    /// The certificate that was issued
    pub certificate_id: Option<CertificateId>,
    pub updated_at: DateTime<Utc>,
}

impl FilingSummary {
    /// A filing in a list, with what is left of its clock.
    pub fn of(row: filing::Model, left: Option<Left>) -> Self {
        Self {
            id: FilingId(row.id),
            case_number: row.case_number,
            kind: row.kind,
            stage: row.stage,
            name: row.dossier.name,
            received_on: row.received_on,
            due_on: row.due_on,
            due_guessed: row.due_guessed,
            urgency: left.map(|l| l.urgency),
            days_left: left.map(|l| l.days),
            certificate_id: row.certificate_id.map(CertificateId),
            updated_at: row.updated_at,
        }
    }
}

/// One step of a filing's history.
#[derive(Debug, Object)]
#[oai(rename = "Event", skip_serializing_if_is_none)]
pub struct EventView {
    /// 1, 2, 3 …
    pub sequence: i32,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub role: Role,
    pub action: Action,
    pub from: Stage,
    pub to: Stage,
    /// 说明
    pub note: String,
    /// The correction notice that was sent with this step
    pub notice: Option<NoticeView>,
    /// The rule set that was in force
    pub rule_set: i32,
    /// Rules that had findings
    pub findings: Vec<String>,
    /// 文书 made with this step
    pub papers: Vec<PaperBrief>,
}

/// The history of a filing, oldest first.
#[derive(Debug, Object)]
pub struct FilingHistory {
    pub items: Vec<EventView>,
}

/// A history, its steps counted.
pub fn history_view(app: &App, rows: Vec<filing_event::Model>, made: &[Brief]) -> FilingHistory {
    let view = |(sequence, row): (i32, filing_event::Model)| EventView {
        sequence,
        at: row.at,
        actor: row.actor_name,
        role: row.actor_role,
        action: row.action,
        from: row.from_stage,
        to: row.to_stage,
        note: row.note,
        notice: row.notice.map(|n| notice_view(app, row.dossier.as_ref().and_then(|d| d.clinic_type), n)),
        rule_set: row.rule_set,
        findings: row.findings.0.into_iter().map(|f| f.rule).collect(),
        papers: papers::of_step(made, row.sequence),
    };
    FilingHistory { items: (1..).zip(rows).map(view).collect() }
}
