//! The public register. What is shown is the certificate's statement: nothing that R-090 keeps back can slip in.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use serde::Deserialize;

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::headers;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::announcement::AnnouncementKind;
use crate::domain::cause::Cause;
use crate::domain::certificate::Statement;
use crate::domain::dossier::{ClinicType, ServiceMode};
use crate::domain::particulars::SuspensionReason;
use crate::domain::search;
use crate::domain::standing::ClinicAct;
use crate::domain::value;
use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::{announcement, certificate, clinic, clinic_event};
use crate::usecase::clinics::{self, Entry, Search};
use crate::usecase::exports::Exported;
use crate::usecase::owners;

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
    /// Why it is not active, since when
    pub cause: Option<CauseView>,
    /// Whether it may treat online now
    pub telemedicine: bool,
    /// 互联网诊疗 by itself; it counts only while the clinic is active
    pub telemedicine_mode: TelemedicineMode,
    /// 暂停互联网诊疗 since, while it is
    pub telemedicine_suspended_on: Option<NaiveDate>,
    /// 停业 since, while it is
    pub suspended_on: Option<NaiveDate>,
    /// 停业至, as the clinic told
    pub suspended_until: Option<NaiveDate>,
    /// 停业原因
    pub suspension_reason: Option<SuspensionReason>,
    /// 备案终止 on: the clinic is found, and is no more
    pub ended_on: Option<NaiveDate>,
    /// 现场核查通过 on; absent: not yet
    pub site_verified_on: Option<NaiveDate>,
    /// The owner confirmed on this day that what is filed is still right; absent: never
    pub confirmed_on: Option<NaiveDate>,
    /// 备案编号 that it had in another county before it moved
    pub predecessor: Option<String>,
    /// 备案编号 that it has in another county since it moved away
    pub successor: Option<String>,
    /// Version of the certificate in force
    pub version: i32,
    /// 首次备案日期
    pub filed_on: NaiveDate,
    /// What its certificate says
    pub record: Statement,
    /// 公告, the newest five
    pub announcements: Vec<ClinicAnnouncement>,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

/// Why something stands as it does.
#[derive(Debug, Object)]
#[oai(rename = "Cause", skip_serializing_if_is_none)]
pub struct CauseView {
    /// What happened
    pub act: ClinicAct,
    /// From this day on
    pub since: NaiveDate,
    /// 停业至, where the clinic told
    pub until: Option<NaiveDate>,
    /// 一句话
    pub message: String,
    /// The same in English
    pub message_en: String,
}

impl From<Cause> for CauseView {
    fn from(cause: Cause) -> Self {
        let (message, message_en) = (cause.zh(), cause.en());
        Self { act: cause.act, since: cause.since, until: cause.until, message, message_en }
    }
}

/// An announcement about this clinic.
#[derive(Debug, Object)]
pub struct ClinicAnnouncement {
    /// 公告种类
    pub kind: AnnouncementKind,
    /// 内容
    pub body: String,
    /// 生效日期
    pub effective_on: NaiveDate,
    pub published_at: DateTime<Utc>,
}

impl From<announcement::Model> for ClinicAnnouncement {
    fn from(row: announcement::Model) -> Self {
        Self { kind: row.kind, body: row.body, effective_on: row.effective_on, published_at: row.published_at }
    }
}

/// The division or street of a filter.
///
/// # Errors
/// `Invalid` when it is no code.
pub(super) fn place(division: Option<String>) -> Result<Option<String>, Error> {
    let digits = |text: &String| [4, 6, 9].contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if division.as_ref().is_none_or(digits) {
        return Ok(division);
    }
    let zh = "行政区划代码为4位（市）、6位（县区）或者9位（街道）数字。";
    Err(Error::field("/division", zh, "A division has 4, 6 or 9 digits."))
}

/// A clinic as it is exported: without announcements and cause.
pub(super) fn exported_view(exported: Exported, as_of: DateTime<Utc>) -> ClinicView {
    let Exported { clinic, predecessor, successor } = exported;
    view_of(clinic, Beside { predecessor, successor, ..Beside::default() }, as_of)
}

fn clinic_view(entry: Entry, as_of: DateTime<Utc>) -> ClinicView {
    let Entry { clinic: row, announcements, cause, online_cause, predecessor, successor, events: _ } = entry;
    let beside = Beside {
        cause: cause.map(Into::into),
        telemedicine_suspended_on: online_cause.map(|cause| cause.since),
        predecessor: predecessor.map(|other| other.number),
        successor: successor.map(|other| other.number),
        announcements: announcements.into_iter().map(Into::into).collect(),
    };
    view_of(row, beside, as_of)
}

/// What a view tells beside the clinic's own row.
#[derive(Default)]
struct Beside {
    cause: Option<CauseView>,
    telemedicine_suspended_on: Option<NaiveDate>,
    predecessor: Option<String>,
    successor: Option<String>,
    announcements: Vec<ClinicAnnouncement>,
}

fn view_of(row: clinic::Model, beside: Beside, as_of: DateTime<Utc>) -> ClinicView {
    let suspended = row.state == ClinicState::Suspended;
    ClinicView {
        number: row.number,
        telemedicine: row.telemedicine_mode == TelemedicineMode::On && row.state == ClinicState::Active,
        telemedicine_mode: row.telemedicine_mode,
        telemedicine_suspended_on: beside.telemedicine_suspended_on,
        state: row.state,
        cause: beside.cause,
        suspended_on: row.suspended_on.filter(|_| suspended),
        suspended_until: row.suspended_until.filter(|_| suspended),
        suspension_reason: row.suspension_reason.filter(|_| suspended),
        ended_on: row.ended_on,
        site_verified_on: row.verified_on,
        confirmed_on: row.confirmed_on,
        predecessor: beside.predecessor,
        successor: beside.successor,
        version: row.certificate_version,
        filed_on: row.filed_on,
        record: row.record,
        announcements: beside.announcements,
        as_of,
    }
}

/// One copy of a clinic's certificate.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CertificateCopy {
    /// 版本
    pub version: i32,
    /// 第几次发放 of this version; above 1 it is 补发
    pub copy: i32,
    /// 状态
    pub state: CertificateState,
    /// 签发日期
    pub issued_on: NaiveDate,
    /// What this version changed
    pub change_note: Option<String>,
}

impl From<certificate::Model> for CertificateCopy {
    fn from(row: certificate::Model) -> Self {
        let statement = row.statement;
        let (issued_on, change_note) = (statement.issued_on, statement.change_note);
        Self { version: row.version, copy: row.copy, state: row.state, issued_on, change_note }
    }
}

/// Something that happened to a clinic. Who did it in the authority is not public.
#[derive(Debug, Object)]
pub struct ClinicEvent {
    /// From 1
    pub sequence: i32,
    pub act: ClinicAct,
    /// 生效日期
    pub effective_on: NaiveDate,
    /// When it was entered
    pub at: DateTime<Utc>,
    pub from_state: ClinicState,
    pub to_state: ClinicState,
    pub from_telemedicine: TelemedicineMode,
    pub to_telemedicine: TelemedicineMode,
    /// 说明; empty where there is none
    pub note: String,
}

impl From<clinic_event::Model> for ClinicEvent {
    fn from(row: clinic_event::Model) -> Self {
        Self {
            sequence: row.sequence,
            act: row.act,
            effective_on: row.effective_on,
            at: row.at,
            from_state: row.from_state,
            to_state: row.to_state,
            from_telemedicine: row.from_telemedicine,
            to_telemedicine: row.to_telemedicine,
            note: row.note,
        }
    }
}

/// A clinic's public life.
#[derive(Debug, Object)]
pub struct ClinicHistory {
    /// 备案编号 in force
    pub number: String,
    /// 凭证各版, the newest first
    pub versions: Vec<CertificateCopy>,
    /// 经过, the oldest first
    pub events: Vec<ClinicEvent>,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

/// Whom a clinic is handed over to.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
pub struct ClinicHandOver {
    /// 登录名 of an account of a clinic
    #[oai(validator(min_length = 3, max_length = 40))]
    pub login: String,
}

#[derive(ApiResponse)]
pub enum ClinicHandedOver {
    /// The account has the clinic.
    #[oai(status = 204)]
    Done,
}

#[derive(ApiResponse)]
pub enum ClinicConfirmed {
    /// Confirmed.
    #[oai(status = 204)]
    Done,
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
        /// Two characters of the name or the address, pinyin or initials of the name, or the filing number
        q: Query<Option<String>>,
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
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<ClinicSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = q.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/q", zh, en).into());
        }
        let filters = [
            place(division.0)?.map(|v| ("division", v)),
            clinic_type.0.map(|v| ("type", value::code(&v))),
            service_mode.0.map(|v| ("mode", value::code(&v))),
            state.0.map(|v| ("state", v.code())),
            telemedicine.0.map(|v| ("online", search::yes_or_no(v).to_owned())),
        ];
        let search = Search {
            text: q.0,
            filters: filters.into_iter().flatten().collect(),
            after: page::cursor(&cursor)?,
            ..Search::default()
        };
        let rows = clinics::list(&app, search, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, Into::into)))
    }

    /// 查看诊所 · Show a clinic
    ///
    /// A clinic that has ended is still found, by every number that it had.
    #[oai(path = "/:filing_number", method = "get", operation_id = "clinic_view")]
    async fn view(&self, app: Data<&App>, filing_number: Path<String>) -> Result<Json<ClinicView>, Problem> {
        let entry = clinics::view(&app, &filing_number.0).await?;
        Ok(Json(clinic_view(entry, app.clock.now())))
    }

    /// 诊所经过 · The public history of a clinic
    ///
    /// Every version and copy of its certificate, and everything that happened to its filing.
    #[oai(path = "/:filing_number/history", method = "get", operation_id = "clinic_history")]
    async fn history(&self, app: Data<&App>, filing_number: Path<String>) -> Result<Json<ClinicHistory>, Problem> {
        let entry = clinics::view(&app, &filing_number.0).await?;
        let versions = clinics::certificates(&app, &entry.clinic).await?;
        Ok(Json(ClinicHistory {
            number: entry.clinic.number,
            versions: versions.into_iter().map(Into::into).collect(),
            events: entry.events.into_iter().map(Into::into).collect(),
            as_of: app.clock.now(),
        }))
    }

    /// 移交诊所 · Hand an imported clinic over
    ///
    /// An imported clinic has no account. The office that imported it names one; from then on the clinic files by it.
    #[oai(path = "/:filing_number/owner", method = "post", operation_id = "clinic_hand_over")]
    async fn hand_over(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_number: Path<String>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Body<ClinicHandOver>,
    ) -> Result<ClinicHandedOver, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("clinic_hand_over {}", filing_number.0), &body.digest)?;
        clinics::hand_over(&app, actor, &filing_number.0, &body.value.login, &once).await?;
        Ok(ClinicHandedOver::Done)
    }

    /// 确认备案信息 · Confirm that what is filed is still right
    ///
    /// The owner says so today; the public page and the page behind the code tell since when. To confirm again counts anew.
    #[oai(path = "/:filing_number/confirmations", method = "post", operation_id = "clinic_confirm")]
    async fn confirm(
        &self,
        app: Data<&App>,
        caller: Caller,
        filing_number: Path<String>,
        /// One effect per key
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> Result<ClinicConfirmed, Problem> {
        let actor = &caller.0.actor;
        let once = headers::once(actor, &key, &format!("clinic_confirm {}", filing_number.0), "")?;
        owners::confirm(&app, actor, &filing_number.0, &once).await?;
        Ok(ClinicConfirmed::Done)
    }
}
