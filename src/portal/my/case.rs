//! Where a case stands: who has it, until when, what happened, every paper; and what a notice asks for, item by item.

use poem::Response;
use poem::handler;
use poem::http::{StatusCode, header};
use poem::web::{Form, Path};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::actor::Role;
use crate::domain::deadline::numeric_date;
use crate::domain::filing::{Defect, Notice};
use crate::domain::lifecycle::{self, Action, Stage};
use crate::edge::text;
use crate::error::{Error, Problem};
use crate::portal::forms::{Fields, Refused};
use crate::portal::my::form::sections;
use crate::portal::my::keyed;
use crate::portal::my::papers::{Paper, of_filing};
use crate::portal::my::question::key;
use crate::portal::my::work::Work;
use crate::portal::page::Oops;
use crate::portal::paper::{Words, grouped, moment, words};
use crate::portal::session::Member;
use crate::store::entity::{filing, filing_event, material};
use crate::usecase::actions::{self, Command};
use crate::usecase::facts;
use crate::usecase::{archives, filings};

/// A step of every case, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Done,
    Now,
    Later,
    /// This case did without it.
    Skipped,
}

#[derive(Serialize)]
struct Step {
    code: &'static str,
    mark: Mark,
}

/// One thing that a notice asks for.
#[derive(Serialize)]
struct Item {
    /// Which section and question it is about, as keys of texts; a material by its name.
    section: Option<&'static str>,
    question: Option<String>,
    material: Option<Words>,
    detail: String,
    basis: Vec<String>,
    href: String,
    /// Whether the place was changed since the notice.
    changed: bool,
}

#[derive(Serialize)]
struct Event {
    at: String,
    action: Words,
    /// Who took the step: the clinic's own people by name, others by their office.
    by: Words,
    note: String,
    papers: Vec<Paper>,
}

#[derive(Serialize)]
struct View {
    filing: String,
    kind: Words,
    name: String,
    clinic: Option<String>,
    clinic_number: Option<String>,
    case_number: Option<String>,
    stage: Stage,
    stage_words: Words,
    steps: Vec<Step>,
    authority: Option<String>,
    phone: Option<String>,
    due_on: Option<String>,
    days: Option<i64>,
    round: Option<i32>,
    items: Vec<Item>,
    open: usize,
    events: Vec<Event>,
    certificate: Option<String>,
    may_withdraw: bool,
    /// Why a withdrawal asks for a reason.
    received: bool,
    archive: bool,
    /// Changes with the case, so that an open page knows when to show it anew.
    version: i32,
}

fn steps(stage: Stage, events: &[filing_event::Model]) -> Vec<Step> {
    let corrected = events.iter().any(|event| event.action == Action::RequestCorrection);
    let order = ["submit", "receive", "correct", "review", "issue"];
    let now = match stage {
        Stage::Draft | Stage::Redirected => 0,
        Stage::Correcting => 2,
        Stage::Received => 3,
        Stage::Recommended => 4,
        Stage::Issued | Stage::Withdrawn => 5,
    };
    let mark = |at: usize| match at {
        2 if !corrected && stage != Stage::Correcting => Mark::Skipped,
        _ if stage == Stage::Withdrawn => Mark::Skipped,
        at if at < now => Mark::Done,
        at if at == now => Mark::Now,
        _ => Mark::Later,
    };
    order.into_iter().enumerate().map(|(at, code)| Step { code, mark: mark(at) }).collect()
}

/// Whether what stands at a place is not what was submitted before the notice.
fn changed(work: &Work, notice: &Notice, defect: &Defect) -> bool {
    let row = &work.case.row;
    if let Some(code) = defect.pointer.strip_prefix("/materials/") {
        let newer = |one: &material::Model| one.code == code && one.added_at > notice.at;
        return work.case.materials.iter().any(newer);
    }
    let before = match (&row.submitted, &row.submitted_particulars) {
        (_, Some(particulars)) => serde_json::json!({ "particulars": particulars }),
        (Some(dossier), None) => serde_json::to_value(dossier).unwrap_or_default(),
        (None, None) => Value::Null,
    };
    before.pointer(&defect.pointer) != work.source.document.pointer(&defect.pointer)
}

fn item(work: &Work, notice: &Notice, defect: &Defect) -> Item {
    let law = &work.source.law;
    let section = sections::of_pointer(&work.source, &defect.pointer);
    let material = defect.pointer.strip_prefix("/materials/").and_then(|code| law.material(code));
    let question = section.and_then(|section| {
        let own = section.questions.iter().find(|q| key(&defect.pointer) == key(&section.pointer(None, q.at)));
        own.map(|_| key(&defect.pointer))
    });
    let href = match (section, material) {
        (_, Some(_)) => work.page("/materials"),
        (Some(section), None) => {
            let item = section.item(&defect.pointer).map(|item| format!("/{}", item + 1)).unwrap_or_default();
            work.page(&format!("/form/{}{item}?back=case", section.code))
        }
        (None, None) => work.page(""),
    };
    Item {
        section: section.map(|section| section.code),
        question,
        material: material.map(|material| words(&material.name, &material.name_en)),
        detail: defect.detail.clone(),
        basis: facts::basis(law, work.source.today, &defect.rule, work.case.row.dossier.clinic_type),
        href,
        changed: changed(work, notice, defect),
    }
}

fn event(work: &Work, row: filing_event::Model, papers: &[(Option<i32>, Paper)]) -> Event {
    let office = work.case.authority.as_ref();
    let by = match (row.actor_role, office) {
        (Role::Clinic, _) => words(&row.actor_name, &row.actor_name),
        (role, Some(office)) => {
            words(format!("{} {}", office.name, role.zh()), format!("{} ({})", office.name, role.en()))
        }
        (role, None) => words(role.zh(), role.en()),
    };
    let own = papers.iter().filter(|(step, _)| *step == Some(row.sequence)).map(|(_, paper)| paper.clone());
    Event {
        at: moment(row.at),
        action: words(row.action.zh(), row.action.en()),
        by,
        note: row.note,
        papers: own.collect(),
    }
}

fn name(row: &filing::Model, clinic: Option<&crate::store::entity::clinic::Model>) -> String {
    clinic.map_or_else(|| row.dossier.name.clone(), |clinic| clinic.name.clone())
}

/// Where the case stands.
#[handler]
pub async fn show(member: Member, Path(id): Path<String>) -> Result<Response, Oops> {
    let work = Work::load(&member, &id).await?;
    let (row, clinic) = (&work.case.row, work.case.clinic.as_ref());
    if row.case_number.is_none() && row.stage == Stage::Draft {
        return Ok(member.redirect(&work.page("")));
    }
    let events = filings::history(&member, &member.actor, work.id).await?;
    let listed = of_filing(&work.case.papers);
    let papers: Vec<_> = work.case.papers.iter().map(|brief| brief.step).zip(listed).collect();
    let notice = row.notice.as_ref().filter(|_| lifecycle::editable(row.stage) && row.stage != Stage::Draft);
    let items: Vec<Item> = notice
        .map_or_else(Vec::new, |notice| notice.defects.iter().map(|defect| item(&work, notice, defect)).collect());
    let days = work.case.left.as_ref().map(|left| left.days);
    let view = View {
        filing: work.id.0.to_string(),
        kind: words(row.kind.zh(), row.kind.en()),
        name: name(row, clinic),
        clinic: clinic.map(|clinic| clinic.number.clone()),
        clinic_number: clinic.map(|clinic| grouped(&clinic.number)),
        case_number: row.case_number.clone(),
        stage: row.stage,
        stage_words: words(row.stage.zh(), row.stage.en()),
        steps: steps(row.stage, &events),
        authority: work.case.authority.as_ref().map(|authority| authority.name.clone()),
        phone: work.case.authority.as_ref().map(|authority| authority.phone.clone()),
        due_on: row.due_on.map(numeric_date),
        days,
        round: notice.map(|notice| notice.round),
        open: items.iter().filter(|item| !item.changed).count(),
        items,
        events: events.into_iter().rev().map(|row| event(&work, row, &papers)).collect(),
        certificate: row.certificate_id.map(|id| format!("/my/certificates/{id}")),
        may_withdraw: work.case.actions.contains(&Action::Withdraw),
        received: row.stage != Stage::Draft,
        archive: lifecycle::ended(row.stage) && row.case_number.is_some(),
        version: row.version,
    };
    member.private(StatusCode::OK, "my_case.html", &view)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    reason: String,
    key: String,
}

/// The fields of the form.
const FIELDS: Fields<'_> = &[("/reason", "reason")];

#[derive(Serialize)]
struct Withdraw {
    filing: String,
    kind: Words,
    case_number: Option<String>,
    reason: String,
    key: String,
    draft: bool,
}

fn withdrawal(member: &Member, work: &Work, sent: Sent, refused: &Refused) -> Result<Response, Oops> {
    let row = &work.case.row;
    let view = Withdraw {
        filing: work.id.0.to_string(),
        kind: words(row.kind.zh(), row.kind.en()),
        case_number: row.case_number.clone(),
        draft: row.stage == Stage::Draft,
        key: if sent.key.is_empty() { keyed::key(member)? } else { sent.key },
        reason: sent.reason,
    };
    refused.page(member, "my_withdraw.html", &view)
}

/// Whether it may be taken back at all.
async fn withdrawable(member: &Member, id: &str) -> Result<Work, Oops> {
    let work = Work::load(member, id).await?;
    if work.case.actions.contains(&Action::Withdraw) {
        Ok(work)
    } else {
        Err(Error::Locked(work.case.row.stage).into())
    }
}

/// Asks before a filing is taken back.
#[handler]
pub async fn withdraw_form(member: Member, Path(id): Path<String>) -> Result<Response, Oops> {
    let work = withdrawable(&member, &id).await?;
    withdrawal(&member, &work, Sent::default(), &Refused::none())
}

/// Takes a filing back.
#[handler]
pub async fn withdraw(member: Member, Path(id): Path<String>, sent: Form<Sent>) -> Result<Response, Oops> {
    let sent = sent.0;
    let work = Work::load(&member, &id).await?;
    if work.case.row.stage == Stage::Withdrawn {
        return Ok(member.redirect("/my"));
    }
    if let Some((zh, en)) = text::defect(&sent.reason) {
        let refused = Refused::problems(&[Problem::new("/reason", zh, en)], FIELDS);
        return withdrawal(&member, &work, sent, &refused);
    }
    let command = Command {
        action: Action::Withdraw,
        reason: sent.reason.trim().to_owned(),
        defects: vec![],
        authority: None,
        number: None,
        answers: vec![],
    };
    let once = keyed::once(&member.actor, &sent.key, "withdraw", &id)?;
    match actions::act(&member, &member.actor, work.id, work.case.row.version, command, &once).await {
        Ok(case) if case.row.case_number.is_some() => Ok(member.redirect(&work.page("/case"))),
        Ok(_) => Ok(member.redirect("/my")),
        Err(error) => withdrawal(&member, &work, sent, &Refused::of(error, FIELDS)?),
    }
}

/// Everything that is kept of the case, as one file.
#[handler]
pub async fn archive(member: Member, Path(id): Path<String>) -> Result<Response, Oops> {
    super::work::owner(&member)?;
    let archive = archives::archive(&member, &member.actor, super::work::filing_id(&id)?, "").await?;
    let body = poem::Body::from_async_read(tokio::fs::File::from_std(archive.file));
    Ok(Response::builder()
        .content_type("application/zip")
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.zip\"", archive.case_number))
        .body(body))
}
