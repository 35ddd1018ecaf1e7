//! The yearly notices on rest days (国务院办公厅关于部分节假日安排的通知), as data.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Weekday;
use serde::Deserialize;

use crate::domain::calendar::YearTable;
use crate::domain::law::error::Defects;

const TABLE: &str = "calendar";

/// `calendar.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalendarFile {
    year: Vec<Year>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    /// The notices; kept for the reader of the file.
    sources: Vec<String>,
    /// `MM-DD`, or `MM-DD..MM-DD` with both ends.
    off: Vec<String>,
    on: Vec<String>,
}

impl CalendarFile {
    /// The tables by year.
    pub(super) fn checked(self, defects: &mut Defects) -> BTreeMap<i32, YearTable> {
        let mut years = BTreeMap::new();
        defects.unless(!self.year.is_empty(), TABLE, || "there is no year".into());
        let first = self.year.first().map_or(0, |y| y.year);
        for (expected, year) in (first..).zip(self.year) {
            let number = year.year;
            defects.unless(number == expected, TABLE, || format!("{number} stands where {expected} should"));
            defects.unless(!year.sources.is_empty(), TABLE, || format!("{number} names no notice"));
            let mut dates = |ranges: &[String]| {
                let mut found = BTreeSet::new();
                for range in ranges {
                    match expand(number, range) {
                        Some(days) => found.extend(days),
                        None => defects.add(TABLE, format!("{number} has {range:?}, which is no day or range")),
                    }
                }
                found
            };
            let table = YearTable { off: dates(&year.off), on: dates(&year.on) };
            defects.unless(!table.off.is_empty(), TABLE, || format!("{number} has no rest day"));
            let weekend = |day: &NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let sound = table.off.is_disjoint(&table.on) && table.on.iter().all(weekend);
            defects.unless(sound, TABLE, || {
                format!("{number} works on a rest day, or makes up on an ordinary working day")
            });
            years.insert(number, table);
        }
        years
    }
}

/// The days of `MM-DD` or `MM-DD..MM-DD` in a year.
fn expand(year: i32, range: &str) -> Option<impl Iterator<Item = NaiveDate>> {
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
    };
    let (first, last) = range.split_once("..").unwrap_or((range, range));
    let (first, last) = (day(first)?, day(last)?);
    (first <= last).then(|| first.iter_days().take_while(move |d| *d <= last))
}
