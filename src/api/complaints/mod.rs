//! Reports from the public: sent and followed by anybody, worked off by the office (`cases.rs`).

use poem::web::Data;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

mod cases;
mod views;

pub use cases::Cases;

use crate::api::Tag;
use crate::api::body::Body;
use crate::api::complaints::views::{
    ComplaintCreate, ComplaintPhotoForm, ComplaintPhotoView, ComplaintStatus, status_view,
};
use crate::api::headers;
use crate::api::materials::spool;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::complaint;
use crate::edge::text;
use crate::error::Error;
use crate::usecase::complaints::{self, New, Sender};
use crate::usecase::pace::{self, Client, Limit};

#[derive(ApiResponse)]
pub enum ComplaintCreated {
    /// Where it stands; `reference` is the only key to it.
    #[oai(status = 201)]
    Created(Json<ComplaintStatus>),
}

#[derive(ApiResponse)]
pub enum ComplaintPhotoAdded {
    /// The photo.
    #[oai(status = 201)]
    Added(Json<ComplaintPhotoView>),
}

pub struct Complaints;

#[OpenApi(prefix_path = "/complaints", tag = "Tag::Complaints")]
impl Complaints {
    /// 投诉举报 · Report a clinic, a certificate or a place
    ///
    /// Nobody signs in. Name the clinic, the code of a certificate (kept as it is, forged or not) or a place. Sending the
    /// same again with the same key is one report. How often one address may report is R-095's (429).
    #[oai(path = "/", method = "post", operation_id = "complaint_create")]
    async fn create(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        /// One effect per key and content
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<ComplaintCreate>,
    ) -> Result<ComplaintCreated, Problem> {
        let key = headers::key(&key)?;
        let ComplaintCreate { kind, clinic, code, place, details, contact, authority_id } = body.value;
        let new = New { kind: Some(kind), clinic, code, place, details, contact, authority: authority_id };
        let sender = Sender { client: &client, key, digest: &body.digest };
        let answer = complaints::create(&app, new, vec![], sender).await?;
        Ok(ComplaintCreated::Created(Json(status_view(answer))))
    }

    /// 查询投诉举报 · Follow a report
    ///
    /// By the reference number that the report was answered with. What was reported, and by whom, is never told.
    #[oai(path = "/:reference", method = "get", operation_id = "complaint_follow")]
    async fn follow(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        reference: Path<String>,
    ) -> Result<Json<ComplaintStatus>, Problem> {
        Ok(Json(status_view(complaints::follow(&app, &reference, &client).await?)))
    }

    /// 补充照片 · Add a photo to a report
    ///
    /// The picture is drawn anew; where and with what it was taken (EXIF, GPS) is not kept.
    #[oai(path = "/:reference/photos", method = "post", operation_id = "complaint_photo_add")]
    async fn add_photo(
        &self,
        app: Data<&App>,
        client: Data<&Client>,
        reference: Path<String>,
        /// One effect per key and content
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        form: ComplaintPhotoForm,
    ) -> Result<ComplaintPhotoAdded, Problem> {
        let key = headers::key(&key)?;
        let file_name = form.file.file_name().unwrap_or_default().to_owned();
        if let Some((zh, en)) = text::defect(&file_name) {
            return Err(Error::field("/file", zh, en).into());
        }
        pace::take(&app, Limit::Uploads, &client).await?;
        let (file, digest, size) = spool(form.file.into_file()).await?;
        if size > complaint::LARGEST_PHOTO {
            return Err(Error::TooLarge(complaint::LARGEST_PHOTO).into());
        }
        let bytes = read(file).await?;
        let picture = complaints::clean(&file_name, bytes).await?;
        let sender = Sender { client: &client, key, digest: &digest };
        let row = complaints::add_photo(&app, &reference, picture, sender).await?;
        Ok(ComplaintPhotoAdded::Added(Json(row.into())))
    }
}

/// A small spooled file, whole.
async fn read(mut file: std::fs::File) -> Result<Vec<u8>, Error> {
    use std::io::Read;
    let whole = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).map(|_| bytes)
    });
    whole.await.map_err(Error::internal)?.map_err(Error::internal)
}
