//! Verification: what a code on a certificate is worth now. One signature at most and two indexed rows; more is read only
//! to explain an answer that is not simply "valid".

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::certificate::code;
use crate::domain::cause::Cause;
use crate::domain::id::CertificateId;
use crate::domain::law::RuleText;
use crate::domain::short_code::{BadShortCode, ShortCode};
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{Asked, OnlineCare, Reason, Refusal, Standing, Verdict, verdict};
use crate::error::{Error, Result};
use crate::store::entity::{certificate, clinic, paper};
use crate::usecase::{clinics, copies};

/// Largest file that is compared, bytes: a certificate's paper has some 200 KB.
pub const LARGEST_FILE: u64 = 5 * 1024 * 1024;

/// The rule of a file that is not the issued one.
pub const ALTERED: &str = "R-066";

/// The answer to a code.
pub struct Verification {
    pub verdict: Verdict,
    /// The certificate that the code belongs to; absent when the register has none.
    pub certificate: Option<certificate::Model>,
    /// The copy for a purpose (加注件) whose code it is, where it is not the certificate's own.
    pub copy: Option<paper::Model>,
    /// Its clinic as it stands.
    pub clinic: Option<clinic::Model>,
    /// Why the certificate is not good, since when.
    pub cause: Option<Cause>,
    /// Since when 互联网诊疗 alone is suspended.
    pub online_cause: Option<Cause>,
    /// Where the clinic went, if it moved away and filed anew.
    pub successor: Option<clinic::Model>,
    pub checked_at: DateTime<Utc>,
}

impl Verification {
    /// What it says to people, in Chinese.
    pub fn zh(&self) -> &'static str {
        self.cause.and_then(|cause| cause.advice()).map_or(self.verdict.zh(), |advice| advice.0)
    }

    /// The same in English.
    pub fn en(&self) -> &'static str {
        self.cause.and_then(|cause| cause.advice()).map_or(self.verdict.en(), |advice| advice.1)
    }
}

/// The answer to a file.
pub struct FileVerification {
    /// What the certificate is worth, if the file is one that was issued.
    pub genuine: Option<Verification>,
    pub checked_at: DateTime<Utc>,
}

/// What `text` is worth: the digits of a code, its whole URL, or a short code.
///
/// # Errors
/// Only what the store answers; a bad code is an answer, not an error.
pub async fn verify(app: &App, text: &str) -> Result<Verification> {
    let refused = |refusal, asked| Verification {
        verdict: verdict(Err(refusal), asked),
        certificate: None,
        copy: None,
        clinic: None,
        cause: None,
        online_cause: None,
        successor: None,
        checked_at: app.clock.now(),
    };
    match text.parse::<ShortCode>() {
        Ok(short) => {
            let row = app.store.certificate_by_short_code(short.as_str()).await?;
            let copy = if row.is_none() { app.store.copy_by_short_code(short.as_str()).await? } else { None };
            return of_either(app, row, copy, Asked::Lookup).await;
        }
        Err(BadShortCode::Check) => return Ok(refused(Reason::Mistyped.into(), Asked::Lookup)),
        Err(BadShortCode::Form) => (),
    }
    let digits = text.trim().rsplit('/').next().unwrap_or_default();
    let opened = match code::check(text, app.keyring.manifest(), app.clock.today()) {
        Ok(opened) if opened.payload.copy.is_none() => opened,
        // The signature of a copy that has run out is good: the register tells the rest.
        Ok(_) | Err(Refusal { reason: Reason::CopyExpired, .. }) => {
            return of_either(app, None, app.store.copy_by_digits(digits).await?, Asked::Code).await;
        }
        Err(refusal) => return Ok(refused(refusal, Asked::Code)),
    };
    let row = app.store.certificate_by_status_index(opened.payload.status_index).await?;
    // The register must hold this very code: a signature alone does not make an entry.
    let row = row.filter(|row| row.digits == digits);
    explained(app, row, None, Asked::Code).await
}

/// What a file is worth, by its SHA-256 alone: the file itself is never opened.
///
/// # Errors
/// `TooLarge` above [`LARGEST_FILE`] bytes; what the store answers.
pub async fn verify_file(app: &App, sha256: &str, size: u64) -> Result<FileVerification> {
    if size > LARGEST_FILE {
        return Err(Error::TooLarge(LARGEST_FILE));
    }
    let row = app.store.certificate_by_paper(sha256).await?;
    let copy = if row.is_none() { app.store.copy_by_paper(sha256).await? } else { None };
    let known = row.is_some() || copy.is_some();
    let genuine = if known { Some(of_either(app, row, copy, Asked::Lookup).await?) } else { None };
    Ok(FileVerification { genuine, checked_at: app.clock.now() })
}

/// What a certificate is worth now.
///
/// # Errors
/// `NotFound` where there is no such certificate; what the store answers.
pub async fn verify_certificate(app: &App, id: CertificateId) -> Result<Verification> {
    let row = app.store.certificate_unscoped(id).await?.ok_or(Error::NotFound("certificate"))?;
    explained(app, Some(row), None, Asked::Lookup).await
}

/// What is said of a file that is not the issued one, with its basis.
///
/// # Errors
/// When the law has no such rule today.
pub fn altered(app: &App) -> Result<RuleText> {
    let law = app.law();
    law.rule(ALTERED, app.clock.today()).cloned().ok_or_else(|| anyhow::anyhow!("no rule {ALTERED}").into())
}

/// The answer to a certificate or to a copy of one.
async fn of_either(
    app: &App,
    row: Option<certificate::Model>,
    copy: Option<paper::Model>,
    asked: Asked,
) -> Result<Verification> {
    let row = match copy.as_ref().and_then(|copy| copy.certificate_id) {
        Some(id) => app.store.certificate_unscoped(CertificateId(id)).await?,
        None => row,
    };
    explained(app, row, copy, asked).await
}

async fn explained(
    app: &App,
    row: Option<certificate::Model>,
    copy: Option<paper::Model>,
    asked: Asked,
) -> Result<Verification> {
    let stands = copy.as_ref().map(|copy| copies::standing(copy, app.clock.today()));
    let standing = row.as_ref().map(|row| Standing { copy: stands, ..standing(row) });
    let verdict = verdict(Ok(standing.as_ref()), asked);
    let clinic = match &row {
        Some(row) => Some(app.store.clinic_by_id(row.clinic_id).await?),
        None => None,
    };
    let mut answer = Verification {
        verdict,
        certificate: row,
        copy,
        clinic,
        cause: None,
        online_cause: None,
        successor: None,
        checked_at: app.clock.now(),
    };
    let (Some(row), Some(clinic)) = (&answer.certificate, &answer.clinic) else { return Ok(answer) };
    match verdict.reason {
        Some(Reason::Superseded) => answer.cause = replaced(app, row, ClinicAct::Change).await?,
        Some(Reason::Void) => answer.cause = replaced(app, row, ClinicAct::Reissue).await?,
        Some(Reason::DeclaredLost) => {
            let events = app.store.clinic_events(clinic.id).await?;
            answer.cause = clinics::latest(&events, ClinicAct::DeclareLoss);
        }
        // What happened to a copy is told with the copy; nothing happened to the clinic.
        Some(Reason::CopyExpired | Reason::CopyWithdrawn) => (),
        Some(_) => {
            let events = app.store.clinic_events(clinic.id).await?;
            answer.cause = clinics::cause(clinic, &events);
            answer.successor = clinics::other(app, clinic.successor_id).await?;
        }
        None if verdict.online == OnlineCare::Suspended => {
            let events = app.store.clinic_events(clinic.id).await?;
            answer.online_cause = clinics::latest(&events, ClinicAct::SuspendTelemedicine);
        }
        None => (),
    }
    Ok(answer)
}

/// When the next copy or version took the place of this one.
async fn replaced(app: &App, row: &certificate::Model, act: ClinicAct) -> Result<Option<Cause>> {
    let since: Option<NaiveDate> = app.store.certificate_after(row).await?.map(|next| next.statement.issued_on);
    Ok(since.map(|since| Cause::new(act, since)))
}

fn standing(row: &certificate::Model) -> Standing {
    Standing { certificate: row.state, clinic: row.clinic_state, telemedicine: row.telemedicine, copy: None }
}
