//! What the register of 互联网诊疗 shows: names, levels, categories and scopes of physicians, and nothing else of a person
//!

use chrono::{DateTime, NaiveDate, Utc};
use poem_openapi::{Enum, Object};
use serde::Deserialize;

use crate::api::filings::AuthorityView;
use crate::app::App;
use crate::domain::certificate::{StatedPractitioner, StatedSubject};
use crate::domain::dossier::{ClinicType, PractitionerCategory, PractitionerLevel};
use crate::domain::id::AuthorityId;
use crate::domain::law::Notice;
use crate::domain::telemedicine::{self as rules, TelemedicineNote, TelemedicineReason};
use crate::spreadsheet::write::{Cell, Column};
use crate::store::entity::authority;
use crate::usecase::telemedicine::{Checked, Jurisdiction, Listed};

/// 格式 of the list
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TelemedicineFormat {
    /// A page
    #[default]
    Json,
    /// The whole list, JSON Lines
    Jsonl,
    /// The whole list, CSV
    Csv,
}

/// A physician who may treat online.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct OnlinePhysician {
    /// 姓名
    pub name: String,
    /// 级别
    pub level: Option<PractitionerLevel>,
    /// 类别
    pub category: Option<PractitionerCategory>,
    /// 执业范围
    pub scope: String,
}

/// On what the clinic treats online.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct OnlinePlatform {
    /// 合作平台; absent where the system is the clinic's own
    pub name: Option<String>,
    /// 省级监管平台已对接
    pub supervision_connected: bool,
}

/// Whom to call about a clinic, and where to report it.
#[derive(Debug, Object)]
#[oai(rename = "TelemedicineSupervision")]
pub struct SupervisionView {
    /// 监督机关
    pub authority: String,
    /// 监督电话
    pub phone: String,
    /// The clinic's page, where it can be reported
    pub url: String,
}

/// A clinic in the register of 互联网诊疗. Of one that may not treat online (only with `changed_since`) all but number,
/// name, authority and reasons is left out.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TelemedicineClinic {
    /// 备案编号 in force
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// Whether it may treat online now
    pub permitted: bool,
    /// Why not; empty where it may
    pub reasons: Vec<TelemedicineReason>,
    /// What to know
    pub notes: Vec<TelemedicineNote>,
    /// 备案机关
    pub authority_id: AuthorityId,
    pub authority: String,
    /// 诊所类别
    pub clinic_type: Option<ClinicType>,
    /// 行政区划代码, 6 digits
    pub division: Option<String>,
    /// 街道代码, 9 digits
    pub street: Option<String>,
    /// 地址
    pub address: Option<String>,
    /// 互联网诊疗 since
    pub since: Option<NaiveDate>,
    /// Version of the certificate in force
    pub version: Option<i32>,
    pub platform: Option<OnlinePlatform>,
    /// 互联网诊疗科目
    pub subjects: Vec<StatedSubject>,
    /// 可以开展互联网诊疗的医师
    pub physicians: Vec<OnlinePhysician>,
    pub supervision: Option<SupervisionView>,
    /// Its entry in the register, to verify it by
    pub verification_url: String,
    /// When the entry was last written
    pub updated_at: DateTime<Utc>,
}

pub fn clinic(app: &App, listed: Listed) -> TelemedicineClinic {
    let Listed { clinic: row, answer, physicians, authority, supervisor } = listed;
    let permitted = answer.permitted;
    let url = format!("{}/clinics/{}", app.settings.public_url, row.number);
    let today = app.clock.today();
    let physician = |person: StatedPractitioner| {
        let StatedPractitioner { name, level, category, scope, telemedicine: _ } = person;
        OnlinePhysician { name, level, category, scope }
    };
    let call = |row: authority::Model| SupervisionView { authority: row.name, phone: row.phone, url: url.clone() };
    TelemedicineClinic {
        permitted,
        reasons: answer.reasons,
        notes: if permitted { answer.notes } else { vec![] },
        authority_id: AuthorityId(row.authority_id),
        authority: authority.map(|row| row.name).unwrap_or_default(),
        clinic_type: permitted.then_some(row.record.clinic_type),
        division: permitted.then(|| row.division.clone()),
        street: permitted.then(|| row.street.clone()),
        address: permitted.then(|| row.record.address.clone()),
        since: row.telemedicine_on.filter(|_| permitted),
        version: permitted.then_some(row.certificate_version),
        platform: permitted.then(|| OnlinePlatform {
            name: rules::platform(&row.dossier).map(str::to_owned),
            supervision_connected: rules::supervision_connected(&row.dossier, today),
        }),
        subjects: rules::subjects(&row.dossier, &row.record.telemedicine_subjects)
            .filter(|_| permitted)
            .cloned()
            .collect(),
        physicians: physicians.into_iter().filter(|_| permitted).map(physician).collect(),
        supervision: supervisor.filter(|_| permitted).map(call),
        verification_url: url,
        updated_at: row.updated_at,
        number: row.number,
        name: row.name,
    }
}

/// The columns of the list as CSV.
pub fn columns() -> Vec<Column> {
    let titles = [
        "备案编号",
        "诊所名称",
        "现在可以开展互联网诊疗",
        "不可以的原因",
        "备案机关",
        "诊所类别",
        "行政区划代码",
        "街道代码",
        "地址",
        "互联网诊疗起始日期",
        "凭证版本",
        "合作平台",
        "省级监管平台",
        "互联网诊疗科目",
        "互联网诊疗医师",
        "监督机关",
        "监督电话",
        "核验网址",
        "数据更新时间（北京时间）",
    ];
    titles.map(|title| Column { title: title.to_owned() }).into()
}

/// A clinic as a line of CSV.
pub fn cells(view: TelemedicineClinic) -> Vec<Cell> {
    let text = |value: Option<String>| Cell::text(value.unwrap_or_default());
    let reasons: Vec<_> = view.reasons.iter().map(|reason| reason.zh()).collect();
    let subjects: Vec<_> = view.subjects.iter().map(|subject| format!("{} {}", subject.code, subject.name)).collect();
    let physicians = view.physicians.iter().map(|person| {
        let words = [
            Some(person.name.clone()),
            person.level.map(|level| level.zh().to_owned()),
            person.category.map(|category| category.zh().to_owned()),
            Some(person.scope.clone()).filter(|scope| !scope.is_empty()),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    });
    let connected = view.platform.as_ref().map(|platform| platform.supervision_connected);
    let supervision = view.supervision.as_ref();
    vec![
        Cell::text(view.number),
        Cell::text(view.name),
        Cell::text(if view.permitted { "是" } else { "否" }),
        Cell::text(reasons.concat()),
        Cell::text(view.authority),
        Cell::text(view.clinic_type.map(ClinicType::zh).unwrap_or_default()),
        text(view.division),
        text(view.street),
        text(view.address),
        view.since.map_or(Cell::Empty, Cell::Day),
        view.version.map_or(Cell::Empty, |version| Cell::Count(i64::from(version))),
        text(view.platform.and_then(|platform| platform.name)),
        Cell::text(connected.map(|yes| if yes { "已对接" } else { "未对接" }).unwrap_or_default()),
        Cell::text(subjects.join("；")),
        Cell::text(physicians.collect::<Vec<_>>().join("；")),
        text(supervision.map(|s| s.authority.clone())),
        text(supervision.map(|s| s.phone.clone())),
        Cell::text(view.verification_url),
        Cell::Moment(view.updated_at),
    ]
}

/// 患者须知
#[derive(Debug, Object)]
pub struct PatientNotice {
    /// Stable code
    pub code: String,
    /// 内容
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// 依据
    pub basis: String,
}

impl From<Notice> for PatientNotice {
    fn from(notice: Notice) -> Self {
        let Notice { code, usage: _, zh, en, basis, confidence: _ } = notice;
        Self { code, message: zh, message_en: en, basis }
    }
}

/// A page of the register of 互联网诊疗.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TelemedicineList {
    pub items: Vec<TelemedicineClinic>,
    /// Cursor of the next page; absent on the last. A page may hold few items, or none, and still have a next one
    pub next: Option<String>,
    /// 患者须知, of every clinic
    pub notices: Vec<PatientNotice>,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

/// The clinic that began first among those that may treat online.
#[derive(Debug, Object)]
pub struct FirstOnline {
    /// 备案编号
    pub number: String,
    /// 诊所名称
    pub name: String,
    /// 互联网诊疗 since
    pub since: NaiveDate,
}

/// An authority with its clinics that may treat online now.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TelemedicineJurisdiction {
    /// 备案机关
    pub authority: AuthorityView,
    /// 诊所数
    pub clinics: i64,
    /// Which of them began first
    pub first: Option<FirstOnline>,
}

impl From<Jurisdiction> for TelemedicineJurisdiction {
    fn from(row: Jurisdiction) -> Self {
        let first = row.first.zip(row.first_on);
        Self {
            authority: row.authority.into(),
            clinics: row.clinics,
            first: first.map(|((number, name), since)| FirstOnline { number, name, since }),
        }
    }
}

/// Every authority.
#[derive(Debug, Object)]
pub struct TelemedicineJurisdictions {
    pub items: Vec<TelemedicineJurisdiction>,
    /// 数据截至
    pub as_of: DateTime<Utc>,
}

/// The physician who is to treat.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct AskedPhysician {
    /// 姓名
    #[oai(validator(min_length = 1, max_length = 40))]
    pub name: String,
    /// 医师执业证书编码, 15 digits; needed where two physicians of a clinic have one name. Never put it in an address
    #[oai(validator(max_length = 20))]
    pub practice_code: Option<String>,
}

/// May this clinic, with this physician, treat online in this subject today? Either `clinic` or `certificate`.
#[derive(Debug, Deserialize, Object)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct TelemedicineCheck {
    /// 备案编号, present or former
    #[oai(validator(max_length = 40))]
    pub clinic: Option<String>,
    /// The code on its certificate: digits, address or short code. Asks about this very copy
    #[oai(validator(max_length = 1000))]
    pub certificate: Option<String>,
    /// 医师
    pub physician: AskedPhysician,
    /// 诊疗科目代码, `TT` or `TT.NN`
    #[oai(validator(min_length = 1, max_length = 10))]
    pub subject: String,
    /// Today in Asia/Shanghai; nothing is said of another day
    pub day: Option<NaiveDate>,
}

/// A reason against it.
#[derive(Debug, Object)]
#[oai(rename = "TelemedicineReasonText")]
pub struct ReasonView {
    /// Stable code
    pub code: TelemedicineReason,
    /// 说明
    pub message: String,
    /// The same in English
    pub message_en: String,
}

/// Something to know.
#[derive(Debug, Object)]
#[oai(rename = "TelemedicineNoteText")]
pub struct NoteView {
    /// Stable code
    pub code: TelemedicineNote,
    /// 说明
    pub message: String,
    /// The same in English
    pub message_en: String,
}

/// The answer. Permitted is only what has no reason against it.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TelemedicineAnswered {
    /// 可以、不可以
    pub permitted: bool,
    /// Every reason against it, the gravest first
    pub reasons: Vec<ReasonView>,
    /// What to know beside it; it does not change the answer
    pub notes: Vec<NoteView>,
    /// 备案编号 in force; absent where the register has no such clinic
    pub number: Option<String>,
    /// 诊所名称
    pub name: Option<String>,
    /// Version of the certificate in force
    pub version: Option<i32>,
    /// 互联网诊疗 since, where it is filed
    pub since: Option<NaiveDate>,
    /// 条件: what holds for every treatment online
    pub conditions: Vec<PatientNotice>,
    /// 数据截至
    pub as_of: DateTime<Utc>,
    /// Ask again after so many seconds
    pub valid_for_seconds: u32,
}

pub fn answered(checked: Checked, conditions: Vec<Notice>) -> TelemedicineAnswered {
    let Checked { answer, clinic, since, as_of } = checked;
    let reason =
        |code: TelemedicineReason| ReasonView { code, message: code.zh().to_owned(), message_en: code.en().to_owned() };
    let note =
        |code: TelemedicineNote| NoteView { code, message: code.zh().to_owned(), message_en: code.en().to_owned() };
    TelemedicineAnswered {
        permitted: answer.permitted,
        reasons: answer.reasons.into_iter().map(reason).collect(),
        notes: answer.notes.into_iter().map(note).collect(),
        number: clinic.as_ref().map(|row| row.number.clone()),
        name: clinic.as_ref().map(|row| row.name.clone()),
        version: clinic.as_ref().map(|row| row.certificate_version),
        since,
        conditions: conditions.into_iter().map(Into::into).collect(),
        as_of,
        valid_for_seconds: rules::GOOD_FOR,
    }
}
