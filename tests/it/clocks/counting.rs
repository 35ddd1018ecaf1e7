//! Periods by every unit: the vectors of domain facts §12.7 by the calendar as shipped, and properties against a slow
//! reference.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use clinic_registry::domain::calendar::{Calendar, Due, YearTable};
use clinic_registry::domain::clock::{self, Alarms, Period, Unit, Urgency};
use clinic_registry::domain::law::Law;
use proptest::prelude::*;
use serde_json::Value;

use super::{day, law_with};
use crate::support::builders::LAW;

const UNITS: [Unit; 3] = [Unit::WorkingDays, Unit::CalendarDays, Unit::Months];

fn of(length: u32, unit: Unit) -> Period {
    Period { length, unit, warn: 0, escalate: 0 }
}

#[test]
fn the_published_periods_by_the_calendar_as_shipped() {
    let vectors: Value = serde_json::from_str(include_str!("../../data/vectors.json")).unwrap();
    let date = |v: &Value| day(v.as_str().unwrap());
    for row in vectors["workdays"].as_array().unwrap() {
        let (start, n, due) = (date(&row[0]), row[2].as_u64().unwrap() as u32, date(&row[3]));
        let counted = clock::due(&LAW, start, of(n, Unit::WorkingDays));
        assert_eq!(counted, Due { on: due, guessed: false }, "{start} + {n}");
        assert_eq!(clock::days_left(&LAW, start, due, Unit::WorkingDays), i64::from(n));
    }
    let unknown = clock::due(&LAW, day("2026-11-23"), of(45, Unit::WorkingDays));
    assert_eq!(unknown, Due { on: day("2027-01-25"), guessed: true }, "R-098");
    for row in vectors["is_workday"].as_array().unwrap() {
        assert_eq!(Some(LAW.calendar().is_workday(date(&row[0])).is_yes()), row[1].as_bool(), "{row}");
    }
}

#[test]
fn a_rule_says_how_its_days_are_counted_and_when_it_warns() {
    let on = day("2026-11-23");
    let period = clock::period(&LAW, "R-050", "days", 1.0, on);
    assert_eq!(period, Period { length: 5, unit: Unit::WorkingDays, warn: 2, escalate: 1 });
    let due = clock::due(&LAW, on, period);
    assert_eq!(due.on, day("2026-11-30"));
    // Day 3, day 4, day 5.
    let alarms = clock::alarms(&LAW, on, due.on, period);
    assert_eq!(alarms, Alarms { warn_on: day("2026-11-26"), escalate_on: day("2026-11-27") });
    let at = |date: &str| clock::urgency(day(date), alarms, due.on);
    assert_eq!(
        ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"].map(at),
        [Urgency::Calm, Urgency::Near, Urgency::Pressing, Urgency::Today, Urgency::Overdue]
    );

    // The same rule, switched to the calendar's days: 28 November is a Saturday.
    let switched = changed(|rules| {
        rules.replace(
            "thresholds = { days = 5, warn_before = 2, escalate_before = 1 }",
            "counted_in = \"calendar_days\"\nthresholds = { days = 5, warn_before = 2, escalate_before = 1 }",
        )
    });
    let period = clock::period(&switched, "R-050", "days", 1.0, on);
    assert_eq!(period.unit, Unit::CalendarDays);
    assert_eq!(clock::due(&switched, on, period), Due { on: day("2026-11-30"), guessed: false });
    assert_eq!(clock::due(&switched, day("2026-11-24"), period).on, day("2026-11-30"));

    // A year of suspension: twelve months, near from the eleventh.
    let period = clock::period(&LAW, "R-063", "months", 12.0, on);
    assert_eq!((period.length, period.unit), (12, Unit::Months));
    let due = clock::due(&LAW, day("2025-11-22"), period);
    assert_eq!(due.on, day("2026-11-23"), "a Sunday moves to Monday");
    let alarms = clock::alarms(&LAW, day("2025-11-22"), due.on, period);
    assert_eq!(alarms.warn_on, day("2026-10-22"), "the corresponding day of month 11 all the same");

    // What no rule says, and what stands in a document.
    let none = clock::period(&LAW, "R-000", "days", 7.0, on);
    assert_eq!(none, Period { length: 7, unit: Unit::WorkingDays, warn: 2, escalate: 0 });
    let fixed = clock::warned(&LAW, "R-081", 0, Unit::Fixed, on);
    let far = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
    assert_eq!(clock::alarms(&LAW, on, far, fixed).warn_on, far - Days::new(60));
    assert_eq!(clock::days_left(&LAW, on, far, Unit::Fixed), (far - on).num_days());
    for odd in [f64::NAN, -1.0, f64::INFINITY, 1e300] {
        assert!(clock::period(&LAW, "R-000", "days", odd, on).length <= 36_500);
    }
}

/// The law with other rules.
fn changed(edit: impl FnOnce(String) -> String) -> Law {
    super::law_of(edit, "").unwrap()
}

#[test]
fn a_rule_counts_its_days_in_days() {
    let wrong = super::law_of(
        |rules| rules.replacen("thresholds = { days", "counted_in = \"months\"\nthresholds = { days", 1),
        "",
    );
    assert!(wrong.unwrap_err().to_string().contains("counts its days"));
}

/// The reference: what the tables of the law say of a day, else Monday to Friday.
fn worked(years: &BTreeMap<i32, YearTable>, date: NaiveDate) -> bool {
    let table = years.get(&date.year()).cloned().unwrap_or_default();
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    !table.off.contains(&date) && (table.on.contains(&date) || !weekend)
}

/// The corresponding day, month by month.
fn months_later(date: NaiveDate, n: u32) -> NaiveDate {
    let (mut year, mut month) = (date.year(), date.month());
    for _ in 0..n {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    (1..=date.day()).rev().find_map(|d| NaiveDate::from_ymd_opt(year, month, d)).unwrap()
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..365 * 6).prop_map(|n| day("2023-01-01") + Days::new(n))
}

fn any_unit() -> impl Strategy<Value = Unit> {
    (0..UNITS.len()).prop_map(|n| UNITS[n])
}

/// A notice for 2027: some rest days, some weekend days that are worked.
fn any_notice() -> impl Strategy<Value = YearTable> {
    let days = || proptest::collection::btree_set((0u64..365).prop_map(|n| day("2027-01-01") + Days::new(n)), 1..60);
    (days(), days()).prop_map(|(off, on)| {
        let weekend = |d: &NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
        let on = on.into_iter().filter(|d| weekend(d) && !off.contains(d)).collect();
        YearTable { off, on }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_period_ends_on_a_working_day_as_the_slow_reference_says(start in any_day(), n in 0u32..60, unit in any_unit()) {
        let years = LAW.years();
        let due = clock::due(&LAW, start, of(n, unit)).on;
        prop_assert!(worked(years, due), "{due} is a rest day");
        let rolled = |day: NaiveDate| day.iter_days().find(|d| worked(years, *d));
        let reference = match unit {
            Unit::WorkingDays if n > 0 => start.iter_days().skip(1).filter(|d| worked(years, *d)).nth(n as usize - 1),
            Unit::CalendarDays => rolled(start + Days::new(n.into())),
            Unit::Months => rolled(months_later(start, n)),
            Unit::WorkingDays | Unit::Fixed => rolled(start),
        };
        prop_assert_eq!(Some(due), reference);
    }

    #[test]
    fn a_later_start_or_a_longer_period_never_ends_earlier(
        start in any_day(), later in 0u64..40, n in 0u32..60, more in 0u32..10, unit in any_unit(),
    ) {
        let due = |start: NaiveDate, n: u32| clock::due(&LAW, start, of(n, unit)).on;
        prop_assert!(due(start, n) <= due(start + Days::new(later), n));
        prop_assert!(due(start, n) <= due(start, n + more));
    }

    #[test]
    fn alarms_come_in_order_and_not_after_the_end(
        start in any_day(), n in 1u32..60, warn in 0u32..60, escalate in 0u32..60, unit in any_unit(),
    ) {
        let (warn, escalate) = (warn.max(escalate), warn.min(escalate));
        let period = Period { length: n, unit, warn, escalate };
        let due = clock::due(&LAW, start, period).on;
        let alarms = clock::alarms(&LAW, start, due, period);
        prop_assert!(alarms.warn_on <= alarms.escalate_on && alarms.escalate_on <= due);
        if unit == Unit::WorkingDays {
            prop_assert_eq!(LAW.calendar().workdays_between(alarms.warn_on, due), i64::from(warn));
        }
        // Urgency never falls as days pass.
        let urgencies: Vec<_> =
            (alarms.warn_on - Days::new(2)).iter_days().take_while(|d| *d <= due + Days::new(2)).map(|d| clock::urgency(d, alarms, due)).collect();
        prop_assert!(urgencies.is_sorted());
        prop_assert_eq!(urgencies.first(), Some(&Urgency::Calm));
        prop_assert_eq!(urgencies.last(), Some(&Urgency::Overdue));
    }

    #[test]
    fn what_was_told_is_never_moved_earlier(start in 0u64..90, n in 1u32..60, first in any_notice(), second in any_notice()) {
        let start = day("2026-11-01") + Days::new(start);
        let known = |table: &YearTable| {
            let mut years = LAW.years().clone();
            years.insert(2027, table.clone());
            Calendar::new(years)
        };
        let guessed = LAW.calendar().add_workdays(start, n);
        let mut told = guessed;
        for table in [&first, &second] {
            let counted = known(table).add_workdays(start, n);
            let next = clock::recomputed(told, counted);
            prop_assert!(next.on >= told.on && next.on >= counted.on);
            prop_assert!(next.on == told.on || next.on == counted.on);
            prop_assert!(next.on.year() > 2027 || !next.guessed, "the year is known now");
            prop_assert_eq!(clock::recomputed(next, counted), next, "once is enough");
            told = next;
        }
    }
}

#[test]
fn another_year_in_the_calendar_is_no_longer_guessed() {
    let law = law_with("\n[[year]]\nyear = 2027\nsources = [\"通知\"]\noff = [\"01-01..01-03\"]\non = []\n");
    let due = clock::due(&law, day("2026-11-23"), of(45, Unit::WorkingDays));
    assert_eq!(due, Due { on: day("2027-01-26"), guessed: false });
}
