//! Signing in, and one's own account.

use poem::Request;
use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;
use serde::Serialize;

use crate::domain::access::Door;
use crate::edge::device;
use crate::edge::wording;
use crate::error::Error;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::usecase::accounts::Visit;
use crate::usecase::pace::Client;

pub mod account;
pub mod factor;
pub mod federation;
pub(super) mod forms;
mod halfway;
pub mod join;
pub mod people;
pub mod recover;
pub mod sign_in;
pub mod signup;
pub mod tokens;

/// Where one goes after signing in, unless one was on the way somewhere.
const HOME: &str = "/account";

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

/// Something that is wrong in a form, by field.
#[derive(Serialize)]
pub(super) struct Wrong {
    field: &'static str,
    words: Words,
}

/// What stands against a form that can be sent again.
struct Refused {
    status: StatusCode,
    wrong: Vec<Wrong>,
    retry_after: Option<u32>,
}

impl Refused {
    /// What a use case answered, by the fields of the form: pointer, field. The first is blamed where no field is.
    ///
    /// # Errors
    /// Whatever another try of the form would not mend.
    fn of(error: Error, fields: &[(&str, &'static str)]) -> Result<Self, Oops> {
        let first = fields.first().map_or("main", |(_, field)| *field);
        let worded = match error {
            Error::Credentials | Error::SecondFactor | Error::Paused(_) | Error::Invalid(_) => wording::of(error),
            error => return Err(error.into()),
        };
        let field = |pointer: &str| fields.iter().find(|(own, _)| *own == pointer).map_or(first, |(_, field)| *field);
        let mut wrong: Vec<_> = worded
            .fields
            .iter()
            .map(|problem| Wrong { field: field(&problem.pointer), words: words(&problem.zh, &problem.en) })
            .collect();
        if wrong.is_empty() {
            wrong.push(Wrong { field: first, words: words(&worded.zh, &worded.en) });
        }
        let status = match worded.status {
            429 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Ok(Self { status, wrong, retry_after: worded.retry_after })
    }

    /// Nothing yet.
    const fn none() -> Self {
        Self { status: StatusCode::OK, wrong: vec![], retry_after: None }
    }

    /// Says when to try again.
    fn told(&self, mut response: Response) -> Response {
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
