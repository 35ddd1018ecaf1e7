//! Figures for the office, and the few that anybody may know.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::filings::AuthorityView;
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::dossier::ClinicType;
use crate::domain::figures::{Figure, Heading, Measure, PublicFigures, Row};
use crate::domain::id::AuthorityId;
use crate::usecase::figures::{self, Asked, Figures, File};

/// By what rows are told apart.
#[derive(Debug, Object)]
pub struct FigureHeading {
    /// Stable code
    pub code: String,
    /// 名称
    pub title: String,
    pub title_en: String,
}

/// What is counted in a row.
#[derive(Debug, Object)]
pub struct FigureMeasure {
    /// Stable code
    pub code: String,
    /// 名称
    pub title: String,
    pub title_en: String,
    /// 单位
    pub unit: String,
    /// Decimals to show
    pub decimals: u8,
}

/// A value by which a row is told apart.
#[derive(Debug, Object)]
pub struct FigureKey {
    /// Stable code: `establishment`, `2026-11`; `all` for the whole
    pub code: String,
    /// The word for people
    pub label: String,
}

/// A row.
#[derive(Debug, Object)]
pub struct FigureRow {
    /// One for each heading
    pub keys: Vec<FigureKey>,
    /// One for each measure
    pub values: Vec<f64>,
}

/// A figure with its definition. What is not listed did not happen.
#[derive(Debug, Object)]
#[oai(rename = "Figure")]
pub struct FigureView {
    /// `F-01`
    pub id: String,
    /// 名称
    pub title: String,
    pub title_en: String,
    /// 单位
    pub unit: String,
    /// 统计口径: what counts and what does not
    pub counts: String,
    pub counts_en: String,
    /// The history that it is counted from
    pub history: String,
    /// 依据
    pub basis: String,
    pub headings: Vec<FigureHeading>,
    pub measures: Vec<FigureMeasure>,
    pub rows: Vec<FigureRow>,
}

/// Figures of a period.
#[derive(Debug, Object)]
pub struct FigureReport {
    /// 数据截至: asked again with this `as_of`, the same figures are answered
    pub as_of: DateTime<Utc>,
    /// The first month, in Asia/Shanghai
    pub from: String,
    /// The last month, included
    pub to: String,
    /// Whose figures they are
    pub offices: Vec<AuthorityView>,
    pub figures: Vec<FigureView>,
}

/// Clinics of one type that are in force now.
#[derive(Debug, Object)]
pub struct InForceFigures {
    /// 类别
    pub clinic_type: ClinicType,
    pub clinics: i64,
    /// Of them with 互联网诊疗 that is not suspended
    pub telemedicine: i64,
}

/// 辖区首家: the first clinic of an authority's area that filed 互联网诊疗.
#[derive(Debug, Object)]
pub struct FirstClinic {
    pub authority_id: AuthorityId,
    /// 备案机关
    pub authority: String,
    /// 备案编号, as it was then
    pub number: String,
    /// 诊所名称, as it was then
    pub name: String,
    /// From this day on
    pub since: NaiveDate,
}

/// Figures of the register for anybody.
#[derive(Debug, Object)]
pub struct PublicFigureList {
    /// 数据截至
    pub as_of: DateTime<Utc>,
    pub clinics: Vec<InForceFigures>,
    pub first: Vec<FirstClinic>,
}

impl From<Heading> for FigureHeading {
    fn from(heading: Heading) -> Self {
        let Heading { code, zh, en } = heading;
        Self { code: code.to_owned(), title: zh.to_owned(), title_en: en.to_owned() }
    }
}

impl From<Measure> for FigureMeasure {
    fn from(measure: Measure) -> Self {
        let Measure { code, zh, en, unit, decimals } = measure;
        Self {
            code: code.to_owned(),
            title: zh.to_owned(),
            title_en: en.to_owned(),
            unit: unit.to_owned(),
            decimals: u8::try_from(decimals).unwrap_or(u8::MAX),
        }
    }
}

impl From<Row> for FigureRow {
    fn from(row: Row) -> Self {
        let keys = row.keys.into_iter().map(|key| FigureKey { code: key.code, label: key.label });
        Self { keys: keys.collect(), values: row.values }
    }
}

impl From<Figure> for FigureView {
    fn from(figure: Figure) -> Self {
        let words = figure.definition;
        Self {
            id: words.id.to_owned(),
            title: words.zh.to_owned(),
            title_en: words.en.to_owned(),
            unit: words.unit.to_owned(),
            counts: words.counts.to_owned(),
            counts_en: words.counts_en.to_owned(),
            history: words.history.to_owned(),
            basis: words.basis.to_owned(),
            headings: words.headings.iter().copied().map(Into::into).collect(),
            measures: words.measures.iter().copied().map(Into::into).collect(),
            rows: figure.rows.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Figures> for FigureReport {
    fn from(counted: Figures) -> Self {
        let Figures { period, offices, figures } = counted;
        Self {
            as_of: period.as_of,
            from: period.from.to_string(),
            to: period.to.to_string(),
            offices: offices.into_iter().map(Into::into).collect(),
            figures: figures.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<PublicFigures> for PublicFigureList {
    fn from(counted: PublicFigures) -> Self {
        let clinics = counted.clinics.into_iter().map(|row| InForceFigures {
            clinic_type: row.clinic_type,
            clinics: row.clinics,
            telemedicine: row.telemedicine,
        });
        let first = counted.first.into_iter().map(|first| FirstClinic {
            authority_id: AuthorityId(first.authority),
            authority: first.office,
            number: first.number,
            name: first.name,
            since: first.since,
        });
        Self { as_of: counted.as_of, clinics: clinics.collect(), first: first.collect() }
    }
}

/// A table for a spreadsheet.
#[derive(ApiResponse)]
pub enum CsvFile {
    /// UTF-8 with a byte order mark; no cell is a formula.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    Csv(
        Binary<Vec<u8>>,
        /// File name
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// A workbook.
#[derive(ApiResponse)]
pub enum XlsxFile {
    /// A workbook; no cell is a formula.
    #[oai(status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx(
        Binary<Vec<u8>>,
        /// File name
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// How a browser keeps a file.
pub fn attachment(name: &str) -> String {
    format!("attachment; filename=\"{name}\"")
}

/// An answer that serves everybody for a while.
#[derive(ApiResponse)]
pub enum Shared {
    /// A few figures of the register.
    #[oai(status = 200)]
    Figures(
        Json<PublicFigureList>,
        /// How long it may be kept
        #[oai(header = "Cache-Control")]
        String,
    ),
}

pub struct FigureOperations;

#[OpenApi(prefix_path = "/figures", tag = "Tag::Figures")]
impl FigureOperations {
    /// 指标 · Figures of a period
    #[oai(path = "/", method = "get", operation_id = "figure_list")]
    #[expect(clippy::too_many_arguments, reason = "one argument for each parameter of the query")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// First month, `2026-01`; January of the year of `to` unless given
        from: Query<Option<String>>,
        /// Last month, `2026-11`, included; the month of `as_of` unless given
        to: Query<Option<String>>,
        /// 数据截至; now unless given
        as_of: Query<Option<DateTime<Utc>>>,
        /// `F-01`; every figure unless given
        figure: Query<Option<String>>,
        /// The authority; an administrator sees every one unless given
        authority_id: Query<Option<AuthorityId>>,
    ) -> Result<Json<FigureReport>, Problem> {
        let asked = Asked { from: from.0, to: to.0, as_of: as_of.0, figure: figure.0, authority: authority_id.0 };
        Ok(Json(figures::count(&app, &caller.0.actor, asked).await?.into()))
    }

    /// 指标（CSV） · One figure as CSV
    #[oai(path = "/csv", method = "get", operation_id = "figure_csv")]
    #[expect(clippy::too_many_arguments, reason = "one argument for each parameter of the query")]
    async fn csv(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// First month, `2026-01`; January of the year of `to` unless given
        from: Query<Option<String>>,
        /// Last month, `2026-11`, included; the month of `as_of` unless given
        to: Query<Option<String>>,
        /// 数据截至; now unless given
        as_of: Query<Option<DateTime<Utc>>>,
        /// `F-01`: a file of lines holds one figure
        figure: Query<String>,
        /// The authority; an administrator sees every one unless given
        authority_id: Query<Option<AuthorityId>>,
    ) -> Result<CsvFile, Problem> {
        let asked = Asked { from: from.0, to: to.0, as_of: as_of.0, figure: Some(figure.0), authority: authority_id.0 };
        let counted = figures::count(&app, &caller.0.actor, asked).await?;
        let name = attachment(&figures::file_name(&counted, File::Csv));
        Ok(CsvFile::Csv(Binary(figures::csv(&counted)?), name))
    }

    /// 指标（XLSX） · Figures as a workbook
    #[oai(path = "/xlsx", method = "get", operation_id = "figure_xlsx")]
    #[expect(clippy::too_many_arguments, reason = "one argument for each parameter of the query")]
    async fn xlsx(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// First month, `2026-01`; January of the year of `to` unless given
        from: Query<Option<String>>,
        /// Last month, `2026-11`, included; the month of `as_of` unless given
        to: Query<Option<String>>,
        /// 数据截至; now unless given
        as_of: Query<Option<DateTime<Utc>>>,
        /// `F-01`; every figure unless given
        figure: Query<Option<String>>,
        /// The authority; an administrator sees every one unless given
        authority_id: Query<Option<AuthorityId>>,
    ) -> Result<XlsxFile, Problem> {
        let asked = Asked { from: from.0, to: to.0, as_of: as_of.0, figure: figure.0, authority: authority_id.0 };
        let counted = figures::count(&app, &caller.0.actor, asked).await?;
        let name = attachment(&figures::file_name(&counted, File::Xlsx));
        Ok(XlsxFile::Xlsx(Binary(figures::xlsx(&counted)?), name))
    }

    /// 公开指标 · A few figures of the register for anybody
    #[oai(path = "/public", method = "get", operation_id = "figure_public")]
    async fn public(
        &self,
        app: Data<&App>,
        /// One authority's area; all unless given
        authority_id: Query<Option<AuthorityId>>,
    ) -> Result<Shared, Problem> {
        let counted = figures::public(&app, authority_id.0).await?;
        Ok(Shared::Figures(Json(counted.into()), format!("public, max-age={}", figures::KEPT)))
    }
}
