//! The public register: clinics by number and by the words of a search.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::app::App;
use crate::domain::search;
use crate::error::{Error, Result};
use crate::store::entity::clinic;

/// What a search asks for. Every filter is a word of the term table, so each is an index of its own.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Two characters of the name, pinyin, initials, or a number.
    pub text: Option<String>,
    /// Filter and value: `("type", "dental")`.
    pub filters: Vec<(&'static str, String)>,
    pub after: Option<Uuid>,
}

/// The clinic that has or had this number; a hyphen and small letters do not matter.
///
/// # Errors
/// `NotFound` when no clinic ever had it.
pub async fn view(app: &App, number: &str) -> Result<clinic::Model> {
    app.store.clinic_by_number(&canonical(number)).await
}

/// The numbers of the clinic that moved here as this one, and of the one that this one moved away as.
///
/// # Errors
/// What the store answers.
pub async fn kin(app: &App, row: &clinic::Model) -> Result<(Option<String>, Option<String>)> {
    let number = async |id: Option<Uuid>| match id {
        Some(id) => app.store.clinic_by_id(id).await.map(|row| Some(row.number)),
        None => Ok(None),
    };
    Ok((number(row.predecessor_id).await?, number(row.successor_id).await?))
}

/// Clinics in the order of the register; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, query: Search, limit: u64) -> Result<Vec<clinic::Model>> {
    let filters: Vec<String> = query.filters.iter().map(|(name, value)| search::filter_term(name, value)).collect();
    let Some(text) = query.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
        return app.store.clinics(&filters, query.after, limit + 1).await;
    };
    if looks_like_number(text) {
        match app.store.clinic_by_number(&canonical(text)).await {
            Ok(row) => return Ok(vec![row]),
            Err(Error::NotFound(_)) => (),
            Err(error) => return Err(error),
        }
    }
    for words in search::query_terms(text) {
        let terms: Vec<String> = words.into_iter().chain(filters.iter().cloned()).collect();
        let found = app.store.clinics(&terms, query.after, limit + 1).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(vec![])
}

fn canonical(number: &str) -> String {
    number.nfkc().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

fn looks_like_number(text: &str) -> bool {
    (20..=26).contains(&text.chars().count()) && text.nfkc().any(|c| c.is_ascii_digit())
}
