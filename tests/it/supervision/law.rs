//! The tables of checklists and grounds are taken whole or not at all.

use clinic_registry::domain::decision::DecisionKind;
use clinic_registry::domain::dossier::{ClinicType, Profile};
use clinic_registry::domain::law::{Law, Sources};
use clinic_registry::law::SOURCES;

use crate::support::builders::LAW;

const CHECKLISTS: &str = include_str!("../../../src/law/checklists.toml");
const GROUNDS: &str = include_str!("../../../src/law/grounds.toml");

/// The defects of these two tables among the others as shipped.
fn defects(checklists: &str, grounds: &str) -> Vec<String> {
    let sources = Sources { checklists, grounds, ..SOURCES };
    Law::parse(&sources).err().map(|e| e.defects).unwrap_or_default()
}

#[test]
fn every_defect_of_a_table_is_named() {
    assert_eq!(defects(CHECKLISTS, GROUNDS), Vec::<String>::new());
    for (from, to, told) in [
        ("code = \"waste\"", "code = \"display\"", "checklists: \"display\" has two texts for one day"),
        ("code = \"waste\"", "code = \"Waste!\"", "checklists: \"Waste!\" is no code"),
        ("clinic_types = [\"cosmetic\"]", "clinic_types = [\"tcm\"]", "checklists: Cosmetic has no line of its own"),
        ("zh = \"未设置住院病床", "zh = \"\"\n#", "checklists: \"no_beds\" lacks a text"),
    ] {
        let found = defects(&CHECKLISTS.replace(from, to), GROUNDS);
        assert!(found.iter().any(|d| d.starts_with(told)), "{told}: {found:?}");
    }
    for (from, to, told) in [
        ("kind = \"lifting\"", "kind = \"revocation\"", "grounds: Lifting has no ground in force under Clinic2022"),
        ("code = \"put_right\"", "code = \"order_annulled\"", "grounds: \"order_annulled\" has two texts for one day"),
        ("article = \"第五十四条\"", "article = \"\"", "grounds: \"tcm_beyond_scope\" lacks a text or its basis"),
        (
            "code = \"closed\"",
            "code = \"closed\"\neffective_to = \"2000-01-01\"",
            "grounds: \"closed\" has its dates in the wrong order",
        ),
        ("kind = \"lifting\"", "kind = \"pardon\"", "grounds: TOML parse error"),
    ] {
        let found = defects(CHECKLISTS, &GROUNDS.replace(from, to));
        assert!(found.iter().any(|d| d.starts_with(told)), "{told}: {found:?}");
    }
}

#[test]
fn what_holds_depends_on_the_day_and_the_measures() {
    let on = |day: &str| day.parse().unwrap();
    let codes = |kind, profile, day| LAW.grounds(kind, profile, on(day)).map(|g| g.code.as_str()).collect::<Vec<_>>();
    let stops = codes(DecisionKind::StopOrder, Profile::Clinic2022, "2026-11-23");
    assert!(stops.contains(&"beyond_scope") && !stops.contains(&"tcm_beyond_scope"), "{stops:?}");
    assert_eq!(codes(DecisionKind::Revocation, Profile::Clinic2022, "2022-11-30"), Vec::<&str>::new());
    assert!(LAW.ground("false_materials", on("2022-11-30")).is_none());
    assert!(LAW.ground("false_materials", on("2022-12-01")).is_some());
    for &clinic_type in ClinicType::ALL {
        let own = LAW.checklist(clinic_type, on("2026-11-23")).filter(|line| !line.clinic_types.is_empty()).count();
        assert!(own >= 2, "{clinic_type:?}");
    }
}
