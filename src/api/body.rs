//! A JSON body: bounded, and checked against the very schema that the contract shows, so that every field error is
//! told at once with its pointer.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use poem::{FromRequest, Request, RequestBody};
use poem_openapi::impl_apirequest_for_payload;
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::api::document;
use crate::api::problem::Problem as Answer;
use crate::domain::value::hex;
use crate::edge::{text, wording};
use crate::error::{Error, Problem};

/// Largest JSON body, bytes.
pub const LIMIT: usize = 256 * 1024;

/// Largest body that carries a table of the law, bytes.
const LAW_LIMIT: usize = 4 * 1024 * 1024;

/// The request that carries one.
const LAW: &str = "LawImport";

/// A parsed body and the digest of its content, for idempotency.
pub struct Body<T> {
    pub value: T,
    pub digest: String,
}

impl<T: Type> Payload for Body<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn check_content_type(content_type: &str) -> bool {
        content_type.split(';').next().is_some_and(|m| m.trim().eq_ignore_ascii_case("application/json"))
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Type + DeserializeOwned> ParsePayload for Body<T> {
    const IS_REQUIRED: bool = true;

    async fn from_request(request: &Request, body: &mut RequestBody) -> poem::Result<Self> {
        let body = poem::Body::from_request(request, body).await?;
        let limit = if T::name() == LAW { LAW_LIMIT } else { LIMIT };
        let bytes = body.into_bytes_limit(limit).await.map_err(|_| Answer::from(Error::TooLarge(limit as u64)))?;
        let mut value: Value = serde_json::from_slice(&bytes).map_err(|e| {
            let mut worded = wording::MALFORMED.worded();
            worded.zh = format!("请求正文不是有效的JSON（第{}行第{}列）。", e.line(), e.column());
            worded.en = format!("The body is not JSON (line {}, column {}).", e.line(), e.column());
            Answer(worded)
        })?;
        let problems = check(&T::name(), &mut value);
        if !problems.is_empty() {
            return Err(Answer::from(Error::Invalid(problems)).into());
        }
        let digest = hex(&Sha256::digest(value.to_string()));
        let value = serde_path_to_error::deserialize(value).map_err(|e| {
            let pointer = format!("/{}", e.path().to_string().replace('.', "/"));
            Answer::from(Error::field(pointer, "填写的内容不合要求，请核对。", e.inner().to_string()))
        })?;
        Ok(Self { value, digest })
    }
}

impl_apirequest_for_payload!(Body<T>, T: Type + DeserializeOwned);

/// Tidies the texts of a document and lists everything that is wrong with its shape.
fn check(schema: &str, value: &mut Value) -> Vec<Problem> {
    let mut problems = vec![];
    text::tidy(value, "", &mut problems);
    let validator = validator(schema);
    problems.extend(validator.iter_errors(value).flat_map(|error| describe(&error)).take(200));
    problems
}

/// The compiled schema of a component of the contract.
fn validator(schema: &str) -> std::sync::Arc<Validator> {
    type Compiled = HashMap<String, std::sync::Arc<Validator>>;
    static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    compiled
        .entry(schema.to_owned())
        .or_insert_with(|| {
            let root = json!({
                "$ref": format!("#/components/schemas/{schema}"),
                "components": { "schemas": document::schemas() },
            });
            let built = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft4)
                .should_validate_formats(true)
                .with_format("date", |text: &str| text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok())
                .with_format("uuid", |text: &str| uuid::Uuid::parse_str(text).is_ok())
                .build(&root);
            // The contract test compiles every schema; one that does not compile refuses everything.
            std::sync::Arc::new(built.unwrap_or_else(|_| refuse_all()))
        })
        .clone()
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
