//! Sign-in by another identity provider. Nobody is let in whom a signed-in person has not linked before.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;

use crate::app::{App, Provider};
use crate::domain::access::AccountEvent;
use crate::domain::actor::Actor;
use crate::domain::filing::holder_alone;
use crate::error::{Clash, Error, Federation, Result};
use crate::store::entity::{identity_flow, identity_link};
use crate::usecase::accounts::events;
use crate::usecase::accounts::protocol::{self, Asked, Identity, Redeemed};
use crate::usecase::accounts::sessions::{Opened, fingerprint, may_come};
use crate::usecase::accounts::sign_in::{Visit, admit, whole};
use crate::usecase::pace::{self, Client, Limit};

/// How long somebody may take at the provider.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// What a kept verifier is sealed for.
const PURPOSE: &str = "oidc-verifier";

/// A way to the provider.
pub struct Started {
    /// Where the person goes.
    pub url: String,
    /// What the browser keeps, and the provider sends back.
    pub state: String,
}

/// What came back from the provider.
#[derive(Default)]
pub struct Answer<'a> {
    pub state: &'a str,
    pub code: &'a str,
    /// Why nobody was let in; empty otherwise.
    pub error: &'a str,
    /// Who answers (RFC 9207), where the provider says so.
    pub issuer: Option<&'a str>,
}

/// What it was good for.
pub enum Arrived {
    /// Somebody is signed in, or still owes the second factor.
    SignedIn { opened: Opened, back_to: String },
    /// The identity is linked to the account that asked for it.
    Linked,
    /// Nobody has linked this identity.
    Unknown,
}

fn provider(app: &App) -> Result<&Provider> {
    app.settings.provider.as_ref().ok_or(Error::NotFound("identity provider"))
}

/// Where the provider sends people back to.
fn return_to(app: &App) -> String {
    format!("{}/signin/back", app.settings.public_url)
}

/// Begins: with a member to link the identity with the account, without to sign in.
///
/// # Errors
/// `NotFound` where no provider is set; `Refused` for a clerk; `Federation` when it does not answer; `TooMany`.
pub async fn start(app: &App, client: &Client, member: Option<&Actor>, back_to: &str) -> Result<Started> {
    let provider = provider(app)?.clone();
    if let Some(member) = member {
        holder_alone(member, ("关联统一身份认证", "link an identity"))?;
    }
    pace::take(app, Limit::Federation, client).await?;
    let random = || -> Result<String> { Ok(BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<32>()?)) };
    let (state, nonce, verifier) = (random()?, random()?, random()?);
    let row = identity_flow::Model {
        state_hash: fingerprint(&state),
        nonce: nonce.clone(),
        verifier_sealed: app.vault.seal(PURPOSE, &verifier, app.clock.random()?)?,
        back_to: back_to.to_owned(),
        account_id: member.map(|member| member.id.0),
        expires_at: app.clock.now() + PATIENCE,
    };
    let asked = Asked { state: state.clone(), nonce, verifier, return_to: return_to(app) };
    let url = blocking(move || protocol::address(&provider, asked)).await?;
    let tx = app.store.begin().await?;
    tx.add_flow(row, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Started { url, state })
}

/// Finishes what was begun. `kept` is what the browser kept of it, `member` who is signed in there.
///
/// # Errors
/// `Federation` with what is wrong; `Conflict` when identity or account are linked otherwise.
pub async fn finish(
    app: &App,
    answer: Answer<'_>,
    kept: Option<&str>,
    member: Option<&Actor>,
    visit: &Visit<'_>,
) -> Result<Arrived> {
    let provider = provider(app)?.clone();
    if answer.state.is_empty() || kept != Some(answer.state) {
        return Err(Error::Federation(Federation::Flow));
    }
    let tx = app.store.begin().await?;
    let flow = tx.take_flow(&fingerprint(answer.state), app.clock.now()).await?;
    // Gone, whatever comes of it.
    tx.commit().await?;
    let flow = flow.ok_or(Error::Federation(Federation::Flow))?;
    if answer.issuer.is_some_and(|issuer| issuer != provider.issuer) {
        tracing::warn!("an answer names another issuer");
        return Err(Error::Federation(Federation::Untrusted));
    }
    if !answer.error.is_empty() || answer.code.is_empty() {
        return Err(Error::Federation(Federation::Declined));
    }
    let redeemed = Redeemed {
        code: answer.code.to_owned(),
        nonce: flow.nonce.clone(),
        verifier: app.vault.open(PURPOSE, &flow.verifier_sealed)?,
        return_to: return_to(app),
        now: app.clock.now(),
    };
    let issuer = provider.issuer.clone();
    let identity = blocking(move || protocol::redeem(&provider, redeemed)).await?;
    match flow.account_id {
        None => sign_in(app, &issuer, identity, visit, flow.back_to).await,
        Some(account) => {
            let member = member.filter(|member| member.id.0 == account);
            link(app, &issuer, identity, member.ok_or(Error::Federation(Federation::Flow))?).await
        }
    }
}

async fn sign_in(app: &App, issuer: &str, identity: Identity, visit: &Visit<'_>, back_to: String) -> Result<Arrived> {
    let account = app.store.account_by_identity(issuer, &identity.subject).await?;
    let Some(account) = account.filter(|row| may_come(app, row)) else {
        return Ok(Arrived::Unknown);
    };
    // What the provider saw of two factors counts only where the settings say how it tells.
    let tx = app.store.begin().await?;
    let opened = match identity.two_factors {
        true => whole(app, &tx, account, visit).await?,
        false => admit(app, &tx, account, visit).await?,
    };
    tx.commit().await?;
    Ok(Arrived::SignedIn { opened, back_to })
}

async fn link(app: &App, issuer: &str, identity: Identity, member: &Actor) -> Result<Arrived> {
    let tx = app.store.begin().await?;
    if let Some(link) = tx.identity(member.id.0, issuer).await? {
        return if link.subject == identity.subject {
            Ok(Arrived::Linked)
        } else {
            Err(Error::Conflict(Clash::Linked))
        };
    }
    let row = identity_link::Model {
        id: app.clock.new_id(),
        account_id: member.id.0,
        issuer: issuer.to_owned(),
        subject: identity.subject,
        created_at: app.clock.now(),
    };
    let linked = async {
        tx.add_identity(row).await?;
        events::own(app, &tx, member, AccountEvent::Linked, issuer).await?;
        tx.commit().await
    };
    match linked.await {
        Ok(()) => Ok(Arrived::Linked),
        Err(Error::Conflict(_)) => Err(Error::Conflict(Clash::Linked)),
        Err(error) => Err(error),
    }
}

/// Since when somebody is linked with the provider, if so.
///
/// # Errors
/// `NotFound` where no provider is set.
pub async fn linked(app: &App, actor: &Actor) -> Result<Option<identity_link::Model>> {
    app.store.identity_of(actor.id.0, &provider(app)?.issuer).await
}

/// Unlinks somebody from the provider: he signs in with his password from now on.
///
/// # Errors
/// `NotFound` when there is nothing to unlink.
pub async fn unlink(app: &App, actor: &Actor) -> Result<()> {
    let issuer = &provider(app)?.issuer;
    let tx = app.store.begin().await?;
    if !tx.remove_identity(actor.id.0, issuer).await? {
        return Err(Error::NotFound("identity"));
    }
    events::own(app, &tx, actor, AccountEvent::Unlinked, issuer).await?;
    tx.commit().await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
