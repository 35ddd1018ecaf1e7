//! Files that arrive in pieces, until they are materials.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue, IntoActiveModel, QueryOrder};
use uuid::Uuid;

use crate::domain::id::{AccountId, FilingId, UploadId};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{upload, upload_piece};

fn one(filing: FilingId, id: UploadId) -> sea_orm::Select<upload::Entity> {
    upload::Entity::find_by_id(id.0).filter(upload::Column::FilingId.eq(filing.0))
}

impl Tx {
    /// The uploads to a filing that the caller has loaded within scope that have not arrived whole, oldest first.
    pub async fn uploads_under_way(&self, filing: FilingId) -> Result<Vec<upload::Model>> {
        let select = upload::Entity::find()
            .filter(upload::Column::FilingId.eq(filing.0))
            .filter(upload::Column::MaterialId.is_null());
        Ok(select.order_by_asc(upload::Column::Id).all(&self.0).await?)
    }

    /// One upload to a filing that the caller has loaded within scope.
    pub async fn upload(&self, filing: FilingId, id: UploadId) -> Result<upload::Model> {
        one(filing, id).one(&self.0).await?.ok_or(Error::NotFound("upload"))
    }

    /// The uploads of an account that have not arrived whole.
    pub async fn uploads_of(&self, account: AccountId) -> Result<Vec<upload::Model>> {
        let select = upload::Entity::find()
            .filter(upload::Column::AccountId.eq(account.0))
            .filter(upload::Column::MaterialId.is_null());
        Ok(select.all(&self.0).await?)
    }

    /// Begins an upload.
    pub async fn add_upload(&self, row: upload::Model) -> Result<()> {
        upload::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Adds a piece where what has arrived ends, as `row` says it; answers whether it still did. Whoever adds one at the same
    /// time waits for this unit of work.
    pub async fn add_upload_piece(&self, row: &upload::Model, bytes: Vec<u8>, now: DateTime<Utc>) -> Result<bool> {
        let more = i64::try_from(bytes.len()).map_err(Error::internal)?;
        let done = upload::Entity::update_many()
            .col_expr(upload::Column::Received, Expr::value(row.received + more))
            .col_expr(upload::Column::Pieces, Expr::value(row.pieces + i32::from(more > 0)))
            .col_expr(upload::Column::UpdatedAt, Expr::value(now))
            .filter(upload::Column::Id.eq(row.id))
            .filter(upload::Column::Received.eq(row.received))
            .filter(upload::Column::MaterialId.is_null())
            .exec(&self.0)
            .await?;
        if done.rows_affected != 1 {
            return Ok(false);
        }
        if more > 0 {
            let piece = upload_piece::ActiveModel {
                upload_id: ActiveValue::Set(row.id),
                sequence: ActiveValue::Set(row.pieces),
                bytes: ActiveValue::Set(bytes),
            };
            upload_piece::Entity::insert(piece).exec_without_returning(&self.0).await?;
        }
        Ok(true)
    }

    /// One piece, from 0; nothing after the last.
    pub async fn upload_piece(&self, id: Uuid, sequence: i32) -> Result<Option<Vec<u8>>> {
        let found = upload_piece::Entity::find_by_id((id, sequence)).one(&self.0).await?;
        Ok(found.map(|piece| piece.bytes))
    }

    /// The upload has become a material, and its pieces go.
    pub async fn finish_upload(&self, id: Uuid, material: Uuid) -> Result<()> {
        upload::Entity::update_many()
            .col_expr(upload::Column::MaterialId, Expr::value(material))
            .filter(upload::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        self.drop_pieces(id).await
    }

    /// Takes an upload back, whole or not; what became of it stays.
    pub async fn remove_upload(&self, id: Uuid) -> Result<()> {
        self.drop_pieces(id).await?;
        upload::Entity::delete_by_id(id).exec(&self.0).await?;
        Ok(())
    }

    async fn drop_pieces(&self, id: Uuid) -> Result<()> {
        upload_piece::Entity::delete_many().filter(upload_piece::Column::UploadId.eq(id)).exec(&self.0).await?;
        Ok(())
    }

    /// Forgets the uploads that got their last piece before `then`; answers how many.
    pub async fn forget_uploads(&self, then: DateTime<Utc>) -> Result<u64> {
        let old = || upload::Column::UpdatedAt.lt(then);
        let ids = Query::select().column(upload::Column::Id).from(upload::Entity).and_where(old()).to_owned();
        let pieces = upload_piece::Entity::delete_many().filter(upload_piece::Column::UploadId.in_subquery(ids));
        pieces.exec(&self.0).await?;
        Ok(upload::Entity::delete_many().filter(old()).exec(&self.0).await?.rows_affected)
    }
}
