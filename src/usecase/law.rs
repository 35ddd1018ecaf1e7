//! Editions of the law: what came with the program, what a regulator imports, and the law as it was at a number.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::clock::Clock;
use crate::domain::actor::{Actor, Role};
use crate::domain::id::AccountId;
use crate::domain::law::{self as texts, Law, LawChange, LawError, LawTable, Sources};
use crate::domain::value::hex;
use crate::error::{Error, Problem, Result};
use crate::store::entity::law_edition;
use crate::store::idempotency::Once;
use crate::store::law::{EditionHead, IMPORT, PROGRAM};
use crate::store::{Store, Tx};
use crate::usecase::clocks;
use crate::usecase::jurisdictions;

/// The series of edition numbers. Taking one holds everybody else who adds an edition until commit.
const SERIES: &str = "law";

/// How many defects are told at once.
const MOST: usize = 200;

/// The law as a process finds it at its start.
pub struct Opened {
    pub law: Law,
    /// Whether the program brought another calendar, so that clocks are to be counted again.
    pub recount: bool,
}

/// Enters what the program brings and is not there yet, and reads the law in force. A table that somebody imported is left
/// alone, with a warning where the program brings another text than the one that was replaced.
///
/// # Errors
/// What the store answers; what is wrong with the law in force.
pub async fn open(store: &Store, clock: &Clock, program: &Sources<'_>) -> Result<Opened> {
    let mut rows = store.law_texts(None).await?;
    let mut recount = false;
    if !lacking(&rows, program).is_empty() {
        let tx = store.begin().await?;
        let mut number = tx.next_number(SERIES).await?;
        // Another process may have entered them meanwhile.
        let mut missing = lacking(&tx.law_texts().await?, program).into_iter().peekable();
        while let Some((table, body)) = missing.next() {
            recount |= table == LawTable::Calendar;
            let row = law_edition::Model {
                number: i32::try_from(number).map_err(Error::internal)?,
                name: table.code(),
                body: body.to_owned(),
                source: PROGRAM.into(),
                actor_id: None,
                actor_name: String::new(),
                reason: String::new(),
                at: clock.now(),
            };
            tx.add_edition(row).await?;
            if missing.peek().is_none() {
                tx.commit().await?;
                break;
            }
            number = tx.next_number(SERIES).await?;
        }
        rows = store.law_texts(None).await?;
    }
    if rows.iter().any(|row| row.source == IMPORT) {
        let brought = store.program_texts().await?;
        for (table, _) in lacking(&brought, program) {
            tracing::warn!(table = table.code(), "this table was imported; the program's newer text is not in force");
        }
    }
    let law = assembled(&rows, None).map_err(Error::internal)?;
    Ok(Opened { law, recount })
}

/// The program's tables that are not in force: those that are not there, or that an earlier program brought.
fn lacking<'a>(rows: &[law_edition::Model], program: &Sources<'a>) -> Vec<(LawTable, &'a str)> {
    let shipped = LawTable::ALL.iter().filter_map(|table| Some((*table, program.text(*table)?)));
    let lacking = shipped.filter(|(table, body)| {
        let row = rows.iter().find(|row| row.name == table.code());
        row.is_none_or(|row| row.source == PROGRAM && row.body != *body)
    });
    lacking.collect()
}

/// The law of these texts, one of them replaced by another.
fn assembled(rows: &[law_edition::Model], replaced: Option<(LawTable, &str)>) -> std::result::Result<Law, LawError> {
    let mut sources = Sources::default();
    // A table that this program does not know is a newer program's.
    let known = rows.iter().filter_map(|row| Some((LawTable::of_code(&row.name)?, row.body.as_str())));
    for (table, body) in known.chain(replaced) {
        if let Some(slot) = sources.slot(table) {
            *slot = body;
        }
    }
    let newest = rows.iter().map(|row| row.number).max().unwrap_or(0);
    Ok(Law::parse(&sources)?.numbered(newest.unsigned_abs()))
}

/// The law in force at edition `number`, which is what a decision keeps.
///
/// # Errors
/// What the store answers; `Internal` where this program can no longer read what was in force.
pub async fn as_of(app: &App, number: u32) -> Result<Arc<Law>> {
    let present = app.law();
    if present.rule_set() == number {
        return Ok(present);
    }
    let last = i32::try_from(number).map_err(Error::internal)?;
    let rows = app.store.law_texts(Some(last)).await?;
    Ok(Arc::new(assembled(&rows, None).map_err(Error::internal)?.numbered(number)))
}

/// Puts in force here what another process has entered.
///
/// # Errors
/// What the store answers; then the law stays as it is.
pub async fn refresh(app: &App) -> Result<()> {
    if app.store.newest_edition().await?.unsigned_abs() <= app.law().rule_set() {
        return Ok(());
    }
    let rows = app.store.law_texts(None).await?;
    app.book.replace(assembled(&rows, None).map_err(Error::internal)?);
    Ok(())
}

/// Counts the open clocks again under the law in force.
///
/// # Errors
/// What the store answers.
pub async fn recount(app: &App) -> Result<u64> {
    let tx = app.store.begin().await?;
    let moved = clocks::recompute(app, &tx, &app.law()).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Who imports: an account, or somebody at the machine.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub id: Option<AccountId>,
    pub name: &'a str,
}

/// What somebody wants to import.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    pub table: LawTable,
    /// The whole table; for the calendar also one year as `holiday-cn` publishes it; for jurisdictions what is to change.
    pub body: &'a str,
    pub reason: &'a str,
    /// Only tells what would change.
    pub preview: bool,
    /// The edition of the table that was edited; `Stale` where there is a newer one.
    pub based_on: Option<u32>,
}

/// What an import did, or would do.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The edition in force afterwards; of a preview, the one in force now.
    pub edition: u32,
    pub table: LawTable,
    pub changes: Vec<LawChange>,
    /// Open clocks that move.
    pub clocks_moved: u64,
    /// The request had its effect before; what changed then is not told again.
    pub repeated: bool,
}

/// What an import comes to, nothing of which is written yet.
struct Prepared {
    body: String,
    law: Law,
    changes: Vec<LawChange>,
    jurisdictions: crate::domain::jurisdiction::Plan,
}

/// Puts another text of a table in force, or tells what it would change: whole, or not at all. An administrator's.
///
/// # Errors
/// `Forbidden` for any other role; as [`import`].
pub async fn import_as(app: &App, actor: &Actor, wanted: Import<'_>, once: &Once) -> Result<Imported> {
    if actor.role != Role::Admin {
        return Err(Error::Forbidden);
    }
    import(app, By { id: Some(actor.id), name: &actor.name }, wanted, Some(once)).await
}

/// Puts another text of a table in force, or tells what it would change: whole, or not at all.
///
/// # Errors
/// `Invalid` with every defect of the law as it would be, or where nothing would change; `Stale` where the table was
/// changed since the edition that was edited.
pub async fn import(app: &App, by: By<'_>, wanted: Import<'_>, once: Option<&Once>) -> Result<Imported> {
    let table = wanted.table;
    if wanted.reason.trim().chars().count() < 2 {
        return Err(Error::field("/reason", "请说明修改的理由或者依据。", "Say why, or on what basis."));
    }
    if wanted.preview {
        let tx = app.store.snapshot().await?;
        let Prepared { law, changes, .. } = prepare(&tx, wanted).await?;
        let edition = law.rule_set();
        let moved = match table {
            LawTable::Calendar => clocks::recompute_preview(app, &tx, &law).await?.len(),
            _ => 0,
        };
        let clocks_moved = u64::try_from(moved).map_err(Error::internal)?;
        return Ok(Imported { edition, table, changes, clocks_moved, repeated: false });
    }
    let tx = app.store.begin().await?;
    let number = tx.next_number(SERIES).await?;
    if let Some(once) = once
        && let Some(earlier) = tx.claim(once, Uuid::from_u128(number.into()), app.clock.now()).await?
    {
        let edition = u32::try_from(earlier.as_u128()).map_err(Error::internal)?;
        return Ok(Imported { edition, table, changes: vec![], clocks_moved: 0, repeated: true });
    }
    let Prepared { body, law, changes, jurisdictions } = prepare(&tx, wanted).await?;
    if body.is_empty() {
        let (zh, en) = ("内容与现行版本相同，没有需要更改的。", "This is what is in force; nothing would change.");
        return Err(Error::field("/body", zh, en));
    }
    let law = law.numbered(number);
    let row = law_edition::Model {
        number: i32::try_from(number).map_err(Error::internal)?,
        name: table.code(),
        body,
        source: IMPORT.into(),
        actor_id: by.id.map(|id| id.0),
        actor_name: by.name.to_owned(),
        reason: wanted.reason.trim().to_owned(),
        at: app.clock.now(),
    };
    tx.add_edition(row).await?;
    jurisdictions::apply(app, &tx, &jurisdictions).await?;
    let clocks_moved = if table == LawTable::Calendar { clocks::recompute(app, &tx, &law).await? } else { 0 };
    tx.commit().await?;
    tracing::info!(table = table.code(), edition = number, "the law was changed");
    app.book.replace(law);
    Ok(Imported { edition: number, table, changes, clocks_moved, repeated: false })
}

/// Reads and checks what is wanted against everything that is there. The body is empty where it changes nothing.
async fn prepare(tx: &Tx, wanted: Import<'_>) -> Result<Prepared> {
    let Import { table, based_on, .. } = wanted;
    let rows = tx.law_texts().await?;
    let present = rows.iter().find(|row| row.name == table.code());
    if based_on.is_some_and(|seen| present.is_some_and(|row| row.number.unsigned_abs() > seen)) {
        return Err(Error::Stale);
    }
    let body = plain(wanted.body);
    if table == LawTable::Jurisdictions {
        let law = assembled(&rows, None).map_err(Error::internal)?;
        let (plan, changes) = jurisdictions::plan(tx, &law, &body).await?;
        let body = if plan.is_empty() { String::new() } else { body };
        return Ok(Prepared { body, law, changes, jurisdictions: plan });
    }
    let present = present.map_or("", |row| row.body.as_str());
    let body = if table == LawTable::Calendar && body.trim_start().starts_with('{') {
        texts::with_notice(present, &body).map_err(|error| defective(table, &error))?
    } else {
        body
    };
    let law = assembled(&rows, Some((table, &body))).map_err(|error| defective(table, &error))?;
    let changes = texts::changes(table, present, &body);
    let body = if body == present { String::new() } else { body };
    Ok(Prepared { body, law, changes, jurisdictions: Default::default() })
}

/// A text as it is kept: without the mark and the line ends that spreadsheets add.
fn plain(body: &str) -> String {
    body.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Every defect of the law as it would be, each with its table.
fn defective(table: LawTable, error: &LawError) -> Error {
    let one = |defect: &String| {
        let (of, what) = defect.split_once(": ").unwrap_or(("", defect));
        let of = LawTable::of_code(of).unwrap_or(table);
        Problem::new("/body", format!("“{}”表：{what}", of.zh()), format!("{}: {what}", of.code()))
    };
    Error::Invalid(error.defects.iter().take(MOST).map(one).collect())
}

/// Every edition without its text, the newest first; one more than `limit` when there are older ones.
///
/// # Errors
/// What the store answers.
pub async fn editions(app: &App, before: Option<i32>, limit: u64) -> Result<Vec<EditionHead>> {
    app.store.editions(before, limit + 1).await
}

/// A table's text.
pub struct Text {
    /// The edition that set it; for jurisdictions in force, the newest of all.
    pub edition: u32,
    pub body: String,
    /// SHA-256 of the body.
    pub digest: String,
}

/// The text of a table in force, or as of an edition.
///
/// # Errors
/// `NotFound` for an edition that is none, or that was before the table.
pub async fn text(app: &App, table: LawTable, edition: Option<i32>) -> Result<Text> {
    let (number, body) = match (table, edition) {
        (LawTable::Jurisdictions, None) => {
            let tx = app.store.snapshot().await?;
            (tx.newest_edition().await?, jurisdictions::exported(&tx).await?)
        }
        _ => {
            let newest = app.store.newest_edition().await?;
            if edition.is_some_and(|n| n < 1 || n > newest) {
                return Err(Error::NotFound("edition"));
            }
            let rows = app.store.law_texts(edition).await?;
            // A text that came later counts as having been in force before: so does [`as_of`].
            let was =
                |row: &law_edition::Model| table != LawTable::Jurisdictions || edition.is_some_and(|n| row.number <= n);
            let row = rows.into_iter().find(|row| row.name == table.code() && was(row));
            row.map(|row| (row.number, row.body)).ok_or(Error::NotFound("edition"))?
        }
    };
    let digest = hex(&Sha256::digest(&body));
    Ok(Text { edition: number.unsigned_abs(), body, digest })
}
