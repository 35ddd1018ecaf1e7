//! Forms that were sent after their session had ended: what was typed waits until whoever typed it has signed in again.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::actor::Actor;
use crate::error::{Error, Result};
use crate::store::entity::held_form;
use crate::usecase::accounts::sessions::fingerprint;

/// How long a form is held.
pub const HELD: TimeDelta = TimeDelta::hours(24);

/// Most forms that are held for an account at a time.
const MOST: u64 = 20;

/// What the seal is for.
const PURPOSE: &str = "held form";

/// A form as it was sent.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Path and query that it was sent to.
    pub path: String,
    /// Names and values of its fields, in order.
    pub fields: Vec<(String, String)>,
}

/// Holds a form for whoever had the session of this token; answers the code to ask for it again, or none where nobody
/// knows whose the session was, or too many are held already.
///
/// # Errors
/// What the store answers.
pub async fn hold(app: &App, session: &str, form: &Form) -> Result<Option<String>> {
    let Some(account) = app.store.session_holder(&fingerprint(session)).await? else { return Ok(None) };
    let code = BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?);
    let fields = serde_json::to_string(&form.fields).map_err(Error::internal)?;
    let now = app.clock.now();
    let row = held_form::Model {
        token_hash: fingerprint(&code),
        account_id: Some(account),
        path: form.path.clone(),
        body_sealed: app.vault.seal(PURPOSE, &fields, app.clock.random()?)?,
        created_at: now,
        expires_at: now + HELD,
    };
    let tx = app.store.begin().await?;
    if tx.count_held_forms(account, now).await? >= MOST {
        return Ok(None);
    }
    tx.add_held_form(row).await?;
    tx.commit().await?;
    Ok(Some(code))
}

/// The form that is held under this code for whoever asks.
///
/// # Errors
/// `NotFound` for everybody else, and once it is a day old.
pub async fn find(app: &App, actor: &Actor, code: &str) -> Result<Form> {
    let found = app.store.held_form(&fingerprint(code), actor.id.0, app.clock.now()).await?;
    let row = found.ok_or(Error::NotFound("held form"))?;
    let fields = app.vault.open(PURPOSE, &row.body_sealed)?;
    Ok(Form { path: row.path, fields: serde_json::from_str(&fields).map_err(Error::internal)? })
}

/// Forgets it: it was sent again, or is not wanted.
///
/// # Errors
/// What the store answers.
pub async fn forget(app: &App, actor: &Actor, code: &str) -> Result<()> {
    let tx = app.store.begin().await?;
    tx.forget_held_form(&fingerprint(code), actor.id.0).await?;
    tx.commit().await
}
