//! Steps of a filing's lifecycle: submit, withdraw, request correction, redirect, recommend, issue.

use chrono::Datelike;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline;
use crate::domain::filing::{self as decisions, Defect, Findings, Notice};
use crate::domain::id::{AuthorityId, FilingId};
use crate::domain::lifecycle::{Action, Stage};
use crate::domain::rules;
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{filing, filing_event};
use crate::store::idempotency::Once;
use crate::usecase::facts::{self, Known};
use crate::usecase::filings::{self, Case};
use crate::usecase::issuance;

/// What a person wants done, with what the action needs.
#[derive(Clone, Debug)]
pub struct Command {
    pub action: Action,
    /// Why: needed for a redirect, a withdrawal after receipt, and a second correction notice.
    pub reason: String,
    /// Every defect of a correction notice.
    pub defects: Vec<Defect>,
    /// The right authority of a redirect.
    pub authority: Option<AuthorityId>,
    /// The number that the registration system assigned, if it did (issue).
    pub number: Option<String>,
}

/// Takes one step.
///
/// # Errors
/// `Stale`, `Refused` with what is allowed instead, `Blocked` with every finding, `Invalid` with every field error.
pub async fn act(app: &App, actor: &Actor, id: FilingId, seen: i32, command: Command, once: &Once) -> Result<Case> {
    let now = app.clock.now();
    // Drawn before the transaction, so that the series of numbers is held as briefly as possible.
    if command.action == Action::Issue {
        issuance::rehearse(app, actor, id, command.number.as_deref()).await?;
    }
    let tx = app.store.begin().await?;
    if tx.claim(once, id.0, now).await?.is_some() {
        let row = tx.claimed_filing(id).await?;
        return filings::case_of(app, &tx, actor, row).await;
    }
    let mut row = tx.filing(actor, id).await?;
    if row.version != seen {
        return Err(Error::Stale);
    }
    let from = row.stage;
    let past = decisions::Facts::of(row.notices, row.recommended_by, actor);
    let to = decisions::decide(from, command.action, actor, past)?;
    // What stands is found once, on the filing as it was: the check that the clinic saw and the step agree.
    let known = facts::gather(app, &tx, &row, command.number.as_deref()).await?;
    let findings = rules::check(&row.dossier, &known.facts(app, &row));
    if matches!(command.action, Action::Submit | Action::Issue) {
        filings::undisturbed(&tx, &row).await?;
        facts::passes(app, row.dossier.clinic_type, &findings)?;
    }
    row.stage = to;
    row.updated_at = now;
    let note = match command.action {
        Action::Submit => submit(app, &tx, &mut row, &known, &command).await?,
        Action::Withdraw => withdraw(&command, from)?,
        Action::RequestCorrection => request_correction(app, &mut row, &command)?,
        Action::Redirect => redirect(&tx, &mut row, &command).await?,
        Action::Recommend => {
            row.recommended_by = Some(actor.id.0);
            command.reason.clone()
        }
        Action::Issue => issuance::issue(app, &tx, actor, &mut row, command.number.as_deref()).await?,
    };
    let event = filing_event::Model {
        id: app.clock.new_id(),
        filing_id: row.id,
        sequence: seen,
        at: now,
        actor_id: actor.id.0,
        actor_name: actor.name.clone(),
        actor_role: actor.role,
        action: command.action,
        from_stage: from,
        to_stage: row.stage,
        note,
        notice: row.notice.clone().filter(|_| command.action == Action::RequestCorrection),
        rule_set: i32::try_from(app.law.rule_set()).map_err(Error::internal)?,
        findings: Findings(findings),
    };
    let row = tx.advance_filing(row, seen).await?;
    tx.add_filing_event(event).await?;
    let case = filings::case_of(app, &tx, actor, row).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(case)
}

/// Receives the filing: the authority is fixed, the number given, the clock started.
async fn submit(app: &App, tx: &Tx, row: &mut filing::Model, known: &Known, command: &Command) -> Result<String> {
    let authority = known.authority().ok_or(Error::NotFound("authority"))?;
    row.authority_id = Some(authority.id);
    row.submitted = Some(row.dossier.clone());
    let now = app.clock.now();
    if row.case_number.is_none() {
        let region = &authority.region;
        let year = app.clock.today().year();
        let serial = tx.next_number(&format!("case/{region}/{year}")).await?;
        row.case_number = Some(format!("BA-{region}-{year}-{serial:06}"));
    }
    let received = deadline::receipt(now, app.law.calendar(), app.settings.cutoff_hour);
    let days = app.law.threshold("R-050", "days", received.on).unwrap_or(5.0);
    let due = app.law.calendar().add_workdays(received.on, days as u32);
    row.submitted_at = Some(now);
    row.received_on = Some(received.on);
    row.due_on = Some(due.on);
    row.due_guessed = received.guessed || due.guessed;
    row.notice = None;
    row.recommended_by = None;
    Ok(command.reason.clone())
}

fn withdraw(command: &Command, from: Stage) -> Result<String> {
    if from != Stage::Draft {
        needs_reason(command, "撤回已提交的备案", "withdrawing a submitted filing")?;
    }
    Ok(command.reason.clone())
}

fn request_correction(app: &App, row: &mut filing::Model, command: &Command) -> Result<String> {
    if command.defects.is_empty() {
        return Err(Error::field(
            "/defects",
            "一次性告知须列出全部需要补正的内容。",
            "A correction notice lists every defect.",
        ));
    }
    let today = app.clock.today();
    let nowhere = command.defects.iter().enumerate().filter(|(_, d)| !points_somewhere(app, row, &d.pointer));
    let nowhere = nowhere.map(|(n, d)| {
        Problem::new(
            format!("/defects/{n}/pointer"),
            format!("“{}”不是信息表中的一项，也不是材料清单中的材料，请核对。", d.pointer),
            format!("{} is no field of the form and no material of the list.", d.pointer),
        )
    });
    let unknown = command.defects.iter().enumerate().filter(|(_, d)| app.law.rule(&d.rule, today).is_none());
    let unknown = unknown.map(|(n, d)| {
        Problem::new(
            format!("/defects/{n}/rule"),
            format!("没有现行有效的规则“{}”，请从规则列表中选择。", d.rule),
            format!("No rule {} is in force; choose one of the list.", d.rule),
        )
    });
    let problems: Vec<Problem> = nowhere.chain(unknown).collect();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    if row.notices > 0 {
        needs_reason(command, "再次告知（R-051）", "a second notice (R-051)")?;
    }
    row.notices += 1;
    row.recommended_by = None;
    row.notice = Some(Notice {
        round: row.notices,
        at: app.clock.now(),
        reason: command.reason.clone(),
        defects: command.defects.clone(),
    });
    row.due_on = None;
    Ok(command.reason.clone())
}

/// Whether a pointer leads to an item of the form or to a material of the list; `""` is the filing as a whole.
fn points_somewhere(app: &App, row: &filing::Model, pointer: &str) -> bool {
    if let Some(code) = pointer.strip_prefix("/materials/") {
        return app.law.material(code).is_some();
    }
    let item = pointer.split('/').nth(1);
    item.is_none_or(|item| serde_json::to_value(&row.dossier).is_ok_and(|form| form.get(item).is_some()))
}

async fn redirect(tx: &Tx, row: &mut filing::Model, command: &Command) -> Result<String> {
    needs_reason(command, "转出", "a redirect")?;
    let target = command.authority.filter(|a| Some(a.0) != row.authority_id).ok_or_else(|| {
        Error::field("/authority_id", "请选择有权办理的另一备案机关。", "Name the other authority that is in charge.")
    })?;
    let right = tx.authority(target.0).await.map_err(|_| {
        Error::field("/authority_id", "没有该备案机关，请从列表中选择。", "No such authority; choose one of the list.")
    })?;
    row.authority_id = Some(right.id);
    row.redirected = true;
    row.due_on = None;
    Ok(format!("{}：{}", right.name, command.reason))
}

fn needs_reason(command: &Command, zh: &str, en: &str) -> Result<()> {
    if command.reason.trim().chars().count() >= 2 {
        return Ok(());
    }
    Err(Error::field("/reason", format!("{zh}须说明原因。"), format!("Give the reason for {en}.")))
}
