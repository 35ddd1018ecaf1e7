//! Steps of a visit: assign, pass, order rectification, extend, fail, drop.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline::numeric_date;
use crate::domain::id::{AccountId, VisitId};
use crate::domain::law::Law;
use crate::domain::standing::ClinicAct;
use crate::domain::turn::{OutOfTurn, Thing};
use crate::domain::visit::{self, Record, Team, VisitAction, VisitKind, VisitStage};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{clinic, visit as row};
use crate::store::idempotency::Once;
use crate::usecase::clocks::{self, Subject};
use crate::usecase::life::{self, Happening};
use crate::usecase::messages;
use crate::usecase::papers;
use crate::usecase::visits::{self, Case, Step, record};

/// What a person wants done, with what the action needs.
#[derive(Clone, Debug)]
pub struct Command {
    pub action: VisitAction,
    /// Why: needed to extend, to fail, to drop, and to assign a drawn visit anew.
    pub reason: String,
    /// Who goes (assign).
    pub team: Vec<AccountId>,
    /// What was found (pass, order rectification, fail).
    pub record: Option<Record>,
    /// By when the defects are to be put right (order rectification, extend).
    pub rectify_by: Option<NaiveDate>,
}

/// Takes one step.
///
/// # Errors
/// `Stale`; `OutOfTurn` with what is allowed instead and for whom; `Invalid` with every field error; `Standing` when the
/// clinic has ended meanwhile.
pub async fn act(app: &App, actor: &Actor, id: VisitId, seen: i32, command: Command, once: &Once) -> Result<Case> {
    let tx = app.store.begin().await?;
    let mut row = tx.visit(actor, id).await?;
    if tx.claim(once, id.0, app.clock.now()).await?.is_some() {
        return visits::case_of(&tx, actor, row).await;
    }
    if row.version != seen {
        return Err(Error::Stale);
    }
    let (from, action) = (row.stage, command.action);
    let to = visit::decide(from, action, actor.role)?;
    ours(&row, actor, action)?;
    let mut clinic = tx.clinic(row.clinic_id).await?;
    let authority = tx.authority(row.authority_id).await?;
    let law = app.law_of(&authority);
    let problems = problems(app, &tx, &law, &row, &clinic, &command).await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    row.stage = to;
    row.updated_at = app.clock.now();
    if let Some(record) = command.record.clone() {
        row.record = Some(record);
    }
    match action {
        VisitAction::Assign => row.inspectors = Team(command.team.iter().map(|id| id.0).collect()),
        VisitAction::Pass => pass(app, &tx, actor, &row, &mut clinic).await?,
        VisitAction::OrderRectification | VisitAction::Extend => {
            rectify(app, &tx, &law, &mut row, &command, action).await?;
        }
        VisitAction::Fail => fail(app, &tx, &law, &row, &clinic).await?,
        VisitAction::Drop => clocks::stop(&tx, row.id, None).await?,
    }
    put_on_paper(app, &tx, &law, actor, (&row, &clinic), &command).await?;
    let row = tx.advance_visit(row, seen).await?;
    visits::log(app, &tx, &row, seen, Some(actor), Step { action, from, note: note(&command, &row) }).await?;
    messages::of_visit(app, &tx, &row, &clinic, Some(action)).await?;
    let case = visits::case_of(&tx, actor, row).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(case)
}

/// The record of a visit that was made, and the notice of what is to be put right by when.
async fn put_on_paper(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    about: (&row::Model, &clinic::Model),
    command: &Command,
) -> Result<()> {
    if matches!(command.action, VisitAction::Pass | VisitAction::OrderRectification | VisitAction::Fail) {
        papers::recorded(app, tx, law, actor, about, command.action).await?;
    }
    if matches!(command.action, VisitAction::OrderRectification | VisitAction::Extend) {
        papers::rectified(app, tx, law, actor, about, &command.reason).await?;
    }
    Ok(())
}

/// Whether the step is for the actor's authority, and for the actor where a team was assigned.
fn ours(row: &row::Model, actor: &Actor, action: VisitAction) -> Result<(), OutOfTurn> {
    let word = (action.zh(), action.en());
    if actor.authority.is_none_or(|a| a.0 != row.supervisor_id) {
        return Err(OutOfTurn::Office { thing: Thing::Visit, action: word });
    }
    if assigned(row, actor, action) { Ok(()) } else { Err(OutOfTurn::Team { action: word }) }
}

/// Whether the step is for the actor: what was found is recorded by those who were sent, where somebody was.
pub(super) fn assigned(row: &row::Model, actor: &Actor, action: VisitAction) -> bool {
    let recorded = matches!(action, VisitAction::Pass | VisitAction::OrderRectification | VisitAction::Fail);
    !recorded || row.inspectors.0.is_empty() || row.inspectors.0.contains(&actor.id.0)
}

/// Everything that the command lacks or has wrong.
async fn problems(
    app: &App,
    tx: &Tx,
    law: &Law,
    row: &row::Model,
    clinic: &clinic::Model,
    command: &Command,
) -> Result<Vec<Problem>> {
    let today = app.clock.today();
    let mut found = vec![];
    match command.action {
        VisitAction::Assign => {
            if command.team.is_empty() {
                found.push(Problem::new("/team", "请选择核查人员。", "Name the inspectors."));
            }
            found.extend(visits::members(tx, row.supervisor_id, &command.team, "/team").await?);
            if row.draw_id.is_some() {
                found.extend(lacks_reason(command, "调整随机抽取的人员", "changing a drawn team"));
            }
        }
        VisitAction::Pass | VisitAction::OrderRectification | VisitAction::Fail => {
            found.extend(record::problems(row, clinic.filed_on, today, command.action, command.record.as_ref()));
        }
        VisitAction::Extend | VisitAction::Drop => (),
    }
    match command.action {
        VisitAction::Extend => found.extend(lacks_reason(command, "延长整改期限", "an extension")),
        VisitAction::Fail => found.extend(lacks_reason(command, "核查不通过", "a failed visit")),
        VisitAction::Drop => found.extend(lacks_reason(command, "不再核查", "dropping a visit")),
        VisitAction::Assign | VisitAction::Pass | VisitAction::OrderRectification => (),
    }
    if matches!(command.action, VisitAction::OrderRectification | VisitAction::Extend) {
        found.extend(deadline_problem(law, today, row.rectify_by, command.rectify_by));
    }
    Ok(found)
}

/// What is wrong with the day by which the defects are to be put right.
fn deadline_problem(law: &Law, today: NaiveDate, before: Option<NaiveDate>, by: Option<NaiveDate>) -> Option<Problem> {
    let at = "/rectify_by";
    let Some(by) = by else {
        return Some(Problem::new(at, "请填写整改期限。", "Name the day by which the defects are to be put right."));
    };
    let last = visits::last_day_to_rectify(law, today);
    if by <= today || by > last {
        return Some(Problem::new(
            at,
            format!("整改期限须在今天之后、{}之前（含当日，R-056）。", numeric_date(last)),
            format!("The deadline must be after today and not after {last} (R-056)."),
        ));
    }
    let early = before.filter(|before| by <= *before)?;
    let zh = format!("延长后的期限须晚于原期限（{}）。", numeric_date(early));
    Some(Problem::new(at, zh, format!("An extension ends after the deadline that it extends ({early}).")))
}

fn lacks_reason(command: &Command, zh: &str, en: &str) -> Option<Problem> {
    let given = command.reason.trim().chars().count() >= 2;
    (!given).then(|| Problem::new("/reason", format!("{zh}须说明原因。"), format!("Give the reason for {en}.")))
}

/// What the history says of a step.
fn note(command: &Command, row: &row::Model) -> String {
    let by = row.rectify_by.filter(|_| command.rectify_by.is_some());
    let by = by.map(|day| format!("整改期限：{}。", numeric_date(day))).unwrap_or_default();
    format!("{by}{}", command.reason)
}

/// The clinic is as it must be: the clocks are met, and after a filing the clinic counts as verified.
async fn pass(app: &App, tx: &Tx, actor: &Actor, row: &row::Model, clinic: &mut clinic::Model) -> Result<()> {
    meet(app, tx, row.id).await?;
    if !matches!(row.kind, VisitKind::Establishment | VisitKind::Change) {
        return Ok(());
    }
    let today = app.clock.today();
    let visited_on = row.record.as_ref().map_or(today, |record| record.visited_on);
    let what = Happening {
        visit: Some(row.id),
        filing: row.filing_id,
        note: format!("{}，{}", row.kind.zh(), row.case_number),
        ..Happening::new(ClinicAct::Verify, visited_on, Some(actor))
    };
    life::happen(app, tx, clinic, what).await
}

async fn rectify(
    app: &App,
    tx: &Tx,
    law: &Law,
    row: &mut row::Model,
    command: &Command,
    action: VisitAction,
) -> Result<()> {
    // The visit itself was made; an extension only moves the end of the rectification.
    if action == VisitAction::OrderRectification {
        clocks::meet(app, tx, row.id, "R-055").await?;
    } else {
        clocks::stop(tx, row.id, Some("R-056")).await?;
    }
    row.rectify_by = command.rectify_by;
    let by = command.rectify_by.unwrap_or(row.due_on);
    clocks::until(app, tx, law, &visits::subject(row), "R-056", "限期整改", by).await
}

/// The authority that filed the clinic is told to decide: a task with its clock.
async fn fail(app: &App, tx: &Tx, law: &Law, row: &row::Model, clinic: &clinic::Model) -> Result<()> {
    meet(app, tx, row.id).await?;
    let task = Subject { visit: Some(row.id), ..Subject::clinic(clinic) };
    let today = app.clock.today();
    clocks::start(app, tx, law, &task, "R-056", "days_revoke", 30.0, "拟撤销备案", today).await.map(drop)
}

async fn meet(app: &App, tx: &Tx, visit: Uuid) -> Result<()> {
    clocks::meet(app, tx, visit, "R-055").await?;
    clocks::meet(app, tx, visit, "R-056").await
}

/// Whether photos may still be added by the actor.
pub(super) fn photographs(row: &row::Model, actor: &Actor) -> Result<()> {
    use crate::domain::actor::Role;
    let action = ("上传照片", "add a photo");
    let thing = Thing::Visit;
    if actor.role != Role::Inspector {
        return Err(OutOfTurn::Role { thing, action, roles: &[Role::Inspector] }.into());
    }
    if actor.authority.is_none_or(|a| a.0 != row.supervisor_id) {
        return Err(OutOfTurn::Office { thing, action }.into());
    }
    if !visit::open(row.stage) {
        let stage = (VisitStage::zh(row.stage), VisitStage::en(row.stage));
        return Err(OutOfTurn::Stage { thing, stage, action, allowed: vec![] }.into());
    }
    Ok(())
}
