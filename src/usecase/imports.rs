//! Bulk import: a file is checked whole, another person approves it, and a job enters it clinic by clinic.

mod check;
mod enter;
mod template;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::{AuthorityId, ImportId};
use crate::domain::import::{self, Defect, Defects, GroupStage, ImportAction, ImportStage};
use crate::domain::task::Task;
use crate::domain::turn::{self, OutOfTurn, Thing};
use crate::error::{Clash, Error, Result};
use crate::spreadsheet::read::Format;
use crate::spreadsheet::write::{Cell, Column, Table, csv_head, csv_line, xlsx};
use crate::store::Tx;
use crate::store::entity::{import as row, import_event, import_group};
use crate::store::idempotency::Once;

pub use check::Checked;
pub use enter::{enter_next, go};
pub use template::{rows, template};

/// Groups of defects that are read at once.
const BATCH: u64 = 200;

/// Lines of a file of defects, at most.
const MOST_DEFECTS: usize = 100_000;

/// A file as it arrived.
pub struct Upload {
    /// As the sender named it
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub sha256: String,
}

/// An import with its history.
pub struct Case {
    pub row: row::Model,
    pub events: Vec<import_event::Model>,
    pub allowed: Vec<ImportAction>,
}

/// A place in the list of defects: group, and defect within it.
pub type Place = (i32, usize);

/// The authority whose imports the actor sees.
fn concerned(actor: &Actor) -> Result<AuthorityId> {
    let reads = matches!(actor.role, Role::Officer | Role::Approver | Role::Auditor);
    actor.authority.filter(|_| reads).ok_or(Error::Forbidden)
}

/// The authority for which the actor prepares imports.
fn preparing(actor: &Actor) -> Result<AuthorityId> {
    let prepares = matches!(actor.role, Role::Officer | Role::Approver);
    actor.authority.filter(|_| prepares).ok_or(Error::Forbidden)
}

/// Whether the actor may have the template.
///
/// # Errors
/// `Forbidden` for whoever does not work for an authority.
pub fn may_see(actor: &Actor) -> Result<()> {
    concerned(actor).map(drop)
}

/// The dry run alone: nothing is kept.
///
/// # Errors
/// `Forbidden`; `Invalid` when the file cannot be read as the template has it.
pub async fn check(app: &App, actor: &Actor, bytes: Vec<u8>) -> Result<Checked> {
    let office = preparing(actor)?;
    check::check(app, office, bytes).await
}

/// Checks a file and keeps what it found. Nothing enters the register.
///
/// # Errors
/// `Forbidden`; `Invalid` when the file cannot be read as the template has it.
pub async fn create(app: &App, actor: &Actor, upload: Upload, once: &Once) -> Result<Case> {
    let office = preparing(actor)?;
    let Upload { file_name, bytes, sha256 } = upload;
    let checked = check::check(app, office, bytes).await?;
    let (now, id) = (app.clock.now(), app.clock.new_id());
    let count = |n: usize| i32::try_from(n).map_err(Error::internal);
    let row = row::Model {
        id,
        authority_id: office.0,
        stage: ImportStage::Checked,
        file_name: safe_name(&file_name),
        media_type: checked.format.media_type().to_owned(),
        sha256,
        rows: count(checked.rows)?,
        groups: count(checked.groups.len())?,
        defective: count(checked.groups.iter().filter(|group| group.defects.block()).count())?,
        entered: 0,
        failed: 0,
        prepared_by: actor.id.0,
        prepared_name: actor.name.clone(),
        approved_by: None,
        approved_name: String::new(),
        rule_set: i32::try_from(checked.rule_set).map_err(Error::internal)?,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let groups = (1..).zip(checked.groups).map(|(sequence, group)| {
        Ok(import_group::Model {
            import_id: id,
            sequence,
            first_row: i32::try_from(group.first_row).map_err(Error::internal)?,
            last_row: i32::try_from(group.last_row).map_err(Error::internal)?,
            stage: if group.defects.block() { GroupStage::Defective } else { GroupStage::Ready },
            problems: count(group.defects.0.len())?,
            data: group.entry,
            defects: group.defects,
            clinic_id: None,
        })
    });
    let groups = groups.collect::<Result<Vec<_>>>()?;
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, id, now).await? {
        let row = tx.import(actor, ImportId(earlier)).await?;
        return case_of(&tx, actor, row).await;
    }
    tx.add_import(row.clone(), groups).await?;
    let case = case_of(&tx, actor, row).await?;
    tx.commit().await?;
    Ok(case)
}

/// A file name without what a path or a terminal could take for more than a name.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(120).collect()
}

async fn case_of(tx: &Tx, actor: &Actor, row: row::Model) -> Result<Case> {
    let events = tx.import_events(row.id).await?;
    let allowed = allowed(&row, actor);
    Ok(Case { row, events, allowed })
}

fn allowed(row: &row::Model, actor: &Actor) -> Vec<ImportAction> {
    let can = |action: &ImportAction| decide(row, *action, actor).is_ok();
    ImportAction::ALL.iter().copied().filter(can).collect()
}

/// Where a step leads.
fn decide(row: &row::Model, action: ImportAction, actor: &Actor) -> Result<ImportStage, OutOfTurn> {
    let word = |action: ImportAction| (action.zh(), action.en());
    let stage = (row.stage.zh(), row.stage.en());
    let next = |action| import::next(row.stage, action);
    let to = turn::take(Thing::Import, stage, action, actor.role, ImportAction::ALL, word, next)?;
    if action == ImportAction::Approve && row.prepared_by == actor.id.0 {
        return Err(OutOfTurn::Preparer);
    }
    Ok(to)
}

/// An import within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: ImportId) -> Result<Case> {
    let row = app.store.import(actor, id).await?;
    let events = app.store.import_events(row.id).await?;
    let allowed = allowed(&row, actor);
    Ok(Case { row, events, allowed })
}

/// Up to `limit` imports of the actor's authority and one more, newest first.
///
/// # Errors
/// `Forbidden` for whoever does not work on imports.
pub async fn list(app: &App, actor: &Actor, before: Option<uuid::Uuid>, limit: u64) -> Result<Vec<row::Model>> {
    concerned(actor)?;
    app.store.imports(actor, before, limit + 1).await
}

/// Takes a step: another person approves, or it is cancelled.
///
/// # Errors
/// `Stale`; `OutOfTurn` with what is allowed instead; `Conflict` when groups are defective and only a clean import was to
/// be entered.
pub async fn act(
    app: &App,
    actor: &Actor,
    id: ImportId,
    seen: i32,
    action: ImportAction,
    only_if_clean: bool,
    once: &Once,
) -> Result<Case> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    if tx.claim(once, id.0, now).await?.is_some() {
        let row = tx.import(actor, id).await?;
        return case_of(&tx, actor, row).await;
    }
    let mut row = tx.import(actor, id).await?;
    if row.version != seen {
        return Err(Error::Stale);
    }
    let from = row.stage;
    row.stage = decide(&row, action, actor)?;
    row.updated_at = now;
    let mut note = String::new();
    if action == ImportAction::Approve {
        if only_if_clean && row.defective > 0 {
            return Err(Error::Conflict(Clash::Defective));
        }
        row.approved_by = Some(actor.id.0);
        row.approved_name.clone_from(&actor.name);
        note = format!("共{}组，导入{}组，{}组有错误不导入", row.groups, row.groups - row.defective, row.defective);
        tx.enqueue(app.clock.new_id(), Task::Import { import: id }, now).await?;
    }
    let row = tx.advance_import(row, seen).await?;
    tx.add_import_event(event(app, &row, Some(actor), Some(action), from, note)).await?;
    let case = case_of(&tx, actor, row).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(case)
}

/// A step of an import as its history has it; none acted: the job came to its end.
fn event(
    app: &App,
    row: &row::Model,
    actor: Option<&Actor>,
    action: Option<ImportAction>,
    from: ImportStage,
    note: String,
) -> import_event::Model {
    import_event::Model {
        id: app.clock.new_id(),
        import_id: row.id,
        sequence: row.version - 1,
        at: app.clock.now(),
        actor_id: actor.map(|actor| actor.id.0),
        actor_name: actor.map_or_else(|| "系统".to_owned(), |actor| actor.name.clone()),
        action,
        from_stage: from,
        to_stage: row.stage,
        note,
    }
}

/// Up to `limit` groups of an import and one more, from one on.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn groups(
    app: &App,
    actor: &Actor,
    id: ImportId,
    stage: Option<GroupStage>,
    from: i32,
    limit: u64,
) -> Result<Vec<import_group::Model>> {
    let row = app.store.import(actor, id).await?;
    app.store.import_groups(row.id, stage, false, from, limit + 1).await
}

/// The defects of an import in the order of the file, from a place on: `most` of them and one more, each with its place.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn defects(app: &App, actor: &Actor, id: ImportId, from: Place, most: usize) -> Result<Vec<(Place, Defect)>> {
    let row = app.store.import(actor, id).await?;
    let (mut found, mut next) = (vec![], from.0);
    while found.len() <= most {
        let groups = app.store.import_groups(row.id, None, true, next, BATCH).await?;
        let Some(last) = groups.last().map(|group| group.sequence) else { break };
        next = last.saturating_add(1);
        let places = groups.into_iter().flat_map(|group| {
            let Defects(defects) = group.defects;
            defects.into_iter().enumerate().map(move |(n, defect)| ((group.sequence, n), defect))
        });
        found.extend(places.filter(|(place, _)| *place >= from));
    }
    found.truncate(most + 1);
    Ok(found)
}

/// The defects of an import as a file, so that the office mends its own.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn defect_file(app: &App, actor: &Actor, id: ImportId, format: Format) -> Result<Vec<u8>> {
    let found = defects(app, actor, id, (0, 0), MOST_DEFECTS).await?;
    let titles = ["行", "列", "所填内容", "程度", "规则", "问题和要求", "Problem"];
    let rows = found.into_iter().map(|(_, defect)| {
        let grave = if defect.blocks() { "错误" } else { "提醒" };
        let Defect { row, column, found, rule, zh, en, .. } = defect;
        let words = [column, found, grave.to_owned(), rule.unwrap_or_default(), zh, en];
        std::iter::once(Cell::Count(i64::from(row))).chain(words.into_iter().map(Cell::text)).collect()
    });
    let columns = titles.iter().map(|title| Column { title: (*title).to_owned() }).collect();
    file(&[Table { name: "错误清单".to_owned(), columns, rows: rows.collect() }], format)
}

/// Tables as a file; CSV holds the first alone.
fn file(tables: &[Table], format: Format) -> Result<Vec<u8>> {
    match (format, tables) {
        (Format::Csv, [table, ..]) => {
            let mut bytes = csv_head(&table.columns).map_err(Error::internal)?;
            for row in &table.rows {
                bytes.extend(csv_line(row).map_err(Error::internal)?);
            }
            Ok(bytes)
        }
        _ => xlsx(tables).map_err(Error::internal),
    }
}
