//! What was typed into a section, and how it goes into the document and comes back out of it.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::domain::value::hex;
use crate::portal::my::form::question::{As, Question, Section};
use crate::portal::my::form::source::Source;

/// Parts of the document that are there or not as a whole; `*` is any item of a list.
const OPTIONAL: &[&str] = &[
    "/staff/*/registry_check",
    "/telemedicine/partner",
    "/telemedicine/security_grade",
    "/telemedicine/platform",
    "/telemedicine/review",
    "/telemedicine",
];

/// The parts of a day, as the fields of a form end.
const DAY: [&str; 3] = ["-year", "-month", "-day"];

/// Pairs of names and values, as a form sends them.
#[derive(Clone, Debug, Default)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// The first value of a field; empty where there is none.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// What stands in a part of the document, as it would be typed.
    pub fn of(section: &Section, part: &Value) -> Self {
        let mut pairs = vec![];
        for question in section.questions {
            let value = part.pointer(question.at).unwrap_or(&Value::Null);
            shown(question, value, &mut pairs);
        }
        Self(pairs)
    }

    /// The answer of a question as the document keeps it; what cannot be read as such stays text, and the shape says so.
    fn answer(&self, question: &Question) -> Value {
        let name = question.name();
        let typed = self.one(&name).trim();
        let code = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        match question.ask {
            As::Line(_) => typed.into(),
            As::Number(_) => narrow(typed).to_uppercase().replace(' ', "").into(),
            As::Phone => narrow(typed).replace(' ', "").into(),
            As::Text => typed.replace("\r\n", "\n").into(),
            As::Lines => lines(typed),
            As::Quantity => quantity(&narrow(typed)),
            As::Day => self.day(&name),
            As::Tick => self.all(&name).any(|value| value == "true").into(),
            As::One(_) | As::Pick(_) => match typed.parse::<u8>() {
                Ok(grade) if question.at.ends_with("/grade") => grade.into(),
                _ => code(typed),
            },
            As::Any(_) => self.all(&name).filter(|code| !code.is_empty()).collect(),
        }
    }

    fn day(&self, name: &str) -> Value {
        let parts = DAY.map(|part| self.one(&format!("{name}{part}")));
        day(parts).map_or(Value::Null, Value::from)
    }

    /// Puts what was typed into the document, at the section's place or at an item of its list.
    pub fn put(&self, source: &Source, section: &Section, item: Option<usize>, document: &mut Value) {
        let at = section.pointer(item, "");
        for question in section.questions {
            // What was not asked is left as it is.
            let part = document.pointer(&at).cloned().unwrap_or(Value::Null);
            let sent = question.silent() || self.0.iter().any(|(name, _)| name.starts_with(&question.name()));
            if sent && (question.asked)(source, &part) {
                set(document, &format!("{at}{}", question.at), self.answer(question));
            }
        }
        settle(document);
    }
}

/// A day of its three parts, as it is written; nothing where none of them is given.
pub fn day(parts: [&str; 3]) -> Option<String> {
    let [year, month, day] = parts.map(narrow);
    let given = ![&year, &month, &day].into_iter().all(String::is_empty);
    given.then(|| format!("{year:0>4}-{month:0>2}-{day:0>2}"))
}

/// What follows from what was typed, and what is left out when it is empty.
fn settle(document: &mut Value) {
    // A street lies in one county.
    let street = document.pointer("/address/street").and_then(Value::as_str).unwrap_or_default();
    let division = street.get(..6).map(ToOwned::to_owned);
    if let Some(division) = division {
        set(document, "/address/division", division.into());
    }
    for place in OPTIONAL {
        match place.split_once("/*") {
            Some((list, rest)) => {
                let count = document.pointer(list).and_then(Value::as_array).map_or(0, Vec::len);
                (0..count).for_each(|item| drop_blank(document, &format!("{list}/{item}{rest}")));
            }
            None => drop_blank(document, place),
        }
    }
}

fn drop_blank(document: &mut Value, at: &str) {
    if document.pointer(at).is_some_and(blank) {
        set(document, at, Value::Null);
    }
}

/// Whether nothing was answered here.
pub fn blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(blank),
        Value::Object(fields) => fields.values().all(blank),
    }
}

/// Sets a value, making what holds it; a list grows by one at its end.
pub fn set(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for key in pointer.split('/').skip(1) {
        if let (Value::Array(items), Ok(index)) = (&mut *place, key.parse::<usize>()) {
            if index == items.len() {
                items.push(json!({}));
            }
            let Some(item) = (match place {
                Value::Array(items) => items.get_mut(index),
                _ => None,
            }) else {
                return;
            };
            place = item;
            continue;
        }
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else { return };
        place = fields.entry(key.to_owned()).or_insert(Value::Null);
    }
    *place = value;
}

/// A document without its nulls: what is not answered is not sent.
pub fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => (),
    }
}

/// A mark of what stands in a part of the document: whoever sends it back saw just that.
pub fn mark(part: &Value) -> String {
    hex(&Sha256::digest(plain(part).to_string())).chars().take(20).collect()
}

/// What is answered, however it is written: 90 is 90.0, and an empty text is no answer.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let answered = fields.iter().filter(|(_, field)| !blank(field));
            answered.map(|(name, field)| (name.clone(), plain(field))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => number.as_f64().into(),
        other => other.clone(),
    }
}

/// The part of the document that a page writes: the answers of its own questions, by their places.
pub fn part(section: &Section, item: Option<usize>, document: &Value) -> Value {
    let at = section.pointer(item, "");
    let own = document.pointer(&at).unwrap_or(&Value::Null);
    let mut part = json!({});
    for question in section.questions {
        set(&mut part, question.at, own.pointer(question.at).cloned().unwrap_or(Value::Null));
    }
    part
}

fn shown(question: &Question, value: &Value, pairs: &mut Vec<(String, String)>) {
    let name = question.name();
    match (question.ask, value) {
        (As::Day, Value::String(day)) => {
            for (part, end) in day.splitn(3, '-').zip(DAY) {
                pairs.push((format!("{name}{end}"), part.trim_start_matches('0').to_owned()));
            }
        }
        (As::Lines, Value::Array(items)) => {
            let text: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            pairs.push((name, text.join("\n")));
        }
        (_, Value::Array(items)) => {
            pairs.extend(items.iter().filter_map(Value::as_str).map(|item| (name.clone(), item.to_owned())));
        }
        // An amount that nobody gave is not none.
        (As::Quantity, Value::Number(number)) if number.as_f64() == Some(0.0) && !question.at.ends_with("/beds") => (),
        (As::Quantity, Value::Number(number)) => {
            pairs.push((name, number.to_string().trim_end_matches(".0").to_owned()));
        }
        (_, Value::String(text)) => pairs.push((name, text.clone())),
        (_, Value::Bool(true)) => pairs.push((name, "true".to_owned())),
        (_, Value::Number(number)) => pairs.push((name, number.to_string())),
        _ => (),
    }
}

/// Full-width characters as the keyboards of phones write them, in their usual form.
fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(one).collect::<String>().trim().to_owned()
}

fn lines(text: &str) -> Value {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn quantity(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    match (text.parse::<u32>(), text.parse::<f64>()) {
        (Ok(whole), _) => whole.into(),
        (_, Ok(number)) if number.is_finite() => number.into(),
        _ => text.into(),
    }
}
