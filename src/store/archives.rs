//! What an archive holds beside the rows that every reader of a filing sees.

use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::domain::id::FilingId;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::paper;

impl Tx {
    /// The papers of a filing that the caller has loaded within scope, oldest first.
    pub async fn papers_of_filing(&self, id: FilingId) -> Result<Vec<paper::Model>> {
        let select = paper::Entity::find().filter(paper::Column::FilingId.eq(id.0));
        Ok(select.order_by_asc(paper::Column::IssuedAt).order_by_asc(paper::Column::Id).all(&self.0).await?)
    }
}
