//! What must hold of the whole register, whatever was done: asked of the database itself.

use sea_orm::{ConnectionTrait, Statement};

use crate::support::database;

/// What must not be, each as a query that finds it.
const NEVER: &[(&str, &str)] = &[
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
];

/// Asserts every one of them.
pub async fn hold(url: &str) {
    let db = database::connect(url).await;
    let mut wrong = vec![];
    for (what, sql) in NEVER {
        let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), (*sql).to_owned())).await;
        match found {
            Ok(rows) if rows.is_empty() => (),
            Ok(rows) => wrong.push(format!("{what}: {}", rows.len())),
            Err(error) => wrong.push(format!("{what}: {error}")),
        }
    }
    db.close().await.unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
