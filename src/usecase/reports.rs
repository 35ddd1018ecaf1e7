//! The year of an authority in figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::announcement::AnnouncementKind;
use crate::domain::deadline;
use crate::domain::decision::DecisionKind;
use crate::domain::lifecycle::{Action, Kind};
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::{VisitKind, VisitStage};
use crate::error::{Error, Result};
use crate::store::entity::authority;
use crate::store::reports::Span;

/// The first year in which clinics could be filed (令第14号).
const FIRST: i32 = 2017;

/// What came of the filings of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    pub received: i64,
    pub issued: i64,
    pub withdrawn: i64,
}

/// Clinics of one type that stand alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub clinics: i64,
    /// Of them with 互联网诊疗 in force.
    pub telemedicine: i64,
}

/// Visits of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visited {
    /// Due in the year, and not dropped.
    pub due: i64,
    pub passed: i64,
    pub rectifying: i64,
    pub failed: i64,
}

/// The year of an authority.
pub struct Report {
    pub year: i32,
    /// When it was counted.
    pub as_of: DateTime<Utc>,
    /// The day whose end the standing of the clinics is of: the last of the year, or today.
    pub standing_on: NaiveDate,
    pub authority: authority::Model,
    pub filings: BTreeMap<Kind, Filed>,
    /// By 类别 and standing.
    pub clinics: BTreeMap<(String, ClinicState), Standing>,
    pub announcements: BTreeMap<AnnouncementKind, i64>,
    pub visits: BTreeMap<VisitKind, Visited>,
    pub decisions: BTreeMap<DecisionKind, i64>,
}

/// Counts the year of the actor's authority: all of it from one view of the tables.
///
/// # Errors
/// `Forbidden` for anybody but officers, approvers and auditors; `Invalid` for a year that has not begun, or before 2017.
pub async fn annual(app: &App, actor: &Actor, year: i32) -> Result<Report> {
    let works = matches!(actor.role, Role::Officer | Role::Approver | Role::Auditor);
    let office = actor.authority.filter(|_| works).ok_or(Error::Forbidden)?;
    let today = app.clock.today();
    let known = Some(year).filter(|year| (FIRST..=today.year()).contains(year));
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let (first, next) = known.and_then(|year| day(year).zip(day(year + 1))).ok_or_else(|| {
        Error::field(
            "/year",
            format!("年度须在{FIRST}年至{}年之间。", today.year()),
            format!("The year is between {FIRST} and {}.", today.year()),
        )
    })?;
    let last = next.pred_opt().unwrap_or(first);
    let span = Span { from: deadline::shanghai_midnight(first), until: deadline::shanghai_midnight(next), first, last };
    let tx = app.store.snapshot().await?;
    let mut report = Report {
        year,
        as_of: app.clock.now(),
        standing_on: last.min(today),
        authority: tx.authority(office.0).await?,
        filings: BTreeMap::new(),
        clinics: BTreeMap::new(),
        announcements: tx.count_announcements(office.0, span).await?.into_iter().collect(),
        visits: BTreeMap::new(),
        decisions: tx.count_decisions(office.0, span).await?.into_iter().collect(),
    };
    for (kind, action, count) in tx.count_filings(office.0, span).await? {
        let filed = report.filings.entry(kind).or_default();
        match action {
            Action::Submit => filed.received += count,
            Action::Issue => filed.issued += count,
            Action::Withdraw => filed.withdrawn += count,
            Action::RequestCorrection | Action::Redirect | Action::Recommend | Action::Import => (),
        }
    }
    for (clinic_type, state, mode, count) in tx.count_clinics(office.0, span.until).await? {
        let standing = report.clinics.entry((clinic_type, state)).or_default();
        standing.clinics += count;
        if mode == TelemedicineMode::On {
            standing.telemedicine += count;
        }
    }
    for (kind, stage, count) in tx.count_visits(office.0, span).await? {
        let visited = report.visits.entry(kind).or_default();
        visited.due += if stage == VisitStage::Dropped { 0 } else { count };
        match stage {
            VisitStage::Passed => visited.passed += count,
            VisitStage::Rectifying => visited.rectifying += count,
            VisitStage::Failed => visited.failed += count,
            VisitStage::Due | VisitStage::Dropped => (),
        }
    }
    Ok(report)
}
