//! Who calls: a bearer token becomes an actor.

use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::usecase::accounts;

/// A signed-in caller. The token comes from `session_create`; only its hash is stored.
#[derive(SecurityScheme)]
#[oai(rename = "token", ty = "bearer", bearer_format = "cln_…", checker = "checker")]
pub struct Caller(pub Signed);

/// The caller and the token that was shown.
pub struct Signed {
    pub actor: Actor,
    pub token: String,
}

async fn checker(request: &Request, bearer: Bearer) -> poem::Result<Signed> {
    let app: &App = request.data().ok_or(poem::error::GetDataError("App"))?;
    let actor = accounts::actor(app, &bearer.token).await.map_err(crate::api::problem::Problem::from)?;
    Ok(Signed { actor, token: bearer.token })
}
