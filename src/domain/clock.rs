//! The clocks of the law: when something is due, counted how, warned of when. Working days unless the rule's data say
//! calendar days.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{self, Due};
use crate::domain::law::Law;
use crate::domain::terms::{stored, terms};

stored! {
    /// How a period is counted.
    Unit {
        WorkingDays = "个工作日" / "working days",
        CalendarDays = "日" / "days",
        Months = "个月" / "months",
        /// The day stands in a document: the end of an agreement.
        Fixed = "至" / "until",
    }
    /// Where a clock stands.
    ClockState {
        /// 进行中
        Running = "进行中" / "running",
        /// 已完成: met, in time or late.
        Met = "已完成" / "met",
        /// 已终止: no longer applies.
        Dropped = "已终止" / "dropped",
    }
}

terms! {
    /// How near a running clock is to its end.
    Urgency {
        /// 期限内
        Calm = "期限内" / "in time",
        /// 临近期限
        Near = "临近期限" / "near",
        /// 今日到期
        Today = "今日到期" / "due today",
        /// 已逾期
        Overdue = "已逾期" / "overdue",
    }
}

/// A period that a rule sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub length: u32,
    pub unit: Unit,
    /// Days before the end, in the same unit (months: days), from which it is near.
    pub warn: u32,
}

/// The period that `rule` sets on `on`: its threshold `name`, counted as its data say, `warn_before` before the end.
pub fn period(law: &Law, rule: &str, name: &str, unless: f64, on: NaiveDate) -> Period {
    let whole = |n: f64| if n.is_finite() && n > 0.0 { n.min(36_500.0) as u32 } else { 0 };
    let length = whole(law.threshold(rule, name, on).unwrap_or(unless));
    let unit = if name.ends_with("months") || name == "months" {
        Unit::Months
    } else {
        law.rule(rule, on).map_or(Unit::WorkingDays, |text| text.counted_in)
    };
    Period { length, unit, warn: whole(law.threshold(rule, "warn_before", on).unwrap_or(2.0)) }
}

/// When a period that starts on `start` ends; `start` is not counted (民法典201–203).
pub fn due(law: &Law, start: NaiveDate, period: Period) -> Due {
    let calendar = law.calendar();
    match period.unit {
        Unit::WorkingDays => calendar.add_workdays(start, period.length),
        Unit::CalendarDays => calendar.add_days(start, period.length),
        Unit::Months => calendar.on_or_after(calendar::add_months(start, period.length)),
        Unit::Fixed => Due { on: start, guessed: false },
    }
}

/// The first day on which a period that ends on `due` is near.
pub fn warn_on(law: &Law, due: NaiveDate, period: Period) -> NaiveDate {
    match period.unit {
        Unit::WorkingDays => {
            let calendar = law.calendar();
            let mut day = due;
            let mut left = period.warn;
            while left > 0 {
                let Some(before) = day.pred_opt() else { break };
                day = before;
                left -= u32::from(calendar.is_workday(day).is_yes());
            }
            day
        }
        _ => due.checked_sub_days(Days::new(period.warn.into())).unwrap_or(due),
    }
}

/// How near the end is on `today`.
pub fn urgency(today: NaiveDate, warn_on: NaiveDate, due_on: NaiveDate) -> Urgency {
    match due_on.cmp(&today) {
        std::cmp::Ordering::Less => Urgency::Overdue,
        std::cmp::Ordering::Equal => Urgency::Today,
        std::cmp::Ordering::Greater if warn_on <= today => Urgency::Near,
        std::cmp::Ordering::Greater => Urgency::Calm,
    }
}

/// A deadline that was told is never moved earlier: the later of what was told and what counts now. Guessed only while
/// the day that stands is one that was counted without the year's notice.
pub fn recomputed(told: Due, now: Due) -> Due {
    if now.on >= told.on { now } else { Due { on: told.on, guessed: now.guessed } }
}
