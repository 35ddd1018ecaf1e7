//! Verification: what a code or a file is worth, and the keys that sign codes.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::Any;
use poem_openapi::types::multipart::Upload;
use poem_openapi::{Multipart, Object, OpenApi};

use crate::api::Tag;
use crate::api::clinics::CauseView;
use crate::api::materials::spool;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::certificate::Statement;
use crate::domain::paper::Purpose;
use crate::domain::verdict::{CertificateState, ClinicState, OnlineCare, Outcome, Reason};
use crate::error::Error;
use crate::store::entity::{certificate, clinic, paper};
use crate::usecase::verifications::{self, FileVerification, Verification};

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

impl From<Reason> for ReasonView {
    fn from(reason: Reason) -> Self {
        Self {
            code: reason,
            number: format!("{:02}", reason.number()),
            message: reason.zh().to_owned(),
            message_en: reason.en().to_owned(),
        }
    }
}

/// The certificate that the code belongs to: what this very version said.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct VerifiedCertificate {
    /// 版本 of the code
    pub version: i32,
    /// 第几次发放 of this version; above 1 it is 补发
    pub copy: i32,
    /// 状态 of this copy
    pub state: CertificateState,
    /// 状态 of the clinic
    pub clinic_state: ClinicState,
    /// 版本 in force; look it up by `current_number`
    pub current_version: i32,
    /// 第几次发放 of the version in force
    pub current_copy: i32,
    /// 备案编号 in force
    pub current_number: String,
    /// 备案终止 on
    pub ended_on: Option<NaiveDate>,
    /// 现场核查通过 on; absent: not yet
    pub site_verified_on: Option<NaiveDate>,
    /// What this version said; for a superseded one that is no longer what is filed
    pub record: Statement,
    /// SHA-256 of the issued paper, once it is drawn
    pub pdf_sha256: Option<String>,
    pub issued_at: DateTime<Utc>,
}

/// The copy for one purpose (加注件) whose code it is.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct VerifiedCopy {
    /// 编号
    pub number: String,
    /// 仅用于…
    pub purpose: String,
    /// 使用单位; empty where it is bound to none
    pub recipient: String,
    /// 有效期至: the last day
    pub expires_on: NaiveDate,
    pub issued_at: DateTime<Utc>,
    /// 撤回 at
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// SHA-256 of its paper, once it is drawn
    pub pdf_sha256: Option<String>,
}

fn verified_copy(row: paper::Model) -> Option<VerifiedCopy> {
    let Purpose { purpose, recipient, expires_on } = row.purpose?;
    Some(VerifiedCopy {
        number: row.number,
        purpose,
        recipient,
        expires_on,
        issued_at: row.issued_at,
        withdrawn_at: row.withdrawn_at,
        pdf_sha256: row.sha256,
    })
}

/// Where the clinic is now that it moved to another county.
#[derive(Debug, Object)]
pub struct Successor {
    /// 备案编号 there
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// 地址
    pub address: String,
    /// Its entry in the register
    pub url: String,
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
    /// What happened, since when; for reasons that lie in the register
    pub cause: Option<CauseView>,
    /// Whether 互联网诊疗 is permitted now: only ever with a valid certificate
    pub telemedicine_permitted: bool,
    /// 互联网诊疗: permitted, or why not
    pub telemedicine: TelemedicineAnswer,
    /// Whether a signature was checked and is good; a short code carries none
    pub signature_checked: bool,
    pub certificate: Option<VerifiedCertificate>,
    /// The copy, where the code is that of a copy for one purpose and not the certificate's own
    pub copy: Option<VerifiedCopy>,
    /// Where the clinic moved
    pub successor: Option<Successor>,
    /// 核验时间 = 数据截至
    pub checked_at: DateTime<Utc>,
    /// 官方网址: rely on no other
    pub official_host: String,
}

/// Where 互联网诊疗 stands.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TelemedicineAnswer {
    /// Stable code
    pub code: OnlineCare,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// 暂停 since, where it alone is suspended
    pub since: Option<NaiveDate>,
}

fn verified(row: certificate::Model, clinic: Option<clinic::Model>) -> VerifiedCertificate {
    VerifiedCertificate {
        version: row.version,
        copy: row.copy,
        state: row.state,
        clinic_state: row.clinic_state,
        current_version: row.current_version,
        current_copy: clinic.as_ref().and_then(|c| i32::try_from(c.record.copy_number).ok()).unwrap_or(row.copy),
        current_number: row.current_number,
        ended_on: clinic.as_ref().and_then(|c| c.ended_on),
        site_verified_on: clinic.as_ref().and_then(|c| c.verified_on),
        record: row.statement,
        pdf_sha256: row.pdf_sha256,
        issued_at: row.issued_at,
    }
}

fn verification_view(app: &App, answer: Verification) -> VerificationView {
    let (message, message_en) = (answer.zh().to_owned(), answer.en().to_owned());
    let Verification { verdict, certificate, copy, clinic, cause, online_cause, successor, checked_at } = answer;
    VerificationView {
        outcome: verdict.outcome,
        reason: verdict.reason.map(Into::into),
        message,
        message_en,
        cause: cause.map(Into::into),
        telemedicine_permitted: verdict.telemedicine,
        telemedicine: TelemedicineAnswer {
            code: verdict.online,
            message: format!("{}。", verdict.online.zh()),
            message_en: format!("{}.", verdict.online.en()),
            since: online_cause.map(|cause| cause.since),
        },
        signature_checked: verdict.signature_ok,
        certificate: certificate.map(|row| verified(row, clinic)),
        copy: copy.and_then(verified_copy),
        successor: successor.map(|other| Successor {
            url: format!("{}/clinics/{}", app.settings.public_url, other.number),
            number: other.number,
            name: other.name,
            address: other.record.address,
        }),
        checked_at,
        official_host: app.settings.host().to_owned(),
    }
}

/// A certificate's PDF to compare.
#[derive(Debug, Multipart)]
#[oai(deny_unknown_fields)]
pub struct FileForm {
    /// The PDF as it was received, at most 5 MB
    file: Upload,
}

/// What a file is worth.
#[derive(Debug, Object)]
#[oai(rename = "FileVerification", skip_serializing_if_is_none)]
pub struct FileView {
    /// Whether the file is, byte for byte, one that was issued
    pub genuine: bool,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// The rule that is not met
    pub rule: Option<String>,
    /// 依据 of that rule
    pub basis: Vec<String>,
    /// SHA-256 of the file
    pub sha256: String,
    /// What the certificate is worth now: a genuine file may be of one that is no longer valid
    pub verification: Option<VerificationView>,
    /// 核验时间
    pub checked_at: DateTime<Utc>,
}

fn file_view(app: &App, sha256: String, answer: FileVerification) -> Result<FileView, Error> {
    let FileVerification { genuine, checked_at } = answer;
    Ok(match genuine {
        Some(verification) => FileView {
            genuine: true,
            message: "该文件与备案系统签发的文件一致；凭证现在是否有效，见核验结论。".to_owned(),
            message_en:
                "This is the file that was issued; whether the certificate is valid now, the verification says."
                    .to_owned(),
            rule: None,
            basis: vec![],
            sha256,
            verification: Some(verification_view(app, verification)),
            checked_at,
        },
        None => {
            let rule = verifications::altered(app)?;
            FileView {
                genuine: false,
                message: rule.message_zh(&[]),
                message_en: rule.message_en(&[]),
                basis: rule.basis.iter().map(|b| format!("{}{}", b.document, b.article)).collect(),
                rule: Some(rule.id),
                sha256,
                verification: None,
                checked_at,
            }
        }
    })
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

    /// 核验文件 · Whether a PDF is the one that was issued
    ///
    /// Only the SHA-256 of the file is compared; it is neither opened nor kept. A printed and scanned paper, or a
    /// file saved anew by a program, is never byte for byte the same: scan the code on it instead.
    #[oai(path = "/verifications/files", method = "post", operation_id = "verification_file")]
    async fn file(&self, app: Data<&App>, form: FileForm) -> Result<Json<FileView>, Problem> {
        let (_, sha256, size) = spool(form.file.into_file()).await?;
        let answer = verifications::verify_file(&app, &sha256, size).await?;
        Ok(Json(file_view(&app, sha256, answer)?))
    }

    /// 签发密钥清单 · The keys that sign codes
    ///
    /// Signed by the root key: trust the `cose` member, pinned to the root that the authority published.
    #[oai(path = "/.well-known/clinic-keys", method = "get", operation_id = "key_manifest")]
    async fn keys(&self, app: Data<&App>) -> Json<Any<serde_json::Value>> {
        Json(Any(app.keyring.manifest_json().clone()))
    }
}
