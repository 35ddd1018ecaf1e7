//! Entering an approved import: one clinic, one unit of work. Whatever stops the worker, each group is in the register whole
//! or not at all, and another worker goes on.

use chrono::Datelike;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::certificate::Conversion;
use crate::domain::deadline::numeric_date;
use crate::domain::filing::Findings;
use crate::domain::id::ImportId;
use crate::domain::import::{Assembled, Defect, Defects, Entry, GroupStage, ImportStage, Site};
use crate::domain::issuance::Grant;
use crate::domain::law::Law;
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::VisitKind;
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, filing, filing_event, import as row, import_group, job};
use crate::usecase::imports::check::Office;
use crate::usecase::imports::event;
use crate::usecase::life::{self, Happening};
use crate::usecase::{accounts, clocks, issuance, visits};

/// Groups that one claim of the job enters; then others have their turn.
const TURN: usize = 20;

/// Goes on with an import: the next groups, or its end.
///
/// # Errors
/// What the store answers; the job is tried again.
pub async fn go(app: &App, work: &job::Model, id: ImportId) -> Result<()> {
    let mut left = true;
    for _ in 0..TURN {
        left = enter_next(app, id).await?;
        if !left {
            break;
        }
    }
    let tx = app.store.begin().await?;
    if left {
        tx.continue_job(work, app.clock.now()).await?;
    } else {
        tx.finish_job(work.id, app.clock.now()).await?;
    }
    tx.commit().await
}

/// Enters the next group of a running import, or ends the import. Answers whether anything is left to do.
///
/// # Errors
/// What the store answers. What is wrong with the group itself is noted on it.
pub async fn enter_next(app: &App, id: ImportId) -> Result<bool> {
    let import = app.store.import_unscoped(id).await?.filter(|import| import.stage == ImportStage::Running);
    let Some(import) = import else { return Ok(false) };
    let Some(group) = app.store.next_group(id.0).await? else {
        finish(app, import).await?;
        return Ok(false);
    };
    let why = match enter(app, &import, &group).await {
        // Another worker had it, or the import was cancelled meanwhile: the next look tells.
        Ok(()) | Err(Error::Stale) => return Ok(true),
        Err(error @ (Error::Internal(_) | Error::Unavailable)) => return Err(error),
        Err(why) => why,
    };
    let tx = app.store.begin().await?;
    let noted = async {
        tx.settle_group(&group, GroupStage::Failed).await?;
        let defects = [group.defects.0.clone(), told(&group, why)].concat();
        tx.note_group(&group, None, Defects(defects)).await?;
        tx.count_group(import.id, false, app.clock.now()).await
    };
    match noted.await {
        Ok(()) => tx.commit().await?,
        Err(Error::Stale) => (),
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// Why a group could not be entered, as defects of its first row.
fn told(group: &import_group::Model, why: Error) -> Vec<Defect> {
    let row = group.first_row.unsigned_abs();
    match why {
        Error::Invalid(problems) | Error::Blocked(problems) => {
            problems.into_iter().map(|p| Defect { rule: p.rule, ..Defect::new(row, p.zh, p.en) }).collect()
        }
        Error::Conflict(Clash::Taken) => {
            let zh = "备案编号已被其他诊所占用，请核对。";
            vec![Defect::new(row, zh, "Another clinic has this number by now.")]
        }
        why => vec![Defect::new(row, "不能导入，请核对该诊所的内容。", format!("It could not be entered: {why}."))],
    }
}

/// Nothing is left: the import is done.
async fn finish(app: &App, mut import: row::Model) -> Result<()> {
    let (from, seen) = (import.stage, import.version);
    import.stage = ImportStage::Done;
    import.updated_at = app.clock.now();
    let tx = app.store.begin().await?;
    let note = format!("导入{}组，失败{}组", import.entered, import.failed);
    match tx.advance_import(import, seen).await {
        Ok(import) => {
            tx.add_import_event(event(app, &import, None, None, from, note)).await?;
            tx.commit().await
        }
        // Somebody took a step meanwhile, or another worker ended it.
        Err(Error::Stale) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A clinic enters the register: filing, certificate, clinic, persons, log, history and clocks, or nothing of it.
async fn enter(app: &App, import: &row::Model, group: &import_group::Model) -> Result<()> {
    let authority = app.store.authority(import.authority_id).await?;
    let law = app.law_of(&authority);
    let statement = issuance::stated_by(&group.data.dossier, &law, grant(app, &authority, &group.data)?)?;
    // Before anything is held: a paper that cannot be drawn stops this clinic alone.
    issuance::draws(app, statement.clone()).await?;
    let owner = accounts::holding(app, &authority).await?;
    let tx = app.store.begin().await?;
    tx.settle_group(group, GroupStage::Entered).await?;
    judged(app, &tx, &authority, group).await?;
    let approver = approver(&tx, import).await?;
    let mut row = filed(app, &tx, import, group, &authority, owner).await?;
    tx.add_filing(row.clone()).await?;
    let verified_on = group.data.verified_on;
    let clinic = issuance::enter(app, &tx, &mut row, &authority, statement, None, verified_on).await?;
    row.stage = Stage::Issued;
    let row = tx.advance_filing(row, 1).await?;
    tx.add_filing_event(history(app, import, group, &approver, &row, &law)?).await?;
    happened(app, &tx, &approver, &clinic, &row, &group.data).await?;
    clocks::of_telemedicine(app, &tx, &law, &clinic).await?;
    if group.data.site == Some(Site::Pending) {
        visits::order(app, &tx, VisitKind::Establishment, &clinic, Some(&row)).await?;
    }
    tx.note_group(group, Some(clinic.id), group.defects.clone()).await?;
    tx.count_group(import.id, true, app.clock.now()).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(())
}

/// What the certificate is made from.
fn grant<'a>(app: &'a App, authority: &authority::Model, entry: &Entry) -> Result<Grant<'a>> {
    let today = app.clock.today();
    let filed_on = entry.filed_on.ok_or(Error::NotFound("filed_on"))?;
    let original_issued_on = entry.issued_on.unwrap_or(filed_on);
    Ok(Grant {
        authority: issuance::stated(authority),
        number: entry.number.clone(),
        provisional: false,
        version: entry.version.unwrap_or(1),
        filed_on,
        issued_on: today,
        telemedicine_since: entry.telemedicine_on,
        change_note: None,
        conversion: Some(Conversion { imported_on: today, original_issued_on }),
        licence_type: &app.settings.licence_type,
    })
}

/// The register may have changed since the dry run.
async fn judged(app: &App, tx: &Tx, authority: &authority::Model, group: &import_group::Model) -> Result<()> {
    let mut again = [Assembled {
        first_row: group.first_row.unsigned_abs(),
        last_row: group.last_row.unsigned_abs(),
        entry: group.data.clone(),
        defects: vec![],
        group: String::new(),
    }];
    Office::new(app, tx, authority.clone(), app.law_of(authority)).judge(&mut again).await?;
    let [Assembled { defects, .. }] = again;
    let problems = defects.into_iter().filter(Defect::blocks).map(|defect| crate::error::Problem {
        pointer: defect.column,
        zh: defect.zh,
        en: defect.en,
        rule: defect.rule,
    });
    let problems: Vec<_> = problems.collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Blocked(problems)) }
}

/// Whoever approved the import.
async fn approver(tx: &Tx, import: &row::Model) -> Result<Actor> {
    let id = import.approved_by.ok_or(Error::NotFound("approver"))?;
    let found = tx.accounts(&[id]).await?.into_iter().next();
    found.map(accounts::actor_of).ok_or(Error::NotFound("approver"))
}

/// The case under which the clinic stands in the register.
async fn filed(
    app: &App,
    tx: &Tx,
    import: &row::Model,
    group: &import_group::Model,
    authority: &authority::Model,
    owner: uuid::Uuid,
) -> Result<filing::Model> {
    let (now, dossier) = (app.clock.now(), group.data.dossier.clone());
    let (region, year) = (&authority.region, app.clock.today().year());
    let serial = tx.next_number(&format!("import/{region}/{year}")).await?;
    Ok(filing::Model {
        id: app.clock.new_id(),
        case_number: Some(format!("CL-{region}-{year}-{serial:06}")),
        kind: Kind::Establishment,
        stage: Stage::Draft,
        owner_id: owner,
        clinic_id: None,
        base_version: None,
        authority_id: Some(authority.id),
        submitted: Some(dossier.clone()),
        dossier,
        notice: None,
        notices: 0,
        submitted_at: None,
        received_on: None,
        due_on: None,
        due_guessed: false,
        redirected: false,
        recommended_by: Some(import.prepared_by),
        issued_by: import.approved_by,
        certificate_id: None,
        created_at: now,
        updated_at: now,
        version: 1,
        particulars: None,
        submitted_particulars: None,
        predecessor_id: None,
        answers: None,
        import_id: Some(import.id),
    })
}

/// The one step of that case: from which rows of which file, by whom.
fn history(
    app: &App,
    import: &row::Model,
    group: &import_group::Model,
    approver: &Actor,
    row: &filing::Model,
    law: &Law,
) -> Result<filing_event::Model> {
    let (first, last) = (group.first_row, group.last_row);
    let (file, digest) = (&import.file_name, import.sha256.get(..16).unwrap_or_default());
    let note = format!(
        "由文件“{file}”（SHA-256 {digest}…）第{first}至{last}行导入，{}准备，{}批准",
        import.prepared_name, import.approved_name
    );
    Ok(filing_event::Model {
        id: app.clock.new_id(),
        filing_id: row.id,
        sequence: 1,
        at: app.clock.now(),
        actor_id: approver.id.0,
        actor_name: approver.name.clone(),
        actor_role: approver.role,
        action: Action::Import,
        from_stage: Stage::Draft,
        to_stage: Stage::Issued,
        note,
        notice: None,
        rule_set: i32::try_from(law.rule_set()).map_err(Error::internal)?,
        findings: Findings::default(),
        dossier: Some(row.dossier.clone()),
        // Only some of the rules were asked: there is no check to be done again.
        circumstances: None,
    })
}

/// The public history of the clinic, with the days on which things were so.
async fn happened(
    app: &App,
    tx: &Tx,
    approver: &Actor,
    clinic: &clinic::Model,
    row: &filing::Model,
    entry: &Entry,
) -> Result<()> {
    let today = app.clock.today();
    let before = (ClinicState::Active, TelemedicineMode::Off);
    let happening =
        |act, on, note: String| Happening { filing: Some(row.id), note, ..Happening::new(act, on, Some(approver)) };
    let made = clinic.record.conversion.map(|made| made.zh()).unwrap_or_default();
    let note = format!("{}存量导入，{made}", numeric_date(today));
    let filed = clinic::Model { telemedicine_mode: TelemedicineMode::Off, ..clinic.clone() };
    life::record(app, tx, &filed, before, happening(ClinicAct::Establish, clinic.filed_on, note)).await?;
    if clinic.telemedicine_mode == TelemedicineMode::On {
        let since = entry.telemedicine_on.unwrap_or(clinic.filed_on);
        life::record(app, tx, clinic, before, happening(ClinicAct::AddTelemedicine, since, String::new())).await?;
    }
    Ok(())
}
