//! What the office does with a report: accept, forward, order a special inspection, close; and reading how the reporter
//! can be reached.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::clock::ClockState;
use crate::domain::complaint::{self, ComplaintAction, ComplaintOutcome, ComplaintStage};
use crate::domain::deadline;
use crate::domain::id::{AccountId, AuthorityId, ComplaintId};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{complaint as row, complaint_reading};
use crate::store::idempotency::Once;
use crate::usecase::complaints::{self, Case};
use crate::usecase::visits::{self, Special};
use crate::usecase::{clocks, facts, unmaskings};

/// What a person wants done, with what the action needs.
#[derive(Clone, Debug)]
pub struct Command {
    pub action: ComplaintAction,
    /// Why: needed to forward and to order an inspection; else a note for the office.
    pub reason: String,
    /// To whom it goes (forward).
    pub authority: Option<AuthorityId>,
    /// What came of it (close).
    pub outcome: Option<ComplaintOutcome>,
    /// What the reporter is told, in public (close).
    pub reply: String,
    /// 备案编号 of the clinic to inspect, where the report names none that is filed (order visit).
    pub clinic: Option<String>,
    /// By when it is to be inspected (order visit).
    pub due_on: Option<NaiveDate>,
    /// Who goes (order visit); may be left open.
    pub team: Vec<AccountId>,
}

/// Takes one step.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Stale`; `OutOfTurn` with what is allowed instead and for whom; `Invalid` with
/// every field error; for an inspection what [`visits::special`] answers.
pub async fn act(app: &App, actor: &Actor, id: ComplaintId, seen: i32, command: Command, once: &Once) -> Result<Case> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    if tx.claim(once, id.0, now).await?.is_some() {
        return complaints::claimed(&tx, actor, id.0).await;
    }
    let mut row = tx.complaint(actor, id).await?;
    if row.version != seen {
        return Err(Error::Stale);
    }
    let (from, action) = (row.stage, command.action);
    let to = complaint::decide(from, action, actor.role)?;
    let problems = problems(&tx, &row, &command).await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    row.stage = to;
    row.updated_at = now;
    let mut note = command.reason.clone();
    match action {
        ComplaintAction::Receive => return Err(Error::internal(anyhow::anyhow!("the first step is nobody's"))),
        ComplaintAction::Accept => {
            clocks::meet_item(app, &tx, row.id, complaint::RULE, complaint::ACCEPTANCE).await?;
        }
        ComplaintAction::Forward => note = forward(app, &tx, &mut row, &command).await?,
        ComplaintAction::OrderVisit => note = order_visit(app, &tx, actor, &mut row, command).await?,
        ComplaintAction::Close => {
            row.outcome = command.outcome;
            row.reply = command.reply;
            let state = (ClockState::Met, Some(app.clock.today()));
            tx.end_deadlines(row.id, Some(complaint::RULE), state.0, state.1).await?;
        }
    }
    let row = tx.advance_complaint(row, seen).await?;
    complaints::log(app, &tx, &row, Some(actor), action, from, note).await?;
    let case = complaints::case_of(&tx, actor, row).await?;
    tx.commit().await?;
    Ok(case)
}

/// Everything that the command lacks or has wrong.
async fn problems(tx: &Tx, row: &row::Model, command: &Command) -> Result<Vec<Problem>> {
    let mut found = vec![];
    let blank = |text: &str| text.trim().chars().count() < 2;
    match command.action {
        ComplaintAction::Receive | ComplaintAction::Accept => (),
        ComplaintAction::Forward => {
            if blank(&command.reason) {
                found.push(Problem::new("/reason", "请写明转办原因。", "Give the reason."));
            }
            let authorities = tx.authorities().await?;
            let known = command.authority.filter(|to| authorities.iter().any(|row| row.id == to.0));
            if known.is_none_or(|to| to.0 == row.authority_id) {
                let zh = "请选择要转给的其他机关。";
                found.push(Problem::new("/authority_id", zh, "Choose the other authority that it goes to."));
            }
        }
        ComplaintAction::OrderVisit => {
            if blank(&command.reason) {
                found.push(Problem::new("/reason", "请写明检查原因。", "Give the reason."));
            }
            if command.due_on.is_none() {
                found.push(Problem::new("/due_on", "请填写检查期限。", "Give the day by which it is to be inspected."));
            }
            if row.clinic_id.is_none() && command.clinic.is_none() {
                let zh = "举报的不是登记簿中的诊所；已查明是哪家的，请填写其备案编号。";
                found.push(Problem::new("/clinic", zh, "The report names no filed clinic; give its filing number."));
            }
            if row.visit_id.is_some() {
                let zh = "已安排过检查，请在该次检查中办理。";
                found.push(Problem::new("/action", zh, "An inspection is ordered already; go on there."));
            }
        }
        ComplaintAction::Close => {
            match command.outcome {
                None => found.push(Problem::new("/outcome", "请选择办理结果。", "Choose what came of it.")),
                Some(outcome)
                    if row.stage != ComplaintStage::Accepted && outcome != ComplaintOutcome::NotActionable =>
                {
                    let zh = "未受理的，只能以“不属于办理范围”办结；其他结果请先受理。";
                    let en = "What was not accepted can only be closed as not actionable; accept it first.";
                    found.push(Problem::new("/outcome", zh, en));
                }
                Some(_) => (),
            }
            if blank(&command.reply) {
                let zh = "请填写答复；举报人凭查询编号可以看到。";
                found.push(Problem::new("/reply", zh, "Write the reply, which the reporter will read."));
            }
            if complaint::tells_contact(&command.reply, &row.contact) {
                let zh = "答复是公开的，不得写入举报人的联系方式，请删去。";
                found.push(Problem::new(
                    "/reply",
                    zh,
                    "The reply is public: leave out how the reporter can be reached.",
                ));
            }
        }
    }
    Ok(found)
}

/// Another authority has it from now on: the answer is due when it was, acceptance anew. Answers the note.
async fn forward(app: &App, tx: &Tx, row: &mut row::Model, command: &Command) -> Result<String> {
    let to = command.authority.map(|authority| authority.0).ok_or(Error::NotFound("authority"))?;
    let (before, after) = (tx.authority(row.authority_id).await?, tx.authority(to).await?);
    row.authority_id = after.id;
    let accepting = tx.running_deadlines(row.id, complaint::RULE).await?.into_iter();
    let accepting = accepting.filter(|clock| clock.item == complaint::ACCEPTANCE).map(|clock| clock.id);
    tx.drop_deadlines(accepting.collect()).await?;
    tx.hand_over_deadlines(row.id, after.id).await?;
    let law = app.law_of(&after);
    let on = deadline::receipt_day(app.clock.now(), law.calendar(), app.settings.cutoff_hour);
    let (subject, rule) = (complaints::subject(row), complaint::RULE);
    let due = clocks::start(app, tx, &law, &subject, rule, "accept_days", 5.0, complaint::ACCEPTANCE, on).await?;
    row.accept_by = due.on;
    Ok(format!("{}转{}：{}", before.name, after.name, command.reason))
}

/// The supervising department goes and looks. Answers the note.
async fn order_visit(app: &App, tx: &Tx, actor: &Actor, row: &mut row::Model, command: Command) -> Result<String> {
    let number = match (row.clinic_id, command.clinic) {
        (Some(id), _) => tx.clinic(id).await?.number,
        (None, Some(typed)) => facts::canonical_number(&typed),
        (None, None) => return Err(Error::NotFound("clinic")),
    };
    let due_on = command.due_on.unwrap_or_else(|| app.clock.today());
    let reason = format!("{}（{}）", command.reason, row.case_number);
    let special = Special { clinic: number, due_on, reason, team: command.team };
    let visit = visits::order_special(app, tx, actor, special, app.clock.new_id()).await?;
    row.visit_id = Some(visit.id);
    row.clinic_id = Some(visit.clinic_id);
    Ok(format!("{}：{}", visit.case_number, command.reason))
}

/// The report with how the reporter can be reached, for whoever gives a reason; the reading is kept in the same
/// transaction.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for a role that does not need it; `Invalid` without a reason.
pub async fn unmask(app: &App, actor: &Actor, id: ComplaintId, reason: &str, once: &Once) -> Result<Case> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let row = tx.complaint(actor, id).await?;
    let authority = actor.authority.filter(|_| actor.role.may_unmask()).ok_or(Error::Forbidden)?;
    let reason = unmaskings::reasoned(reason)?;
    if tx.claim(once, row.id, now).await?.is_none() {
        let reading = complaint_reading::Model {
            id: app.clock.new_id(),
            complaint_id: row.id,
            authority_id: authority.0,
            actor_id: actor.id.0,
            actor_name: actor.name.clone(),
            actor_role: actor.role,
            reason: reason.to_owned(),
            at: now,
        };
        tx.add_complaint_reading(reading).await?;
    }
    let contact = row.contact.clone();
    let mut case = complaints::case_of(&tx, actor, row).await?;
    case.row.contact = contact;
    tx.commit().await?;
    Ok(case)
}
