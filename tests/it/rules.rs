//! The rules: every sample passes, and every rule finds what it is for.

mod cases;
mod codes;
mod coverage;
mod life;
mod standards;

use chrono::NaiveDate;
use clinic_registry::domain::dossier::ApplicantKind;
use clinic_registry::domain::dossier::BuiltBy;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::dossier::Dossier;
use clinic_registry::domain::dossier::PractitionerCategory;
use clinic_registry::domain::dossier::Staff;
use clinic_registry::domain::finding::Finding;
use clinic_registry::domain::id::AuthorityId;
use clinic_registry::domain::law::Law;
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::rules;
use clinic_registry::domain::rules::Facts;
use clinic_registry::domain::rules::change;
use clinic_registry::domain::samples::sample;
use clinic_registry::domain::samples::telemedicine_sample;
use clinic_registry::domain::verdict::{ClinicState, TelemedicineMode};
use uuid::Uuid;

use ClinicType::{Cosmetic, Dental, General, Tcm, TcmComprehensive};

use cases::{CHANGE, ESTABLISHMENT, nothing, online, physician, years_ago};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn law() -> Law {
    clinic_registry::law::embedded().unwrap()
}

fn policies(law: &Law) -> Vec<String> {
    law.policies(today()).map(|p| p.code.clone()).collect()
}

const OURS: AuthorityId = AuthorityId(Uuid::from_u128(1));
const OTHER: AuthorityId = AuthorityId(Uuid::from_u128(2));

/// The facts of an ordinary filing before the authority that is responsible for it.
fn facts<'a>(kind: Kind, day: NaiveDate, law: &'a Law, materials: &'a [String]) -> Facts<'a> {
    Facts {
        authority: Some(OURS),
        responsible: Some((OURS, "备案机关".into())),
        standing: (kind != Kind::Establishment).then_some((ClinicState::Active, TelemedicineMode::Off)),
        materials,
        ..Facts::new(kind, day, law)
    }
}

/// The codes of every material that is asked for.
fn asked(dossier: &Dossier, facts: &Facts) -> Vec<String> {
    let missing = rules::check(dossier, facts).into_iter().filter(|f| f.rule == "R-011");
    missing.filter_map(|f| f.pointer.strip_prefix("/materials/").map(str::to_owned)).collect()
}

/// The findings on a dossier, with all its materials there, after `tell` added to the facts.
fn findings(kind: Kind, current: Option<&Dossier>, d: &Dossier, tell: fn(&mut Facts)) -> Vec<Finding> {
    let law = law();
    let mut known = facts(kind, today(), &law, &[]);
    known.current = current.map(|c| (1, c));
    let materials = asked(d, &known);
    known.materials = &materials;
    tell(&mut known);
    rules::check(d, &known)
}

fn hits(found: &[Finding]) -> Vec<(&str, &str)> {
    found.iter().map(|f| (f.rule.as_str(), f.pointer.as_str())).collect()
}

#[test]
fn every_sample_passes_without_a_finding() {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for day in [today(), day(2028, 2, 29), day(2031, 12, 31)] {
        for &clinic_type in ClinicType::ALL {
            for seq in [0, 1, 2, 7, 41, 300, 1999] {
                let law = law();
                let clinic = sample(clinic_type, seq, day);
                let none = facts(Kind::Establishment, day, &law, &[]);
                let materials = asked(&clinic, &none);
                assert!(!materials.is_empty(), "{clinic_type:?} asks for materials");
                let known = facts(Kind::Establishment, day, &law, &materials);
                assert_eq!(rules::check(&clinic, &known), vec![], "{clinic_type:?} {seq} {day}");

                let online = telemedicine_sample(&clinic, &policies(&law), day);
                let change =
                    |materials| Facts { current: Some((1, &clinic)), ..facts(Kind::Change, day, &law, materials) };
                let materials = asked(&online, &change(&[]));
                assert!(materials.iter().any(|code| code == "telemedicine_application"), "{materials:?}");
                assert!(!materials.iter().any(|code| code == "floor_plan"), "only what changes: {materials:?}");
                assert_eq!(rules::check(&online, &change(&materials)), vec![], "{clinic_type:?} {seq} {day}");
            }
        }
    }
}

#[test]
fn samples_are_of_different_people() {
    let ids = |seq| {
        let online = move |t| telemedicine_sample(&sample(t, seq, today()), &[], today());
        ClinicType::ALL.iter().map(move |t| online(*t)).flat_map(|d| {
            let staff = d.staff.into_iter().map(|row| row.id_number);
            std::iter::once(d.principal.id_number).chain(staff).collect::<Vec<_>>()
        })
    };
    let all: Vec<_> = (0..2000).flat_map(ids).collect();
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(all.len(), distinct.len());
    assert_eq!(all.len(), 2000 * 6 * 3);
    assert_eq!(sample(Dental, 3, today()), sample(Dental, 3, today()));
}

#[test]
fn every_rule_finds_what_it_is_for() {
    for (clinic_type, spoil, tell, rule, pointer) in ESTABLISHMENT {
        let mut d = sample(*clinic_type, 5, today());
        spoil(&mut d);
        let found = findings(Kind::Establishment, None, &d, *tell);
        assert!(hits(&found).contains(&(rule, pointer)), "{rule} {pointer} not in {found:#?}");
        told(&found);
    }
    for (clinic_type, spoil, tell, rule, pointer) in CHANGE {
        let current = sample(*clinic_type, 5, today());
        let mut d = telemedicine_sample(&current, &policies(&law()), today());
        spoil(&mut d);
        let found = findings(Kind::Change, Some(&current), &d, *tell);
        assert!(hits(&found).contains(&(rule, pointer)), "{rule} {pointer} not in {found:#?}");
        told(&found);
    }
}

#[test]
fn every_case_passes_before_it_is_spoiled() {
    for (clinic_type, ..) in ESTABLISHMENT {
        let d = sample(*clinic_type, 5, today());
        assert_eq!(findings(Kind::Establishment, None, &d, nothing), vec![], "{clinic_type:?}");
    }
    for (clinic_type, ..) in CHANGE {
        let current = sample(*clinic_type, 5, today());
        let d = telemedicine_sample(&current, &policies(&law()), today());
        assert_eq!(findings(Kind::Change, Some(&current), &d, nothing), vec![], "{clinic_type:?}");
    }
}

/// Every message has the values that it names, from the finding or from the law.
fn told(found: &[Finding]) {
    let law = law();
    for finding in found {
        let text = law.rule(&finding.rule, today()).unwrap();
        let named = |name: &String| finding.values.iter().any(|(n, _)| n == name) || text.thresholds.contains_key(name);
        assert!(text.values.iter().all(named), "{finding:?}");
    }
}

#[test]
fn every_rule_has_a_case_and_a_text_that_can_be_filled() {
    let law = law();
    let cased: Vec<_> =
        ESTABLISHMENT.iter().chain(CHANGE).map(|case| case.3).chain(["R-012"]).chain(life::rules()).collect();
    for (rule, _) in rules::RULES {
        assert!(cased.contains(rule), "{rule} has no case");
        assert!(law.rule(rule, today()).is_some(), "{rule} has no text");
    }
}

#[test]
fn the_corresponding_day_ends_a_period() {
    let mut d = sample(General, 1, today());
    d.principal.first_registered_on = Some(years_ago(5));
    assert_eq!(findings(Kind::Establishment, None, &d, nothing), vec![]);
    d.principal.first_registered_on = Some(NaiveDate::from_ymd_opt(2022, 2, 24).unwrap());
    let found = findings(Kind::Establishment, None, &d, nothing);
    let values = [("y", "4"), ("m", "8"), ("years", "5")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(found[0].values, values);
}

#[test]
fn a_specialty_physician_of_chinese_medicine_needs_no_years() {
    for clinic_type in [Tcm, TcmComprehensive] {
        let mut d = sample(clinic_type, 1, today());
        d.principal.first_registered_on = Some(years_ago(1));
        assert_eq!(findings(Kind::Establishment, None, &d, nothing).len(), 1);
        d.principal.tcm_specialty = true;
        assert_eq!(findings(Kind::Establishment, None, &d, nothing), vec![]);
    }
}

#[test]
fn what_the_state_holds_is_not_asked_for() {
    let law = law();
    let d = sample(Cosmetic, 1, today());
    let mut materials = asked(&d, &facts(Kind::Establishment, today(), &law, &[]));
    assert!(!materials.iter().any(|code| code == "unit_qualification"), "{materials:?}");
    materials.push("unit_qualification".into());
    let found = rules::check(&d, &facts(Kind::Establishment, today(), &law, &materials));
    assert_eq!(hits(&found), [("R-012", "/materials/unit_qualification")]);
}

#[test]
fn an_empty_form_tells_everything_in_its_order() {
    let found = findings(Kind::Establishment, None, &Dossier::default(), nothing);
    let pointers: Vec<_> = found.iter().map(|f| f.pointer.as_str()).collect();
    let at = |pointer| pointers.iter().position(|p| *p == pointer).unwrap_or_else(|| panic!("{pointer}: {found:#?}"));
    let order = ["/clinic_type", "/name", "/applicant/kind", "/principal/name", "/principal/scope", "/address/street"];
    let places: Vec<_> = order.map(at).into();
    assert!(places.is_sorted(), "{pointers:?}");
    assert_eq!(at("/clinic_type"), 0);
    assert!(found.iter().all(|f| f.rule != "R-024" && f.rule != "R-027"), "empty is not malformed: {found:#?}");
}

#[test]
fn rows_are_told_in_their_order() {
    let mut d = sample(General, 1, today());
    let row = |name: &str| Staff { name: name.into(), ..physician(PractitionerCategory::Clinical) };
    d.staff = (0..12).map(|i| row(&format!("甲{i}"))).collect();
    let found = findings(Kind::Establishment, None, &d, nothing);
    let rows: Vec<_> = found.iter().filter(|f| f.rule == "R-030").map(|f| f.pointer.clone()).collect();
    assert_eq!(rows, (0..12).map(|i| format!("/staff/{i}/registered_here")).collect::<Vec<_>>());
}

#[test]
fn a_number_that_agrees_is_accepted() {
    for number in ["PDY00001X37150217D2112", "PDY00001-X37150217D2112", "pdy00001x37150217d2112"] {
        let law = law();
        let d = sample(General, 1, today());
        let known = facts(Kind::Establishment, today(), &law, &[]);
        let materials = asked(&d, &known);
        let known = Facts { number: Some(number.into()), materials: &materials, ..known };
        assert_eq!(rules::check(&d, &known), vec![], "{number}");
    }
}

#[test]
fn a_filed_service_is_not_asked_for_evidence_again() {
    let old = telemedicine_sample(&sample(General, 1, years_ago(2)), &policies(&law()), years_ago(2));
    let renamed = Dossier { name: format!("{}内科诊所", old.principal.name), ..old.clone() };
    assert_eq!(findings(Kind::Change, Some(&old), &renamed, nothing), vec![]);
    let mut touched = renamed.clone();
    online(&mut touched).reason = "新的理由".into();
    let found = findings(Kind::Change, Some(&old), &touched, nothing);
    assert!(hits(&found).contains(&("R-073", "/telemedicine/security_grade/assessed_on")), "{found:#?}");
}

#[test]
fn an_own_system_needs_no_partner() {
    let current = sample(General, 1, today());
    let mut d = telemedicine_sample(&current, &policies(&law()), today());
    (online(&mut d).built_by, online(&mut d).partner) = (Some(BuiltBy::Own), None);
    assert_eq!(findings(Kind::Change, Some(&current), &d, nothing), vec![]);
    let law = law();
    let known = Facts { current: Some((1, &current)), ..facts(Kind::Change, today(), &law, &[]) };
    assert!(!asked(&d, &known).iter().any(|code| code == "cooperation_agreement"));
}

#[test]
fn a_change_is_told_in_words() {
    let law = law();
    let old = sample(General, 1, today());
    assert_eq!(change::diff(&old, &old, &law), vec![]);
    assert_eq!(change::note(&old, &old, &law), "");

    let mut new = telemedicine_sample(&old, &policies(&law), today());
    new.name = "王五诊所".into();
    new.subjects = ["03", "10"].map(String::from).into();
    new.phone = "0635-0000000".into();
    let changes = change::diff(&old, &new, &law);
    let at = |pointer| changes.iter().find(|c| c.pointer == pointer).unwrap();
    assert_eq!((at("/name").old.as_str(), at("/name").new.as_str()), (old.name.as_str(), "王五诊所"));
    assert_eq!(at("/subjects").new, "内科；眼科");
    assert!(!at("/phone").must_be_filed);
    let note = change::note(&old, &new, &law);
    let told = format!(
        "诊所名称由“{}”变更为“王五诊所”；服务方式增加“互联网诊疗”；诊疗科目增加“眼科”、取消“全科医疗科”",
        old.name
    );
    assert_eq!(note, told);
    for secret in [&new.phone, &new.principal.id_number, &new.principal.phone, &new.staff[1].id_number] {
        assert!(!note.contains(secret.as_str()), "{note}");
        assert!(changes.iter().all(|c| !c.old.contains(secret.as_str()) && !c.new.contains(secret.as_str())));
    }
}

#[test]
fn the_order_of_a_list_is_no_change() {
    let law = law();
    let old = sample(General, 1, today());
    let mut new = old.clone();
    new.subjects.reverse();
    assert_eq!(change::diff(&old, &new, &law), vec![]);
}

#[test]
fn only_the_evidence_of_what_changes_is_asked_for() {
    let law = law();
    let asked_after = |spoil: fn(&mut Dossier)| {
        let current = sample(General, 1, today());
        let mut d = current.clone();
        spoil(&mut d);
        let known = Facts { current: Some((1, &current)), ..facts(Kind::Change, today(), &law, &[]) };
        asked(&d, &known)
    };
    assert_eq!(asked_after(|d| d.name = "王五诊所".into()), Vec::<String>::new());
    assert_eq!(asked_after(|d| d.address.detail = "黄河路9号".into()), ["floor_plan", "premises_lease", "waste_plan"]);
    assert_eq!(asked_after(|d| d.subjects.push("10".into())), ["equipment_list"]);
}

#[test]
fn no_dossier_upsets_the_rules() {
    let mut d = telemedicine_sample(&sample(Cosmetic, 1, today()), &[], today());
    d.applicant.kind = Some(ApplicantKind::Individual);
    let strange = ["", "𠮷", "é", "\u{0}", "一二三四五六七八九十一二三四五六七八", "9999999999999999999999999999"];
    for text in strange {
        d.name = text.into();
        d.subjects = vec![text.into()];
        d.ownership = text.into();
        d.address.division = text.into();
        d.address.street = text.into();
        d.principal.id_number = text.into();
        d.principal.practice_code = text.into();
        d.principal.qualification_code = text.into();
        d.applicant.uscc = text.into();
        d.principal.first_registered_on = Some(NaiveDate::MAX);
        d.staff[1].independent_since = Some(NaiveDate::MIN);
        let law = law();
        for day in [NaiveDate::MIN, today(), NaiveDate::MAX] {
            let known = Facts { number: Some(text.into()), ..facts(Kind::Establishment, day, &law, &[]) };
            rules::check(&d, &known);
        }
    }
}
