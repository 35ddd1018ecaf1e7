//! The tests of the rules: one pure function each, listed once in [`RULES`]. What a rule says, its legal basis,
//! how much it asks and since when are data of the [`Law`]; how grave it is, too.

pub mod change;
mod declarations;
mod identity;
mod jurisdiction;
mod life;
pub mod materials;
mod name;
mod number;
mod order;
pub mod persons;
mod premises;
mod staff;
pub mod standards;
mod subjects;
mod telemedicine;

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::id::AuthorityId;
use crate::domain::law::Law;
use crate::domain::lifecycle::Kind;
use crate::domain::particulars::Particulars;
use crate::domain::rules::persons::Elsewhere;
use crate::domain::verdict::ClinicState;
use crate::domain::verdict::TelemedicineMode;

/// Particulars of a filing that has none.
static NOTHING: LazyLock<Particulars> = LazyLock::new(Particulars::default);

/// What the rules must know beyond the dossier. The store looks it up first, so that a rule never asks for anything.
#[derive(Clone)]
pub struct Facts<'a> {
    /// 备案种类
    pub kind: Kind,
    /// The day of the check, Asia/Shanghai.
    pub today: NaiveDate,
    /// The law in force.
    pub law: &'a Law,
    /// The authority that the filing is before; none while the draft has not been routed.
    pub authority: Option<AuthorityId>,
    /// Whether that authority's area includes the street of the dossier, whatever the clinic type.
    pub covers_street: bool,
    /// The authority responsible for the dossier's clinic type and street, with its name.
    pub responsible: Option<(AuthorityId, String)>,
    /// Names of other active clinics of the authority's area that are the same once normalised.
    pub same_name: Vec<String>,
    /// Names of other active clinics that the principal answers for.
    pub principal_elsewhere: Vec<String>,
    /// Persons of the dossier who stand in the register with other clinics, in the order of the form.
    pub elsewhere: Vec<Elsewhere>,
    /// Change filings: current version number and its dossier.
    pub current: Option<(u32, &'a Dossier)>,
    /// What the filing says, unless it writes the form.
    pub particulars: &'a Particulars,
    /// Filings about a clinic: where it and its 互联网诊疗 stand.
    pub standing: Option<(ClinicState, TelemedicineMode)>,
    /// Filings about a clinic: 首次备案日期
    pub clinic_since: Option<NaiveDate>,
    /// Filings about a clinic: since when it is suspended.
    pub suspended_on: Option<NaiveDate>,
    /// Filings about a clinic: whether its 互联网诊疗 was suspended by a decision of the authority.
    pub ordered: bool,
    /// Filings about a clinic: whether a visit found it as filed.
    pub site_verified: bool,
    /// Codes of the materials that are there.
    pub materials: &'a [String],
    /// 备案编号 as the officer typed it; none where none was typed.
    pub number: Option<String>,
    /// Whether another clinic's current certificate has that number.
    pub number_taken: bool,
}

impl<'a> Facts<'a> {
    /// The facts of a draft of which nothing is known yet: nothing clashes, no authority, no materials.
    pub fn new(kind: Kind, today: NaiveDate, law: &'a Law) -> Self {
        Self {
            kind,
            today,
            law,
            authority: None,
            covers_street: true,
            responsible: None,
            same_name: vec![],
            principal_elsewhere: vec![],
            elsewhere: vec![],
            current: None,
            particulars: &NOTHING,
            standing: None,
            clinic_since: None,
            suspended_on: None,
            ordered: false,
            site_verified: false,
            materials: &[],
            number: None,
            number_taken: false,
        }
    }

    /// Whether the clinic may practise now.
    pub fn clinic_active(&self) -> bool {
        self.standing.is_some_and(|(state, _)| state == ClinicState::Active)
    }

    /// The name of a subject, or its code where the list has none.
    fn subject_name(&self, code: &str) -> String {
        self.law.subject_name(code)
    }
}

/// The facts as they are kept with a decision, so that it can be decided again under the same edition of the law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Circumstances {
    pub kind: Kind,
    pub today: NaiveDate,
    pub authority: Option<AuthorityId>,
    /// 行政区划代码 and USCC of the authority whose law was applied.
    pub applied_by: Option<(String, String)>,
    pub covers_street: bool,
    pub responsible: Option<(AuthorityId, String)>,
    pub same_name: Vec<String>,
    pub principal_elsewhere: Vec<String>,
    pub elsewhere: Vec<Elsewhere>,
    pub current: Option<(u32, Dossier)>,
    pub particulars: Particulars,
    pub standing: Option<(ClinicState, TelemedicineMode)>,
    pub clinic_since: Option<NaiveDate>,
    pub suspended_on: Option<NaiveDate>,
    #[serde(default)]
    pub ordered: bool,
    pub site_verified: bool,
    pub materials: Vec<String>,
    pub number: Option<String>,
    pub number_taken: bool,
}

impl Circumstances {
    /// Keeps the facts.
    pub fn of(facts: &Facts, applied_by: Option<(String, String)>) -> Self {
        let Facts {
            kind,
            today,
            law: _,
            authority,
            covers_street,
            responsible,
            same_name,
            principal_elsewhere,
            elsewhere,
            current,
            particulars,
            standing,
            clinic_since,
            suspended_on,
            ordered,
            site_verified,
            materials,
            number,
            number_taken,
        } = facts.clone();
        Self {
            kind,
            today,
            authority,
            applied_by,
            covers_street,
            responsible,
            same_name,
            principal_elsewhere,
            elsewhere,
            current: current.map(|(version, dossier)| (version, dossier.clone())),
            particulars: particulars.clone(),
            standing,
            clinic_since,
            suspended_on,
            ordered,
            site_verified,
            materials: materials.to_vec(),
            number,
            number_taken,
        }
    }

    /// The facts again, under `law`.
    pub fn facts<'a>(&'a self, law: &'a Law) -> Facts<'a> {
        Facts {
            kind: self.kind,
            today: self.today,
            law,
            authority: self.authority,
            covers_street: self.covers_street,
            responsible: self.responsible.clone(),
            same_name: self.same_name.clone(),
            principal_elsewhere: self.principal_elsewhere.clone(),
            elsewhere: self.elsewhere.clone(),
            current: self.current.as_ref().map(|(version, dossier)| (*version, dossier)),
            particulars: &self.particulars,
            standing: self.standing,
            clinic_since: self.clinic_since,
            suspended_on: self.suspended_on,
            ordered: self.ordered,
            site_verified: self.site_verified,
            materials: &self.materials,
            number: self.number.clone(),
            number_taken: self.number_taken,
        }
    }
}

/// The test of a rule.
pub type Test = fn(&Dossier, &Facts) -> Vec<Finding>;

/// Every rule that is tested on a dossier. A rule that has a second test, for another part of the form, stands twice.
pub const RULES: &[(&str, Test)] = &[
    ("R-001", declarations::applicant_kind),
    ("R-002", declarations::clinic_type),
    ("R-003", jurisdiction::department),
    ("R-004", jurisdiction::street),
    ("R-005", premises::beds),
    ("R-006", staff::five_years),
    ("R-007", staff::tcm_principal),
    ("R-008", staff::no_assistant),
    ("R-009", declarations::not_disqualified),
    ("R-010", declarations::truthful),
    ("R-010", life::signed),
    ("R-011", materials::missing),
    ("R-012", materials::superfluous),
    ("R-013", name::ending),
    ("R-014", name::letters),
    ("R-015", name::forbidden),
    ("R-016", name::division),
    ("R-017", name::bears_name),
    ("R-018", name::reserved),
    ("R-019", name::unique),
    ("R-020", name::suggests),
    ("R-021", identity::credit_code),
    ("R-022", identity::organisation_code),
    ("R-023", identity::applicant),
    ("R-024", identity::id_number),
    ("R-025", identity::age),
    ("R-026", identity::as_in_id),
    ("R-027", staff::practice_code),
    ("R-028", staff::qualification_code),
    ("R-029", staff::principal_elsewhere),
    ("R-030", staff::registered_here),
    ("R-031", staff::category),
    ("R-032", subjects::listed),
    ("R-033", subjects::of_type),
    ("R-034", subjects::two_cosmetic),
    ("R-035", standards::general),
    ("R-036", standards::dental),
    ("R-037", standards::cosmetic),
    ("R-038", standards::comprehensive),
    ("R-039", standards::chinese_only),
    ("R-040", standards::nurse),
    ("R-041", standards::lease),
    ("R-042", number::form),
    ("R-043", number::agrees),
    ("R-044", number::unique),
    ("R-045", number::body),
    ("R-060", change::something),
    ("R-061", life::away),
    ("R-063", life::lapse),
    ("R-064", life::farewell),
    ("R-065", life::loss),
    ("R-070", telemedicine::active),
    ("R-071", telemedicine::application),
    ("R-072", telemedicine::partner),
    ("R-073", telemedicine::security),
    ("R-074", telemedicine::physicians),
    ("R-075", telemedicine::registry),
    ("R-076", telemedicine::subjects),
    ("R-077", telemedicine::review),
    ("R-078", telemedicine::platform),
    ("R-079", telemedicine::policies),
    ("R-100", declarations::required),
    ("R-100", telemedicine::required),
    ("R-100", life::required),
    ("R-101", premises::shape),
    ("R-101", life::destination),
    ("R-101", life::published),
    ("R-102", change::same_type),
    ("R-103", persons::once),
    ("R-104", life::dates),
    ("R-105", life::standing),
    ("R-106", persons::codes),
];

/// Every finding of every rule in force, in the order of the form. A rule that the law does not have, that is not in force on
/// that day or under these measures, or that is switched off finds nothing. Before the clinic type is chosen the rules
/// of both profiles are asked.
pub fn check(dossier: &Dossier, facts: &Facts) -> Vec<Finding> {
    check_those(dossier, facts, |_| true)
}

/// The same for some of the rules alone.
pub fn check_those(dossier: &Dossier, facts: &Facts, wanted: impl Fn(&str) -> bool) -> Vec<Finding> {
    let profile = dossier.clinic_type.map(|t| t.profile());
    let asked = |rule: &str| wanted(rule) && facts.law.asked(rule, profile, facts.kind, facts.today);
    let in_force = RULES.iter().filter(|(rule, _)| asked(rule));
    let mut findings: Vec<_> = in_force.flat_map(|(_, test)| test(dossier, facts)).collect();
    findings.sort_by_key(order::place);
    findings
}

/// Whether nothing was written into a field.
fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The finding with a value that is a word: in Chinese as `{name}`, in English as `{name_en}`.
fn said(finding: Finding, name: &str, zh: &str, en: &str) -> Finding {
    finding.with(name, zh).with(&format!("{name}_en"), en)
}
