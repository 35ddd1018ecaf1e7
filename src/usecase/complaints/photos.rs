//! Photos of a report. Each is decoded and drawn anew, so that neither where and with what it was taken (EXIF, GPS) nor
//! anything else that hides in a file is kept.

use std::io::Cursor;
use std::sync::LazyLock;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::complaint;
use crate::domain::id::{ComplaintId, PhotoId};
use crate::domain::material::{self as kinds, MediaType};
use crate::domain::short_code::ShortCode;
use crate::domain::value::hex;
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::complaint_photo::Model as Kept;
use crate::usecase::complaints::Sender;
use crate::usecase::materials;

/// Longest side of a photo, pixels.
const LONGEST: u32 = 12_000;
/// Most bytes of a photo in memory: 50 million pixels of four bytes.
const MEMORY: u64 = 200_000_000;
/// How well a JPEG is drawn anew, of 100: text on a sign stays readable.
const QUALITY: u8 = 88;

/// A photo takes much memory while it is decoded: few at once, whoever sends them.
static DECODING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// A photo that is only its picture.
pub struct Picture {
    pub file_name: String,
    media_type: MediaType,
    bytes: Vec<u8>,
    pub sha256: String,
}

/// Draws a photo anew, without anything but the picture.
///
/// # Errors
/// `TooLarge`; `FileType` for what is no JPEG or PNG, or cannot be decoded; `Invalid` for too many pixels.
pub async fn clean(file_name: &str, bytes: Vec<u8>) -> Result<Picture> {
    if bytes.len() as u64 > complaint::LARGEST_PHOTO {
        return Err(Error::TooLarge(complaint::LARGEST_PHOTO));
    }
    let media_type = MediaType::of_content(&bytes).filter(|kind| *kind != MediaType::Pdf).ok_or(Error::FileType)?;
    let file_name = kinds::safe_file_name(file_name, media_type);
    let _turn = DECODING.acquire().await.map_err(Error::internal)?;
    let drawn = tokio::task::spawn_blocking(move || draw(bytes, media_type)).await.map_err(Error::internal)??;
    Ok(Picture { file_name, media_type, sha256: hex(&Sha256::digest(&drawn)), bytes: drawn })
}

fn draw(bytes: Vec<u8>, media_type: MediaType) -> Result<Vec<u8>> {
    let format = if media_type == MediaType::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(|_| Error::FileType)?;
    // By what the head says, before a pixel is read.
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST || decoder.total_bytes() > MEMORY {
        let zh = "照片的像素过多（最长边12000、约5000万像素以内），请缩小后再上传。";
        return Err(Error::field("/file", zh, "The photo has too many pixels; make it smaller."));
    }
    let orientation = decoder.orientation().map_err(|_| Error::FileType)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Error::FileType)?;
    // How a phone was held is in what is left out: the picture is turned instead.
    picture.apply_orientation(orientation);
    let mut drawn = vec![];
    match media_type {
        MediaType::Png => {
            let plain = if picture.color().has_alpha() {
                DynamicImage::ImageRgba8(picture.into_rgba8())
            } else {
                DynamicImage::ImageRgb8(picture.into_rgb8())
            };
            plain.write_to(&mut Cursor::new(&mut drawn), ImageFormat::Png).map_err(Error::internal)?;
        }
        MediaType::Jpeg | MediaType::Pdf => {
            let encoder = JpegEncoder::new_with_quality(&mut drawn, QUALITY);
            picture.into_rgb8().write_with_encoder(encoder).map_err(Error::internal)?;
        }
    }
    Ok(drawn)
}

/// Keeps a photo of a report, in the unit of work of whoever adds it.
pub(super) async fn keep(app: &App, tx: &Tx, complaint: Uuid, id: Uuid, picture: Picture) -> Result<Kept> {
    let row = Kept {
        id,
        complaint_id: complaint,
        file_name: picture.file_name,
        media_type: picture.media_type.name().to_owned(),
        size: i64::try_from(picture.bytes.len()).map_err(Error::internal)?,
        sha256: picture.sha256,
        added_at: app.clock.now(),
    };
    materials::keep(tx, &row.sha256, picture.bytes.as_slice()).await?;
    tx.add_complaint_photo(row.clone()).await?;
    Ok(row)
}

/// Adds a photo to a report that is not answered yet, for whoever has its reference number. The caller counted the upload
/// before the file was read.
///
/// # Errors
/// `NotFound` for a number that nobody has; `Conflict` when the report is answered, or has as many as it may.
pub async fn add(app: &App, reference: &str, picture: Picture, sender: Sender<'_>) -> Result<Kept> {
    let reference: ShortCode = reference.parse().map_err(|_| Error::NotFound("complaint"))?;
    let tx = app.store.begin().await?;
    let row = tx.complaint_by_reference(&reference).await?;
    let (once, id) = (sender.once(&format!("complaint_photo_add {}", row.id)), app.clock.new_id());
    if let Some(earlier) = tx.claim(&once, id, app.clock.now()).await? {
        return tx.complaint_photo(earlier).await;
    }
    tx.hold_complaint(&row).await?;
    if complaint::ended(row.stage) {
        return Err(Error::Conflict(Clash::ReportClosed));
    }
    if tx.count_complaint_photos(row.id).await? >= complaint::PHOTOS as u64 {
        return Err(Error::Conflict(Clash::PhotosFull));
    }
    let kept = keep(app, &tx, row.id, id, picture).await?;
    tx.commit().await?;
    Ok(kept)
}

/// One photo of a report within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: ComplaintId, photo: PhotoId) -> Result<Kept> {
    app.store.complaint(actor, id).await?;
    app.store.complaint_photo(id, photo).await
}
