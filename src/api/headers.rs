//! `ETag`, `If-Match` and `Idempotency-Key`: what keeps two people and two attempts apart.

use poem_openapi::param::Header;
use sha2::{Digest, Sha256};

use crate::domain::actor::Actor;
use crate::domain::value;
use crate::error::{Error, Result};
use crate::store::idempotency::Once;

/// The entity tag of a version: `"v3"`.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// The version that the caller saw.
///
/// # Errors
/// `Precondition` (428) without the header; `Stale` (412) with a tag that is none of ours.
pub fn seen(if_match: &Header<Option<String>>) -> Result<i32> {
    let tag = if_match.0.as_deref().ok_or(Error::Precondition("If-Match"))?;
    let digits = tag.trim().strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"'));
    digits.and_then(|v| v.parse().ok()).ok_or(Error::Stale)
}

/// The idempotency key.
///
/// # Errors
/// `Precondition` without the header or with one of another form.
pub fn key(key: &Header<Option<String>>) -> Result<&str> {
    let key = key.0.as_deref().unwrap_or_default();
    let good = (8..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if good { Ok(key) } else { Err(Error::Precondition("Idempotency-Key")) }
}

/// The request as an effect that must happen once.
///
/// # Errors
/// As [`key`].
pub fn once(actor: &Actor, header: &Header<Option<String>>, operation: &str, content: &str) -> Result<Once> {
    let key = key(header)?;
    let digest = Sha256::digest(format!("{operation}\n{content}"));
    let fingerprint = value::hex(&digest);
    Ok(Once { account: actor.id, key: key.to_owned(), fingerprint })
}
