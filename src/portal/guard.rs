//! Forms that other sites send (CSRF), in one place. A browser tells where a form comes from, and one from elsewhere is
//! refused; what is done in somebody's name must also carry the token of that session: see [`crate::portal::session`].

use std::sync::Arc;

use poem::Endpoint;
use poem::Request;
use poem::Response;
use poem::http::header;

use crate::app::App;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::page::Oops;

/// Largest form without files, bytes.
const LARGEST_FORM: usize = 512 * 1024;

/// The field of a form, or of the address of a form with files, that carries the session's token.
pub const FIELD: &str = "form_token";

/// The token that a form carried.
#[derive(Clone, Default)]
pub struct FormToken(pub Option<String>);

/// Refuses forms of other sites and notes the token of ours.
pub async fn own<E: Endpoint<Output = Response>>(inner: Arc<E>, mut request: Request) -> poem::Result<Response> {
    if request.method().is_safe() {
        return inner.call(request).await;
    }
    let app: &App = request.data().ok_or(poem::error::GetDataError("App"))?;
    if !ours(app, &request) {
        return Err(Oops::from(Error::Foreign).into());
    }
    let mut token = request.uri().query().and_then(find);
    if request.content_type().is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        let too_large = |_| Oops::from(&wording::TOO_LARGE);
        let body = request.take_body().into_bytes_limit(LARGEST_FORM).await.map_err(too_large)?;
        token = std::str::from_utf8(&body).ok().and_then(find);
        request.set_body(body);
    }
    request.set_data(FormToken(token));
    inner.call(request).await
}

/// The token in `name=value` pairs; it has no character that would be written otherwise.
fn find(pairs: &str) -> Option<String> {
    let mut pairs = pairs.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == FIELD).map(|(_, value)| value.to_owned())
}

/// Whether a form comes from a page of ours, as far as the browser tells.
fn ours(app: &App, request: &Request) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = header(header::HOST.as_str());
            origin == app.settings.public_url || origin.split_once("://").map(|(_, host)| host) == host
        }
        // No browser.
        (None, None) => true,
    }
}
