//! Check your answers: everything that was written, each with the way back to it.

use serde::Serialize;
use serde_json::Value;

use crate::portal::my::form::question::Section;
use crate::portal::my::form::sections;
use crate::portal::my::question::{Said, key, said};
use crate::portal::my::work::Work;

#[derive(Serialize)]
struct Row {
    key: String,
    said: Vec<Said>,
}

#[derive(Serialize)]
struct Part {
    /// Number of the item of a list, counted from 1.
    number: Option<usize>,
    href: String,
    rows: Vec<Row>,
}

/// A section's answers.
#[derive(Serialize)]
pub struct Answered {
    code: &'static str,
    href: String,
    parts: Vec<Part>,
}

fn part(work: &Work, section: &'static Section, item: Option<usize>) -> Part {
    let own = work.source.document.pointer(&section.pointer(item, "")).cloned().unwrap_or(Value::Null);
    let asked = section.questions.iter().filter(|question| (question.asked)(&work.source, &own));
    let row = |question: &crate::portal::my::form::question::Question| Row {
        key: key(&section.pointer(item, question.at)),
        said: said(question, own.pointer(question.at).unwrap_or(&Value::Null), &work.source),
    };
    let href = match item {
        Some(item) => work.page(&format!("/form/{}/{}?back=check", section.code, item + 1)),
        None => work.page(&format!("/form/{}?back=check", section.code)),
    };
    Part { number: item.map(|item| item + 1), href, rows: asked.map(row).collect() }
}

/// The answers of every section that is asked.
pub fn of(work: &Work) -> Vec<Answered> {
    let answered = |section: &'static Section| Answered {
        code: section.code,
        href: work.page(&format!("/form/{}", section.code)),
        parts: match section.list {
            Some(_) => (0..work.count(section)).map(|item| part(work, section, Some(item))).collect(),
            None => vec![part(work, section, None)],
        },
    };
    sections::asked(&work.source).map(answered).collect()
}
