//! One page of questions: shown with what is filed, saved as a whole, and told at once what the rules say of it.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::{Data, Form, Path};
use serde::Serialize;
use serde_json::Value;

use crate::edge::shape::Shapes;
use crate::error::{Error, Problem};
use crate::portal::forms::Wrong;
use crate::portal::my::form::question::Section;
use crate::portal::my::form::sections;
use crate::portal::my::form::typed::{self, Typed, mark, part};
use crate::portal::my::question::{Asked, Page};
use crate::portal::my::work::{Found, Unsaved, Unseen, Work, save};
use crate::portal::page::Oops;
use crate::portal::paper::words;
use crate::portal::session::Member;

/// The field that says what the page saw.
const MARK: &str = "mark";

/// The field that says that an item is added.
const NEW: &str = "new";

/// The field that says where to go once it is saved.
const BACK: &str = "back";

/// Where to: the answers, or the case with what a notice asks for.
const BACKS: [&str; 2] = ["check", "case"];

#[derive(Serialize)]
struct View {
    filing: String,
    section: &'static str,
    /// Number of the item of a list, counted from 1; 0 where the section is none.
    number: usize,
    new: bool,
    questions: Vec<Asked>,
    mark: String,
    back: String,
    wrong: Vec<Wrong>,
    /// What the rules say of the section as a whole.
    general: Vec<Found>,
    /// Findings that stand against submitting, and reminders.
    blocking: usize,
    reminding: usize,
    saved: bool,
    /// The same part was written elsewhere meanwhile.
    overtaken: bool,
    /// The section after this one.
    next: Option<&'static str>,
    /// The section's drawing, where it has one.
    plan: Option<super::plan::Plan>,
}

#[derive(Clone, Copy, Default)]
struct State<'a> {
    problems: &'a [Problem],
    saved: bool,
    checked: bool,
    overtaken: bool,
}

fn page(
    member: &Member,
    shapes: &Shapes,
    work: &Work,
    place: Place,
    typed: &Typed,
    state: State<'_>,
) -> Result<Response, Oops> {
    let Place { section, item } = place;
    let document = &work.source.document;
    let part = part(section, item, document);
    let new = item.is_some_and(|item| item == work.count(section));
    let begun = !typed::blank(&part);
    let shown = Page {
        work,
        section,
        item,
        typed,
        problems: state.problems,
        theirs: state.overtaken.then_some(document),
        checked: begun || state.checked,
        lang: member.look.lang,
    };
    let questions = shown.questions(shapes);
    let findings = work.of_section(section, item);
    let asked: Vec<_> = section.questions.iter().map(|question| section.pointer(item, question.at)).collect();
    let elsewhere = |pointer: &str| !asked.iter().any(|at| pointer == at || pointer.starts_with(&format!("{at}/")));
    let named = |problem: &Problem| {
        let place = section.questions.iter().find(|q| problem.pointer.starts_with(&section.pointer(item, q.at)));
        Wrong { field: place.map(|q| q.name()).unwrap_or_default(), words: words(&problem.zh, &problem.en) }
    };
    let order: Vec<_> = sections::asked(&work.source).map(|section| section.code).collect();
    let next = order.iter().position(|code| *code == section.code).and_then(|at| order.get(at + 1)).copied();
    let view = View {
        filing: work.id.0.to_string(),
        section: section.code,
        number: item.map_or(0, |item| item + 1),
        new,
        mark: mark(&part),
        back: typed.one(BACK).to_owned(),
        wrong: state.problems.iter().map(named).collect(),
        general: findings
            .iter()
            .filter(|told| begun && elsewhere(&told.pointer))
            .map(|told| Found::from(*told))
            .collect(),
        blocking: findings.iter().filter(|told| told.blocks()).count(),
        reminding: findings.iter().filter(|told| !told.blocks()).count(),
        saved: state.saved,
        overtaken: state.overtaken,
        next,
        plan: super::plan::of(&work.source, section, &work.told),
        questions,
    };
    let status = match state {
        State { overtaken: true, .. } => StatusCode::CONFLICT,
        State { problems: [_, ..], .. } => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    member.private(status, "my_section.html", &view)
}

/// A section, or an item of its list.
#[derive(Clone, Copy)]
struct Place {
    section: &'static Section,
    item: Option<usize>,
}

impl Place {
    /// # Errors
    /// `NotFound` where there is no such section or item.
    fn of(work: &Work, code: &str, item: Option<&str>) -> Result<Self, Error> {
        let section = work.section(code)?;
        let gone = || Error::NotFound("section");
        let item = match (section.list, item) {
            (None, None) => None,
            (Some(most), Some(number)) => {
                let index = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or_else(gone)?;
                if index > work.count(section) || index >= most {
                    return Err(gone());
                }
                Some(index)
            }
            _ => return Err(gone()),
        };
        Ok(Self { section, item })
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Query {
    saved: String,
    back: String,
}

async fn shown(
    member: &Member,
    shapes: &Shapes,
    request: &poem::Request,
    (id, code, item): (&str, &str, Option<&str>),
) -> Result<Response, Oops> {
    let query: Query = request.params().unwrap_or_default();
    let work = Work::writable(member, id).await?;
    let place = Place::of(&work, code, item)?;
    let part = work.source.document.pointer(&place.section.pointer(place.item, "")).cloned().unwrap_or(Value::Null);
    let mut typed = Typed::of(place.section, &part);
    if BACKS.contains(&query.back.as_str()) {
        typed.0.push((BACK.to_owned(), query.back));
    }
    let saved = query.saved == "1";
    page(member, shapes, &work, place, &typed, State { saved, checked: saved, ..State::default() })
}

/// A section's page.
#[handler]
pub async fn show(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    request: &poem::Request,
    Path((id, code)): Path<(String, String)>,
) -> Result<Response, Oops> {
    if super::items::is_list(&code) {
        return super::items::page(&member, &id, &code).await;
    }
    shown(&member, &shapes, request, (&id, &code, None)).await
}

/// The page of an item of a list.
#[handler]
pub async fn show_item(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    request: &poem::Request,
    Path((id, code, item)): Path<(String, String, String)>,
) -> Result<Response, Oops> {
    shown(&member, &shapes, request, (&id, &code, Some(&item))).await
}

async fn saved(
    member: &Member,
    shapes: &Shapes,
    (id, code, item): (&str, &str, Option<&str>),
    typed: Typed,
) -> Result<Response, Oops> {
    let seen = typed.one(MARK).to_owned();
    let change = |work: &Work, document: &mut Value| -> Result<(), Unseen> {
        let Ok(mut place) = Place::of(work, code, item) else { return Err(Unseen) };
        let written = |place: Place, document: &Value| {
            let mut changed = document.clone();
            typed.put(&work.source, place.section, place.item, &mut changed);
            changed
        };
        // Another tab added an item meanwhile: this one goes behind it.
        let here = part(place.section, place.item, document);
        if typed.one(NEW) == "1" && mark(&part(place.section, place.item, &written(place, document))) != mark(&here) {
            place.item = place.item.map(|_| work.count(place.section));
        }
        let before = part(place.section, place.item, document);
        let changed = written(place, document);
        // Sent twice, or the same written elsewhere: nothing is left to do.
        if mark(&part(place.section, place.item, &changed)) == mark(&before) {
            return Ok(());
        }
        if mark(&before) != seen {
            return Err(Unseen);
        }
        *document = changed;
        Ok(())
    };
    match save(member, shapes, id, change).await {
        Ok(()) => {
            let work = Work::load(member, id).await?;
            let place = Place::of(&work, code, item).ok();
            let told = place.map_or(0, |place| work.of_section(place.section, place.item).len());
            let list = place.is_some_and(|place| place.item.is_some());
            let to = match (typed.one(BACK), told) {
                (back, _) if BACKS.contains(&back) => work.page(&format!("/{back}")),
                // What was just written is seen with what the rules say of it.
                (_, 1..) if list => work.page(&format!("/form/{code}/{}?saved=1", item.unwrap_or_default())),
                (_, 1..) => work.page(&format!("/form/{code}?saved=1")),
                _ if list => work.page(&format!("/form/{code}")),
                _ => work.page(&format!("?saved={code}")),
            };
            Ok(member.redirect(&to))
        }
        Err(Unsaved::Shape(problems)) => {
            let work = Work::writable(member, id).await?;
            let place = Place::of(&work, code, item)?;
            page(member, shapes, &work, place, &typed, State { problems: &problems, ..State::default() })
        }
        Err(Unsaved::Overtaken(work)) => {
            let place = Place::of(&work, code, item)?;
            page(member, shapes, &work, place, &typed, State { overtaken: true, ..State::default() })
        }
        Err(Unsaved::Failed(error)) => Err(error.into()),
    }
}

/// Saves a section.
#[handler]
pub async fn submit(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    Path((id, code)): Path<(String, String)>,
    sent: Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    saved(&member, &shapes, (&id, &code, None), Typed(sent.0)).await
}

/// Saves an item of a list.
#[handler]
pub async fn submit_item(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    Path((id, code, item)): Path<(String, String, String)>,
    sent: Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    saved(&member, &shapes, (&id, &code, Some(&item)), Typed(sent.0)).await
}
