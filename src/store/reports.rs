//! What an authority did in a period, counted from the tables: a few grouped queries, nothing kept.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, JoinType, QuerySelect, Statement, TryGetable, Values};
use uuid::Uuid;

use crate::domain::announcement::AnnouncementKind;
use crate::domain::decision::{DecisionKind, DecisionStage};
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::{VisitKind, VisitStage};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{announcement, decision, filing, filing_event, visit};

/// A period: from its first moment to just before its end; and the same as days, both included.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// Clinics that stand alike: 类别, standing, 互联网诊疗, how many.
pub type Standing = (String, ClinicState, TelemedicineMode, i64);

impl Tx {
    /// First submissions, issues and withdrawals, by kind of filing.
    pub async fn count_filings(&self, authority: Uuid, span: Span) -> Result<Vec<(Kind, Action, i64)>> {
        let of = filing_event::Entity::belongs_to(filing::Entity)
            .from(filing_event::Column::FilingId)
            .to(filing::Column::Id)
            .into();
        let first = Condition::all()
            .add(filing_event::Column::Action.eq(Action::Submit))
            .add(filing_event::Column::FromStage.eq(Stage::Draft));
        // A draft that was taken back never reached anybody.
        let back = Condition::all()
            .add(filing_event::Column::Action.eq(Action::Withdraw))
            .add(filing_event::Column::FromStage.ne(Stage::Draft));
        let counted = Condition::any().add(first).add(back).add(filing_event::Column::Action.eq(Action::Issue));
        let select = filing_event::Entity::find()
            .select_only()
            .column(filing::Column::Kind)
            .column(filing_event::Column::Action)
            .column_as(filing_event::Column::Id.count(), "n")
            .join(JoinType::InnerJoin, of)
            .filter(filing::Column::AuthorityId.eq(authority))
            .filter(filing_event::Column::At.gte(span.from))
            .filter(filing_event::Column::At.lt(span.until))
            .filter(counted)
            .group_by(filing::Column::Kind)
            .group_by(filing_event::Column::Action);
        Ok(select.into_tuple().all(&self.0).await?)
    }

    /// Clinics by type and standing as they stood just before `until`.
    pub async fn count_clinics(&self, authority: Uuid, until: DateTime<Utc>) -> Result<Vec<Standing>> {
        let sql = "SELECT c.clinic_type, e.to_state, e.to_telemedicine, COUNT(*) AS n \
                   FROM clinic_event e JOIN clinic c ON c.id = e.clinic_id \
                   WHERE c.authority_id = $1 AND e.at < $2 AND NOT EXISTS (SELECT 1 FROM clinic_event x \
                   WHERE x.clinic_id = e.clinic_id AND x.sequence > e.sequence AND x.at < $2) \
                   GROUP BY c.clinic_type, e.to_state, e.to_telemedicine";
        let values = Some(Values(vec![authority.into(), until.into()]));
        let query = Statement { sql: sql.to_owned(), values, db_backend: self.0.get_database_backend() };
        let rows = self.0.query_all_raw(query).await?;
        let read = |row: &sea_orm::QueryResult| -> Result<Standing> {
            Ok((
                String::try_get(row, "", "clinic_type").map_err(DbErr::from)?,
                ClinicState::try_get(row, "", "to_state").map_err(DbErr::from)?,
                TelemedicineMode::try_get(row, "", "to_telemedicine").map_err(DbErr::from)?,
                i64::try_get(row, "", "n").map_err(DbErr::from)?,
            ))
        };
        rows.iter().map(read).collect()
    }

    /// Announcements, by kind.
    pub async fn count_announcements(&self, authority: Uuid, span: Span) -> Result<Vec<(AnnouncementKind, i64)>> {
        let select = announcement::Entity::find()
            .select_only()
            .column(announcement::Column::Kind)
            .column_as(announcement::Column::Id.count(), "n")
            .filter(announcement::Column::AuthorityId.eq(authority))
            .filter(announcement::Column::PublishedAt.gte(span.from))
            .filter(announcement::Column::PublishedAt.lt(span.until))
            .group_by(announcement::Column::Kind);
        Ok(select.into_tuple().all(&self.0).await?)
    }

    /// Visits that were due, by kind and where they stand now: of clinics that the authority filed or supervises.
    pub async fn count_visits(&self, authority: Uuid, span: Span) -> Result<Vec<(VisitKind, VisitStage, i64)>> {
        let concerned = Condition::any()
            .add(visit::Column::AuthorityId.eq(authority))
            .add(visit::Column::SupervisorId.eq(authority));
        let select = visit::Entity::find()
            .select_only()
            .column(visit::Column::Kind)
            .column(visit::Column::Stage)
            .column_as(visit::Column::Id.count(), "n")
            .filter(concerned)
            .filter(visit::Column::DueOn.between(span.first, span.last))
            .group_by(visit::Column::Kind)
            .group_by(visit::Column::Stage);
        Ok(select.into_tuple().all(&self.0).await?)
    }

    /// Decisions that were taken, by kind.
    pub async fn count_decisions(&self, authority: Uuid, span: Span) -> Result<Vec<(DecisionKind, i64)>> {
        let select = decision::Entity::find()
            .select_only()
            .column(decision::Column::Kind)
            .column_as(decision::Column::Id.count(), "n")
            .filter(decision::Column::AuthorityId.eq(authority))
            .filter(decision::Column::Stage.eq(DecisionStage::Decided))
            .filter(decision::Column::DecidedAt.gte(span.from))
            .filter(decision::Column::DecidedAt.lt(span.until))
            .group_by(decision::Column::Kind);
        Ok(select.into_tuple().all(&self.0).await?)
    }
}
