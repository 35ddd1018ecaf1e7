//! 双随机: clinics and visiting teams drawn by lot, so that anyone can draw again. The seed is the operating system's.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::ClinicType;
use crate::domain::draw::{self, Drawn, Names, Outcome};
use crate::domain::id::DrawId;
use crate::domain::value;
use crate::domain::visit::VisitKind;
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, draw as row};
use crate::store::idempotency::Once;
use crate::usecase::visits::{self, Cause};

/// Smallest team.
const FEWEST: u32 = 2;

/// A draw as it is asked for.
#[derive(Clone, Debug)]
pub struct NewDraw {
    pub title: String,
    /// Only clinics of these types; none named: all.
    pub clinic_types: Vec<ClinicType>,
    /// Only clinics in these streets; none named: all.
    pub streets: Vec<String>,
    /// How many clinics are drawn.
    pub clinics: u32,
    /// How many people visit each.
    pub team: u32,
    /// By when the visits are made.
    pub due_on: NaiveDate,
}

/// Draws among the clinics that the actor's authority supervises, and orders the visits.
///
/// # Errors
/// `Forbidden` for anybody but an approver; `Invalid` with every field error, too few clinics or inspectors among them.
pub async fn create(app: &App, actor: &Actor, new: NewDraw, once: &Once) -> Result<(row::Model, authority::Model)> {
    let office = actor.authority.filter(|_| actor.role == Role::Approver).ok_or(Error::Forbidden)?;
    let (now, id) = (app.clock.now(), app.clock.new_id());
    let tx = app.store.begin().await?;
    let supervisor = tx.authority(office.0).await?;
    if let Some(earlier) = tx.claim(once, id, now).await? {
        return Ok((tx.draw(earlier).await?, supervisor));
    }
    let mut problems = wrong(app, &new);
    let types: Vec<_> = new.clinic_types.iter().map(value::code).collect();
    let clinics = tx.supervised(office.0, &types, &new.streets).await?;
    let mut inspectors: Vec<_> = tx.inspectors(office.0).await?.into_iter().map(|i| i.id.to_string()).collect();
    inspectors.sort();
    let mut candidates: Vec<_> = clinics.iter().map(|c| c.number.clone()).collect();
    candidates.sort();
    problems.extend(too_few(&new, candidates.len(), inspectors.len()));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let seed = value::hex(&app.clock.random::<32>()?);
    let result = draw::draw(&seed, &candidates, &inspectors, new.clinics as usize, new.team as usize);
    let row = row::Model {
        id,
        supervisor_id: office.0,
        title: new.title.clone(),
        at: now,
        actor_id: actor.id.0,
        actor_name: actor.name.clone(),
        seed,
        candidates: Names(candidates),
        inspectors: Names(inspectors),
        clinics: i32::try_from(new.clinics).map_err(Error::internal)?,
        team: i32::try_from(new.team).map_err(Error::internal)?,
        result: Outcome(result),
    };
    tx.add_draw(row.clone()).await?;
    for drawn in &row.result.0 {
        send(app, &tx, actor, &new, &row, &clinics, drawn).await?;
    }
    tx.commit().await?;
    app.work.notify_one();
    Ok((row, supervisor))
}

/// Orders the visit to one drawn clinic.
async fn send(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    new: &NewDraw,
    row: &row::Model,
    clinics: &[clinic::Model],
    drawn: &Drawn,
) -> Result<()> {
    let clinic = clinics.iter().find(|c| c.number == drawn.number).ok_or(Error::NotFound("clinic"))?;
    let team: Result<Vec<_>, _> = drawn.team.iter().map(|member| member.parse()).collect();
    let cause = Cause {
        id: app.clock.new_id(),
        kind: VisitKind::Draw,
        filing: None,
        draw: Some(row.id),
        team: team.map_err(Error::internal)?,
        due_on: Some(new.due_on),
        actor: Some(actor),
        note: new.title.clone(),
    };
    visits::plan(app, tx, clinic, cause).await.map(drop)
}

/// What is wrong with the request itself.
fn wrong(app: &App, new: &NewDraw) -> Vec<Problem> {
    let law = app.law();
    let unknown = new.streets.iter().enumerate().filter(|(_, street)| law.street(street).is_none());
    let mut problems: Vec<_> = unknown
        .map(|(n, street)| {
            let zh = format!("没有该街道代码：{street}。");
            Problem::new(format!("/streets/{n}"), zh, format!("No such street: {street}."))
        })
        .collect();
    if new.title.trim().chars().count() < 2 {
        problems.push(Problem::new("/title", "请填写抽查名称。", "Give the draw a title."));
    }
    problems.extend(visits::due_problem(app.clock.today(), new.due_on));
    problems
}

/// Fewer clinics or inspectors than are to be drawn.
fn too_few(new: &NewDraw, candidates: usize, inspectors: usize) -> Vec<Problem> {
    let mut problems = vec![];
    if new.clinics == 0 {
        problems.push(Problem::new("/clinics", "至少抽取一家诊所。", "At least one clinic is drawn."));
    } else if candidates < new.clinics as usize {
        let zh = format!("本部门监管的、符合条件且正常执业的诊所只有{candidates}家，请减少抽取数量或者放宽条件。");
        let en =
            format!("Only {candidates} active clinics that you supervise meet the filter; draw fewer, or widen it.");
        problems.push(Problem::new("/clinics", zh, en));
    }
    if new.team < FEWEST {
        let zh = "每组核查人员不得少于两人。";
        problems.push(Problem::new("/team", zh, "A team has at least two people."));
    } else if inspectors < new.team as usize {
        let zh = format!("本部门只有{inspectors}名核查人员，不足以组成{}人的核查组。", new.team);
        let en = format!("You have {inspectors} inspectors, too few for a team of {}.", new.team);
        problems.push(Problem::new("/team", zh, en));
    }
    problems
}

/// A draw, for everybody.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn view(app: &App, id: DrawId) -> Result<(row::Model, authority::Model)> {
    let row = app.store.draw(id).await?;
    let supervisor = app.store.authority(row.supervisor_id).await?;
    Ok((row, supervisor))
}

/// Draws with their authorities, newest first; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, before: Option<uuid::Uuid>, limit: u64) -> Result<Vec<(row::Model, authority::Model)>> {
    let mut listed = vec![];
    for row in app.store.draws(before, limit + 1).await? {
        let supervisor = app.store.authority(row.supervisor_id).await?;
        listed.push((row, supervisor));
    }
    Ok(listed)
}
