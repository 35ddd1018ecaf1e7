//! The one stylesheet, under a name that changes with its content.

use std::sync::LazyLock;

use poem::Response;
use poem::handler;
use poem::http::HeaderMap;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Path;
use sha2::Digest;
use sha2::Sha256;

use crate::edge::wording;
use crate::portal::page::Oops;

const CSS: &str = include_str!("static/site.css");

/// The first 12 hexadecimal digits of the SHA-256 of the stylesheet.
static VERSION: LazyLock<String> =
    LazyLock::new(|| Sha256::digest(CSS).iter().take(6).map(|byte| format!("{byte:02x}")).collect());

/// Where pages find the stylesheet.
pub fn path() -> String {
    format!("/static/site.{}.css", *VERSION)
}

/// The stylesheet. A name of another version still answers, but not for keeps: a page may have been served by another
/// version of this program.
#[handler]
pub fn serve(Path(file): Path<String>, headers: &HeaderMap) -> Result<Response, Oops> {
    if !(file.starts_with("site.") && file.ends_with(".css")) {
        return Err((&wording::NOT_FOUND).into());
    }
    let etag = format!("\"{}\"", *VERSION);
    let kept = if path().ends_with(&file) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let response = Response::builder().header(header::ETAG, &etag).header(header::CACHE_CONTROL, kept);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(response.content_type("text/css; charset=utf-8").body(CSS))
}
