//! Materials of a filing: uploaded as a stream, known by content, kept by digest.

use std::io::{Read, Seek};

use futures_util::{Stream, stream};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::id::{FilingId, MaterialId};
use crate::domain::material::{self as kinds, FileDefect, MediaType};
use crate::domain::value::hex;
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::material;
use crate::store::idempotency::Once;
use crate::store::materials::PIECE;
use crate::usecase::filings;

mod locks;
pub mod sheet;

/// A file as it arrived: spooled to disk by the edge, never whole in memory.
pub struct Upload {
    /// What it is, a code of the materials list.
    pub code: String,
    /// As the sender named it.
    pub file_name: String,
    pub file: std::fs::File,
    pub size: u64,
    pub sha256: String,
}

/// Reads a spooled file once for its digest and size.
///
/// # Errors
/// What the disk answers.
pub fn digest(file: &mut impl Read) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok((hex(&hasher.finalize()), size));
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
        size += n as u64;
    }
}

/// Adds a material.
///
/// # Errors
/// `File` when the content is not PDF, JPEG or PNG, or cannot be opened, or is too large; `Conflict` when the filing is full;
/// `Invalid` when the code is not on the list; `Locked` when the filing is not the clinic's to write.
pub async fn add(app: &App, actor: &Actor, id: FilingId, mut upload: Upload, once: &Once) -> Result<material::Model> {
    let media_type = examine(&mut upload)?;
    known(app, &upload.code)?;
    let now = app.clock.now();
    let new = app.clock.new_id();
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, new, now).await? {
        tx.filing(actor, id).await?;
        return tx.material(earlier).await;
    }
    let row = take_in(app, &tx, actor, id, new, upload, media_type).await?;
    tx.commit().await?;
    Ok(row)
}

/// A file of a form that must have its effect once: who sent which form, for what, and exactly which bytes.
pub fn once(actor: &Actor, id: FilingId, key: String, upload: &Upload) -> Once {
    let fingerprint = hex(&Sha256::digest(format!("material_add {}\n{} {}", id.0, upload.code, upload.sha256)));
    Once { account: actor.id, key, fingerprint }
}

/// What a file is, by its content; the file stands at its beginning again.
///
/// # Errors
/// `File` when it cannot be taken.
pub(super) fn examine(upload: &mut Upload) -> Result<MediaType> {
    if upload.size > kinds::MAX_FILE {
        return Err(Error::File(FileDefect::TooLarge(upload.size)));
    }
    let mut first = vec![];
    (&mut upload.file).take(16).read_to_end(&mut first).map_err(Error::internal)?;
    let media_type = MediaType::of_content(&first).ok_or_else(|| Error::File(FileDefect::of_content(&first)))?;
    upload.file.rewind().map_err(Error::internal)?;
    if media_type == MediaType::Pdf {
        let closed = locks::closed(&mut upload.file).map_err(Error::internal)?;
        upload.file.rewind().map_err(Error::internal)?;
        if closed {
            return Err(Error::File(FileDefect::Encrypted));
        }
    }
    Ok(media_type)
}

/// Whether the law knows the code of a material.
pub(super) fn known(app: &App, code: &str) -> Result<()> {
    if app.law().material(code).is_some() {
        return Ok(());
    }
    Err(Error::field("/code", "没有该材料代码，请从材料清单中选择。", "No such material code; choose one of the list."))
}

/// Takes an examined file into a filing that is the clinic's to write: the one way a material comes in.
pub(super) async fn take_in(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    id: FilingId,
    new: Uuid,
    upload: Upload,
    media_type: MediaType,
) -> Result<material::Model> {
    room(tx, actor, id, upload.size).await?;
    let row = material::Model {
        id: new,
        filing_id: id.0,
        code: upload.code,
        file_name: kinds::safe_file_name(&upload.file_name, media_type),
        media_type: media_type.name().to_owned(),
        size: i64::try_from(upload.size).map_err(Error::internal)?,
        sha256: upload.sha256,
        added_at: app.clock.now(),
    };
    keep(tx, &row.sha256, upload.file).await?;
    tx.add_material(row.clone()).await?;
    Ok(row)
}

/// Holds a filing that is the clinic's to write and has room for so many more bytes.
pub(super) async fn room(tx: &Tx, actor: &Actor, id: FilingId, size: u64) -> Result<()> {
    let filing = tx.filing(actor, id).await?;
    filings::writable(actor, filing.stage)?;
    tx.hold_filing(&filing).await?;
    let present = tx.materials(id).await?;
    let total: u64 = present.iter().map(|m| m.size.unsigned_abs()).sum();
    if present.len() >= kinds::MAX_FILES || total + size > kinds::MAX_FILING {
        return Err(Error::Conflict(Clash::MaterialsFull));
    }
    Ok(())
}

/// Keeps a file's bytes under its digest, piece by piece.
pub(super) async fn keep(tx: &Tx, sha256: &str, mut file: impl Read) -> Result<()> {
    let mut piece = vec![];
    for sequence in 0.. {
        piece.clear();
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).map_err(Error::internal)?;
        if piece.is_empty() {
            break;
        }
        tx.add_blob_piece(sha256, sequence, piece.clone()).await?;
    }
    Ok(())
}

/// Takes a material back while the filing is the clinic's to write.
///
/// # Errors
/// `NotFound` when there is none; `Locked` when the filing is not the clinic's to write.
pub async fn remove(app: &App, actor: &Actor, id: FilingId, material: MaterialId) -> Result<()> {
    let tx = app.store.begin().await?;
    let filing = tx.filing(actor, id).await?;
    filings::writable(actor, filing.stage)?;
    tx.hold_filing(&filing).await?;
    let row = tx.material(material.0).await?;
    if row.filing_id != id.0 {
        return Err(Error::NotFound("material"));
    }
    tx.remove_material(&row).await?;
    tx.commit().await
}

/// The materials of a filing within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn list(app: &App, actor: &Actor, id: FilingId) -> Result<Vec<material::Model>> {
    app.store.filing(actor, id).await?;
    app.store.materials(id).await
}

/// One material of a filing within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: FilingId, material: MaterialId) -> Result<material::Model> {
    app.store.filing(actor, id).await?;
    app.store.material(id, material).await
}

/// The bytes of a kept file, piece by piece as they are read.
pub fn content(app: &App, sha256: String) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    stream::try_unfold((app.store.clone(), sha256, 0), |(store, sha256, sequence)| async move {
        let piece = store.blob_piece(&sha256, sequence).await.map_err(std::io::Error::other)?;
        Ok(piece.map(|bytes| (bytes, (store, sha256, sequence + 1))))
    })
}
