//! The archive of a filing: everything that the authority keeps of it, in one file that proves itself (令第716号第十二条).

mod parts;

use std::fs::File;
use std::io::{self, Seek};

use crate::app::App;
use crate::archive::bag::Info;
use crate::archive::write::Writer;
use crate::certificate::detached::Detached;
use crate::domain::actor::{Actor, Role};
use crate::domain::deadline::shanghai_date;
use crate::domain::id::FilingId;
use crate::domain::lifecycle::Stage;
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, filing};
use crate::usecase::unmaskings;

/// How much of a filing a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// 备案机关: everything; the reading is recorded.
    Office,
    /// The applicant: everything but what the office knew of other clinics.
    Owner,
    /// 审计: personal numbers masked, as everywhere for an auditor.
    Audit,
}

/// An archive, written to a file without a name that goes when it is closed.
pub struct Archive {
    /// 办件编号
    pub case_number: String,
    pub file: File,
}

/// Writes the archive of a filing.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for inspectors; `Conflict` for an applicant whose filing has not
/// ended; `Invalid` for an officer without a reason.
pub async fn archive(app: &App, actor: &Actor, id: FilingId, reason: &str) -> Result<Archive> {
    let row = app.store.filing(actor, id).await?;
    let extent = match actor.role {
        Role::Clinic => Extent::Owner,
        Role::Officer | Role::Approver => Extent::Office,
        Role::Auditor => Extent::Audit,
        Role::Inspector | Role::Admin => return Err(Error::Forbidden),
    };
    let ended = matches!(row.stage, Stage::Issued | Stage::Withdrawn);
    if row.case_number.is_none() || (extent == Extent::Owner && !ended) {
        return Err(Error::Conflict(Clash::NotEnded));
    }
    if extent == Extent::Office {
        let tx = app.store.begin().await?;
        let row = tx.filing(actor, id).await?;
        tx.add_unmasking(unmaskings::reading(app, actor, row.id, reason)?).await?;
        tx.commit().await?;
    }
    // One moment of the database, to the last piece of the last file.
    let tx = app.store.snapshot().await?;
    let row = tx.filing(actor, id).await?;
    let (Some(case_number), Some(authority)) = (row.case_number.clone(), row.authority_id) else {
        return Err(Error::Conflict(Clash::NotEnded));
    };
    let authority = tx.authority(authority).await?;
    // On the heap: the future of the whole is too large for the stack of a worker.
    let file = Box::pin(write(app, &tx, &row, &case_number, &authority, extent)).await?;
    Ok(Archive { case_number, file })
}

async fn write(
    app: &App,
    tx: &Tx,
    row: &filing::Model,
    case_number: &str,
    authority: &authority::Model,
    extent: Extent,
) -> Result<File> {
    let papers = tx.papers_of_filing(FilingId(row.id)).await?;
    let changed = papers.iter().map(|paper| paper.issued_at).chain([row.updated_at]).max();
    let info = Info {
        organization: authority.name.clone(),
        region: authority.region.clone(),
        identifier: case_number.to_owned(),
        date: shanghai_date(changed.unwrap_or(row.updated_at)),
        description: match extent {
            Extent::Office => "诊所备案办件档案",
            Extent::Owner => "诊所备案办件档案（申请人所得，不含机关内部记录）",
            Extent::Audit => "诊所备案办件档案（审计用，个人信息已遮盖）",
        }
        .to_owned(),
    };
    let out = blocking(move || Ok(Box::new(Writer::new(tempfile::tempfile()?, info)?))).await?;
    let bag = Box::pin(parts::filing(Bag(out), tx, row, authority, extent)).await?;
    let (bag, editions) = Box::pin(parts::history(bag, tx, row, extent)).await?;
    let bag = Box::pin(parts::law(bag, tx, editions)).await?;
    let bag = Box::pin(parts::materials(bag, tx, row)).await?;
    let bag = Box::pin(parts::certificate(bag, app, tx, row)).await?;
    let bag = Box::pin(parts::papers(bag, tx, papers)).await?;
    let (now, region, keyring) = (app.clock.now(), authority.region.clone(), app.keyring.clone());
    let today = app.clock.today();
    if keyring.signer(&region, today).is_none() {
        return Err(Error::internal(anyhow::anyhow!("no active key may sign for region {region} on {today}")));
    }
    let Bag(writer) = bag;
    blocking(move || {
        let sign = |tags: &[u8]| match keyring.signer(&region, today) {
            Some(signer) => Detached::sign(signer, tags, now),
            None => vec![],
        };
        let mut file = writer.finish(sign)?;
        file.rewind()?;
        Ok(file)
    })
    .await
}

/// Work on a disk, off the event loop.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// The archive that is being written; boxed, since it goes from hand to hand.
struct Bag(Box<Writer<File>>);

impl Bag {
    /// Adds a whole file.
    async fn add(self, name: String, bytes: Vec<u8>) -> Result<Self> {
        let Self(mut writer) = self;
        blocking(move || {
            writer.add(&name, &bytes)?;
            Ok(Self(writer))
        })
        .await
    }

    /// Adds a kept file piece by piece; it must be the one that its digest names.
    async fn add_kept(self, tx: &Tx, name: String, sha256: &str) -> Result<Self> {
        let Self(mut writer) = self;
        writer.begin(&name).map_err(Error::internal)?;
        let mut sequence = 0;
        while let Some(piece) = tx.blob_piece(sha256, sequence).await? {
            writer = blocking(move || {
                writer.write(&piece)?;
                Ok(writer)
            })
            .await?;
            sequence += 1;
        }
        if writer.end().as_deref() != Some(sha256) {
            return Err(Error::internal(anyhow::anyhow!("the file {sha256} is not kept whole")));
        }
        Ok(Self(writer))
    }
}
