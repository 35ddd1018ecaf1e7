//! What the forms of accounts share.

use chrono::{DateTime, FixedOffset, Utc};

use super::Wrong;
use crate::error::Problem;
use crate::portal::paper::words;

/// Problems by the fields of a form, in its order. Pointers are `/` and the field's name; what fits none goes to the first.
pub fn wrong(fields: &'static [&'static str], problems: &[Problem]) -> Vec<Wrong> {
    let place = |problem: &Problem| {
        let name = problem.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        fields.iter().position(|field| *field == name).unwrap_or_default()
    };
    let mut sorted: Vec<_> = problems.iter().map(|problem| (place(problem), problem)).collect();
    sorted.sort_by_key(|(place, _)| *place);
    let one = |(place, problem): (usize, &Problem)| Wrong {
        field: fields.get(place).copied().unwrap_or_default(),
        words: words(&problem.zh, &problem.en),
    };
    sorted.into_iter().map(one).collect()
}

/// `2026-11-23 10:00`, the time of Shanghai: the same in every language.
pub fn minute(at: DateTime<Utc>) -> String {
    FixedOffset::east_opt(8 * 3600)
        .map_or_else(|| at.to_rfc3339(), |shanghai| at.with_timezone(&shanghai).format("%Y-%m-%d %H:%M").to_string())
}
