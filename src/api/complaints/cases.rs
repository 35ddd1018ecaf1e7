//! Reports as the office works them off.

use futures_util::stream;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::complaints::views::{
    ComplaintAct, ComplaintHistory, ComplaintSummary, ComplaintUnmask, ComplaintView, case_view, event_view, summary,
};
use crate::api::headers;
use crate::api::materials::percent_encoded;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::complaint::{ComplaintKind, ComplaintStage};
use crate::domain::id::{ComplaintId, PhotoId};
use crate::edge::text;
use crate::error::Error;
use crate::usecase::complaints::{self, Case, Command, ComplaintFilter};

#[derive(ApiResponse)]
pub enum ComplaintShown {
    /// The report as it stands.
    #[oai(status = 200)]
    Shown(
        Json<ComplaintView>,
        /// Version
        #[oai(header = "ETag")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum ComplaintPhotoContent {
    /// The file.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Content(
        Binary<poem::Body>,
        /// Always a download, never shown by the browser
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

fn shown(case: Case) -> ComplaintShown {
    let etag = headers::etag(case.row.version);
    ComplaintShown::Shown(Json(case_view(case)), etag)
}

pub struct Cases;

#[OpenApi(prefix_path = "/complaint-cases", tag = "Tag::Complaints")]
impl Cases {
    /// 投诉举报列表 · List reports
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "complaint_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 阶段
        stage: Query<Option<ComplaintStage>>,
        /// 举报事项
        kind: Query<Option<ComplaintKind>>,
        /// 备案编号
        clinic: Query<Option<String>>,
        /// 是否逾期: the answer is late
        overdue: Query<Option<bool>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ComplaintSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = clinic.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/clinic", zh, en).into());
        }
        let before = page::cursor(&cursor)?;
        let filter = ComplaintFilter { stage: stage.0, kind: kind.0, clinic: clinic.0, overdue: None, before };
        let rows = complaints::list(&app, &caller.0.actor, filter, overdue.0, limit).await?;
        Ok(Json(page::page(rows, limit, |(row, _)| row.id, summary)))
    }

    /// 查看投诉举报 · Show a report
    #[oai(path = "/:complaint_id", method = "get", operation_id = "complaint_view")]
    async fn view(
        &self,
        app: Data<&App>,
        caller: Caller,
        complaint_id: Path<ComplaintId>,
    ) -> Result<ComplaintShown, Problem> {
        Ok(shown(complaints::view(&app, &caller.0.actor, complaint_id.0).await?))
    }

    /// 办理投诉举报 · Take a step
    #[oai(path = "/:complaint_id/actions", method = "post", operation_id = "complaint_act")]
    async fn act(
        &self,
        app: Data<&App>,
        caller: Caller,
        complaint_id: Path<ComplaintId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<ComplaintAct>,
    ) -> Result<ComplaintShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("complaint_act {}", complaint_id.0), &body.digest)?;
        let seen = headers::seen(&if_match)?;
        let ComplaintAct { action, reason, authority_id, outcome, reply, clinic, due_on, team } = body.value;
        let command = Command { action, reason, authority: authority_id, outcome, reply, clinic, due_on, team };
        Ok(shown(complaints::act(&app, actor, complaint_id.0, seen, command, &once).await?))
    }

    /// 查看举报人联系方式 · Read how the reporter can be reached
    #[oai(path = "/:complaint_id/unmaskings", method = "post", operation_id = "complaint_unmask")]
    async fn unmask(
        &self,
        app: Data<&App>,
        caller: Caller,
        complaint_id: Path<ComplaintId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<ComplaintUnmask>,
    ) -> Result<ComplaintShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("complaint_unmask {}", complaint_id.0), &body.digest)?;
        Ok(shown(complaints::unmask(&app, actor, complaint_id.0, &body.value.reason, &once).await?))
    }

    /// 办理经过 · History
    #[oai(path = "/:complaint_id/history", method = "get", operation_id = "complaint_history")]
    async fn history(
        &self,
        app: Data<&App>,
        caller: Caller,
        complaint_id: Path<ComplaintId>,
    ) -> Result<Json<ComplaintHistory>, Problem> {
        let rows = complaints::history(&app, &caller.0.actor, complaint_id.0).await?;
        Ok(Json(ComplaintHistory { items: rows.into_iter().map(event_view).collect() }))
    }

    /// 查看举报照片 · Fetch a photo
    #[oai(path = "/:complaint_id/photos/:photo_id", method = "get", operation_id = "complaint_photo_view")]
    async fn photo(
        &self,
        app: Data<&App>,
        caller: Caller,
        complaint_id: Path<ComplaintId>,
        photo_id: Path<PhotoId>,
    ) -> Result<ComplaintPhotoContent, Problem> {
        let row = complaints::view_photo(&app, &caller.0.actor, complaint_id.0, photo_id.0).await?;
        let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&row.file_name));
        let store = app.store.clone();
        let pieces = stream::try_unfold((store, row.sha256, 0), |(store, sha256, sequence)| async move {
            let piece = store.blob_piece(&sha256, sequence).await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>(piece.map(|bytes| (bytes, (store, sha256, sequence + 1))))
        });
        Ok(ComplaintPhotoContent::Content(Binary(poem::Body::from_bytes_stream(pieces)), disposition))
    }
}
