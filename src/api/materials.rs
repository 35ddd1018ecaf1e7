//! Materials of a filing: uploads and downloads, both as streams.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::types::multipart::Upload;
use poem_openapi::{ApiResponse, Multipart, Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::headers;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::{FilingId, MaterialId};
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::material;
use crate::usecase::materials;

/// An uploaded material.
#[derive(Debug, Object)]
#[oai(rename = "Material")]
pub struct MaterialView {
    pub id: MaterialId,
    /// 材料代码, of the materials list
    pub code: String,
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

impl From<material::Model> for MaterialView {
    fn from(row: material::Model) -> Self {
        let material::Model { id, filing_id: _, code, file_name, media_type, size, sha256, added_at } = row;
        Self { id: MaterialId(id), code, file_name, media_type, size, sha256, added_at }
    }
}

/// The materials of a filing.
#[derive(Debug, Object)]
pub struct MaterialList {
    pub items: Vec<MaterialView>,
}

/// A material to add.
#[derive(Debug, Multipart)]
#[oai(deny_unknown_fields)]
pub struct MaterialForm {
    /// 材料代码, of the materials list
    code: String,
    /// The file: PDF, JPEG or PNG, at most 20 MB
    file: Upload,
}

#[derive(ApiResponse)]
pub enum MaterialAdded {
    /// The material.
    #[oai(status = 201)]
    Added(Json<MaterialView>),
}

#[derive(ApiResponse)]
pub enum MaterialContent {
    /// The file.
    #[oai(status = 200, content_type = "application/octet-stream")]
    Content(
        Binary<poem::Body>,
        /// Always a download, never shown by the browser
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

#[derive(ApiResponse)]
pub enum MaterialDeleted {
    /// The material is gone.
    #[oai(status = 204)]
    Gone,
}

pub struct Materials;

#[OpenApi(prefix_path = "/filings", tag = "Tag::Filings")]
impl Materials {
    /// 上传材料 · Add a material
    #[oai(path = "/:filing_id/materials", method = "post", operation_id = "material_add")]
    async fn add(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: MaterialForm,
    ) -> Result<MaterialAdded, Problem> {
        let actor = &caller.0.actor;
        let MaterialForm { code, file } = form;
        let file_name = file.file_name().unwrap_or_default().to_owned();
        if let Some((zh, en)) = text::defect(&code).or_else(|| text::defect(&file_name)) {
            return Err(Error::field("/file", zh, en).into());
        }
        let spooled = file.into_file();
        let (file, digest, size) = spool(spooled).await?;
        let content = format!("{code} {digest}");
        let once = headers::once(actor, &key, &format!("material_add {}", filing_id.0), &content)?;
        let upload = materials::Upload { code, file_name, file, size, sha256: digest };
        let row = materials::add(&app, actor, filing_id.0, upload, &once).await?;
        Ok(MaterialAdded::Added(Json(row.into())))
    }

    /// 材料列表 · List materials
    #[oai(path = "/:filing_id/materials", method = "get", operation_id = "material_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
    ) -> Result<Json<MaterialList>, Problem> {
        let rows = materials::list(&app, &caller.0.actor, filing_id.0).await?;
        Ok(Json(MaterialList { items: rows.into_iter().map(Into::into).collect() }))
    }

    /// 删除材料 · Take a material back
    #[oai(path = "/:filing_id/materials/:material_id", method = "delete", operation_id = "material_delete")]
    async fn delete(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        material_id: Path<MaterialId>,
    ) -> Result<MaterialDeleted, Problem> {
        materials::remove(&app, &caller.0.actor, filing_id.0, material_id.0).await?;
        Ok(MaterialDeleted::Gone)
    }

    /// 查看材料 · Fetch a material's file
    #[oai(path = "/:filing_id/materials/:material_id", method = "get", operation_id = "material_view")]
    async fn view(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_id: Path<FilingId>,
        material_id: Path<MaterialId>,
    ) -> Result<MaterialContent, Problem> {
        let row = materials::view(&app, &caller.0.actor, filing_id.0, material_id.0).await?;
        let disposition = format!("attachment; filename*=UTF-8''{}", percent_encoded(&row.file_name));
        let pieces = materials::content(&app, row.sha256);
        Ok(MaterialContent::Content(Binary(poem::Body::from_bytes_stream(pieces)), disposition))
    }
}

/// Measures a spooled upload off the event loop, and rewinds it.
pub(super) async fn spool(file: tokio::fs::File) -> Result<(std::fs::File, String, u64), Error> {
    use std::io::{Seek, SeekFrom};
    let mut file = file.into_std().await;
    let measured = tokio::task::spawn_blocking(move || {
        file.seek(SeekFrom::Start(0))?;
        let (digest, size) = materials::digest(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok::<_, std::io::Error>((file, digest, size))
    });
    measured.await.map_err(Error::internal)?.map_err(Error::internal)
}

/// RFC 8187 encoding of a file name.
pub(super) fn percent_encoded(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
