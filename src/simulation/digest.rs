//! One fingerprint of the public register.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::value::hex;
use crate::error::{Error, Result};

/// Clinics that are read at once.
const PAGE: u64 = 500;

/// SHA-256 over what the public may read of every clinic and its life, in the order of the register, in hexadecimal. Codes and
/// signatures are left out: they are the installation's.
///
/// # Errors
/// What the store answers.
pub async fn digest(app: &App) -> Result<String> {
    let (mut hash, mut after) = (Sha256::new(), None);
    loop {
        let rows = app.store.every_clinic(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(hex(&hash.finalize())) };
        after = Some(last.id);
        let events = app.store.events_of_clinics(rows.iter().map(|row| row.id).collect()).await?;
        for row in rows {
            let record = serde_json::to_string(&row.record).map_err(Error::internal)?;
            let stands = format!("{:?} {:?} {:?}\n", row.state, row.telemedicine_mode, row.verified_on);
            hash.update(record);
            hash.update(stands);
            for event in events.iter().filter(|event| event.clinic_id == row.id) {
                let line =
                    format!("{} {:?} {} {} {}\n", event.sequence, event.act, event.effective_on, event.at, event.note);
                hash.update(line);
            }
        }
    }
}
