//! Verification: what a code is worth, and the keys that sign codes.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Any;
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::certificate::Statement;
use crate::domain::verdict::{CertificateState, ClinicState, Outcome, Reason};
use crate::usecase::verifications::{self, Verification};

/// Why the answer is not VALID.
#[derive(Debug, Object)]
#[oai(rename = "VerificationReason")]
pub struct ReasonView {
    /// Stable code
    pub code: Reason,
    /// Stable number, two digits
    pub number: String,
    /// 说明
    pub message: String,
    /// The same in English
    pub message_en: String,
}

/// The certificate that the code belongs to: what this very version said.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct VerifiedCertificate {
    /// 版本 of the code
    pub version: i32,
    /// 状态 of this version
    pub state: CertificateState,
    /// 状态 of the clinic
    pub clinic_state: ClinicState,
    /// 版本 in force; look it up by `current_number`
    pub current_version: i32,
    /// 备案编号 in force
    pub current_number: String,
    /// What this version said; for a superseded one that is no longer what is filed
    pub record: Statement,
    /// SHA-256 of the issued paper, once it is drawn
    pub pdf_sha256: Option<String>,
    pub issued_at: DateTime<Utc>,
}

/// What a code is worth.
#[derive(Debug, Object)]
#[oai(rename = "Verification", skip_serializing_if_is_none)]
pub struct VerificationView {
    /// 结论
    pub outcome: Outcome,
    /// Why not VALID
    pub reason: Option<ReasonView>,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// Whether 互联网诊疗 is permitted now: only ever with a valid certificate
    pub telemedicine_permitted: bool,
    /// Whether a signature was checked and is good; a short code carries none
    pub signature_checked: bool,
    pub certificate: Option<VerifiedCertificate>,
    /// 核验时间 = 数据截至
    pub checked_at: DateTime<Utc>,
    /// 官方网址: rely on no other
    pub official_host: String,
}

fn verification_view(app: &App, answer: Verification) -> VerificationView {
    let Verification { verdict, certificate, checked_at } = answer;
    VerificationView {
        outcome: verdict.outcome,
        reason: verdict.reason.map(|reason| ReasonView {
            code: reason,
            number: format!("{:02}", reason.number()),
            message: reason.zh().to_owned(),
            message_en: reason.en().to_owned(),
        }),
        message: verdict.zh().to_owned(),
        message_en: verdict.en().to_owned(),
        telemedicine_permitted: verdict.telemedicine,
        signature_checked: verdict.signature_ok,
        certificate: certificate.map(|row| VerifiedCertificate {
            version: row.version,
            state: row.state,
            clinic_state: row.clinic_state,
            current_version: row.current_version,
            current_number: row.current_number,
            record: row.statement,
            pdf_sha256: row.pdf_sha256,
            issued_at: row.issued_at,
        }),
        checked_at,
        official_host: app.settings.host().to_owned(),
    }
}

pub struct Verifications;

#[OpenApi(tag = "Tag::Verifications")]
impl Verifications {
    /// 核验 · What a code is worth
    ///
    /// `code` is the number behind the last `/` of the code's address, or the short code. A bad code is an answer
    /// (200, `not_valid` or `cannot_tell` with its reason), not an error.
    #[oai(path = "/verifications/:code", method = "get", operation_id = "verification_view")]
    async fn view(&self, app: Data<&App>, code: Path<String>) -> Result<Json<VerificationView>, Problem> {
        let answer = verifications::verify(&app, &code.0).await?;
        Ok(Json(verification_view(&app, answer)))
    }

    /// 签发密钥清单 · The keys that sign codes
    ///
    /// Signed by the root key: trust the `cose` member, pinned to the root that the authority published.
    #[oai(path = "/.well-known/clinic-keys", method = "get", operation_id = "key_manifest")]
    async fn keys(&self, app: Data<&App>) -> Json<Any<serde_json::Value>> {
        Json(Any(app.keyring.manifest_json().clone()))
    }
}
