//! The year of an authority in figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::announcement::AnnouncementKind;
use crate::domain::deadline;
use crate::domain::decision::DecisionKind;
use crate::domain::dossier::ClinicType;
use crate::domain::lifecycle::{Action, Kind};
use crate::domain::terms::Coded;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::domain::visit::{VisitKind, VisitStage};
use crate::error::{Error, Result};
use crate::spreadsheet::write::{self, Cell, Column, Table};
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

fn table(name: &str, titles: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = titles.iter().map(|title| Column { title: (*title).to_owned() }).collect();
    Table { name: name.to_owned(), columns, rows }
}

/// The year as tables: what it is, then one for each part.
fn tables(report: &Report) -> Vec<Table> {
    let head = [
        ("机关", report.authority.name.clone()),
        ("年度", report.year.to_string()),
        ("诊所状态截至", report.standing_on.to_string()),
        ("数据截至", report.as_of.to_rfc3339()),
    ];
    let head = head.map(|(what, said)| vec![Cell::text(what), Cell::text(said)]).to_vec();
    let filings = report.filings.iter().map(|(kind, n)| {
        vec![Cell::text(kind.zh()), Cell::Count(n.received), Cell::Count(n.issued), Cell::Count(n.withdrawn)]
    });
    let clinics = report.clinics.iter().map(|((clinic_type, state), n)| {
        let known = ClinicType::of_code(clinic_type);
        let clinic_type = known.map_or_else(|| clinic_type.clone(), |known| known.zh().to_owned());
        vec![Cell::text(clinic_type), Cell::text(state.zh()), Cell::Count(n.clinics), Cell::Count(n.telemedicine)]
    });
    let announced = report.announcements.iter().map(|(kind, n)| vec![Cell::text(kind.zh()), Cell::Count(*n)]);
    let visits = report.visits.iter().map(|(kind, n)| {
        let counts = [n.due, n.passed, n.rectifying, n.failed].map(Cell::Count);
        std::iter::once(Cell::text(kind.zh())).chain(counts).collect()
    });
    let decided = report.decisions.iter().map(|(kind, n)| vec![Cell::text(kind.zh()), Cell::Count(*n)]);
    vec![
        table("说明", &["项目", "内容"], head),
        table("办件", &["备案种类", "收件（件）", "签发（件）", "撤回（件）"], filings.collect()),
        table("诊所", &["诊所类别", "诊所状态", "诊所（家）", "可开展互联网诊疗（家）"], clinics.collect()),
        table("公告", &["公告种类", "公告（件）"], announced.collect()),
        table("核查", &["核查种类", "应核查（次）", "通过（次）", "限期整改（次）", "不通过（次）"], visits.collect()),
        table("决定", &["决定种类", "决定（件）"], decided.collect()),
    ]
}

/// The name of a file of the year, without what it ends in: ASCII.
pub fn file_name(report: &Report) -> String {
    format!("annual-report-{}-{}", report.authority.region, report.year)
}

/// The year as a workbook, a sheet for each part.
///
/// # Errors
/// `Internal` where a part has more rows than a sheet.
pub fn xlsx(report: &Report) -> Result<Vec<u8>> {
    write::xlsx(&tables(report)).map_err(Error::internal)
}

/// The year as lines: a count each, with the part, the group and what is counted.
///
/// # Errors
/// Never in memory.
pub fn csv(report: &Report) -> Result<Vec<u8>> {
    let mut rows = vec![];
    for part in tables(report).into_iter().skip(1) {
        for row in part.rows {
            let words: Vec<&str> = row.iter().filter_map(Cell::words).collect();
            let group = words.join("，");
            for (column, cell) in part.columns.iter().zip(&row).filter(|(_, cell)| cell.words().is_none()) {
                rows.push(vec![
                    Cell::text(part.name.as_str()),
                    Cell::text(group.as_str()),
                    Cell::text(column.title.as_str()),
                    cell.clone(),
                    Cell::Count(report.year.into()),
                    Cell::text(report.authority.name.as_str()),
                    Cell::text(report.as_of.to_rfc3339()),
                ]);
            }
        }
    }
    let titles = ["部分", "分组", "指标", "数值", "年度", "机关", "数据截至"];
    write::csv(&table("年度报告", &titles, rows)).map_err(Error::internal)
}
