//! One page for each kind of problem that API or pages may answer.

use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Path;
use serde::Serialize;

use crate::app::App;
use crate::edge::wording;
use crate::edge::wording::KINDS;
use crate::edge::wording::Kind;
use crate::portal::page;
use crate::portal::page::Oops;

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    status: u16,
    title: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl From<&Kind> for Problem {
    fn from(kind: &Kind) -> Self {
        let Kind { code, status, title, zh, en } = *kind;
        Self { code, status, title, zh, en }
    }
}

#[derive(Serialize)]
struct List {
    problems: Vec<Problem>,
}

/// Every kind, by code.
#[handler]
pub fn list(app: Data<&App>) -> Result<Response, Oops> {
    let mut problems: Vec<Problem> = KINDS.iter().map(Into::into).collect();
    problems.sort_by_key(|problem| problem.code);
    page::page(&app, "problems.html", &List { problems })
}

/// One kind.
#[handler]
pub fn show(app: Data<&App>, Path(code): Path<String>) -> Result<Response, Oops> {
    let kind = KINDS.iter().find(|kind| kind.code == code).ok_or(&wording::NOT_FOUND)?;
    page::page(&app, "problem.html", &Problem::from(kind))
}
