//! Checking a paper: whether the register knows it, and whether it is still good. Never what it says.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::id::CertificateId;
use crate::domain::paper_check::PaperStanding;
use crate::domain::short_code::{BadShortCode, ShortCode};
use crate::error::Result;
use crate::store::entity::{clinic, paper};
use crate::usecase::verifications::{self, Verification};

/// The answer to the code of a paper.
pub struct PaperCheck {
    pub standing: PaperStanding,
    /// The paper; absent where the register has none.
    pub paper: Option<paper::Model>,
    /// Its clinic, where that is in the register.
    pub clinic: Option<clinic::Model>,
    /// What the certificate is worth now that a copy was made of.
    pub certificate: Option<Verification>,
    pub checked_at: DateTime<Utc>,
}

/// What `text` is worth: a short code, or the whole address of a paper's code.
///
/// # Errors
/// Only what the store answers; a bad code is an answer, not an error.
pub async fn check(app: &App, text: &str) -> Result<PaperCheck> {
    let refused =
        |standing| PaperCheck { standing, paper: None, clinic: None, certificate: None, checked_at: app.clock.now() };
    let last = text.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let code = match last.parse::<ShortCode>() {
        Ok(code) => code,
        Err(BadShortCode::Check) => return Ok(refused(PaperStanding::Mistyped)),
        Err(BadShortCode::Form) => return Ok(refused(PaperStanding::Unreadable)),
    };
    let Some(paper) = app.store.paper_by_code(&code).await? else {
        return Ok(refused(PaperStanding::NotInRegister));
    };
    let clinic = match paper.clinic_id {
        Some(id) => Some(app.store.clinic_by_id(id).await?),
        None => None,
    };
    // Only a copy stands and falls with a certificate; what another paper says of one stays so.
    let certificate = match (&paper.purpose, paper.certificate_id) {
        (Some(_), Some(id)) => Some(verifications::verify_certificate(app, CertificateId(id)).await?),
        _ => None,
    };
    let outcome = certificate.as_ref().map(|certificate| certificate.verdict.outcome);
    let today = app.clock.today();
    let standing = PaperStanding::of(paper.withdrawn_at.is_some(), paper.purpose.as_ref(), today, outcome);
    Ok(PaperCheck { standing, paper: Some(paper), clinic, certificate, checked_at: app.clock.now() })
}

/// Whether a short code is that of a paper.
///
/// # Errors
/// What the store answers.
pub async fn known(app: &App, code: &ShortCode) -> Result<bool> {
    Ok(app.store.paper_by_code(code).await?.is_some())
}
