//! Decisions about clinics: proposed by one person, decided by another.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::filings::AuthorityView;
use crate::api::headers;
use crate::api::page::{self, Page};
use crate::api::papers::PaperBrief;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::decision::{DecisionAction, DecisionKind, DecisionStage};
use crate::domain::id::{DecisionId, VisitId};
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::{clinic, decision};
use crate::usecase::decisions::{self, Case, DecisionFilter, Proposal};

/// A decision to propose.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct DecisionPropose {
    /// 决定种类
    pub kind: DecisionKind,
    /// 备案编号
    #[oai(validator(min_length = 22, max_length = 26))]
    pub clinic: String,
    /// 法定情形: a code of the list of grounds for this kind
    #[oai(validator(max_length = 40))]
    pub ground: String,
    /// 文号
    #[oai(validator(max_length = 60))]
    pub document_number: String,
    /// 认定的事实, for the file; it is not announced
    #[oai(validator(max_length = 2000))]
    pub facts: String,
    /// 生效日期
    pub effective_on: NaiveDate,
    /// The visit that found it
    pub visit_id: Option<VisitId>,
}

/// A step of a decision.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct DecisionAct {
    /// 步骤
    pub action: DecisionAction,
    /// 原因: for `withdraw`
    #[oai(default, validator(max_length = 500))]
    #[serde(default)]
    pub reason: String,
}

/// A decision about a clinic.
#[derive(Debug, Object)]
#[oai(rename = "Decision", skip_serializing_if_is_none)]
pub struct DecisionView {
    pub id: DecisionId,
    /// 决定编号
    pub case_number: String,
    /// 决定种类
    pub kind: DecisionKind,
    /// 阶段
    pub stage: DecisionStage,
    /// 备案编号
    pub clinic: String,
    /// 诊所名称
    pub name: String,
    /// 作出决定的机关
    pub authority: AuthorityView,
    /// The visit that found it
    pub visit_id: Option<VisitId>,
    /// 法定情形
    pub ground: String,
    /// The ground in words, as it was when proposed
    pub ground_text: String,
    /// 依据
    pub basis: String,
    /// 文号
    pub document_number: String,
    /// 认定的事实
    pub facts: String,
    /// 生效日期
    pub effective_on: NaiveDate,
    /// 提出人; for the authorities
    pub proposed_by: Option<String>,
    /// 决定人; for the authorities
    pub decided_by: Option<String>,
    /// Why it was withdrawn; for the authorities
    pub note: Option<String>,
    /// 决定书 and 公告, once it is decided
    pub papers: Vec<PaperBrief>,
    /// What the caller may do now
    pub allowed_actions: Vec<DecisionAction>,
    pub created_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    /// The rule set that it was proposed under
    pub rule_set: i32,
    /// Version, as in `ETag`
    pub version: i32,
}

fn decision_view(actor: &Actor, case: Case) -> DecisionView {
    let Case { row, clinic, authority, papers, actions } = case;
    let inside = |text: String| (actor.role != Role::Clinic && !text.is_empty()).then_some(text);
    DecisionView {
        id: DecisionId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic: clinic.number,
        name: clinic.name,
        authority: authority.into(),
        visit_id: row.visit_id.map(VisitId),
        ground: row.ground,
        ground_text: row.ground_text,
        basis: row.basis,
        document_number: row.document_number,
        facts: row.facts,
        effective_on: row.effective_on,
        proposed_by: inside(row.proposed_name),
        decided_by: inside(row.decided_name),
        note: inside(row.note),
        papers: papers.into_iter().map(Into::into).collect(),
        allowed_actions: actions,
        created_at: row.created_at,
        decided_at: row.decided_at,
        rule_set: row.rule_set,
        version: row.version,
    }
}

/// A decision in a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DecisionSummary {
    pub id: DecisionId,
    /// 决定编号
    pub case_number: String,
    pub kind: DecisionKind,
    pub stage: DecisionStage,
    /// 备案编号
    pub clinic: String,
    /// 诊所名称
    pub name: String,
    /// 文号
    pub document_number: String,
    pub effective_on: NaiveDate,
    pub decided_at: Option<DateTime<Utc>>,
}

fn summary((row, clinic): (decision::Model, clinic::Model)) -> DecisionSummary {
    DecisionSummary {
        id: DecisionId(row.id),
        case_number: row.case_number,
        kind: row.kind,
        stage: row.stage,
        clinic: clinic.number,
        name: clinic.name,
        document_number: row.document_number,
        effective_on: row.effective_on,
        decided_at: row.decided_at,
    }
}

#[derive(ApiResponse)]
pub enum DecisionProposed {
    /// The proposal; nothing has changed yet.
    #[oai(status = 201)]
    Proposed(
        Json<DecisionView>,
        /// Version
        #[oai(header = "ETag")]
        String,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum DecisionShown {
    /// The decision as it stands.
    #[oai(status = 200)]
    Shown(
        Json<DecisionView>,
        /// Version
        #[oai(header = "ETag")]
        String,
    ),
}

fn shown(actor: &Actor, case: Case) -> DecisionShown {
    let etag = headers::etag(case.row.version);
    DecisionShown::Shown(Json(decision_view(actor, case)), etag)
}

pub struct Decisions;

#[OpenApi(prefix_path = "/decisions", tag = "Tag::Decisions")]
impl Decisions {
    /// 拟决定 · Propose a decision
    #[oai(path = "/", method = "post", operation_id = "decision_propose")]
    async fn propose(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<DecisionPropose>,
    ) -> Result<DecisionProposed, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "decision_propose", &body.digest)?;
        let DecisionPropose { kind, clinic, ground, document_number, facts, effective_on, visit_id } = body.value;
        let new = Proposal { kind, clinic, ground, document_number, facts, effective_on, visit: visit_id };
        let case = decisions::propose(&app, actor, new, &once).await?;
        let (etag, location) =
            (headers::etag(case.row.version), format!("{}/decisions/{}", crate::api::BASE, case.row.id));
        Ok(DecisionProposed::Proposed(Json(decision_view(actor, case)), etag, location))
    }

    /// 决定列表 · List decisions
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "decision_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 阶段
        stage: Query<Option<DecisionStage>>,
        /// 决定种类
        kind: Query<Option<DecisionKind>>,
        /// 备案编号
        clinic: Query<Option<String>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<DecisionSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = clinic.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/clinic", zh, en).into());
        }
        let before = page::cursor(&cursor)?;
        let filter = DecisionFilter { stage: stage.0, kind: kind.0, clinic: clinic.0, before };
        let rows = decisions::list(&app, &caller.0.actor, filter, limit).await?;
        Ok(Json(page::page(rows, limit, |(row, _)| row.id, summary)))
    }

    /// 查看决定 · Show a decision
    #[oai(path = "/:decision_id", method = "get", operation_id = "decision_view")]
    async fn view(
        &self,
        app: Data<&App>,
        caller: Caller,
        decision_id: Path<DecisionId>,
    ) -> Result<DecisionShown, Problem> {
        let actor = &caller.0.actor;
        Ok(shown(actor, decisions::view(&app, actor, decision_id.0).await?))
    }

    /// 决定或者撤回 · Decide, or withdraw the proposal
    #[oai(path = "/:decision_id/actions", method = "post", operation_id = "decision_act")]
    async fn act(
        &self,
        app: Data<&App>,
        caller: Caller,
        decision_id: Path<DecisionId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<DecisionAct>,
    ) -> Result<DecisionShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("decision_act {}", decision_id.0), &body.digest)?;
        let seen = headers::seen(&if_match)?;
        let DecisionAct { action, reason } = body.value;
        Ok(shown(actor, decisions::act(&app, actor, decision_id.0, seen, (action, reason), &once).await?))
    }
}
