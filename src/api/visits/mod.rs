//! Visits: ordered, made, recorded, photographed.

use futures_util::stream;
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, OpenApi};

mod views;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::materials::{percent_encoded, spool};
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::api::visits::views::{
    PhotoForm, PhotoView, VisitAct, VisitHistory, VisitOrder, VisitSummary, VisitView, event_view, summary, visit_view,
};
use crate::app::App;
use crate::domain::id::{PhotoId, VisitId};
use crate::domain::visit::{VisitKind, VisitStage};
use crate::edge::text;
use crate::error::Error;
use crate::usecase::papers::{self, Of};
use crate::usecase::visits::{self, Case, Command, Photo, Special, VisitFilter};

#[derive(ApiResponse)]
pub enum VisitOrdered {
    /// The visit.
    #[oai(status = 201)]
    Ordered(
        Json<VisitView>,
        /// Version
        #[oai(header = "ETag")]
        String,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum VisitShown {
    /// The visit as it stands.
    #[oai(status = 200)]
    Shown(
        Json<VisitView>,
        /// Version
        #[oai(header = "ETag")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum PhotoAdded {
    /// The photo.
    #[oai(status = 201)]
    Added(Json<PhotoView>),
}

#[derive(ApiResponse)]
pub enum PhotoContent {
    /// The file.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Content(
        Binary<poem::Body>,
        /// Always a download, never shown by the browser
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

fn shown(case: Case) -> VisitShown {
    let etag = headers::etag(case.row.version);
    VisitShown::Shown(Json(visit_view(case)), etag)
}

pub struct Visits;

#[OpenApi(prefix_path = "/visits", tag = "Tag::Visits")]
impl Visits {
    /// 安排专项检查 · Order a special inspection
    #[oai(path = "/", method = "post", operation_id = "visit_order")]
    async fn order(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<VisitOrder>,
    ) -> Result<VisitOrdered, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, "visit_order", &body.digest)?;
        let VisitOrder { clinic, due_on, reason, team } = body.value;
        let case = visits::special(&app, actor, Special { clinic, due_on, reason, team }, &once).await?;
        let (etag, location) =
            (headers::etag(case.row.version), format!("{}/visits/{}", crate::api::BASE, case.row.id));
        Ok(VisitOrdered::Ordered(Json(visit_view(case)), etag, location))
    }

    /// 核查列表 · List visits
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "visit_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 阶段
        stage: Query<Option<VisitStage>>,
        /// 核查种类
        kind: Query<Option<VisitKind>>,
        /// 备案编号
        clinic: Query<Option<String>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<VisitSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = clinic.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/clinic", zh, en).into());
        }
        let before = page::cursor(&cursor)?;
        let filter = VisitFilter { stage: stage.0, kind: kind.0, clinic: clinic.0, before };
        let rows = visits::list(&app, &caller.0.actor, filter, limit).await?;
        Ok(Json(page::page(rows, limit, |(row, _)| row.id, summary)))
    }

    /// 查看核查 · Show a visit
    #[oai(path = "/:visit_id", method = "get", operation_id = "visit_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, visit_id: Path<VisitId>) -> Result<VisitShown, Problem> {
        Ok(shown(visits::view(&app, &caller.0.actor, visit_id.0).await?))
    }

    /// 办理核查 · Take a step
    #[oai(path = "/:visit_id/actions", method = "post", operation_id = "visit_act")]
    async fn act(
        &self,
        app: Data<&App>,
        caller: Caller,
        visit_id: Path<VisitId>,
        /// Version that the caller saw
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<VisitAct>,
    ) -> Result<VisitShown, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("visit_act {}", visit_id.0), &body.digest)?;
        let seen = headers::seen(&if_match)?;
        let VisitAct { action, reason, team, record, rectify_by } = body.value;
        let command = Command { action, reason, team, record, rectify_by };
        Ok(shown(visits::act(&app, actor, visit_id.0, seen, command, &once).await?))
    }

    /// 核查过程 · History
    #[oai(path = "/:visit_id/history", method = "get", operation_id = "visit_history")]
    async fn history(
        &self,
        app: Data<&App>,
        caller: Caller,
        visit_id: Path<VisitId>,
    ) -> Result<Json<VisitHistory>, Problem> {
        let rows = visits::history(&app, &caller.0.actor, visit_id.0).await?;
        let made = papers::of(&app, Of::Visit(visit_id.0.0)).await?;
        Ok(Json(VisitHistory { items: (1..).zip(rows).map(|row| event_view(&made, row)).collect() }))
    }

    /// 上传现场照片 · Add a photo
    #[oai(path = "/:visit_id/photos", method = "post", operation_id = "visit_photo_add")]
    async fn add_photo(
        &self,
        app: Data<&App>,
        caller: Caller,
        visit_id: Path<VisitId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: PhotoForm,
    ) -> Result<PhotoAdded, Problem> {
        let actor = &caller.0.actor;
        let file_name = form.file.file_name().unwrap_or_default().to_owned();
        if let Some((zh, en)) = text::defect(&file_name) {
            return Err(Error::field("/file", zh, en).into());
        }
        let (file, sha256, size) = spool(form.file.into_file()).await?;
        let once = headers::once(actor, &key, &format!("visit_photo_add {}", visit_id.0), &sha256)?;
        let row = visits::add_photo(&app, actor, visit_id.0, Photo { file_name, file, size, sha256 }, &once).await?;
        Ok(PhotoAdded::Added(Json(row.into())))
    }

    /// 查看现场照片 · Fetch a photo
    #[oai(path = "/:visit_id/photos/:photo_id", method = "get", operation_id = "visit_photo_view")]
    async fn photo(
        &self,
        app: Data<&App>,
        caller: Caller,
        visit_id: Path<VisitId>,
        photo_id: Path<PhotoId>,
    ) -> Result<PhotoContent, Problem> {
        let row = visits::view_photo(&app, &caller.0.actor, visit_id.0, photo_id.0).await?;
        let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&row.file_name));
        let store = app.store.clone();
        let pieces = stream::try_unfold((store, row.sha256, 0), |(store, sha256, sequence)| async move {
            let piece = store.blob_piece(&sha256, sequence).await.map_err(std::io::Error::other)?;
            Ok::<_, std::io::Error>(piece.map(|bytes| (bytes, (store, sha256, sequence + 1))))
        });
        Ok(PhotoContent::Content(Binary(poem::Body::from_bytes_stream(pieces)), disposition))
    }
}
