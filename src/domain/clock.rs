//! The clocks of the law: when something is due, counted how, warned of when. Working days unless the rule's data say
//! calendar days.

use std::cmp::Ordering;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
        /// 临近期限: whoever handles it is warned.
        Near = "临近期限" / "near",
        /// 督办: whoever answers for the work is told, too.
        Pressing = "督办" / "escalated",
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
    /// How long before the end it is near: in the same unit; days where the end is fixed.
    pub warn: u32,
    /// How long before the end it is escalated, likewise.
    pub escalate: u32,
}

/// What a clock has reached, each noted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Warned,
    Escalated,
    Overdue,
}

impl Mark {
    /// Every mark, in the order in which a clock reaches them.
    pub const ALL: [Self; 3] = [Self::Warned, Self::Escalated, Self::Overdue];
}

/// From which days on a clock is near and escalated; neither is after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarms {
    pub warn_on: NaiveDate,
    pub escalate_on: NaiveDate,
}

/// Which clocks a due list shows.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub state: ClockState,
    /// So urgent, or more.
    pub urgency: Option<Urgency>,
    pub rule: Option<String>,
    /// Due on this day, or earlier.
    pub until: Option<NaiveDate>,
    /// Only clocks after this one, in the order of the list.
    pub after: Option<(NaiveDate, Uuid)>,
}

/// The period that `rule` sets on `on` by its threshold `name`, or `unless` where it sets none. A threshold in months runs
/// by the calendar; any other is counted in working or calendar days, as the rule's `counted_in` says.
pub fn period(law: &Law, rule: &str, name: &str, unless: f64, on: NaiveDate) -> Period {
    let length = whole(law.threshold(rule, name, on).unwrap_or(unless));
    let unit = if name == "months" || name.ends_with("_months") {
        Unit::Months
    } else {
        law.rule(rule, on).map_or(Unit::WorkingDays, |text| text.counted_in)
    };
    warned(law, rule, length, unit, on)
}

/// A period of known length with the warnings that `rule` sets on `on`: its thresholds `warn_before` and
/// `escalate_before` in the period's unit, `warn_days` and `escalate_days` where the end is fixed. Where it sets none: two
/// days or one month before the end, five days before a fixed one, and the last day.
pub fn warned(law: &Law, rule: &str, length: u32, unit: Unit, on: NaiveDate) -> Period {
    let (warn, usual, escalate) = match unit {
        Unit::WorkingDays | Unit::CalendarDays => ("warn_before", 2.0, "escalate_before"),
        Unit::Months => ("warn_before", 1.0, "escalate_before"),
        Unit::Fixed => ("warn_days", 5.0, "escalate_days"),
    };
    let threshold = |name: &str, unless: f64| whole(law.threshold(rule, name, on).unwrap_or(unless));
    Period { length, unit, warn: threshold(warn, usual), escalate: threshold(escalate, 0.0) }
}

/// A threshold as a count; a century of days is the most that anything takes.
fn whole(number: f64) -> u32 {
    if number.is_finite() && number > 0.0 { number.min(36_500.0) as u32 } else { 0 }
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

/// When a period that runs from `start` to `due` is near, and when it is escalated.
pub fn alarms(law: &Law, start: NaiveDate, due: NaiveDate, period: Period) -> Alarms {
    let before = |n: u32| match period.unit {
        _ if n == 0 => due,
        Unit::WorkingDays => workdays_before(law, due, n),
        // The corresponding day of an earlier month, whatever the end was moved to.
        Unit::Months => calendar::add_months(start, period.length.saturating_sub(n)).min(due),
        Unit::CalendarDays | Unit::Fixed => due.checked_sub_days(Days::new(n.into())).unwrap_or(due),
    };
    Alarms { warn_on: before(period.warn), escalate_on: before(period.escalate) }
}

/// The day from which `n` working days lead to `due`.
fn workdays_before(law: &Law, due: NaiveDate, n: u32) -> NaiveDate {
    let worked = |day: &NaiveDate| law.calendar().is_workday(*day).is_yes();
    let earlier = std::iter::successors(due.pred_opt(), NaiveDate::pred_opt).filter(worked);
    earlier.take(n as usize).last().unwrap_or(due)
}

/// How near the end is on `today`.
pub fn urgency(today: NaiveDate, alarms: Alarms, due_on: NaiveDate) -> Urgency {
    match due_on.cmp(&today) {
        Ordering::Less => Urgency::Overdue,
        Ordering::Equal => Urgency::Today,
        Ordering::Greater if alarms.escalate_on <= today => Urgency::Pressing,
        Ordering::Greater if alarms.warn_on <= today => Urgency::Near,
        Ordering::Greater => Urgency::Calm,
    }
}

/// What is left until the end, negative when it has passed: working days where the period is counted so, else days.
pub fn days_left(law: &Law, today: NaiveDate, due_on: NaiveDate, unit: Unit) -> i64 {
    match unit {
        Unit::WorkingDays => law.calendar().workdays_between(today, due_on),
        // An end that a document names may lie centuries ahead: never counted day by day.
        Unit::CalendarDays | Unit::Months | Unit::Fixed => due_on.signed_duration_since(today).num_days(),
    }
}

/// A deadline that was told is never moved earlier: the later of what was told and what counts now. Guessed only while
/// the day that stands is one that was counted without the year's notice.
pub fn recomputed(told: Due, now: Due) -> Due {
    if now.on >= told.on { now } else { Due { on: told.on, guessed: now.guessed } }
}
