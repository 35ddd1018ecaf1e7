//! The contract: poem's document, corrected where it does not tell the truth, with an example for every body.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};

use crate::api::examples;
use crate::domain::diagrams;

/// Methods, as a document writes them.
const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

static DOCUMENT: LazyLock<Value> = LazyLock::new(build);

/// The document, the same for every installation.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The component schemas, by which bodies are checked.
pub fn schemas() -> &'static Value {
    static SCHEMAS: LazyLock<Value> = LazyLock::new(|| bare()["components"]["schemas"].clone());
    &SCHEMAS
}

/// One line per operation: id, method, path, who may call it, success status.
pub fn operations() -> String {
    let mut lines = vec![];
    each_operation(&mut document().clone(), |path, method, operation| {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let who = operation["x-who"].as_str().unwrap_or_default();
        let status = success(operation).map(|(status, _)| status.clone()).unwrap_or_default();
        lines.push(format!("{id:<22} {:<7} {path:<42} {who:<34} {status}", method.to_uppercase()));
    });
    lines.sort();
    format!("{:<22} {:<7} {:<42} {:<34} status\n{}\n", "# operation", "method", "path", "who", lines.join("\n"))
}

/// poem's document after the corrections that schemas need.
fn bare() -> Value {
    let spec = super::service().spec();
    // A document with a key twice would silently lose an operation; the contract test names the key.
    let mut document = serde_json::from_str::<Once>(&spec).map_or(Value::Null, |once| once.0);
    correct(&mut document);
    close(&mut document);
    document
}

/// What is sent to us holds no fields that we do not know: every schema that a request reaches says so.
fn close(document: &mut Value) {
    let mut open = vec![];
    each_operation(document, |_, _, operation| references(&operation["requestBody"], &mut open));
    let mut closed = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !closed.insert(name.clone()) {
            continue;
        }
        let schema = &mut document["components"]["schemas"][&name];
        references(schema, &mut open);
        if schema["properties"].is_object() {
            schema["additionalProperties"] = false.into();
        }
    }
}

/// The names of the schemas that a part of the document refers to.
fn references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|r| r.rsplit('/').next()) {
                names.push(name.to_owned());
            }
            fields.values().for_each(|field| references(field, names));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => (),
    }
}

fn build() -> Value {
    let mut document = bare();
    document["openapi"] = "3.0.3".into();
    document["info"]["license"] = json!({ "name": "Apache-2.0" });
    // Where keys are published by custom (RFC 8615), besides its place in the API.
    document["paths"]["/.well-known/clinic-keys"]["servers"] = json!([{ "url": "/api/v1" }, { "url": "/" }]);
    if let Some(tag) = document["tags"].as_array_mut().and_then(|tags| tags.iter_mut().find(|t| t["name"] == "Filings"))
    {
        let before = tag["description"].as_str().unwrap_or_default().to_owned();
        tag["description"] = format!("{before}\n\n```mermaid\n{}```", diagrams::filing()).into();
    }
    // Parameters that nobody knows are refused everywhere, so every operation has its problems.
    let problems = document["paths"]["/filings/{filing_id}"]["get"]["responses"].clone();
    each_operation(&mut document, |_, _, operation| {
        for range in ["4XX", "5XX"] {
            if operation["responses"][range].is_null() {
                operation["responses"][range] = problems[range].clone();
            }
        }
    });
    let examples = examples::all();
    let schemas = document["components"]["schemas"].clone();
    each_operation(&mut document, |_, _, operation| dress(operation, &examples, &schemas));
    document
}

/// The methods that an address of the API knows, as in `Allow` (RFC 9110 §10.2.1); empty when it is no address of the API.
pub fn methods(address: &str) -> String {
    let methods = item(address).into_iter().flat_map(Map::keys).filter(|key| METHODS.contains(&key.as_str()));
    methods.map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ")
}

/// The id of the operation that an address and a method lead to.
pub fn operation_id(address: &str, method: &str) -> Option<&'static str> {
    item(address)?.get(&method.to_lowercase())?["operationId"].as_str()
}

/// The query parameters that an operation knows; none when there is no such operation.
pub fn query_parameters(address: &str, method: &str) -> Option<Vec<&'static str>> {
    let operation = item(address)?.get(&method.to_lowercase())?;
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let named = parameters.filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str());
    Some(named.collect())
}

/// The path of the document that an address of the API fits.
fn item(address: &str) -> Option<&'static Map<String, Value>> {
    let address = address.strip_prefix(super::BASE)?;
    let fits = |path: &str| {
        path.split('/').count() == address.split('/').count()
            && path.split('/').zip(address.split('/')).all(|(part, given)| part == given || part.starts_with('{'))
    };
    let paths = document()["paths"].as_object().into_iter().flatten();
    // As the router does: a path that names the segment goes before one that takes any.
    let found = paths.filter(|(path, _)| fits(path)).min_by_key(|(path, _)| path.matches('{').count());
    found.and_then(|(_, item)| item.as_object())
}

/// The first key that a document holds twice, if any.
pub fn duplicate_key(text: &str) -> Option<String> {
    serde_json::from_str::<Once>(text).err().map(|e| e.to_string())
}

/// Corrections that hold everywhere: media types without charset, dates called dates, unsigned numbers from 0.
fn correct(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let renamed: Vec<String> = fields.keys().filter(|k| k.ends_with("; charset=utf-8")).cloned().collect();
            for key in renamed {
                if let Some(content) = fields.remove(&key) {
                    fields.insert(key.trim_end_matches("; charset=utf-8").to_owned(), content);
                }
            }
            if fields.get("format").is_some_and(|f| f == "naive-date") {
                fields.insert("format".into(), "date".into());
            }
            let unsigned = fields.get("format").and_then(Value::as_str).is_some_and(|f| f.starts_with("uint"));
            if unsigned && !fields.contains_key("minimum") {
                fields.insert("minimum".into(), 0.into());
            }
            fields.values_mut().for_each(correct);
        }
        Value::Array(items) => items.iter_mut().for_each(correct),
        _ => (),
    }
}

/// Adds who may call, the 401 challenge, and an example to every body.
fn dress(operation: &mut Value, examples: &BTreeMap<&'static str, Value>, schemas: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    operation["x-who"] = examples::who(&id).into();
    let parameters = operation.pointer_mut("/parameters").and_then(Value::as_array_mut);
    parameters.into_iter().flatten().for_each(demand);
    if let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut) {
        exemplify(content, examples.get(format!("{id} request").as_str()), examples, schemas);
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        let own = examples.get(format!("{id} response").as_str()).filter(|_| status.starts_with('2'));
        let problem = match status.as_str() {
            "4XX" => examples.get("Problem 4XX"),
            "5XX" => examples.get("Problem 5XX"),
            _ => None,
        };
        if status == "4XX" {
            let challenge = json!({
                "description": "`Bearer`, with status 401",
                "schema": { "type": "string" }, "example": "Bearer",
            });
            response["headers"]["WWW-Authenticate"] = challenge;
        }
        if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
            exemplify(content, own.or(problem), examples, schemas);
        }
    }
}

/// What poem takes as optional or without bounds, so that we can answer in our own words, and what is asked for indeed.
fn demand(parameter: &mut Value) {
    let name = parameter["name"].as_str().unwrap_or_default();
    let schema = match name {
        "Idempotency-Key" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$" }),
        "If-Match" => json!({ "type": "string", "pattern": "^\"v[0-9]{1,9}\"$" }),
        "limit" => json!({ "type": "integer", "format": "uint64", "minimum": 1, "maximum": 100 }),
        _ => return,
    };
    parameter["required"] = (name != "limit").into();
    parameter["schema"] = schema;
}

fn exemplify(
    content: &mut Map<String, Value>,
    own: Option<&Value>,
    examples: &BTreeMap<&'static str, Value>,
    schemas: &Value,
) {
    for (format, media) in content.iter_mut() {
        let name = media["schema"]["$ref"].as_str().and_then(|r| r.rsplit('/').next()).unwrap_or_default().to_owned();
        if let Some(example) = own.or_else(|| examples.get(name.as_str())).or_else(|| examples.get(format.as_str())) {
            media["example"] = example.clone();
        }
        debug_assert!(name.is_empty() || schemas.get(&name).is_some(), "no schema {name}");
    }
}

fn each_operation(document: &mut Value, mut visit: impl FnMut(&str, &str, &mut Value)) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths.iter_mut() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(path, method, operation);
            }
        }
    }
}

fn success(operation: &Value) -> Option<(&String, &Value)> {
    operation["responses"].as_object()?.iter().find(|(status, _)| status.starts_with('2'))
}

/// A JSON value whose objects hold each key once.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without a key twice")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some((key, value)) = map.next_entry::<String, Once>()? {
            if fields.insert(key.clone(), value.0).is_some() {
                return Err(serde::de::Error::custom(format!("key twice: {key}")));
            }
        }
        Ok(Value::Object(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = vec![];
        while let Some(item) = seq.next_element::<Once>()? {
            items.push(item.0);
        }
        Ok(Value::Array(items))
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}
