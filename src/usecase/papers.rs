//! Papers beside the certificate: composed, numbered and kept with the step that makes them, drawn after it. What a paper
//! says never changes; the same words give the same bytes.

mod decisions;
mod filings;
mod make;
mod visits;

pub use crate::store::papers::{Brief, Of, PaperFilter};

pub(super) use decisions::decided;
pub(super) use filings::{corrections, found, lost, received};
pub(super) use make::printable;
pub(super) use visits::{recorded, rectified};

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::app::App;
use crate::certificate::document::{self, Manner, Sheet};
use crate::domain::actor::Actor;
use crate::domain::id::PaperId;
use crate::domain::paper::PaperKind;
use crate::error::{Error, Result};
use crate::store::entity::{job, paper};
use crate::usecase::{certificates, copies, facts};

/// A paper within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: PaperId) -> Result<paper::Model> {
    app.store.paper(actor, id).await
}

/// Papers within the actor's scope, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, actor: &Actor, mut filter: PaperFilter, limit: u64) -> Result<Vec<paper::Model>> {
    filter.clinic = filter.clinic.map(|number| facts::canonical_number(&number));
    app.store.papers(actor, filter, limit + 1).await
}

/// The papers of a case that the caller has loaded within scope, in short, oldest first.
///
/// # Errors
/// What the store answers.
pub async fn of(app: &App, case: Of) -> Result<Vec<Brief>> {
    app.store.papers_of(case).await
}

/// The file of a paper within the actor's scope, with the paper.
///
/// # Errors
/// `NotFound` outside of the scope.
pub async fn pdf(app: &App, actor: &Actor, id: PaperId) -> Result<(paper::Model, Vec<u8>)> {
    let row = app.store.paper(actor, id).await?;
    file(app, row).await
}

/// The file of a paper that everybody may read: an announcement or a declaration of loss, by its announcement.
///
/// # Errors
/// `NotFound` when there is none, or it is another kind of paper.
pub async fn public_pdf(app: &App, announcement: PaperId) -> Result<(paper::Model, Vec<u8>)> {
    let row = app.store.paper_unscoped(announcement).await?;
    let row = row.filter(|row| is_public(row.kind)).ok_or(Error::NotFound("paper"))?;
    file(app, row).await
}

/// The papers of these announcements: a public paper has its announcement's id.
///
/// # Errors
/// What the store answers.
pub async fn of_announcements(app: &App, ids: Vec<Uuid>) -> Result<BTreeMap<Uuid, Brief>> {
    let briefs = app.store.paper_briefs(ids).await?;
    Ok(briefs.into_iter().filter(|brief| is_public(brief.kind)).map(|brief| (brief.id, brief)).collect())
}

const fn is_public(kind: PaperKind) -> bool {
    matches!(kind, PaperKind::Announcement | PaperKind::LossDeclaration)
}

/// Papers of the clinic itself, without red head and seal of an office.
const fn is_clinics_own(kind: PaperKind) -> bool {
    matches!(kind, PaperKind::LossDeclaration)
}

/// Kept if it was drawn before, drawn on the spot otherwise; the bytes are the same either way.
async fn file(app: &App, row: paper::Model) -> Result<(paper::Model, Vec<u8>)> {
    let bytes = match &row.sha256 {
        Some(sha256) => app.store.blob(sha256).await?,
        None => draw(app, row.clone()).await?,
    };
    Ok((row, bytes))
}

/// Draws a paper, keeps it by its digest and finishes the job that asked for it.
///
/// # Errors
/// What store or renderer answer; the job is tried again.
pub async fn print(app: &App, work: &job::Model, id: PaperId) -> Result<()> {
    let row = app.store.paper_unscoped(id).await?.ok_or(Error::NotFound("paper"))?;
    let bytes = draw(app, row).await?;
    let tx = app.store.begin().await?;
    let sha256 = certificates::keep(&tx, &bytes).await?;
    tx.seal_paper(id.0, &sha256).await?;
    tx.finish_job(work.id, app.clock.now()).await?;
    tx.commit().await
}

async fn draw(app: &App, row: paper::Model) -> Result<Vec<u8>> {
    if row.kind == PaperKind::Copy {
        return copies::draw(app, row).await;
    }
    let (fonts, settings) = (app.fonts.clone(), app.settings.clone());
    let drawn = tokio::task::spawn_blocking(move || {
        let sheet = Sheet {
            content: &row.content,
            code_text: &settings.paper_url(&row.code),
            short_code: &row.code.to_string(),
            host: settings.host(),
            development: settings.demonstration,
            manner: if is_clinics_own(row.kind) { Manner::Private } else { Manner::Office },
        };
        document::render(&fonts, &sheet)
    });
    Ok(drawn.await.map_err(Error::internal)??)
}
