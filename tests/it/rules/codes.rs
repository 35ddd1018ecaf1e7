//! Codes of physicians, nurses and others, through the rules (domain facts §12.5).

use chrono::NaiveDate;
use clinic_registry::domain::dossier::{ClinicType, Dossier, Post, PractitionerLevel, Sex};
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::samples::{sample, telemedicine_sample};

use super::cases::nothing;
use super::{findings, hits, law, policies, today};

const HOLDER: &str = "371502198506150008";

/// A general clinic whose principal is the holder of the published codes.
fn holder() -> Dossier {
    let mut d = sample(ClinicType::General, 5, today());
    d.principal.id_number = HOLDER.into();
    d.principal.born_on = NaiveDate::from_ymd_opt(1985, 6, 15);
    d.principal.sex = Some(Sex::Female);
    d.principal.practice_code = "110371502000001".into();
    d.principal.qualification_code = "201037110371502198506150008".into();
    d
}

fn told(d: &Dossier) -> Vec<(String, String)> {
    let found = findings(Kind::Establishment, None, d, nothing);
    hits(&found).into_iter().map(|(rule, pointer)| (rule.to_owned(), pointer.to_owned())).collect()
}

#[test]
fn published_practice_codes_are_taken_and_wrong_ones_are_told() {
    let mut d = holder();
    for code in ["110371502000001", "120371502000002", "141371502000003", "210371502000004"] {
        d.principal.practice_code = code.into();
        assert_eq!(told(&d), [], "{code}");
    }
    for code in ["11037150200001", "11037150200000A", "410371502000001", "110991502000001"] {
        d.principal.practice_code = code.into();
        assert_eq!(told(&d), [("R-027".into(), "/principal/practice_code".into())], "{code}");
    }
}

#[test]
fn an_assistant_neither_leads_a_clinic_nor_treats_online() {
    let mut d = holder();
    d.principal.practice_code = "210371502000004".into();
    d.principal.level = Some(PractitionerLevel::Assistant);
    assert_eq!(told(&d), [("R-008".into(), "/principal/level".into())]);
    let current = sample(ClinicType::General, 5, today());
    let mut online = telemedicine_sample(&current, &policies(&law()), today());
    online.staff[1].practice_code = "210371502000004".into();
    online.staff[1].level = Some(PractitionerLevel::Assistant);
    let found = findings(Kind::Change, Some(&current), &online, nothing);
    assert_eq!(hits(&found), [("R-074", "/staff/1/level")]);
}

#[test]
fn a_qualification_code_ends_with_its_holders_number_old_or_new() {
    let at = || ("R-028".to_owned(), "/principal/qualification_code".to_owned());
    let mut d = holder();
    assert_eq!(told(&d), []);
    d.principal.qualification_code = "199937110371502850615000".into();
    assert_eq!(told(&d), []);
    d.principal.qualification_code = "201037110371502198506150000".into();
    assert_eq!(told(&d), [at()]);
    for code in ["201037110371502198506150008", "199937110371502850615000"] {
        let mut other = sample(ClinicType::General, 5, today());
        other.principal.qualification_code = code.into();
        assert_eq!(told(&other), [at()], "{code}");
    }
    // Of a physician in the staff, too.
    let current = sample(ClinicType::General, 5, today());
    let mut online = telemedicine_sample(&current, &policies(&law()), today());
    online.staff[1].qualification_code = "201037110371502198506150008".into();
    let found = findings(Kind::Change, Some(&current), &online, nothing);
    assert_eq!(hits(&found), [("R-028", "/staff/1/qualification_code")]);
}

#[test]
fn nurses_pharmacists_and_technicians_state_their_codes() {
    let mut d = sample(ClinicType::General, 5, today());
    for (post, code, right) in [
        (Post::Nurse, "201037000001", true),
        (Post::Nurse, "2010 3700 0001", true),
        (Post::Nurse, "20103700001", false),
        (Post::Nurse, "20103700000A", false),
        (Post::Nurse, "201099000001", false),
        (Post::Nurse, "", false),
        (Post::Pharmacist, "ZY-372019000123", true),
        (Post::Pharmacist, "12345", false),
        (Post::Pharmacist, "中药师证书", false),
        (Post::Technician, "372019000123", true),
        (Post::Technician, "", false),
    ] {
        let row = &mut d.staff[0];
        row.post = Some(post);
        (row.practice_code, row.qualification_code) = match post {
            Post::Nurse => (code.into(), String::new()),
            _ => (String::new(), code.into()),
        };
        let found = told(&d).into_iter().filter(|(rule, _)| rule == "R-106").count();
        assert_eq!(found, usize::from(!right), "{post:?} {code:?}");
    }
}
