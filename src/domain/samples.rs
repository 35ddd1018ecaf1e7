//! Synthetic filings that pass every check: for the examples of the contract, the demonstration data and the tests.
//!
//! Nobody in them exists: the serial of every ID number is 000, which is never given out, and organisations start with
//! `MA000`. Equal arguments give equal filings; persons and names repeat only after some 2,000 `seq`.

use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;

use crate::domain::dossier::Address;
use crate::domain::dossier::Applicant;
use crate::domain::dossier::ApplicantKind;
use crate::domain::dossier::BuiltBy;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Declarations;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Nature;
use crate::domain::dossier::Partner;
use crate::domain::dossier::Post;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::dossier::PractitionerLevel;
use crate::domain::dossier::Premises;
use crate::domain::dossier::PrescriptionReview;
use crate::domain::dossier::Principal;
use crate::domain::dossier::RegistryCheck;
use crate::domain::dossier::RegistrySource;
use crate::domain::dossier::ReviewBy;
use crate::domain::dossier::Room;
use crate::domain::dossier::RoomKind;
use crate::domain::dossier::SecurityGrade;
use crate::domain::dossier::ServiceMode;
use crate::domain::dossier::ServiceObject;
use crate::domain::dossier::Sex;
use crate::domain::dossier::Staff;
use crate::domain::dossier::SupervisionPlatform;
use crate::domain::dossier::Telemedicine;
use crate::domain::dossier::Tenure;

pub mod people;

use people::Person;
use people::credit_code;

/// Streets of 聊城经济技术开发区, which lie under 371502, and roads in them.
const STREETS: &[(&str, &str)] = &[("371502008", "辽河路"), ("371502009", "黄河路"), ("371502010", "嫩江路")];

/// Persons of one clinic.
const ROLES: u64 = 5;

fn years_ago(today: NaiveDate, years: u32) -> NaiveDate {
    today.checked_sub_months(Months::new(years * 12)).unwrap_or(today)
}

fn days_ago(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

/// What differs from type to type.
struct Kit {
    /// What follows the principal's name in the clinic's.
    suffix: &'static str,
    category: PractitionerCategory,
    scope: &'static str,
    subjects: &'static [&'static str],
    equipment: &'static [&'static str],
    medicines: &'static [&'static str],
    /// Dental chairs.
    chairs: u32,
    /// 美容治疗床
    treatment_beds: u32,
    /// Floor area, m².
    area: f64,
}

const fn kit(clinic_type: ClinicType) -> Kit {
    match clinic_type {
        ClinicType::General => Kit {
            suffix: "诊所",
            category: PractitionerCategory::Clinical,
            scope: "内科专业",
            subjects: &["02", "03"],
            equipment: &["诊断床", "血压计", "听诊器", "体温计", "高压灭菌设备", "抢救箱"],
            medicines: &["常用口服药", "外用药", "急救药"],
            chairs: 0,
            treatment_beds: 0,
            area: 86.0,
        },
        ClinicType::Dental => Kit {
            suffix: "口腔诊所",
            category: PractitionerCategory::Dental,
            scope: "口腔专业",
            subjects: &["12"],
            equipment: &["牙科综合治疗台", "高压灭菌设备", "超声洁牙机", "光固化灯", "抢救箱"],
            medicines: &["局部麻醉药", "外用药", "急救药"],
            chairs: 2,
            treatment_beds: 0,
            area: 80.0,
        },
        ClinicType::Cosmetic => Kit {
            suffix: "医疗美容诊所",
            category: PractitionerCategory::Clinical,
            scope: "皮肤病与性病专业",
            subjects: &["14.03"],
            equipment: &["美容治疗床", "激光治疗仪", "高压灭菌设备", "抢救箱"],
            medicines: &["外用药", "局部麻醉药", "急救药"],
            chairs: 0,
            treatment_beds: 2,
            area: 120.0,
        },
        ClinicType::TcmComprehensive => Kit {
            suffix: "中医综合诊所",
            category: PractitionerCategory::Tcm,
            scope: "中医专业",
            subjects: &["50.01", "50.13", "50.14"],
            equipment: &["诊断床", "针灸器具", "中药饮片柜", "血压计", "听诊器"],
            medicines: &["中药饮片", "中成药"],
            chairs: 0,
            treatment_beds: 0,
            area: 90.0,
        },
        ClinicType::Integrative => Kit {
            suffix: "中西医结合诊所",
            category: PractitionerCategory::Integrative,
            scope: "中西医结合专业",
            subjects: &["50.01", "52"],
            equipment: &["诊断床", "血压计", "听诊器", "针灸器具", "抢救箱"],
            medicines: &["中药饮片", "中成药", "常用口服药"],
            chairs: 0,
            treatment_beds: 0,
            area: 90.0,
        },
        ClinicType::Tcm => Kit {
            suffix: "中医诊所",
            category: PractitionerCategory::Tcm,
            scope: "中医专业",
            subjects: &["50.01", "50.13"],
            equipment: &["诊断床", "针灸器具", "拔罐器具", "中药饮片柜"],
            medicines: &["中药饮片"],
            chairs: 0,
            treatment_beds: 0,
            area: 60.0,
        },
    }
}

/// Where a clinic of [`filed`] is, and who is there.
pub struct Place<'a> {
    /// Answers for the clinic, and sets it up unless a unit does.
    pub principal: &'a Person,
    /// A nurse, or in a 中医诊所 a pharmacist.
    pub colleague: &'a Person,
    /// The 法定代表人, where a unit sets the clinic up.
    pub representative: Option<&'a Person>,
    pub address: Address,
    pub phone: String,
}

/// A complete establishment filing of `clinic_type` that passes every check on `today` once its materials are there. Filings
/// with another `seq` are of other people; every date is relative to `today`.
pub fn sample(clinic_type: ClinicType, seq: u32, today: NaiveDate) -> Dossier {
    let place = ClinicType::ALL.iter().position(|t| *t == clinic_type).unwrap_or_default() as u64;
    let first = (u64::from(seq) * ClinicType::ALL.len() as u64 + place) * ROLES;
    let (street, road) = STREETS.get(seq as usize % STREETS.len()).copied().unwrap_or_default();
    // One of the six is a company's, so that both kinds of applicant are shown.
    let representative = (clinic_type == ClinicType::Cosmetic).then(|| Person::new(first + 4));
    let place = Place {
        principal: &Person::new(first),
        colleague: &Person::new(first + 1),
        representative: representative.as_ref(),
        address: Address {
            division: "371502".into(),
            street: street.into(),
            detail: format!("聊城经济技术开发区{road}{}号", 1 + seq % 400),
            postcode: "252000".into(),
            longitude: Some(f64::from(116_030 + seq % 50) / 1000.0),
            latitude: Some(f64::from(36_440 + seq % 40) / 1000.0),
        },
        phone: format!("0635-555{:04}", first % 10_000),
    };
    filed(clinic_type, place, today)
}

/// As [`sample`], of these people and in this place.
pub fn filed(clinic_type: ClinicType, place: Place<'_>, today: NaiveDate) -> Dossier {
    let kit = kit(clinic_type);
    let Place { principal: person, colleague: second, representative, address, phone } = place;
    let applicant = if representative.is_some() { company(person) } else { individual(person) };
    let signed_by = person.name.clone();
    Dossier {
        clinic_type: Some(clinic_type),
        name: format!("{}{}", person.name, kit.suffix),
        applicant,
        legal_representative: representative.map(|r| r.name.clone()).unwrap_or_default(),
        principal: principal(person, &kit, today),
        address,
        phone,
        ownership: "17".into(),
        nature: Some(Nature::ForProfit),
        service_object: Some(ServiceObject::Public),
        service_modes: vec![ServiceMode::Outpatient],
        subjects: owned(kit.subjects),
        techniques: if clinic_type == ClinicType::Tcm { owned(&["针灸", "推拿", "拔罐"]) } else { vec![] },
        tcm_share: match clinic_type {
            ClinicType::Tcm => Some(100),
            ClinicType::TcmComprehensive => Some(90),
            _ => None,
        },
        opening_hours: "周一至周六 8:30–17:30".into(),
        premises: premises(&kit, today),
        staff: vec![colleague(second, clinic_type, today)],
        equipment: owned(kit.equipment),
        medicines: owned(kit.medicines),
        declarations: Declarations { not_disqualified: true, truthful: true, signed_by, signed_on: Some(today) },
        telemedicine: None,
    }
}

fn individual(person: &Person) -> Applicant {
    Applicant {
        kind: Some(ApplicantKind::Individual),
        name: person.name.clone(),
        id_number: person.id_number.clone(),
        ..Applicant::default()
    }
}

fn company(person: &Person) -> Applicant {
    Applicant {
        kind: Some(ApplicantKind::Unit),
        name: format!("{}医疗管理有限公司", person.name),
        uscc: credit_code(person.serial),
        ..Applicant::default()
    }
}

fn principal(person: &Person, kit: &Kit, today: NaiveDate) -> Principal {
    let registered = years_ago(today, 8 + (person.serial % 3) as u32);
    Principal {
        name: person.name.clone(),
        sex: Some(Sex::Female),
        born_on: Some(person.born_on),
        id_number: person.id_number.clone(),
        phone: format!("190{:08}", person.serial % 100_000_000),
        education: "本科".into(),
        title: "主治医师".into(),
        qualification_code: person.qualification_code(registered.year() - 1, kit.category),
        practice_code: person.practice_code(kit.category),
        level: Some(PractitionerLevel::Physician),
        category: Some(kit.category),
        scope: kit.scope.into(),
        tcm_specialty: false,
        first_registered_on: Some(registered),
        main_institution: format!("{}{}", person.name, kit.suffix),
    }
}

fn premises(kit: &Kit, today: NaiveDate) -> Premises {
    let room = |kind, area| Room { kind: Some(kind), area: Some(area) };
    Premises {
        area: Some(kit.area),
        rooms: vec![
            room(RoomKind::Consulting, 20.0),
            room(RoomKind::Treatment, 12.0),
            room(RoomKind::Disposal, 12.0),
            room(RoomKind::Waiting, 15.0),
        ],
        beds: 0,
        chairs: kit.chairs,
        treatment_beds: kit.treatment_beds,
        operating_tables: 0,
        observation_beds: 0,
        tenure: Some(Tenure::Leased),
        lease_until: today.checked_add_months(Months::new(36)),
    }
}

/// A nurse, or in a 中医诊所 a pharmacist of Chinese medicine.
fn colleague(person: &Person, clinic_type: ClinicType, today: NaiveDate) -> Staff {
    let pharmacist = clinic_type == ClinicType::Tcm;
    let year = years_ago(today, 5).year();
    Staff {
        name: person.name.clone(),
        id_number: person.id_number.clone(),
        post: Some(if pharmacist { Post::Pharmacist } else { Post::Nurse }),
        title: if pharmacist { "中药师".into() } else { "护师".into() },
        qualification_code: if pharmacist {
            format!("ZY37{year:04}{:06}", person.serial % 1_000_000)
        } else {
            String::new()
        },
        practice_code: if pharmacist { String::new() } else { format!("{year:04}37{:06}", person.serial % 1_000_000) },
        registered_here: true,
        full_time: true,
        ..Staff::default()
    }
}

/// The change filing that adds 互联网诊疗 to a clinic of [`sample`], with everything that R-070…R-080 ask on `today`. `policies`
/// are the codes of the law's list.
pub fn telemedicine_sample(clinic: &Dossier, policies: &[String], today: NaiveDate) -> Dossier {
    telemedicine_filed(clinic, &Person::new(serial_of(clinic) + 2), policies, today)
}

/// The serial number in the principal's practice code.
fn serial_of(clinic: &Dossier) -> u64 {
    clinic.principal.practice_code.get(9..).and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// As [`telemedicine_sample`], with this physician.
pub fn telemedicine_filed(clinic: &Dossier, person: &Person, policies: &[String], today: NaiveDate) -> Dossier {
    let mut d = clinic.clone();
    let category = d.principal.category.unwrap_or(PractitionerCategory::Clinical);
    let serial = serial_of(clinic);
    d.service_modes.push(ServiceMode::Telemedicine);
    d.staff.push(Staff {
        name: person.name.clone(),
        id_number: person.id_number.clone(),
        post: Some(Post::Physician),
        title: "主治医师".into(),
        level: Some(PractitionerLevel::Physician),
        category: Some(category),
        scope: d.principal.scope.clone(),
        qualification_code: person.qualification_code(years_ago(today, 7).year(), category),
        practice_code: person.practice_code(category),
        registered_here: true,
        full_time: true,
        independent_since: Some(years_ago(today, 5)),
        telemedicine: true,
        consent: true,
        registry_check: Some(RegistryCheck {
            source: Some(RegistrySource::NationalWebsite),
            checked_on: Some(days_ago(today, 10)),
            checked_by: d.principal.name.clone(),
            material: "registry_evidence".into(),
        }),
    });
    d.declarations.signed_on = Some(today);
    d.telemedicine = Some(Telemedicine {
        reason: "方便在本诊所就诊过的常见病、慢性病患者复诊。".into(),
        signed_by: d.principal.name.clone(),
        built_by: Some(BuiltBy::ThirdParty),
        partner: Some(Partner {
            name: "聊城示例互联网科技有限公司".into(),
            uscc: credit_code(serial + 3),
            agreement_until: today.checked_add_months(Months::new(24)),
            clause_medical: true,
            clause_security: true,
            clause_privacy: true,
        }),
        security_grade: Some(SecurityGrade {
            certificate_number: format!("37150099999-{:05}", serial % 100_000),
            grade: Some(3),
            assessed_on: Some(days_ago(today, 60)),
        }),
        platform: Some(SupervisionPlatform {
            name: "山东省互联网医疗服务监管平台".into(),
            unit_id: format!("SD371502{:06}", serial % 1_000_000),
            connected_on: Some(days_ago(today, 20)),
        }),
        subjects: d.subjects.first().cloned().into_iter().collect(),
        review: Some(PrescriptionReview {
            by: Some(ReviewBy::Contract), name: "聊城示例药学服务有限公司".into()
        }),
        policies: policies.to_vec(),
        consent_template: true,
        termination_plan: true,
    });
    d
}
