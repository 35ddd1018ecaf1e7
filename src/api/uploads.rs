//! Materials in pieces, in the spirit of tus 1.0: begun with a size, continued where the last piece ended.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::{Json, ParsePayload, Payload};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiResponse, Object, OpenApi, impl_apirequest_for_payload};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::materials::MaterialView;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::{FilingId, UploadId};
use crate::domain::material;
use crate::error::Error;
use crate::usecase::uploads::{self, Arriving};

/// A file that is to arrive in pieces.
#[derive(Debug, Deserialize, Object)]
pub struct UploadCreate {
    /// 材料代码, of the materials list
    #[oai(validator(max_length = 100))]
    code: String,
    /// 文件名
    #[oai(validator(max_length = 200))]
    file_name: String,
    /// Size of the whole file, bytes; at most 20 MB
    size: u64,
}

/// How far a file has come.
#[derive(Debug, Object)]
#[oai(rename = "Upload", skip_serializing_if_is_none)]
pub struct UploadView {
    pub id: UploadId,
    /// 材料代码, of the materials list
    pub code: String,
    /// 文件名
    pub file_name: String,
    /// Size of the whole file, bytes
    pub size: u64,
    /// How many bytes have arrived: where the next piece begins
    pub received: u64,
    /// When it is given up, unless another piece arrives
    pub expires_at: DateTime<Utc>,
    /// The material that it has become
    pub material: Option<MaterialView>,
}

impl From<Arriving> for UploadView {
    fn from(arriving: Arriving) -> Self {
        let expires_at = arriving.expires_at();
        let Arriving { row, material } = arriving;
        Self {
            id: UploadId(row.id),
            code: row.code,
            file_name: row.file_name,
            size: row.size.unsigned_abs(),
            received: row.received.unsigned_abs(),
            expires_at,
            material: material.map(Into::into),
        }
    }
}

/// A piece of a file, as it is.
pub struct Piece(Vec<u8>);

impl Payload for Piece {
    const CONTENT_TYPE: &'static str = "application/offset+octet-stream";

    fn check_content_type(content_type: &str) -> bool {
        content_type.split(';').next().is_some_and(|m| m.trim().eq_ignore_ascii_case(Self::CONTENT_TYPE))
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema { format: Some("binary"), ..MetaSchema::new("string") }))
    }
}

impl ParsePayload for Piece {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let limit = usize::try_from(material::LARGEST_PIECE).unwrap_or(usize::MAX);
        let body = poem::Body::from_request(request, body).await?;
        let too_large = |_| Problem::from(Error::TooLarge(material::LARGEST_PIECE));
        Ok(Self(body.into_bytes_limit(limit).await.map_err(too_large)?.to_vec()))
    }
}

impl_apirequest_for_payload!(Piece);

#[derive(ApiResponse)]
pub enum UploadCreated {
    /// The upload, of which nothing has arrived yet.
    #[oai(status = 201)]
    Created(
        Json<UploadView>,
        /// Where its pieces go
        #[oai(header = "Location")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum UploadState {
    /// How far it has come.
    #[oai(status = 200)]
    State(
        Json<UploadView>,
        /// Where the next piece begins
        #[oai(header = "Upload-Offset")]
        u64,
        /// Size of the whole file
        #[oai(header = "Upload-Length")]
        u64,
    ),
}

impl From<Arriving> for UploadState {
    fn from(arriving: Arriving) -> Self {
        let view = UploadView::from(arriving);
        let (received, size) = (view.received, view.size);
        Self::State(Json(view), received, size)
    }
}

#[derive(ApiResponse)]
pub enum UploadDeleted {
    /// The upload is gone.
    #[oai(status = 204)]
    Gone,
}

pub struct Uploads;

#[OpenApi(prefix_path = "/filings", tag = "Tag::Filings")]
impl Uploads {
    /// 分段上传材料 · Begin to upload a material in pieces
    ///
    /// For connections that break off. What is known to be wrong is refused here, before a byte is sent. An upload is given up
    /// 24 hours after its last piece; an account has at most 20 of them with 200 MB.
    #[oai(path = "/:filing_id/uploads", method = "post", operation_id = "upload_create")]
    async fn create(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<UploadCreate>,
    ) -> Result<UploadCreated, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("upload_create {}", filing_id.0), &body.digest)?;
        let UploadCreate { code, file_name, size } = body.value;
        let new = uploads::New { code, file_name, size };
        let begun = uploads::begin(&app, actor, filing_id.0, new, &once).await?;
        let location = format!("{}/filings/{}/uploads/{}", super::BASE, filing_id.0, begun.row.id);
        Ok(UploadCreated::Created(Json(begun.into()), location))
    }

    /// 查看上传进度 · See how far an upload has come
    #[oai(path = "/:filing_id/uploads/:upload_id", method = "get", operation_id = "upload_view")]
    async fn view(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        upload_id: Path<UploadId>,
    ) -> Result<UploadState, Problem> {
        Ok(uploads::view(&app, &caller.0.actor, filing_id.0, upload_id.0).await?.into())
    }

    /// 续传一段 · Send the next piece of an upload
    ///
    /// A piece has 16 KB to 1 MB; the last one may be smaller. With the last one the file becomes a material, by the same checks
    /// as `material_add`. A piece that does not begin where the last one ended is answered 409 `upload.offset` with the right
    /// offset: whoever lost an answer goes on from there; an empty piece at the end answers the material again. A file whose
    /// content cannot be taken is refused, and its upload is gone.
    #[oai(path = "/:filing_id/uploads/:upload_id", method = "patch", operation_id = "upload_append")]
    async fn append(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        upload_id: Path<UploadId>,
        /// Where this piece begins: how many bytes have arrived
        #[oai(name = "Upload-Offset")]
        offset: Header<u64>,
        piece: Piece,
    ) -> Result<UploadState, Problem> {
        let (actor, bytes) = (&caller.0.actor, piece.0);
        Ok(uploads::append(&app, actor, filing_id.0, upload_id.0, offset.0, bytes).await?.into())
    }

    /// 取消上传 · Give an upload up
    ///
    /// A material that it has become stays; that is taken back by `material_delete`.
    #[oai(path = "/:filing_id/uploads/:upload_id", method = "delete", operation_id = "upload_delete")]
    async fn delete(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        upload_id: Path<UploadId>,
    ) -> Result<UploadDeleted, Problem> {
        uploads::cancel(&app, &caller.0.actor, filing_id.0, upload_id.0).await?;
        Ok(UploadDeleted::Gone)
    }
}
