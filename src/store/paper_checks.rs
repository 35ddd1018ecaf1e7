//! Papers by their code, for whoever holds one.

use sea_orm::entity::prelude::*;

use crate::domain::short_code::ShortCode;
use crate::error::Result;
use crate::store::Store;
use crate::store::entity::paper;

impl Store {
    /// The paper of a short code. Anybody may ask; what of it is shown, the caller decides.
    pub async fn paper_by_code(&self, code: &ShortCode) -> Result<Option<paper::Model>> {
        let select = paper::Entity::find().filter(paper::Column::Code.eq(code.as_str()));
        Ok(select.one(&self.read).await?)
    }
}
