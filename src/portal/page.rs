//! Templates, and errors as pages.

use std::sync::Arc;
use std::sync::LazyLock;

use minijinja::AutoEscape;
use minijinja::Environment;
use minijinja::UndefinedBehavior;
use minijinja::Value;
use minijinja::context;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::value::merge_maps;
use poem::Endpoint;
use poem::Request;
use poem::Response;
use poem::error::ResponseError;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;

use crate::app::App;
use crate::edge::wording;
use crate::edge::wording::Kind;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::style;

/// How long a page may be kept, seconds: short, since what it says may be withdrawn at any time.
const KEPT: &str = "public, max-age=30";

/// Every template. The name ends in `.html`, and everything printed is escaped.
const TEMPLATES: &[(&str, &str)] = &[
    ("layout.html", include_str!("templates/layout.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("home.html", include_str!("templates/home.html")),
    ("find.html", include_str!("templates/find.html")),
    ("verification.html", include_str!("templates/verification.html")),
    ("paper_check.html", include_str!("templates/paper_check.html")),
    ("clinics.html", include_str!("templates/clinics.html")),
    ("clinic.html", include_str!("templates/clinic.html")),
    ("telemedicine.html", include_str!("templates/telemedicine.html")),
    ("complaint.html", include_str!("templates/complaint.html")),
    ("complaint_receipt.html", include_str!("templates/complaint_receipt.html")),
    ("complaint_follow.html", include_str!("templates/complaint_follow.html")),
    ("announcements.html", include_str!("templates/announcements.html")),
    ("problem.html", include_str!("templates/problem.html")),
    ("problems.html", include_str!("templates/problems.html")),
    ("docs.html", include_str!("templates/docs.html")),
    ("operation.html", include_str!("templates/operation.html")),
    ("error.html", include_str!("templates/error.html")),
];

static PAGES: LazyLock<Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    pages.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    for (name, source) in TEMPLATES {
        pages.add_template(name, source)?;
    }
    Ok(pages)
});

/// An error on its way to a page.
#[derive(Debug)]
pub struct Oops(pub Worded);

impl From<Error> for Oops {
    fn from(error: Error) -> Self {
        Self(wording::of(error))
    }
}

impl From<&Kind> for Oops {
    fn from(kind: &Kind) -> Self {
        Self(kind.worded())
    }
}

impl std::fmt::Display for Oops {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code)
    }
}

impl std::error::Error for Oops {}

impl ResponseError for Oops {
    fn status(&self) -> StatusCode {
        status(&self.0)
    }
}

fn status(worded: &Worded) -> StatusCode {
    StatusCode::from_u16(worded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Renders `template` with `view`, in the frame that all pages share.
fn html(app: &App, template: &str, view: Value) -> Result<String, Error> {
    let pages = PAGES.as_ref().map_err(|e| anyhow::anyhow!("templates: {e:#}"))?;
    let defaults = context! { large => false };
    let frame = context! {
        // Ours and constant: the only text that is printed as it is.
        style => Value::from_safe_string(style::path()),
        host => app.settings.host(),
        demonstration => app.settings.demonstration,
    };
    // What comes later wins.
    let context = merge_maps([defaults, view, frame]);
    Ok(pages.get_template(template).and_then(|page| page.render(context)).map_err(anyhow::Error::from)?)
}

/// A page that shows `view`.
pub fn page(app: &App, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
    respond(app, StatusCode::OK, template, view)
}

/// A page that shows `view`, with a status of its own.
pub fn respond(app: &App, status: StatusCode, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
    let body = html(app, template, Value::from(Serde(view)))?;
    let kept = if status == StatusCode::OK { KEPT } else { "no-store" };
    Ok(Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, kept)
        .body(body))
}

/// A page that is one person's: kept nowhere.
pub fn private(app: &App, status: StatusCode, template: &str, view: &impl serde::Serialize) -> Result<Response, Oops> {
    let mut response = respond(app, status, template, view)?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Else a browser would hide from us where its form comes from.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// An error in words as a page.
fn error_page(app: &App, worded: &Worded) -> Result<String, Error> {
    let fields: Vec<Value> = worded.fields.iter().map(|field| context! { zh => &field.zh, en => &field.en }).collect();
    let view = context! {
        title => worded.title,
        code => worded.code,
        zh => &worded.zh,
        en => &worded.en,
        fields => fields,
    };
    html(app, "error.html", view)
}

/// Turns every error, the framework's too, into a page with words.
pub async fn worded<E: Endpoint<Output = Response>>(inner: Arc<E>, request: Request) -> poem::Result<Response> {
    let app = request.data::<App>().cloned();
    let error = match inner.call(request).await {
        Ok(response) => return Ok(response),
        Err(error) if error.is_from_response() => return Ok(error.into_response()),
        Err(error) => error,
    };
    let worded = match error.downcast_ref::<Oops>() {
        Some(oops) => oops.0.clone(),
        None => framework(error.status()).worded(),
    };
    Ok(refusal(app.as_ref(), &worded))
}

/// An error in words as a page; as plain text where no page can be made.
pub fn refusal(app: Option<&App>, worded: &Worded) -> Response {
    let body = app.and_then(|app| error_page(app, worded).map_err(wording::of).ok());
    let (kind, body) = match body {
        Some(body) => ("text/html; charset=utf-8", body),
        None => ("text/plain; charset=utf-8", format!("{}\n{}\n{}\n", worded.title, worded.zh, worded.en)),
    };
    let mut response =
        Response::builder().status(status(worded)).content_type(kind).header(header::CACHE_CONTROL, "no-store");
    if let Some(seconds) = worded.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    response.extension(wording::Code(worded.code)).body(body)
}

/// The kind of an error that the framework answered.
fn framework(status: StatusCode) -> &'static Kind {
    match status {
        StatusCode::NOT_FOUND => &wording::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &wording::METHOD,
        StatusCode::PAYLOAD_TOO_LARGE => &wording::TOO_LARGE,
        StatusCode::LENGTH_REQUIRED => &wording::LENGTH,
        status if status.is_client_error() => &wording::MALFORMED,
        _ => &wording::INTERNAL,
    }
}
