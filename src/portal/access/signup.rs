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
use crate::portal::forms;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::usecase::accounts;
use crate::usecase::accounts::Registration;
use crate::usecase::pace::Client;

/// Fields of the form, in its order.
const FIELDS: Fields<'_> = &[
    ("/holder_kind", "holder_kind"),
    ("/holder_number", "holder_number"),
    ("/name", "name"),
    ("/login", "login"),
    ("/password", "password"),
    ("/website", "website"),
];

/// What was typed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    holder_kind: String,
    holder_number: String,
    name: String,
    login: String,
    password: String,
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
}

fn shown(ask: &Ask, typed: Typed, refused: &Refused) -> Result<Response, Oops> {
    let Typed { holder_kind, holder_number, name, login, website, password: _ } = typed;
    refused.page(ask, "access_signup.html", &View { holder_kind, holder_number, name, login, website })
}

/// The form.
#[handler]
pub fn form(ask: Ask) -> Result<Response, Oops> {
    shown(&ask, Typed::default(), &Refused::none())
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
    forms::trap(&typed.website, &mut problems);
    let new = Registration {
        login: &typed.login,
        password: &typed.password,
        name: &typed.name,
        holder_kind: HolderKind::of_code(&typed.holder_kind),
        holder_number: &typed.holder_number,
    };
    if !problems.is_empty() {
        forms::add(&mut problems, accounts::defects(&ask, &new).await?);
        return shown(&ask, typed, &Refused::problems(&problems, FIELDS));
    }
    match accounts::register(&ask, new, &client).await {
        Ok(_) => Ok(ask.redirect("/signup/done")),
        Err(error) => shown(&ask, typed, &Refused::of(error, FIELDS)?),
    }
}

/// What comes next.
#[handler]
pub fn done(ask: Ask) -> Result<Response, Oops> {
    ask.private(StatusCode::OK, "access_signup_done.html", &())
}
