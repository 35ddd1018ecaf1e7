//! What an authority did in a year.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::figures::{CsvFile, XlsxFile, attachment};
use crate::api::filings::AuthorityView;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::announcement::AnnouncementKind;
use crate::domain::decision::DecisionKind;
use crate::domain::lifecycle::Kind;
use crate::domain::verdict::ClinicState;
use crate::domain::visit::VisitKind;
use crate::usecase::reports::{self, Filed, Report, Standing, Visited};

/// Filings of one kind.
#[derive(Debug, Object)]
pub struct FilingFigures {
    pub kind: Kind,
    /// 收件: submitted for the first time
    pub received: i64,
    /// 办结
    pub issued: i64,
    /// 撤回, after it was received
    pub withdrawn: i64,
}

/// Clinics of one type that stand alike.
#[derive(Debug, Object)]
pub struct ClinicFigures {
    /// 类别
    pub clinic_type: String,
    /// 状态
    pub state: ClinicState,
    pub clinics: i64,
    /// Of them with 互联网诊疗 that is not suspended
    pub telemedicine: i64,
}

/// Announcements of one kind.
#[derive(Debug, Object)]
pub struct AnnouncementFigures {
    pub kind: AnnouncementKind,
    pub announcements: i64,
}

/// Visits of one kind, to clinics that the authority filed or supervises.
#[derive(Debug, Object)]
pub struct VisitFigures {
    pub kind: VisitKind,
    /// 应核查: the deadline is in the year
    pub due: i64,
    /// 通过
    pub passed: i64,
    /// 限期整改
    pub rectifying: i64,
    /// 不通过
    pub failed: i64,
}

/// Decisions of one kind.
#[derive(Debug, Object)]
pub struct DecisionFigures {
    pub kind: DecisionKind,
    pub decisions: i64,
}

/// The year of an authority in figures. What is not listed did not happen.
#[derive(Debug, Object)]
pub struct AnnualReport {
    /// 年度, in Asia/Shanghai
    pub year: i32,
    /// 数据截至
    pub as_of: DateTime<Utc>,
    /// The day whose end the clinics' standing is of
    pub standing_on: NaiveDate,
    /// 备案机关
    pub authority: AuthorityView,
    pub filings: Vec<FilingFigures>,
    pub clinics: Vec<ClinicFigures>,
    pub announcements: Vec<AnnouncementFigures>,
    pub visits: Vec<VisitFigures>,
    pub decisions: Vec<DecisionFigures>,
}

impl From<Report> for AnnualReport {
    fn from(report: Report) -> Self {
        let Report { year, as_of, standing_on, authority, filings, clinics, announcements, visits, decisions } = report;
        let filing = |(kind, filed): (Kind, Filed)| {
            let Filed { received, issued, withdrawn } = filed;
            FilingFigures { kind, received, issued, withdrawn }
        };
        let clinic = |((clinic_type, state), standing): ((String, ClinicState), Standing)| {
            let Standing { clinics, telemedicine } = standing;
            ClinicFigures { clinic_type, state, clinics, telemedicine }
        };
        let visit = |(kind, visited): (VisitKind, Visited)| {
            let Visited { due, passed, rectifying, failed } = visited;
            VisitFigures { kind, due, passed, rectifying, failed }
        };
        let announced = announcements.into_iter();
        let decided = decisions.into_iter();
        Self {
            year,
            as_of,
            standing_on,
            authority: authority.into(),
            filings: filings.into_iter().map(filing).collect(),
            clinics: clinics.into_iter().map(clinic).collect(),
            announcements: announced.map(|(kind, announcements)| AnnouncementFigures { kind, announcements }).collect(),
            visits: visits.into_iter().map(visit).collect(),
            decisions: decided.map(|(kind, decisions)| DecisionFigures { kind, decisions }).collect(),
        }
    }
}

pub struct Reports;

#[OpenApi(prefix_path = "/reports", tag = "Tag::Reports")]
impl Reports {
    /// 年度报告 · The year in figures
    #[oai(path = "/annual", method = "get", operation_id = "report_annual")]
    async fn annual(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 年度, four digits
        year: Query<i32>,
    ) -> Result<Json<AnnualReport>, Problem> {
        let report = reports::annual(&app, &caller.0.actor, year.0).await?;
        Ok(Json(report.into()))
    }

    /// 年度报告（CSV） · The year in figures as CSV
    #[oai(path = "/annual/csv", method = "get", operation_id = "report_annual_csv")]
    async fn annual_csv(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 年度, four digits
        year: Query<i32>,
    ) -> Result<CsvFile, Problem> {
        let report = reports::annual(&app, &caller.0.actor, year.0).await?;
        let name = attachment(&format!("{}.csv", reports::file_name(&report)));
        Ok(CsvFile::Csv(Binary(reports::csv(&report)?), name))
    }

    /// 年度报告（XLSX） · The year in figures as a workbook
    #[oai(path = "/annual/xlsx", method = "get", operation_id = "report_annual_xlsx")]
    async fn annual_xlsx(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// 年度, four digits
        year: Query<i32>,
    ) -> Result<XlsxFile, Problem> {
        let report = reports::annual(&app, &caller.0.actor, year.0).await?;
        let name = attachment(&format!("{}.xlsx", reports::file_name(&report)));
        Ok(XlsxFile::Xlsx(Binary(reports::xlsx(&report)?), name))
    }
}
