//! Clocks of the law.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::IntoActiveModel;
use uuid::Uuid;

use crate::domain::clock::ClockState;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::deadline;

impl Tx {
    /// Starts a clock.
    pub async fn add_deadline(&self, row: deadline::Model) -> Result<()> {
        deadline::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Ends the running clocks of a subject: of one rule, or all of them.
    pub async fn end_deadlines(
        &self,
        subject: Uuid,
        rule: Option<&str>,
        state: ClockState,
        on: Option<NaiveDate>,
    ) -> Result<()> {
        let mut update = deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(state))
            .col_expr(deadline::Column::MetOn, Expr::value(on))
            .filter(deadline::Column::SubjectId.eq(subject))
            .filter(deadline::Column::State.eq(ClockState::Running));
        if let Some(rule) = rule {
            update = update.filter(deadline::Column::Rule.eq(rule));
        }
        update.exec(&self.0).await?;
        Ok(())
    }

    /// Ends the running clocks of a clinic that has ended.
    pub async fn drop_deadlines_of_clinic(&self, clinic: Uuid) -> Result<()> {
        deadline::Entity::update_many()
            .col_expr(deadline::Column::State, Expr::value(ClockState::Dropped))
            .filter(deadline::Column::ClinicId.eq(clinic))
            .filter(deadline::Column::State.eq(ClockState::Running))
            .exec(&self.0)
            .await?;
        Ok(())
    }
}
