//! Copies of a certificate for one purpose (加注件), for the clinic that holds it.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::certificates::Paper;
use crate::api::headers;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::{CertificateId, PaperId};
use crate::domain::paper::Purpose;
use crate::error::Error;
use crate::store::entity::paper;
use crate::usecase::copies;

/// For what, for whom and until when a copy is wanted.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct CopyCreate {
    /// 用途, as it follows 仅用于
    #[oai(validator(min_length = 2, max_length = 60))]
    pub purpose: String,
    /// 使用单位; empty where it is bound to none
    #[oai(default, validator(max_length = 60))]
    #[serde(default)]
    pub recipient: String,
    /// 有效期至: the last day, 1 to 180 days from today
    pub expires_on: NaiveDate,
}

/// A copy of a certificate for one purpose.
#[derive(Debug, Object)]
#[oai(rename = "Copy", skip_serializing_if_is_none)]
pub struct CopyView {
    pub id: PaperId,
    /// 编号
    pub number: String,
    pub certificate_id: CertificateId,
    /// 仅用于…
    pub purpose: String,
    /// 使用单位; empty where it is bound to none
    pub recipient: String,
    /// 有效期至: the last day
    pub expires_on: NaiveDate,
    /// 短码, to type in by hand
    pub short_code: String,
    /// What the code on the copy says; verify it to learn what the copy is worth now
    pub code_url: String,
    /// SHA-256 of the paper, once it was drawn
    pub pdf_sha256: Option<String>,
    pub issued_at: DateTime<Utc>,
    /// 撤回 at
    pub withdrawn_at: Option<DateTime<Utc>>,
}

fn copy_view(app: &App, row: paper::Model) -> Result<CopyView, Error> {
    let (Some(certificate), Some(purpose), Some(digits)) = (row.certificate_id, row.purpose, row.digits) else {
        return Err(Error::internal(anyhow::anyhow!("the copy {} is not whole", row.id)));
    };
    let Purpose { purpose, recipient, expires_on } = purpose;
    Ok(CopyView {
        id: PaperId(row.id),
        number: row.number,
        certificate_id: CertificateId(certificate),
        purpose,
        recipient,
        expires_on,
        short_code: row.code.to_string(),
        code_url: app.settings.code_url(&digits),
        pdf_sha256: row.sha256,
        issued_at: row.issued_at,
        withdrawn_at: row.withdrawn_at,
    })
}

#[derive(ApiResponse)]
pub enum CopyCreated {
    /// The copy.
    #[oai(status = 201)]
    Created(
        Json<CopyView>,
        /// Where it is
        #[oai(header = "Location")]
        String,
    ),
}

pub struct Copies;

#[OpenApi(tag = "Tag::Certificates")]
impl Copies {
    /// 开具加注件 · Copy a certificate for one purpose
    ///
    /// Only of a certificate in force. The copy carries the purpose, its last day and a code of its own.
    #[oai(path = "/certificates/:certificate_id/copies", method = "post", operation_id = "copy_create")]
    async fn create(
        &self,
        app: Data<&App>,
        caller: Caller,
        certificate_id: Path<CertificateId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<CopyCreate>,
    ) -> Result<CopyCreated, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("copy_create {}", certificate_id.0), &body.digest)?;
        let CopyCreate { purpose, recipient, expires_on } = body.value;
        let wanted = Purpose { purpose, recipient, expires_on };
        let row = copies::create(&app, actor, certificate_id.0, wanted, &once).await?;
        let location = format!("{}/copies/{}", crate::api::BASE, row.id);
        Ok(CopyCreated::Created(Json(copy_view(&app, row)?), location))
    }

    /// 加注件列表 · List the copies of a certificate
    #[oai(path = "/certificates/:certificate_id/copies", method = "get", operation_id = "copy_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        certificate_id: Path<CertificateId>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<CopyView>>, Problem> {
        let limit = page::limit(&limit)?;
        let before = page::cursor(&cursor)?;
        let rows = copies::list(&app, &caller.0.actor, certificate_id.0, before, limit).await?;
        let views = rows.into_iter().map(|row| copy_view(&app, row)).collect::<Result<Vec<_>, _>>()?;
        Ok(Json(page::page(views, limit, |view| view.id.0, |view| view)))
    }

    /// 查看加注件 · Show a copy
    #[oai(path = "/copies/:copy_id", method = "get", operation_id = "copy_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, copy_id: Path<PaperId>) -> Result<Json<CopyView>, Problem> {
        let row = copies::view(&app, &caller.0.actor, copy_id.0).await?;
        Ok(Json(copy_view(&app, row)?))
    }

    /// 下载加注件 · The copy's paper
    #[oai(path = "/copies/:copy_id/pdf", method = "get", operation_id = "copy_pdf")]
    async fn pdf(&self, app: Data<&App>, caller: Caller, copy_id: Path<PaperId>) -> Result<Paper, Problem> {
        let bytes = copies::pdf(&app, &caller.0.actor, copy_id.0).await?;
        let name = format!("inline; filename=\"copy-{}.pdf\"", copy_id.0);
        Ok(Paper::Pdf(Binary(bytes), name))
    }

    /// 撤回加注件 · Take a copy back
    ///
    /// From now on its code says that it was withdrawn. To withdraw it again changes nothing.
    #[oai(path = "/copies/:copy_id/withdrawal", method = "post", operation_id = "copy_withdraw")]
    async fn withdraw(
        &self,
        app: Data<&App>,
        caller: Caller,
        copy_id: Path<PaperId>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> Result<Json<CopyView>, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("copy_withdraw {}", copy_id.0), "")?;
        let row = copies::withdraw(&app, actor, copy_id.0, &once).await?;
        Ok(Json(copy_view(&app, row)?))
    }
}
