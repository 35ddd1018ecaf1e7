//! Somebody between the password and the second factor: good for that, and for nothing else.

use std::ops::Deref;

use poem::FromRequest;
use poem::Request;
use poem::RequestBody;

use crate::domain::access::SessionState;
use crate::error::Error;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::session;
use crate::usecase::accounts;
use crate::usecase::accounts::Known;

/// Whose password was right. Whoever is not, or no longer, begins anew.
pub struct Halfway {
    pub ask: Ask,
    pub known: Known,
    pub token: String,
}

impl Deref for Halfway {
    type Target = Ask;

    fn deref(&self) -> &Ask {
        &self.ask
    }
}

impl Halfway {
    /// What the forms of this session carry.
    pub fn form_token(&self) -> String {
        session::form_token(&self.token)
    }
}

impl<'a> FromRequest<'a> for Halfway {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let ask = Ask::from_request(request, body).await?;
        let anew = || poem::Error::from_response(ask.redirect("/signin"));
        let Some(token) = session::token(&ask.settings, request) else { return Err(anew()) };
        let known = match accounts::known(&ask, &token, SessionState::Pending).await {
            Ok(known) => known,
            Err(Error::Unauthenticated) => return Err(anew()),
            Err(error) => return Err(Oops::from(error).into()),
        };
        session::own_form(request, &token)?;
        Ok(Self { ask, known, token })
    }
}
