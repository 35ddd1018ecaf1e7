//! Verification: what a code on a certificate is worth now. One signature at most, one indexed row.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::certificate::code;
use crate::domain::short_code::{BadShortCode, ShortCode};
use crate::domain::verdict::{Asked, Reason, Standing, Verdict, verdict};
use crate::error::Result;
use crate::store::entity::certificate;

/// The answer to a code.
pub struct Verification {
    pub verdict: Verdict,
    /// The certificate that the code belongs to; absent when the register has none.
    pub certificate: Option<certificate::Model>,
    pub checked_at: DateTime<Utc>,
}

/// What `text` is worth: the digits of a code, its whole URL, or a short code.
///
/// # Errors
/// Only what the store answers; a bad code is an answer, not an error.
pub async fn verify(app: &App, text: &str) -> Result<Verification> {
    let checked_at = app.clock.now();
    match text.parse::<ShortCode>() {
        Ok(short) => {
            let row = app.store.certificate_by_short_code(short.as_str()).await?;
            let verdict = verdict(Ok(row.as_ref().map(standing).as_ref()), Asked::Lookup);
            return Ok(Verification { verdict, certificate: row, checked_at });
        }
        Err(BadShortCode::Check) => {
            let verdict = verdict(Err(Reason::Mistyped.into()), Asked::Lookup);
            return Ok(Verification { verdict, certificate: None, checked_at });
        }
        Err(BadShortCode::Form) => (),
    }
    let opened = match code::check(text, app.keyring.manifest(), app.clock.today()) {
        Ok(opened) => opened,
        Err(refusal) => {
            let verdict = verdict(Err(refusal), Asked::Code);
            return Ok(Verification { verdict, certificate: None, checked_at });
        }
    };
    let row = app.store.certificate_by_status_index(opened.payload.status_index).await?;
    // The register must hold this very code: a signature alone does not make an entry.
    let row = row.filter(|row| row.digits == text.trim().rsplit('/').next().unwrap_or_default());
    let verdict = verdict(Ok(row.as_ref().map(standing).as_ref()), Asked::Code);
    Ok(Verification { verdict, certificate: row, checked_at })
}

fn standing(row: &certificate::Model) -> Standing {
    Standing { certificate: row.state, clinic: row.clinic_state, telemedicine: row.telemedicine }
}
