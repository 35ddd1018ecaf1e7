//! Uploaded materials and their bytes.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{FilingId, MaterialId};
use crate::error::{Error, Result};
use crate::store::entity::{blob_piece, certificate, complaint_photo, material, paper, visit_photo};
use crate::store::{Store, Tx};

/// Bytes in one piece of a file.
pub const PIECE: usize = 512 * 1024;

async fn of(db: &impl ConnectionTrait, filing: FilingId) -> Result<Vec<material::Model>> {
    let select = material::Entity::find().filter(material::Column::FilingId.eq(filing.0));
    Ok(select.order_by_asc(material::Column::Id).all(db).await?)
}

async fn piece(db: &impl ConnectionTrait, sha256: &str, sequence: i32) -> Result<Option<Vec<u8>>> {
    let found = blob_piece::Entity::find_by_id((sha256.to_owned(), sequence)).one(db).await?;
    Ok(found.map(|piece| piece.bytes))
}

impl Store {
    /// The materials of a filing that the caller has loaded within scope.
    pub async fn materials(&self, filing: FilingId) -> Result<Vec<material::Model>> {
        of(&self.read, filing).await
    }

    /// One material of that filing.
    pub async fn material(&self, filing: FilingId, id: MaterialId) -> Result<material::Model> {
        let select = material::Entity::find_by_id(id.0).filter(material::Column::FilingId.eq(filing.0));
        select.one(&self.read).await?.ok_or(Error::NotFound("material"))
    }

    /// One piece of a file, from 0; nothing after the last.
    pub async fn blob_piece(&self, sha256: &str, sequence: i32) -> Result<Option<Vec<u8>>> {
        piece(&self.read, sha256, sequence).await
    }

    /// A small file, whole.
    pub async fn blob(&self, sha256: &str) -> Result<Vec<u8>> {
        let mut bytes = vec![];
        let mut sequence = 0;
        while let Some(piece) = self.blob_piece(sha256, sequence).await? {
            bytes.extend(piece);
            sequence += 1;
        }
        if bytes.is_empty() { Err(Error::NotFound("file")) } else { Ok(bytes) }
    }
}

impl Tx {
    /// The materials of a filing.
    pub async fn materials(&self, filing: FilingId) -> Result<Vec<material::Model>> {
        of(&self.0, filing).await
    }

    /// One material of a filing.
    pub async fn material(&self, id: Uuid) -> Result<material::Model> {
        material::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("material"))
    }

    /// Adds a material.
    pub async fn add_material(&self, row: material::Model) -> Result<()> {
        material::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Takes a material back, and its bytes where nothing else is the same file: who downloads a certificate or a paper may
    /// upload it again.
    pub async fn remove_material(&self, row: &material::Model) -> Result<()> {
        material::Entity::delete_by_id(row.id).exec(&self.0).await?;
        let sha256 = row.sha256.as_str();
        let held = [
            material::Entity::find().filter(material::Column::Sha256.eq(sha256)).count(&self.0).await?,
            visit_photo::Entity::find().filter(visit_photo::Column::Sha256.eq(sha256)).count(&self.0).await?,
            complaint_photo::Entity::find().filter(complaint_photo::Column::Sha256.eq(sha256)).count(&self.0).await?,
            certificate::Entity::find().filter(certificate::Column::PdfSha256.eq(sha256)).count(&self.0).await?,
            paper::Entity::find().filter(paper::Column::Sha256.eq(sha256)).count(&self.0).await?,
        ];
        if held.iter().all(|count| *count == 0) {
            let bytes = blob_piece::Entity::delete_many().filter(blob_piece::Column::Sha256.eq(sha256));
            bytes.exec(&self.0).await?;
        }
        Ok(())
    }

    /// One piece of a file, from 0; nothing after the last.
    pub async fn blob_piece(&self, sha256: &str, sequence: i32) -> Result<Option<Vec<u8>>> {
        piece(&self.0, sha256, sequence).await
    }

    /// Keeps one piece of a file. The same piece twice is one piece: the key is its digest.
    pub async fn add_blob_piece(&self, sha256: &str, sequence: i32, bytes: Vec<u8>) -> Result<()> {
        let row = blob_piece::ActiveModel {
            sha256: ActiveValue::Set(sha256.to_owned()),
            sequence: ActiveValue::Set(sequence),
            bytes: ActiveValue::Set(bytes),
        };
        let keep =
            OnConflict::columns([blob_piece::Column::Sha256, blob_piece::Column::Sequence]).do_nothing().to_owned();
        blob_piece::Entity::insert(row).on_conflict(keep).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
