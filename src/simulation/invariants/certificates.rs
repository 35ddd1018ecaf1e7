//! (3) No certificate without an issued filing, two persons, a good signature; (7) and the public is told what is so.

use std::collections::BTreeMap;

use crate::app::App;
use crate::certificate::code;
use crate::domain::lifecycle::Stage;
use crate::domain::payload::Payload;
use crate::domain::value;
use crate::domain::verdict::{CertificateState, ClinicState, Outcome, TelemedicineMode};
use crate::error::Result;
use crate::simulation::invariants::numbers::Provisional;
use crate::simulation::invariants::{Check, Depth, PAGE};
use crate::store::entity::{certificate, clinic, filing};
use crate::usecase::verifications;

/// Reads every certificate once: (3), the provisional numbers for (2), and (7).
pub(super) async fn certificates(app: &App, depth: Depth<'_>) -> Result<(Check, Provisional, Check)> {
    let mut check = Check::new("(3)", "凭证均有已办结的办件、两名经办人、正确的摘要和有效的签名");
    let mut answers = Check::new("(7)", "公众核验的答复与库中所载一致");
    let mut provisional = Provisional::new();
    let (mut after, mut n) = (None, 0);
    loop {
        let rows = app.store.every_certificate(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let filings = app.store.filings_of(rows.iter().map(|row| row.filing_id).collect()).await?;
        let filings: BTreeMap<_, _> = filings.into_iter().map(|row| (row.id, row)).collect();
        let clinics = app.store.clinics_by_id(rows.iter().map(|row| row.clinic_id)).await?;
        for row in &rows {
            note(row, &mut provisional);
            let (filing, clinic) = (filings.get(&row.filing_id), clinics.get(&row.clinic_id));
            let close = n % depth.one_of.max(1) == 0;
            n += 1;
            let fault = wrong(app, row, filing, close);
            check.look(fault.is_none(), || format!("certificate {}: {}", row.id, fault.unwrap_or_default()));
            if close {
                let fault = misleads(app, row, clinic).await?;
                answers.look(fault.is_none(), || format!("certificate {}: {}", row.id, fault.unwrap_or_default()));
            }
        }
    }
    Ok((check, provisional, answers))
}

/// The serial number that a clinic without an organisation code was given with its first certificate.
fn note(row: &certificate::Model, provisional: &mut Provisional) {
    let number = &row.statement.number;
    let serial = number.strip_prefix("PDY").and_then(|rest| rest.get(..5)).and_then(|digits| digits.parse().ok());
    if let (Some(serial), Some(division), (1, 1)) = (serial, number.get(9..15), (row.version, row.copy)) {
        provisional.entry(division.to_owned()).or_default().insert(serial);
    }
}

/// What is wrong with a certificate, if anything.
fn wrong(app: &App, row: &certificate::Model, filing: Option<&filing::Model>, close: bool) -> Option<String> {
    let Some(filing) = filing else { return Some("its filing is missing".to_owned()) };
    if filing.stage != Stage::Issued {
        return Some(format!("its filing is {:?}", filing.stage));
    }
    if filing.issued_by.is_none() || filing.recommended_by.is_none() || filing.issued_by == filing.recommended_by {
        return Some("two persons did not decide it".to_owned());
    }
    if value::hex(&row.statement.digest()) != row.digest {
        return Some("its digest is another statement's".to_owned());
    }
    if !close {
        return None;
    }
    match code::check(&row.digits, app.keyring.manifest(), row.statement.issued_on) {
        Err(refused) => Some(format!("its signature is not good: {}", refused.reason.code())),
        Ok(opened) => {
            let signed = opened.payload == Payload::of(&row.statement, row.status_index.unsigned_abs());
            (!signed).then(|| "something else was signed".to_owned())
        }
    }
}

/// Where the public is told something else than the clinic's own row says.
async fn misleads(app: &App, row: &certificate::Model, clinic: Option<&clinic::Model>) -> Result<Option<String>> {
    let Some(clinic) = clinic else { return Ok(Some("its clinic is missing".to_owned())) };
    let good = row.id == clinic.certificate_id
        && row.state == CertificateState::Current
        && clinic.state == ClinicState::Active;
    let online = good && clinic.telemedicine_mode == TelemedicineMode::On;
    for asked in [row.digits.as_str(), row.short_code.as_str()] {
        let told = verifications::verify(app, asked).await?;
        let found = told.certificate.as_ref().map(|found| found.id);
        let valid = told.verdict.outcome == Outcome::Valid;
        if (found, valid, told.verdict.telemedicine) != (Some(row.id), good, online) {
            return Ok(Some(format!("told {:?}, good {good}, on line {online}", told.verdict)));
        }
    }
    Ok(None)
}
