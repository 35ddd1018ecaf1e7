//! Forms that come back: what is wrong, field by field. Templates say it with `wrong|of("field")`.

use poem::Response;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;
use serde::Serialize;

use crate::edge::wording;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::paper::words;

/// Fields of a form in its order: the pointer that a use case knows it by, and the id of its input. What lies beneath a
/// pointer belongs to its field, what fits none to the first. Without a list a field is called as its pointer:
/// `/principal/name` is `principal-name`.
pub type Fields<'a> = &'a [(&'a str, &'a str)];

/// Something that is wrong in a form, by field.
#[derive(Serialize)]
pub struct Wrong {
    pub field: String,
    pub words: Words,
}

/// What stands against a form that can be sent again.
pub struct Refused {
    pub status: StatusCode,
    pub wrong: Vec<Wrong>,
    pub retry_after: Option<u32>,
}

/// A view with what is wrong in it.
#[derive(Serialize)]
struct Form<'a, V> {
    #[serde(flatten)]
    view: &'a V,
    wrong: &'a [Wrong],
}

impl Refused {
    /// Nothing yet.
    pub const fn none() -> Self {
        Self { status: StatusCode::OK, wrong: vec![], retry_after: None }
    }

    /// One thing.
    pub fn one(status: StatusCode, field: &str, words: Words) -> Self {
        Self { status, wrong: vec![Wrong { field: field.to_owned(), words }], retry_after: None }
    }

    /// What a use case answered.
    ///
    /// # Errors
    /// Whatever another try of the form would not mend.
    pub fn of(error: Error, fields: Fields<'_>) -> Result<Self, Oops> {
        let worded = match error {
            Error::Invalid(problems) => return Ok(Self::problems(&problems, fields)),
            Error::Credentials | Error::SecondFactor | Error::Paused(_) => wording::of(error),
            error => return Err(error.into()),
        };
        let status = match worded.status {
            429 => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let refused = Self::one(status, &place("", fields).1, words(&worded.zh, &worded.en));
        Ok(Self { retry_after: worded.retry_after, ..refused })
    }

    /// Problems in the order of the form.
    pub fn problems(problems: &[Problem], fields: Fields<'_>) -> Self {
        let mut placed: Vec<_> = problems.iter().map(|problem| (place(&problem.pointer, fields), problem)).collect();
        placed.sort_by_key(|((place, _), _)| *place);
        let one = |((_, field), problem): ((usize, String), &Problem)| Wrong {
            field,
            words: words(&problem.zh, &problem.en),
        };
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            wrong: placed.into_iter().map(one).collect(),
            retry_after: None,
        }
    }

    /// The form, with what is wrong in it, and when to try again.
    pub fn page(&self, ask: &Ask, template: &str, view: &impl Serialize) -> Result<Response, Oops> {
        let mut response = ask.private(self.status, template, &Form { view, wrong: &self.wrong })?;
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// Which field of the form a pointer belongs to, and how that is called.
fn place(pointer: &str, fields: Fields<'_>) -> (usize, String) {
    let beneath = |own: &str| pointer.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let listed = fields.iter().position(|(own, _)| beneath(own)).unwrap_or_default();
    let name = || pointer.trim_start_matches('/').replace('/', "-");
    (listed, fields.get(listed).map_or_else(name, |(_, field)| (*field).to_owned()))
}

/// A trap for programs: nobody sees this field, what fills in every field does.
pub fn trap(website: &str, problems: &mut Vec<Problem>) {
    if !website.is_empty() {
        let zh = "这一项请留空。如果是浏览器自动填写的，请删去。";
        problems.push(Problem::new("/website", zh, "Leave this field empty."));
    }
}

/// Adds what a use case finds to what was found before it, once for each field.
pub fn add(problems: &mut Vec<Problem>, found: Vec<Problem>) {
    for problem in found {
        if !problems.iter().any(|known| known.pointer == problem.pointer) {
            problems.push(problem);
        }
    }
}
