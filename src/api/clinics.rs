//! The public register. What is shown is the certificate's statement: nothing that R-090 keeps back can slip in.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::api::Tag;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::certificate::Statement;
use crate::domain::dossier::{ClinicType, ServiceMode};
use crate::domain::value;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::clinic;
use crate::usecase::clinics::{self, Search};

/// A clinic in a list.
#[derive(Debug, Object)]
pub struct ClinicSummary {
    /// 备案编号
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// 诊所类别
    pub clinic_type: ClinicType,
    /// 地址
    pub address: String,
    /// 状态
    pub state: ClinicState,
    /// Whether it may treat online now
    pub telemedicine: bool,
}

impl From<clinic::Model> for ClinicSummary {
    fn from(row: clinic::Model) -> Self {
        Self {
            number: row.number,
            clinic_type: row.record.clinic_type,
            address: row.record.address,
            telemedicine: row.telemedicine_mode == TelemedicineMode::On && row.state == ClinicState::Active,
            state: row.state,
            name: row.name,
        }
    }
}

/// A clinic in the register.
#[derive(Debug, Object)]
#[oai(rename = "Clinic", skip_serializing_if_is_none)]
pub struct ClinicView {
    /// 备案编号 in force
    pub number: String,
    /// 状态
    pub state: ClinicState,
    /// Whether it may treat online now
    pub telemedicine: bool,
    /// Version of the certificate in force
    pub version: i32,
    /// 首次备案日期
    pub filed_on: NaiveDate,
    /// 停业 since, while it is suspended
    pub suspended_on: Option<NaiveDate>,
    /// 停业至, as the clinic told
    pub suspended_until: Option<NaiveDate>,
    /// 备案终止日期
    pub ended_on: Option<NaiveDate>,
    /// 原备案编号: the clinic that moved here from another county
    pub predecessor: Option<String>,
    /// 现备案编号: the clinic as which it goes on in another county
    pub successor: Option<String>,
    /// What its certificate says
    pub record: Statement,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

fn clinic_view(row: clinic::Model, kin: (Option<String>, Option<String>), as_of: DateTime<Utc>) -> ClinicView {
    ClinicView {
        number: row.number,
        telemedicine: row.telemedicine_mode == TelemedicineMode::On && row.state == ClinicState::Active,
        state: row.state,
        version: row.certificate_version,
        filed_on: row.filed_on,
        suspended_on: row.suspended_on,
        suspended_until: row.suspended_until,
        ended_on: row.ended_on,
        predecessor: kin.0,
        successor: kin.1,
        record: row.record,
        as_of,
    }
}

pub struct Clinics;

#[OpenApi(prefix_path = "/clinics", tag = "Tag::Clinics")]
impl Clinics {
    /// 查询诊所 · Search the register
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/", method = "get", operation_id = "clinic_list")]
    async fn list(
        &self,
        app: Data<&App>,
        /// Two characters of the name, pinyin, initials, or the filing number
        q: Query<Option<String>>,
        /// 行政区划 (4 or 6 digits) or 街道 (9 digits)
        division: Query<Option<String>>,
        /// 诊所类别
        clinic_type: Query<Option<ClinicType>>,
        /// 服务方式
        service_mode: Query<Option<ServiceMode>>,
        /// 状态
        state: Query<Option<ClinicState>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ClinicSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        for (name, value) in [("/q", &q.0), ("/division", &division.0)] {
            if let Some((zh, en)) = value.as_deref().and_then(text::defect) {
                return Err(Error::field(name, zh, en).into());
            }
        }
        let digits = |text: &String| [4, 6, 9].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !division.0.as_ref().is_none_or(digits) {
            let zh = "行政区划代码为4位（市）、6位（县区）或者9位（街道）数字。";
            return Err(Error::field("/division", zh, "A division has 4, 6 or 9 digits.").into());
        }
        let filters = [
            division.0.map(|v| ("division", v)),
            clinic_type.0.map(|v| ("type", value::code(&v))),
            service_mode.0.map(|v| ("mode", value::code(&v))),
            state.0.map(|v| ("state", v.code())),
        ];
        let search =
            Search { text: q.0, filters: filters.into_iter().flatten().collect(), after: page::cursor(&cursor)? };
        let rows = clinics::list(&app, search, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }

    /// 查看诊所 · Show a clinic
    #[oai(path = "/:filing_number", method = "get", operation_id = "clinic_view")]
    async fn view(&self, app: Data<&App>, filing_number: Path<String>) -> Result<Json<ClinicView>, Problem> {
        let row = clinics::view(&app, &filing_number.0).await?;
        let kin = clinics::kin(&app, &row).await?;
        Ok(Json(clinic_view(row, kin, app.clock.now())))
    }
}
