//! Setting up, changing and taking off one's own second factor.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use super::account::known;
use super::device;
use super::sign_in::Shown;
use super::visit;
use crate::error::Error;
use crate::portal::forms::Refused;
use crate::portal::page::Oops;
use crate::portal::session;
use crate::portal::session::Member;
use crate::usecase::accounts::Known;
use crate::usecase::accounts::second_factor;
use crate::usecase::pace::Client;

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `begin`, `confirm` or `remove`.
    step: String,
    current: String,
    code: String,
}

#[derive(Serialize)]
struct View {
    on: bool,
    required: bool,
    shown: Option<Shown>,
}

fn page(member: &Member, known: &Known, refused: &Refused) -> Result<Response, Oops> {
    let shown = match second_factor::waiting(member, known) {
        Ok(waiting) => Some(waiting.into()),
        Err(Error::NotFound(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let account = &known.account;
    let view = View { on: account.totp_sealed.is_some(), required: second_factor::required(account), shown };
    refused.page(member, "factor.html", &view)
}

/// How it stands.
#[handler]
pub async fn show(member: Member) -> Result<Response, Oops> {
    let known = known(&member).await?;
    page(&member, &known, &Refused::none())
}

/// One step of it.
#[handler]
pub async fn change(
    member: Member,
    request: &Request,
    client: Data<&Client>,
    asked: Form<Asked>,
) -> Result<Response, Oops> {
    let (known, device) = (known(&member).await?, device(request));
    let visit = visit(&client, &device);
    let Asked { step, current, code } = asked.0;
    let mut fields = [("/code", "code"), ("/current", "current")];
    // What no field is to blame for stands at one that is shown.
    if step != "confirm" && known.account.totp_sealed.is_none() {
        fields.reverse();
    }
    let done = match step.as_str() {
        "confirm" => match second_factor::confirm(&member, &known, &visit, &code).await {
            Ok(opened) => {
                let mut response = member.redirect("/account?done=factor");
                session::keep(&member.settings, &mut response, &opened.token);
                return Ok(response);
            }
            Err(error) => Err(error),
        },
        "remove" => {
            second_factor::remove(&member, &known, &visit, &current, &code).await.map(|()| "/account?done=removed")
        }
        _ => second_factor::begin(&member, &known, &visit, &current, &code).await.map(|()| "/account/second-factor"),
    };
    match done {
        Ok(to) => Ok(member.redirect(to)),
        // It was set up, or given up, in another window.
        Err(Error::NotFound(_)) => Ok(member.redirect("/account/second-factor")),
        Err(error) => page(&member, &known, &Refused::of(error, &fields)?),
    }
}
