//! (5) Work that was asked for is done, waits, or was set aside; (6) files are kept whole; (8) nobody holds work for ever.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::task::Task;
use crate::domain::value;
use crate::error::{Error, Result};
use crate::simulation::invariants::{Check, PAGE};

/// (5) and (8).
pub(super) async fn jobs(app: &App) -> Result<(Check, Check)> {
    let mut check = Check::new("(5)", "每项后续工作都已完成、待办或者已告警，完成的确有结果");
    let mut leases = Check::new("(8)", "没有过期未还的占用");
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let rows = app.store.every_job(after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok((check, leases)) };
        after = Some(last.id);
        let sealed = rows.iter().filter_map(|row| match &row.task {
            Task::Seal { certificate } => Some(certificate.0),
            _ => None,
        });
        let certificates = app.store.certificates_of_ids(sealed.collect()).await?;
        let printed = rows.iter().filter_map(|row| match &row.task {
            Task::Print { paper } => Some(paper.0),
            _ => None,
        });
        let papers = app.store.papers_of_ids(printed.collect()).await?;
        for row in rows {
            // Whether what is to be drawn is there, and is drawn.
            let drawn = match &row.task {
                Task::Seal { certificate } => {
                    let paper = certificates.iter().find(|paper| paper.id == certificate.0);
                    Some(paper.map(|paper| paper.pdf_sha256.is_some()))
                }
                Task::Print { paper } => {
                    let paper = papers.iter().find(|row| row.id == paper.0);
                    Some(paper.map(|paper| paper.sha256.is_some()))
                }
                Task::Watch { .. } | Task::Import { .. } | Task::Deliver { .. } => None,
            };
            let fault = match (drawn, row.done_at) {
                (Some(None), _) => Some("what it draws is missing"),
                (Some(Some(false)), Some(_)) => Some("it is done, and there is no paper"),
                (Some(Some(true)), None) => Some("there is a paper, and it is not done"),
                _ => None,
            };
            check.look(fault.is_none(), || format!("task {}: {}", row.id, fault.unwrap_or_default()));
            let stale = row.done_at.is_none() && row.lease_until.is_some_and(|until| until < now);
            leases.look(!stale, || format!("task {} is held since before {now}", row.id));
        }
    }
}

/// (6)
pub(super) async fn files(app: &App) -> Result<Check> {
    let mut check = Check::new("(6)", "每份文件都在、内容与摘要相符，没有无主的文件");
    for lost in app.store.lost_files().await? {
        check.fault(format!("not kept: {lost}"));
    }
    for orphan in app.store.orphans().await? {
        check.fault(format!("named by nobody: {orphan}"));
    }
    let mut after = String::new();
    loop {
        let digests = app.store.kept_files(&after, PAGE).await?;
        let Some(last) = digests.last() else { return Ok(check) };
        after.clone_from(last);
        for digest in digests {
            let whole = match app.store.blob(&digest).await {
                Ok(bytes) => value::hex(&Sha256::digest(bytes)) == digest,
                Err(Error::NotFound(_)) => false,
                Err(error) => return Err(error),
            };
            check.look(whole, || format!("other bytes: {digest}"));
        }
    }
}
