//! Clinics with 互联网诊疗: by the mode that each row holds, in the order of ids or of the last change.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::clock::ClockState;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, clinic_event, deadline};

/// Which clinics a list holds.
#[derive(Clone, Debug, Default)]
pub struct OnlineFilter {
    pub authority: Option<Uuid>,
    /// 行政区划 (4 or 6 digits) or 街道 (9 digits).
    pub division: Option<String>,
}

/// How many clinics of an authority treat online, and since when the first of them does.
pub type Count = (Uuid, i64, Option<NaiveDate>);

fn within(filter: &OnlineFilter) -> Select<clinic::Entity> {
    let mut select = clinic::Entity::find();
    if let Some(authority) = filter.authority {
        select = select.filter(clinic::Column::AuthorityId.eq(authority));
    }
    match filter.division.as_deref() {
        Some(code) if code.len() == 9 => select.filter(clinic::Column::Street.eq(code)),
        Some(code) if code.len() == 6 => select.filter(clinic::Column::Division.eq(code)),
        Some(code) => select.filter(clinic::Column::Division.starts_with(code)),
        None => select,
    }
}

/// Active, and 互联网诊疗 filed and not suspended.
fn online(select: Select<clinic::Entity>) -> Select<clinic::Entity> {
    select
        .filter(clinic::Column::TelemedicineMode.eq(TelemedicineMode::On))
        .filter(clinic::Column::State.eq(ClinicState::Active))
}

/// Clinics with something overdue for 互联网诊疗: few, and each to be looked at by itself.
fn overdue(today: NaiveDate) -> SelectStatement {
    Query::select()
        .column(deadline::Column::ClinicId)
        .from(deadline::Entity)
        .and_where(deadline::Column::Rule.eq("R-081"))
        .and_where(deadline::Column::State.eq(ClockState::Running))
        .and_where(deadline::Column::DueOn.lt(today))
        .and_where(deadline::Column::ClinicId.is_not_null())
        .to_owned()
}

impl Tx {
    /// Up to `limit` clinics that are active and have 互联网诊疗 in force, by id.
    pub async fn online_clinics(
        &self,
        filter: &OnlineFilter,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<clinic::Model>> {
        let select = online(within(filter)).filter(clinic::Column::Id.gt(after.unwrap_or(Uuid::nil())));
        Ok(select.order_by_asc(clinic::Column::Id).limit(limit).all(&self.0).await?)
    }

    /// Up to `limit` clinics that have or had 互联网诊疗 and were written since a moment, by that moment and id.
    pub async fn online_changes(
        &self,
        filter: &OnlineFilter,
        since: DateTime<Utc>,
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: u64,
    ) -> Result<Vec<clinic::Model>> {
        let ever = Query::select()
            .column(clinic_event::Column::ClinicId)
            .from(clinic_event::Entity)
            .and_where(
                Expr::col((clinic_event::Entity, clinic_event::Column::ClinicId))
                    .equals((clinic::Entity, clinic::Column::Id)),
            )
            .and_where(clinic_event::Column::ToTelemedicine.ne(TelemedicineMode::Off))
            .to_owned();
        let mut select = within(filter).filter(clinic::Column::UpdatedAt.gte(since)).filter(Expr::exists(ever));
        if let Some((at, id)) = after {
            let same = Condition::all().add(clinic::Column::UpdatedAt.eq(at)).add(clinic::Column::Id.gt(id));
            select = select.filter(Condition::any().add(clinic::Column::UpdatedAt.gt(at)).add(same));
        }
        let ordered = select.order_by_asc(clinic::Column::UpdatedAt).order_by_asc(clinic::Column::Id);
        Ok(ordered.limit(limit).all(&self.0).await?)
    }

    /// How many clinics treat online by authority, without those that have something overdue.
    pub async fn count_online(&self, today: NaiveDate) -> Result<Vec<Count>> {
        let select = online(clinic::Entity::find())
            .filter(clinic::Column::Id.not_in_subquery(overdue(today)))
            .select_only()
            .column(clinic::Column::AuthorityId)
            .column_as(clinic::Column::Id.count(), "n")
            .column_as(clinic::Column::TelemedicineOn.min(), "first")
            .group_by(clinic::Column::AuthorityId);
        Ok(select.into_tuple().all(&self.0).await?)
    }

    /// A clinic of an authority that treats online since this day and has nothing overdue.
    pub async fn online_since(
        &self,
        authority: Uuid,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Option<clinic::Model>> {
        let select = online(clinic::Entity::find())
            .filter(clinic::Column::AuthorityId.eq(authority))
            .filter(clinic::Column::TelemedicineOn.eq(on))
            .filter(clinic::Column::Id.not_in_subquery(overdue(today)));
        Ok(select.order_by_asc(clinic::Column::Id).one(&self.0).await?)
    }

    /// Clinics that treat online and have something overdue, by id.
    pub async fn online_overdue(
        &self,
        today: NaiveDate,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<clinic::Model>> {
        let select = online(clinic::Entity::find())
            .filter(clinic::Column::Id.in_subquery(overdue(today)))
            .filter(clinic::Column::Id.gt(after.unwrap_or(Uuid::nil())));
        Ok(select.order_by_asc(clinic::Column::Id).limit(limit).all(&self.0).await?)
    }
}
