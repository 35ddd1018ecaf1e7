//! Forms that act once, however often they are sent: each carries a key that was drawn for it.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::value::hex;
use crate::error::{Error, Result};
use crate::usecase::Once;

/// The name of the field.
pub const FIELD: &str = "key";

/// A key for a form.
///
/// # Errors
/// Where no randomness can be had.
pub fn key(app: &App) -> Result<String> {
    Ok(hex(&app.clock.random::<16>()?))
}

/// The key of one of many buttons of a page that has one key: of the page's, and of what the button is about.
pub fn of(key: &str, about: &str) -> String {
    hex(&Sha256::digest(format!("{key}\n{about}"))).chars().take(32).collect()
}

/// The effect that a form asks for, by the key that it carries.
///
/// # Errors
/// `Precondition` where the form carries none.
pub fn once(actor: &Actor, key: &str, operation: &str, content: &str) -> Result<Once> {
    if key.len() != 32 || !key.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Error::Precondition("key"));
    }
    let fingerprint = hex(&Sha256::digest(format!("{operation}\n{content}")));
    Ok(Once { account: actor.id, key: key.to_owned(), fingerprint })
}
