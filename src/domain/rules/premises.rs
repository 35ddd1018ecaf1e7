//! Premises and address.

use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::law::DivisionStatus;
use crate::domain::rules::Facts;
use crate::domain::rules::said;

/// a clinic has no beds (《诊所备案管理暂行办法》 art. 2).
pub(super) fn beds(d: &Dossier, _: &Facts) -> Vec<Finding> {
    match d.premises.beds {
        0 => vec![],
        beds => vec![Finding::new("R-005", "/premises/beds").with("beds", beds)],
    }
}

/// codes that come from lists and numbers of a fixed form: a division of GB/T 2260 in use, a street of that
/// division, a six-digit postcode, both coordinates or none, an economic type of GB/T 12402. What is empty is R-100's.
pub(super) fn shape(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !facts.kind.writes_dossier() {
        return vec![];
    }
    let a = &d.address;
    let finding = |pointer: &str, zh: &str, en: &str| said(Finding::new("R-101", pointer), "part", zh, en);
    let mut found = vec![];
    let known = facts.law.division(&a.division).is_some_and(|division| division.status == DivisionStatus::Current);
    if !a.division.is_empty() && !known {
        found.push(finding("/address/division", "行政区划代码", "division code"));
    }
    // An unknown division already says why its street is unknown.
    let inside = a.street.starts_with(&a.division) && facts.law.street(&a.street).is_some();
    if !a.street.is_empty() && known && !inside {
        found.push(finding("/address/street", "街道（乡镇）代码", "street code"));
    }
    let six_digits = a.postcode.len() == 6 && a.postcode.bytes().all(|b| b.is_ascii_digit());
    if !a.postcode.is_empty() && !six_digits {
        found.push(finding("/address/postcode", "邮政编码", "postcode"));
    }
    match (a.longitude, a.latitude) {
        (Some(_), None) => found.push(finding("/address/latitude", "纬度", "latitude")),
        (None, Some(_)) => found.push(finding("/address/longitude", "经度", "longitude")),
        _ => {}
    }
    if !d.ownership.is_empty() && facts.law.economic_type(&d.ownership).is_none() {
        found.push(finding("/ownership", "所有制形式代码", "economic type"));
    }
    found
}
