//! The shape of a document that comes from outside, checked against the very schema that the contract shows, so that every
//! field error is told at once with its pointer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

use crate::edge::text;
use crate::error::Problem;

/// Most problems that are told of one document.
const MOST: usize = 200;

/// The schemas of the contract, each compiled when it is first asked for.
pub struct Shapes {
    schemas: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Shapes {
    /// Of the components of a contract.
    pub fn of(schemas: Value) -> Self {
        Self { schemas, compiled: Mutex::default() }
    }

    /// Tidies the texts of a document and lists everything that is wrong with its shape.
    pub fn check(&self, schema: &str, value: &mut Value) -> Vec<Problem> {
        let mut problems = vec![];
        text::tidy(value, "", &mut problems);
        let validator = self.validator(schema);
        problems.extend(validator.iter_errors(value).flat_map(|error| describe(&error)).take(MOST));
        problems
    }

    fn validator(&self, schema: &str) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled
            .entry(schema.to_owned())
            .or_insert_with(|| {
                let root = json!({
                    "$ref": format!("#/components/schemas/{schema}"),
                    "components": { "schemas": self.schemas },
                });
                let built = jsonschema::options()
                    .with_draft(jsonschema::Draft::Draft4)
                    .should_validate_formats(true)
                    .with_format("date", |text: &str| text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok())
                    .with_format("uuid", |text: &str| uuid::Uuid::parse_str(text).is_ok())
                    .build(&root);
                // The contract test compiles every schema; one that does not compile refuses everything.
                Arc::new(built.unwrap_or_else(|_| refuse_all()))
            })
            .clone()
    }

    /// How many characters the text at a place may have; items of lists by any number.
    pub fn longest(&self, schema: &str, pointer: &str) -> Option<u64> {
        let mut place = self.schemas.get(schema)?;
        for key in pointer.split('/').skip(1) {
            place = self.resolved(place)?;
            place = match key.parse::<usize>() {
                Ok(_) => place.get("items")?,
                Err(_) => place.get("properties")?.get(key)?,
            };
        }
        self.resolved(place)?.get("maxLength")?.as_u64()
    }

    /// A schema, or what it refers to.
    fn resolved<'a>(&'a self, place: &'a Value) -> Option<&'a Value> {
        let inner = place.get("allOf").and_then(|all| all.get(0)).unwrap_or(place);
        match inner.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.schemas.get(reference.rsplit('/').next()?),
            None => Some(inner),
        }
    }
}

fn refuse_all() -> Validator {
    jsonschema::options().build(&json!({ "not": {} })).unwrap_or_else(|_| unreachable!("a constant schema"))
}

/// A schema error in words.
fn describe(error: &ValidationError<'_>) -> Vec<Problem> {
    let at = error.instance_path().to_string();
    let (zh, en) = match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let one = |name: &String| {
                Problem::new(format!("{at}/{name}"), "没有这一项，请删除。", "There is no such field; remove it.")
            };
            return unexpected.iter().map(one).collect();
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            return vec![Problem::new(format!("{at}/{name}"), "必须填写。", "This is required.")];
        }
        ValidationErrorKind::MaxLength { limit } => {
            (format!("最多{limit}个字符，请缩短。"), format!("At most {limit} characters."))
        }
        ValidationErrorKind::MinLength { limit } => {
            (format!("至少{limit}个字符。"), format!("At least {limit} characters."))
        }
        ValidationErrorKind::MaxItems { limit } => (format!("最多{limit}项。"), format!("At most {limit} items.")),
        ValidationErrorKind::MinItems { limit } => (format!("至少{limit}项。"), format!("At least {limit} items.")),
        ValidationErrorKind::Maximum { limit } => (format!("不得大于{limit}。"), format!("At most {limit}.")),
        ValidationErrorKind::Minimum { limit } => (format!("不得小于{limit}。"), format!("At least {limit}.")),
        ValidationErrorKind::Enum { options } => (format!("须为下列之一：{options}。"), format!("One of {options}.")),
        ValidationErrorKind::Format { format } if format == "date" => {
            ("日期须写作2026-11-23的形式，且确有此日。".to_owned(), "A date that exists, as 2026-11-23.".to_owned())
        }
        ValidationErrorKind::Type { .. } => ("类型不对，请核对。".to_owned(), "This is of the wrong type.".to_owned()),
        _ => ("格式不正确，请核对。".to_owned(), "This has the wrong format.".to_owned()),
    };
    vec![Problem::new(at, zh, en)]
}
