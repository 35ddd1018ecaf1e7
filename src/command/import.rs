//! `clinic-registry admin import`: the same import as on line, for large files, with its progress.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::id::ImportId;
use crate::domain::import::{Defect, ImportAction, ImportStage};
use crate::domain::value;
use crate::error::Error;
use crate::store::idempotency::Once;
use crate::usecase::accounts;
use crate::usecase::imports::{self, Case, Upload};

/// Defects that are printed; the rest is counted.
const PRINTED: usize = 200;

/// A file to import, and the two persons who answer for it.
#[derive(Args)]
pub struct ImportFile {
    /// The file: CSV or XLSX by the template
    file: PathBuf,
    /// USCC of the authority that filed the clinics
    #[arg(long)]
    authority: String,
    /// Login of the person of the authority who prepared the file
    #[arg(long)]
    by: String,
    /// Login of the other person, an approver, who approves it
    #[arg(long, required_unless_present = "dry_run")]
    approved_by: Option<String>,
    /// Only tell what is wrong; keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Enter the clinics that are in order although others are not
    #[arg(long)]
    leave_defective: bool,
}

/// Checks, approves and enters a file. What was interrupted goes on when the same file is given again.
pub async fn run(app: &App, wanted: ImportFile) -> anyhow::Result<()> {
    let ImportFile { file, authority, by, approved_by, dry_run, leave_defective } = wanted;
    let found = app.store.authorities().await?.into_iter().find(|known| known.uscc == authority);
    let office = found.with_context(|| format!("no authority with USCC {authority}"))?;
    let preparer = person(app, &by, office.id).await?;
    let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
    if dry_run {
        let checked = imports::check(app, &preparer, bytes).await.map_err(told)?;
        let defects: Vec<Defect> = checked.groups.iter().flat_map(|group| group.defects.0.clone()).collect();
        let wrong = checked.groups.iter().filter(|group| group.defects.block()).count();
        print(&defects);
        println!(
            "{}行，{}家诊所，{wrong}家有错误 · {wrong} of {} clinics are defective",
            checked.rows,
            checked.groups.len(),
            checked.groups.len()
        );
        return if wrong == 0 { Ok(()) } else { bail!("the file has defects; nothing was kept") };
    }
    let approver = person(app, approved_by.as_deref().unwrap_or_default(), office.id).await?;
    let sha256 = value::hex(&Sha256::digest(&bytes));
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let upload = Upload { file_name: name, bytes, sha256: sha256.clone() };
    let case = imports::create(app, &preparer, upload, &once(&preparer, "import", &sha256)).await.map_err(told)?;
    let id = ImportId(case.row.id);
    if case.row.defective > 0 && !leave_defective {
        let defects = imports::defects(app, &preparer, id, (0, 0), PRINTED).await?;
        print(&defects.into_iter().map(|(_, defect)| defect).collect::<Vec<_>>());
        bail!("{} clinics are defective; mend the file, or give --leave-defective", case.row.defective);
    }
    if case.row.stage == ImportStage::Checked {
        let once = once(&approver, "approve", &format!("{id}"));
        let clean = !leave_defective;
        imports::act(app, &approver, id, case.row.version, ImportAction::Approve, clean, &once).await.map_err(told)?;
    }
    enter(app, &preparer, case).await
}

/// Enters every group, with a bar; the service may help at the same time.
async fn enter(app: &App, preparer: &Actor, case: Case) -> anyhow::Result<()> {
    let id = ImportId(case.row.id);
    let all = case.row.groups - case.row.defective;
    let bar = ProgressBar::new(u64::from(all.unsigned_abs()));
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}, {eta} left")?);
    while imports::enter_next(app, id).await? {
        let row = imports::view(app, preparer, id).await?.row;
        bar.set_position(u64::from((row.entered + row.failed).unsigned_abs()));
    }
    bar.finish_and_clear();
    let row = imports::view(app, preparer, id).await?.row;
    println!(
        "{}：导入{}家，失败{}家，有错误未导入{}家 · {} entered, {} failed, {} left out",
        row.stage.zh(),
        row.entered,
        row.failed,
        row.defective,
        row.entered,
        row.failed,
        row.defective
    );
    if row.stage != ImportStage::Done || row.failed > 0 {
        bail!("the import is not whole: {}", row.stage.en());
    }
    Ok(())
}

async fn person(app: &App, login: &str, office: uuid::Uuid) -> anyhow::Result<Actor> {
    let account = app.store.account_by_login(login).await?.filter(|account| account.authority_id == Some(office));
    Ok(accounts::actor_of(account.with_context(|| format!("no account {login} of this authority"))?))
}

/// The same file by the same person is the same import.
fn once(actor: &Actor, what: &str, content: &str) -> Once {
    let fingerprint = value::hex(&Sha256::digest(format!("command {what}\n{content}")));
    let key = fingerprint.get(..40).unwrap_or_default().to_owned();
    Once { account: actor.id, key, fingerprint }
}

fn print(defects: &[Defect]) {
    for Defect { row, column, found, zh, en, .. } in defects.iter().take(PRINTED) {
        println!("第{row}行 {column} “{found}”：{zh} · {en}");
    }
    if let Some(more) = defects.len().checked_sub(PRINTED).filter(|more| *more > 0) {
        println!("… {more} more");
    }
}

/// Every defect of the file itself on a line of its own.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(problems) => {
            let lines: Vec<_> = problems.iter().map(|p| format!("  {} · {}", p.zh, p.en)).collect();
            anyhow::anyhow!("nothing was kept\n{}", lines.join("\n"))
        }
        other => other.into(),
    }
}
