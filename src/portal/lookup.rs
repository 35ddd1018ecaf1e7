//! What the one box of the register leads to when it is not a search: a number, a short code, a pasted address.

use crate::app::App;
use crate::domain::short_code::{BadShortCode, ShortCode};
use crate::error::Error;
use crate::portal::link;
use crate::portal::verification;
use crate::usecase::{clinics, paper_checks, verifications};

/// More digits than any number has that people know by heart or by paper: then they are those of a code.
const DIGITS: usize = 27;

/// What was typed or pasted into the box.
pub enum Typed {
    /// Words to search for.
    Words,
    /// It has a page of its own.
    Page(String),
    /// An address of another site, with the page of ours that checks what stands in it.
    Foreign { host: String, page: String },
}

/// Reads what was typed.
///
/// # Errors
/// What the store answers.
pub async fn read(app: &App, typed: &str) -> Result<Typed, Error> {
    let typed = typed.trim();
    if let Some((host, path)) = pasted(typed) {
        let page = in_address(app, path).await?;
        let ours = host.is_empty() || host.eq_ignore_ascii_case(app.settings.host());
        return Ok(if ours { Typed::Page(page) } else { Typed::Foreign { host: host.to_owned(), page } });
    }
    if let Some(row) = clinics::numbered(app, typed).await? {
        return Ok(Typed::Page(format!("/clinics/{}", row.number)));
    }
    let page = match typed.parse::<ShortCode>() {
        Ok(code) => is_meant(app, typed, &code).await?.then_some(typed),
        // Twelve characters in three groups are a short code with a slip, no name.
        Err(BadShortCode::Check) => Some(typed).filter(|typed| typed.matches('-').count() == 2),
        Err(BadShortCode::Form) => {
            let mut digits = typed.chars().filter(|c| !c.is_whitespace());
            Some(typed).filter(|_| digits.clone().count() >= DIGITS && digits.all(|c| c.is_ascii_digit()))
        }
    };
    Ok(match page {
        Some(code) => Typed::Page(verification::place(app, code).await?),
        None => Typed::Words,
    })
}

/// Pinyin may look like a short code: then the register must know it.
async fn is_meant(app: &App, typed: &str, code: &ShortCode) -> Result<bool, Error> {
    if typed.contains(|c: char| c.is_ascii_digit() || c == '-') || paper_checks::known(app, code).await? {
        return Ok(true);
    }
    Ok(verifications::verify(app, typed).await?.certificate.is_some())
}

/// Host and path of a pasted address; no host where only the path was pasted.
fn pasted(typed: &str) -> Option<(&str, &str)> {
    match typed.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Some(rest.split_once('/').unwrap_or((rest, "")))
        }
        _ => {
            let path =
                ["/v/", "/p/", "/clinics/"].iter().find_map(|page| typed.find(page).map(|at| typed.split_at(at)));
            path.filter(|(host, _)| !host.contains(char::is_whitespace))
        }
    }
}

/// The page of ours that a pasted path means.
async fn in_address(app: &App, path: &str) -> Result<String, Error> {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    if before.trim_start_matches('/') == "clinics" {
        return Ok(format!("/clinics/{}", link::encode(last)));
    }
    if last.is_empty() {
        return Ok("/v".to_owned());
    }
    verification::place(app, last).await
}
