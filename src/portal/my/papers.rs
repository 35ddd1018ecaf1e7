//! Papers and certificates of one's own, as files.

use poem::Response;
use poem::handler;
use poem::http::header;
use poem::web::Path;
use serde::Serialize;
use uuid::Uuid;

use crate::domain::id::{CertificateId, PaperId};
use crate::error::Error;
use crate::portal::link;
use crate::portal::page::Oops;
use crate::portal::paper::{Words, moment, words};
use crate::portal::session::Member;
use crate::usecase::certificates;
use crate::usecase::papers::{self, Brief};

/// A paper in a list.
#[derive(Clone, Serialize)]
pub struct Paper {
    id: String,
    kind: Words,
    number: String,
    at: String,
    href: String,
}

/// The papers of a case.
pub fn of_filing(briefs: &[Brief]) -> Vec<Paper> {
    let listed = |brief: &Brief| Paper {
        id: brief.id.to_string(),
        kind: words(brief.kind.zh(), brief.kind.en()),
        number: brief.number.clone(),
        at: moment(brief.issued_at),
        href: format!("/my/papers/{}", brief.id),
    };
    briefs.iter().map(listed).collect()
}

/// A PDF that is shown in the browser under a name of its own, and kept nowhere.
pub fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    Response::builder()
        .content_type("application/pdf")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{}.pdf", link::encode(name)))
        .body(bytes)
}

fn id(text: &str, what: &'static str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NotFound(what))
}

/// A paper.
#[handler]
pub async fn paper(member: Member, Path(paper): Path<String>) -> Result<Response, Oops> {
    let (row, bytes) = papers::pdf(&member, &member.actor, PaperId(id(&paper, "paper")?)).await?;
    Ok(pdf(&row.number, bytes))
}

/// A certificate.
#[handler]
pub async fn certificate(member: Member, Path(certificate): Path<String>) -> Result<Response, Oops> {
    let certificate = CertificateId(id(&certificate, "certificate")?);
    let row = certificates::view(&member, &member.actor, certificate).await?;
    let bytes = certificates::pdf(&member, &member.actor, certificate).await?;
    Ok(pdf(&format!("诊所备案凭证-{}", row.statement.number), bytes))
}
