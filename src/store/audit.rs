//! What must hold of the whole register, whatever was done: asked of the database itself, table by table, a page at a time.

use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryOrder, QuerySelect, Statement};
use uuid::Uuid;

use crate::error::Result;
use crate::store::Store;
use crate::store::entity::{
    certificate, clinic, clinic_event, decision, filing, filing_event, job, log_entry, material, paper, search_term,
    series, visit, visit_event,
};

/// What must not be, each as a query that finds it.
pub const NEVER: &[(&str, &str)] = &[
    (
        "a clinic without exactly one copy that is current or lost",
        "SELECT c.id FROM clinic c WHERE (SELECT COUNT(*) FROM certificate x WHERE x.clinic_id = c.id \
         AND x.state IN ('current', 'lost')) <> 1",
    ),
    (
        "a clinic that points to another copy than that one",
        "SELECT c.id FROM clinic c JOIN certificate x ON x.id = c.certificate_id \
         WHERE x.clinic_id <> c.id OR x.state NOT IN ('current', 'lost') OR x.version <> c.certificate_version",
    ),
    (
        "versions that are not 1, 2, 3 …",
        "SELECT clinic_id FROM certificate GROUP BY clinic_id \
         HAVING MIN(version) <> 1 OR MAX(version) <> COUNT(DISTINCT version)",
    ),
    (
        "copies of a version that are not 1, 2, 3 …",
        "SELECT clinic_id FROM certificate GROUP BY clinic_id, version HAVING MIN(copy) <> 1 OR MAX(copy) <> COUNT(*)",
    ),
    (
        "a certificate that tells another standing than its clinic",
        "SELECT x.id FROM certificate x JOIN clinic c ON c.id = x.clinic_id \
         WHERE x.clinic_state <> c.state OR x.telemedicine <> c.telemedicine_mode \
         OR x.current_version <> c.certificate_version OR x.current_number <> c.number",
    ),
    (
        "a history with a gap",
        "SELECT clinic_id FROM clinic_event GROUP BY clinic_id HAVING MIN(sequence) <> 1 OR MAX(sequence) <> COUNT(*)",
    ),
    (
        "a step of a history that starts elsewhere than the one before it ended",
        "SELECT b.id FROM clinic_event a JOIN clinic_event b ON b.clinic_id = a.clinic_id \
         AND b.sequence = a.sequence + 1 WHERE a.to_state <> b.from_state OR a.to_telemedicine <> b.from_telemedicine",
    ),
    (
        "a history that ends elsewhere than where the clinic stands",
        "SELECT c.id FROM clinic c JOIN clinic_event e ON e.clinic_id = c.id WHERE e.sequence = \
         (SELECT MAX(sequence) FROM clinic_event x WHERE x.clinic_id = c.id) \
         AND (e.to_state <> c.state OR e.to_telemedicine <> c.telemedicine_mode)",
    ),
    (
        "an act of which the public was not told, or twice",
        "SELECT e.clinic_id FROM clinic_event e WHERE e.act IN ('declare_loss', 'suspend', 'resume', 'deem_closed', \
         'close', 'move_away', 'revoke', 'cancel', 'stop', 'lift_stop', 'suspend_telemedicine', 'resume_telemedicine') \
         GROUP BY e.clinic_id HAVING COUNT(*) <> (SELECT COUNT(*) FROM announcement a WHERE a.clinic_id = e.clinic_id)",
    ),
    (
        "an announcement of nothing that happened",
        "SELECT a.id FROM announcement a WHERE NOT EXISTS (SELECT 1 FROM clinic_event e WHERE e.clinic_id = a.clinic_id)",
    ),
    (
        "a clinic that has ended without its day, or one that goes on with it",
        "SELECT id FROM clinic WHERE (state IN ('cancelled', 'revoked')) <> (ended_on IS NOT NULL)",
    ),
    (
        "someone on the list of an ended clinic's staff",
        "SELECT p.clinic_id FROM clinic_person p JOIN clinic c ON c.id = p.clinic_id \
         WHERE c.state IN ('cancelled', 'revoked')",
    ),
    (
        "a clock that runs for a clinic that has ended",
        "SELECT d.id FROM deadline d JOIN clinic c ON c.id = d.clinic_id \
         WHERE d.state = 'running' AND d.filing_id IS NULL AND c.state IN ('cancelled', 'revoked')",
    ),
    (
        "the year of a suspension that runs for a clinic that has none",
        "SELECT d.id FROM deadline d JOIN clinic c ON c.id = d.clinic_id \
         WHERE d.state = 'running' AND d.rule = 'R-063' AND c.suspended_on IS NULL",
    ),
    (
        "the clock of R-050 running for a filing that is not before the authority, or more than once",
        "SELECT f.id FROM filing f WHERE (SELECT COUNT(*) FROM deadline d WHERE d.subject_id = f.id \
         AND d.rule = 'R-050' AND d.state = 'running') > CASE WHEN f.stage IN ('received', 'recommended') THEN 1 ELSE 0 END",
    ),
    (
        "two filings of a clinic under way at once",
        "SELECT clinic_id FROM filing WHERE clinic_id IS NOT NULL AND kind <> 'establishment' \
         AND stage IN ('received', 'correcting', 'recommended', 'redirected') GROUP BY clinic_id HAVING COUNT(*) > 1",
    ),
    (
        "a step of a filing that starts elsewhere than an earlier one ended",
        "SELECT b.id FROM filing_event a JOIN filing_event b ON b.filing_id = a.filing_id AND b.sequence > a.sequence \
         WHERE a.to_stage <> b.from_stage AND NOT EXISTS (SELECT 1 FROM filing_event m WHERE m.filing_id = a.filing_id \
         AND m.sequence > a.sequence AND m.sequence < b.sequence)",
    ),
    (
        "a filing that is done and issued by whoever recommended it",
        "SELECT id FROM filing WHERE stage = 'issued' AND (issued_by IS NULL OR issued_by = recommended_by)",
    ),
    (
        "a certificate without its leaf in the log",
        "SELECT x.id FROM certificate x WHERE NOT EXISTS (SELECT 1 FROM log_entry l WHERE l.certificate_id = x.id)",
    ),
    (
        "a clinic whose number does not lead to it",
        "SELECT c.id FROM clinic c WHERE NOT EXISTS (SELECT 1 FROM clinic_number n \
         WHERE n.number = c.number AND n.clinic_id = c.id)",
    ),
];

/// Files that are named but not kept.
const LOST: &[(&str, &str)] = &[
    ("material", "sha256"),
    ("visit_photo", "sha256"),
    ("certificate", "pdf_sha256"),
    ("paper", "sha256"),
    ("complaint_photo", "sha256"),
];

/// What names files beside [`LOST`].
const NAMES_FILES: &[(&str, &str)] = &[("import", "sha256")];

/// A table a page at a time, in the order of its ids, and the rows that belong to some of another's.
macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident -> $module:ident;)+) => {
        impl Store {
            $($(#[$doc])*
            pub async fn $name(&self, after: Option<Uuid>, limit: u64) -> Result<Vec<$module::Model>> {
                let select = $module::Entity::find().filter($module::Column::Id.gt(after.unwrap_or(Uuid::nil())));
                Ok(select.order_by_asc($module::Column::Id).limit(limit).all(&self.read).await?)
            })+
        }
    };
}

macro_rules! belonging {
    ($($(#[$doc:meta])* $name:ident -> $module:ident by $column:ident then $order:ident;)+) => {
        impl Store {
            $($(#[$doc])*
            pub async fn $name(&self, ids: Vec<Uuid>) -> Result<Vec<$module::Model>> {
                let select = $module::Entity::find().filter($module::Column::$column.is_in(ids));
                let ordered = select.order_by_asc($module::Column::$column).order_by_asc($module::Column::$order);
                Ok(ordered.all(&self.read).await?)
            })+
        }
    };
}

pages! {
    /// Certificates after an id.
    every_certificate -> certificate;
    /// Filings after an id.
    every_filing -> filing;
    /// Clinics after an id.
    every_clinic -> clinic;
    /// Visits after an id.
    every_visit -> visit;
    /// Decisions after an id.
    every_decision -> decision;
    /// Tasks after an id.
    every_job -> job;
}

belonging! {
    /// Histories of filings, each oldest first.
    events_of_filings -> filing_event by FilingId then Sequence;
    /// Histories of clinics, each oldest first.
    events_of_clinics -> clinic_event by ClinicId then Sequence;
    /// Histories of visits, each oldest first.
    events_of_visits -> visit_event by VisitId then Sequence;
    /// Words by which clinics are found.
    terms_of_clinics -> search_term by ClinicId then Term;
    /// Filings of these ids.
    filings_of -> filing by Id then Id;
    /// Certificates of these ids.
    certificates_of_ids -> certificate by Id then Id;
    /// Papers of these ids.
    papers_of_ids -> paper by Id then Id;
    /// Materials of filings.
    materials_of_filings -> material by FilingId then Id;
}

struct Numbered {
    count: i64,
    last: Option<String>,
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

impl Store {
    /// How many rows a query of [`NEVER`] finds.
    pub async fn found(&self, sql: &str) -> Result<u64> {
        let sql = format!("SELECT COUNT(*) AS count, NULL AS last FROM ({sql}) AS found");
        Ok(self.numbered(&sql, vec![]).await?.count.unsigned_abs())
    }

    /// Leaves of the log from a place on, in order.
    pub async fn log_from(&self, sequence: i32, limit: u64) -> Result<Vec<log_entry::Model>> {
        let select = log_entry::Entity::find().filter(log_entry::Column::Sequence.gte(sequence));
        Ok(select.order_by_asc(log_entry::Column::Sequence).limit(limit).all(&self.read).await?)
    }

    /// Every series of numbers.
    pub async fn every_series(&self) -> Result<Vec<series::Model>> {
        Ok(series::Entity::find().order_by_asc(series::Column::Name).all(&self.read).await?)
    }

    /// How many case numbers of a table begin so, and the last of them.
    pub async fn case_numbers(
        &self,
        table: &'static str,
        column: &'static str,
        prefix: &str,
    ) -> Result<(u64, Option<String>)> {
        let sql = format!("SELECT COUNT(*) AS count, MAX({column}) AS last FROM {table} WHERE {column} LIKE $1");
        let found = self.numbered(&sql, vec![format!("{prefix}%").into()]).await?;
        Ok((found.count.unsigned_abs(), found.last))
    }

    /// How many papers have a number with this beginning, and the one with this number.
    pub async fn paper_numbers(&self, prefix: &str, last: &str) -> Result<(u64, Option<String>)> {
        let sql = "SELECT COUNT(*) AS count, MAX(CASE WHEN number = $2 THEN number END) AS last FROM paper \
                   WHERE number LIKE $1";
        let found = self.numbered(sql, vec![format!("{prefix}%").into(), last.into()]).await?;
        Ok((found.count.unsigned_abs(), found.last))
    }

    async fn numbered(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<Numbered> {
        let statement = Statement::from_sql_and_values(self.read.get_database_backend(), sql, values);
        let row = self.read.query_one_raw(statement).await?.ok_or_else(|| anyhow::anyhow!("nothing was counted"))?;
        Ok(Numbered { count: row.try_get("", "count")?, last: row.try_get("", "last")? })
    }

    /// Digests of kept files after one, in order.
    pub async fn kept_files(&self, after: &str, limit: u64) -> Result<Vec<String>> {
        let sql = "SELECT DISTINCT sha256 AS name FROM blob_piece WHERE sha256 > $1 ORDER BY sha256 LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.names(sql, vec![after.into(), limit.into()]).await
    }

    /// Files that are named but not kept: table and digest.
    pub async fn lost_files(&self) -> Result<Vec<String>> {
        let parts = LOST.iter().map(|(table, column)| {
            format!(
                "SELECT '{table} ' || t.{column} AS name FROM {table} t WHERE t.{column} IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM blob_piece b WHERE b.sha256 = t.{column})"
            )
        });
        self.names(&parts.collect::<Vec<_>>().join(" UNION ALL "), vec![]).await
    }

    /// Kept files that nothing names.
    pub async fn orphans(&self) -> Result<Vec<String>> {
        let named = LOST
            .iter()
            .chain(NAMES_FILES)
            .map(|(table, column)| format!(" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.{column} = b.sha256)"));
        let named: String = named.collect();
        self.names(&format!("SELECT b.sha256 AS name FROM blob_piece b WHERE b.sequence = 0{named}"), vec![]).await
    }

    async fn names(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<Vec<String>> {
        let statement = Statement::from_sql_and_values(self.read.get_database_backend(), sql, values);
        let rows = self.read.query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(Name::from_query_result(row, "")?.name)).collect()
    }
}
