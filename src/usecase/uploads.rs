//! A material that arrives in pieces: over a connection that breaks off, on several evenings. Once whole, it goes the one way
//! that every material goes.

use std::io::{Seek, Write};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{FilingId, UploadId};
use crate::domain::material::{self as kinds, FileDefect, MediaType};
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::{material, upload};
use crate::store::idempotency::Once;
use crate::usecase::filings;
use crate::usecase::materials::{self, Upload};

/// How far a file has come.
pub struct Arriving {
    pub row: upload::Model,
    /// What became of it.
    pub material: Option<material::Model>,
}

impl Arriving {
    /// When it is given up, unless another piece arrives.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.row.updated_at + TimeDelta::hours(kinds::UPLOAD_HOURS)
    }
}

/// What is to arrive.
pub struct New {
    /// What it is, a code of the materials list.
    pub code: String,
    /// As the sender named it.
    pub file_name: String,
    pub size: u64,
}

/// A begin that must have its effect once, by the key of a page.
pub fn once(actor: &Actor, id: FilingId, key: String, new: &New) -> Once {
    let fingerprint = format!("upload_create {} {} {} {}", id.0, new.code, new.size, new.file_name);
    Once { account: actor.id, key, fingerprint }
}

/// Begins an upload; whatever would refuse the whole file by what is known now refuses it here.
///
/// # Errors
/// `File` when it is too large or empty; `Invalid` when the code is not on the list; `Conflict` when the filing is full or the
/// account has too many unfinished files; `Locked` when the filing is not the clinic's to write.
pub async fn begin(app: &App, actor: &Actor, id: FilingId, new: New, once: &Once) -> Result<Arriving> {
    if new.size > kinds::MAX_FILE {
        return Err(Error::File(FileDefect::TooLarge(new.size)));
    }
    if new.size == 0 {
        return Err(Error::File(FileDefect::Empty));
    }
    materials::known(app, &new.code)?;
    let (now, fresh) = (app.clock.now(), app.clock.new_id());
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, fresh, now).await? {
        tx.filing(actor, id).await?;
        let row = tx.upload(id, UploadId(earlier)).await?;
        return arriving(&tx, row).await;
    }
    materials::room(&tx, actor, id, new.size).await?;
    let open = tx.uploads_of(actor.id).await?;
    let total: u64 = open.iter().map(|row| row.size.unsigned_abs()).sum();
    if open.len() >= kinds::MAX_UPLOADS || total + new.size > kinds::MAX_ARRIVING {
        return Err(Error::Conflict(Clash::UploadsFull));
    }
    let row = upload::Model {
        id: fresh,
        filing_id: id.0,
        account_id: actor.id.0,
        code: new.code,
        file_name: new.file_name,
        size: i64::try_from(new.size).map_err(Error::internal)?,
        received: 0,
        pieces: 0,
        material_id: None,
        created_at: now,
        updated_at: now,
    };
    tx.add_upload(row.clone()).await?;
    tx.commit().await?;
    Ok(Arriving { row, material: None })
}

/// How far an upload has come.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for anybody but the clinic.
pub async fn view(app: &App, actor: &Actor, id: FilingId, upload: UploadId) -> Result<Arriving> {
    let tx = app.store.snapshot().await?;
    own(&tx, actor, id).await?;
    let row = tx.upload(id, upload).await?;
    arriving(&tx, row).await
}

/// Adds a piece that begins at `offset`. With the last one the file becomes a material, in the same unit of work: there is no
/// moment in which it has arrived and is not there.
///
/// # Errors
/// `Conflict` with the right offset; `Invalid` for a piece that is too large, too small or too long for the file; `File` when
/// the content cannot be taken, and then the upload is gone; `Locked` when the filing is not the clinic's to write.
pub async fn append(
    app: &App,
    actor: &Actor,
    id: FilingId,
    upload: UploadId,
    offset: u64,
    piece: Vec<u8>,
) -> Result<Arriving> {
    match append_in(app, actor, id, upload, offset, piece).await {
        // It will never be right: nobody goes on with it.
        Err(Error::File(defect)) => {
            cancel(app, actor, id, upload).await?;
            Err(Error::File(defect))
        }
        answer => answer,
    }
}

async fn append_in(
    app: &App,
    actor: &Actor,
    id: FilingId,
    upload: UploadId,
    offset: u64,
    piece: Vec<u8>,
) -> Result<Arriving> {
    let tx = app.store.begin().await?;
    let filing = own(&tx, actor, id).await?;
    let row = tx.upload(id, upload).await?;
    let (received, size) = (row.received.unsigned_abs(), row.size.unsigned_abs());
    if offset != received {
        return Err(Error::Conflict(Clash::Offset(received)));
    }
    // The answer to the last piece may have been lost.
    if row.material_id.is_some() && piece.is_empty() {
        return arriving(&tx, row).await;
    }
    filings::writable(actor, filing.stage)?;
    fits(&piece, received, size)?;
    // What it is shows at once: nobody sends twenty megabytes to be told at the end.
    if offset == 0 && piece.len() >= 16 && MediaType::of_content(&piece).is_none() {
        return Err(Error::File(FileDefect::of_content(&piece)));
    }
    let whole = received + piece.len() as u64 == size;
    if !tx.add_upload_piece(&row, piece, app.clock.now()).await? {
        let now = tx.upload(id, upload).await?;
        return Err(Error::Conflict(Clash::Offset(now.received.unsigned_abs())));
    }
    if whole {
        finish(app, &tx, actor, id, &row).await?;
    }
    let row = tx.upload(id, upload).await?;
    let answer = arriving(&tx, row).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Whether a piece is of a size to go on with.
fn fits(piece: &[u8], received: u64, size: u64) -> Result<()> {
    let length = piece.len() as u64;
    if length > kinds::LARGEST_PIECE {
        return Err(Error::TooLarge(kinds::LARGEST_PIECE));
    }
    if received + length > size {
        let left = size - received;
        return Err(Error::field(
            "/body",
            format!("这一段有{length}字节，而文件只剩{left}字节没有收到。请核对文件大小，或者取消后重新上传。"),
            format!(
                "This piece has {length} bytes, but only {left} of the file are left. Check its size, or begin anew."
            ),
        ));
    }
    if length < kinds::SMALLEST_PIECE && received + length < size {
        let least = kinds::SMALLEST_PIECE / 1024;
        return Err(Error::field(
            "/body",
            format!("除最后一段外，每段至少{least} KB。"),
            format!("A piece has at least {least} KB, but for the last one."),
        ));
    }
    Ok(())
}

/// The whole file becomes a material, under the id of its upload: so it does once.
async fn finish(app: &App, tx: &Tx, actor: &Actor, id: FilingId, row: &upload::Model) -> Result<()> {
    let mut file = tempfile::tempfile().map_err(Error::internal)?;
    for sequence in 0.. {
        let Some(piece) = tx.upload_piece(row.id, sequence).await? else { break };
        file.write_all(&piece).map_err(Error::internal)?;
    }
    file.rewind().map_err(Error::internal)?;
    let (sha256, size) = materials::digest(&mut file).map_err(Error::internal)?;
    file.rewind().map_err(Error::internal)?;
    if size != row.size.unsigned_abs() {
        return Err(Error::internal(anyhow::anyhow!("an upload of {} bytes has {size}", row.size)));
    }
    let mut upload = Upload { code: row.code.clone(), file_name: row.file_name.clone(), file, size, sha256 };
    let media_type = materials::examine(&mut upload)?;
    materials::known(app, &upload.code)?;
    let made = materials::take_in(app, tx, actor, id, row.id, upload, media_type).await?;
    tx.finish_upload(row.id, made.id).await
}

/// Takes an upload back; a material that it has become stays.
///
/// # Errors
/// `NotFound` when there is none; `Forbidden` for anybody but the clinic.
pub async fn cancel(app: &App, actor: &Actor, id: FilingId, upload: UploadId) -> Result<()> {
    let tx = app.store.begin().await?;
    own(&tx, actor, id).await?;
    let row = tx.upload(id, upload).await?;
    tx.remove_upload(row.id).await?;
    tx.commit().await
}

/// The filing, if it is the clinic's own.
async fn own(tx: &Tx, actor: &Actor, id: FilingId) -> Result<crate::store::entity::filing::Model> {
    let filing = tx.filing(actor, id).await?;
    if actor.role == Role::Clinic { Ok(filing) } else { Err(Error::Forbidden) }
}

async fn arriving(tx: &Tx, row: upload::Model) -> Result<Arriving> {
    let material = match row.material_id {
        // It may have been taken back meanwhile.
        Some(id) => match tx.material(id).await {
            Ok(material) => Some(material),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        },
        None => None,
    };
    Ok(Arriving { row, material })
}
