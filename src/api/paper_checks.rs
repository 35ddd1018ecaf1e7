//! Checking a paper: whether the register knows it.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::problem::Problem;
use crate::api::verifications::ReasonView;
use crate::app::App;
use crate::domain::paper::{PaperKind, Purpose};
use crate::domain::paper_check::PaperStanding;
use crate::domain::verdict::Outcome;
use crate::store::entity::{clinic, paper};
use crate::usecase::paper_checks::{self, PaperCheck};
use crate::usecase::verifications::Verification;

/// What a paper was made for.
#[derive(Debug, Object)]
#[oai(rename = "PaperPurpose", skip_serializing_if_is_none)]
pub struct PurposeView {
    /// 仅用于…
    pub purpose: String,
    /// 使用单位; absent: not bound to one
    pub recipient: Option<String>,
    /// 有效期至: the last day, Asia/Shanghai
    pub expires_on: NaiveDate,
}

/// The clinic of a paper, as the register has it.
#[derive(Debug, Object)]
pub struct CheckedClinic {
    /// 备案编号
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// Its entry in the register
    pub url: String,
}

/// What the certificate behind a copy is worth now.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CheckedCertificate {
    /// 结论
    pub outcome: Outcome,
    /// Why not VALID
    pub reason: Option<ReasonView>,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
}

/// A paper that the register has: what tells it from others, never what it says.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CheckedPaper {
    /// 文书种类
    pub kind: PaperKind,
    /// 文书种类 in words
    pub kind_name: String,
    /// 文号
    pub number: String,
    /// 制发单位
    pub issuer: String,
    /// 落款日期, Asia/Shanghai
    pub signed_on: NaiveDate,
    /// Absent where the clinic is not in the register
    pub clinic: Option<CheckedClinic>,
    /// Where it is for one purpose and a time
    pub purpose: Option<PurposeView>,
    /// Of a copy: the certificate as it stands now
    pub certificate: Option<CheckedCertificate>,
    /// 撤回 at
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// SHA-256 of the file, once it is drawn: compare it with the file at hand
    pub pdf_sha256: Option<String>,
}

/// Whether the register knows a paper.
#[derive(Debug, Object)]
#[oai(rename = "PaperCheck", skip_serializing_if_is_none)]
pub struct PaperCheckView {
    /// 结论
    pub outcome: Outcome,
    /// Where it stands
    pub standing: PaperStanding,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// Absent where the register has no such paper
    pub paper: Option<CheckedPaper>,
    /// 核验时间 = 数据截至
    pub checked_at: DateTime<Utc>,
    /// 官方网址: rely on no other
    pub official_host: String,
}

fn purpose(purpose: Purpose) -> PurposeView {
    let Purpose { purpose, recipient, expires_on } = purpose;
    PurposeView { purpose, recipient: Some(recipient).filter(|recipient| !recipient.is_empty()), expires_on }
}

impl From<Verification> for CheckedCertificate {
    fn from(answer: Verification) -> Self {
        Self {
            outcome: answer.verdict.outcome,
            reason: answer.verdict.reason.map(Into::into),
            message: answer.zh().to_owned(),
            message_en: answer.en().to_owned(),
        }
    }
}

fn checked(
    app: &App,
    row: paper::Model,
    clinic: Option<clinic::Model>,
    certificate: Option<Verification>,
) -> CheckedPaper {
    CheckedPaper {
        kind: row.kind,
        kind_name: row.kind.zh().to_owned(),
        number: row.shown_number().to_owned(),
        issuer: row.content.issuer,
        signed_on: row.content.signed_on,
        clinic: clinic.map(|clinic| CheckedClinic {
            url: format!("{}/clinics/{}", app.settings.public_url, clinic.number),
            number: clinic.number,
            name: clinic.name,
        }),
        purpose: row.purpose.map(purpose),
        certificate: certificate.map(Into::into),
        withdrawn_at: row.withdrawn_at,
        pdf_sha256: row.sha256,
    }
}

pub struct PaperChecks;

#[OpenApi(tag = "Tag::Verifications")]
impl PaperChecks {
    /// 核验文书 · Whether the register knows a paper
    ///
    /// `code` is the short code on the last page of a paper, or the address in its symbol. A bad code is an answer (200,
    /// `not_valid` with its standing), not an error. What the paper says is never told.
    #[oai(path = "/paper-checks/:code", method = "get", operation_id = "paper_check")]
    async fn check(&self, app: Data<&App>, code: Path<String>) -> Result<Json<PaperCheckView>, Problem> {
        let PaperCheck { standing, paper, clinic, certificate, checked_at } =
            paper_checks::check(&app, &code.0).await?;
        let (zh, en) = standing.advice();
        Ok(Json(PaperCheckView {
            outcome: standing.outcome(),
            standing,
            message: format!("{}。{zh}", standing.zh()),
            message_en: format!("{}. {en}", standing.en()),
            paper: paper.map(|row| checked(&app, row, clinic, certificate)),
            checked_at,
            official_host: app.settings.host().to_owned(),
        }))
    }
}
