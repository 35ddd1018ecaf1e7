//! 自查: a few plain questions before anybody writes a form. The answers become as much of a filing as they can, and the rules
//! of the law itself say what stands in the way, so that nothing is judged here.

use chrono::{Months, NaiveDate};

use crate::domain::dossier::{
    ApplicantKind, BuiltBy, ClinicType, Declarations, Dossier, Post, PractitionerCategory, PractitionerLevel, Premises,
    PrescriptionReview, ReviewBy, SecurityGrade, ServiceMode, Staff, SupervisionPlatform, Telemedicine, Tenure,
};
use crate::domain::finding::Finding;
use crate::domain::law::{Law, Material, When};
use crate::domain::lifecycle::Kind;
use crate::domain::rules::materials::{Asked, asked};
use crate::domain::rules::{Facts, check_those};
use crate::domain::terms::terms;
use crate::domain::verdict::{ClinicState, TelemedicineMode};

terms! {
    /// What somebody wants to file.
    Wish {
        Clinic = "新开诊所" / "open a clinic",
        Both = "新开诊所，以后还要开展互联网诊疗" / "open a clinic, and treat online later",
        Telemedicine = "诊所已经备案，增加互联网诊疗" / "treat online at a clinic that is filed already",
    }
    /// Who is to answer for the practice.
    Leader {
        Clinical = "执业医师，临床类别" / "licensed physician, clinical",
        Dental = "执业医师，口腔类别" / "licensed physician, dental",
        Tcm = "执业医师，中医、民族医或者中西医结合类别" / "licensed physician of Chinese, ethnic or integrative medicine",
        Specialty = "中医（专长）医师" / "physician by specialty of Chinese medicine",
        Assistant = "执业助理医师" / "assistant physician",
        None = "还没有医师" / "no physician yet",
    }
}

/// The most years that can be answered.
pub const MOST_YEARS: u32 = 70;

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    pub wish: Wish,
    pub clinic_type: ClinicType,
    pub applicant: ApplicantKind,
    pub leader: Leader,
    /// Full years since the leader was registered.
    pub years: u32,
    /// One of the cases holds in which nobody may set up a clinic.
    pub disqualified: bool,
    /// m²
    pub area: Option<f64>,
    /// Dental chairs
    pub chairs: u32,
    pub tenure: Tenure,
    /// There are others than the leader.
    pub staff: bool,
    pub medicines: bool,
    /// With a third party's system.
    pub third_party: bool,
    /// A physician of the clinic has the experience that online treatment asks for.
    pub experienced: bool,
    /// The system is protected and assessed as it must be.
    pub graded: bool,
    /// A pharmacist reviews prescriptions.
    pub reviewed: bool,
    /// The province's platform is connected.
    pub connected: bool,
}

/// What is found, and what is to be brought.
#[derive(Default)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub materials: Vec<Needed>,
}

/// A material that the law names.
pub struct Needed {
    pub material: Material,
    pub required: bool,
    pub when: When,
    /// Legal basis in words.
    pub basis: String,
}

/// The rules that the questions answer, and where in the form.
const OF_CLINIC: &[(&str, &str)] = &[
    ("R-006", "/principal"),
    ("R-007", "/principal"),
    ("R-008", "/principal"),
    ("R-009", "/declarations"),
    ("R-035", "/premises/area"),
    ("R-036", "/premises/area"),
    ("R-036", "/premises/chairs"),
    ("R-037", "/premises/area"),
    ("R-038", "/premises/area"),
    ("R-039", "/premises/area"),
];
const OF_TELEMEDICINE: &[(&str, &str)] = &[
    ("R-070", ""),
    ("R-073", "/telemedicine"),
    ("R-074", "/staff"),
    ("R-077", "/telemedicine"),
    ("R-078", "/telemedicine"),
];

impl Wish {
    /// Whether a new clinic is to be filed.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Clinic | Self::Both)
    }

    /// Whether somebody is to be treated online.
    pub const fn online(self) -> bool {
        matches!(self, Self::Both | Self::Telemedicine)
    }
}

/// What the law says of these answers on a day.
pub fn of(law: &Law, answers: &Answers, today: NaiveDate) -> Outcome {
    let (clinic, online) = (clinic(answers, today), online(answers, today));
    let mut outcome = Outcome::default();
    if answers.wish.opens() {
        let facts = Facts::new(Kind::Establishment, today, law);
        outcome.take(&clinic, &facts, OF_CLINIC);
    }
    if answers.wish.online() {
        let facts = Facts {
            current: Some((1, &clinic)),
            standing: Some((ClinicState::Active, TelemedicineMode::Off)),
            site_verified: true,
            ..Facts::new(Kind::Change, today, law)
        };
        outcome.take(&online, &facts, OF_TELEMEDICINE);
    }
    outcome
}

impl Outcome {
    fn take(&mut self, dossier: &Dossier, facts: &Facts<'_>, rules: &[(&str, &str)]) {
        let found = check_those(dossier, facts, |rule| rules.iter().any(|(known, _)| *known == rule));
        let asked_about = |finding: &Finding| {
            rules.iter().any(|(rule, under)| *rule == finding.rule && finding.pointer.starts_with(under))
        };
        for finding in found.into_iter().filter(asked_about) {
            // One question, one answer, though the form has several fields for it.
            if !self.findings.iter().any(|known| known.rule == finding.rule && known.values == finding.values) {
                self.findings.push(finding);
            }
        }
        for Asked { material, required, when, basis } in asked(dossier, facts) {
            if !self.materials.iter().any(|known| known.material.code == material.code) {
                self.materials.push(Needed { material: material.clone(), required, when, basis: basis.to_owned() });
            }
        }
    }
}

fn clinic(answers: &Answers, today: NaiveDate) -> Dossier {
    let mut dossier = Dossier {
        clinic_type: Some(answers.clinic_type),
        service_modes: vec![ServiceMode::Outpatient],
        premises: Premises {
            area: answers.area,
            chairs: answers.chairs,
            tenure: Some(answers.tenure),
            ..Premises::default()
        },
        declarations: Declarations { not_disqualified: !answers.disqualified, ..Declarations::default() },
        ..Dossier::default()
    };
    dossier.applicant.kind = Some(answers.applicant);
    let leader = &mut dossier.principal;
    leader.first_registered_on = today.checked_sub_months(Months::new(12 * answers.years.min(MOST_YEARS)));
    leader.tcm_specialty = answers.leader == Leader::Specialty;
    leader.category = match answers.leader {
        Leader::Clinical => Some(PractitionerCategory::Clinical),
        Leader::Dental => Some(PractitionerCategory::Dental),
        Leader::Tcm | Leader::Specialty => Some(PractitionerCategory::Tcm),
        Leader::Assistant | Leader::None => None,
    };
    leader.level = match answers.leader {
        Leader::Assistant => Some(PractitionerLevel::Assistant),
        Leader::None => None,
        _ => Some(PractitionerLevel::Physician),
    };
    if answers.leader == Leader::None {
        leader.first_registered_on = Some(today);
    }
    if answers.staff {
        dossier.staff.push(Staff { post: Some(Post::Nurse), ..Staff::default() });
    }
    if answers.medicines {
        dossier.medicines.push("—".into());
    }
    dossier
}

fn online(answers: &Answers, today: NaiveDate) -> Dossier {
    let mut dossier = clinic(answers, today);
    dossier.service_modes.push(ServiceMode::Telemedicine);
    if answers.experienced {
        dossier.staff.push(Staff {
            post: Some(Post::Physician),
            level: Some(PractitionerLevel::Physician),
            registered_here: true,
            consent: true,
            telemedicine: true,
            independent_since: today.checked_sub_months(Months::new(12 * MOST_YEARS)),
            ..Staff::default()
        });
    }
    let said = || "—".to_owned();
    dossier.telemedicine = Some(Telemedicine {
        built_by: Some(if answers.third_party { BuiltBy::ThirdParty } else { BuiltBy::Own }),
        security_grade: answers.graded.then(|| SecurityGrade {
            certificate_number: said(),
            grade: Some(5),
            assessed_on: Some(today),
        }),
        platform: answers.connected.then(|| SupervisionPlatform {
            name: said(),
            unit_id: said(),
            connected_on: Some(today),
        }),
        review: answers.reviewed.then(|| PrescriptionReview { by: Some(ReviewBy::Contract), name: said() }),
        ..Telemedicine::default()
    });
    dossier
}
