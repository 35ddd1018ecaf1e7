//! What a certificate says, as rows to compare with the paper on the wall.

use chrono::DateTime;
use chrono::FixedOffset;
use chrono::NaiveDate;
use chrono::Utc;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::domain::cause::Cause;
use crate::domain::certificate::StatedPractitioner;
use crate::domain::certificate::Statement;
use crate::domain::certificate::in_words;
use crate::domain::deadline::{numeric_date, shanghai_date};
use crate::domain::law::NoticeUse;
use crate::domain::verdict::OnlineCare;
use crate::error::Result;
use crate::store::entity::authority;
use crate::store::entity::paper as kept;
use crate::usecase::reference;

/// Most authorities whose phones are named where it is not known whose certificate it is.
const PHONES: usize = 3;

/// A sentence in both languages.
#[derive(Default, Serialize)]
pub struct Words {
    zh: String,
    en: String,
}

/// A sentence in both languages.
pub fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

/// Whether to consult this clinic online: the answer, and on its own line what to do.
#[derive(Serialize)]
pub struct Online {
    zh: &'static str,
    advice: String,
    en: &'static str,
}

/// Whether to consult this clinic online.
pub fn online(care: OnlineCare) -> Online {
    let (zh, advice) = care.zh().split_once('，').unwrap_or((care.zh(), ""));
    let advice = if advice.is_empty() { String::new() } else { format!("{advice}。") };
    Online { zh, advice, en: care.en() }
}

/// What happened, since when; empty where there is nothing to tell.
pub fn cause(cause: Option<Cause>) -> Words {
    cause.map(|cause| words(cause.zh(), cause.en())).unwrap_or_default()
}

/// A label and what stands beside it.
#[derive(Serialize)]
pub struct Row {
    zh: &'static str,
    en: &'static str,
    value: String,
    /// Under the value, small.
    note: String,
    /// Set in figures of one width.
    figures: bool,
}

impl Row {
    /// A label in both languages, and the value.
    pub fn new(zh: &'static str, en: &'static str, value: impl Into<String>) -> Self {
        Self { zh, en, value: value.into(), note: String::new(), figures: false }
    }

    /// With a note under the value.
    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// With the value in figures of one width.
    pub fn figures(self) -> Self {
        Self { figures: true, ..self }
    }
}

/// The rows of a statement, in the order of the paper; what it leaves empty is left out.
pub fn rows(statement: &Statement) -> Vec<Row> {
    let s = statement;
    let number = Row {
        note: if s.provisional { "临时编号 · provisional".into() } else { String::new() },
        figures: true,
        ..Row::new("备案编号", "Filing number", grouped(&s.number))
    };
    let modes = s.service_modes.iter().map(|mode| mode.zh()).collect::<Vec<_>>().join("、");
    let modes_en = s.service_modes.iter().map(|mode| mode.en()).collect::<Vec<_>>().join(", ");
    let rows = [
        number,
        Row::new("诊所名称", "Name", &s.name),
        Row { note: s.clinic_type.en().into(), ..Row::new("诊所类别", "Type", s.clinic_type.zh()) },
        Row::new("地址", "Address", &s.address),
        Row::new("法定代表人", "Legal representative", &s.legal_representative),
        Row::new("主要负责人", "Principal", &s.principal),
        Row::new("诊疗科目", "Subjects", in_words(&s.subjects)),
        Row { note: modes_en, ..Row::new("服务方式", "Service modes", modes) },
        Row::new("备注", "Remarks", &s.remarks),
        Row::new("备案机关", "Authority", &s.authority.name),
        Row::new("备案日期", "Filed on", numeric_date(s.filed_on)),
        Row { note: issued(s), ..Row::new("凭证版本", "Version", format!("第{}版", s.version)) },
        Row {
            note: s.conversion.map(|_| "converted from an earlier certificate".into()).unwrap_or_default(),
            ..Row::new("存量转换", "Origin", s.conversion.map(|made| made.zh()).unwrap_or_default())
        },
    ];
    rows.into_iter().filter(|row| !row.value.is_empty()).collect()
}

/// What is written across a copy for a purpose (加注件).
pub fn annotation(copy: &kept::Model) -> Vec<Row> {
    let Some(purpose) = &copy.purpose else { return vec![] };
    let rows = [
        Row { figures: true, ..Row::new("加注件编号", "Copy", &copy.number) },
        Row::new("用途", "Only for", format!("仅用于{}", purpose.purpose)),
        Row::new("使用单位", "For", &purpose.recipient),
        Row::new("有效期至", "Good until", numeric_date(purpose.expires_on)),
        Row::new("撤回", "Withdrawn", copy.withdrawn_at.map(day).unwrap_or_default()),
    ];
    rows.into_iter().filter(|row| !row.value.is_empty()).collect()
}

/// Whether inspectors have been there.
pub fn site_visit(verified_on: Option<NaiveDate>) -> Row {
    let value = verified_on.map_or_else(|| "尚未核查".to_owned(), |on| format!("{}核查通过", numeric_date(on)));
    Row {
        note: if verified_on.is_some() { "passed" } else { "pending" }.into(),
        ..Row::new("现场核查", "Site visit", value)
    }
}

fn issued(s: &Statement) -> String {
    let mut words = format!("{}签发", numeric_date(s.issued_on));
    if let Some(note) = s.change_note.as_deref().filter(|note| !note.is_empty()) {
        words += &format!("：{note}");
    }
    if s.copy_number > 1 {
        words += &format!("；补发，第{}次发放", s.copy_number);
    }
    words
}

/// A 备案编号 in its five parts, as it is easier to compare: `PDY00001X 371502 17 D212 2`.
pub fn grouped(number: &str) -> String {
    let parts = [0..9, 9..15, 15..17, 17..21, 21..22].map(|part| number.get(part));
    match parts.into_iter().collect::<Option<Vec<_>>>() {
        Some(parts) if number.len() == 22 => parts.join(" "),
        _ => number.to_owned(),
    }
}

/// `2024年5月22日 09:41:07`, the time of Shanghai.
pub fn moment(at: DateTime<Utc>) -> String {
    match FixedOffset::east_opt(8 * 3600) {
        Some(shanghai) => {
            let local = at.with_timezone(&shanghai).naive_local();
            format!("{} {}", numeric_date(local.date()), local.format("%H:%M:%S"))
        }
        None => at.to_rfc3339(),
    }
}

/// `2024年5月22日`, the day in Shanghai.
pub fn day(at: DateTime<Utc>) -> String {
    numeric_date(shanghai_date(at))
}

/// A physician as the public may know one.
#[derive(Serialize)]
pub struct Physician {
    name: String,
    words: String,
    /// May treat online.
    online: bool,
}

impl From<&StatedPractitioner> for Physician {
    fn from(person: &StatedPractitioner) -> Self {
        let words = [
            person.level.map(|level| level.zh().to_owned()),
            person.category.map(|category| category.zh().to_owned()),
            Some(person.scope.clone()).filter(|scope| !scope.is_empty()),
        ];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Self { name: person.name.clone(), words, online: person.telemedicine }
    }
}

/// What patients should know before they consult a doctor online.
#[derive(Serialize)]
pub struct PatientNotice {
    zh: String,
    en: String,
    basis: String,
}

/// The notices of the law for patients.
pub fn patient_notices(app: &App) -> Vec<PatientNotice> {
    let law = app.law();
    let notices = law.notices().iter().filter(|notice| notice.usage == NoticeUse::Patient);
    let view = |zh: &str, en: &str, basis: &str| PatientNotice { zh: zh.into(), en: en.into(), basis: basis.into() };
    notices.map(|notice| view(&notice.zh, &notice.en, &notice.basis)).collect()
}

/// Whom to call.
#[derive(Serialize)]
pub struct Phone {
    name: String,
    phone: String,
    /// The digits, for `tel:`.
    dial: String,
}

impl From<authority::Model> for Phone {
    fn from(row: authority::Model) -> Self {
        let dial = row.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Self { name: row.name, phone: row.phone, dial }
    }
}

/// The supervision phone of the first of these authorities that has one, or of a few where none is named or known.
pub async fn phones(app: &App, authorities: &[Option<Uuid>]) -> Result<Vec<Phone>> {
    let mut rows = reference::authorities(app).await?;
    rows.retain(|row| !row.phone.is_empty());
    for authority in authorities.iter().flatten() {
        if let Some(at) = rows.iter().position(|row| row.id == *authority) {
            return Ok(vec![rows.swap_remove(at).into()]);
        }
    }
    Ok(rows.into_iter().take(PHONES).map(Into::into).collect())
}
