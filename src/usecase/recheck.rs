//! A decision checked again: under the edition of the law that it was made under, and under the law in force.

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::finding::Finding;
use crate::domain::id::FilingId;
use crate::domain::law::Law;
use crate::domain::rules::{self, Circumstances};
use crate::error::{Error, Result};
use crate::store::entity::filing_event;
use crate::usecase::facts::{self, Told};
use crate::usecase::law;

/// A step of a filing, checked again.
pub struct Recheck {
    /// The step, as the history counts: 1, 2, 3 …
    pub sequence: u32,
    /// The edition that it was taken under.
    pub rule_set: u32,
    /// Whether the same law finds the same.
    pub same: bool,
    /// What was found then.
    pub then: Vec<Told>,
    /// What the same law finds in the same facts.
    pub again: Vec<Told>,
    /// The edition in force.
    pub present: u32,
    /// What the law in force finds in the same facts today.
    pub today: Vec<Told>,
}

/// Checks a step again on what was kept of it.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for whoever neither decides nor audits; `Invalid` for a step that is
/// none, or of which nothing was kept.
pub async fn recheck(app: &App, actor: &Actor, id: FilingId, sequence: u32) -> Result<Recheck> {
    app.store.filing(actor, id).await?;
    if !matches!(actor.role, Role::Officer | Role::Approver | Role::Auditor) {
        return Err(Error::Forbidden);
    }
    let events = app.store.filing_events(id).await?;
    let nth = sequence.checked_sub(1).and_then(|n| usize::try_from(n).ok()).and_then(|n| events.get(n));
    let Some(event) = nth else {
        let zh = format!("没有这一步：办理过程共{}步。", events.len());
        return Err(Error::field("/sequence", zh, format!("The history has {} steps.", events.len())));
    };
    let filing_event::Model { rule_set, findings, dossier: Some(dossier), circumstances: Some(kept), .. } = event
    else {
        let zh = "这一步办理时尚未保存可供复核的情况，无法重新核对。";
        return Err(Error::field("/sequence", zh, "Nothing was kept of this step that could be checked again."));
    };
    let rule_set = rule_set.unsigned_abs();
    let applied = |law: std::sync::Arc<Law>| match &kept.applied_by {
        Some((region, uscc)) => law.regional(region, uscc),
        None => law,
    };
    let (then, now) = (applied(law::as_of(app, rule_set).await?), applied(app.law()));
    let found = |law: &Law, kept: &Circumstances| rules::check(dossier, &kept.facts(law));
    let told = |law: &Law, kept: &Circumstances, findings: &[Finding]| {
        facts::tell(law, kept.today, dossier.clinic_type, findings)
    };
    let again = found(&then, kept);
    let today = Circumstances { today: app.clock.today(), ..kept.clone() };
    Ok(Recheck {
        sequence,
        rule_set,
        same: again == findings.0,
        then: told(&then, kept, &findings.0),
        again: told(&then, kept, &again),
        present: now.rule_set(),
        today: told(&now, &today, &found(&now, &today)),
    })
}
