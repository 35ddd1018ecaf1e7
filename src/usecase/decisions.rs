//! Decisions about a clinic: proposed by one person on a legal ground, decided by another, public at once.

use chrono::{Datelike, NaiveDate};

pub use crate::store::decisions::DecisionFilter;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::deadline::numeric_date;
use crate::domain::decision::{self, DecisionAction, DecisionKind, DecisionStage, PROPOSERS};
use crate::domain::id::{AuthorityId, DecisionId, VisitId};
use crate::domain::law::{Ground, Law};
use crate::domain::turn::{OutOfTurn, Thing};
use crate::error::{Clash, Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, decision as row};
use crate::store::idempotency::Once;
use crate::usecase::clocks;
use crate::usecase::facts;
use crate::usecase::life::{self, Happening};
use crate::usecase::messages;
use crate::usecase::papers::{self, Brief, Of};

/// A decision with all that its view shows.
pub struct Case {
    pub row: row::Model,
    pub clinic: clinic::Model,
    pub authority: authority::Model,
    pub papers: Vec<Brief>,
    /// What the reader may do to it now.
    pub actions: Vec<DecisionAction>,
}

/// A decision as it is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub kind: DecisionKind,
    /// 备案编号
    pub clinic: String,
    /// Code of a legal ground of the list.
    pub ground: String,
    /// 文号
    pub document_number: String,
    /// 事实, for the file; not announced.
    pub facts: String,
    pub effective_on: NaiveDate,
    /// The visit that found it, if one did.
    pub visit: Option<VisitId>,
}

/// Proposes a decision: nothing changes yet.
///
/// # Errors
/// `Forbidden` for other roles; `NotFound` when the authority neither filed nor supervises the clinic; `Standing` when it
/// cannot happen to the clinic; `Conflict` when the same is proposed already; `Invalid` with every field error.
pub async fn propose(app: &App, actor: &Actor, new: Proposal, once: &Once) -> Result<Case> {
    let office = actor.authority.filter(|_| PROPOSERS.contains(&actor.role)).ok_or(Error::Forbidden)?;
    let (now, today, id) = (app.clock.now(), app.clock.today(), app.clock.new_id());
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(once, id, now).await? {
        let row = tx.decision(actor, DecisionId(earlier)).await?;
        return case_of(&tx, actor, row).await;
    }
    let clinic = tx.clinic_under(office.0, &facts::canonical_number(&new.clinic)).await?;
    let issuer = tx.authority(clinic.authority_id).await?;
    let law = app.law_of(&issuer);
    let ground = ground(&law, &new, &clinic, today);
    let mut problems = wrong(app, &tx, actor, &new, &clinic).await?;
    let ground = match ground {
        Ok(ground) if problems.is_empty() => ground,
        Ok(_) => return Err(Error::Invalid(problems)),
        Err(problem) => {
            problems.insert(0, problem);
            return Err(Error::Invalid(problems));
        }
    };
    let typed = [("/facts", &new.facts), ("/document_number", &new.document_number)];
    papers::printable(app, typed.into_iter().map(|(at, text)| (at.to_owned(), text.clone())))?;
    life::foresee(&clinic, new.kind.act())?;
    // Two who propose the same at once wait for each other here.
    tx.hold_clinic(&clinic).await?;
    if tx.open_decision(clinic.id, new.kind).await? {
        return Err(Error::Conflict(Clash::OpenDecision));
    }
    let decides = if new.kind.issuers_alone() { issuer } else { tx.authority(office.0).await? };
    let (region, year) = (&decides.region, today.year());
    let serial = tx.next_number(&format!("decision/{region}/{year}")).await?;
    let row = row::Model {
        id,
        case_number: format!("JD-{region}-{year}-{serial:06}"),
        kind: new.kind,
        stage: DecisionStage::Proposed,
        clinic_id: clinic.id,
        authority_id: decides.id,
        visit_id: new.visit.map(|visit| visit.0),
        ground: ground.code.clone(),
        ground_text: ground.zh.clone(),
        basis: ground.basis(),
        document_number: new.document_number.trim().to_owned(),
        facts: new.facts,
        effective_on: new.effective_on,
        proposed_by: actor.id.0,
        proposed_name: actor.name.clone(),
        proposer_authority_id: Some(office.0),
        decided_by: None,
        decided_name: String::new(),
        note: String::new(),
        created_at: now,
        decided_at: None,
        rule_set: i32::try_from(law.rule_set()).map_err(Error::internal)?,
        version: 1,
    };
    tx.add_decision(row.clone()).await?;
    let case = case_of(&tx, actor, row).await?;
    tx.commit().await?;
    Ok(case)
}

/// The ground that was named, if it carries such a decision about such a clinic today.
fn ground<'a>(law: &'a Law, new: &Proposal, clinic: &clinic::Model, today: NaiveDate) -> Result<&'a Ground, Problem> {
    let profile = clinic.record.clinic_type.profile();
    let named = law.ground(&new.ground, today);
    if let Some(ground) = named.filter(|g| g.kind == new.kind && g.holds_under(profile)) {
        return Ok(ground);
    }
    let list: Vec<_> = law.grounds(new.kind, profile, today).collect();
    let zh: Vec<_> = list.iter().map(|g| format!("{}（{}）", g.code, g.zh)).collect();
    let en: Vec<_> = list.iter().map(|g| g.code.as_str()).collect();
    Err(Problem {
        rule: Some("R-057".to_owned()),
        ..Problem::new(
            "/ground",
            format!("请选择{}的法定情形：{}。", new.kind.zh(), zh.join("；")),
            format!("Choose a legal ground for this decision: {}.", en.join(", ")),
        )
    })
}

/// Everything else that is wrong with a proposal.
async fn wrong(app: &App, tx: &Tx, actor: &Actor, new: &Proposal, clinic: &clinic::Model) -> Result<Vec<Problem>> {
    let today = app.clock.today();
    let mut problems = vec![];
    for (at, text, zh, en) in [
        ("/document_number", &new.document_number, "请填写决定文书的文号。", "Give the number of the document."),
        ("/facts", &new.facts, "请写明认定的事实。", "Say what was found."),
    ] {
        if text.trim().chars().count() < 2 {
            problems.push(Problem { rule: Some("R-057".to_owned()), ..Problem::new(at, zh, en) });
        }
    }
    problems.extend(day(new.effective_on, clinic.filed_on, tx.last_standing(clinic.id).await?, today));
    if let Some(visit) = new.visit {
        let found = tx.visit(actor, visit).await.ok().filter(|v| v.clinic_id == clinic.id);
        if found.is_none() {
            let zh = "没有该诊所的这次核查，请核对。";
            problems.push(Problem::new("/visit_id", zh, "The clinic has no such visit."));
        }
    }
    Ok(problems)
}

/// The day lies after the filing and after what happened last, and not in the future.
fn day(on: NaiveDate, filed_on: NaiveDate, last: Option<NaiveDate>, today: NaiveDate) -> Option<Problem> {
    let at = "/effective_on";
    if on > today {
        let zh = format!("生效日期不能晚于今天（{}）。", numeric_date(today));
        return Some(Problem::new(at, zh, format!("It cannot take effect in the future (today is {today}).")));
    }
    if on < filed_on {
        let zh = format!("生效日期不能早于备案日期（{}）。", numeric_date(filed_on));
        return Some(Problem::new(at, zh, format!("It cannot take effect before the clinic was filed ({filed_on}).")));
    }
    let last = last.map(|last| last.min(today)).filter(|last| on < *last)?;
    let zh = format!("生效日期不能早于上一次状态变动的日期（{}）。", numeric_date(last));
    Some(Problem::new(at, zh, format!("It cannot take effect before the last change of standing ({last}).")))
}

/// Decides, or takes the proposal back.
///
/// # Errors
/// `Stale`; `OutOfTurn` with what is allowed instead and for whom; `Standing` when it can no longer happen.
pub async fn act(
    app: &App,
    actor: &Actor,
    id: DecisionId,
    seen: i32,
    (action, reason): (DecisionAction, String),
    once: &Once,
) -> Result<Case> {
    let tx = app.store.begin().await?;
    let mut row = tx.decision(actor, id).await?;
    if tx.claim(once, id.0, app.clock.now()).await?.is_some() {
        return case_of(&tx, actor, row).await;
    }
    if row.version != seen {
        return Err(Error::Stale);
    }
    row.stage = turn(&row, action, actor)?;
    row.note = reason;
    match action {
        DecisionAction::Withdraw if row.note.trim().chars().count() < 2 => {
            return Err(Error::field("/reason", "撤回须说明原因。", "Give the reason for withdrawing it."));
        }
        DecisionAction::Withdraw => (),
        DecisionAction::Decide => {
            row.decided_by = Some(actor.id.0);
            row.decided_name.clone_from(&actor.name);
            row.decided_at = Some(app.clock.now());
            happen(app, &tx, actor, &row).await?;
        }
    }
    let row = tx.advance_decision(row, seen).await?;
    let case = case_of(&tx, actor, row).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(case)
}

/// Where the action leads for this person.
fn turn(row: &row::Model, action: DecisionAction, actor: &Actor) -> Result<DecisionStage, OutOfTurn> {
    let to = decision::decide(row.stage, action, actor.role)?;
    let decides = actor.authority == Some(AuthorityId(row.authority_id));
    let proposed = row.proposed_by == actor.id.0;
    let turns_down = decides && actor.role == Role::Approver;
    match action {
        DecisionAction::Decide if !decides => {
            Err(OutOfTurn::Office { thing: Thing::Decision, action: (action.zh(), action.en()) })
        }
        DecisionAction::Decide if proposed => Err(OutOfTurn::SamePerson),
        DecisionAction::Withdraw if !(proposed || turns_down) => Err(OutOfTurn::NotOwn),
        _ => Ok(to),
    }
}

/// It is in force: standing, certificates, history, announcement and log move together.
async fn happen(app: &App, tx: &Tx, actor: &Actor, row: &row::Model) -> Result<()> {
    let mut clinic = tx.clinic(row.clinic_id).await?;
    let authority = tx.authority(row.authority_id).await?;
    // What a failed visit asked for: an end of the filing, or whatever is decided on that visit.
    let ends = matches!(row.kind, DecisionKind::Revocation | DecisionKind::Cancellation);
    if ends || row.visit_id.is_some() {
        clocks::meet(app, tx, clinic.id, "R-056").await?;
    }
    let day = numeric_date(row.effective_on);
    let body = format!(
        "{}对{}（备案编号{}）作出{}的决定，自{day}起生效。情形：{}。",
        authority.name,
        clinic.name,
        clinic.number,
        row.kind.zh(),
        row.ground_text
    );
    let announcement = app.clock.new_id();
    let law = app.law_of(&authority);
    papers::decided(app, tx, &law, actor, (row, &clinic, &authority), (announcement, &body)).await?;
    let what = Happening {
        decision: Some(row.id),
        visit: row.visit_id,
        announcement: Some(announcement),
        note: format!("{}，{}，{}", row.kind.zh(), row.document_number, row.ground_text),
        body,
        basis: row.basis.clone(),
        document_number: row.document_number.clone(),
        ..Happening::new(row.kind.act(), row.effective_on, Some(actor))
    };
    messages::of_decision(app, tx, row, &clinic).await?;
    life::happen(app, tx, &mut clinic, what).await
}

/// A decision within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: DecisionId) -> Result<Case> {
    let tx = app.store.snapshot().await?;
    let row = tx.decision(actor, id).await?;
    case_of(&tx, actor, row).await
}

/// Decisions within the actor's scope with their clinics, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(
    app: &App,
    actor: &Actor,
    mut filter: DecisionFilter,
    limit: u64,
) -> Result<Vec<(row::Model, clinic::Model)>> {
    filter.clinic = filter.clinic.map(|number| facts::canonical_number(&number));
    let rows = app.store.decisions(actor, filter, limit + 1).await?;
    let clinics = app.store.clinics_by_id(rows.iter().map(|row| row.clinic_id)).await?;
    Ok(rows.into_iter().filter_map(|row| clinics.get(&row.clinic_id).cloned().map(|c| (row, c))).collect())
}

/// The case of a row that the actor has loaded within scope.
async fn case_of(tx: &Tx, actor: &Actor, row: row::Model) -> Result<Case> {
    let clinic = tx.clinic(row.clinic_id).await?;
    let authority = tx.authority(row.authority_id).await?;
    let papers = tx.papers_of(Of::Decision(row.id)).await?;
    let may = |action: &DecisionAction| turn(&row, *action, actor).is_ok();
    let actions = DecisionAction::ALL.iter().copied().filter(may).collect();
    Ok(Case { row, clinic, authority, papers, actions })
}
