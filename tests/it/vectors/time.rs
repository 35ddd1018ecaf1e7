//! Working days, corresponding days, receipt and dates in words.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use clinic_registry::domain::calendar::{
    Calendar, Due, Workday, YearTable, add_months, anniversary, full_years_between, years_months_between,
};
use clinic_registry::domain::deadline::{chinese_date, receipt, receipt_day, shanghai_date};

use super::{day, vectors};

/// The notices for 2024–2026: rest days as spans, then worked weekend days.
const NOTICES: [(i32, &str, &str); 3] = [
    (
        2024,
        "01-01 02-10/02-17 04-04/04-06 05-01/05-05 06-10 09-15/09-17 10-01/10-07",
        "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    ),
    (2025, "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08", "01-26 02-08 04-27 09-28 10-11"),
    (
        2026,
        "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 06-19/06-21 09-25/09-27 10-01/10-07",
        "01-04 02-14 02-28 05-09 09-20 10-10",
    ),
];

pub fn tables() -> BTreeMap<i32, YearTable> {
    let days = |year: i32, text: &str| -> Vec<NaiveDate> {
        text.split(' ')
            .flat_map(|span| {
                let (first, last) = span.split_once('/').unwrap_or((span, span));
                let last = day(&format!("{year}-{last}"));
                day(&format!("{year}-{first}")).iter_days().take_while(move |d| *d <= last)
            })
            .collect()
    };
    let table = |(year, off, on): (i32, &str, &str)| YearTable {
        off: days(year, off).into_iter().collect(),
        on: days(year, on).into_iter().collect(),
    };
    NOTICES.into_iter().map(|notice| (notice.0, table(notice))).collect()
}

pub fn calendar() -> Calendar {
    Calendar::new(tables())
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn working_days() {
    let calendar = calendar();
    let vectors = vectors();
    let date = |v: &serde_json::Value| day(v.as_str().unwrap());
    for row in vectors["workdays"].as_array().unwrap() {
        let (start, n, due) = (date(&row[0]), row[2].as_u64().unwrap(), date(&row[3]));
        assert_eq!(start.format("%a").to_string(), row[1].as_str().unwrap());
        let n = u32::try_from(n).unwrap();
        assert_eq!(calendar.add_workdays(start, n), Due { on: due, guessed: false }, "{start} + {n}");
        assert_eq!(calendar.workdays_between(start, due), i64::from(n), "{start} .. {due}");
    }
    for row in vectors["is_workday"].as_array().unwrap() {
        let workday = calendar.is_workday(date(&row[0]));
        assert_eq!(Some(workday.is_yes()), row[1].as_bool(), "{row}");
        assert!(!workday.guessed());
    }
}

#[test]
fn the_calendar_as_shipped_is_what_the_notices_say() {
    let law = clinic_registry::law::embedded().unwrap();
    for (year, table) in tables() {
        assert_eq!(law.years().get(&year), Some(&table), "{year}");
    }
}

#[test]
fn years_without_a_notice_are_guessed() {
    let calendar = calendar();
    let due = calendar.add_workdays(day("2026-11-23"), 45);
    assert_eq!(due, Due { on: day("2027-01-25"), guessed: true });
    assert_eq!(calendar.is_workday(day("2027-01-01")), Workday::Yes { guessed: true });
    assert_eq!(calendar.is_workday(day("2027-01-02")), Workday::No { guessed: true });

    // A notice that is published empty is no notice, and one may name days of the December before.
    let mut years = tables();
    years.insert(2027, YearTable::default());
    assert!(Calendar::new(years.clone()).is_workday(day("2027-01-04")).guessed());
    let off = [day("2026-12-31"), day("2027-01-01")].into();
    years.insert(2027, YearTable { off, on: [day("2027-01-02")].into() });
    let calendar = Calendar::new(years);
    assert_eq!(calendar.add_workdays(day("2026-12-30"), 1), Due { on: day("2027-01-02"), guessed: false });
}

#[test]
fn edges_of_periods() {
    let calendar = calendar();
    // Nothing to wait for: the day itself, or the next working day.
    assert_eq!(calendar.add_workdays(day("2026-02-14"), 0).on, day("2026-02-14"));
    assert_eq!(calendar.add_workdays(day("2026-02-15"), 0).on, day("2026-02-24"));
    // Calendar days: the last one moves off a rest day.
    assert_eq!(calendar.add_days(day("2026-09-21"), 5), Due { on: day("2026-09-28"), guessed: false });
    assert_eq!(calendar.add_days(day("2026-09-17"), 3).on, day("2026-09-20"));
    // Overdue.
    assert_eq!(calendar.workdays_between(day("2026-10-10"), day("2026-09-30")), -3);
    assert_eq!(calendar.workdays_between(day("2026-10-10"), day("2026-10-10")), 0);
    // The end of the calendar is no panic.
    assert!(calendar.add_workdays(NaiveDate::MAX, 5).guessed);
    assert!(calendar.add_days(NaiveDate::MAX, u32::MAX).guessed);
    assert!(calendar.add_workdays(NaiveDate::MIN, 5).guessed);
}

#[test]
fn corresponding_days() {
    assert_eq!(add_months(day("2024-01-31"), 1), day("2024-02-29"));
    assert_eq!(add_months(day("2024-08-31"), 6), day("2025-02-28"));
    assert_eq!(anniversary(day("2024-02-29"), 1), day("2025-02-28"));
    assert_eq!(anniversary(day("2024-02-29"), 4), day("2028-02-29"));
    assert_eq!(anniversary(day("2024-05-22"), u32::MAX), NaiveDate::MAX);

    // five years on the corresponding day.
    assert_eq!(full_years_between(day("2019-05-22"), day("2024-05-21")), 4);
    assert_eq!(full_years_between(day("2019-05-22"), day("2024-05-22")), 5);
    assert_eq!(full_years_between(day("2020-02-29"), day("2025-02-28")), 5);
    assert_eq!(full_years_between(day("2024-05-22"), day("2019-05-22")), 0);
    assert_eq!(years_months_between(day("2019-05-22"), day("2024-05-21")), (4, 11));
    assert_eq!(years_months_between(day("2019-05-31"), day("2019-06-30")), (0, 1));
    assert_eq!(years_months_between(day("2024-05-22"), day("2019-05-22")), (0, 0));
}

#[test]
fn receipt_in_china() {
    let calendar = calendar();
    // 16:59:59, 17:00 and 23:59 of Friday 9 October 2026; 10 October is a worked Saturday.
    assert_eq!(receipt_day(at("2026-10-09T08:59:59Z"), &calendar, 17), day("2026-10-09"));
    assert_eq!(receipt_day(at("2026-10-09T09:00:00Z"), &calendar, 17), day("2026-10-10"));
    assert_eq!(receipt_day(at("2026-10-09T15:59:00Z"), &calendar, 24), day("2026-10-09"));
    // Just after midnight in China it is still the day before in UTC.
    assert_eq!(receipt_day(at("2026-10-09T16:00:00Z"), &calendar, 24), day("2026-10-10"));
    // Rest days, early or late.
    assert_eq!(receipt_day(at("2026-10-03T01:00:00Z"), &calendar, 17), day("2026-10-08"));
    assert_eq!(receipt_day(at("2026-10-03T12:00:00Z"), &calendar, 17), day("2026-10-08"));
    // New Year's Eve, after hours, into a year without a notice.
    let due = receipt(at("2026-12-31T10:00:00Z"), &calendar, 17);
    assert_eq!(due, Due { on: day("2027-01-01"), guessed: true });
    assert!(!receipt(at("2026-12-31T08:00:00Z"), &calendar, 17).guessed);

    assert_eq!(shanghai_date(at("2026-12-31T15:59:59Z")), day("2026-12-31"));
    assert_eq!(shanghai_date(at("2026-12-31T16:00:00Z")), day("2027-01-01"));
    assert_eq!(shanghai_date(DateTime::<Utc>::MAX_UTC), NaiveDate::MAX);
}

#[test]
fn dates_in_chinese() {
    let cases = [
        ("2024-05-22", "二〇二四年五月二十二日"),
        ("2026-10-10", "二〇二六年十月十日"),
        ("2030-11-20", "二〇三〇年十一月二十日"),
        ("1999-12-31", "一九九九年十二月三十一日"),
        ("2025-01-01", "二〇二五年一月一日"),
        ("2025-01-19", "二〇二五年一月十九日"),
        ("2025-01-30", "二〇二五年一月三十日"),
    ];
    for (date, words) in cases {
        assert_eq!(chinese_date(day(date)), words);
    }
}
