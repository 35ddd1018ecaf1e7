//! Counts of visits, decisions and reports from the public.

use chrono::NaiveDate;

use crate::domain::clock::Unit;
use crate::domain::complaint::ComplaintKind;
use crate::domain::decision::DecisionKind;
use crate::domain::visit::{VisitAction, VisitKind};
use crate::error::Result;
use crate::store::Tx;
use crate::store::figures::{Scope, Sql, get};

/// Visits that are alike: their clock, and where they stood.
#[derive(Clone, Debug)]
pub struct VisitDue {
    pub kind: VisitKind,
    pub starts_on: NaiveDate,
    pub length: i32,
    pub unit: Unit,
    /// The day that was set by hand, where one was.
    pub fixed_on: Option<NaiveDate>,
    /// The day of the first visit; only of a visit that was made.
    pub met_on: Option<NaiveDate>,
    /// `made`, `open` or `dropped`.
    pub state: String,
    pub n: i64,
}

const VISITED: &str = "('pass', 'order_rectification', 'fail')";

impl Tx {
    /// Visits that were ordered before the moment of counting, at clinics that the office filed or supervises.
    pub async fn figure_visits_due(&self, scope: Scope<'_>) -> Result<Vec<VisitDue>> {
        let mut sql = Sql::new(self);
        let (me, recorded) = (sql.bind(scope.authority), sql.bind(scope.period.recorded()));
        let done = format!("FROM visit_event x WHERE x.visit_id = v.id AND x.at < {recorded}");
        let text = format!(
            "SELECT kind, starts_on, length, unit, fixed_on, CASE WHEN state = 'made' THEN met_on END AS met_on, state, \
             COUNT(*) AS n FROM (SELECT v.kind AS kind, d.starts_on AS starts_on, d.length AS length, d.unit AS unit, \
             CASE WHEN d.unit = 'fixed' THEN d.due_on END AS fixed_on, d.met_on AS met_on, \
             CASE WHEN EXISTS (SELECT 1 {done} AND x.action IN {VISITED}) THEN 'made' \
             WHEN EXISTS (SELECT 1 {done} AND x.action = 'drop') THEN 'dropped' ELSE 'open' END AS state \
             FROM deadline d JOIN visit v ON v.id = d.visit_id WHERE d.rule = 'R-055' \
             AND (d.authority_id = {me} OR d.supervisor_id = {me}) AND d.created_at < {recorded}) due \
             GROUP BY 1, 2, 3, 4, 5, 6, 7"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            Ok(VisitDue {
                kind: get(row, "kind")?,
                starts_on: get(row, "starts_on")?,
                length: get(row, "length")?,
                unit: get(row, "unit")?,
                fixed_on: get(row, "fixed_on")?,
                met_on: get(row, "met_on")?,
                state: get(row, "state")?,
                n: get(row, "n")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// What visits of the period found, by month, kind and step.
    pub async fn figure_visits_made(&self, scope: Scope<'_>) -> Result<Vec<(String, VisitKind, VisitAction, i64)>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (month, within) = (sql.month("e.at", scope.period), sql.within("e.at", scope.period));
        let text = format!(
            "SELECT {month} AS month, v.kind AS kind, e.action AS action, COUNT(*) AS n FROM visit_event e \
             JOIN visit v ON v.id = e.visit_id WHERE {within} \
             AND e.action IN ('pass', 'order_rectification', 'extend', 'fail') \
             AND (v.authority_id = {me} OR v.supervisor_id = {me}) GROUP BY 1, 2, 3"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| Ok((get(row, "month")?, get(row, "kind")?, get(row, "action")?, get(row, "n")?));
        rows.iter().map(read).collect()
    }

    /// Decisions of the period, by month and kind.
    pub async fn figure_decisions(&self, scope: Scope<'_>) -> Result<Vec<(String, DecisionKind, i64)>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (month, within) = (sql.month("decided_at", scope.period), sql.within("decided_at", scope.period));
        let text = format!(
            "SELECT {month} AS month, kind, COUNT(*) AS n FROM decision \
             WHERE authority_id = {me} AND stage = 'decided' AND {within} GROUP BY 1, 2"
        );
        let rows = sql.all(self, text).await?;
        rows.iter().map(|row| Ok((get(row, "month")?, get(row, "kind")?, get(row, "n")?))).collect()
    }

    /// Reports from the public that came in the period, by month, matter and outcome; no outcome: not closed by the
    /// moment of counting.
    pub async fn figure_complaints(
        &self,
        scope: Scope<'_>,
    ) -> Result<Vec<(String, ComplaintKind, Option<String>, i64)>> {
        let mut sql = Sql::new(self);
        let (me, recorded) = (sql.bind(scope.authority), sql.bind(scope.period.recorded()));
        let (month, within) = (sql.month("c.created_at", scope.period), sql.within("c.created_at", scope.period));
        let text = format!(
            "SELECT {month} AS month, c.kind AS kind, CASE WHEN EXISTS (SELECT 1 FROM complaint_event x WHERE \
             x.complaint_id = c.id AND x.to_stage = 'closed' AND x.at < {recorded}) THEN c.outcome END AS outcome, \
             COUNT(*) AS n FROM complaint c WHERE {within} AND COALESCE((SELECT x.authority_id FROM deadline x WHERE \
             x.subject_id = c.id AND x.created_at < {recorded} ORDER BY x.created_at DESC, x.id DESC LIMIT 1), \
             c.authority_id) = {me} GROUP BY 1, 2, 3"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| Ok((get(row, "month")?, get(row, "kind")?, get(row, "outcome")?, get(row, "n")?));
        rows.iter().map(read).collect()
    }
}
