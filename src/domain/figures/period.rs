//! The months that figures are of, in Asia/Shanghai.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::domain::deadline;

/// The most months that are told at once.
pub const LONGEST: usize = 36;

/// A month: `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    /// 1–12
    month: u32,
}

impl Month {
    /// The month that a day is in.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// January of the same year.
    pub const fn january(self) -> Self {
        Self { month: 1, ..self }
    }

    /// The month after.
    pub const fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// Its first day.
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// Its first moment in China.
    pub fn begins(self) -> DateTime<Utc> {
        deadline::shanghai_midnight(self.first())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Not a month of the form `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month")]
pub struct NoMonth;

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let (year, month) = text.split_once('-').filter(|(y, m)| y.len() == 4 && m.len() == 2).ok_or(NoMonth)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten();
        let (year, month): (u32, u32) = digits(year).zip(digits(month)).ok_or(NoMonth)?;
        let year = i32::try_from(year).map_err(|_| NoMonth)?;
        NaiveDate::from_ymd_opt(year, month, 1).map(Self::of).ok_or(NoMonth)
    }
}

/// Months in a row, and the moment up to which history counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first month.
    pub from: Month,
    /// The last month, included.
    pub to: Month,
    /// 数据截至: what was recorded later is left out.
    pub as_of: DateTime<Utc>,
}

impl Period {
    /// The months, as far as they have begun at the moment of counting.
    pub fn months(&self) -> Vec<Month> {
        let all = std::iter::successors(Some(self.from), |month| Some(month.next()));
        all.take_while(|month| *month <= self.to && month.begins() <= self.as_of).take(LONGEST).collect()
    }

    /// Its first moment.
    pub fn begins(&self) -> DateTime<Utc> {
        self.from.begins()
    }

    /// The first moment that no longer counts: the end of the last month, or just after the moment of counting.
    pub fn ends(&self) -> DateTime<Utc> {
        self.to.next().begins().min(self.recorded())
    }

    /// The first moment whose records are left out: times are kept to the microsecond.
    pub fn recorded(&self) -> DateTime<Utc> {
        self.as_of.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(self.as_of)
    }

    /// The day of the moment of counting, in China.
    pub fn today(&self) -> NaiveDate {
        deadline::shanghai_date(self.as_of)
    }

    /// `2026-01` or `2026-01_2026-11`, for the name of a file.
    pub fn slug(&self) -> String {
        if self.from == self.to { self.from.to_string() } else { format!("{}_{}", self.from, self.to) }
    }
}
