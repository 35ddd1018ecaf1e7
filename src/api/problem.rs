//! Errors on the wire: problem details (RFC 9457).

use poem::Response;
use poem::http::StatusCode;
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use poem_openapi::{ApiResponse, Object};

use crate::edge::wording::{self, Worded};
use crate::error::Error;

/// One thing that is wrong in the request.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body; `/name` for a parameter
    pub pointer: String,
    /// 说明
    pub detail: String,
    /// The same in English
    pub detail_en: String,
    /// The rule that is not met
    pub rule: Option<String>,
}

/// A problem (RFC 9457).
#[derive(Clone, Debug, Object)]
#[oai(rename = "Problem", skip_serializing_if_is_none)]
pub struct ProblemDetails {
    /// A page that explains this kind of problem
    #[oai(rename = "type")]
    pub kind: String,
    /// 名称
    pub title: String,
    /// HTTP status
    pub status: u16,
    /// Stable code: `filing.wrong_stage`
    pub code: String,
    /// 说明: what is wrong and what to do next
    pub detail: String,
    /// The same in English
    pub detail_en: String,
    /// Every field error; absent where the request as a whole is at fault
    pub errors: Option<Vec<FieldError>>,
}

impl From<Worded> for ProblemDetails {
    fn from(worded: Worded) -> Self {
        let Worded { code, status, title, title_en: _, zh, en, fields, retry_after: _ } = worded;
        let errors = fields.into_iter().map(|field| FieldError {
            pointer: field.pointer,
            detail: field.zh,
            detail_en: field.en,
            rule: field.rule,
        });
        let errors: Vec<_> = errors.collect();
        Self {
            kind: format!("/problems/{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            detail: zh,
            detail_en: en,
            errors: (!errors.is_empty()).then_some(errors),
        }
    }
}

/// An error as an operation answers it: documented on every operation as `4XX` and `5XX`.
#[derive(Debug)]
pub struct Problem(pub Worded);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(wording::of(error))
    }
}

impl From<Problem> for poem::Error {
    fn from(problem: Problem) -> Self {
        Self::from_response(response(problem.0))
    }
}

/// The response of a worded error.
pub fn response(worded: Worded) -> Response {
    let status = StatusCode::from_u16(worded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (code, retry_after) = (worded.code, worded.retry_after);
    let body = ProblemDetails::from(worded).to_json_string();
    let mut response = Response::builder().status(status).content_type(ProblemJson::CONTENT_TYPE);
    if status == StatusCode::UNAUTHORIZED {
        response = response.header("www-authenticate", "Bearer");
    }
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds);
    }
    response.extension(wording::Code(code)).body(body)
}

struct ProblemJson;

impl Payload for ProblemJson {
    const CONTENT_TYPE: &'static str = "application/problem+json";

    fn check_content_type(content_type: &str) -> bool {
        content_type.starts_with(Self::CONTENT_TYPE)
    }

    fn schema_ref() -> MetaSchemaRef {
        ProblemDetails::schema_ref()
    }

    fn register(registry: &mut Registry) {
        ProblemDetails::register(registry);
    }
}

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let one = |status_range: &str, description| MetaResponse {
            description,
            status: None,
            status_range: Some(status_range.to_owned()),
            content: vec![MetaMediaType { content_type: ProblemJson::CONTENT_TYPE, schema: ProblemJson::schema_ref() }],
            headers: vec![],
        };
        MetaResponses {
            responses: vec![
                one("4XX", "请求有误，`code` 指明原因。The request is at fault; `code` says why."),
                one("5XX", "系统暂时不能办理，请稍后再试。The service is at fault; try again later."),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        ProblemJson::register(registry);
    }
}
