//! A new password by a code from the office. Nobody is signed in.

use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use super::Refused;
use super::Wrong;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::usecase::accounts::recovery;
use crate::usecase::pace::Client;

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
    wrong: &'a [Wrong],
}

fn page(ask: &Ask, asked: &Asked, refused: &Refused) -> Result<Response, Oops> {
    let short = |text: &'_ str| text.len() <= 120;
    let login = Some(asked.login.as_str()).filter(|text| short(text)).unwrap_or_default();
    let code = Some(asked.code.as_str()).filter(|text| short(text)).unwrap_or_default();
    let view = View { login, code, wrong: &refused.wrong };
    Ok(refused.told(ask.private(refused.status, "recover.html", &view)?))
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
            let fields = [("/code", "code"), ("/login", "login"), ("/password", "password")];
            let mut refused = Refused::of(error, &fields)?;
            if let [Wrong { field: "code", words }] = refused.wrong.as_mut_slice()
                && refused.retry_after.is_none()
            {
                *words = crate::portal::paper::words(
                    "登录名或者恢复码不正确，或者恢复码已过期、已用过。请核对，或者请办理机关重新发放。",
                    "Login or recovery code is wrong, or the code has expired or was used. Check both, or ask for another code.",
                );
            }
            page(&ask, &asked, &refused)
        }
    }
}
