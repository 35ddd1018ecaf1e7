//! Statutory time: working days and corresponding days.
//!
//! 民法典 第二百零一条: the day of the event is not counted. 第二百零二条: a period of months or years ends on the
//! corresponding day, or on the last day of the month that has none. 第二百零三条: a last day that is a rest day moves to the
//! next working day. 行政许可法 第八十二条: working days exclude public holidays; applied to filings by analogy.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate, Weekday};

/// What the State Council's notice for one year (国务院办公厅关于部分节假日安排的通知) changes in the ordinary week. A notice may
/// also name days of the December before its year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearTable {
    /// Rest days, weekends inside a holiday included.
    pub off: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked (调休).
    pub on: BTreeSet<NaiveDate>,
}

/// Whether a day is worked, and whether that is known or supposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workday {
    /// A working day.
    Yes {
        /// From the ordinary week only, as the year's notice is not known.
        guessed: bool,
    },
    /// A rest day.
    No {
        /// As for [`Workday::Yes`].
        guessed: bool,
    },
}

impl Workday {
    /// Whether the day is worked.
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes { .. })
    }

    /// Whether the answer is from the ordinary week only.
    pub const fn guessed(self) -> bool {
        match self {
            Self::Yes { guessed } | Self::No { guessed } => guessed,
        }
    }
}

/// The last day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day; a working day.
    pub on: NaiveDate,
    /// A day on the way was judged without its year's notice: 期限暂按周末推算.
    pub guessed: bool,
}

/// The working days of the years whose notices are known; Monday to Friday, marked as guessed, in all others.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: BTreeMap<i32, YearTable>,
}

impl Calendar {
    /// A calendar from the notices by year. An empty table counts as not yet published.
    pub fn new(years: BTreeMap<i32, YearTable>) -> Self {
        let known = years.into_iter().filter(|(_, table)| !(table.off.is_empty() && table.on.is_empty()));
        Self { years: known.collect() }
    }

    /// Whether `date` is worked.
    pub fn is_workday(&self, date: NaiveDate) -> Workday {
        // Next year's notice is the later word on the days that both name.
        for year in [date.year().saturating_add(1), date.year()] {
            if let Some(table) = self.years.get(&year) {
                if table.off.contains(&date) {
                    return Workday::No { guessed: false };
                }
                if table.on.contains(&date) {
                    return Workday::Yes { guessed: false };
                }
            }
        }
        let guessed = !self.years.contains_key(&date.year());
        match date.weekday() {
            Weekday::Sat | Weekday::Sun => Workday::No { guessed },
            _ => Workday::Yes { guessed },
        }
    }

    /// The `n`-th working day after `start`, which is not counted. With `n` = 0, `start` itself or the next working day.
    /// The cost grows with `n`.
    pub fn add_workdays(&self, start: NaiveDate, n: u32) -> Due {
        if n == 0 {
            return self.on_or_after(start);
        }
        let mut due = Due { on: start, guessed: false };
        let mut left = n;
        while left > 0 {
            // The end of the calendar, in the year 262142: there is no later day to give.
            let Some(next) = due.on.succ_opt() else {
                return Due { guessed: true, ..due };
            };
            let workday = self.is_workday(next);
            due = Due { on: next, guessed: due.guessed || workday.guessed() };
            left -= u32::from(workday.is_yes());
        }
        due
    }

    /// The last day of `n` calendar days after `start`, which is not counted; moved off a rest day (民法典203). For periods
    /// that an authority counts in calendar days.
    pub fn add_days(&self, start: NaiveDate, n: u32) -> Due {
        self.on_or_after(start.checked_add_days(chrono::Days::new(n.into())).unwrap_or(NaiveDate::MAX))
    }

    /// `date`, or the next working day if it is a rest day (民法典203).
    pub fn on_or_after(&self, date: NaiveDate) -> Due {
        let mut due = Due { on: date, guessed: self.is_workday(date).guessed() };
        while !self.is_workday(due.on).is_yes() {
            let Some(next) = due.on.succ_opt() else {
                return Due { guessed: true, ..due };
            };
            due = Due { on: next, guessed: due.guessed || self.is_workday(next).guessed() };
        }
        due
    }

    /// How many working days lie after `from`, up to and with `to`; negative if `to` is earlier: days overdue. Undoes
    /// [`Calendar::add_workdays`].
    pub fn workdays_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let days = first.iter_days().skip(1).take_while(|day| *day <= last);
        days.map(|day| if self.is_workday(day).is_yes() { sign } else { 0 }).sum()
    }
}

/// The corresponding day `months` later, else the last day of that month (民法典202).
pub fn add_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// The corresponding day `years` later: 29 February has 28 February in an ordinary year (民法典202).
pub fn anniversary(date: NaiveDate, years: u32) -> NaiveDate {
    add_months(date, years.saturating_mul(12))
}

/// Completed years from `from` to `to`: the most whose anniversary is not after `to`; 0 if `to` is earlier.
pub fn full_years_between(from: NaiveDate, to: NaiveDate) -> u32 {
    full_months_between(from, to) / 12
}

/// Completed years, and the completed months (0–11) after them.
pub fn years_months_between(from: NaiveDate, to: NaiveDate) -> (u32, u32) {
    let months = full_months_between(from, to);
    (months / 12, months % 12)
}

fn full_months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let month_number = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
    let months = u32::try_from(month_number(to) - month_number(from)).unwrap_or(0);
    if add_months(from, months) > to { months.saturating_sub(1) } else { months }
}
