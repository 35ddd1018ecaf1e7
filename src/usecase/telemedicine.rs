//! The register of 互联网诊疗: who may treat online now, by authority, and whether this physician may in this subject.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::domain::certificate::StatedPractitioner;
use crate::domain::id::CertificateId;
use crate::domain::law::{Law, Notice, NoticeUse};
use crate::domain::practitioner::check_practice_code;
use crate::domain::search::normalise;
use crate::domain::telemedicine::{self, Answer, Known, Question, TelemedicineNote, TelemedicineReason};
use crate::domain::verdict::{CertificateState, Standing, TelemedicineMode};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, certificate, clinic};
use crate::store::telemedicine::OnlineFilter;
use crate::usecase::exports::{self, Feed, Pages};
use crate::usecase::{clinics, verifications};

/// Rows that are read at a time.
const BATCH: u64 = 200;

/// Rows that one page of a list looks through at most, so that a rare filter cannot hold the database.
const LOOKED_THROUGH: u64 = 2_000;

/// A row counts as changed as long before its time as a request may take: what was written before and committed after the
/// reader's last page is then in the next.
const OVERLAP: TimeDelta = TimeDelta::seconds(120);

/// What a list asks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub authority: Option<Uuid>,
    /// 行政区划 (4 or 6 digits) or 街道 (9 digits).
    pub division: Option<String>,
    /// 诊疗科目代码, an online subject.
    pub subject: Option<String>,
    /// 合作平台, its name.
    pub platform: Option<String>,
    /// Only what was written since; then clinics that may no longer treat online are told, too.
    pub changed_since: Option<DateTime<Utc>>,
}

/// The place of a row in a list.
pub type Place = (DateTime<Utc>, Uuid);

/// A clinic of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    pub clinic: clinic::Model,
    pub answer: Answer,
    /// Who may treat online.
    pub physicians: Vec<StatedPractitioner>,
    pub authority: Option<authority::Model>,
    /// Who supervises it, with the phone to call.
    pub supervisor: Option<authority::Model>,
}

/// A page of the list.
pub struct Online {
    pub items: Vec<Listed>,
    /// Where the next page begins; none on the last. A page of a rare filter may hold few items and still have a next one.
    pub next: Option<Place>,
    pub as_of: DateTime<Utc>,
}

/// What a list needs beside the rows.
struct Desk {
    authorities: BTreeMap<Uuid, authority::Model>,
    laws: BTreeMap<Uuid, Arc<Law>>,
    national: Arc<Law>,
    today: NaiveDate,
}

impl Desk {
    async fn open(app: &App, tx: &Tx) -> Result<Self> {
        let rows = tx.authorities().await?;
        Ok(Self {
            laws: rows.iter().map(|row| (row.id, app.law_of(row))).collect(),
            authorities: rows.into_iter().map(|row| (row.id, row)).collect(),
            national: app.law(),
            today: app.clock.today(),
        })
    }

    fn law(&self, authority: Uuid) -> &Law {
        self.laws.get(&authority).unwrap_or(&self.national)
    }

    fn known<'a>(&'a self, clinic: &'a clinic::Model, certificate: CertificateState) -> Known<'a> {
        let standing =
            Standing { certificate, clinic: clinic.state, telemedicine: clinic.telemedicine_mode, copy: None };
        Known { standing, dossier: &clinic.dossier, law: self.law(clinic.authority_id), today: self.today }
    }

    fn list(&self, clinic: clinic::Model) -> Listed {
        // The register's entry stands for the certificate in force.
        let known = self.known(&clinic, CertificateState::Current);
        let answer = telemedicine::of_clinic(&known);
        let physicians = clinic.record.practitioners.iter().filter(|person| telemedicine::treats(&known, person));
        let physicians = physicians.cloned().collect();
        let of = |id: Uuid| self.authorities.get(&id).cloned();
        let supervisor = clinic.supervisor_id.and_then(of).filter(|row| !row.phone.is_empty());
        Listed {
            authority: of(clinic.authority_id),
            supervisor: supervisor.or_else(|| of(clinic.authority_id)),
            clinic,
            answer,
            physicians,
        }
    }
}

/// The rows of a list, batch by batch.
pub struct Rows {
    search: Search,
    filter: OnlineFilter,
    after: Option<Place>,
    desk: Desk,
    ended: bool,
}

impl Rows {
    fn new(search: Search, after: Option<Place>, desk: Desk) -> Self {
        let filter = OnlineFilter { authority: search.authority, division: search.division.clone() };
        Self { search, filter, after, desk, ended: false }
    }

    /// Looks at the next rows; answers those that belong to the list.
    async fn batch(&mut self, tx: &Tx) -> Result<Vec<Listed>> {
        let found = match self.search.changed_since {
            Some(since) => {
                tx.online_changes(&self.filter, since.max(DateTime::UNIX_EPOCH) - OVERLAP, self.after, BATCH).await?
            }
            None => tx.online_clinics(&self.filter, self.after.map(|place| place.1), BATCH).await?,
        };
        self.ended = (found.len() as u64) < BATCH;
        if let Some(last) = found.last() {
            self.after = Some((last.updated_at, last.id));
        }
        let listed = found.into_iter().map(|row| self.desk.list(row));
        Ok(listed.filter(|row| self.belongs(row)).collect())
    }

    fn belongs(&self, row: &Listed) -> bool {
        if !row.answer.permitted {
            // Whoever keeps a copy must learn that it ended, whatever they filter by.
            return self.search.changed_since.is_some();
        }
        let dossier = &row.clinic.dossier;
        let platform =
            |asked: &String| telemedicine::platform(dossier).is_some_and(|p| normalise(p) == normalise(asked));
        let subject = |asked: &String| dossier.telemedicine.as_ref().is_some_and(|t| t.subjects.contains(asked));
        self.search.platform.as_ref().is_none_or(platform) && self.search.subject.as_ref().is_none_or(subject)
    }
}

impl Pages for Rows {
    type Item = Listed;

    async fn next(&mut self, tx: &Tx) -> Result<Option<Vec<Listed>>> {
        if self.ended { Ok(None) } else { self.batch(tx).await.map(Some) }
    }
}

/// A page of the clinics that may treat online now; with `changed_since` of those that were written since, the ones that may
/// no longer among them.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, search: Search, after: Option<Place>, limit: u64) -> Result<Online> {
    let as_of = app.clock.now();
    let tx = app.store.snapshot().await?;
    let desk = Desk::open(app, &tx).await?;
    let mut rows = Rows::new(search, after, desk);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut items: Vec<Listed> = vec![];
    for _ in 0..LOOKED_THROUGH / BATCH {
        items.extend(rows.batch(&tx).await?);
        if rows.ended || items.len() > limit {
            break;
        }
    }
    let mut next = rows.after.filter(|_| !rows.ended);
    if items.len() > limit {
        items.truncate(limit);
        next = items.last().map(|row| (row.clinic.updated_at, row.clinic.id));
    }
    Ok(Online { items, next, as_of })
}

/// The whole list as a stream, of one moment.
///
/// # Errors
/// `Unavailable` while too many streams are open.
pub async fn stream(app: &App, search: Search) -> Result<Feed<Listed>> {
    exports::open(app, async |tx: &Tx| Ok(Rows::new(search, None, Desk::open(app, tx).await?))).await
}

/// 患者须知 of the law.
pub fn notices(app: &App) -> Vec<Notice> {
    app.law().notices().iter().filter(|notice| notice.usage == NoticeUse::Patient).cloned().collect()
}

/// The clinics of an authority that may treat online now, counted.
pub struct Jurisdiction {
    pub authority: authority::Model,
    pub clinics: i64,
    /// Since when the first of them does.
    pub first_on: Option<NaiveDate>,
    /// That clinic: number and name.
    pub first: Option<(String, String)>,
}

/// Clinics counted: how many, since when the first, and which that is.
type Counted = (i64, Option<NaiveDate>, Option<(String, String)>);

/// Every authority with the clinics of its that may treat online now; and when this was so.
///
/// # Errors
/// What the store answers.
pub async fn jurisdictions(app: &App) -> Result<(Vec<Jurisdiction>, DateTime<Utc>)> {
    let as_of = app.clock.now();
    let tx = app.store.snapshot().await?;
    let desk = Desk::open(app, &tx).await?;
    let mut counted: BTreeMap<Uuid, Counted> = BTreeMap::new();
    for (authority, clinics, first_on) in tx.count_online(desk.today).await? {
        let first = match first_on {
            Some(on) => tx.online_since(authority, on, desk.today).await?,
            None => None,
        };
        counted.insert(authority, (clinics, first_on, first.map(|row| (row.number, row.name))));
    }
    // Where something ran out, what ran out decides.
    let mut after = None;
    loop {
        let rows = tx.online_overdue(desk.today, after, BATCH).await?;
        let more = rows.len() as u64 == BATCH;
        after = rows.last().map(|row| row.id);
        for row in rows {
            let Listed { clinic, answer, .. } = desk.list(row);
            if !answer.permitted {
                continue;
            }
            let entry = counted.entry(clinic.authority_id).or_default();
            entry.0 += 1;
            if entry.1.is_none_or(|first| clinic.telemedicine_on.is_some_and(|on| on < first)) {
                (entry.1, entry.2) = (clinic.telemedicine_on, Some((clinic.number, clinic.name)));
            }
        }
        if !more {
            break;
        }
    }
    let mut found: Vec<_> = desk.authorities.into_values().collect();
    found.sort_by(|a, b| (&a.region, &a.name).cmp(&(&b.region, &b.name)));
    let of = |authority: authority::Model| {
        let (clinics, first_on, first) = counted.remove(&authority.id).unwrap_or_default();
        Jurisdiction { authority, clinics, first_on, first }
    };
    Ok((found.into_iter().map(of).collect(), as_of))
}

/// What a relying platform asks.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// 备案编号, present or former.
    pub number: Option<String>,
    /// The code on a certificate: digits, address or short code.
    pub code: Option<String>,
    pub physician: String,
    /// 医师执业证书编码
    pub practice_code: Option<String>,
    /// 诊疗科目代码
    pub subject: String,
    /// Today; nothing is said of another day.
    pub day: Option<NaiveDate>,
}

/// The answer to a relying platform.
pub struct Checked {
    pub answer: Answer,
    /// The clinic, where the register has it: its entry as it stands.
    pub clinic: Option<clinic::Model>,
    /// 互联网诊疗 since, where it is filed.
    pub since: Option<NaiveDate>,
    pub as_of: DateTime<Utc>,
}

/// Whether this clinic, with this physician, may treat online in this subject today. Nothing is kept.
///
/// # Errors
/// `Invalid` with every field that is wrong; what the store answers. What may not be is an answer, not an error.
pub async fn check(app: &App, asked: &Asked) -> Result<Checked> {
    let practice_code = readable(app, asked)?;
    let as_of = app.clock.now();
    let (found, certificate, note) = match (&asked.number, &asked.code) {
        (Some(number), _) => by_number(app, number).await?,
        (None, code) => by_code(app, code.as_deref().unwrap_or_default()).await?,
    };
    let clinic = match found {
        Ok(clinic) => clinic,
        Err(reason) => return Ok(Checked { answer: Answer::refused(reason), clinic: None, since: None, as_of }),
    };
    let authority = app.store.authority(clinic.authority_id).await?;
    let standing = Standing { certificate, clinic: clinic.state, telemedicine: clinic.telemedicine_mode, copy: None };
    let law = app.law_of(&authority);
    let known = Known { standing, dossier: &clinic.dossier, law: &law, today: app.clock.today() };
    let question = Question {
        physician: &asked.physician,
        practice_code: practice_code.as_deref(),
        subject: asked.subject.trim(),
    };
    let answer = note.into_iter().fold(telemedicine::check(&known, &question), |answer, note| answer.with(Some(note)));
    let since = clinic.telemedicine_on.filter(|_| clinic.telemedicine_mode != TelemedicineMode::Off);
    Ok(Checked { answer, since, clinic: Some(clinic), as_of })
}

/// The practice code in its canonical form, if the question can be read.
fn readable(app: &App, asked: &Asked) -> Result<Option<String>> {
    let mut problems = vec![];
    let mut wrong = |pointer: &str, zh: &str, en: &str| problems.push(Problem::new(pointer, zh, en));
    if asked.number.is_some() == asked.code.is_some() {
        wrong(
            "/clinic",
            "clinic（备案编号）和certificate（凭证码）须填写其中一项。",
            "Give either `clinic` or `certificate`.",
        );
    }
    if normalise(&asked.physician).is_empty() {
        wrong("/physician/name", "请填写医师姓名。", "Give the physician's name.");
    }
    if asked.day.is_some_and(|day| day != app.clock.today()) {
        wrong(
            "/day",
            "只回答今天（北京时间）可否，请填写今天或者不填。",
            "Only today (Asia/Shanghai) can be asked about.",
        );
    }
    let code = asked.practice_code.as_deref().map(check_practice_code).transpose();
    if code.is_err() {
        wrong("/physician/practice_code", "医师执业证书编码应为15位数字，请核对。", "A practice code has 15 digits.");
    }
    if problems.is_empty() { Ok(code.unwrap_or_default()) } else { Err(Error::Invalid(problems)) }
}

type Found = (Result<clinic::Model, TelemedicineReason>, CertificateState, Vec<TelemedicineNote>);

/// By number: the entry in force. That the paper is lost is told; the filing stands.
async fn by_number(app: &App, number: &str) -> Result<Found> {
    let number = clinics::canonical(number);
    let clinic = match app.store.clinic_by_number(&number).await {
        Ok(clinic) => clinic,
        Err(Error::NotFound(_)) => {
            return Ok((Err(TelemedicineReason::ClinicUnknown), CertificateState::Current, vec![]));
        }
        Err(error) => return Err(error),
    };
    let former = (clinic.number != number).then_some(TelemedicineNote::FormerNumber);
    let paper: Option<certificate::Model> =
        app.store.certificate_unscoped(CertificateId(clinic.certificate_id)).await?;
    let lost = paper.is_some_and(|row| row.state == CertificateState::Lost);
    let lost = lost.then_some(TelemedicineNote::CertificateDeclaredLost);
    Ok((Ok(clinic), CertificateState::Current, former.into_iter().chain(lost).collect()))
}

/// By code: this very copy.
async fn by_code(app: &App, code: &str) -> Result<Found> {
    let verified = verifications::verify(app, code).await?;
    Ok(match (verified.certificate, verified.clinic) {
        (Some(row), Some(clinic)) => (Ok(clinic), row.state, vec![]),
        _ => {
            let reason = verified.verdict.reason.map(telemedicine::of_code);
            let reason = reason.unwrap_or(TelemedicineReason::CertificateUnknown);
            (Err(reason), CertificateState::Void, vec![])
        }
    })
}
