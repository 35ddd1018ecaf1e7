//! The end of writing: everything is shown once more, declared, and submitted.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::{Data, Form, Path};
use serde::Serialize;
use serde_json::Value;

use crate::domain::actor::Capacity;
use crate::domain::deadline::numeric_date;
use crate::domain::filing::Answer;
use crate::domain::lifecycle::Action;
use crate::edge::shape::Shapes;
use crate::edge::text;
use crate::edge::wording;
use crate::error::{Error, Problem};
use crate::portal::forms::Wrong;
use crate::portal::my::answers::{self, Answered};
use crate::portal::my::form::sections;
use crate::portal::my::form::typed::{self, Typed};
use crate::portal::my::keyed;
use crate::portal::my::papers::{Paper, of_filing};
use crate::portal::my::work::{Found, Work, save};
use crate::portal::page::Oops;
use crate::portal::paper::{Words, words};
use crate::portal::session::Member;
use crate::usecase::actions::{self, Command};
use crate::usecase::facts::Told;
use crate::usecase::filings;

/// What the applicant declares: code and place.
const DECLARED: [(&str, &str); 2] =
    [("not_disqualified", "/declarations/not_disqualified"), ("truthful", "/declarations/truthful")];

#[derive(Serialize)]
struct Declaration {
    code: &'static str,
    lead: Words,
    items: Vec<Words>,
    ticked: bool,
}

/// A rule that warns, and why the clinic submits all the same.
#[derive(Serialize)]
struct Warned {
    rule: String,
    found: Vec<Found>,
    reason: String,
}

/// What is still to be mended, with the way to it.
#[derive(Serialize)]
struct Open {
    found: Found,
    href: String,
}

#[derive(Serialize)]
struct View {
    filing: String,
    kind: Words,
    answered: Vec<Answered>,
    materials: Vec<Material>,
    open: Vec<Open>,
    warned: Vec<Warned>,
    declarations: Vec<Declaration>,
    signed_by: String,
    key: String,
    wrong: Vec<Wrong>,
    /// Whether this person may submit.
    may: bool,
    helped: bool,
}

#[derive(Serialize)]
struct Material {
    name: Words,
    file_name: String,
}

/// Whether a finding is one of the declaration itself, which is made on this page.
fn of_declaration(told: &Told) -> bool {
    told.pointer.starts_with("/declarations") || told.pointer.starts_with("/particulars/signed")
}

/// Where a finding is mended.
fn href(work: &Work, told: &Told) -> String {
    if told.pointer.starts_with("/materials") {
        return work.page("/materials");
    }
    match sections::of_pointer(&work.source, &told.pointer) {
        Some(section) => {
            let item = section.item(&told.pointer).map(|item| format!("/{}", item + 1)).unwrap_or_default();
            work.page(&format!("/form/{}{item}?back=check", section.code))
        }
        None => work.page(""),
    }
}

fn warned(work: &Work, typed: &Typed) -> Vec<Warned> {
    let mut list: Vec<Warned> = vec![];
    for told in work.told.iter().filter(|told| told.answered) {
        match list.iter_mut().find(|one| one.rule == told.rule) {
            Some(one) => one.found.push(told.into()),
            None => list.push(Warned {
                rule: told.rule.clone(),
                found: vec![told.into()],
                reason: typed.one(&format!("answer-{}", told.rule)).to_owned(),
            }),
        }
    }
    list
}

fn declarations(work: &Work, typed: &Typed) -> Vec<Declaration> {
    let one = |(code, _): (&'static str, &str)| {
        let wording = work.source.law.declaration(code, work.source.today)?;
        Some(Declaration {
            code,
            lead: words(&wording.lead_zh, &wording.lead_en),
            items: wording.items.iter().map(|item| words(&item.zh, &item.en)).collect(),
            ticked: typed.one(code) == "true",
        })
    };
    if work.source.kind.writes_dossier() { DECLARED.into_iter().filter_map(one).collect() } else { vec![] }
}

fn page(member: &Member, work: &Work, status: StatusCode, typed: &Typed, wrong: Vec<Wrong>) -> Result<Response, Oops> {
    let law = &work.source.law;
    let material = |row: &crate::store::entity::material::Model| Material {
        name: law.material(&row.code).map(|m| words(&m.name, &m.name_en)).unwrap_or_default(),
        file_name: row.file_name.clone(),
    };
    let open = work.told.iter().filter(|told| told.blocks() && !of_declaration(told));
    let row = &work.case.row;
    let filed = row.particulars.as_ref().map_or(&row.dossier.declarations.signed_by, |p| &p.signed_by);
    let signed_by = match typed.one("signed_by") {
        "" if !filed.is_empty() => filed.clone(),
        "" => row.dossier.principal.name.clone(),
        typed => typed.to_owned(),
    };
    let key = match typed.one(keyed::FIELD) {
        "" => keyed::key(member)?,
        key => key.to_owned(),
    };
    let view = View {
        filing: work.id.0.to_string(),
        kind: words(row.kind.zh(), row.kind.en()),
        answered: answers::of(work),
        materials: work.case.materials.iter().map(material).collect(),
        open: open.map(|told| Open { found: told.into(), href: href(work, told) }).collect(),
        warned: warned(work, typed),
        declarations: declarations(work, typed),
        signed_by,
        key,
        wrong,
        may: work.case.actions.contains(&Action::Submit),
        helped: member.actor.capacity == Capacity::Assistant,
    };
    member.private(status, "my_check.html", &view)
}

/// Everything once more.
#[handler]
pub async fn check(member: Member, Path(id): Path<String>) -> Result<Response, Oops> {
    let work = Work::load(&member, &id).await?;
    if !work.open() {
        return Ok(member.redirect(&work.page("/case")));
    }
    page(&member, &work, StatusCode::OK, &Typed::default(), vec![])
}

/// What is wrong on the page itself: a declaration that is not made, a name or a reason that is missing.
fn defects(work: &Work, typed: &Typed) -> Vec<Wrong> {
    let mut wrong = vec![];
    for declaration in declarations(work, typed) {
        if !declaration.ticked {
            let words = words("请勾选本项承诺后再提交。", "Tick this declaration before submitting.");
            wrong.push(Wrong { field: declaration.code.to_owned(), words });
        }
    }
    let mut named = |field: String, least: usize, most: usize, zh: &str, en: &str| {
        let text = typed.one(&field).trim().to_owned();
        let length = text.chars().count();
        let said = match text::defect(&text) {
            Some((zh, en)) => Some(words(zh, en)),
            None if length < least || length > most => Some(words(zh, en)),
            None => None,
        };
        wrong.extend(said.map(|words| Wrong { field, words }));
    };
    named(
        "signed_by".into(),
        2,
        40,
        "请填写签署人姓名，2至40个字。",
        "Give the name of who signs, 2 to 40 characters.",
    );
    for warning in warned(work, typed) {
        let field = format!("answer-{}", warning.rule);
        named(field, 2, 300, "请说明理由，2至300个字。", "Give the reason, 2 to 300 characters.");
    }
    wrong
}

/// Declares and submits.
#[handler]
pub async fn submit(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    Path(id): Path<String>,
    sent: Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let typed = Typed(sent.0);
    let work = Work::load(&member, &id).await?;
    if !work.open() {
        // Sent twice: it is submitted.
        return Ok(member.redirect(&work.page("/done")));
    }
    let wrong = defects(&work, &typed);
    if !wrong.is_empty() {
        return page(&member, &work, StatusCode::UNPROCESSABLE_ENTITY, &typed, wrong);
    }
    let signed_by = typed.one("signed_by").trim().to_owned();
    let today = work.source.today.to_string();
    let declare = |work: &Work, document: &mut Value| {
        let at = if work.source.kind.writes_dossier() { "/declarations" } else { "/particulars" };
        for (_, place) in DECLARED.iter().filter(|_| work.source.kind.writes_dossier()) {
            typed::set(document, place, true.into());
        }
        typed::set(document, &format!("{at}/signed_by"), signed_by.clone().into());
        typed::set(document, &format!("{at}/signed_on"), today.clone().into());
        Ok(())
    };
    save(&member, &shapes, &id, declare).await.map_err(super::work::Unsaved::oops)?;
    let work = Work::load(&member, &id).await?;
    let answer =
        |one: Warned| Answer { reason: typed.one(&format!("answer-{}", one.rule)).trim().into(), rule: one.rule };
    let command = Command {
        action: Action::Submit,
        reason: String::new(),
        defects: vec![],
        authority: None,
        number: None,
        answers: warned(&work, &typed).into_iter().map(answer).collect(),
    };
    let once = keyed::once(&member.actor, typed.one(keyed::FIELD), "submit", &work.id.0.to_string())?;
    match actions::act(&member, &member.actor, work.id, work.case.row.version, command, &once).await {
        Ok(_) => Ok(member.redirect(&work.page("/done"))),
        Err(error @ (Error::Blocked(_) | Error::Invalid(_))) => {
            let (Error::Blocked(problems) | Error::Invalid(problems)) = &error else { return Err(error.into()) };
            let field = |problem: &Problem| problem.pointer.contains("/signed_").then(|| "signed_by".to_owned());
            let own = |problem: &Problem| Wrong {
                field: field(problem).unwrap_or_default(),
                words: words(&problem.zh, &problem.en),
            };
            let wrong = problems.iter().map(own).collect();
            page(&member, &work, StatusCode::UNPROCESSABLE_ENTITY, &typed, wrong)
        }
        Err(error @ Error::Stale) => {
            let worded = wording::of(error);
            let work = Work::load(&member, &id).await?;
            let wrong = vec![Wrong { field: String::new(), words: words(worded.zh, worded.en) }];
            page(&member, &work, StatusCode::CONFLICT, &typed, wrong)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Serialize)]
struct Done {
    filing: String,
    kind: Words,
    case_number: String,
    received_on: Option<String>,
    due_on: Option<String>,
    authority: Option<String>,
    phone: Option<String>,
    papers: Vec<Paper>,
}

/// What comes after submitting.
#[handler]
pub async fn done(member: Member, Path(id): Path<String>) -> Result<Response, Oops> {
    super::work::owner(&member)?;
    let case = filings::view(&member, &member.actor, super::work::filing_id(&id)?).await?;
    let row = &case.row;
    let Some(case_number) = row.case_number.clone() else {
        return Ok(member.redirect(&format!("/my/filings/{}", row.id)));
    };
    let view = Done {
        filing: row.id.to_string(),
        kind: words(row.kind.zh(), row.kind.en()),
        case_number,
        received_on: row.received_on.map(numeric_date),
        due_on: row.due_on.map(numeric_date),
        authority: case.authority.as_ref().map(|authority| authority.name.clone()),
        phone: case.authority.as_ref().map(|authority| authority.phone.clone()),
        papers: of_filing(&case.papers),
    };
    member.private(StatusCode::OK, "my_done.html", &view)
}
