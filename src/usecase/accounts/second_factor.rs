//! The second factor: codes of an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), each good once.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use totp_rs::{Builder, Secret};
use uuid::Uuid;

use crate::app::App;
use crate::certificate::qr;
use crate::domain::access::{AccountEvent, SessionState};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::account;
use crate::usecase::accounts::events;
use crate::usecase::accounts::guard::Guard;
use crate::usecase::accounts::passwords;
use crate::usecase::accounts::sessions::{Known, Opened};
use crate::usecase::accounts::sign_in::{Visit, refused, whole};

/// What the vault seals secrets for.
const PURPOSE: &str = "second factor";

/// 诊所备案登记, as an authenticator shows it.
const ISSUER: &str = "%E8%AF%8A%E6%89%80%E5%A4%87%E6%A1%88%E7%99%BB%E8%AE%B0";

/// Length of a secret, bytes (RFC 4226, 4).
const LENGTH: usize = 20;

/// Whether an account signs in with a second factor. Passwords of demonstrations are known to everybody anyway.
pub fn required(account: &account::Model) -> bool {
    account.role.needs_second_factor() && !account.demonstration
}

/// A new secret, sealed.
pub fn drawn(app: &App) -> Result<String> {
    let secret = BASE64_URL_SAFE_NO_PAD.encode(app.clock.random::<LENGTH>()?);
    Ok(app.vault.seal(PURPOSE, &secret, app.clock.random()?)?)
}

fn opened(app: &App, sealed: &str) -> Result<[u8; LENGTH]> {
    let secret = BASE64_URL_SAFE_NO_PAD.decode(app.vault.open(PURPOSE, sealed)?).map_err(Error::internal)?;
    secret.try_into().map_err(|_| Error::Internal(anyhow::anyhow!("a second factor's secret has another length")))
}

/// The step that a code is of: the present one, or the one before or after, since clocks differ.
fn step(app: &App, sealed: &str, code: &str) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let totp = Builder::new().with_secret(Secret::new_stack(opened(app, sealed)?)).build();
    let totp = totp.map_err(|e| anyhow::anyhow!("second factor: {e:?}"))?;
    let now = u64::try_from(app.clock.now().timestamp()).unwrap_or_default();
    Ok(totp.check(&code, now).and_then(|step| i64::try_from(step).ok()))
}

/// Whether a code is right, and none of its step or a later one was used before; now it is.
pub(super) async fn uses(app: &App, tx: &Tx, account: Uuid, sealed: &str, code: &str) -> Result<bool> {
    match step(app, sealed, code)? {
        Some(step) => tx.use_totp_step(account, step).await,
        None => Ok(false),
    }
}

/// A secret that waits in a session to be set up.
pub struct Waiting {
    /// As authenticators take it when it is typed (base32).
    pub secret: String,
    /// As a phone's authenticator opens it.
    pub address: String,
    /// The address as a QR symbol, an SVG image.
    pub symbol: String,
}

/// The secret that waits in a session.
///
/// # Errors
/// `NotFound` where none waits.
pub fn waiting(app: &App, known: &Known) -> Result<Waiting> {
    let sealed = known.session.enrolment_sealed.as_deref().ok_or(Error::NotFound("enrolment"))?;
    let secret = base32(&opened(app, sealed)?);
    let login: String = known.account.login.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let address = format!("otpauth://totp/{ISSUER}:{login}?secret={secret}&issuer={ISSUER}");
    let symbol = qr::svg(&address).map_err(|e| anyhow::anyhow!("a symbol could not be made: {e}"))?;
    Ok(Waiting { secret, address, symbol })
}

/// Begins to set up a second factor, or another one: for the password, and for a code of the present one.
///
/// # Errors
/// `Invalid` when the password is wrong; `SecondFactor`; `Paused`.
pub async fn begin(app: &App, known: &Known, visit: &Visit<'_>, password: &str, code: &str) -> Result<()> {
    prove(app, known, visit, password, code).await?;
    let tx = app.store.begin().await?;
    tx.keep_enrolment(&known.session.token_hash, Some(drawn(app)?)).await?;
    tx.commit().await
}

/// Confirms by a code that the authenticator has the secret: from now on the account needs it. The session goes on under
/// another token, every other one ends.
///
/// # Errors
/// `SecondFactor` when the code is wrong; `NotFound` where no secret waits; `Paused`.
pub async fn confirm(app: &App, known: &Known, visit: &Visit<'_>, code: &str) -> Result<Opened> {
    let (session, account) = (&known.session, &known.account);
    let sealed = session.enrolment_sealed.clone().ok_or(Error::NotFound("enrolment"))?;
    let guard = Guard::of(app, &account.login, visit.client);
    let tx = app.store.begin().await?;
    let entered = guard.enter(app, &tx).await?;
    let now = app.clock.now();
    let present = tx.account(account.id).await?;
    // Who knows the password alone must not replace what somebody else just set up.
    if session.state == SessionState::Pending && present.totp_sealed.is_some() {
        return Err(Error::NotFound("enrolment"));
    }
    let Some(step) = step(app, &sealed, code)? else {
        return Err(refused(app, tx, entered, Some(account), Error::SecondFactor).await?);
    };
    entered.succeeded(&tx).await?;
    tx.set_totp(account.id, Some(sealed), Some(step)).await?;
    tx.keep_enrolment(&session.token_hash, None).await?;
    tx.end_sessions(account.id, None, now).await?;
    events::note(app, &tx, account.id, AccountEvent::SecondFactorSet, "", Some(account)).await?;
    let opened = whole(app, &tx, present, visit).await?;
    tx.commit().await?;
    Ok(opened)
}

/// Takes the second factor off, where it is not required.
///
/// # Errors
/// `Forbidden` where it is; else as [`begin`].
pub async fn remove(app: &App, known: &Known, visit: &Visit<'_>, password: &str, code: &str) -> Result<()> {
    let account = &known.account;
    if required(account) {
        return Err(Error::Forbidden);
    }
    prove(app, known, visit, password, code).await?;
    let tx = app.store.begin().await?;
    tx.set_totp(account.id, None, None).await?;
    tx.keep_enrolment(&known.session.token_hash, None).await?;
    tx.end_sessions(account.id, Some(&known.session.token_hash), app.clock.now()).await?;
    events::note(app, &tx, account.id, AccountEvent::SecondFactorRemoved, "", Some(account)).await?;
    tx.commit().await
}

/// The password, and a code where there is a second factor.
async fn prove(app: &App, known: &Known, visit: &Visit<'_>, password: &str, code: &str) -> Result<()> {
    let account = &known.account;
    let guard = Guard::of(app, &account.login, visit.client);
    guard.look(app).await?;
    if let Some(sealed) = &account.totp_sealed {
        // First, since a right password forgives failures.
        let tx = app.store.begin().await?;
        let entered = guard.enter(app, &tx).await?;
        if !uses(app, &tx, account.id, sealed, code).await? {
            return Err(refused(app, tx, entered, Some(account), Error::SecondFactor).await?);
        }
        entered.left(&tx).await?;
        tx.commit().await?;
    }
    passwords::own(app, account, visit.client, password).await
}

/// RFC 4648, without padding: a secret of 20 bytes needs none.
fn base32(bytes: &[u8; LENGTH]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let group = |five: &[u8]| {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8).rev().map(move |n| char::from(ALPHABET[(bits >> (n * 5)) as usize & 31])).collect::<String>()
    };
    bytes.chunks_exact(5).map(group).collect()
}
