//! What every request and response passes.

use std::time::Duration;

use poem::endpoint::{BoxEndpoint, DynEndpoint};
use poem::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use poem::middleware::SizeLimit;
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};
use poem_openapi::error::{ParseMultipartError, ParseParamError};
use tracing::Instrument;

use crate::api;
use crate::domain::{complaint, material};
use crate::edge::wording::{self, Code};
use crate::error::{Error, Problem};
use crate::usecase::verifications;

/// Longest time a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Room for a form's own parts around its file, bytes.
const FORM: usize = 64 * 1024;

/// Headers of every response. No frame, no script in a page, nothing from elsewhere.
const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
         connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'",
    ),
];

/// The two faces: machines under `/api` and `/.well-known`, people everywhere else. Told apart before any path is
/// decoded, so that a scan of garbage still gets a page with words.
pub struct Faces {
    pub api: BoxEndpoint<'static>,
    pub pages: BoxEndpoint<'static>,
}

impl Endpoint for Faces {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path();
        let machine = path.starts_with("/api/") || path.starts_with("/.well-known/");
        if machine { self.api.call(request).await } else { self.pages.call(request).await }
    }
}

/// Refuses an upload that is too large before a byte of it is read: uploads must tell their length.
pub struct Bounded;

/// What anybody may send to have a file compared, without signing in.
const COMPARED: &str = "/verifications/files";

/// Where anybody may send a photo to a report, without signing in.
const REPORTED: &str = "/complaints/";

/// An endpoint behind [`Bounded`].
pub struct BoundedEndpoint<E> {
    open: std::sync::Arc<E>,
    limited: Box<dyn DynEndpoint<Output = Response>>,
    compared: Box<dyn DynEndpoint<Output = Response>>,
    reported: Box<dyn DynEndpoint<Output = Response>>,
}

impl<E: Endpoint<Output: IntoResponse> + 'static> Middleware<E> for Bounded {
    type Output = BoundedEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        let open = std::sync::Arc::new(endpoint);
        let limited = |most: u64| {
            let limit = SizeLimit::new(usize::try_from(most).unwrap_or(usize::MAX) + FORM);
            let limited = poem::EndpointExt::map_to_response(limit.transform(open.clone()));
            Box::new(poem::endpoint::ToDynEndpoint(limited))
        };
        let (compared, reported) = (limited(verifications::LARGEST_FILE), limited(complaint::LARGEST_PHOTO));
        let limited = limited(material::MAX_FILE);
        BoundedEndpoint { open, limited, compared, reported }
    }
}

impl<E: Endpoint<Output: IntoResponse>> Endpoint for BoundedEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let form = request.content_type().is_some_and(|t| t.starts_with("multipart/"));
        if request.method() == Method::POST && form {
            let path = request.original_uri().path();
            if path.ends_with(COMPARED) {
                return self.compared.call(request).await;
            }
            if path.contains(REPORTED) {
                return self.reported.call(request).await;
            }
            return self.limited.call(request).await;
        }
        self.open.call(request).await.map(IntoResponse::into_response)
    }
}

/// Refuses query parameters that the operation does not know: a filter with a slip of the finger in its name would show
/// everything. One that stands twice is as unclear.
///
/// # Errors
/// `Invalid` with every one of them.
pub fn known_parameters(request: &Request) -> Result<(), Error> {
    let address = request.original_uri().path();
    let Some(known) = api::document::query_parameters(address, request.method().as_str()) else { return Ok(()) };
    // What cannot be read at all is refused where it is read.
    let given: Vec<(String, String)> = request.params().unwrap_or_default();
    let (zh, en) = if known.is_empty() {
        ("本操作没有查询参数".to_owned(), "There are none.".to_owned())
    } else {
        (format!("可用的参数：{}", known.join("、")), format!("There are: {}.", known.join(", ")))
    };
    let wrong = given.iter().enumerate().filter_map(|(n, (name, _))| {
        let pointer = format!("/{}", name.chars().take(40).collect::<String>());
        if !known.contains(&name.as_str()) {
            return Some(Problem::new(
                pointer,
                format!("没有这个查询参数。{zh}。"),
                format!("No such query parameter. {en}"),
            ));
        }
        let twice = given.iter().take(n).any(|(earlier, _)| earlier == name);
        twice.then(|| Problem::new(pointer, "该参数重复，请只写一次。", "This parameter stands twice; give it once."))
    });
    let wrong: Vec<_> = wrong.collect();
    if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
}

/// An error of the framework as a problem; an error that has its own response keeps it.
pub fn problem(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    if let Some(wrong) = error.downcast_ref::<ParseParamError>().filter(|wrong| !wrong.name.starts_with("param")) {
        let field = Error::field(
            format!("/{}", wrong.name),
            "参数的值不在可选范围内或者格式不对，请对照接口文档。",
            format!("This parameter is wrong: {}", wrong.reason),
        );
        return api::problem::response(wording::of(field));
    }
    if error.is::<ParseMultipartError>() {
        let field = Error::field(
            "/file",
            "表单须有接口文档所列的各项，文件一项名为file。",
            "Send every part that the contract names; the file's is `file`.",
        );
        return api::problem::response(wording::of(field));
    }
    let kind = match error.status() {
        StatusCode::NOT_FOUND => &wording::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &wording::METHOD,
        StatusCode::UNAUTHORIZED => &wording::UNAUTHENTICATED,
        StatusCode::PAYLOAD_TOO_LARGE => &wording::TOO_LARGE,
        StatusCode::LENGTH_REQUIRED => &wording::LENGTH,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => &wording::MEDIA_TYPE,
        status if status.is_client_error() => &wording::MALFORMED,
        _ => {
            let internal = Error::internal(anyhow::anyhow!("{error}"));
            return api::problem::response(wording::of(internal));
        }
    };
    // The framework's text may repeat what was sent: only the kind is told.
    api::problem::response(kind.worded())
}

/// Request id, time limit, security headers and one log line. The path is logged by its shape only: codes, numbers and
/// searches are the caller's business.
pub struct Dress;

/// An endpoint behind [`Dress`].
pub struct DressEndpoint<E>(E);

impl<E: Endpoint<Output: IntoResponse>> Middleware<E> for Dress {
    type Output = DressEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        DressEndpoint(endpoint)
    }
}

impl<E: Endpoint<Output: IntoResponse>> Endpoint for DressEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let area = area(&path);
        let span = tracing::info_span!("request", %id, %method, area);
        let answered = tokio::time::timeout(PATIENCE, self.0.call(request)).instrument(span.clone()).await;
        let mut response = match answered {
            Ok(Ok(response)) => response.into_response(),
            Ok(Err(error)) => problem(error),
            Err(_) => api::problem::response(wording::UNAVAILABLE.worded()),
        };
        let code = response.extensions().get::<Code>().map(|code| code.0);
        span.in_scope(|| tracing::info!(status = response.status().as_u16(), code, "answered"));
        let refused = response.status() == StatusCode::METHOD_NOT_ALLOWED;
        let headers = response.headers_mut();
        if refused {
            let known = Some(api::document::methods(&path)).filter(|m| !m.is_empty());
            let known = known.and_then(|m| HeaderValue::from_str(&m).ok());
            headers.insert(header::ALLOW, known.unwrap_or(HeaderValue::from_static("GET, HEAD")));
        }
        for (name, value) in HEADERS {
            headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert("x-request-id", id);
        }
        Ok(response)
    }
}

/// The fixed words at the beginning of a path.
fn area(path: &str) -> String {
    let word = |part: &&str| part.len() <= 16 && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let known: Vec<_> = path.split('/').skip(1).take_while(|part| word(part) || *part == "v1").take(4).collect();
    format!("/{}", known.join("/"))
}
