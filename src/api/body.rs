//! A JSON body: bounded, and checked against the very schema that the contract shows, so that every field error is
//! told at once with its pointer.

use std::sync::LazyLock;

use poem::{FromRequest, Request, RequestBody};
use poem_openapi::impl_apirequest_for_payload;
use poem_openapi::payload::{ParsePayload, Payload};
use poem_openapi::registry::{MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::api::document;
use crate::api::problem::Problem as Answer;
use crate::domain::value::hex;
use crate::edge::shape::Shapes;
use crate::edge::wording;
use crate::error::Error;

/// Largest JSON body, bytes.
pub const LIMIT: usize = 256 * 1024;

/// Largest body that carries a table of the law, bytes.
const LAW_LIMIT: usize = 4 * 1024 * 1024;

/// The request that carries one.
const LAW: &str = "LawImport";

/// The shapes of bodies.
static SHAPES: LazyLock<Shapes> = LazyLock::new(|| Shapes::of(document::schemas().clone()));

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
        let problems = SHAPES.check(&T::name(), &mut value);
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
