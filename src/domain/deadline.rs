//! From the moment of a submission to the day from which periods run, and dates as certificates write them.
//! China has one time zone, UTC+8, without summer time since 1992.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use crate::domain::calendar::{Calendar, Due};

const SHANGHAI: TimeDelta = TimeDelta::hours(8);

/// The day on which a submission counts as received (收件日): the same day, or the next working day if it came on a rest day
/// or at or after `cutoff_hour` (0–24, in Asia/Shanghai; 24: no cut-off). Periods run from the day after (民法典201). Guessed
/// where the year's holidays are not known.
pub fn receipt(submitted_at: DateTime<Utc>, calendar: &Calendar, cutoff_hour: u32) -> Due {
    let local = shanghai(submitted_at);
    let day = calendar.is_workday(local.date());
    if !day.is_yes() || local.hour() < cutoff_hour {
        return calendar.on_or_after(local.date());
    }
    let next = calendar.add_workdays(local.date(), 1);
    Due { guessed: next.guessed || day.guessed(), ..next }
}

/// The day of [`receipt`] alone.
pub fn receipt_day(submitted_at: DateTime<Utc>, calendar: &Calendar, cutoff_hour: u32) -> NaiveDate {
    receipt(submitted_at, calendar, cutoff_hour).on
}

/// The date in China at a moment.
pub fn shanghai_date(at: DateTime<Utc>) -> NaiveDate {
    shanghai(at).date()
}

/// The first moment of a day in China.
pub fn shanghai_midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    midnight.checked_sub_signed(SHANGHAI).unwrap_or(midnight).and_utc()
}

fn shanghai(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().checked_add_signed(SHANGHAI).unwrap_or(NaiveDateTime::MAX)
}

/// `2024-05-22 09:31`, the time in China.
pub fn shanghai_time(at: DateTime<Utc>) -> String {
    shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}

/// `2024年5月22日`
pub fn numeric_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// A date as on official documents: `二〇二四年五月二十二日`. The year digit by digit, month and day as numbers.
pub fn chinese_date(date: NaiveDate) -> String {
    let year: String = date.year().to_string().chars().map(|c| c.to_digit(10).map_or(c, digit)).collect();
    format!("{year}年{}月{}日", number(date.month()), number(date.day()))
}

fn digit(value: u32) -> char {
    match value {
        1 => '一',
        2 => '二',
        3 => '三',
        4 => '四',
        5 => '五',
        6 => '六',
        7 => '七',
        8 => '八',
        9 => '九',
        _ => '〇',
    }
}

/// 1–99 as 一, 十, 十一, 二十, 二十一.
fn number(value: u32) -> String {
    let mut out = String::new();
    if value >= 20 {
        out.push(digit(value / 10));
    }
    if value >= 10 {
        out.push('十');
    }
    if !value.is_multiple_of(10) {
        out.push(digit(value % 10));
    }
    out
}
