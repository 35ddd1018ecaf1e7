//! Visits: ordered by an issue, a draw or a person, made by inspectors of the supervising department.

use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

mod photos;
mod record;
mod steps;

pub use photos::{Photo, add as add_photo, view as view_photo};
pub use steps::{Command, act};

pub use crate::store::visits::VisitFilter;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::calendar::Due;
use crate::domain::dossier::Profile;
use crate::domain::id::{AccountId, VisitId};
use crate::domain::law::Law;
use crate::domain::standing::ClinicAct;
use crate::domain::visit::{self, CheckItem, Checklist, Team, VisitAction, VisitKind, VisitStage};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{account, authority, clinic, filing, visit as row, visit_event, visit_photo};
use crate::store::idempotency::Once;
use crate::usecase::clocks::{self, Subject};
use crate::usecase::facts;
use crate::usecase::life::{self, SYSTEM};
use crate::usecase::messages;
use crate::usecase::papers::{Brief, Of};

/// Longest time to a special inspection, days: a slip in the year is not taken for a plan.
const FARTHEST: u64 = 366;

/// A visit with all that its view shows.
pub struct Case {
    pub row: row::Model,
    pub clinic: clinic::Model,
    pub supervisor: authority::Model,
    /// Who goes.
    pub team: Vec<account::Model>,
    pub photos: Vec<visit_photo::Model>,
    pub papers: Vec<Brief>,
    /// What the reader may do to it now.
    pub actions: Vec<VisitAction>,
}

/// A special inspection as it is ordered.
#[derive(Clone, Debug)]
pub struct Special {
    /// 备案编号
    pub clinic: String,
    pub due_on: NaiveDate,
    pub reason: String,
    /// Who goes; may be left open.
    pub team: Vec<AccountId>,
}

/// What makes a visit needed, and when it is due.
pub(super) struct Cause<'a> {
    /// Of the visit to be.
    pub id: Uuid,
    pub kind: VisitKind,
    pub filing: Option<&'a filing::Model>,
    pub draw: Option<Uuid>,
    pub team: Vec<Uuid>,
    /// The day that was set; none: the rule's period from today.
    pub due_on: Option<NaiveDate>,
    pub actor: Option<&'a Actor>,
    pub note: String,
}

/// Orders the visit that follows a filing: a task for the supervising department, with its clock.
///
/// # Errors
/// What the store answers.
pub async fn order(
    app: &App,
    tx: &Tx,
    kind: VisitKind,
    clinic: &clinic::Model,
    filing: Option<&filing::Model>,
) -> Result<()> {
    if kind == VisitKind::Change {
        // Nobody verifies the place that the clinic has left.
        for former in tx.open_visits(clinic.id).await? {
            if matches!(former.kind, VisitKind::Establishment | VisitKind::Change) {
                let moved = "诊所地址已变更，按新地址核查".to_owned();
                drop_one(app, tx, former, None, moved).await?;
            }
        }
    }
    let id = app.clock.new_id();
    let cause = Cause { id, kind, filing, draw: None, team: vec![], due_on: None, actor: None, note: String::new() };
    plan(app, tx, clinic, cause).await.map(drop)
}

/// Adds a visit with its clock and the first step of its history.
pub(super) async fn plan(app: &App, tx: &Tx, clinic: &clinic::Model, cause: Cause<'_>) -> Result<row::Model> {
    let (now, today) = (app.clock.now(), app.clock.today());
    let authority = tx.authority(clinic.authority_id).await?;
    let supervisor = tx.authority(clinic.supervisor_id.unwrap_or(clinic.authority_id)).await?;
    let law = app.law_of(&authority);
    let clinic_type = clinic.record.clinic_type;
    let items = law.checklist(clinic_type, today).map(|line| CheckItem {
        code: line.code.clone(),
        text: line.zh.clone(),
        basis: line.basis.clone(),
    });
    let checklist = Checklist(items.collect());
    let (region, year) = (&supervisor.region, today.year());
    let serial = tx.next_number(&format!("visit/{region}/{year}")).await?;
    let mut visit = row::Model {
        id: cause.id,
        case_number: format!("HC-{region}-{year}-{serial:06}"),
        kind: cause.kind,
        stage: VisitStage::Due,
        clinic_id: clinic.id,
        filing_id: cause.filing.map(|f| f.id),
        draw_id: cause.draw,
        authority_id: authority.id,
        supervisor_id: supervisor.id,
        owner_id: clinic.owner_id,
        inspectors: Team(cause.team),
        checklist,
        record: None,
        due_on: today,
        due_guessed: false,
        rectify_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let due = match cause.due_on {
        Some(day) => {
            clocks::until(app, tx, &law, &subject(&visit), "R-055", cause.kind.zh(), day).await?;
            Due { on: day, guessed: false }
        }
        None => {
            let (name, unless) = match clinic_type.profile() {
                Profile::Tcm2017 => ("days_tcm", 30.0),
                Profile::Clinic2022 => ("days", 45.0),
            };
            clocks::start(app, tx, &law, &subject(&visit), "R-055", name, unless, cause.kind.zh(), today).await?
        }
    };
    (visit.due_on, visit.due_guessed) = (due.on, due.guessed);
    tx.add_visit(visit.clone()).await?;
    if visit.kind.announced() {
        messages::of_visit(app, tx, &visit, clinic, None).await?;
    }
    let step = Step { action: VisitAction::Assign, from: VisitStage::Due, note: cause.note };
    if step.note.is_empty() && visit.inspectors.0.is_empty() {
        return Ok(visit);
    }
    log(app, tx, &visit, 0, cause.actor, step).await?;
    Ok(visit)
}

/// Whose clock a visit's is; the clinic's, too, as soon as it may know of the visit.
fn subject(visit: &row::Model) -> Subject {
    Subject {
        id: visit.id,
        filing: visit.filing_id,
        clinic: Some(visit.clinic_id),
        visit: Some(visit.id),
        complaint: None,
        authority: Some(visit.authority_id),
        supervisor: Some(visit.supervisor_id),
        owner: Some(visit.owner_id).filter(|_| visit.kind.announced() || visit.record.is_some()),
    }
}

/// A step as the history has it.
struct Step {
    action: VisitAction,
    from: VisitStage,
    note: String,
}

/// Appends to the history of a visit; `sequence` is the version that the step was taken on.
async fn log(app: &App, tx: &Tx, visit: &row::Model, sequence: i32, actor: Option<&Actor>, step: Step) -> Result<()> {
    let recorded = matches!(step.action, VisitAction::Pass | VisitAction::OrderRectification | VisitAction::Fail);
    let event = visit_event::Model {
        id: app.clock.new_id(),
        visit_id: visit.id,
        sequence,
        at: app.clock.now(),
        actor_id: actor.map(|a| a.id.0),
        actor_name: actor.map_or_else(|| SYSTEM.to_owned(), |a| a.name.clone()),
        action: step.action,
        from_stage: step.from,
        to_stage: visit.stage,
        note: step.note,
        record: visit.record.clone().filter(|_| recorded),
    };
    tx.add_visit_event(event).await
}

/// The open visits of a clinic that has ended are no longer to be done.
///
/// # Errors
/// What the store answers.
pub async fn drop_all(app: &App, tx: &Tx, clinic: &clinic::Model) -> Result<()> {
    for visit in tx.open_visits(clinic.id).await? {
        drop_one(app, tx, visit, None, format!("诊所{}", clinic.state.zh())).await?;
    }
    Ok(())
}

async fn drop_one(app: &App, tx: &Tx, mut visit: row::Model, actor: Option<&Actor>, note: String) -> Result<()> {
    let (from, seen) = (visit.stage, visit.version);
    visit.stage = VisitStage::Dropped;
    visit.updated_at = app.clock.now();
    clocks::stop(tx, visit.id, None).await?;
    let visit = tx.advance_visit(visit, seen).await?;
    log(app, tx, &visit, seen, actor, Step { action: VisitAction::Drop, from, note }).await
}

/// Orders a special inspection of a clinic that the actor's authority supervises.
///
/// # Errors
/// `Forbidden` for other roles; `NotFound` when the clinic is not the authority's; `Invalid` with every field error.
pub async fn special(app: &App, actor: &Actor, new: Special, once: &Once) -> Result<Case> {
    let id = app.clock.new_id();
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, id, app.clock.now()).await? {
        let visit = tx.visit(actor, VisitId(earlier)).await?;
        return case_of(&tx, actor, visit).await;
    }
    let visit = order_special(app, &tx, actor, new, id).await?;
    let case = case_of(&tx, actor, visit).await?;
    tx.commit().await?;
    Ok(case)
}

/// The same within a unit of work; `id` is the visit's.
///
/// # Errors
/// As [`special`].
pub(super) async fn order_special(app: &App, tx: &Tx, actor: &Actor, new: Special, id: Uuid) -> Result<row::Model> {
    let (Role::Officer | Role::Approver, Some(authority)) = (actor.role, actor.authority) else {
        return Err(Error::Forbidden);
    };
    let number = facts::canonical_number(&new.clinic);
    let clinic = tx.clinic_under(authority.0, &number).await?;
    if clinic.supervisor_id != Some(authority.0) {
        return Err(Error::NotFound("clinic"));
    }
    life::foresee(&clinic, ClinicAct::Verify)?;
    let mut problems = members(tx, authority.0, &new.team, "/team").await?;
    problems.extend(due_problem(app.clock.today(), new.due_on));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let cause = Cause {
        id,
        kind: VisitKind::Special,
        filing: None,
        draw: None,
        team: new.team.iter().map(|id| id.0).collect(),
        due_on: Some(new.due_on),
        actor: Some(actor),
        note: new.reason,
    };
    plan(app, tx, &clinic, cause).await
}

/// What is wrong with a day that a visit is to be made by.
pub(super) fn due_problem(today: NaiveDate, due_on: NaiveDate) -> Option<Problem> {
    let last = today.checked_add_days(Days::new(FARTHEST)).unwrap_or(today);
    (due_on < today || due_on > last).then(|| {
        Problem::new(
            "/due_on",
            format!("检查期限须在今天（{today}）至{last}之间。"),
            format!("The day must lie between today ({today}) and {last}."),
        )
    })
}

/// Members of a team who are no inspectors of the authority, or stand twice.
async fn members(tx: &Tx, authority: Uuid, team: &[AccountId], pointer: &str) -> Result<Vec<Problem>> {
    let inspectors = tx.inspectors(authority).await?;
    let problems = team.iter().enumerate().filter_map(|(n, member)| {
        let at = format!("{pointer}/{n}");
        if !inspectors.iter().any(|i| i.id == member.0) {
            let zh = "不是本监管部门的核查人员，请从本部门核查岗中选择。";
            return Some(Problem::new(at, zh, "This is no inspector of the supervising department."));
        }
        let twice = team.iter().take(n).any(|earlier| earlier == member);
        twice.then(|| Problem::new(at, "同一人员重复，请删除。", "This person stands twice."))
    });
    Ok(problems.collect())
}

/// A visit within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: VisitId) -> Result<Case> {
    let tx = app.store.snapshot().await?;
    let visit = tx.visit(actor, id).await?;
    case_of(&tx, actor, visit).await
}

/// Visits within the actor's scope with their clinics, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(
    app: &App,
    actor: &Actor,
    mut filter: VisitFilter,
    limit: u64,
) -> Result<Vec<(row::Model, clinic::Model)>> {
    filter.clinic = filter.clinic.map(|number| facts::canonical_number(&number));
    let visits = app.store.visits(actor, filter, limit + 1).await?;
    let clinics = app.store.clinics_by_id(visits.iter().map(|visit| visit.clinic_id)).await?;
    Ok(visits.into_iter().filter_map(|visit| clinics.get(&visit.clinic_id).cloned().map(|c| (visit, c))).collect())
}

/// The history, oldest first. The clinic reads what was done and when, not what was noted inside.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn history(app: &App, actor: &Actor, id: VisitId) -> Result<Vec<visit_event::Model>> {
    app.store.visit(actor, id).await?;
    let mut rows = app.store.visit_events(id).await?;
    if actor.role == Role::Clinic {
        for event in &mut rows {
            event.note.clear();
            event.actor_name.clear();
            event.record = None;
        }
    }
    Ok(rows)
}

/// The case of a row that the actor has loaded within scope.
async fn case_of(tx: &Tx, actor: &Actor, mut visit: row::Model) -> Result<Case> {
    let clinic = tx.clinic(visit.clinic_id).await?;
    let supervisor = tx.authority(visit.supervisor_id).await?;
    let inside = actor.role != Role::Clinic;
    if !inside && let Some(record) = &mut visit.record {
        // What was noted inside; the defects themselves are for the clinic to put right.
        record.findings.clear();
    }
    let team = if inside { tx.accounts(&visit.inspectors.0).await? } else { vec![] };
    let photos = if inside { tx.visit_photos(visit.id).await? } else { vec![] };
    let papers = tx.papers_of(Of::Visit(visit.id)).await?;
    let ours = actor.authority.is_some_and(|a| a.0 == visit.supervisor_id);
    let mut actions = if ours { visit::allowed(visit.stage, actor.role) } else { vec![] };
    actions.retain(|action| steps::assigned(&visit, actor, *action));
    Ok(Case { row: visit, clinic, supervisor, team, photos, papers, actions })
}

/// The longest rectification that may be ordered on a day.
fn last_day_to_rectify(law: &Law, today: NaiveDate) -> NaiveDate {
    let period = crate::domain::clock::period(law, "R-056", "days", 30.0, today);
    crate::domain::clock::due(law, today, period).on
}
