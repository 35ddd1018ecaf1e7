//! Signing in, and one's own account.

use chrono::{DateTime, FixedOffset, Utc};
use poem::Request;
use poem::http::header;

use crate::domain::access::Door;
use crate::edge::device;
use crate::usecase::accounts::Visit;
use crate::usecase::pace::Client;

pub mod account;
pub mod factor;
pub mod federation;
mod halfway;
pub mod join;
pub mod people;
pub mod recover;
pub mod sign_in;
pub mod signup;
pub mod tokens;

/// Where one goes after signing in, unless one was on the way somewhere.
const HOME: &str = "/account";

/// Where a clinic goes, likewise.
const DESK: &str = "/my";

/// The page to go to: a path of ours, whatever the address says.
fn local(to: &str) -> &str {
    let plain = to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain && to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/sign") { to } else { HOME }
}

/// What a browser says it is.
fn device(request: &Request) -> String {
    device::family(request.header(header::USER_AGENT).unwrap_or_default())
}

fn visit<'a>(client: &'a Client, device: &'a str) -> Visit<'a> {
    Visit { client, door: Door::Portal, device }
}

/// `2026-11-23 10:00`, the time of Shanghai: the same in every language.
pub(super) fn minute(at: DateTime<Utc>) -> String {
    FixedOffset::east_opt(8 * 3600)
        .map_or_else(|| at.to_rfc3339(), |shanghai| at.with_timezone(&shanghai).format("%Y-%m-%d %H:%M").to_string())
}
