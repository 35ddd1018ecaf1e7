//! Counts of the register.

use uuid::Uuid;

use crate::domain::figures::Pioneer;
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::Result;
use crate::store::Tx;
use crate::store::figures::{Scope, Sql, get};

/// Entries in the histories of clinics that are alike.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Empty before the period.
    pub month: String,
    pub clinic_type: String,
    pub act: ClinicAct,
    /// Where they stood before; none for the first entry of a clinic.
    pub from: Option<(ClinicState, TelemedicineMode)>,
    pub to: (ClinicState, TelemedicineMode),
    pub n: i64,
}

/// A clinic with the clock of R-054 that its last issue before a moment started: it tells who filed and who supervised the
/// clinic then. A clinic without one has the offices of its row.
fn with_offices(recorded: &str) -> String {
    format!(
        "LEFT JOIN deadline p ON p.id = (SELECT x.id FROM deadline x WHERE x.subject_id = c.id AND x.rule = 'R-054' \
         AND x.created_at < {recorded} ORDER BY x.created_at DESC, x.id DESC LIMIT 1)"
    )
}

impl Tx {
    /// Everything that happened to the clinics that the office filed or supervises, up to the end of the period.
    pub async fn figure_moves(&self, scope: Scope<'_>) -> Result<Vec<Moved>> {
        let mut sql = Sql::new(self);
        let (me, recorded) = (sql.bind(scope.authority), sql.bind(scope.period.recorded()));
        let (month, until) = (sql.month("e.at", scope.period), sql.bind(scope.period.ends()));
        let offices = with_offices(&recorded);
        let text = format!(
            "SELECT {month} AS month, o.clinic_type AS clinic_type, e.act AS act, \
             CASE WHEN e.sequence = 1 THEN NULL ELSE e.from_state END AS from_state, \
             e.from_telemedicine AS from_telemedicine, e.to_state AS to_state, e.to_telemedicine AS to_telemedicine, \
             COUNT(*) AS n FROM clinic_event e JOIN (SELECT c.id AS id, c.clinic_type AS clinic_type FROM clinic c {offices} \
             WHERE COALESCE(p.authority_id, c.authority_id) = {me} OR COALESCE(p.supervisor_id, c.supervisor_id) = {me}) o \
             ON o.id = e.clinic_id WHERE e.at < {until} GROUP BY 1, 2, 3, 4, 5, 6, 7"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            let from: Option<ClinicState> = get(row, "from_state")?;
            let mode: TelemedicineMode = get(row, "from_telemedicine")?;
            Ok(Moved {
                month: get(row, "month")?,
                clinic_type: get(row, "clinic_type")?,
                act: get(row, "act")?,
                from: from.map(|state| (state, mode)),
                to: (get(row, "to_state")?, get(row, "to_telemedicine")?),
                n: get(row, "n")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The first clinic with 互联网诊疗 of each authority that filed it, or of one; by what was recorded before a moment.
    pub async fn figure_first(
        &self,
        authority: Option<Uuid>,
        recorded: chrono::DateTime<chrono::Utc>,
    ) -> Result<Vec<Pioneer>> {
        let mut sql = Sql::new(self);
        let recorded = sql.bind(recorded);
        let offices = with_offices(&recorded);
        let only = authority.map(|id| format!(" AND r.authority_id = {}", sql.bind(id))).unwrap_or_default();
        let text = format!(
            "SELECT r.authority_id AS authority_id, a.name AS office, r.effective_on AS since, \
             COALESCE(s.statement ->> 'number', r.number) AS number, COALESCE(s.statement ->> 'name', r.name) AS name \
             FROM (SELECT e.clinic_id AS clinic_id, e.at AS at, e.effective_on AS effective_on, c.number AS number, \
             c.name AS name, COALESCE(p.authority_id, c.authority_id) AS authority_id, ROW_NUMBER() OVER (PARTITION BY \
             COALESCE(p.authority_id, c.authority_id) ORDER BY e.effective_on, e.at, e.id) AS place \
             FROM clinic_event e JOIN clinic c ON c.id = e.clinic_id {offices} \
             WHERE e.act = 'add_telemedicine' AND e.at < {recorded}) r \
             JOIN authority a ON a.id = r.authority_id LEFT JOIN certificate s ON s.id = (SELECT x.id FROM certificate x \
             WHERE x.clinic_id = r.clinic_id AND x.issued_at <= r.at ORDER BY x.version DESC, x.copy DESC LIMIT 1) \
             WHERE r.place = 1{only} ORDER BY r.effective_on, r.at, a.name"
        );
        let rows = sql.all(self, text).await?;
        let read = |row| {
            Ok(Pioneer {
                authority: get(row, "authority_id")?,
                office: get(row, "office")?,
                number: get(row, "number")?,
                name: get(row, "name")?,
                since: get(row, "since")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Clinics in force now by type; only those with 互联网诊疗 where `online` says so.
    pub async fn figure_in_force(&self, authority: Option<Uuid>, online: bool) -> Result<Vec<(String, i64)>> {
        let mut sql = Sql::new(self);
        let mut text = "SELECT clinic_type AS code, COUNT(*) AS n FROM clinic WHERE state = 'active'".to_owned();
        if let Some(authority) = authority {
            text += &format!(" AND authority_id = {}", sql.bind(authority));
        }
        if online {
            text += " AND telemedicine_mode = 'on'";
        }
        let rows = sql.all(self, text + " GROUP BY clinic_type").await?;
        rows.iter().map(|row| Ok((get(row, "code")?, get(row, "n")?))).collect()
    }
}
