//! Who calls: a bearer token becomes an actor.

use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use crate::api::document;
use crate::app::App;
use crate::domain::actor::Actor;
use crate::usecase::accounts;

/// A signed-in caller. The token comes from `session_create`, or is a platform's from `token_create`, which opens only what
/// its scopes say; only its hash is stored.
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
    let actor = if accounts::is_token(&bearer.token) {
        let operation = document::operation_id(request.original_uri().path(), request.method().as_str());
        accounts::token_actor(app, &bearer.token, operation).await
    } else {
        accounts::actor(app, &bearer.token).await
    };
    let actor = actor.map_err(crate::api::problem::Problem::from)?;
    Ok(Signed { actor, token: bearer.token })
}
