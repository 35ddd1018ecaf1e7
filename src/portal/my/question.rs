//! A question as its page shows it: with what was typed, what is wrong with it, and what the rules say.

use serde::Serialize;
use serde_json::Value;

use crate::edge::shape::Shapes;
use crate::error::Problem;
use crate::portal::look::Lang;
use crate::portal::my::form::options::Choice;
use crate::portal::my::form::question::{As, Question, Section};
use crate::portal::my::form::source::Source;
use crate::portal::my::form::typed::{self, Typed};
use crate::portal::my::work::{Found, Work};
use crate::portal::paper::{Words, words};

/// A choice as it stands on a page.
#[derive(Serialize)]
pub struct Shown {
    code: String,
    text: String,
    /// Chinese on every page.
    filed: bool,
    group: String,
    chosen: bool,
}

/// A question on a page.
#[derive(Serialize)]
pub struct Asked {
    /// Of the input, and its name.
    id: String,
    /// What kind of input it is.
    kind: &'static str,
    /// The end of the keys of its texts.
    key: String,
    value: String,
    year: String,
    month: String,
    day: String,
    options: Vec<Shown>,
    width: u8,
    longest: Option<u64>,
    wrong: Vec<Words>,
    found: Vec<Found>,
    /// What was saved elsewhere meanwhile, where it differs.
    theirs: Option<Vec<Said>>,
}

/// A value in words.
#[derive(Clone, Serialize)]
pub struct Said {
    pub words: Words,
    /// As it was filed: the same in every language.
    pub filed: bool,
}

impl Said {
    fn filed(text: &str) -> Self {
        Self { words: words(text, text), filed: true }
    }
}

/// The end of the keys of a place's texts: the place without the numbers of items.
pub fn key(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).filter(|part| part.parse::<usize>().is_err());
    parts.collect::<Vec<_>>().join("-")
}

const fn kind(ask: As) -> &'static str {
    match ask {
        As::Line(_) => "line",
        As::Number(_) => "number",
        As::Phone => "phone",
        As::Text => "text",
        As::Lines => "lines",
        As::Quantity => "quantity",
        As::Day => "day",
        As::Tick => "tick",
        As::One(_) => "one",
        As::Pick(_) => "pick",
        As::Any(_) => "any",
    }
}

fn options(ask: As, source: &Source) -> Vec<Choice> {
    match ask {
        As::One(options) | As::Pick(options) | As::Any(options) => options(source),
        _ => vec![],
    }
}

/// What a page shows of a section.
pub struct Page<'a> {
    pub work: &'a Work,
    pub section: &'static Section,
    pub item: Option<usize>,
    pub typed: &'a Typed,
    /// What is wrong with the shape of what was typed.
    pub problems: &'a [Problem],
    /// The document as it stands, where somebody else wrote the same part.
    pub theirs: Option<&'a Value>,
    /// Whether to tell what the rules say: not on a page that nobody has filled in yet.
    pub checked: bool,
    pub lang: Lang,
}

impl Page<'_> {
    /// Its questions.
    pub fn questions(&self, shapes: &Shapes) -> Vec<Asked> {
        let document = &self.work.source.document;
        let part = document.pointer(&self.section.pointer(self.item, "")).cloned().unwrap_or(Value::Null);
        let asked = self.section.questions.iter().filter(|question| (question.asked)(&self.work.source, &part));
        asked.map(|question| self.question(question, shapes)).collect()
    }

    fn question(&self, question: &Question, shapes: &Shapes) -> Asked {
        let (source, typed, id) = (&self.work.source, self.typed, question.name());
        let pointer = self.section.pointer(self.item, question.at);
        let under = |place: &str| place == pointer || place.strip_prefix(&pointer).is_some_and(|r| r.starts_with('/'));
        let shown = |choice: Choice| Shown {
            chosen: typed.all(&id).any(|value| value == choice.code),
            text: match self.lang {
                Lang::Zh => choice.name.zh().to_owned(),
                Lang::En => choice.name.en().to_owned(),
            },
            code: choice.code,
            filed: choice.filed,
            group: choice.group,
        };
        let wrong = self.problems.iter().filter(|problem| under(&problem.pointer));
        let found = self.work.told.iter().filter(|told| self.checked && under(&told.pointer));
        let schema = if source.kind.writes_dossier() { "Dossier" } else { "Particulars" };
        let theirs = self.theirs.and_then(|document| {
            let now = document.pointer(&pointer).unwrap_or(&Value::Null);
            let mut mine = document.clone();
            typed.put(source, self.section, self.item, &mut mine);
            let same = mine.pointer(&pointer).unwrap_or(&Value::Null) == now
                || (typed::blank(now) && mine.pointer(&pointer).is_none_or(typed::blank));
            (!same).then(|| said(question, now, source))
        });
        Asked {
            kind: kind(question.ask),
            key: key(&pointer),
            value: typed.one(&id).to_owned(),
            year: typed.one(&format!("{id}-year")).to_owned(),
            month: typed.one(&format!("{id}-month")).to_owned(),
            day: typed.one(&format!("{id}-day")).to_owned(),
            options: options(question.ask, source).into_iter().map(shown).collect(),
            width: match question.ask {
                As::Line(width) | As::Number(width) => width,
                _ => 0,
            },
            longest: shapes.longest(schema, pointer.strip_prefix("/particulars").unwrap_or(&pointer)),
            wrong: wrong.map(|problem| words(&problem.zh, &problem.en)).collect(),
            found: found.map(Found::from).collect(),
            theirs,
            id,
        }
    }
}

/// An answer in words; nothing where there is none.
pub fn said(question: &Question, value: &Value, source: &Source) -> Vec<Said> {
    let choices = options(question.ask, source);
    let name = |code: &str| {
        let choice = choices.iter().find(|choice| choice.code == code);
        choice.map_or_else(|| Said::filed(code), |choice| Said { words: choice.name.clone(), filed: choice.filed })
    };
    match (question.ask, value) {
        (As::Tick, Value::Bool(true)) => vec![Said { words: words("是", "Yes"), filed: false }],
        (As::Tick, _) => vec![Said { words: words("否", "No"), filed: false }],
        (As::One(_) | As::Pick(_), Value::String(code)) => vec![name(code)],
        (As::One(_) | As::Pick(_), Value::Number(code)) => vec![name(&code.to_string())],
        (As::Any(_), Value::Array(codes)) => codes.iter().filter_map(Value::as_str).map(name).collect(),
        (_, Value::String(text)) if !text.is_empty() => vec![Said::filed(text)],
        (_, Value::Number(number)) => vec![Said::filed(number.to_string().trim_end_matches(".0"))],
        (_, Value::Array(items)) => items.iter().filter_map(Value::as_str).map(Said::filed).collect(),
        _ => vec![],
    }
}
