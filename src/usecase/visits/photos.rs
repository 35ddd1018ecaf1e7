//! Photos of a visit: kept like materials, by digest.

use std::io::Read;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{PhotoId, VisitId};
use crate::domain::material::{self as kinds, MediaType};
use crate::error::{Error, Result};
use crate::store::entity::visit_photo;
use crate::store::idempotency::Once;
use crate::usecase::materials;
use crate::usecase::visits::steps;

/// A photo as it arrived: spooled to disk by the edge, never whole in memory.
pub struct Photo {
    /// As the sender named it.
    pub file_name: String,
    pub file: std::fs::File,
    pub size: u64,
    pub sha256: String,
}

/// Adds a photo while the visit is open.
///
/// # Errors
/// `FileType` when the content is not PDF, JPEG or PNG; `TooLarge`; `OutOfTurn` for anybody but inspectors of the
/// supervising department, or when the visit is done; `Invalid` when the visit is full.
pub async fn add(app: &App, actor: &Actor, id: VisitId, mut photo: Photo, once: &Once) -> Result<visit_photo::Model> {
    if photo.size > kinds::MAX_FILE {
        return Err(Error::TooLarge(kinds::MAX_FILE));
    }
    let mut first = vec![];
    (&mut photo.file).take(16).read_to_end(&mut first).map_err(Error::internal)?;
    let (now, new) = (app.clock.now(), app.clock.new_id());
    let tx = app.store.begin().await?;
    let visit = tx.visit(actor, id).await?;
    if let Some(earlier) = tx.claim(once, new, now).await? {
        return tx.visit_photo(earlier).await;
    }
    steps::photographs(&visit, actor)?;
    let media_type = MediaType::of_content(&first).ok_or(Error::FileType)?;
    tx.hold_visit(&visit).await?;
    let present = tx.visit_photos(id.0).await?;
    let total: u64 = present.iter().map(|p| p.size.unsigned_abs()).sum();
    if present.len() >= kinds::MAX_FILES || total + photo.size > kinds::MAX_FILING {
        let zh = "一次核查最多100张照片、共200 MB，请压缩后再上传。";
        return Err(Error::field("/file", zh, "A visit holds at most 100 photos and 200 MB."));
    }
    let row = visit_photo::Model {
        id: new,
        visit_id: id.0,
        file_name: kinds::safe_file_name(&photo.file_name, media_type),
        media_type: media_type.name().to_owned(),
        size: i64::try_from(photo.size).map_err(Error::internal)?,
        sha256: photo.sha256,
        added_at: now,
    };
    materials::keep(&tx, &row.sha256, first.as_slice().chain(photo.file)).await?;
    tx.add_visit_photo(row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// One photo of a visit within the actor's scope; photos are for the authorities, not for the clinic.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: VisitId, photo: PhotoId) -> Result<visit_photo::Model> {
    app.store.visit(actor, id).await?;
    if actor.role == Role::Clinic {
        return Err(Error::NotFound("photo"));
    }
    app.store.visit_photo(id, photo).await
}
