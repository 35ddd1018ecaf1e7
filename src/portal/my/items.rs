//! Lists of the form, people and rooms: a table, from which items are written, copied and taken out.

use std::sync::Arc;

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::{Data, Form, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::edge::shape::Shapes;
use crate::error::Error;
use crate::portal::my::form::question::{As, Section};
use crate::portal::my::form::sections::FORM;
use crate::portal::my::form::typed::{self, mark};
use crate::portal::my::plan::{self, Plan};
use crate::portal::my::question::{Said, said};
use crate::portal::my::work::{Found, Unsaved, Unseen, Work, save};
use crate::portal::page::Oops;
use crate::portal::session::Member;

/// How many answers of an item a row shows.
const SHOWN: usize = 3;

/// What is not copied from one person to the next: it is nobody else's.
const OWN: &[&str] = &["/name", "/id_number", "/qualification_code", "/practice_code", "/registry_check"];

#[derive(Serialize)]
struct Row {
    number: usize,
    /// The first answers, the name of the item before all.
    said: Vec<Vec<Said>>,
    blocking: usize,
    reminding: usize,
    /// What the row says when it is sent: what the page saw.
    mark: String,
}

#[derive(Serialize)]
struct View {
    filing: String,
    section: &'static str,
    rows: Vec<Row>,
    next: usize,
    full: bool,
    most: usize,
    general: Vec<Found>,
    plan: Option<Plan>,
}

/// Whether a section is a list.
pub fn is_list(code: &str) -> bool {
    FORM.iter().any(|section| section.code == code && section.list.is_some())
}

/// The table of a list.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn page(member: &Member, id: &str, code: &str) -> Result<Response, Oops> {
    let work = Work::writable(member, id).await?;
    let section = work.section(code)?;
    let most = section.list.ok_or(Error::NotFound("section"))?;
    let items = list(&work.source.document, section);
    let row = |(index, item): (usize, &Value)| {
        let told = work.of_section(section, Some(index));
        // Numbers of people are not for a list.
        let answers = section.questions.iter().filter(|q| !matches!(q.ask, As::Number(_))).take(SHOWN);
        Row {
            number: index + 1,
            said: answers.map(|q| said(q, item.pointer(q.at).unwrap_or(&Value::Null), &work.source)).collect(),
            blocking: told.iter().filter(|told| told.blocks()).count(),
            reminding: told.iter().filter(|told| !told.blocks()).count(),
            mark: mark(item),
        }
    };
    let rows: Vec<Row> = items.iter().enumerate().map(row).collect();
    let general = work.of_section(section, None).into_iter().filter(|told| section.item(&told.pointer).is_none());
    let view = View {
        filing: work.id.0.to_string(),
        section: section.code,
        next: rows.len() + 1,
        full: rows.len() >= most,
        rows,
        most,
        general: general.map(Found::from).collect(),
        plan: plan::of(&work.source, section, &work.told),
    };
    member.private(StatusCode::OK, "my_items.html", &view)
}

fn list<'a>(document: &'a Value, section: &Section) -> &'a [Value] {
    document.pointer(section.at).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What a row's button sends.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    mark: String,
}

/// Changes a list where the item is still what the page saw; elsewhere it is left as it is, and the table tells.
async fn change(
    member: &Member,
    shapes: &Shapes,
    (id, code, number): (&str, &str, &str),
    seen: &str,
    act: impl Fn(&mut Vec<Value>, usize),
) -> Result<Response, Oops> {
    let change = |work: &Work, document: &mut Value| -> Result<(), Unseen> {
        let Ok(section) = work.section(code) else { return Err(Unseen) };
        let most = section.list.unwrap_or_default();
        let mut items = list(document, section).to_vec();
        let index = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let here = index.filter(|index| items.get(*index).is_some_and(|item| mark(item) == seen));
        // Taken out by another tab, or by a second click: the table shows how it stands.
        let Some(index) = here else { return Ok(()) };
        act(&mut items, index);
        items.truncate(most);
        typed::set(document, section.at, items.into());
        Ok(())
    };
    let gone = || Error::NotFound("section");
    if !is_list(code) {
        return Err(gone().into());
    }
    save(member, shapes, id, change).await.map_err(Unsaved::oops)?;
    Ok(member.redirect(&format!("/my/filings/{id}/form/{code}")))
}

/// Takes an item out.
#[handler]
pub async fn remove(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    Path((id, code, number)): Path<(String, String, String)>,
    sent: Form<Sent>,
) -> Result<Response, Oops> {
    change(&member, &shapes, (&id, &code, &number), &sent.mark, |items, index| drop(items.remove(index))).await
}

/// Adds an item like this one behind it, without what is one person's own.
#[handler]
pub async fn copy(
    member: Member,
    shapes: Data<&Arc<Shapes>>,
    Path((id, code, number)): Path<(String, String, String)>,
    sent: Form<Sent>,
) -> Result<Response, Oops> {
    let copied = |items: &mut Vec<Value>, index: usize| {
        let Some(item) = items.get(index) else { return };
        let mut copy = item.clone();
        for at in OWN {
            if copy.pointer(at).is_some() {
                typed::set(&mut copy, at, if *at == "/registry_check" { Value::Null } else { json!("") });
            }
        }
        // A second click finds the copy that the first made.
        let is_copy = |next: &Value| mark(next) == mark(&copy);
        if copy == *item || !items.get(index + 1).is_some_and(is_copy) {
            items.insert(index + 1, copy);
        }
    };
    change(&member, &shapes, (&id, &code, &number), &sent.mark, copied).await
}
