//! Filings as the clinic writes them and as everybody concerned sees them.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::Dossier;
use crate::domain::filing as decisions;
use crate::domain::id::FilingId;
use crate::domain::lifecycle::{self, Action, Kind, Stage};
use crate::domain::particulars::Particulars;
use crate::domain::rules;
use crate::domain::rules::change::Change;
use crate::error::{Clash, Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, filing, filing_event, material};
use crate::store::idempotency::Once;
use crate::usecase::deadlines::Left;
use crate::usecase::facts::{self, Told};
use crate::usecase::life;
use crate::usecase::papers::{Brief, Of};

pub use crate::store::filings::FilingFilter;

/// A filing with all that its view shows.
pub struct Case {
    pub row: filing::Model,
    pub authority: Option<authority::Model>,
    pub clinic: Option<clinic::Model>,
    /// The clinic that moved here from another county.
    pub predecessor: Option<clinic::Model>,
    pub materials: Vec<material::Model>,
    pub papers: Vec<Brief>,
    /// What the reader may do to it now.
    pub actions: Vec<Action>,
    /// What a change filing changes, old and new side by side.
    pub changes: Vec<Change>,
    /// What is left of the authority's clock, while it runs.
    pub left: Option<Left>,
}

/// What a new filing is.
pub struct NewFiling {
    pub kind: Kind,
    /// The clinic to change, by its number.
    pub clinic: Option<String>,
    /// Without one, a change starts from what is filed now.
    pub dossier: Option<Dossier>,
    /// What a filing says that does not write the form.
    pub particulars: Option<Particulars>,
}

/// Starts a filing as a draft that only the clinic sees.
///
/// # Errors
/// `Forbidden` for anybody but a clinic; `NotFound` when the clinic to change is not the caller's.
pub async fn draft(app: &App, actor: &Actor, new: NewFiling, once: &Once) -> Result<Case> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    let now = app.clock.now();
    let id = app.clock.new_id();
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, id, now).await? {
        return case(app, &tx, actor, FilingId(earlier)).await;
    }
    let named = match &new.clinic {
        Some(number) => Some(tx.clinic_of(actor.owner.0, &number.replace('-', "")).await?),
        None => None,
    };
    fits(&new)?;
    let (clinic, predecessor) = if new.kind.of_clinic() { (named, None) } else { (None, named) };
    if let Some(before) = &predecessor {
        succeeds(&tx, before).await?;
    }
    let row = begun(app, actor, id, new, clinic, predecessor);
    tx.add_filing(row).await?;
    let case = case(app, &tx, actor, FilingId(id)).await?;
    tx.commit().await?;
    Ok(case)
}

/// A filing that is begun: a draft of what is filed now, or of nothing.
fn begun(
    app: &App,
    actor: &Actor,
    id: Uuid,
    new: NewFiling,
    clinic: Option<clinic::Model>,
    predecessor: Option<clinic::Model>,
) -> filing::Model {
    let now = app.clock.now();
    filing::Model {
        id,
        case_number: None,
        kind: new.kind,
        stage: Stage::Draft,
        owner_id: actor.owner.0,
        clinic_id: clinic.as_ref().map(|c| c.id),
        base_version: clinic.as_ref().map(|c| c.certificate_version),
        authority_id: None,
        dossier: new.dossier.or_else(|| clinic.map(|c| c.dossier)).unwrap_or_default(),
        particulars: (!new.kind.writes_dossier()).then(|| new.particulars.unwrap_or_default()),
        submitted_particulars: None,
        predecessor_id: predecessor.map(|c| c.id),
        answers: None,
        import_id: None,
        notice: None,
        notices: 0,
        submitted: None,
        submitted_at: None,
        received_on: None,
        due_on: None,
        due_guessed: false,
        redirected: false,
        recommended_by: None,
        issued_by: None,
        certificate_id: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// What the rules would say of a filing about one's own clinic, before it is begun.
///
/// # Errors
/// `Forbidden` for anybody but a clinic; `NotFound` when the clinic is not the caller's.
pub async fn foresee(app: &App, actor: &Actor, number: &str, kind: Kind, dossier: Dossier) -> Result<Vec<Told>> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    let clinic = app.store.owned_clinic(actor.owner.0, number).await?;
    let tx = app.store.snapshot().await?;
    let new = NewFiling { kind, clinic: None, dossier: Some(dossier), particulars: None };
    let row = begun(app, actor, app.clock.new_id(), new, Some(clinic), None);
    let known = facts::gather(app, &tx, &row, None).await?;
    let findings = rules::check(&row.dossier, &known.facts(app, &row));
    Ok(facts::tell(&known.law, app.clock.today(), row.dossier.clinic_type, &findings))
}

/// Whether what came with a new filing belongs to its kind.
fn fits(new: &NewFiling) -> Result<()> {
    let mut problems = vec![];
    let kind = new.kind.zh();
    if new.kind.of_clinic() && new.clinic.is_none() {
        problems.push(Problem::new(
            "/clinic",
            format!("{kind}须填写诊所的备案编号。"),
            "This kind of filing names the clinic by its filing number.",
        ));
    }
    if !new.kind.writes_dossier() && new.dossier.is_some() {
        problems.push(Problem::new(
            "/dossier",
            format!("{kind}不改动信息表，请在 particulars 中填写备案事项。"),
            "This kind of filing leaves the form as it is; say what is filed in `particulars`.",
        ));
    }
    if new.kind.writes_dossier() && new.particulars.is_some() {
        problems.push(Problem::new(
            "/particulars",
            format!("{kind}填写信息表（dossier），不填写备案事项。"),
            "This kind of filing writes the form (`dossier`) and has no particulars.",
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// Whether a clinic can have a successor: it has moved away, and has none.
async fn succeeds(tx: &Tx, before: &clinic::Model) -> Result<()> {
    if let Some(successor) = before.successor_id {
        let number = tx.clinic(successor).await?.number;
        return Err(Error::field(
            "/clinic",
            format!("原诊所（{}）已由{number}承继，不能再次承继；如需变更，请对{number}办理。", before.number),
            format!("The clinic {} has a successor already: {number}. File what changes for that one.", before.number),
        ));
    }
    if tx.has_moved_away(before.id).await? {
        return Ok(());
    }
    Err(Error::field(
        "/clinic",
        format!(
            "设置备案只能填写已经迁出的原诊所编号；{}没有迁出，请先在原备案机关办理迁出备案，或者不填写此项。",
            before.number
        ),
        format!(
            "An establishment may only name a clinic that has moved away; {} has not. File the move first, or name none.",
            before.number
        ),
    ))
}

/// Replaces the particulars of a filing that is still the clinic's to write.
///
/// # Errors
/// `Stale` when it was changed since; `Refused` in any stage but draft, correcting and redirected; `Invalid` for a filing
/// that writes the form.
pub async fn specify(app: &App, actor: &Actor, id: FilingId, seen: i32, particulars: Particulars) -> Result<Case> {
    let tx = app.store.begin().await?;
    let mut row = tx.filing(actor, id).await?;
    if row.version != seen {
        return Err(Error::Stale);
    }
    writable(actor, row.stage)?;
    if row.kind.writes_dossier() {
        return Err(wrong_form(row.kind));
    }
    row.particulars = Some(particulars);
    row.updated_at = app.clock.now();
    tx.advance_filing(row, seen).await?;
    let case = case(app, &tx, actor, id).await?;
    tx.commit().await?;
    Ok(case)
}

fn wrong_form(kind: Kind) -> Error {
    let (zh, en) = if kind.writes_dossier() {
        (
            "填写信息表（dossier），没有备案事项。",
            "This kind of filing writes the form (`dossier`) and has no particulars.",
        )
    } else {
        (
            "不改动信息表，请填写备案事项（particulars）。",
            "This kind of filing leaves the form as it is; write its particulars.",
        )
    };
    Error::field("", format!("{}{zh}", kind.zh()), en)
}

/// Replaces the dossier of a filing that is still the clinic's to write.
///
/// # Errors
/// `Stale` when it was changed since; `Refused` in any stage but draft, correcting and redirected.
pub async fn revise(app: &App, actor: &Actor, id: FilingId, seen: i32, dossier: Dossier) -> Result<Case> {
    let tx = app.store.begin().await?;
    let mut row = tx.filing(actor, id).await?;
    if row.version != seen {
        return Err(Error::Stale);
    }
    writable(actor, row.stage)?;
    if !row.kind.writes_dossier() {
        return Err(wrong_form(row.kind));
    }
    row.dossier = dossier;
    row.updated_at = app.clock.now();
    tx.advance_filing(row, seen).await?;
    let case = case(app, &tx, actor, id).await?;
    tx.commit().await?;
    Ok(case)
}

/// Whether `actor` may write a filing in this stage.
///
/// # Errors
/// `Forbidden` for anybody but the clinic, `Refused` in another stage.
pub fn writable(actor: &Actor, stage: Stage) -> Result<()> {
    if actor.role != Role::Clinic {
        return Err(Error::Forbidden);
    }
    if lifecycle::editable(stage) {
        return Ok(());
    }
    Err(Error::Locked(stage))
}

/// A filing within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: FilingId) -> Result<Case> {
    let tx = app.store.snapshot().await?;
    case(app, &tx, actor, id).await
}

/// Filings within the actor's scope, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, actor: &Actor, filter: FilingFilter, limit: u64) -> Result<Vec<filing::Model>> {
    let rows = app.store.filings(actor, filter, limit + 1).await?;
    Ok(rows.into_iter().map(|row| as_shown(actor, row)).collect())
}

/// Every finding on the filing as it stands, at once.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn check(app: &App, actor: &Actor, id: FilingId) -> Result<Vec<Told>> {
    let tx = app.store.snapshot().await?;
    let row = as_shown(actor, tx.filing(actor, id).await?);
    let known = facts::gather(app, &tx, &row, None).await?;
    // What is done is not checked again against what came of it: the check that it passed stands.
    let findings = match decided(&tx, &row).await? {
        Some(event) => event.findings.0,
        None => rules::check(&row.dossier, &known.facts(app, &row)),
    };
    Ok(facts::tell(&known.law, app.clock.today(), row.dossier.clinic_type, &findings))
}

/// The step that issued a filing, where one did.
async fn decided(tx: &Tx, row: &filing::Model) -> Result<Option<filing_event::Model>> {
    if row.stage == Stage::Issued { tx.last_filing_event(FilingId(row.id)).await } else { Ok(None) }
}

/// The history, oldest first.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn history(app: &App, actor: &Actor, id: FilingId) -> Result<Vec<filing_event::Model>> {
    app.store.filing(actor, id).await?;
    app.store.filing_events(id).await
}

/// The case as `actor` sees it within this unit of work.
pub(super) async fn case(app: &App, tx: &Tx, actor: &Actor, id: FilingId) -> Result<Case> {
    let row = tx.filing(actor, id).await?;
    case_of(app, tx, actor, row).await
}

/// The case of a row that the actor has loaded within scope; a step may just have taken it out of there (redirect).
pub(super) async fn case_of(app: &App, tx: &Tx, actor: &Actor, row: filing::Model) -> Result<Case> {
    let row = as_shown(actor, row);
    let authority = match row.authority_id {
        Some(authority) => Some(tx.authority(authority).await?),
        None => None,
    };
    let clinic = match row.clinic_id {
        Some(clinic) => Some(tx.clinic(clinic).await?),
        None => None,
    };
    let materials = tx.materials(FilingId(row.id)).await?;
    let papers = tx.papers_of(Of::Filing(row.id)).await?;
    let predecessor = match row.predecessor_id {
        Some(before) => Some(tx.clinic(before).await?),
        None => None,
    };
    let changes = match (row.kind, &clinic) {
        (Kind::Change, Some(clinic)) => changes(app, tx, &row, clinic).await?,
        _ => vec![],
    };
    let facts = decisions::Facts::of(row.notices, row.recommended_by, actor);
    let actions = decisions::allowed(row.stage, actor, facts);
    let running = tx.running_deadlines(row.id, "R-050").await?;
    let left = running.first().and_then(|clock| Left::of(app, &app.law(), clock));
    Ok(Case { row, authority, clinic, predecessor, materials, papers, actions, changes, left })
}

/// What a change changes: what is filed now, or for one that is done what was filed before it, beside what it says.
async fn changes(app: &App, tx: &Tx, row: &filing::Model, clinic: &clinic::Model) -> Result<Vec<Change>> {
    let law = app.law();
    if row.stage != Stage::Issued {
        return Ok(rules::change::diff(&clinic.dossier, &row.dossier, &law));
    }
    let circumstances = decided(tx, row).await?.and_then(|event| event.circumstances);
    let before = circumstances.and_then(|then| then.current);
    Ok(before.map(|(_, before)| rules::change::diff(&before, &row.dossier, &law)).unwrap_or_default())
}

/// What the clinic has not submitted is the clinic's: others see the dossier as it last came in.
pub(super) fn as_shown(actor: &Actor, mut row: filing::Model) -> filing::Model {
    if actor.role != Role::Clinic && lifecycle::editable(row.stage) {
        row.dossier = row.submitted.take().unwrap_or_default();
        if row.particulars.is_some() {
            row.particulars = Some(row.submitted_particulars.take().unwrap_or_default());
        }
    }
    row
}

/// A change must start from what is filed now, and only one filing of a clinic is under way at a time.
pub(super) async fn undisturbed(tx: &Tx, row: &filing::Model) -> Result<()> {
    if let Some(before) = row.predecessor_id {
        succeeds(tx, &tx.clinic(before).await?).await?;
    }
    let Some(clinic) = row.clinic_id.filter(|_| row.kind.of_clinic()) else { return Ok(()) };
    if tx.open_filing_of(clinic, row.id).await?.is_some() {
        return Err(Error::Conflict(Clash::OpenFiling));
    }
    let clinic = tx.clinic(clinic).await?;
    // A change starts from a form; what the others say does not depend on it.
    if row.kind.writes_dossier() && row.base_version != Some(clinic.certificate_version) {
        return Err(Error::Conflict(Clash::BaseChanged));
    }
    life::foresee(&clinic, row.kind.act()).map(drop)
}
