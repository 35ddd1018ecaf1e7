//! What is done to a sample, and the finding that must come of it.

use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::dossier::Dossier;
use clinic_registry::domain::dossier::Partner;
use clinic_registry::domain::dossier::Post;
use clinic_registry::domain::dossier::PractitionerCategory;
use clinic_registry::domain::dossier::PractitionerLevel;
use clinic_registry::domain::dossier::RegistryCheck;
use clinic_registry::domain::dossier::ReviewBy;
use clinic_registry::domain::dossier::Room;
use clinic_registry::domain::dossier::RoomKind;
use clinic_registry::domain::dossier::SecurityGrade;
use clinic_registry::domain::dossier::ServiceMode;
use clinic_registry::domain::dossier::Sex;
use clinic_registry::domain::dossier::Staff;
use clinic_registry::domain::dossier::Telemedicine;
use clinic_registry::domain::rules::Facts;
use clinic_registry::domain::rules::persons::Elsewhere;
use clinic_registry::domain::samples::sample;

use clinic_registry::domain::verdict::{ClinicState, TelemedicineMode};

use ClinicType::{Cosmetic, Dental, General, Integrative, Tcm, TcmComprehensive};

use super::OTHER;
use super::today;

/// A case: the clinic type, what is done to the sample and to the facts, and one finding that must come of it.
pub type Case = (ClinicType, fn(&mut Dossier), fn(&mut Facts), &'static str, &'static str);

pub const fn nothing(_: &mut Facts) {}
pub const fn same(_: &mut Dossier) {}

pub const ESTABLISHMENT: &[Case] = &[
    (General, |d| d.applicant.kind = None, nothing, "R-001", "/applicant/kind"),
    (General, |d| d.clinic_type = None, nothing, "R-002", "/clinic_type"),
    (Tcm, same, |f| f.responsible = Some((OTHER, "中医药主管部门".into())), "R-003", "/clinic_type"),
    (
        General,
        same,
        |f| (f.responsible, f.covers_street) = (Some((OTHER, "高唐县".into())), false),
        "R-004",
        "/address/street",
    ),
    (General, same, |f| (f.responsible, f.covers_street) = (None, false), "R-004", "/address/street"),
    (General, |d| d.premises.beds = 1, nothing, "R-005", "/premises/beds"),
    (
        General,
        |d| d.principal.first_registered_on = Some(years_ago(5) + Days::new(1)),
        nothing,
        "R-006",
        "/principal/first_registered_on",
    ),
    (
        Tcm,
        |d| d.principal.first_registered_on = Some(years_ago(3) + Days::new(1)),
        nothing,
        "R-007",
        "/principal/first_registered_on",
    ),
    (Tcm, |d| d.principal.category = Some(PractitionerCategory::Clinical), nothing, "R-007", "/principal/category"),
    (Dental, |d| d.principal.level = Some(PractitionerLevel::Assistant), nothing, "R-008", "/principal/level"),
    (General, |d| d.declarations.not_disqualified = false, nothing, "R-009", "/declarations/not_disqualified"),
    (General, |d| d.declarations.truthful = false, nothing, "R-010", "/declarations/truthful"),
    (General, |d| d.declarations.signed_by = " ".into(), nothing, "R-010", "/declarations/signed_by"),
    (General, |d| d.declarations.signed_on = today().succ_opt(), nothing, "R-010", "/declarations/signed_on"),
    (General, same, |f| f.materials = &[], "R-011", "/materials/floor_plan"),
    (General, |d| d.name = "王五医院".into(), nothing, "R-013", "/name"),
    (General, |d| d.name = "王诊所".into(), nothing, "R-013", "/name"),
    (General, |d| d.name = "王OK诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王Ｏ五诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王wáng诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王五①诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王五😀诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王 五诊所".into(), nothing, "R-014", "/name"),
    (General, |d| d.name = "王五专治诊所".into(), nothing, "R-015", "/name"),
    (General, |d| d.name = "聊城诊所".into(), nothing, "R-016", "/name"),
    (General, |d| d.name = "东昌府区仁和诊所".into(), nothing, "R-016", "/name"),
    (General, |d| d.name = "仁和堂诊所".into(), nothing, "R-017", "/name"),
    (General, |d| d.name = "中华王五诊所".into(), nothing, "R-018", "/name"),
    (General, same, |f| f.same_name = vec!["王五诊所".into()], "R-019", "/name"),
    (General, |d| d.name = "王五口腔诊所".into(), nothing, "R-020", "/name"),
    (Cosmetic, |d| d.applicant.uscc = "92371502MA0000007A".into(), nothing, "R-021", "/applicant/uscc"),
    (Cosmetic, |d| d.applicant.uscc = "92371502MA0000001T".into(), nothing, "R-022", "/applicant/uscc"),
    (Cosmetic, |d| d.applicant.uscc.clear(), nothing, "R-023", "/applicant/uscc"),
    (General, |d| d.applicant.id_number.clear(), nothing, "R-023", "/applicant/id_number"),
    (General, |d| d.applicant.id_number = "371502198506150000".into(), nothing, "R-024", "/applicant/id_number"),
    (General, |d| d.principal.id_number = "371502199002290001".into(), nothing, "R-024", "/principal/id_number"),
    (General, |d| d.staff[0].id_number = "37150219850615000".into(), nothing, "R-024", "/staff/0/id_number"),
    (General, |d| d.principal.id_number = "110101190001010006".into(), nothing, "R-025", "/principal/id_number"),
    (General, |d| d.principal.sex = Some(Sex::Male), nothing, "R-026", "/principal/sex"),
    (General, |d| d.principal.born_on = Some(years_ago(40)), nothing, "R-026", "/principal/born_on"),
    (General, |d| d.principal.practice_code = "11037150200001".into(), nothing, "R-027", "/principal/practice_code"),
    (
        General,
        |d| d.principal.qualification_code = "201037110371502198506150008".into(),
        nothing,
        "R-028",
        "/principal/qualification_code",
    ),
    (General, same, |f| f.principal_elsewhere = vec!["甲诊所".into()], "R-029", "/principal/practice_code"),
    (
        General,
        |d| d.staff.push(physician(PractitionerCategory::Clinical)),
        nothing,
        "R-030",
        "/staff/1/registered_here",
    ),
    (General, |d| d.subjects.push("12".into()), nothing, "R-031", "/subjects/2"),
    (General, |d| d.staff.push(physician(PractitionerCategory::Dental)), nothing, "R-031", "/staff/1/category"),
    (General, |d| d.subjects.clear(), nothing, "R-032", "/subjects"),
    (General, |d| d.subjects.push("29".into()), nothing, "R-032", "/subjects/2"),
    (Dental, |d| d.subjects.push("03".into()), nothing, "R-033", "/subjects/1"),
    (General, |d| d.subjects.push("05.02".into()), nothing, "R-033", "/subjects/2"),
    (Cosmetic, |d| d.subjects = ["14.01", "14.02", "14.03"].map(String::from).into(), nothing, "R-034", "/subjects"),
    (General, |d| d.premises.area = Some(39.9), nothing, "R-035", "/premises/area"),
    (General, |d| d.premises.rooms[1].area = Some(9.0), nothing, "R-035", "/premises/rooms/1/area"),
    (General, |d| d.premises.rooms[2].area = None, nothing, "R-035", "/premises/rooms/2/area"),
    (General, |d| d.premises.rooms.truncate(0), nothing, "R-035", "/premises/rooms"),
    (General, |d| d.premises.rooms.push(room(RoomKind::Observation, 14.0)), nothing, "R-035", "/premises/rooms/4/area"),
    (General, |d| d.subjects.push("30.01".into()), nothing, "R-035", "/staff"),
    (Dental, |d| d.premises.chairs = 0, nothing, "R-036", "/premises/chairs"),
    (Dental, |d| d.premises.area = Some(49.0), nothing, "R-036", "/premises/area"),
    (Dental, |d| d.premises.rooms[0].area = Some(17.0), nothing, "R-036", "/premises/rooms"),
    (Dental, |d| d.premises.chairs = 3, nothing, "R-036", "/staff"),
    (Cosmetic, |d| d.premises.area = Some(59.0), nothing, "R-037", "/premises/area"),
    (Cosmetic, |d| d.premises.treatment_beds = 1, nothing, "R-037", "/premises/treatment_beds"),
    (Cosmetic, |d| d.premises.rooms[1].area = Some(11.0), nothing, "R-037", "/premises/rooms"),
    (Cosmetic, |d| d.premises.rooms.push(room(RoomKind::Surgery, 14.0)), nothing, "R-037", "/premises/rooms/4/area"),
    (Cosmetic, |d| d.subjects.push("14.01".into()), nothing, "R-037", "/staff"),
    (Cosmetic, |d| d.principal.title = "住院医师".into(), nothing, "R-037", "/staff"),
    (TcmComprehensive, |d| d.premises.area = Some(39.0), nothing, "R-038", "/premises/area"),
    (TcmComprehensive, |d| d.tcm_share = Some(84), nothing, "R-038", "/tcm_share"),
    (TcmComprehensive, |d| d.tcm_share = None, nothing, "R-038", "/tcm_share"),
    (Integrative, |d| d.premises.area = Some(39.0), nothing, "R-038", "/premises/area"),
    (Tcm, |d| d.medicines.push("头孢克肟胶囊".into()), nothing, "R-039", "/medicines/1"),
    (Tcm, |d| d.techniques.push("静脉输液".into()), nothing, "R-039", "/techniques/3"),
    (Tcm, |d| d.equipment.push("输液架".into()), nothing, "R-039", "/equipment/4"),
    (Tcm, |d| d.tcm_share = Some(99), nothing, "R-039", "/tcm_share"),
    (Tcm, |d| d.staff.clear(), nothing, "R-039", "/staff"),
    (Tcm, |d| d.premises.rooms.truncate(3), nothing, "R-039", "/premises/rooms"),
    (General, |d| d.staff.clear(), nothing, "R-040", "/staff"),
    (Dental, |d| d.staff.clear(), nothing, "R-040", "/staff"),
    (Cosmetic, |d| d.staff.clear(), nothing, "R-040", "/staff"),
    (
        General,
        |d| d.premises.lease_until = Some(today() + Months::new(12) - Days::new(1)),
        nothing,
        "R-041",
        "/premises/lease_until",
    ),
    (General, same, |f| f.number = Some("PDY00001X37150217D211".into()), "R-042", "/number"),
    (General, same, |f| f.number = Some("PDY00001X37159917D2112".into()), "R-042", "/number"),
    (General, same, |f| f.number = Some("PDY00001X37150217A1002".into()), "R-042", "/number"),
    (Dental, same, |f| f.number = Some("PDY00001X37150217D2112".into()), "R-043", "/number"),
    (General, same, |f| (f.number, f.number_taken) = (Some("PDY00001X37150217D2112".into()), true), "R-044", "/number"),
    (General, same, |f| f.number = Some("PDY00001037150217D2112".into()), "R-045", "/number"),
    (General, |d| d.service_modes.push(ServiceMode::Telemedicine), nothing, "R-070", "/service_modes"),
    (General, |d| d.name = "  ".into(), nothing, "R-100", "/name"),
    (Cosmetic, |d| d.legal_representative.clear(), nothing, "R-100", "/legal_representative"),
    (Integrative, |d| d.principal.scope.clear(), nothing, "R-100", "/principal/scope"),
    (Tcm, |d| d.techniques.clear(), nothing, "R-100", "/techniques"),
    (General, |d| d.staff[0].post = None, nothing, "R-100", "/staff/0/post"),
    (General, |d| d.premises.lease_until = None, nothing, "R-100", "/premises/lease_until"),
    (General, |d| d.address.division = "371599".into(), nothing, "R-101", "/address/division"),
    (General, |d| d.address.street = "371502999".into(), nothing, "R-101", "/address/street"),
    (General, |d| d.address.postcode = "2520".into(), nothing, "R-101", "/address/postcode"),
    (General, |d| d.address.longitude = None, nothing, "R-101", "/address/longitude"),
    (General, |d| d.ownership = "18".into(), nothing, "R-101", "/ownership"),
    (General, |d| d.staff.push(d.staff[0].clone()), nothing, "R-103", "/staff/1/id_number"),
    (
        General,
        |d| d.staff.push(Staff { id_number: String::new(), ..d.staff[0].clone() }),
        nothing,
        "R-103",
        "/staff/1/practice_code",
    ),
    (General, |d| d.staff[0].id_number = d.principal.id_number.clone(), nothing, "R-103", "/staff/0/id_number"),
    (General, same, |f| f.elsewhere = vec![elsewhere("/staff/0")], "R-103", "/staff/0/id_number"),
    (General, same, |f| f.elsewhere = vec![elsewhere("/principal")], "R-103", "/principal/id_number"),
    (General, |d| d.staff[0].practice_code = "20103700001".into(), nothing, "R-106", "/staff/0/practice_code"),
    (General, |d| d.staff[0].practice_code.clear(), nothing, "R-106", "/staff/0/practice_code"),
    (Tcm, |d| d.staff[0].qualification_code.clear(), nothing, "R-106", "/staff/0/qualification_code"),
    (Tcm, |d| d.staff[0].qualification_code = "无".into(), nothing, "R-106", "/staff/0/qualification_code"),
    (General, |d| d.staff[0].post = Some(Post::Technician), nothing, "R-040", "/staff"),
];

/// The same for the change filing that adds 互联网诊疗.
pub const CHANGE: &[Case] = &[
    (General, same, |f| f.standing = Some((ClinicState::Suspended, TelemedicineMode::Off)), "R-070", "/service_modes"),
    (General, |d| online(d).reason.clear(), nothing, "R-071", "/telemedicine/reason"),
    (General, |d| online(d).signed_by = "旁人".into(), nothing, "R-071", "/telemedicine/signed_by"),
    (General, |d| online(d).partner = None, nothing, "R-072", "/telemedicine/partner/clause_privacy"),
    (
        Dental,
        |d| partner(d).agreement_until = today().pred_opt(),
        nothing,
        "R-072",
        "/telemedicine/partner/agreement_until",
    ),
    (General, |d| partner(d).uscc = "92371502MO0000007D".into(), nothing, "R-021", "/telemedicine/partner/uscc"),
    (General, |d| online(d).security_grade = None, nothing, "R-073", "/telemedicine/security_grade/certificate_number"),
    (General, |d| grade(d).grade = Some(2), nothing, "R-073", "/telemedicine/security_grade/grade"),
    (
        General,
        |d| grade(d).assessed_on = years_ago(1).pred_opt(),
        nothing,
        "R-073",
        "/telemedicine/security_grade/assessed_on",
    ),
    (
        General,
        |d| grade(d).assessed_on = today().succ_opt(),
        nothing,
        "R-073",
        "/telemedicine/security_grade/assessed_on",
    ),
    (General, |d| d.staff[1].telemedicine = false, nothing, "R-074", "/staff"),
    (General, |d| d.staff[1].level = Some(PractitionerLevel::Assistant), nothing, "R-074", "/staff/1/level"),
    (General, |d| d.staff[1].registered_here = false, nothing, "R-074", "/staff/1/registered_here"),
    (General, |d| d.staff[1].consent = false, nothing, "R-074", "/staff/1/consent"),
    (
        Tcm,
        |d| d.staff[1].independent_since = Some(years_ago(3) + Days::new(1)),
        nothing,
        "R-074",
        "/staff/1/independent_since",
    ),
    (General, |d| d.staff[1].registry_check = None, nothing, "R-075", "/staff/1/registry_check"),
    (General, |d| d.staff[0].telemedicine = true, nothing, "R-075", "/staff/0/registry_check"),
    (General, |d| evidence(d).source = None, nothing, "R-075", "/staff/1/registry_check/source"),
    (
        General,
        |d| evidence(d).checked_on = years_ago(1).pred_opt(),
        nothing,
        "R-075",
        "/staff/1/registry_check/checked_on",
    ),
    (General, |d| evidence(d).material.clear(), nothing, "R-075", "/staff/1/registry_check/material"),
    (General, |d| evidence(d).material = "platform_proof".into(), nothing, "R-075", "/staff/1/registry_check/material"),
    (General, |d| online(d).subjects.push("12".into()), nothing, "R-076", "/telemedicine/subjects/1"),
    (General, |d| online(d).review = None, nothing, "R-077", "/telemedicine/review/by"),
    (
        General,
        |d| online(d).review.as_mut().unwrap().by = Some(ReviewBy::Own),
        nothing,
        "R-077",
        "/telemedicine/review/name",
    ),
    (TcmComprehensive, |d| online(d).platform = None, nothing, "R-078", "/telemedicine/platform"),
    (General, |d| drop(online(d).policies.pop()), nothing, "R-079", "/telemedicine/policies"),
    (General, |d| online(d).consent_template = false, nothing, "R-079", "/telemedicine/consent_template"),
    (General, |d| online(d).termination_plan = false, nothing, "R-079", "/telemedicine/termination_plan"),
    (General, |d| online(d).built_by = None, nothing, "R-100", "/telemedicine/built_by"),
    (General, |d| online(d).subjects.clear(), nothing, "R-100", "/telemedicine/subjects"),
    (General, |d| *d = sample(General, 5, today()), nothing, "R-060", ""),
    (General, same, |f| f.materials = &[], "R-011", "/materials/cooperation_agreement"),
    (General, |d| d.clinic_type = Some(Integrative), nothing, "R-102", "/clinic_type"),
];

pub fn years_ago(years: u32) -> NaiveDate {
    today() - Months::new(years * 12)
}

pub fn physician(category: PractitionerCategory) -> Staff {
    let like = sample(General, 900, today()).principal;
    Staff {
        name: like.name,
        id_number: like.id_number,
        post: Some(Post::Physician),
        level: like.level,
        category: Some(category),
        qualification_code: like.qualification_code,
        practice_code: like.practice_code,
        ..Staff::default()
    }
}

fn room(kind: RoomKind, area: f64) -> Room {
    Room { kind: Some(kind), area: Some(area) }
}

fn elsewhere(pointer: &str) -> Elsewhere {
    Elsewhere { pointer: pointer.into(), clinics: 1, divisions: vec!["371526".into()] }
}

fn evidence(d: &mut Dossier) -> &mut RegistryCheck {
    d.staff[1].registry_check.as_mut().unwrap()
}

pub fn online(d: &mut Dossier) -> &mut Telemedicine {
    d.telemedicine.as_mut().unwrap()
}

pub fn partner(d: &mut Dossier) -> &mut Partner {
    online(d).partner.as_mut().unwrap()
}

pub fn grade(d: &mut Dossier) -> &mut SecurityGrade {
    online(d).security_grade.as_mut().unwrap()
}
