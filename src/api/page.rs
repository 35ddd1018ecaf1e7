//! Lists in pages. Nothing is counted: a page says only whether there is a next one.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use poem_openapi::Object;
use poem_openapi::param::Query;
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use uuid::Uuid;

use crate::error::{Error, Result};

/// A page of a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Page<T: Send + Sync + Type + ParseFromJSON + ToJSON> {
    /// The items of this page
    pub items: Vec<T>,
    /// Cursor of the next page; absent on the last
    pub next: Option<String>,
}

/// The size of a page: 1 to 100, 50 unless asked.
///
/// # Errors
/// `Invalid` outside of that.
pub fn limit(query: &Query<Option<u64>>) -> Result<u64> {
    match query.0.unwrap_or(50) {
        limit @ 1..=100 => Ok(limit),
        _ => Err(Error::field("/limit", "每页1至100项。", "A page has 1 to 100 items.")),
    }
}

/// The place where the last page ended.
///
/// # Errors
/// `Invalid` when it is no cursor of ours.
pub fn cursor(query: &Query<Option<String>>) -> Result<Option<Uuid>> {
    query.0.as_deref().map(|text| Uuid::parse_str(text).map_err(|_| wrong())).transpose()
}

fn wrong() -> Error {
    Error::field("/cursor", "不是有效的分页位置，请用上一页的next。", "Use `next` of the page before.")
}

/// The place of an item in a list by days: `2026-11-30.019ab000-…`.
pub fn dated(day: NaiveDate, id: Uuid) -> String {
    format!("{day}.{id}")
}

/// The place where the last page of a list by days ended.
///
/// # Errors
/// `Invalid` when it is no cursor of ours.
pub fn dated_cursor(query: &Query<Option<String>>) -> Result<Option<(NaiveDate, Uuid)>> {
    let place = |text: &str| {
        let (day, id) = text.split_once('.')?;
        Some((day.parse().ok()?, Uuid::parse_str(id).ok()?))
    };
    query.0.as_deref().map(|text| place(text).ok_or_else(wrong)).transpose()
}

/// The place of an item in a list by moments: `1795399200000000.019ab000-…`.
pub fn timed(at: DateTime<Utc>, id: Uuid) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

/// The place where the last page of a list by moments ended.
///
/// # Errors
/// `Invalid` when it is no cursor of ours.
pub fn timed_cursor(query: &Query<Option<String>>) -> Result<Option<(DateTime<Utc>, Uuid)>> {
    let place = |text: &str| {
        let (micros, id) = text.split_once('.')?;
        let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        // No database of ours holds another year.
        Some((at, Uuid::parse_str(id).ok()?)).filter(|(at, _)| (1970..=9999).contains(&at.year()))
    };
    query.0.as_deref().map(|text| place(text).ok_or_else(wrong)).transpose()
}

/// A page of `limit` items from a list that was asked for one more.
pub fn page<R, T>(rows: Vec<R>, limit: u64, id: impl Fn(&R) -> Uuid, view: impl Fn(R) -> T) -> Page<T>
where
    T: Send + Sync + Type + ParseFromJSON + ToJSON,
{
    page_from(rows, limit, |row| id(row).to_string(), view)
}

/// The same from a list whose order is another than that of ids: `place` is an item's place in it.
pub fn page_from<R, T>(mut rows: Vec<R>, limit: u64, place: impl Fn(&R) -> String, view: impl Fn(R) -> T) -> Page<T>
where
    T: Send + Sync + Type + ParseFromJSON + ToJSON,
{
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(place);
    Page { items: rows.into_iter().map(view).collect(), next }
}
