//! Certificates, for the clinic that holds them and the officers concerned.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::certificate::Statement;
use crate::domain::id::{CertificateId, FilingId};
use crate::domain::verdict::{CertificateState, ClinicState};
use crate::store::entity::certificate;
use crate::usecase::certificates;

/// A certificate.
#[derive(Debug, Object)]
#[oai(rename = "Certificate", skip_serializing_if_is_none)]
pub struct CertificateView {
    pub id: CertificateId,
    /// The filing that it came from
    pub filing_id: FilingId,
    /// 版本
    pub version: i32,
    /// 状态 of this version
    pub state: CertificateState,
    /// 状态 of the clinic
    pub clinic_state: ClinicState,
    /// What it says
    pub statement: Statement,
    /// SHA-256 of the canonical statement (RFC 8785)
    pub digest: String,
    /// 短码, to type in by hand
    pub short_code: String,
    /// What the code on the paper says
    pub code_url: String,
    /// Key that signed it
    pub key_id: String,
    /// SHA-256 of the paper, once it is drawn
    pub pdf_sha256: Option<String>,
    pub issued_at: DateTime<Utc>,
}

fn certificate_view(app: &App, row: certificate::Model) -> CertificateView {
    CertificateView {
        id: CertificateId(row.id),
        filing_id: FilingId(row.filing_id),
        version: row.version,
        state: row.state,
        clinic_state: row.clinic_state,
        statement: row.statement,
        digest: row.digest,
        short_code: row.short_code.to_string(),
        code_url: app.settings.code_url(&row.digits),
        key_id: row.key_id,
        pdf_sha256: row.pdf_sha256,
        issued_at: row.issued_at,
    }
}

#[derive(ApiResponse)]
pub enum Paper {
    /// The paper as it is printed.
    #[oai(status = 200, content_type = "application/pdf")]
    Pdf(
        Binary<Vec<u8>>,
        /// File name
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

pub struct Certificates;

#[OpenApi(prefix_path = "/certificates", tag = "Tag::Certificates")]
impl Certificates {
    /// 查看凭证 · Show a certificate
    #[oai(path = "/:certificate_id", method = "get", operation_id = "certificate_view")]
    async fn view(
        &self,
        app: Data<&App>,
        caller: Caller,
        certificate_id: Path<CertificateId>,
    ) -> Result<Json<CertificateView>, Problem> {
        let row = certificates::view(&app, &caller.0.actor, certificate_id.0).await?;
        Ok(Json(certificate_view(&app, row)))
    }

    /// 下载凭证 · The certificate's paper
    #[oai(path = "/:certificate_id/pdf", method = "get", operation_id = "certificate_pdf")]
    async fn pdf(
        &self,
        app: Data<&App>,
        caller: Caller,
        certificate_id: Path<CertificateId>,
    ) -> Result<Paper, Problem> {
        let bytes = certificates::pdf(&app, &caller.0.actor, certificate_id.0).await?;
        let name = format!("inline; filename=\"certificate-{}.pdf\"", certificate_id.0);
        Ok(Paper::Pdf(Binary(bytes), name))
    }
}
