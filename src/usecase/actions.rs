//! Steps of a filing's lifecycle: submit, withdraw, request correction, redirect, recommend, issue.

use chrono::Datelike;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline;
use crate::domain::filing::{self as decisions, Answer, Answers, Defect, Findings, Notice};
use crate::domain::id::{AuthorityId, FilingId};
use crate::domain::law::{Law, Severity};
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::rules::{self, Circumstances};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{filing, filing_event};
use crate::store::idempotency::Once;
use crate::usecase::clocks::{self, Subject};
use crate::usecase::completion;
use crate::usecase::facts::{self, Known, Told};
use crate::usecase::filings::{self, Case};
use crate::usecase::{issuance, likeness, loss, messages, papers};

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
    /// Why the clinic submits although rules warn (submit).
    pub answers: Vec<Answer>,
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
    if let (Some(_), false) = (&command.number, row.kind.writes_dossier()) {
        return Err(Error::field(
            "/number",
            format!("{}不改变备案编号，请勿填写。", row.kind.zh()),
            "This kind of filing leaves the number as it is; give none.",
        ));
    }
    let from = row.stage;
    let past = decisions::Facts::of(row.notices, row.recommended_by, actor);
    let to = decisions::decide(from, command.action, actor, past)?;
    // What stands is found once, on the filing as it was: the check that the clinic saw and the step agree.
    let known = facts::gather(app, &tx, &row, command.number.as_deref()).await?;
    let told_to = known.facts(app, &row);
    let findings = rules::check(&row.dossier, &told_to);
    let applied_by = known.authority().map(|a| (a.region.clone(), a.uscc.clone()));
    let circumstances = Circumstances::of(&told_to, applied_by);
    if matches!(command.action, Action::Submit | Action::Issue) {
        filings::undisturbed(&tx, &row).await?;
        let told = facts::tell(&known.law, app.clock.today(), row.dossier.clinic_type, &findings);
        if command.action == Action::Submit {
            row.answers = Some(answered(&told, &command)?);
        }
        facts::passes(told)?;
    }
    row.stage = to;
    row.updated_at = now;
    let note = match command.action {
        Action::Submit => submit(app, &tx, actor, &mut row, &known, &command).await?,
        Action::Withdraw => withdraw(app, &tx, actor, &row, &command, from).await?,
        Action::RequestCorrection => request_correction(app, &tx, actor, &known.law, &mut row, &command).await?,
        Action::Redirect => redirect(&tx, &mut row, &known, &command).await?,
        Action::Recommend => {
            row.recommended_by = Some(actor.id.0);
            command.reason.clone()
        }
        Action::Issue => {
            clocks::meet(app, &tx, row.id, "R-050").await?;
            completion::complete(app, &tx, actor, &mut row, &known.law, command.number.as_deref()).await?
        }
        // No stage knows it: refused above.
        Action::Import => return Err(Error::Forbidden),
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
        rule_set: i32::try_from(known.law.rule_set()).map_err(Error::internal)?,
        findings: Findings(findings),
        dossier: Some(row.dossier.clone()),
        circumstances: Some(circumstances),
    };
    let row = tx.advance_filing(row, seen).await?;
    tx.add_filing_event(event).await?;
    likeness::of_filing(&tx, &row).await?;
    messages::of_step(app, &tx, &row, command.action, from).await?;
    let case = filings::case_of(app, &tx, actor, row).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(case)
}

/// Receives the filing: the authority is fixed, the number given, the clock started.
async fn submit(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: &mut filing::Model,
    known: &Known,
    command: &Command,
) -> Result<String> {
    let authority = known.authority().ok_or(Error::NotFound("authority"))?;
    row.authority_id = Some(authority.id);
    if let Some(form) = known.form().filter(|_| !row.kind.writes_dossier()) {
        // What is filed may have changed since the draft.
        row.dossier = form.clone();
    }
    row.submitted = Some(row.dossier.clone());
    row.submitted_particulars.clone_from(&row.particulars);
    let now = app.clock.now();
    if row.case_number.is_none() {
        let region = &authority.region;
        let year = app.clock.today().year();
        let serial = tx.next_number(&format!("case/{region}/{year}")).await?;
        row.case_number = Some(format!("BA-{region}-{year}-{serial:06}"));
    }
    let law = &known.law;
    let received = deadline::receipt(now, law.calendar(), app.settings.cutoff_hour);
    let subject = Subject {
        id: row.id,
        filing: Some(row.id),
        authority: Some(authority.id),
        owner: Some(row.owner_id),
        clinic: row.clinic_id,
        ..Subject::default()
    };
    clocks::stop(tx, row.id, None).await?;
    let due = clocks::start(app, tx, law, &subject, "R-050", "days", 5.0, row.kind.zh(), received.on).await?;
    if row.kind == Kind::Reissue {
        loss::declare(app, tx, actor, row, law).await?;
    }
    row.submitted_at = Some(now);
    row.received_on = Some(received.on);
    row.due_on = Some(due.on);
    row.due_guessed = received.guessed || due.guessed;
    row.notice = None;
    row.recommended_by = None;
    papers::received(app, tx, law, actor, row, authority).await?;
    Ok(explained(command))
}

/// What stands in the history of a submission: its reason, and a line for each warning that was answered.
fn explained(command: &Command) -> String {
    let answers = command.answers.iter().map(|a| format!("{}：{}", a.rule, a.reason.trim()));
    let reason = Some(command.reason.clone()).filter(|reason| !reason.is_empty());
    reason.into_iter().chain(answers).collect::<Vec<_>>().join("\n")
}

async fn withdraw(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: &filing::Model,
    command: &Command,
    from: Stage,
) -> Result<String> {
    if from != Stage::Draft {
        needs_reason(command, "撤回已提交的备案", "withdrawing a submitted filing")?;
    }
    clocks::stop(tx, row.id, None).await?;
    if row.kind == Kind::Reissue && from != Stage::Draft {
        loss::take_back(app, tx, actor, row).await?;
    }
    Ok(command.reason.clone())
}

/// Every warning is answered with a reason that the officer sees. What blocks is told together with what is unanswered.
fn answered(told: &[Told], command: &Command) -> Result<Answers> {
    let given = |rule: &str| command.answers.iter().any(|a| a.rule == rule && a.reason.trim().chars().count() >= 2);
    let open = |t: &Told| t.answered && !given(&t.rule);
    let warns = |rule: &str| told.iter().any(|t| t.severity == Severity::Warning && t.rule == rule);
    let stray = command.answers.iter().enumerate().filter(|(_, a)| !warns(&a.rule)).map(|(n, a)| {
        Problem::new(
            format!("/answers/{n}/rule"),
            format!("没有这条提醒（{}），请删去该项说明。", a.rule),
            format!("{} does not warn about this filing; remove the answer.", a.rule),
        )
    });
    let stray: Vec<Problem> = stray.collect();
    if told.iter().any(open) {
        let problems = told.iter().filter(|t| t.blocks() || open(t)).map(|t| {
            let (zh, en) = if t.blocks() {
                (t.zh.clone(), t.en.clone())
            } else {
                let zh = format!("{}如情况属实，请在 answers 中说明理由。", t.zh);
                (zh, format!("{} If it is so, give the reason in `answers`.", t.en))
            };
            Problem { pointer: t.pointer.clone(), zh, en, rule: Some(t.rule.clone()) }
        });
        return Err(Error::Blocked(problems.chain(stray).collect()));
    }
    if !stray.is_empty() {
        return Err(Error::Invalid(stray));
    }
    Ok(Answers(command.answers.clone()))
}

async fn request_correction(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    law: &Law,
    row: &mut filing::Model,
    command: &Command,
) -> Result<String> {
    if command.defects.is_empty() {
        return Err(Error::field(
            "/defects",
            "一次性告知须列出全部需要补正的内容。",
            "A correction notice lists every defect.",
        ));
    }
    let today = app.clock.today();
    let nowhere = command.defects.iter().enumerate().filter(|(_, d)| !points_somewhere(law, row, &d.pointer));
    let nowhere = nowhere.map(|(n, d)| {
        Problem::new(
            format!("/defects/{n}/pointer"),
            format!("“{}”不是信息表中的一项，也不是材料清单中的材料，请核对。", d.pointer),
            format!("{} is no field of the form and no material of the list.", d.pointer),
        )
    });
    let unknown = command.defects.iter().enumerate().filter(|(_, d)| law.rule(&d.rule, today).is_none());
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
    clocks::meet(app, tx, row.id, "R-050").await?;
    row.recommended_by = None;
    let notice = Notice {
        round: row.notices,
        at: app.clock.now(),
        reason: command.reason.clone(),
        defects: command.defects.clone(),
    };
    papers::corrections(app, tx, law, actor, row, &notice).await?;
    row.notice = Some(notice);
    row.due_on = None;
    Ok(command.reason.clone())
}

/// Whether a pointer leads to an item of the form or to a material of the list; `""` is the filing as a whole.
fn points_somewhere(law: &Law, row: &filing::Model, pointer: &str) -> bool {
    if let Some(code) = pointer.strip_prefix("/materials/") {
        return law.material(code).is_some();
    }
    if let (Some(item), Some(particulars)) = (pointer.strip_prefix("/particulars/"), &row.particulars) {
        return serde_json::to_value(particulars).is_ok_and(|form| form.get(item).is_some());
    }
    let item = pointer.split('/').nth(1);
    item.is_none_or(|item| serde_json::to_value(&row.dossier).is_ok_and(|form| form.get(item).is_some()))
}

async fn redirect(tx: &Tx, row: &mut filing::Model, known: &Known, command: &Command) -> Result<String> {
    needs_reason(command, "转出", "a redirect")?;
    let target = command.authority.filter(|a| Some(a.0) != row.authority_id).ok_or_else(|| {
        // The table may know who is right.
        let right = known.responsible().filter(|right| Some(right.id) != row.authority_id);
        let (zh, en) = right.map_or_else(Default::default, |right| {
            (
                format!("按管辖表应为【{}】（{}）。", right.name, right.id),
                format!(" By the table it is {} ({}).", right.name, right.id),
            )
        });
        Error::field(
            "/authority_id",
            format!("请选择有权办理的另一备案机关。{zh}"),
            format!("Name the other authority that is in charge.{en}"),
        )
    })?;
    let right = tx.authority(target.0).await.map_err(|_| {
        Error::field("/authority_id", "没有该备案机关，请从列表中选择。", "No such authority; choose one of the list.")
    })?;
    row.authority_id = Some(right.id);
    row.redirected = true;
    clocks::stop(tx, row.id, None).await?;
    row.due_on = None;
    Ok(format!("{}：{}", right.name, command.reason))
}

fn needs_reason(command: &Command, zh: &str, en: &str) -> Result<()> {
    if command.reason.trim().chars().count() >= 2 {
        return Ok(());
    }
    Err(Error::field("/reason", format!("{zh}须说明原因。"), format!("Give the reason for {en}.")))
}
