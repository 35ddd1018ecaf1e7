//! Persons and organisations: R-021…R-026.

use crate::domain::credit_code::check_uscc;
use crate::domain::dossier::ApplicantKind;
use crate::domain::dossier::Dossier;
use crate::domain::finding::Finding;
use crate::domain::identity::IdNumber;
use crate::domain::identity::check_id_number;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::said;

/// Every credit code of the dossier with its pointer. The partner of an online service that is not offered is not read.
fn credit_codes(d: &Dossier) -> impl Iterator<Item = (&'static str, &str)> {
    let partner = d.telemedicine.as_ref().filter(|_| d.offers_telemedicine()).and_then(|t| t.partner.as_ref());
    let partner = partner.map(|p| ("/telemedicine/partner/uscc", p.uscc.as_str()));
    let codes = std::iter::once(("/applicant/uscc", d.applicant.uscc.as_str())).chain(partner);
    codes.filter(|(_, code)| !blank(code))
}

/// 统一社会信用代码 (GB 32100-2015).
pub(super) fn credit_code(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let defects = credit_codes(d).filter_map(|(pointer, code)| check_uscc(code).err().map(|defect| (pointer, defect)));
    defects.map(|(pointer, defect)| said(Finding::new("R-021", pointer), "part", defect.zh(), defect.en())).collect()
}

/// the organisation code inside (GB 11714-1997).
pub(super) fn organisation_code(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let odd = credit_codes(d).filter(|(_, code)| check_uscc(code).is_ok_and(|c| !c.inner_check_ok()));
    odd.map(|(pointer, _)| Finding::new("R-022", pointer)).collect()
}

/// a unit states its credit code, an individual the ID number (办法 art. 6).
pub(super) fn applicant(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let a = &d.applicant;
    let finding = |field: &str, zh: &str, en: &str| {
        vec![said(Finding::new("R-023", format!("/applicant/{field}")), "field", zh, en)]
    };
    match a.kind {
        Some(ApplicantKind::Unit) if blank(&a.uscc) => {
            finding("uscc", "统一社会信用代码", "unified social credit code")
        }
        Some(ApplicantKind::Individual) if blank(&a.id_number) => finding("id_number", "居民身份证号码", "ID number"),
        _ => vec![],
    }
}

/// 居民身份证号码 (GB 11643-1999) of the applicant, the principal and every member of the staff.
pub(super) fn id_number(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let applicant = ("/applicant/id_number".to_owned(), &d.applicant.id_number);
    let principal = ("/principal/id_number".to_owned(), &d.principal.id_number);
    let staff = d.staff.iter().enumerate().map(|(i, row)| (format!("/staff/{i}/id_number"), &row.id_number));
    let given = [applicant, principal].into_iter().chain(staff).filter(|(_, number)| !blank(number));
    let defects =
        given.filter_map(|(at, number)| check_id_number(number, facts.today).err().map(|defect| (at, defect)));
    defects.map(|(at, defect)| said(Finding::new("R-024", at), "part", defect.zh(), defect.en())).collect()
}

/// The principal's ID number, where it is right.
fn principal(d: &Dossier, facts: &Facts) -> Option<IdNumber> {
    check_id_number(&d.principal.id_number, facts.today).ok()
}

/// the principal is of age (民法典 art. 17 and 18) and alive, as far as a date of birth can tell.
pub(super) fn age(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let limit = |name| facts.law.threshold("R-025", name, facts.today);
    let (Some(number), Some(min), Some(max)) = (principal(d, facts), limit("min_age"), limit("max_age")) else {
        return vec![];
    };
    let age = number.age_on(facts.today);
    if (min..=max).contains(&f64::from(age)) {
        return vec![];
    }
    vec![Finding::new("R-025", "/principal/id_number").with("age", age)]
}

/// sex and date of birth as the ID number has them.
pub(super) fn as_in_id(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let p = &d.principal;
    let Some(number) = principal(d, facts) else { return vec![] };
    let sex = p.sex.is_some_and(|sex| sex != number.sex());
    let born = p.born_on.is_some_and(|day| day != number.born_on());
    let fields = [(sex, "sex", "性别", "sex"), (born, "born_on", "出生日期", "date of birth")];
    let wrong = fields.into_iter().filter(|f| f.0);
    wrong.map(|f| said(Finding::new("R-026", format!("/principal/{}", f.1)), "field", f.2, f.3)).collect()
}
