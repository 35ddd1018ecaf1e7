//! 诊疗科目: R-032…R-034 (卫医发〔1994〕27号; 卫医发〔2002〕103号).

use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::rules::Facts;
use crate::domain::rules::said;

/// at least one subject, each in the list.
pub(super) fn listed(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.subjects.is_empty() {
        return vec![Finding::new("R-032", "/subjects").with("code", "—")];
    }
    let unknown = d.subjects.iter().enumerate().filter(|(_, code)| facts.law.subject(code).is_none());
    unknown.map(|(i, code)| Finding::new("R-032", format!("/subjects/{i}")).with("code", code)).collect()
}

/// the subjects are those of the type. Where the definition of the type is strict the law makes it an error, else a
/// warning.
pub(super) fn of_type(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(clinic_type) = d.clinic_type else { return vec![] };
    let known = d.subjects.iter().enumerate().filter(|(_, code)| facts.law.subject(code).is_some());
    let foreign = known.filter(|(_, code)| !facts.law.subject_allowed(clinic_type, code));
    let finding = |(i, code): (usize, &String)| {
        let at = Finding::new("R-033", format!("/subjects/{i}")).with("s", facts.subject_name(code));
        said(at, "type", clinic_type.zh(), clinic_type.en())
    };
    foreign.map(finding).collect()
}

/// a medical cosmetology clinic files at most two of the four (103号).
pub(super) fn two_cosmetic(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let max = facts.law.threshold("R-034", "max_subjects", facts.today);
    let Some(max) = max.filter(|_| d.clinic_type == Some(ClinicType::Cosmetic)) else { return vec![] };
    let count = d.subjects.iter().filter(|code| facts.law.is_cosmetic(code)).count();
    if count as f64 <= max { vec![] } else { vec![Finding::new("R-034", "/subjects").with("count", count)] }
}
