//! What machines ask: whether the service lives, and what to leave alone.

use poem::IntoResponse;
use poem::Response;
use poem::handler;
use poem::http::header;
use poem::web::Data;

use crate::app::App;
use crate::portal::page::Oops;

/// Answers of codes and searches are no pages to be found by: they name persons, and they age.
const ROBOTS: &str =
    "User-agent: *\nDisallow: /v/\nDisallow: /p/\nDisallow: /clinics\nDisallow: /api/\nDisallow: /demo/\n";

fn plain(text: &'static str) -> Response {
    text.with_content_type("text/plain; charset=utf-8").with_header(header::CACHE_CONTROL, "no-store").into_response()
}

/// Whether the database answers.
#[handler]
pub async fn health(app: Data<&App>) -> Result<Response, Oops> {
    app.store.ping().await?;
    Ok(plain("ok\n"))
}

/// What crawlers are asked to leave alone.
#[handler]
pub fn robots() -> Response {
    plain(ROBOTS)
}
