//! Materials.

use crate::domain::dossier::ApplicantKind;
use crate::domain::dossier::BuiltBy;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Tenure;
use crate::domain::finding::Finding;
use crate::domain::law::Changed;
use crate::domain::law::Material;
use crate::domain::law::When;
use crate::domain::lifecycle::Kind;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::change;
use crate::domain::rules::said;
use crate::domain::rules::telemedicine;

/// A material that the law names for a filing.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub material: &'a Material,
    /// The filing is incomplete without it; else it may be added.
    pub required: bool,
    /// On what it depends that it is named.
    pub when: When,
    /// Legal basis in words.
    pub basis: &'a str,
}

/// The materials that the law names for this filing, each once, in the order of the law: by kind, profile and conditions; for
/// a change filing only those of what changes. None before the clinic type is chosen.
pub fn asked<'a>(d: &Dossier, facts: &Facts<'a>) -> Vec<Asked<'a>> {
    let Some(clinic_type) = d.clinic_type else { return vec![] };
    let changed = changed(d, facts);
    let mut found: Vec<Asked<'a>> = vec![];
    for list in facts.law.material_lists(clinic_type.profile(), facts.kind, &changed) {
        for item in list.items.iter().filter(|item| holds(item.when, d)) {
            let Some(material) = facts.law.material(&item.material) else { continue };
            let required = item.required && !material.held;
            let asked = Asked { material, required, when: item.when, basis: &list.basis };
            match found.iter_mut().find(|known| known.material.code == material.code) {
                // Whichever list asks for it counts.
                Some(known) if required && !known.required => *known = asked,
                Some(_) => {}
                None => found.push(asked),
            }
        }
    }
    found
}

/// The materials that this filing cannot do without.
pub fn required<'a>(d: &Dossier, facts: &Facts<'a>) -> Vec<&'a Material> {
    asked(d, facts).into_iter().filter(|asked| asked.required).map(|asked| asked.material).collect()
}

/// Whether the condition of a material is met.
fn holds(when: When, d: &Dossier) -> bool {
    match when {
        When::Always => true,
        When::UnitApplicant => d.applicant.kind == Some(ApplicantKind::Unit),
        When::Leased => d.premises.tenure == Some(Tenure::Leased),
        When::Owned => d.premises.tenure == Some(Tenure::Owned),
        When::HasStaff => !d.staff.is_empty(),
        When::HasMedicines => d.medicines.iter().any(|m| !blank(m)),
        When::ThirdParty => d.telemedicine.as_ref().is_some_and(|t| t.built_by == Some(BuiltBy::ThirdParty)),
    }
}

/// What the filing changes, as far as materials depend on it.
fn changed(d: &Dossier, facts: &Facts) -> Vec<Changed> {
    let Some((_, current)) = facts.current.filter(|_| facts.kind == Kind::Change) else { return vec![] };
    let changes = change::diff(current, d, facts.law);
    let items = changes.iter().filter_map(|change| match change.pointer {
        "/name" => Some(Changed::Name),
        "/address/detail" => Some(Changed::Address),
        "/principal/name" => Some(Changed::Principal),
        "/legal_representative" => Some(Changed::LegalRepresentative),
        "/ownership" => Some(Changed::Ownership),
        "/subjects" => Some(Changed::Subjects),
        "/service_modes" => Some(Changed::ServiceModes),
        "/staff" => Some(Changed::Staff),
        _ => None,
    });
    items.chain(telemedicine::is_concerned(d, facts).then_some(Changed::Telemedicine)).collect()
}

/// every required material is there (办法 art. 6; 令第14号 art. 6).
pub(super) fn missing(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let lacking = required(d, facts).into_iter().filter(|m| !facts.materials.contains(&m.code));
    lacking.map(|m| about("R-011", "list", m)).collect()
}

/// what the state holds need not be uploaded (国务院令第716号 art. 7).
pub(super) fn superfluous(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let held = facts.materials.iter().filter_map(|code| facts.law.material(code)).filter(|m| m.held);
    held.map(|m| about("R-012", "material", m)).collect()
}

fn about(rule: &str, value: &str, material: &Material) -> Finding {
    said(Finding::new(rule, format!("/materials/{}", material.code)), value, &material.name, &material.name_en)
}
