//! What is no longer needed is forgotten, what the law keeps is kept. History, announcements, the issuance log and
//! the record of who read personal data are never touched here.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::deadline::shanghai_date;
use crate::domain::material;
use crate::error::Result;

/// What a sweep forgot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Idempotency keys.
    pub keys: u64,
    /// Sessions: who signed in when.
    pub sessions: u64,
    /// Windows in which it was counted how often somebody reported.
    pub windows: u64,
    /// Files that did not arrive whole.
    pub uploads: u64,
    /// Forms that were sent too late, and are not asked for any more.
    pub held_forms: u64,
}

/// Forgets idempotency keys, ended sessions and counts of reports that are older than R-092 asks them to be kept, files
/// that never arrived whole, and forms that nobody came back for. A rule that the law does not have forgets nothing. To be called once a day; twice does no harm.
///
/// # Errors
/// What the store answers.
pub async fn sweep(app: &App) -> Result<Swept> {
    let tx = app.store.begin().await?;
    let keys = match before(app, "keys_days") {
        Some(then) => tx.forget_keys(then).await?,
        None => 0,
    };
    let sessions = match before(app, "sessions_days") {
        Some(then) => tx.forget_sessions(then).await?,
        None => 0,
    };
    let windows = match before(app, "pace_days") {
        Some(then) => {
            tx.forget_guarded(then).await?;
            tx.forget_windows(then.timestamp(), shanghai_date(then)).await?
        }
        None => 0,
    };
    let uploads = match app.clock.now().checked_sub_signed(TimeDelta::hours(material::UPLOAD_HOURS)) {
        Some(then) => tx.forget_uploads(then).await?,
        None => 0,
    };
    let held_forms = tx.forget_held_forms(app.clock.now()).await?;
    tx.commit().await?;
    Ok(Swept { keys, sessions, windows, uploads, held_forms })
}

/// The moment before which things are forgotten.
fn before(app: &App, threshold: &str) -> Option<DateTime<Utc>> {
    let law = app.law();
    let days = law.threshold("R-092", threshold, app.clock.today()).filter(|days| *days >= 1.0)?;
    app.clock.now().checked_sub_signed(TimeDelta::try_days(days as i64)?)
}
