//! Registration of whoever owns a clinic.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::domain::access::HolderKind;
use crate::domain::terms::Coded;
use crate::edge::text;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::access::Wrong;
use crate::portal::access::forms;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::usecase::accounts;
use crate::usecase::accounts::Registration;
use crate::usecase::pace::Client;

/// Fields of the form, in its order.
const FIELDS: &[&str] = &["holder_kind", "holder_number", "name", "login", "password", "website"];

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    holder_kind: String,
    holder_number: String,
    name: String,
    login: String,
    password: String,
    /// Nobody sees this field; what fills in every field does.
    website: String,
}

#[derive(Serialize)]
struct View {
    /// What was typed, but for the password.
    holder_kind: String,
    holder_number: String,
    name: String,
    login: String,
    website: String,
    wrong: Vec<Wrong>,
}

fn shown(ask: &Ask, typed: Typed, problems: &[Problem]) -> Result<Response, Oops> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let Typed { holder_kind, holder_number, name, login, website, password: _ } = typed;
    let wrong = forms::wrong(FIELDS, problems);
    ask.private(status, "access_signup.html", &View { holder_kind, holder_number, name, login, website, wrong })
}

/// The form.
#[handler]
pub fn form(ask: Ask) -> Result<Response, Oops> {
    shown(&ask, Typed::default(), &[])
}

/// Registers, or shows the form again with everything that is wrong.
#[handler]
pub async fn submit(ask: Ask, client: Data<&Client>, sent: Form<Typed>) -> Result<Response, Oops> {
    let mut typed = sent.0;
    let mut problems = vec![];
    let mut body = json!({ "holder_number": typed.holder_number, "name": typed.name, "login": typed.login });
    text::tidy(&mut body, "", &mut problems);
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    (typed.holder_number, typed.name, typed.login) = (text("holder_number"), text("name"), text("login"));
    if !typed.website.is_empty() {
        let zh = "这一项请留空。如果是浏览器自动填写的，请删去。";
        problems.push(Problem::new("/website", zh, "Leave this field empty."));
    }
    let new = Registration {
        login: &typed.login,
        password: &typed.password,
        name: &typed.name,
        holder_kind: HolderKind::of_code(&typed.holder_kind),
        holder_number: &typed.holder_number,
    };
    if !problems.is_empty() {
        for problem in accounts::defects(&ask, &new).await? {
            if !problems.iter().any(|known| known.pointer == problem.pointer) {
                problems.push(problem);
            }
        }
        return shown(&ask, typed, &problems);
    }
    match accounts::register(&ask, new, &client).await {
        Ok(_) => Ok(ask.redirect("/signup/done")),
        Err(Error::Invalid(problems)) => shown(&ask, typed, &problems),
        Err(error) => Err(error.into()),
    }
}

/// What comes next.
#[handler]
pub fn done(ask: Ask) -> Result<Response, Oops> {
    ask.private(StatusCode::OK, "access_signup_done.html", &())
}
