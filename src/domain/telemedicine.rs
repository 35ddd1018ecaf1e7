//! May this clinic, with this physician and subject, treat online today? One total function, built on the verdict of the
//! certificate, for the register of 互联网诊疗 and for platforms that rely on it (2018 办法 第二十七条, 细则 第八、九条).
//!
//! It fails closed: yes is the absence of every reason. A practice code tells apart physicians of one name, and is never
//! looked up by itself, so that no answer says whose a code is.

use chrono::NaiveDate;

use crate::domain::calendar::add_months;
use crate::domain::certificate::{StatedPractitioner, StatedSubject};
use crate::domain::dossier::{BuiltBy, Dossier, Post, PractitionerCategory, PractitionerLevel};
use crate::domain::law::Law;
use crate::domain::search::normalise;
use crate::domain::terms::terms;
use crate::domain::verdict::{Asked, CertificateState, ClinicState, Reason, Standing, TelemedicineMode, verdict};

/// How long an answer may be relied on before it is asked again, seconds.
pub const GOOD_FOR: u32 = 60;

terms! {
    /// Why not, the gravest first. Codes are part of the contract: never reuse one.
    TelemedicineReason {
        /// No clinic has or had this number.
        ClinicUnknown = "登记簿中没有这个备案编号。请核对编号。" / "The register has no such filing number. Please check it.",
        /// The register has no certificate with this code, or the code was mistyped.
        CertificateUnknown = "登记库中查无此凭证码，或者短码输入有误。请核对。" / "The register has no certificate with this code, or it was mistyped. Please check it.",
        /// The code was not signed by a key that may sign for its region, or is out of its time.
        CertificateNotGenuine = "不能确认该凭证码由备案机关签发，不得凭此开展互联网诊疗。" / "It cannot be confirmed that the authority issued this code; do not rely on it.",
        ClinicRevoked = "该诊所备案已被撤销。" / "The clinic's filing has been revoked.",
        ClinicStopped = "该诊所已被责令停止执业。" / "The clinic has been ordered to stop practising.",
        ClinicCancelled = "该诊所备案已注销。" / "The clinic's filing has been cancelled.",
        ClinicDeemedClosed = "该诊所停业期满未恢复执业，视为歇业。" / "The clinic did not reopen in time and is deemed closed.",
        ClinicSuspended = "该诊所停业。" / "The clinic is suspended.",
        /// The copy that was asked about is void; another took its place.
        CertificateVoid = "该凭证已作废，请用现行凭证的码或者备案编号查询。" / "This certificate is void; ask by the current one, or by the filing number.",
        CertificateDeclaredLost = "该凭证已声明遗失，请用备案编号或者补发凭证的码查询。" / "This certificate is declared lost; ask by the filing number, or by the new copy.",
        CertificateSuperseded = "该凭证已被新版本取代，请用现行凭证的码或者备案编号查询。" / "This certificate is superseded; ask by the current one, or by the filing number.",
        TelemedicineOff = "该诊所未备案互联网诊疗。" / "The clinic has not filed telemedicine.",
        TelemedicineSuspended = "该诊所的互联网诊疗已暂停。" / "The clinic's telemedicine is suspended.",
        /// Nothing is filed that could be treated online.
        NoOnlineSubject = "该诊所没有备案可以开展互联网诊疗的科目。" / "No subject is filed for telemedicine at the clinic.",
        /// Nobody is filed who could treat online.
        NoOnlinePhysician = "该诊所没有可以开展互联网诊疗的医师。" / "No physician of the clinic may treat online.",
        /// Where the law's data let it stop the service (R-081, `agreement_stops`).
        AgreementEnded = "与第三方平台的合作协议已到期，续签并办理变更备案后方可继续。" / "The agreement with the third party's platform has ended; it must be renewed and filed.",
        /// Where the law's data let it stop the service (R-081, `assessment_stops`).
        ProtectionAssessmentExpired = "信息安全等级保护测评已超过期限。" / "The security assessment is out of date.",
        PhysicianUnknown = "该诊所没有备案这个姓名的医师。" / "No physician of this name is filed with the clinic.",
        /// Several of this name; the practice code tells them apart.
        PhysicianAmbiguous = "该诊所有同名医师，请同时提供执业证书编码。" / "Several physicians of the clinic have this name; please give the practice code, too.",
        PhysicianNameMismatch = "姓名与执业证书编码不是该诊所备案的同一医师。" / "Name and practice code are not of one physician filed with the clinic.",
        PhysicianNotOnline = "该医师未备案在该诊所开展互联网诊疗。" / "This physician is not filed for telemedicine at the clinic.",
        /// Where the law's data let it stop the service (R-081, `evidence_stops`).
        PhysicianEvidenceExpired = "该医师的电子注册核验已超过期限。" / "The evidence of the physician's registration is out of date.",
        SubjectUnknown = "诊疗科目目录中没有这个代码。" / "The list of subjects has no such code.",
        SubjectNotOnline = "该科目未备案开展互联网诊疗。" / "This subject is not filed for telemedicine at the clinic.",
        /// R-031, by the physician's category.
        SubjectNotOfPhysician = "该医师的执业类别不包括这个科目。" / "The physician's category does not cover this subject.",
    }
    /// What to know beside the answer; it does not change it.
    TelemedicineNote {
        /// The number that was asked for is a former one.
        FormerNumber = "所查编号是该诊所以前的编号。" / "The number asked for is a former one.",
        /// The paper is declared lost; the filing stands.
        CertificateDeclaredLost = "现行纸质凭证已声明遗失，备案仍然有效。" / "The current paper is declared lost; the filing stands.",
        AgreementEnded = "与第三方平台的合作协议已到期，请诊所更新。" / "The agreement with the third party's platform has ended; the clinic should renew it.",
        ProtectionAssessmentExpired = "信息安全等级保护测评已超过期限，请诊所更新。" / "The security assessment is out of date; the clinic should renew it.",
        PhysicianEvidenceExpired = "该医师的电子注册核验已超过期限，请诊所更新。" / "The evidence of the physician's registration is out of date; the clinic should renew it.",
        SupervisionPlatformNotConnected = "尚未对接省级互联网医疗服务监管平台。" / "The provincial supervision platform is not connected.",
    }
}

/// What the register knows of a clinic that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Of the clinic, and of the very certificate that was asked about. By number that is the entry in force.
    pub standing: Standing,
    /// What is filed.
    pub dossier: &'a Dossier,
    /// The law as the clinic's authority applies it.
    pub law: &'a Law,
    /// Today in Asia/Shanghai.
    pub today: NaiveDate,
}

/// Who is to treat, and in what.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// 医师姓名
    pub physician: &'a str,
    /// 医师执业证书编码, canonical; where it is given it must be this physician's.
    pub practice_code: Option<&'a str>,
    /// 诊疗科目代码
    pub subject: &'a str,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is permitted: exactly when there is no reason.
    pub permitted: bool,
    /// Every reason against it, the gravest first.
    pub reasons: Vec<TelemedicineReason>,
    pub notes: Vec<TelemedicineNote>,
}

impl Answer {
    fn of(mut reasons: Vec<TelemedicineReason>, mut notes: Vec<TelemedicineNote>, permitted: bool) -> Self {
        reasons.sort_unstable();
        notes.sort_unstable();
        Self { permitted: permitted && reasons.is_empty(), reasons, notes }
    }

    /// No, for this one reason: nothing more is known.
    pub fn refused(reason: TelemedicineReason) -> Self {
        Self::of(vec![reason], vec![], false)
    }

    /// The same with something to know.
    pub fn with(self, note: Option<TelemedicineNote>) -> Self {
        Self::of(self.reasons, self.notes.into_iter().chain(note).collect(), self.permitted)
    }
}

/// Why a code that leads to no certificate of the register is refused.
pub const fn of_code(reason: Reason) -> TelemedicineReason {
    match reason {
        Reason::Malformed
        | Reason::UnknownKey
        | Reason::KeyOutOfScope
        | Reason::BadSignature
        | Reason::KeyCompromised
        | Reason::OutsideValidity => TelemedicineReason::CertificateNotGenuine,
        _ => TelemedicineReason::CertificateUnknown,
    }
}

/// Whether the clinic may treat online at all: what the public list holds.
pub fn of_clinic(known: &Known<'_>) -> Answer {
    let standing = known.standing;
    let mut reasons = vec![];
    reasons.extend(match standing.clinic {
        ClinicState::Active => None,
        ClinicState::Suspended => Some(TelemedicineReason::ClinicSuspended),
        ClinicState::DeemedClosed => Some(TelemedicineReason::ClinicDeemedClosed),
        ClinicState::Cancelled => Some(TelemedicineReason::ClinicCancelled),
        ClinicState::Revoked => Some(TelemedicineReason::ClinicRevoked),
        ClinicState::Stopped => Some(TelemedicineReason::ClinicStopped),
    });
    reasons.extend(match standing.certificate {
        CertificateState::Current => None,
        CertificateState::Superseded => Some(TelemedicineReason::CertificateSuperseded),
        CertificateState::Lost => Some(TelemedicineReason::CertificateDeclaredLost),
        CertificateState::Void => Some(TelemedicineReason::CertificateVoid),
    });
    reasons.extend(match standing.telemedicine {
        TelemedicineMode::On => None,
        TelemedicineMode::Off => Some(TelemedicineReason::TelemedicineOff),
        TelemedicineMode::Suspended => Some(TelemedicineReason::TelemedicineSuspended),
    });
    let mut notes = vec![];
    if standing.telemedicine != TelemedicineMode::Off {
        // A filing that names nothing and nobody permits nothing and nobody.
        if known.dossier.telemedicine.as_ref().is_none_or(|t| t.subjects.is_empty()) {
            reasons.push(TelemedicineReason::NoOnlineSubject);
        }
        if !has_physician(known.dossier) {
            reasons.push(TelemedicineReason::NoOnlinePhysician);
        }
        if agreement_ended(known) {
            let (reason, note) = (TelemedicineReason::AgreementEnded, TelemedicineNote::AgreementEnded);
            tell(known, "agreement_stops", reason, note, &mut reasons, &mut notes);
        }
        if assessment_expired(known) {
            let reason = TelemedicineReason::ProtectionAssessmentExpired;
            let note = TelemedicineNote::ProtectionAssessmentExpired;
            tell(known, "assessment_stops", reason, note, &mut reasons, &mut notes);
        }
        if !supervision_connected(known.dossier, known.today) {
            notes.push(TelemedicineNote::SupervisionPlatformNotConnected);
        }
    }
    Answer::of(reasons, notes, verdict(Ok(Some(&standing)), Asked::Lookup).telemedicine)
}

/// The answer for this physician and subject.
pub fn check(known: &Known<'_>, question: &Question<'_>) -> Answer {
    let Answer { permitted, mut reasons, mut notes } = of_clinic(known);
    let law = known.law;
    let listed = law.subject(question.subject).is_some();
    let filed = known.dossier.telemedicine.as_ref().filter(|_| known.dossier.offers_telemedicine());
    if !listed {
        reasons.push(TelemedicineReason::SubjectUnknown);
    } else if !filed.is_some_and(|t| t.subjects.iter().any(|code| code == question.subject)) {
        reasons.push(TelemedicineReason::SubjectNotOnline);
    }
    match physician(known.dossier, question) {
        Err(reason) => reasons.push(reason),
        Ok(person) => {
            if !person.online {
                reasons.push(TelemedicineReason::PhysicianNotOnline);
            } else if !fresh(person.checked_on, "R-075", known) {
                let reason = TelemedicineReason::PhysicianEvidenceExpired;
                let note = TelemedicineNote::PhysicianEvidenceExpired;
                tell(known, "evidence_stops", reason, note, &mut reasons, &mut notes);
            }
            if listed && !person.category.is_some_and(|category| law.practises(category, question.subject)) {
                reasons.push(TelemedicineReason::SubjectNotOfPhysician);
            }
        }
    }
    Answer::of(reasons, notes, permitted)
}

/// Whether a physician whom the register names may treat online, as a check of name and subject answers.
pub fn treats(known: &Known<'_>, person: &StatedPractitioner) -> bool {
    let name = normalise(&person.name);
    let stops = stops(known, "evidence_stops");
    let may = |one: &Person<'_>| {
        one.online && normalise(one.name) == name && (!stops || fresh(one.checked_on, "R-075", known))
    };
    person.telemedicine && physicians(known.dossier).iter().any(may)
}

/// Whether somebody is filed who may treat online.
pub fn has_physician(dossier: &Dossier) -> bool {
    physicians(dossier).iter().any(|person| person.online)
}

/// The online subjects as a check takes them: the department that the paper prints above a sub-subject is not one unless
/// it was filed itself.
pub fn subjects<'a>(dossier: &'a Dossier, stated: &'a [StatedSubject]) -> impl Iterator<Item = &'a StatedSubject> {
    let filed = |code: &String| dossier.telemedicine.as_ref().is_some_and(|t| t.subjects.contains(code));
    stated.iter().filter(move |subject| filed(&subject.code))
}

/// The third party on whose platform the clinic treats; none where the system is its own.
pub fn platform(dossier: &Dossier) -> Option<&str> {
    let online = dossier.telemedicine.as_ref().filter(|t| t.built_by == Some(BuiltBy::ThirdParty))?;
    online.partner.as_ref().map(|partner| partner.name.trim()).filter(|name| !name.is_empty())
}

/// Whether the province's supervision platform is connected (监管细则 第五条, R-078).
pub fn supervision_connected(dossier: &Dossier, today: NaiveDate) -> bool {
    let platform = dossier.telemedicine.as_ref().and_then(|t| t.platform.as_ref());
    platform.is_some_and(|p| !p.unit_id.trim().is_empty() && p.connected_on.is_some_and(|day| day <= today))
}

/// As the law's data say: a reason, or only something to know.
fn tell(
    known: &Known<'_>,
    stops: &str,
    reason: TelemedicineReason,
    note: TelemedicineNote,
    reasons: &mut Vec<TelemedicineReason>,
    notes: &mut Vec<TelemedicineNote>,
) {
    if self::stops(known, stops) {
        reasons.push(reason);
    } else {
        notes.push(note);
    }
}

/// Whether the law's data let this stop the service.
fn stops(known: &Known<'_>, name: &str) -> bool {
    known.law.threshold("R-081", name, known.today).is_some_and(|n| n >= 1.0)
}

fn agreement_ended(known: &Known<'_>) -> bool {
    let online = known.dossier.telemedicine.as_ref().filter(|t| t.built_by == Some(BuiltBy::ThirdParty));
    let until = online.map(|t| t.partner.as_ref().and_then(|partner| partner.agreement_until));
    until.is_some_and(|until| until.is_none_or(|day| day < known.today))
}

fn assessment_expired(known: &Known<'_>) -> bool {
    let grade = known.dossier.telemedicine.as_ref().and_then(|t| t.security_grade.as_ref());
    !fresh(grade.and_then(|grade| grade.assessed_on), "R-073", known)
}

/// Whether evidence of `day` is of the last months that the rule allows.
fn fresh(day: Option<NaiveDate>, rule: &str, known: &Known<'_>) -> bool {
    let Some(months) = known.law.threshold(rule, "months", known.today) else { return true };
    day.is_some_and(|day| add_months(day, months.clamp(0.0, 1200.0) as u32) >= known.today)
}

/// A physician of the clinic.
struct Person<'a> {
    name: &'a str,
    code: &'a str,
    category: Option<PractitionerCategory>,
    online: bool,
    checked_on: Option<NaiveDate>,
}

/// Every physician, each once: the principal may stand among the staff, too.
fn physicians(dossier: &Dossier) -> Vec<Person<'_>> {
    let rows = || dossier.staff.iter().filter(|row| row.post == Some(Post::Physician));
    let principal = &dossier.principal;
    let (name, code) = (normalise(&principal.name), principal.practice_code.trim());
    let again = |other: &str| code.is_empty() || other.trim().is_empty() || code == other.trim();
    let listed = rows().any(|row| normalise(&row.name) == name && again(&row.practice_code));
    let first = (!listed && !name.is_empty()).then(|| Person {
        name: &principal.name,
        code,
        category: principal.category,
        online: false,
        checked_on: None,
    });
    let offered = dossier.offers_telemedicine();
    let staff = rows().map(|row| Person {
        name: &row.name,
        code: row.practice_code.trim(),
        category: row.category,
        online: offered
            && row.telemedicine
            && row.level == Some(PractitionerLevel::Physician)
            && row.registered_here
            && row.consent,
        checked_on: row.registry_check.as_ref().and_then(|check| check.checked_on),
    });
    first.into_iter().chain(staff).collect()
}

/// The one physician that is meant.
fn physician<'a>(dossier: &'a Dossier, question: &Question<'_>) -> Result<Person<'a>, TelemedicineReason> {
    let name = normalise(question.physician);
    let mut named = physicians(dossier);
    named.retain(|person| !name.is_empty() && normalise(person.name) == name);
    if named.is_empty() {
        return Err(TelemedicineReason::PhysicianUnknown);
    }
    if let Some(code) = question.practice_code {
        named.retain(|person| person.code == code);
    }
    match (named.pop(), named.is_empty()) {
        (None, _) => Err(TelemedicineReason::PhysicianNameMismatch),
        (Some(person), true) => Ok(person),
        (Some(_), false) => Err(TelemedicineReason::PhysicianAmbiguous),
    }
}
