//! The table of words: taken whole or not at all, and complete.

use clinic_registry::domain::dossier::{ClinicType, Dossier, Profile};
use clinic_registry::domain::law::{Law, Sources, values_of};
use clinic_registry::domain::paper::PaperKind;
use clinic_registry::domain::particulars::Particulars;
use clinic_registry::domain::samples;
use clinic_registry::law::SOURCES;
use serde_json::{Value, json};

use crate::support::builders::{LAW, policies};

const PAPERS: &str = include_str!("../../../src/law/papers.toml");

fn defects(papers: &str) -> Vec<String> {
    Law::parse(&Sources { papers, ..SOURCES }).err().map(|e| e.defects).unwrap_or_default()
}

#[test]
fn every_defect_of_the_table_is_named() {
    assert_eq!(defects(PAPERS), Vec::<String>::new());
    for (from, to, told) in [
        (
            "本件的办理期限至{due}",
            "本件的办理期限至{deadline}",
            "papers: \"receipt\" names {deadline}; a paper of this kind has clinic",
        ),
        ("本件的办理期限至{due}", "本件的办理期限至{due", "papers: \"receipt\" has a brace without its partner"),
        ("mark = \"诊备收\"", "mark = \"\"", "papers: \"receipt\" has no mark for its numbers"),
        ("rules = [\"R-050\"]", "rules = [\"R-999\"]", "papers: \"receipt\" rests on \"R-999\", which is no rule"),
        ("remedy = \"found\"", "remedy = \"follow_up_only\"", "papers: \"loss_declaration\" has the remedy"),
        ("of = [\"lifting\"]", "of = [\"pardon\"]", "papers: \"decision_lifting\" is for \"pardon\""),
        (
            "of = [\"lifting\"]",
            "of = [\"revocation\"]",
            "papers: \"decision_revocation\" and \"decision_lifting\" hold on one day",
        ),
        (
            "of = [\"lifting\"]",
            "of = [\"stop_order\"]",
            "papers: Decision of lifting has no form in force under Clinic2022",
        ),
        ("title = \"诊所备案收件回执\"", "title = \" \"", "papers: \"receipt\" lacks a text"),
        ("article = \"第四十条\"", "article = \"\"", "papers: \"inspection_record\" has an incomplete legal basis"),
        ("code = \"receipt\"", "code = \"Receipt\"", "papers: \"Receipt\" is no code"),
        ("\"name\" = \"诊所名称\"", "\"name\" = \"\"", "papers: \"name\" has no label"),
        ("kind = \"receipt\"", "kind = \"letter\"", "papers: TOML parse error"),
    ] {
        let found = defects(&PAPERS.replacen(from, to, 1));
        assert!(found.iter().any(|d| d.starts_with(told)), "{told}: {found:?}");
    }
}

#[test]
fn the_more_particular_words_go_before_the_general() {
    let on = "2026-11-23".parse().unwrap();
    let code = |kind, of, profile| LAW.paper(kind, of, profile, on).map(|form| form.code.as_str());
    assert_eq!(code(PaperKind::VisitRecord, "special", Profile::Clinic2022), Some("inspection_record"));
    assert_eq!(code(PaperKind::VisitRecord, "change", Profile::Clinic2022), Some("visit_record"));
    assert_eq!(code(PaperKind::RectificationNotice, "change", Profile::Tcm2017), Some("rectification_notice_tcm"));
    assert_eq!(LAW.paper(PaperKind::Receipt, "change", Profile::Clinic2022, "2017-11-30".parse().unwrap()), None);
    assert!(values_of(PaperKind::Copy).is_empty());
}

#[test]
fn what_the_register_inferred_stands_on_no_paper_as_law() {
    let on = "2026-11-23".parse().unwrap();
    for &kind in PaperKind::ALL.iter().filter(|kind| **kind != PaperKind::Copy) {
        for clinic_type in [ClinicType::General, ClinicType::Tcm] {
            for of in ["establishment", "reissue", "revocation"] {
                let Some(form) = LAW.paper(kind, of, clinic_type.profile(), on) else { continue };
                let basis = LAW.paper_basis(form, clinic_type, on);
                assert!(!basis.iter().any(|b| b.contains("本系统")), "{kind:?}: {basis:?}");
                assert!(!LAW.paper_remedy(form).is_empty(), "{kind:?}");
            }
        }
    }
}

#[test]
fn an_office_has_a_short_name_in_its_numbers() {
    let short = |name: &str| LAW.office_mark("", name);
    assert_eq!(short("聊城经济技术开发区行政审批服务局"), "聊城经开审");
    assert_eq!(short("聊城市东昌府区行政审批服务局"), "聊城东昌府审");
    assert_eq!(short("北京市朝阳区卫生健康委员会"), "北京朝阳卫");
    assert_eq!(short("市区"), "市区", "never empty");
    let own = format!("{PAPERS}\n[[office]]\nuscc = \"11371502000000027P\"\nshort = \"聊经审\"\n");
    // Tables of a list stand before the labels, which end the file.
    let (head, labels) = PAPERS.split_once("[labels]").unwrap();
    let moved = format!("{head}[[office]]\nuscc = \"11371502000000027P\"\nshort = \"聊经审\"\n\n[labels]{labels}");
    for text in [own, moved] {
        let law = Law::parse(&Sources { papers: &text, ..SOURCES }).unwrap();
        assert_eq!(law.office_mark("11371502000000027P", "聊城经济技术开发区行政审批服务局"), "聊经审");
    }
}

/// Paths of every field of a form.
fn paths(value: &Value, path: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let path = format!("{path}/{name}");
                out.push(path.clone());
                paths(field, &path, out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| paths(item, &format!("{path}/0"), out)),
        _ => (),
    }
}

#[test]
fn every_field_of_the_form_has_a_name_of_its_own() {
    let today = "2026-11-23".parse().unwrap();
    let clinic = samples::sample(ClinicType::General, 1, today);
    let mut whole: Dossier = samples::telemedicine_sample(&clinic, &policies(today), today);
    if let Some(telemedicine) = &mut whole.telemedicine {
        telemedicine.partner.get_or_insert_default();
        telemedicine.review.get_or_insert_default();
        telemedicine.platform.get_or_insert_default();
        telemedicine.security_grade.get_or_insert_default();
    }
    for row in &mut whole.staff {
        row.registry_check.get_or_insert_default();
    }
    let mut found = vec![];
    paths(&json!(whole), "", &mut found);
    paths(&json!({ "particulars": Particulars::default() }), "", &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for pointer in found {
        let fields = pointer.split('/').skip(1).filter(|part| part.parse::<usize>().is_err()).count();
        let named = LAW.place(&pointer);
        assert_eq!(named.split('·').count(), fields, "{pointer}: {named}");
    }
    assert_eq!(LAW.place("/staff/2/name"), "卫生技术人员第3项·姓名");
    assert_eq!(LAW.place("/subjects/0"), "诊疗科目第1项");
    assert_eq!(LAW.place("/materials/nothing"), "材料");
    assert_eq!((LAW.place(""), LAW.place("/unheard_of")), ("整件".to_owned(), "整件".to_owned()));
}
