//! A new password by a code from the office. Nobody is signed in.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::portal::forms::Fields;
use crate::portal::forms::Refused;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::words;
use crate::usecase::accounts::recovery;
use crate::usecase::pace::Client;

/// Fields of the form; what fits none is the code's.
const FIELDS: Fields<'_> = &[("/code", "code"), ("/login", "login"), ("/password", "password")];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    login: String,
    code: String,
    password: String,
}

#[derive(Serialize)]
struct View<'a> {
    login: &'a str,
    code: &'a str,
}

fn page(ask: &Ask, asked: &Asked, refused: &Refused) -> Result<Response, Oops> {
    let short = |text: &'_ str| text.len() <= 120;
    let login = Some(asked.login.as_str()).filter(|text| short(text)).unwrap_or_default();
    let code = Some(asked.code.as_str()).filter(|text| short(text)).unwrap_or_default();
    refused.page(ask, "recover.html", &View { login, code })
}

/// The form.
#[handler]
pub fn form(ask: Ask) -> Result<Response, Oops> {
    page(&ask, &Asked::default(), &Refused::none())
}

/// Login, code and the new password.
#[handler]
pub async fn submit(ask: Ask, client: Data<&Client>, asked: Form<Asked>) -> Result<Response, Oops> {
    let asked = asked.0;
    match recovery::recover(&ask, &client, &asked.login, &asked.code, &asked.password).await {
        Ok(()) => Ok(ask.redirect("/signin?done=recovered")),
        Err(error) => {
            let refused = match error {
                Error::Credentials => Refused::one(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "code",
                    words(
                        "登录名或者恢复码不正确，或者恢复码已过期、已用过。请核对，或者请办理机关重新发放。",
                        "Login or recovery code is wrong, or the code has expired or was used. Check both, or ask for another code.",
                    ),
                ),
                error => Refused::of(error, FIELDS)?,
            };
            page(&ask, &asked, &refused)
        }
    }
}
