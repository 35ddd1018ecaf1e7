//! Authorities and who handles what where.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, Select};
use uuid::Uuid;

use crate::domain::actor::Duty;
use crate::domain::dossier::ClinicType;
use crate::domain::value;
use crate::error::{Error, Result};
use crate::store::entity::{authority, jurisdiction};
use crate::store::{Store, Tx};

async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<authority::Model> {
    authority::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound("authority"))
}

/// Who handles anything in this street on this day.
fn in_force(street: &str, on: NaiveDate) -> Select<jurisdiction::Entity> {
    let open = Condition::any().add(jurisdiction::Column::ValidTo.is_null());
    jurisdiction::Entity::find()
        .filter(jurisdiction::Column::Street.eq(street))
        .filter(jurisdiction::Column::ValidFrom.lte(on))
        .filter(open.add(jurisdiction::Column::ValidTo.gte(on)))
}

async fn responsible(
    db: &impl ConnectionTrait,
    duty: Duty,
    clinic_type: ClinicType,
    street: &str,
    on: NaiveDate,
) -> Result<Option<authority::Model>> {
    let found = in_force(street, on)
        .filter(jurisdiction::Column::Duty.eq(duty))
        .filter(jurisdiction::Column::ClinicType.eq(value::code(&clinic_type)))
        .order_by_desc(jurisdiction::Column::ValidFrom)
        .one(db)
        .await?;
    match found {
        Some(row) => find(db, row.authority_id).await.map(Some),
        None => Ok(None),
    }
}

impl Store {
    /// An authority.
    pub async fn authority(&self, id: Uuid) -> Result<authority::Model> {
        find(&self.read, id).await
    }

    /// Every authority, by name.
    pub async fn authorities(&self) -> Result<Vec<authority::Model>> {
        Ok(authority::Entity::find().order_by_asc(authority::Column::Name).all(&self.read).await?)
    }

    /// Who handles this clinic type in this street on this day.
    pub async fn responsible(
        &self,
        duty: Duty,
        clinic_type: ClinicType,
        street: &str,
        on: NaiveDate,
    ) -> Result<Option<authority::Model>> {
        responsible(&self.read, duty, clinic_type, street, on).await
    }
}

impl Tx {
    /// An authority.
    pub async fn authority(&self, id: Uuid) -> Result<authority::Model> {
        find(&self.0, id).await
    }

    /// Who handles this clinic type in this street on this day.
    pub async fn responsible(
        &self,
        duty: Duty,
        clinic_type: ClinicType,
        street: &str,
        on: NaiveDate,
    ) -> Result<Option<authority::Model>> {
        responsible(&self.0, duty, clinic_type, street, on).await
    }

    /// Whether the authority handles anything in this street on this day.
    pub async fn covers(&self, authority: Uuid, street: &str, on: NaiveDate) -> Result<bool> {
        let found = in_force(street, on)
            .filter(jurisdiction::Column::Duty.eq(Duty::Issue))
            .filter(jurisdiction::Column::AuthorityId.eq(authority))
            .one(&self.0).await?;
        Ok(found.is_some())
    }

    /// Adds an authority.
    pub async fn add_authority(&self, row: authority::Model) -> Result<()> {
        authority::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Gives an authority one clinic type in one street.
    pub async fn add_jurisdiction(
        &self,
        authority_id: Uuid,
        duty: Duty,
        clinic_type: ClinicType,
        street: &str,
        valid_from: NaiveDate,
        id: Uuid,
    ) -> Result<()> {
        let row = jurisdiction::Model {
            id,
            authority_id,
            clinic_type: value::code(&clinic_type),
            street: street.to_owned(),
            valid_from,
            valid_to: None,
            duty,
        };
        jurisdiction::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
