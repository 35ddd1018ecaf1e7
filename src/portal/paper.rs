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
use crate::error::Result;
use crate::store::entity::authority;
use crate::store::entity::paper as kept;
use crate::usecase::reference;

/// Most authorities whose phones are named where it is not known whose certificate it is.
const PHONES: usize = 3;

/// A sentence in both languages.
#[derive(Clone, Default, Serialize)]
pub struct Words {
    zh: String,
    en: String,
}

impl Words {
    /// In Chinese.
    pub fn zh(&self) -> &str {
        &self.zh
    }

    /// In English.
    pub fn en(&self) -> &str {
        &self.en
    }
}

/// A sentence in both languages.
pub fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

impl Words {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty()
    }
}

impl<Z: Into<String>, E: Into<String>> From<(Z, E)> for Words {
    fn from((zh, en): (Z, E)) -> Self {
        words(zh, en)
    }
}

/// What happened, since when; empty where there is nothing to tell.
pub fn cause(cause: Option<Cause>) -> Words {
    cause.map(|cause| words(cause.zh(), cause.en())).unwrap_or_default()
}

/// A label and what stands beside it.
#[derive(Serialize)]
pub struct Row {
    label: Words,
    value: Words,
    /// Under the value, small.
    note: Words,
    /// Set in figures of one width.
    figures: bool,
    /// The value is what was filed, in Chinese, on an English page too.
    as_filed: bool,
}

impl Row {
    /// A label in both languages, and a value that both pages show as it was filed.
    pub fn new(zh: &'static str, en: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { as_filed: !value.is_ascii(), ..Self::said(zh, en, (value.clone(), value)) }
    }

    /// The same with a value that has words in both languages.
    pub fn said(zh: &'static str, en: &'static str, value: impl Into<Words>) -> Self {
        let (label, note) = (words(zh, en), Words::default());
        Self { label, value: value.into(), note, figures: false, as_filed: false }
    }

    /// With a note under the value.
    pub fn noted(self, note: impl Into<Words>) -> Self {
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
    let provisional = if s.provisional { words("临时编号", "provisional") } else { Words::default() };
    let modes = s.service_modes.iter().map(|mode| mode.zh()).collect::<Vec<_>>().join("、");
    let modes_en = s.service_modes.iter().map(|mode| mode.en()).collect::<Vec<_>>().join(", ");
    let origin = s.conversion.map(|made| words(made.zh(), "converted from an earlier certificate")).unwrap_or_default();
    let rows = [
        Row::new("备案编号", "Filing number", grouped(&s.number)).figures().noted(provisional),
        Row::new("诊所名称", "Name", &s.name),
        Row::said("诊所类别", "Type", (s.clinic_type.zh(), s.clinic_type.en())),
        Row::new("地址", "Address", &s.address),
        Row::new("法定代表人", "Legal representative", &s.legal_representative),
        Row::new("主要负责人", "Principal", &s.principal),
        Row::new("诊疗科目", "Subjects", in_words(&s.subjects)),
        Row::said("服务方式", "Service modes", (modes, modes_en)),
        Row::new("备注", "Remarks", &s.remarks),
        Row::new("备案机关", "Authority", &s.authority.name),
        Row::said("备案日期", "Filed on", date(s.filed_on)),
        Row::said("凭证版本", "Version", (format!("第{}版", s.version), s.version.to_string())).noted(issued(s)),
        Row::said("存量转换", "Origin", origin),
    ];
    rows.into_iter().filter(|row| !row.value.is_empty()).collect()
}

/// What is written across a copy for a purpose (加注件).
pub fn annotation(copy: &kept::Model) -> Vec<Row> {
    let Some(purpose) = &copy.purpose else { return vec![] };
    let withdrawn = copy.withdrawn_at.map(|at| date(shanghai_date(at))).unwrap_or_default();
    let rows = [
        Row::new("加注件编号", "Copy", &copy.number).figures(),
        Row::new("用途", "Only for", format!("仅用于{}", purpose.purpose)),
        Row::new("使用单位", "For", &purpose.recipient),
        Row::said("有效期至", "Good until", date(purpose.expires_on)),
        Row::said("撤回", "Withdrawn", withdrawn),
    ];
    rows.into_iter().filter(|row| !row.value.is_empty()).collect()
}

/// Whether inspectors have been there.
pub fn site_visit(verified_on: Option<NaiveDate>) -> Row {
    let value = match verified_on.map(date) {
        Some(Words { zh, en }) => words(format!("{zh}核查通过"), format!("passed on {en}")),
        None => words("尚未核查", "pending"),
    };
    Row::said("现场核查", "Site visit", value)
}

/// When the owner last said that what is filed is still right; nothing where never.
pub fn confirmed(confirmed_on: Option<NaiveDate>) -> Option<Row> {
    let value = date(confirmed_on?);
    Some(Row::said("诊所确认信息无误", "Confirmed by the clinic", value))
}

fn issued(s: &Statement) -> Words {
    let Words { mut zh, mut en } = date(s.issued_on);
    (zh, en) = (format!("{zh}签发"), format!("issued on {en}"));
    if let Some(note) = s.change_note.as_deref().filter(|note| !note.is_empty()) {
        zh += &format!("：{note}");
    }
    if s.copy_number > 1 {
        zh += &format!("；补发，第{}次发放", s.copy_number);
        en += &format!("; reissued, copy {}", s.copy_number);
    }
    words(zh, en)
}

/// A day, as people write it.
pub fn date(day: NaiveDate) -> Words {
    words(numeric_date(day), day.format("%-d %B %Y").to_string())
}

/// A moment to the second, the time of Shanghai.
pub fn at(moment: DateTime<Utc>) -> Words {
    let local = shanghai_date(moment);
    let zh = self::moment(moment);
    let time = zh.split_once(' ').map(|(_, time)| time.to_owned()).unwrap_or_default();
    words(zh, format!("{}, {time}", date(local).en))
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

/// A physician as the public may know one.
#[derive(Serialize)]
pub struct Physician {
    name: String,
    /// Level and category.
    words: Words,
    scope: String,
    /// May treat online.
    online: bool,
}

impl From<&StatedPractitioner> for Physician {
    fn from(person: &StatedPractitioner) -> Self {
        let joined = |level: Option<&str>, category: Option<&str>| {
            [level, category].into_iter().flatten().collect::<Vec<_>>().join(" · ")
        };
        let (level, category) = (person.level, person.category);
        let zh = joined(level.map(|level| level.zh()), category.map(|category| category.zh()));
        let en = joined(level.map(|level| level.en()), category.map(|category| category.en()));
        Self {
            name: person.name.clone(),
            words: words(zh, en),
            scope: person.scope.clone(),
            online: person.telemedicine,
        }
    }
}

/// The physicians of a statement who may treat online.
pub fn treating_online(statement: &Statement) -> Vec<Physician> {
    statement.practitioners.iter().filter(|person| person.telemedicine).map(Into::into).collect()
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
