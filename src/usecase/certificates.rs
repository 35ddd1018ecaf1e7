//! Certificates: show them, draw them, keep the drawn paper.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::certificate::qr;
use crate::certificate::render;
use crate::certificate::sheet::Sheet;
use crate::domain::actor::Actor;
use crate::domain::id::CertificateId;
use crate::domain::value::hex;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{certificate, job};
use crate::usecase::materials;

/// A certificate within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: CertificateId) -> Result<certificate::Model> {
    app.store.certificate(actor, id).await
}

/// The paper: kept if it was drawn before, drawn on the spot otherwise; the bytes are the same either way.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn pdf(app: &App, actor: &Actor, id: CertificateId) -> Result<Vec<u8>> {
    let row = app.store.certificate(actor, id).await?;
    paper(app, row).await
}

/// The paper of a loaded certificate.
///
/// # Errors
/// What store or renderer answer.
pub async fn paper(app: &App, row: certificate::Model) -> Result<Vec<u8>> {
    match &row.pdf_sha256 {
        Some(sha256) => app.store.blob(sha256).await,
        None => draw(app, row).await,
    }
}

/// Pixels of a module of the code as a picture: a good hand's breadth at 150 dpi.
const SCALE: u32 = 12;

/// The code of a loaded certificate as a picture (PNG), for a wall or a message.
///
/// # Errors
/// What the code answers.
pub fn picture(app: &App, row: &certificate::Model) -> Result<Vec<u8>> {
    qr::png(&app.settings.code_url(&row.digits), SCALE).map_err(Error::internal)
}

/// Draws the paper of a certificate, keeps it by its digest and finishes the job that asked for it.
///
/// # Errors
/// What store or renderer answer; the job is tried again.
pub async fn seal(app: &App, work: &job::Model, id: CertificateId) -> Result<()> {
    let Some(row) = app.store.certificate_unscoped(id).await? else { return Err(Error::NotFound("certificate")) };
    let id = row.id;
    let bytes = draw(app, row).await?;
    let tx = app.store.begin().await?;
    let sha256 = keep(&tx, &bytes).await?;
    tx.seal_certificate(id, &sha256).await?;
    tx.finish_job(work.id, app.clock.now()).await?;
    tx.commit().await
}

/// Keeps a drawn file, and answers its digest.
pub(super) async fn keep(tx: &Tx, bytes: &[u8]) -> Result<String> {
    let sha256 = hex(&Sha256::digest(bytes));
    materials::keep(tx, &sha256, bytes).await?;
    Ok(sha256)
}

/// Draws the paper of a certificate.
pub(super) async fn draw(app: &App, row: certificate::Model) -> Result<Vec<u8>> {
    let (fonts, settings) = (app.fonts.clone(), app.settings.clone());
    let drawn = tokio::task::spawn_blocking(move || {
        let sheet = Sheet {
            statement: &row.statement,
            code_text: &settings.code_url(&row.digits),
            short_code: &row.short_code.to_string(),
            host: settings.host(),
            development: settings.demonstration,
            specimen: false,
            annotation: None,
        };
        render::render(&fonts, &sheet)
    });
    Ok(drawn.await.map_err(Error::internal)??)
}
