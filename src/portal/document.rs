//! The contract, read once into what its pages show.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::domain::actor::Role;
use crate::portal::markdown::Block;
use crate::portal::markdown::Span;
use crate::portal::markdown::blocks;
use crate::portal::markdown::spans;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::schema;
use crate::portal::schema::Field;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The contract as pages.
pub struct Document {
    pub contents: Contents,
    /// By operation id.
    pub operations: BTreeMap<String, Operation>,
}

/// The table of contents.
#[derive(Serialize)]
pub struct Contents {
    name: Words,
    version: String,
    /// Where the API is mounted.
    base: String,
    /// The introduction, by paragraph or list.
    introduction: Vec<Block>,
    groups: Vec<Group>,
}

/// A tag and its operations.
#[derive(Serialize)]
struct Group {
    name: Words,
    words: String,
    operations: Vec<Line>,
}

/// An operation in the table of contents.
#[derive(Clone, Serialize)]
struct Line {
    id: String,
    method: String,
    path: String,
    summary: Words,
    who: Words,
}

/// An operation on its page.
#[derive(Serialize)]
pub struct Operation {
    #[serde(flatten)]
    line: Line,
    base: String,
    description: Vec<Block>,
    parameters: Vec<Parameter>,
    request: Vec<Body>,
    responses: Vec<Answer>,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    place: String,
    kind: String,
    required: bool,
    words: Vec<Span>,
}

#[derive(Serialize)]
struct Answer {
    status: String,
    words: Vec<Span>,
    headers: Vec<Parameter>,
    bodies: Vec<Body>,
}

#[derive(Serialize)]
struct Body {
    media_type: String,
    schema: String,
    fields: Vec<Field>,
    example: Option<String>,
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

impl Document {
    /// Reads an OpenAPI 3.0 document; what is missing in it is left out.
    pub fn of(document: &Value) -> Self {
        let base = list(document, "servers").next().map(|server| text(server, "url")).unwrap_or_default();
        let mut operations = BTreeMap::new();
        let mut by_tag: BTreeMap<String, Vec<Line>> = BTreeMap::new();
        for (path, item) in members(document, "paths") {
            for method in METHODS {
                let Some(source) = item.get(method) else { continue };
                let operation = operation(document, source, method, path, &base);
                let tag = list(source, "tags").next().and_then(Value::as_str).unwrap_or_default();
                by_tag.entry(tag.to_owned()).or_default().push(operation.line.clone());
                operations.insert(operation.line.id.clone(), operation);
            }
        }
        let mut groups: Vec<Group> = vec![];
        for tag in list(document, "tags") {
            let name = text(tag, "name");
            let line = text(tag, "description").lines().next().unwrap_or_default().to_owned();
            let (zh, about) = halves(&line);
            groups.extend(by_tag.remove(&name).map(|operations| Group {
                name: words(zh, name),
                words: about.to_owned(),
                operations,
            }));
        }
        groups.extend(by_tag.into_iter().map(|(name, operations)| Group {
            name: words(&name, &name),
            words: String::new(),
            operations,
        }));
        let info = document.get("info").unwrap_or(&Value::Null);
        let introduction = blocks(&text(info, "description"));
        let contents =
            Contents { name: pair(&text(info, "title")), version: text(info, "version"), base, introduction, groups };
        Self { contents, operations }
    }
}

fn operation(document: &Value, source: &Value, method: &str, path: &str, base: &str) -> Operation {
    let secured = list(source, "security").next().is_some();
    let who = Some(text(source, "x-who")).filter(|who| !who.is_empty());
    Operation {
        line: Line {
            id: text(source, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: pair(&text(source, "summary")),
            who: who_may(&who.unwrap_or_else(|| if secured { "signed in" } else { "anyone" }.to_owned())),
        },
        base: base.to_owned(),
        description: blocks(&text(source, "description")),
        parameters: list(source, "parameters").map(|p| parameter(document, &text(p, "name"), p)).collect(),
        request: source.get("requestBody").map(|body| bodies(document, body)).unwrap_or_default(),
        responses: members(source, "responses")
            .map(|(status, answer)| Answer {
                status: status.clone(),
                words: spans(&text(answer, "description")),
                headers: members(answer, "headers").map(|(name, header)| parameter(document, name, header)).collect(),
                bodies: bodies(document, answer),
            })
            .collect(),
    }
}

/// What the contract says in both languages, as `中文 · English`.
fn halves(text: &str) -> (&str, &str) {
    text.split_once(" · ").unwrap_or((text, text))
}

fn pair(text: &str) -> Words {
    let (zh, en) = halves(text);
    words(zh, en)
}

/// Who may call, as the contract says it: `officers, approvers: jurisdiction; clinic: own`.
fn who_may(en: &str) -> Words {
    let term = |term: &str| match term {
        "anyone" => "任何人".to_owned(),
        "signed in" => "登录后".to_owned(),
        "by role and stage" => "按岗位和阶段".to_owned(),
        "own" => "本人的".to_owned(),
        "own authority" => "本机关的".to_owned(),
        "jurisdiction" => "辖区内的".to_owned(),
        "supervised" => "所监管的".to_owned(),
        "handling it" => "本机关办理的".to_owned(),
        role => {
            let known = Role::ALL.iter().find(|one| role.trim_end_matches('s') == one.en());
            known.map_or_else(|| role.to_owned(), |role| role.zh().to_owned())
        }
    };
    let terms = |list: &str| list.split(", ").map(term).collect::<Vec<_>>().join("、");
    let rule = |rule: &str| rule.split(": ").map(terms).collect::<Vec<_>>().join("：");
    words(en.split("; ").map(rule).collect::<Vec<_>>().join("；"), en)
}

fn parameter(document: &Value, name: &str, source: &Value) -> Parameter {
    Parameter {
        name: name.to_owned(),
        place: text(source, "in"),
        kind: source.get("schema").map(|s| schema::kind(document, s)).unwrap_or_default(),
        required: source.get("required").and_then(Value::as_bool).unwrap_or_default(),
        words: spans(&text(source, "description")),
    }
}

fn bodies(document: &Value, source: &Value) -> Vec<Body> {
    let body = |(media_type, media): (&String, &Value)| {
        let shape = media.get("schema").unwrap_or(&Value::Null);
        let name = shape.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next());
        Body {
            media_type: media_type.clone(),
            schema: name.map_or_else(|| schema::kind(document, shape), str::to_owned),
            fields: schema::fields(document, shape),
            // Writing JSON values as text does not fail.
            example: media.get("example").and_then(|example| serde_json::to_string_pretty(example).ok()),
        }
    };
    members(source, "content").map(body).collect()
}
