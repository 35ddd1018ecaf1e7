//! The register as a file: what the public may know of every clinic, and nothing else.

use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::types::ToJSON;
use poem_openapi::{Enum, OpenApi};
use serde_json::json;

use crate::api::Tag;
use crate::api::clinics::{self, ClinicView};
use crate::api::problem::Problem;
use crate::api::stream::{self, CSV, JSONL, Offer, Reply, XLSX};
use crate::app::App;
use crate::domain::certificate::in_words;
use crate::domain::dossier::{ClinicType, ServiceMode};
use crate::domain::id::AuthorityId;
use crate::domain::search;
use crate::domain::value;
use crate::domain::verdict::ClinicState;
use crate::spreadsheet::write::{Cell, Column};
use crate::usecase::exports::{self, Search, WORKBOOK};

/// 格式
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ExportFormat {
    /// CSV (RFC 4180), UTF-8 with a byte order mark
    Csv,
    /// JSON Lines
    Jsonl,
    /// A workbook, at most 100,000 clinics
    Xlsx,
}

impl ExportFormat {
    const fn media(self) -> &'static str {
        match self {
            Self::Csv => CSV,
            Self::Jsonl => JSONL,
            Self::Xlsx => XLSX,
        }
    }
}

/// The register in its formats.
pub struct Register;

impl Offer for Register {
    type Document = ClinicView;
    const DOCUMENT: bool = false;
    const MEDIA: &'static [&'static str] = &[CSV, JSONL, XLSX];
    const DESCRIPTION: &'static str = "The clinics, sent as they are read, all of one moment.";
}

const TITLES: [&str; 27] = [
    "备案编号",
    "诊所名称",
    "状态",
    "诊所类别",
    "地址",
    "法定代表人",
    "主要负责人",
    "所有制形式",
    "经营性质",
    "服务方式",
    "诊疗科目",
    "备注",
    "备案机关",
    "首次备案日期",
    "凭证种类",
    "凭证版本",
    "本版签发日期",
    "证照标识",
    "统一社会信用代码",
    "现场核查通过日期",
    "停业起",
    "停业至",
    "备案终止日期",
    "迁来前备案编号",
    "迁往后备案编号",
    "互联网诊疗",
    "互联网诊疗起始日期",
];

fn columns() -> Vec<Column> {
    TITLES.iter().map(|title| Column { title: (*title).to_owned() }).collect()
}

fn cells(view: ClinicView) -> Vec<Cell> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or(Cell::Empty, Cell::Day);
    let text = |text: Option<String>| Cell::text(text.unwrap_or_default());
    let record = view.record;
    let modes: Vec<_> = record.service_modes.iter().map(|mode| mode.zh()).collect();
    vec![
        Cell::text(view.number),
        Cell::text(record.name),
        Cell::text(view.state.zh()),
        Cell::text(record.clinic_type.zh()),
        Cell::text(record.address),
        Cell::text(record.legal_representative),
        Cell::text(record.principal),
        Cell::text(record.ownership_name),
        Cell::text(record.nature.zh()),
        Cell::text(modes.join("、")),
        Cell::text(in_words(&record.subjects)),
        Cell::text(record.remarks),
        Cell::text(record.authority.name),
        Cell::Day(view.filed_on),
        Cell::text(record.kind.title()),
        Cell::Count(i64::from(view.version)),
        Cell::Day(record.issued_on),
        Cell::text(record.licence_identifier),
        text(record.uscc),
        day(view.site_verified_on),
        day(view.suspended_on),
        day(view.suspended_until),
        day(view.ended_on),
        text(view.predecessor),
        text(view.successor),
        Cell::text(view.telemedicine_mode.zh()),
        day(record.telemedicine_since),
    ]
}

pub struct Exports;

#[OpenApi(prefix_path = "/exports", tag = "Tag::Exports")]
impl Exports {
    /// 导出登记簿 · The register as a file
    ///
    /// All of one moment: `Data-As-Of`, and the head and end of JSON Lines. Each line `clinic` of JSON Lines is a `Clinic`
    /// of this contract, without announcements and cause. No cell is a formula: what a spreadsheet might run begins with an
    /// apostrophe.
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/clinics", method = "get", operation_id = "clinic_export")]
    async fn clinics(
        &self,
        app: Data<&App>,
        /// csv, jsonl or xlsx
        format: Query<ExportFormat>,
        /// Only of this authority
        authority_id: Query<Option<AuthorityId>>,
        /// 行政区划 (4 or 6 digits) or 街道 (9 digits)
        division: Query<Option<String>>,
        /// 诊所类别
        clinic_type: Query<Option<ClinicType>>,
        /// 服务方式
        service_mode: Query<Option<ServiceMode>>,
        /// 状态
        state: Query<Option<ClinicState>>,
        /// Whether it may treat online now
        telemedicine: Query<Option<bool>>,
    ) -> Result<Reply<Register>, Problem> {
        let format = format.0;
        let filters = [
            clinics::place(division.0)?.map(|v| ("division", v)),
            clinic_type.0.map(|v| ("type", value::code(&v))),
            service_mode.0.map(|v| ("mode", value::code(&v))),
            state.0.map(|v| ("state", v.code())),
            telemedicine.0.map(|v| ("online", search::yes_or_no(v).to_owned())),
        ];
        let filters: Vec<_> = filters.into_iter().flatten().collect();
        let authority = authority_id.0.map(|id| id.0);
        let mut asked: serde_json::Map<_, _> =
            filters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        asked.extend(authority.map(|id| ("authority_id".to_owned(), json!(id))));
        let most = (format == ExportFormat::Xlsx).then_some(WORKBOOK);
        let feed = exports::clinics(&app, Search { filters, authority }, most).await?;
        let as_of = feed.as_of;
        let view = move |row| clinics::exported_view(row, as_of);
        let (body, ending) = match format {
            ExportFormat::Csv => (stream::csv(feed, &columns(), move |row| cells(view(row)))?, "csv"),
            ExportFormat::Jsonl => {
                let row = move |row| stream::line("clinic", view(row).to_json());
                (stream::lines(feed, json!({ "asked": asked }), json!({}), row), "jsonl")
            }
            ExportFormat::Xlsx => {
                let body = stream::workbook(feed, "诊所", columns(), move |row| cells(view(row)));
                (body.await?, "xlsx")
            }
        };
        let name = stream::file_name("clinics", as_of, ending);
        Ok(Reply::streamed(format.media(), as_of, body, &name))
    }
}
