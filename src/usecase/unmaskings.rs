//! Reading unmasked personal data: only for a reason, and never without a trace (R-091, 个人信息保护法第五十一条).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{ComplaintId, FilingId};
use crate::error::{Error, Result};
use crate::store::entity::{complaint_reading, unmasking};
use crate::store::idempotency::Once;
use crate::usecase::filings::{self, Case};

/// Fewest characters of a reason.
const REASON: usize = 4;

/// The filing for a reader who gives the reason: the reading is kept in the same transaction.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for a role that does not need it; `Invalid` without a reason.
pub async fn unmask(app: &App, actor: &Actor, id: FilingId, reason: &str, once: &Once) -> Result<Case> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let filing = tx.filing(actor, id).await?;
    let reading = reading(app, actor, filing.id, reason)?;
    if tx.claim(once, filing.id, now).await?.is_none() {
        tx.add_unmasking(reading).await?;
    }
    let case = filings::case_of(app, &tx, actor, filing).await?;
    tx.commit().await?;
    Ok(case)
}

/// The record of a reading that is about to happen.
///
/// # Errors
/// `Forbidden` for a role that does not need it; `Invalid` without a reason.
pub(super) fn reading(app: &App, actor: &Actor, filing: Uuid, reason: &str) -> Result<unmasking::Model> {
    let authority = actor.authority.filter(|_| actor.role.may_unmask()).ok_or(Error::Forbidden)?;
    let reason = reasoned(reason)?;
    Ok(unmasking::Model {
        id: app.clock.new_id(),
        filing_id: filing,
        authority_id: authority.0,
        actor_id: actor.id.0,
        actor_name: actor.name.clone(),
        actor_role: actor.role,
        reason: reason.to_owned(),
        at: app.clock.now(),
    })
}

/// The reason that was given.
///
/// # Errors
/// `Invalid` when it is none.
pub(super) fn reasoned(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.chars().count() < REASON {
        return Err(Error::field(
            "/reason",
            "请填写查看原因，至少4个字；查看会被记录。",
            "Give the reason, at least 4 characters; the reading is recorded.",
        ));
    }
    Ok(reason)
}

/// A reading of personal data.
pub struct Reading {
    pub id: Uuid,
    pub of: Read,
    pub actor_name: String,
    pub actor_role: Role,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// The personal data in a filing.
    Filing(FilingId),
    /// How whoever reported can be reached.
    Complaint(ComplaintId),
}

impl From<unmasking::Model> for Reading {
    fn from(row: unmasking::Model) -> Self {
        let unmasking::Model { id, filing_id, authority_id: _, actor_id: _, actor_name, actor_role, reason, at } = row;
        Self { id, of: Read::Filing(FilingId(filing_id)), actor_name, actor_role, reason, at }
    }
}

impl From<complaint_reading::Model> for Reading {
    fn from(row: complaint_reading::Model) -> Self {
        let complaint_reading::Model {
            id,
            complaint_id,
            authority_id: _,
            actor_id: _,
            actor_name,
            actor_role,
            reason,
            at,
        } = row;
        Self { id, of: Read::Complaint(ComplaintId(complaint_id)), actor_name, actor_role, reason, at }
    }
}

/// Who read what and why, at the reader's own authority, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// `Forbidden` for anybody but auditors and approvers.
pub async fn list(app: &App, actor: &Actor, before: Option<Uuid>, limit: u64) -> Result<Vec<Reading>> {
    let authority = actor.authority.filter(|_| matches!(actor.role, Role::Auditor | Role::Approver));
    let authority = authority.ok_or(Error::Forbidden)?;
    let filings = app.store.unmaskings(authority, before, limit + 1).await?;
    let complaints = app.store.complaint_readings(authority, before, limit + 1).await?;
    let mut readings: Vec<Reading> =
        filings.into_iter().map(Into::into).chain(complaints.into_iter().map(Into::into)).collect();
    readings.sort_by_key(|reading| std::cmp::Reverse(reading.id));
    readings.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    Ok(readings)
}
