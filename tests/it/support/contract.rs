//! Every answer that any test receives is compared with the committed contract.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support;

/// The contract as committed.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(support::repository("openapi/registry.json")).unwrap();
    serde_json::from_str(&text).unwrap()
});

/// One operation of the contract.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: String,
    /// With its base: `/api/v1/filings/{filing_id}`
    pub path: String,
    /// Whether it needs no token.
    pub public: bool,
    pub definition: Value,
}

/// Every operation by its id.
pub static OPERATIONS: LazyLock<BTreeMap<String, Operation>> = LazyLock::new(|| {
    let mut operations = BTreeMap::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        let base = item["servers"][0]["url"].as_str().or(DOCUMENT["servers"][0]["url"].as_str()).unwrap();
        for (method, definition) in item.as_object().unwrap().iter().filter(|(_, d)| d["responses"].is_object()) {
            let operation = Operation {
                method: method.to_uppercase(),
                path: format!("{}{path}", base.trim_end_matches('/')),
                public: definition["security"].as_array().is_none_or(Vec::is_empty),
                definition: definition.clone(),
            };
            let id = definition["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no id"));
            assert!(operations.insert(id.to_owned(), operation).is_none(), "{id} is there twice");
        }
    }
    operations
});

/// The operation with this id.
pub fn operation(id: &str) -> &'static Operation {
    OPERATIONS.get(id).unwrap_or_else(|| panic!("the contract has no operation {id}"))
}

/// Everything about `schema` that `value` does not meet.
pub fn defects(schema: &Value, value: &Value) -> Vec<String> {
    validator(schema).iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect()
}

fn validator(schema: &Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    let built = compiled.entry(schema.to_string()).or_insert_with(|| {
        let root = json!({ "allOf": [schema], "components": DOCUMENT["components"] });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft4)
            .should_validate_formats(true)
            .with_format("date", |text: &str| text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok())
            .with_format("date-time", |text: &str| chrono::DateTime::parse_from_rfc3339(text).is_ok())
            .with_format("uuid", |text: &str| uuid::Uuid::parse_str(text).is_ok())
            .build(&root);
        Arc::new(validator.unwrap_or_else(|e| panic!("{schema}: {e}")))
    });
    Arc::clone(built)
}

/// The documented response for a status: itself, or its range.
pub fn response(operation: &Operation, status: u16) -> Option<&Value> {
    let responses = &operation.definition["responses"];
    [status.to_string(), format!("{}XX", status / 100)].iter().find_map(|key| responses.get(key))
}

/// Fails unless the contract documents this answer, to the last field.
pub fn check(id: &str, status: u16, content_type: Option<&str>, body: &[u8]) {
    let shown = || String::from_utf8_lossy(&body[..body.len().min(2_000)]).into_owned();
    let Some(documented) = response(operation(id), status) else {
        panic!("{id} answered {status}, which the contract does not document: {}", shown())
    };
    let Some(content) = documented["content"].as_object().filter(|c| !c.is_empty()) else {
        return assert!(body.is_empty(), "{id} {status} has a body that the contract does not document: {}", shown());
    };
    let media = content_type.and_then(|t| t.split(';').next()).unwrap_or_default().trim();
    let Some(documented) = content.get(media) else {
        panic!("{id} {status} is of type {media:?}; the contract says {:?}: {}", content.keys(), shown())
    };
    if media.ends_with("json") {
        let value: Value = serde_json::from_slice(body).unwrap_or_else(|e| panic!("{id} {status}: {e}: {}", shown()));
        let defects = defects(&documented["schema"], &value);
        assert!(defects.is_empty(), "{id} {status} breaks its schema: {defects:#?}\n{}", shown());
    }
}
