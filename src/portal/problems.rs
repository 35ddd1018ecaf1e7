//! One page for each kind of problem that API or pages may answer.

use poem::Response;
use poem::handler;
use poem::web::Path;
use serde::Serialize;

use crate::edge::wording;
use crate::edge::wording::KINDS;
use crate::edge::wording::Kind;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    status: u16,
    title: Words,
    words: Words,
}

impl From<&Kind> for Problem {
    fn from(kind: &Kind) -> Self {
        let Kind { code, status, title, title_en, zh, en } = *kind;
        Self { code, status, title: words(title, title_en), words: words(zh, en) }
    }
}

#[derive(Serialize)]
struct List {
    problems: Vec<Problem>,
}

/// Every kind, by code.
#[handler]
pub fn list(ask: Ask) -> Result<Response, Oops> {
    let mut problems: Vec<Problem> = KINDS.iter().map(Into::into).collect();
    problems.sort_by_key(|problem| problem.code);
    ask.page("problems.html", &List { problems })
}

/// One kind.
#[handler]
pub fn show(ask: Ask, Path(code): Path<String>) -> Result<Response, Oops> {
    let kind = KINDS.iter().find(|kind| kind.code == code).ok_or(&wording::NOT_FOUND)?;
    ask.page("problem.html", &Problem::from(kind))
}
