//! What anybody may know of the register in figures.

use chrono::TimeDelta;

use crate::app::App;
use crate::domain::dossier::ClinicType;
use crate::domain::figures::{InForce, PublicFigures};
use crate::domain::id::AuthorityId;
use crate::domain::terms::Coded;
use crate::error::Result;

/// How long an answer serves everybody who asks, seconds.
pub const KEPT: i64 = 60;

/// Clinics in force by type, and the first with 互联网诊疗 of each area: of one authority, or of all. Counted at most once a
/// minute in a process.
///
/// # Errors
/// `NotFound` where there is no such authority.
pub async fn public(app: &App, authority: Option<AuthorityId>) -> Result<PublicFigures> {
    let (now, authority) = (app.clock.now(), authority.map(|id| id.0));
    // Held while counting: who asks meanwhile waits for the one answer.
    let mut kept = app.figures.lock().await;
    let fresh = |counted: &PublicFigures| counted.as_of <= now && now - counted.as_of < TimeDelta::seconds(KEPT);
    kept.retain(|_, counted| fresh(counted));
    if let Some(counted) = kept.get(&authority) {
        return Ok(counted.clone());
    }
    let tx = app.store.snapshot().await?;
    if let Some(id) = authority {
        tx.authority(id).await?;
    }
    let online = tx.figure_in_force(authority, true).await?;
    let of = |code: &str| online.iter().find(|(of, _)| of == code).map_or(0, |(_, n)| *n);
    let clinics = tx.figure_in_force(authority, false).await?;
    let mut clinics: Vec<InForce> = clinics
        .into_iter()
        .filter_map(|(code, clinics)| {
            Some(InForce { clinic_type: ClinicType::of_code(&code)?, clinics, telemedicine: of(&code) })
        })
        .collect();
    clinics.sort_by_key(|row| row.clinic_type);
    let first = tx.figure_first(authority, now + TimeDelta::microseconds(1)).await?;
    let counted = PublicFigures { as_of: now, clinics, first };
    kept.insert(authority, counted.clone());
    Ok(counted)
}
