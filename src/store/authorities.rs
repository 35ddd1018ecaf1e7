//! Authorities and who handles what where.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
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

/// Who handles anything anywhere on this day.
fn on_day(on: NaiveDate) -> Select<jurisdiction::Entity> {
    let open = Condition::any().add(jurisdiction::Column::ValidTo.is_null());
    jurisdiction::Entity::find()
        .filter(jurisdiction::Column::ValidFrom.lte(on))
        .filter(open.add(jurisdiction::Column::ValidTo.gte(on)))
}

/// Who handles anything in this street on this day.
fn in_force(street: &str, on: NaiveDate) -> Select<jurisdiction::Entity> {
    on_day(on).filter(jurisdiction::Column::Street.eq(street))
}

/// Which rows of the table of jurisdictions a list shows.
#[derive(Clone, Debug)]
pub struct JurisdictionFilter {
    /// The day on which they hold; today unless given.
    pub on: Option<NaiveDate>,
    pub street: Option<String>,
    pub authority: Option<Uuid>,
    /// Only rows after this one (the cursor).
    pub after: Option<Uuid>,
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
    /// Up to `limit` streets in which anybody handles anything on this day, in the order of their codes.
    pub async fn streets(&self, on: NaiveDate, limit: u64) -> Result<Vec<String>> {
        let rows = on_day(on).select_only().column(jurisdiction::Column::Street).distinct();
        let rows = rows.order_by_asc(jurisdiction::Column::Street).limit(limit);
        Ok(rows.into_tuple().all(&self.read).await?)
    }

    /// An authority.
    pub async fn authority(&self, id: Uuid) -> Result<authority::Model> {
        find(&self.read, id).await
    }

    /// Every authority, by name.
    pub async fn authorities(&self) -> Result<Vec<authority::Model>> {
        Ok(authority::Entity::find().order_by_asc(authority::Column::Name).all(&self.read).await?)
    }

    /// Up to `limit` rows of the table of jurisdictions, in the order of their ids.
    pub async fn jurisdictions(
        &self,
        filter: JurisdictionFilter,
        today: NaiveDate,
        limit: u64,
    ) -> Result<Vec<jurisdiction::Model>> {
        let JurisdictionFilter { on, street, authority, after } = filter;
        let mut select = on_day(on.unwrap_or(today));
        if let Some(street) = street {
            select = select.filter(jurisdiction::Column::Street.eq(street));
        }
        if let Some(authority) = authority {
            select = select.filter(jurisdiction::Column::AuthorityId.eq(authority));
        }
        if let Some(after) = after {
            select = select.filter(jurisdiction::Column::Id.gt(after));
        }
        Ok(select.order_by_asc(jurisdiction::Column::Id).limit(limit).all(&self.read).await?)
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
    /// Who has this duty in this street on this day, for whatever clinic type.
    pub async fn responsible_for_any(&self, duty: Duty, street: &str, on: NaiveDate) -> Result<BTreeSet<Uuid>> {
        let rows = in_force(street, on)
            .filter(jurisdiction::Column::Duty.eq(duty))
            .select_only()
            .column(jurisdiction::Column::AuthorityId)
            .distinct();
        Ok(rows.into_tuple::<Uuid>().all(&self.0).await?.into_iter().collect())
    }

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
            .one(&self.0)
            .await?;
        Ok(found.is_some())
    }

    /// Every authority, by name.
    pub async fn authorities(&self) -> Result<Vec<authority::Model>> {
        Ok(authority::Entity::find().order_by_asc(authority::Column::Name).all(&self.0).await?)
    }

    /// The whole table of jurisdictions with its history, by street, type, duty and first day.
    pub async fn all_jurisdictions(&self) -> Result<Vec<jurisdiction::Model>> {
        let rows = jurisdiction::Entity::find()
            .order_by_asc(jurisdiction::Column::Street)
            .order_by_asc(jurisdiction::Column::ClinicType)
            .order_by_asc(jurisdiction::Column::Duty)
            .order_by_asc(jurisdiction::Column::ValidFrom);
        Ok(rows.all(&self.0).await?)
    }

    /// Adds a row to the table of jurisdictions.
    pub async fn add_jurisdiction_row(&self, row: jurisdiction::Model) -> Result<()> {
        jurisdiction::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Gives a row of the table of jurisdictions another last day; none: until further notice.
    pub async fn end_jurisdiction(&self, id: Uuid, valid_to: Option<NaiveDate>) -> Result<()> {
        jurisdiction::Entity::update_many()
            .col_expr(jurisdiction::Column::ValidTo, Expr::value(valid_to))
            .filter(jurisdiction::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        Ok(())
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
