//! The principal and the staff: R-006… …R-031.

use crate::domain::calendar::anniversary;
use crate::domain::calendar::years_months_between;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Post;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::dossier::PractitionerLevel;
use crate::domain::dossier::Profile;
use crate::domain::finding::Finding;
use crate::domain::identity::check_id_number;
use crate::domain::practitioner::check_practice_code;
use crate::domain::practitioner::check_qualification_code;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;

use PractitionerCategory::{Ethnic, Integrative, Tcm};

/// A physician of the clinic: the principal, or a row of the staff.
struct Physician<'a> {
    /// JSON pointer to the person.
    pointer: String,
    name: &'a str,
    id_number: &'a str,
    qualification_code: &'a str,
    practice_code: &'a str,
    category: Option<PractitionerCategory>,
}

/// Every physician of the clinic, the principal first.
fn physicians(d: &Dossier) -> impl Iterator<Item = Physician<'_>> {
    let p = &d.principal;
    let principal = Physician {
        pointer: "/principal".into(),
        name: &p.name,
        id_number: &p.id_number,
        qualification_code: &p.qualification_code,
        practice_code: &p.practice_code,
        category: p.category,
    };
    let rows = d.staff.iter().enumerate().filter(|(_, row)| row.post == Some(Post::Physician));
    std::iter::once(principal).chain(rows.map(|(i, row)| Physician {
        pointer: format!("/staff/{i}"),
        name: &row.name,
        id_number: &row.id_number,
        qualification_code: &row.qualification_code,
        practice_code: &row.practice_code,
        category: row.category,
    }))
}

/// The whole years that a rule asks for.
pub(super) fn years(facts: &Facts, rule: &str) -> Option<u32> {
    facts.law.threshold(rule, "years", facts.today).map(|years| years as u32)
}

/// the principal has practised for five years since registration (医师法 art. 20; 办法 art. 5). Who qualified under
/// 医师法 art. 11(2) (中医专长) is excused by art. 20 itself.
pub(super) fn five_years(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let p = &d.principal;
    let excused = p.tcm_specialty && matches!(p.category, Some(Tcm | Ethnic));
    let clinic_2022 = d.clinic_type.is_some_and(|t| t.profile() == Profile::Clinic2022);
    let (Some(since), Some(years)) = (p.first_registered_on, years(facts, "R-006")) else { return vec![] };
    if !clinic_2022 || excused || anniversary(since, years) <= facts.today {
        return vec![];
    }
    let (y, m) = years_months_between(since, facts.today);
    vec![Finding::new("R-006", "/principal/first_registered_on").with("y", y).with("m", m).with("years", years)]
}

/// a 中医诊所 is led by a physician of the Chinese medicine category (which comprises ethnic medicine and integrative
/// medicine) of three years, or by a 中医（专长）医师 (令第14号 art. 5).
pub(super) fn tcm_principal(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let p = &d.principal;
    let tcm_2017 = d.clinic_type.is_some_and(|t| t.profile() == Profile::Tcm2017);
    let Some(years) = years(facts, "R-007").filter(|_| tcm_2017 && !p.tcm_specialty) else { return vec![] };
    let finding = |field: &str| Finding::new("R-007", format!("/principal/{field}")).with("years", years);
    let mut found = vec![];
    if p.category.is_some_and(|c| !matches!(c, Tcm | Ethnic | Integrative)) {
        found.push(finding("category"));
    }
    if p.first_registered_on.is_some_and(|since| anniversary(since, years) > facts.today) {
        found.push(finding("first_registered_on"));
    }
    found
}

/// an assistant physician does not lead a clinic (医师法 art. 20).
pub(super) fn no_assistant(d: &Dossier, _: &Facts) -> Vec<Finding> {
    match d.principal.level {
        Some(PractitionerLevel::Assistant) => vec![Finding::new("R-008", "/principal/level")],
        _ => vec![],
    }
}

/// 医师执业证书编码 has 15 digits (domain facts §6.4).
pub(super) fn practice_code(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let wrong = |p: &Physician| !blank(p.practice_code) && check_practice_code(p.practice_code).is_err();
    physicians(d).filter(wrong).map(|p| Finding::new("R-027", format!("{}/practice_code", p.pointer))).collect()
}

/// 医师资格证书编码 has 24 or 27 characters and ends with the person's ID number (domain facts §6.4). Against a wrong
/// ID number, which is R-024's, only its form is looked at.
pub(super) fn qualification_code(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let wrong = |p: &Physician| {
        let id = check_id_number(p.id_number, facts.today);
        match (check_qualification_code(p.qualification_code), id) {
            (Ok(code), Ok(holder)) => !code.belongs_to(&holder),
            (Ok(_), Err(_)) => false,
            (Err(_), _) => !blank(p.qualification_code),
        }
    };
    physicians(d).filter(wrong).map(|p| Finding::new("R-028", format!("{}/qualification_code", p.pointer))).collect()
}

/// the principal already answers for another active clinic (医师法 art. 15).
pub(super) fn principal_elsewhere(_: &Dossier, facts: &Facts) -> Vec<Finding> {
    let clinics = facts.principal_elsewhere.iter();
    clinics.map(|clinic| Finding::new("R-029", "/principal/practice_code").with("clinic", clinic)).collect()
}

/// every physician is registered here, or has filed this clinic as a further place (医师法 art. 14 and 15). The
/// principal moves the registration with the filing itself.
pub(super) fn registered_here(d: &Dossier, _: &Facts) -> Vec<Finding> {
    let rows = d.staff.iter().enumerate();
    let away = rows.filter(|(_, row)| row.post == Some(Post::Physician) && !row.registered_here);
    away.map(|(i, row)| Finding::new("R-030", format!("/staff/{i}/registered_here")).with("doctor", &row.name))
        .collect()
}

/// every filed subject is within the category of some physician (医师法 art. 14), and every physician's category is
/// good for at least one of them.
pub(super) fn category(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let physicians: Vec<_> = physicians(d).filter_map(|p| p.category.map(|c| (p, c))).collect();
    if physicians.is_empty() || d.subjects.is_empty() {
        return vec![];
    }
    let finding = |pointer: String, doctor: String, subject: String| {
        Finding::new("R-031", pointer).with("doctor", doctor).with("s", subject)
    };
    let names = physicians.iter().map(|(p, _)| p.name).collect::<Vec<_>>().join("、");
    let uncovered =
        d.subjects.iter().enumerate().filter(|(_, s)| !physicians.iter().any(|(_, c)| facts.law.practises(*c, s)));
    let subjects = uncovered.map(|(i, s)| finding(format!("/subjects/{i}"), names.clone(), facts.subject_name(s)));
    let idle = physicians.iter().skip(1).filter(|(_, c)| !d.subjects.iter().any(|s| facts.law.practises(*c, s)));
    let every = || d.subjects.iter().map(|s| facts.subject_name(s)).collect::<Vec<_>>().join("、");
    let persons = idle.map(|(p, _)| finding(format!("{}/category", p.pointer), p.name.into(), every()));
    subjects.chain(persons).collect()
}
