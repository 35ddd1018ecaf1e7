//! Filings: the clinic writes, officers decide.

use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

mod checks;
mod duplicates;
mod views;

pub use views::AuthorityView;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::filings::checks::{FilingCheck, FilingPersons, FilingRecheck};
use crate::api::filings::duplicates::FilingDuplicates;
use crate::api::filings::views::{
    FilingAct, FilingCreate, FilingHistory, FilingSummary, FilingUnmask, FilingView, filing_view, history_view,
    unmasked_view,
};
use crate::api::headers;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::dossier::Dossier;
use crate::domain::id::FilingId;
use crate::domain::lifecycle::{Kind, Stage};
use crate::domain::particulars::Particulars;
use crate::store::entity::filing;
use crate::store::filings::FilingFilter;
use crate::usecase::actions::{self, Command};
use crate::usecase::deadlines;
use crate::usecase::filings::{self, Case, NewFiling};
use crate::usecase::likeness;
use crate::usecase::papers::{self, Of};
use crate::usecase::persons;
use crate::usecase::recheck;
use crate::usecase::unmaskings;

#[derive(ApiResponse)]
pub enum FilingCreated {
    /// The draft.
    #[oai(status = 201)]
    Created(
        Json<FilingView>,
        /// Version
        #[oai(header = "ETag")]
        String,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum FilingShown {
    /// The filing as it stands.
    #[oai(status = 200)]
    Shown(
        Json<FilingView>,
        /// Version
        #[oai(header = "ETag")]
        String,
    ),
}

fn shown(app: &App, actor: &Actor, case: Case) -> FilingShown {
    let etag = headers::etag(case.row.version);
    FilingShown::Shown(Json(filing_view(app, actor, case)), etag)
}

pub struct Filings;

#[OpenApi(prefix_path = "/filings", tag = "Tag::Filings")]
impl Filings {
    /// 起草备案 · Draft a filing
    #[oai(path = "/", method = "post", operation_id = "filing_create")]
    async fn create(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<FilingCreate>,
    ) -> Result<FilingCreated, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "filing_create", &body.digest)?;
        let FilingCreate { kind, clinic, dossier, particulars } = body.value;
        let case = filings::draft(&app, actor, NewFiling { kind, clinic, dossier, particulars }, &once).await?;
        let (etag, location) =
            (headers::etag(case.row.version), format!("{}/filings/{}", crate::api::BASE, case.row.id));
        Ok(FilingCreated::Created(Json(filing_view(&app, actor, case)), etag, location))
    }

    /// 办件列表 · List filings
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "filing_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 阶段
        stage: Query<Option<Stage>>,
        /// 备案种类
        kind: Query<Option<Kind>>,
        /// 是否逾期: whether the authority's clock has run out
        overdue: Query<Option<bool>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<FilingSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        let overdue = overdue.0.map(|yes| (yes, app.clock.today()));
        let filter = FilingFilter { stage: stage.0, kind: kind.0, overdue, before: page::cursor(&cursor)? };
        let rows = filings::list(&app, &caller.0.actor, filter, limit).await?;
        let left = deadlines::of_filings(&app, rows.iter().map(|row| row.id).collect()).await?;
        let view = |row: filing::Model| {
            let left = left.get(&row.id).copied();
            FilingSummary::of(row, left)
        };
        Ok(Json(page::page(rows, limit, |row| row.id, view)))
    }

    /// 查看办件 · Show a filing
    #[oai(path = "/:filing_id", method = "get", operation_id = "filing_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, filing_id: Path<FilingId>) -> Result<FilingShown, Problem> {
        let case = filings::view(&app, &caller.0.actor, filing_id.0).await?;
        Ok(shown(&app, &caller.0.actor, case))
    }

    /// 修改信息表 · Replace the dossier
    #[oai(path = "/:filing_id/dossier", method = "put", operation_id = "filing_revise")]
    async fn revise(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<Dossier>,
    ) -> Result<FilingShown, Problem> {
        let seen = headers::seen(&if_match)?;
        let case = filings::revise(&app, &caller.0.actor, filing_id.0, seen, body.value).await?;
        Ok(shown(&app, &caller.0.actor, case))
    }

    /// 填写备案事项 · Replace the particulars
    #[oai(path = "/:filing_id/particulars", method = "put", operation_id = "filing_specify")]
    async fn specify(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<Particulars>,
    ) -> Result<FilingShown, Problem> {
        let seen = headers::seen(&if_match)?;
        let case = filings::specify(&app, &caller.0.actor, filing_id.0, seen, body.value).await?;
        Ok(shown(&app, &caller.0.actor, case))
    }

    /// 自查 · Every finding at once
    #[oai(path = "/:filing_id/check", method = "get", operation_id = "filing_check")]
    async fn check(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
    ) -> Result<Json<FilingCheck>, Problem> {
        let told = filings::check(&app, &caller.0.actor, filing_id.0).await?;
        let passes = told.iter().all(|t| !t.blocks());
        let findings = told.into_iter().map(Into::into).collect();
        Ok(Json(FilingCheck { passes, rule_set: app.law().rule_set(), findings }))
    }

    /// 人员在其他诊所登记情况 · Persons of the filing who are filed at other clinics
    #[oai(path = "/:filing_id/persons", method = "get", operation_id = "filing_persons")]
    async fn persons(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
    ) -> Result<Json<FilingPersons>, Problem> {
        let rows = persons::occupied(&app, &caller.0.actor, filing_id.0).await?;
        Ok(Json(FilingPersons { items: rows.into_iter().map(Into::into).collect() }))
    }

    /// 疑似重复 · Clinics and filings with the same premises, principal or phone, or a near-same name
    ///
    /// The applicant sees what the public may know.
    #[oai(path = "/:filing_id/duplicates", method = "get", operation_id = "filing_duplicates")]
    async fn duplicates(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
    ) -> Result<Json<FilingDuplicates>, Problem> {
        let rows = likeness::duplicates(&app, &caller.0.actor, filing_id.0).await?;
        Ok(Json(FilingDuplicates { items: rows.into_iter().map(Into::into).collect() }))
    }

    /// 办理 · Take a step
    #[oai(path = "/:filing_id/actions", method = "post", operation_id = "filing_act")]
    async fn act(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<FilingAct>,
    ) -> Result<FilingShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("filing_act {}", filing_id.0), &body.digest)?;
        let seen = headers::seen(&if_match)?;
        let FilingAct { action, reason, defects, authority_id, number, answers } = body.value;
        let command = Command { action, reason, defects, authority: authority_id, number, answers };
        let case = actions::act(&app, actor, filing_id.0, seen, command, &once).await?;
        Ok(shown(&app, actor, case))
    }

    /// 复核 · Check a step again, under the law of then and of now
    #[oai(path = "/:filing_id/recheck", method = "get", operation_id = "filing_recheck")]
    async fn recheck(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// The step, as the history counts: 1, 2, 3 …
        sequence: Query<u32>,
    ) -> Result<Json<FilingRecheck>, Problem> {
        let recheck = recheck::recheck(&app, &caller.0.actor, filing_id.0, sequence.0).await?;
        Ok(Json(recheck.into()))
    }

    /// 查看个人信息 · Show it with its personal data
    ///
    /// Kept with its reason, for the auditor.
    #[oai(path = "/:filing_id/unmaskings", method = "post", operation_id = "filing_unmask")]
    async fn unmask(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<FilingUnmask>,
    ) -> Result<FilingShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("filing_unmask {}", filing_id.0), &body.digest)?;
        let case = unmaskings::unmask(&app, actor, filing_id.0, &body.value.reason, &once).await?;
        let etag = headers::etag(case.row.version);
        Ok(FilingShown::Shown(Json(unmasked_view(&app, case)), etag))
    }

    /// 办理过程 · History
    #[oai(path = "/:filing_id/history", method = "get", operation_id = "filing_history")]
    async fn history(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
    ) -> Result<Json<FilingHistory>, Problem> {
        let rows = filings::history(&app, &caller.0.actor, filing_id.0).await?;
        let made = papers::of(&app, Of::Filing(filing_id.0.0)).await?;
        Ok(Json(history_view(&app, rows, &made)))
    }
}
