//! What the script of the materials' page sends: pieces of a file, and questions how far it has come. Answers are JSON with
//! words in the page's language.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Form;
use poem::web::Path;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::domain::id::UploadId;
use crate::domain::material;
use crate::edge::text;
use crate::edge::wording;
use crate::error::{Clash, Error};
use crate::portal::look::Lang;
use crate::portal::my::materials::filing;
use crate::portal::page::Oops;
use crate::portal::session::Member;
use crate::usecase::uploads::{self, Arriving};

/// What the script says of a file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    code: String,
    file_name: String,
    size: u64,
    /// Idempotency key of this file.
    key: String,
}

fn upload(id: &str) -> Result<UploadId, Error> {
    id.parse().map(UploadId).map_err(|_| Error::NotFound("upload"))
}

/// Begins.
#[handler]
pub async fn begin(member: Member, Path(id): Path<String>, typed: Form<Typed>) -> Response {
    let Typed { code, file_name, size, key } = typed.0;
    let begun = async {
        let id = filing(&id)?;
        let fits = |text: &str| text::defect(text).is_none() && text.len() <= 512;
        if !fits(&code) || !(8..=64).contains(&key.len()) || !fits(&key) {
            return Err(Error::field("/code", "请刷新页面后重新上传。", "Reload the page, then upload again."));
        }
        // What cannot be shown is not kept: the material gets a plain name.
        let file_name = if fits(&file_name) { file_name } else { String::new() };
        let new = uploads::New { code, file_name, size };
        let once = uploads::once(&member.actor, id, key, &new);
        uploads::begin(&member, &member.actor, id, new, &once).await
    };
    answer(&member, begun.await)
}

/// How far it has come.
#[handler]
pub async fn view(member: Member, Path((id, own)): Path<(String, String)>) -> Response {
    let seen = async { uploads::view(&member, &member.actor, filing(&id)?, upload(&own)?).await };
    answer(&member, seen.await)
}

/// Adds a piece.
#[handler]
pub async fn append(
    member: Member,
    request: &Request,
    Path((id, own)): Path<(String, String)>,
    body: poem::Body,
) -> Response {
    let offset = request.headers().get("upload-offset").and_then(|value| value.to_str().ok()?.parse().ok());
    let added = async {
        let limit = usize::try_from(material::LARGEST_PIECE).unwrap_or(usize::MAX);
        let too_large = |_| Error::TooLarge(material::LARGEST_PIECE);
        let piece = body.into_bytes_limit(limit).await.map_err(too_large)?.to_vec();
        let offset = offset.ok_or(Error::Precondition("Upload-Offset"))?;
        uploads::append(&member, &member.actor, filing(&id)?, upload(&own)?, offset, piece).await
    };
    answer(&member, added.await)
}

/// Gives one up. One that is gone already is as gone as it was to be.
#[handler]
pub async fn cancel(member: Member, Path((id, own)): Path<(String, String)>) -> Result<Response, Oops> {
    let id = filing(&id)?;
    match uploads::cancel(&member, &member.actor, id, upload(&own)?).await {
        Ok(()) | Err(Error::NotFound("upload")) => Ok(member.redirect(&format!("/my/filings/{id}/materials"))),
        Err(error) => Err(error.into()),
    }
}

fn answer(member: &Member, result: Result<Arriving, Error>) -> Response {
    match result {
        Ok(Arriving { row, material }) => {
            let done = material.is_some();
            respond(
                StatusCode::OK,
                "",
                &json!({ "id": row.id, "received": row.received, "size": row.size, "done": done }),
            )
        }
        Err(error) => {
            let received = if let Error::Conflict(Clash::Offset(received)) = error { Some(received) } else { None };
            let worded = wording::of(error);
            let own = |zh: String, en: String| if member.look.lang == Lang::Zh { zh } else { en };
            let words = match worded.fields.into_iter().next() {
                Some(problem) => own(problem.zh, problem.en),
                None => own(worded.zh, worded.en),
            };
            let status = StatusCode::from_u16(worded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            respond(status, worded.code, &json!({ "code": worded.code, "words": words, "received": received }))
        }
    }
}

fn respond(status: StatusCode, code: &'static str, body: &Value) -> Response {
    let mut response = Response::builder()
        .status(status)
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.to_string());
    if !code.is_empty() {
        response.extensions_mut().insert(wording::Code(code));
    }
    response
}
