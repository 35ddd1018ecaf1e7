//! A filing as a list of what is to be done: every section with how far it is.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use serde::{Deserialize, Serialize};

use crate::domain::lifecycle::{Kind, Stage};
use crate::portal::my::form::question::Section;
use crate::portal::my::form::sections;
use crate::portal::my::form::typed;
use crate::portal::my::work::{Found, Work};
use crate::portal::page::Oops;
use crate::portal::paper::{Words, words};
use crate::portal::session::Member;
use crate::usecase::facts::Told;

/// How far a section is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Nothing is written, and something must be.
    Empty,
    /// Nothing is written, and nothing must be.
    Optional,
    /// Something is missing or wrong.
    Wanting,
    Done,
}

#[derive(Serialize)]
struct Task {
    /// Its code; `materials` and `declaration` are pages of their own.
    code: &'static str,
    href: String,
    state: State,
    blocking: usize,
    reminding: usize,
    /// How many items its list holds.
    items: Option<usize>,
}

#[derive(Serialize)]
struct Group {
    code: &'static str,
    tasks: Vec<Task>,
}

#[derive(Serialize)]
struct View {
    filing: String,
    kind: Words,
    name: String,
    clinic: Option<String>,
    stage: Stage,
    case_number: Option<String>,
    groups: Vec<Group>,
    /// What a change leaves as it is.
    unchanged: Vec<Group>,
    done: usize,
    of: usize,
    general: Vec<Found>,
    saved: String,
    /// Whether a notice with corrections is to be answered.
    correcting: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Query {
    saved: String,
}

fn task(work: &Work, section: &'static Section) -> Task {
    let told = work.of_section(section, None);
    let blocking = told.iter().filter(|told| told.blocks()).count();
    let part = typed::part(section, None, &work.source.document);
    let items = section.list.map(|_| work.count(section));
    let empty = items.map_or_else(|| typed::blank(&part), |items| items == 0);
    let state = match (empty, blocking) {
        (true, 0) => State::Optional,
        (true, _) => State::Empty,
        (false, 0) => State::Done,
        (false, _) => State::Wanting,
    };
    let href = work.page(&format!("/form/{}", section.code));
    Task { code: section.code, href, state, blocking, reminding: told.len() - blocking, items }
}

fn materials(work: &Work) -> Task {
    let of = |told: &&Told| told.pointer.starts_with("/materials");
    let told: Vec<_> = work.told.iter().filter(of).collect();
    let blocking = told.iter().filter(|told| told.blocks()).count();
    let state = match (work.case.materials.is_empty(), blocking) {
        (true, 0) => State::Optional,
        (true, _) => State::Empty,
        (false, 0) => State::Done,
        (false, _) => State::Wanting,
    };
    Task {
        code: "materials",
        href: work.page("/materials"),
        state,
        blocking,
        reminding: told.len() - blocking,
        items: Some(work.case.materials.len()),
    }
}

/// Whether a change touches a section.
fn touched(work: &Work, section: &Section, task: &Task) -> bool {
    let changed = work.case.changes.iter().any(|change| section.holds(change.pointer));
    changed || task.blocking > 0 || (section.group == "telemedicine" && task.state != State::Done)
}

/// Puts a task under its heading.
fn placed(groups: &mut Vec<Group>, code: &'static str, task: Task) {
    match groups.iter_mut().find(|group| group.code == code) {
        Some(group) => group.tasks.push(task),
        None => groups.push(Group { code, tasks: vec![task] }),
    }
}

/// What is to be done, or, once it is submitted, where the case stands.
#[handler]
pub async fn show(member: Member, request: &poem::Request, Path(id): Path<String>) -> Result<Response, Oops> {
    let query: Query = request.params().unwrap_or_default();
    let work = Work::load(&member, &id).await?;
    if !work.open() {
        return Ok(member.redirect(&work.page("/case")));
    }
    let (mut groups, mut unchanged) = (vec![], vec![]);
    let change = work.source.kind == Kind::Change;
    for section in sections::asked(&work.source) {
        let task = task(&work, section);
        let leave = change && !touched(&work, section, &task);
        placed(if leave { &mut unchanged } else { &mut groups }, section.group, task);
    }
    placed(&mut groups, "materials", materials(&work));
    let tasks = groups.iter().chain(&unchanged).flat_map(|group| &group.tasks);
    let (mut done, mut of) = (0, 0);
    for task in tasks {
        of += 1;
        done += usize::from(task.blocking == 0 && task.state != State::Empty);
    }
    let row = &work.case.row;
    let known = |told: &&Told| {
        !told.pointer.starts_with("/materials")
            && !told.pointer.starts_with("/declarations")
            && !told.pointer.starts_with("/particulars/signed")
            && sections::of_pointer(&work.source, &told.pointer).is_none()
    };
    let clinic = work.case.clinic.as_ref();
    let name = clinic.map_or_else(|| row.dossier.name.clone(), |clinic| clinic.name.clone());
    let view = View {
        filing: work.id.0.to_string(),
        kind: words(row.kind.zh(), row.kind.en()),
        name,
        clinic: clinic.map(|clinic| clinic.number.clone()),
        stage: row.stage,
        case_number: row.case_number.clone(),
        done,
        of,
        general: work.told.iter().filter(known).map(Found::from).collect(),
        saved: query.saved,
        correcting: row.stage == Stage::Correcting,
        groups,
        unchanged,
    };
    member.private(StatusCode::OK, "my_filing.html", &view)
}
