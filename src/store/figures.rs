//! Counts for the figures, from history alone: grouped queries over what was recorded before a moment, so that a million
//! rows leave the database as a few. Nothing here is kept, and nothing reads what a later step overwrites, but for facts
//! that never change (a filing's kind, a clinic's type, a visit's offices).
//!
//! What is scanned: the steps of the period by `filing_event_by_time`, `visit_event_by_time` and `complaint_by_time`; the
//! whole of `clinic_event` for the size of the register, joined with `clinic_by_office`, which holds all that is needed of
//! a clinic; the clocks of R-050 of the office by `deadline_by_office`; those of R-055, of every office, by
//! `deadline_by_rule`, since a visit is of two. Which office a step was for is found for each by `deadline_by_subject`.
//! Whoever asks for one figure pays for that one only.

mod clinics;
mod filings;
mod visits;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DbBackend, QueryOrder, QueryResult, QuerySelect, Statement, TryGetable, Values};
use uuid::Uuid;

pub use clinics::Moved;
pub use filings::{Issued, Stepped, Waiting};
pub use visits::VisitDue;

use crate::domain::figures::Period;
use crate::error::Result;
use crate::store::entity::law_edition;
use crate::store::{Store, Tx};

/// A query that is being put together: its values go beside its text, never into it.
struct Sql {
    backend: DbBackend,
    values: Vec<sea_orm::Value>,
}

impl Sql {
    fn new(tx: &Tx) -> Self {
        Self { backend: tx.0.get_database_backend(), values: vec![] }
    }

    /// The place of a value in the text.
    fn bind(&mut self, value: impl Into<sea_orm::Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// The month that a moment is in, empty before the first. The names of months are digits and a hyphen.
    fn month(&mut self, column: &str, period: &Period) -> String {
        let mut case = "CASE".to_owned();
        let first = self.bind(period.begins());
        case += &format!(" WHEN {column} < {first} THEN ''");
        for month in period.months() {
            let end = self.bind(month.next().begins());
            case += &format!(" WHEN {column} < {end} THEN '{month}'");
        }
        case + " ELSE '' END"
    }

    /// Within the period.
    fn within(&mut self, column: &str, period: &Period) -> String {
        let (from, until) = (self.bind(period.begins()), self.bind(period.ends()));
        format!("{column} >= {from} AND {column} < {until}")
    }

    /// A table function over a JSON list, whose elements are `value`.
    fn each(&self, column: &str, member: Option<&str>) -> String {
        match (self.backend, member) {
            (DbBackend::Postgres, Some(member)) => {
                format!("jsonb_array_elements({column} -> '{member}') AS item(value)")
            }
            (DbBackend::Postgres, None) => format!("jsonb_array_elements({column}) AS item(value)"),
            (_, Some(member)) => format!("json_each({column}, '$.{member}') AS item"),
            (_, None) => format!("json_each({column}) AS item"),
        }
    }

    async fn all(self, tx: &Tx, sql: String) -> Result<Vec<QueryResult>> {
        let values = Some(Values(self.values));
        Ok(tx.0.query_all_raw(Statement { sql, values, db_backend: self.backend }).await?)
    }
}

/// A column of a row.
fn get<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T> {
    T::try_get(row, "", column).map_err(|error| DbErr::from(error).into())
}

/// The office that a subject was submitted to last before a moment: whose clock of `rule` started last.
fn office_of(subject: &str, rule: &str, before: &str) -> String {
    format!(
        "(SELECT x.authority_id FROM deadline x WHERE x.subject_id = {subject} AND x.rule = '{rule}' \
         AND x.created_at {before} ORDER BY x.created_at DESC, x.id DESC LIMIT 1)"
    )
}

/// An edition of the calendar: its number, and from when it was in force.
pub type CalendarEdition = (i32, DateTime<Utc>);

impl Store {
    /// The number of the newest edition of the law at a moment; 0 before the first.
    pub async fn edition_at(&self, at: DateTime<Utc>) -> Result<i32> {
        let newest = law_edition::Entity::find()
            .select_only()
            .column_as(law_edition::Column::Number.max(), "number")
            .filter(law_edition::Column::At.lte(at));
        Ok(newest.into_tuple::<Option<i32>>().one(&self.read).await?.flatten().unwrap_or(0))
    }

    /// Every edition of one table of the law up to a moment, the first one first.
    pub async fn editions_of(&self, table: &str, at: DateTime<Utc>) -> Result<Vec<CalendarEdition>> {
        let rows = law_edition::Entity::find()
            .select_only()
            .columns([law_edition::Column::Number, law_edition::Column::At])
            .filter(law_edition::Column::Name.eq(table))
            .filter(law_edition::Column::At.lte(at))
            .order_by_asc(law_edition::Column::Number);
        Ok(rows.into_tuple().all(&self.read).await?)
    }
}

/// The office and the period that something is counted for.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub authority: Uuid,
    pub period: &'a Period,
}
