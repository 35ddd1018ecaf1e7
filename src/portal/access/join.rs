//! A clerk who was invited makes an account. Nobody is signed in.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::edge::text;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::usecase::accounts::members;
use crate::usecase::accounts::members::Joining;
use crate::usecase::pace::Client;

/// Fields of the form, in its order.
const FIELDS: Fields<'_> = &[("/code", "code"), ("/login", "login"), ("/password", "password")];

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    login: String,
    password: String,
}

#[derive(Serialize)]
struct View {
    code: String,
    login: String,
}

fn shown(ask: &Ask, typed: Typed, refused: &Refused) -> Result<Response, Oops> {
    let Typed { code, login, password: _ } = typed;
    refused.page(ask, "join.html", &View { code, login })
}

/// The form.
#[handler]
pub fn form(ask: Ask) -> Result<Response, Oops> {
    shown(&ask, Typed::default(), &Refused::none())
}

/// Makes the account, or shows the form again with everything that is wrong.
#[handler]
pub async fn submit(ask: Ask, client: Data<&Client>, sent: Form<Typed>) -> Result<Response, Oops> {
    let mut typed = sent.0;
    let mut problems = vec![];
    let mut body = json!({ "code": typed.code, "login": typed.login });
    text::tidy(&mut body, "", &mut problems);
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    (typed.code, typed.login) = (text("code"), text("login"));
    if !problems.is_empty() {
        return shown(&ask, typed, &Refused::problems(&problems, FIELDS));
    }
    let new = Joining { code: &typed.code, login: &typed.login, password: &typed.password };
    match members::join(&ask, &client, new).await {
        Ok(_) => Ok(ask.redirect("/join/done")),
        Err(error) => shown(&ask, typed, &Refused::of(error, FIELDS)?),
    }
}

/// What comes next.
#[handler]
pub fn done(ask: Ask) -> Result<Response, Oops> {
    ask.private(StatusCode::OK, "join_done.html", &())
}
