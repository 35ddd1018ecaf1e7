//! 备案编号 that an officer types in, assigned by the registration system: R-042…R-045.

use crate::domain::credit_code::check_uscc;
use crate::domain::dossier::Dossier;
use crate::domain::filing_number::FilingNumber;
use crate::domain::filing_number::NumberDefect;
use crate::domain::finding::Finding;
use crate::domain::rules::Facts;
use crate::domain::rules::said;

/// Where the findings point: the number is not part of the dossier.
const AT: &str = "/number";

fn parse(facts: &Facts) -> Option<Result<FilingNumber, NumberDefect>> {
    facts.number.as_deref().map(|raw| FilingNumber::parse(raw, |code| facts.law.division(code).is_some()))
}

/// 22 characters whose parts exist, of a clinic (WS 218-2002; domain facts §4).
pub(super) fn form(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let defect = match parse(facts) {
        Some(Err(defect)) => defect,
        Some(Ok(number)) if !number.is_clinic() => NumberDefect::Category,
        _ => return vec![],
    };
    vec![said(Finding::new("R-042", AT), "part", defect.zh(), defect.en())]
}

/// the parts agree with the dossier.
pub(super) fn agrees(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(Ok(number)) = parse(facts) else { return vec![] };
    // What the dossier leaves open is R-100's and cannot disagree.
    let differs = |stated: &str, part: &str| !stated.is_empty() && stated != part;
    let category = d.clinic_type.map_or("", |t| t.category_code());
    let nature = d.nature.is_some_and(|n| n.management_code() != number.management());
    let parts = [
        (differs(&d.address.division, number.division()), "10–15", "行政区划", "division"),
        (differs(&d.ownership, number.economic_type()), "16–17", "所有制形式", "ownership"),
        (differs(category, number.category()), "18–21", "诊所类别", "clinic type"),
        (nature, "22", "经营性质", "nature"),
    ];
    let wrong = parts.into_iter().filter(|part| part.0);
    wrong.map(|(_, p, zh, en)| said(Finding::new("R-043", AT).with("p", p), "field", zh, en)).collect()
}

/// no other current certificate has it.
pub(super) fn unique(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let number = facts.number.as_deref().filter(|_| facts.number_taken);
    number.map(|no| Finding::new("R-044", AT).with("no", no.trim())).into_iter().collect()
}

/// position 9 is the check character of GB 11714, and positions 1–9 are those of the applicant's credit code.
pub(super) fn body(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(Ok(number)) = parse(facts) else { return vec![] };
    // A body made up here belongs to a clinic without a code of its own, whatever its applicant has.
    let other = !number.is_provisional() && check_uscc(&d.applicant.uscc).is_ok_and(|code| !number.matches_uscc(&code));
    if other || !number.warnings().is_empty() { vec![Finding::new("R-045", AT)] } else { vec![] }
}
