//! A form that came after its session had ended is not lost: it waits, sealed, until whoever sent it has signed in again,
//! and is then sent as it was by one tap.

use poem::FromRequest;
use poem::Request;
use poem::RequestBody;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use poem::web::Path;
use serde::Serialize;

use crate::portal::guard;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::session::Member;
use crate::portal::session::own_form;
use crate::usecase::held_forms;

/// Only what is written in one's own work is held: no password, no code.
const OURS: &str = "/my/";

#[derive(Serialize)]
struct View {
    code: String,
    path: String,
    fields: Vec<(String, String)>,
    hours: i64,
}

/// Holds the form of a request whose session has ended. Answers the page that gives it back, if it can be held: it must
/// carry that session's own token, so that nobody prepares one for somebody else.
pub async fn hold(ask: &Ask, request: &Request, body: &mut RequestBody, session: &str) -> Option<String> {
    if request.method().is_safe() || !ask.look.here.starts_with(OURS) || own_form(request, session).is_err() {
        return None;
    }
    let sent = Form::<Vec<(String, String)>>::from_request(request, body).await.ok()?;
    let fields = sent.0.into_iter().filter(|(name, _)| name != guard::FIELD).collect();
    let form = held_forms::Form { path: ask.look.here.clone(), fields };
    match held_forms::hold(ask, session, &form).await {
        Ok(code) => code.map(|code| format!("/held/{code}")),
        Err(error) => {
            tracing::warn!(%error, "a form could not be held");
            None
        }
    }
}

/// What is held, ready to be sent.
#[handler]
pub async fn show(member: Member, Path(code): Path<String>) -> Result<Response, Oops> {
    let form = held_forms::find(&member, &member.actor, &code).await?;
    let view = View { code, path: form.path, fields: form.fields, hours: held_forms::HELD.num_hours() };
    member.private(StatusCode::OK, "held.html", &view)
}

/// It is not wanted.
#[handler]
pub async fn forget(member: Member, Path(code): Path<String>) -> Result<Response, Oops> {
    held_forms::forget(&member, &member.actor, &code).await?;
    Ok(member.redirect("/my"))
}
