//! Random draws. They are public: whoever doubts one draws again.

use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::actor::Role;
use crate::domain::id::DrawId;
use crate::domain::verdict::ClinicState;
use crate::error::{Error, Result};
use crate::store::entity::{account, clinic, draw};
use crate::store::{Store, Tx};

impl Store {
    /// A draw.
    pub async fn draw(&self, id: DrawId) -> Result<draw::Model> {
        draw::Entity::find_by_id(id.0).one(&self.read).await?.ok_or(Error::NotFound("draw"))
    }

    /// Up to `limit` draws, newest first.
    pub async fn draws(&self, before: Option<Uuid>, limit: u64) -> Result<Vec<draw::Model>> {
        let mut select = draw::Entity::find();
        if let Some(before) = before {
            select = select.filter(draw::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(draw::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// A draw.
    pub async fn draw(&self, id: Uuid) -> Result<draw::Model> {
        draw::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("draw"))
    }

    /// Active clinics that the authority supervises, of these types and streets; all of them where none are named.
    pub async fn supervised(
        &self,
        authority: Uuid,
        clinic_types: &[String],
        streets: &[String],
    ) -> Result<Vec<clinic::Model>> {
        let mut select = clinic::Entity::find()
            .filter(clinic::Column::SupervisorId.eq(authority))
            .filter(clinic::Column::State.eq(ClinicState::Active));
        if !clinic_types.is_empty() {
            select = select.filter(clinic::Column::ClinicType.is_in(clinic_types));
        }
        if !streets.is_empty() {
            select = select.filter(clinic::Column::Street.is_in(streets));
        }
        Ok(select.order_by_asc(clinic::Column::Number).all(&self.0).await?)
    }

    /// The inspectors of an authority.
    pub async fn inspectors(&self, authority: Uuid) -> Result<Vec<account::Model>> {
        let select = account::Entity::find()
            .filter(account::Column::AuthorityId.eq(authority))
            .filter(account::Column::Role.eq(Role::Inspector));
        Ok(select.order_by_asc(account::Column::Id).all(&self.0).await?)
    }

    /// Adds a draw.
    pub async fn add_draw(&self, row: draw::Model) -> Result<()> {
        draw::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
