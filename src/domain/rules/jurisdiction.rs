//! Which authority.

use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::rules::Facts;
use crate::domain::rules::said;

/// this place is ours, but clinics of this type are another department's (办法 art. 3; 令第14号 art. 3).
pub(super) fn department(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    match &facts.responsible {
        Some((id, name)) if Some(*id) != facts.authority && facts.authority.is_some() && facts.covers_street => {
            vec![Finding::new("R-003", "/clinic_type").with("authority", name)]
        }
        _ => vec![],
    }
}

/// the street lies outside the authority's jurisdiction (办法 art. 4). Where this register knows no authority for the
/// street, nobody can take the filing here.
pub(super) fn street(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.address.street.is_empty() || d.clinic_type.is_none() || facts.covers_street {
        return vec![];
    }
    let finding = Finding::new("R-004", "/address/street");
    match &facts.responsible {
        Some((id, _)) if facts.authority.is_none_or(|own| own == *id) => vec![],
        Some((_, name)) => vec![finding.with("authority", name)],
        None => vec![said(finding, "authority", "所在地县级备案机关", "the filing authority of the county")],
    }
}
