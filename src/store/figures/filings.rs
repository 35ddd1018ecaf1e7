//! Counts of filings and their steps.

use chrono::NaiveDate;

use crate::domain::clock::Unit;
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::error::Result;
use crate::store::Tx;
use crate::store::figures::{Scope, Sql, get, office_of};

/// Steps that are alike.
#[derive(Clone, Debug)]
pub struct Stepped {
    pub month: String,
    pub action: Action,
    pub kind: Kind,
    pub clinic_type: Option<String>,
    /// 服务方式, a JSON list of codes.
    pub modes: Option<String>,
    pub n: i64,
}

/// Issues that are alike: the clocks of the first and of the last submission.
#[derive(Clone, Debug)]
pub struct Issued {
    pub month: String,
    pub kind: Kind,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub length: i32,
    pub unit: Unit,
    pub issued_on: NaiveDate,
    pub n: i64,
}

/// Filings that wait for the authority, alike.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub kind: Kind,
    pub starts_on: NaiveDate,
    pub length: i32,
    pub unit: Unit,
    pub n: i64,
}

/// A submission that brings the filing to this office for the first time. One after a correction is none.
fn receipt(me: &str) -> String {
    format!(
        "(e.action = 'submit' AND (e.from_stage = 'draft' OR (e.from_stage = 'redirected' AND NOT EXISTS \
         (SELECT 1 FROM deadline y WHERE y.subject_id = e.filing_id AND y.rule = 'R-050' AND y.authority_id = {me} \
         AND y.created_at < e.at))))"
    )
}

/// The office that a step was for. The clock of a submission starts within its step, so just after its moment.
fn held(me: &str) -> String {
    let before = office_of("e.filing_id", "R-050", "<= e.at");
    format!(
        "COALESCE(CASE WHEN e.action = 'submit' THEN (SELECT x.authority_id FROM deadline x WHERE \
         x.subject_id = e.filing_id AND x.rule = 'R-050' AND x.created_at >= e.at ORDER BY x.created_at, x.id LIMIT 1) \
         ELSE {before} END, f.authority_id) = {me}"
    )
}

/// Steps of filings, but for those that an import entered: they were handled elsewhere.
const STEPS: &str = "FROM filing_event e JOIN filing f ON f.id = e.filing_id AND f.import_id IS NULL";

impl Tx {
    /// Steps of the period, by month, step, kind, and what the form said then.
    pub async fn figure_steps(&self, scope: Scope<'_>) -> Result<Vec<Stepped>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (month, within) = (sql.month("e.at", scope.period), sql.within("e.at", scope.period));
        let text = format!(
            "SELECT {month} AS month, e.action AS action, f.kind AS kind, e.dossier ->> 'clinic_type' AS clinic_type, \
             e.dossier ->> 'service_modes' AS modes, COUNT(*) AS n {STEPS} WHERE {within} AND ({} \
             OR e.action IN ('issue', 'request_correction', 'redirect') \
             OR (e.action = 'withdraw' AND e.from_stage <> 'draft')) AND {} GROUP BY 1, 2, 3, 4, 5",
            receipt(&me),
            held(&me)
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            Ok(Stepped {
                month: get(row, "month")?,
                action: get(row, "action")?,
                kind: get(row, "kind")?,
                clinic_type: get(row, "clinic_type")?,
                modes: get(row, "modes")?,
                n: get(row, "n")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Filings received in the period, by kind, type and the stage in which they are at the moment of counting.
    pub async fn figure_stages(&self, scope: Scope<'_>) -> Result<Vec<(Kind, Option<String>, Stage, i64)>> {
        let mut sql = Sql::new(self);
        let (me, recorded) = (sql.bind(scope.authority), sql.bind(scope.period.recorded()));
        let within = sql.within("e.at", scope.period);
        let last = office_of("e.filing_id", "R-050", &format!("< {recorded}"));
        let text = format!(
            "SELECT f.kind AS kind, e.dossier ->> 'clinic_type' AS clinic_type, \
             CASE WHEN COALESCE({last}, f.authority_id) <> {me} THEN 'redirected' ELSE l.to_stage END AS stage, \
             COUNT(*) AS n {STEPS} JOIN filing_event l ON l.id = (SELECT x.id FROM filing_event x WHERE \
             x.filing_id = e.filing_id AND x.at < {recorded} ORDER BY x.sequence DESC LIMIT 1) \
             WHERE {within} AND {} AND {} GROUP BY 1, 2, 3",
            receipt(&me),
            held(&me)
        );
        let rows = sql.all(self, text).await?;
        let read = |row| Ok((get(row, "kind")?, get(row, "clinic_type")?, get(row, "stage")?, get(row, "n")?));
        rows.iter().map(read).collect()
    }

    /// Issues of the period with the clocks that they ended.
    pub async fn figure_issued(&self, scope: Scope<'_>) -> Result<Vec<Issued>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (month, within) = (sql.month("e.at", scope.period), sql.within("e.at", scope.period));
        let clock = |order: &str| {
            format!(
                "(SELECT x.id FROM deadline x WHERE x.subject_id = e.filing_id AND x.rule = 'R-050' \
                 AND x.created_at <= e.at ORDER BY x.created_at {order}, x.id {order} LIMIT 1)"
            )
        };
        let text = format!(
            "SELECT {month} AS month, f.kind AS kind, s.starts_on AS first_on, d.starts_on AS last_on, \
             d.length AS length, d.unit AS unit, d.met_on AS issued_on, COUNT(*) AS n {STEPS} \
             JOIN deadline d ON d.id = {} JOIN deadline s ON s.id = {} \
             WHERE {within} AND e.action = 'issue' AND d.authority_id = {me} AND d.met_on IS NOT NULL \
             GROUP BY 1, 2, 3, 4, 5, 6, 7",
            clock("DESC"),
            clock("ASC")
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            Ok(Issued {
                month: get(row, "month")?,
                kind: get(row, "kind")?,
                first_on: get(row, "first_on")?,
                last_on: get(row, "last_on")?,
                length: get(row, "length")?,
                unit: get(row, "unit")?,
                issued_on: get(row, "issued_on")?,
                n: get(row, "n")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Filings that wait for the authority at the moment of counting. A clock that was met on an earlier day is not
    /// looked at: nobody waits for it.
    pub async fn figure_waiting(&self, scope: Scope<'_>) -> Result<Vec<Waiting>> {
        let mut sql = Sql::new(self);
        let (me, recorded) = (sql.bind(scope.authority), sql.bind(scope.period.recorded()));
        let today = sql.bind(scope.period.today());
        let text = format!(
            "SELECT f.kind AS kind, d.starts_on AS starts_on, d.length AS length, d.unit AS unit, COUNT(*) AS n \
             FROM deadline d JOIN filing f ON f.id = d.subject_id JOIN filing_event l ON l.id = \
             (SELECT x.id FROM filing_event x WHERE x.filing_id = d.subject_id AND x.at < {recorded} \
             ORDER BY x.sequence DESC LIMIT 1) WHERE d.rule = 'R-050' AND d.authority_id = {me} \
             AND d.created_at < {recorded} AND (d.met_on IS NULL OR d.met_on >= {today}) \
             AND l.to_stage IN ('received', 'recommended') AND NOT EXISTS (SELECT 1 FROM deadline y WHERE \
             y.subject_id = d.subject_id AND y.rule = 'R-050' AND y.created_at < {recorded} AND (y.created_at > d.created_at \
             OR (y.created_at = d.created_at AND y.id > d.id))) GROUP BY 1, 2, 3, 4"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            Ok(Waiting {
                kind: get(row, "kind")?,
                starts_on: get(row, "starts_on")?,
                length: get(row, "length")?,
                unit: get(row, "unit")?,
                n: get(row, "n")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Issues of the period by kind and how many correction notices went before.
    pub async fn figure_rounds(&self, scope: Scope<'_>) -> Result<Vec<(Kind, i64, i64)>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let within = sql.within("e.at", scope.period);
        let text = format!(
            "SELECT f.kind AS kind, (SELECT COUNT(*) FROM filing_event x WHERE x.filing_id = e.filing_id \
             AND x.action = 'request_correction' AND x.sequence < e.sequence) AS rounds, COUNT(*) AS n {STEPS} \
             WHERE {within} AND e.action = 'issue' AND {} GROUP BY 1, 2",
            held(&me)
        );
        let rows = sql.all(self, text).await?;
        rows.iter().map(|row| Ok((get(row, "kind")?, get(row, "rounds")?, get(row, "n")?))).collect()
    }

    /// Defects in the correction notices of the period by rule: how many, in how many notices.
    pub async fn figure_defects(&self, scope: Scope<'_>) -> Result<Vec<(String, i64, i64)>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (within, each) = (sql.within("e.at", scope.period), sql.each("e.notice", Some("defects")));
        let text = format!(
            "SELECT item.value ->> 'rule' AS code, COUNT(*) AS n, COUNT(DISTINCT e.id) AS notices {STEPS} \
             CROSS JOIN {each} WHERE {within} AND e.action = 'request_correction' AND e.notice IS NOT NULL AND {} GROUP BY 1",
            held(&me)
        );
        let rows = sql.all(self, text).await?;
        rows.iter().map(|row| Ok((get(row, "code")?, get(row, "n")?, get(row, "notices")?))).collect()
    }

    /// Submissions of the period in which a rule found something, by rule, for each type of clinic.
    pub async fn figure_findings(&self, scope: Scope<'_>) -> Result<Vec<(String, Option<String>, i64)>> {
        let mut sql = Sql::new(self);
        let me = sql.bind(scope.authority);
        let (within, each) = (sql.within("e.at", scope.period), sql.each("e.findings", None));
        let text = format!(
            "SELECT item.value ->> 'rule' AS code, e.dossier ->> 'clinic_type' AS clinic_type, \
             COUNT(DISTINCT e.id) AS n {STEPS} CROSS JOIN {each} WHERE {within} AND e.action = 'submit' AND {} GROUP BY 1, 2",
            held(&me)
        );
        let rows = sql.all(self, text).await?;
        rows.iter().map(|row| Ok((get(row, "code")?, get(row, "clinic_type")?, get(row, "n")?))).collect()
    }
}
