//! Data exchange: everything that happened to an authority's clinics since a reader last asked, in the order of the
//! issuance log, so that nothing is missed or told twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::exchange::{self, Happened, Line};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{certificate, clinic_event, log_entry};
use crate::usecase::exports::{self, Feed, Pages};

/// Rows that are read at a time.
const BATCH: u64 = 100;

/// One entry of the log with what it tells.
pub struct Change {
    pub entry: log_entry::Model,
    /// Whether a certificate was issued.
    pub issued: bool,
    /// The certificate as it stands now; its statement never changes.
    pub certificate: certificate::Model,
    pub events: Vec<clinic_event::Model>,
}

/// Changes, and where the next question begins.
pub struct Changes {
    pub items: Vec<Change>,
    /// The number up to which everything of this authority has been told.
    pub next: i32,
    /// Whether more is there already.
    pub more: bool,
    pub as_of: DateTime<Utc>,
}

/// Whose changes `actor` reads.
fn office(actor: &Actor) -> Result<Uuid> {
    let works = matches!(actor.role, Role::Officer | Role::Approver | Role::Auditor);
    Ok(actor.authority.filter(|_| works).ok_or(Error::Forbidden)?.0)
}

/// Up to `limit` changes after a number; -1 begins at the beginning.
///
/// # Errors
/// `Forbidden` for anybody but officers, approvers and auditors.
pub async fn changes(app: &App, actor: &Actor, after: i32, limit: u64) -> Result<Changes> {
    let office = office(actor)?;
    let as_of = app.clock.now();
    let tx = app.store.snapshot().await?;
    let head = begun(&tx, after).await?;
    let mut rows = tx.log_of(office, after, limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().map_or(after, |(entry, _)| entry.sequence);
    // The view is of one moment: what it does not hold comes later and has a higher number.
    let next = if more { last } else { head };
    Ok(Changes { items: told(&tx, rows).await?, next, more, as_of })
}

/// The last number of the log. Whoever reads on from a number that is not given yet would miss it.
async fn begun(tx: &Tx, after: i32) -> Result<i32> {
    let head = tx.log_head().await?;
    if after > head {
        let zh = "本登记库还没有这个位置（是否来自另一个库，或者备份恢复之前？），请核对后从头读取。";
        let en = "This register has not come to this place yet (was it another one, or restored?); begin anew.";
        return Err(Error::field("/after", zh, en));
    }
    Ok(head)
}

struct Log {
    office: Uuid,
    after: i32,
    ended: bool,
}

impl Pages for Log {
    type Item = Change;

    async fn next(&mut self, tx: &Tx) -> Result<Option<Vec<Change>>> {
        if self.ended {
            return Ok(None);
        }
        let rows = tx.log_of(self.office, self.after, BATCH).await?;
        self.ended = (rows.len() as u64) < BATCH;
        self.after = rows.last().map_or(self.after, |(entry, _)| entry.sequence);
        told(tx, rows).await.map(Some)
    }
}

/// Every change after a number as a stream, and the number at which the next question begins.
///
/// # Errors
/// As [`changes`]; `Unavailable` while too many streams are open.
pub async fn stream(app: &App, actor: &Actor, after: i32) -> Result<(Feed<Change>, i32)> {
    let office = office(actor)?;
    let mut head = -1;
    let feed = exports::open(app, async |tx: &Tx| {
        head = begun(tx, after).await?;
        Ok(Log { office, after, ended: false })
    });
    let feed = feed.await?;
    Ok((feed, head))
}

/// Entries with their events.
async fn told(tx: &Tx, rows: Vec<(log_entry::Model, certificate::Model)>) -> Result<Vec<Change>> {
    let clinics: BTreeSet<Uuid> = rows.iter().map(|(_, row)| row.clinic_id).collect();
    let mut lines: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
    for (clinic, sequence, kind, filing) in tx.log_lines(&clinics).await? {
        lines.entry(clinic).or_default().push(Line { sequence, kind, filing });
    }
    let mut events: BTreeMap<Uuid, Vec<clinic_event::Model>> = BTreeMap::new();
    for event in tx.events_of(&clinics).await? {
        events.entry(event.clinic_id).or_default().push(event);
    }
    let mut of: BTreeMap<i32, Vec<clinic_event::Model>> = BTreeMap::new();
    for (clinic, lines) in lines {
        let rows = events.remove(&clinic).unwrap_or_default();
        let happened = rows.iter().map(|e| Happened { sequence: e.sequence, act: e.act, filing: e.filing_id });
        let pairs = exchange::pair(&lines, &happened.collect::<Vec<_>>());
        let find = |sequences: Vec<i32>| rows.iter().filter(|e| sequences.contains(&e.sequence)).cloned().collect();
        of.extend(pairs.into_iter().map(|(entry, sequences)| (entry, find(sequences))));
    }
    let change = |(entry, certificate): (log_entry::Model, certificate::Model)| Change {
        issued: exchange::is_issue(&entry.kind),
        events: of.remove(&entry.sequence).unwrap_or_default(),
        entry,
        certificate,
    };
    Ok(rows.into_iter().map(change).collect())
}
