//! Changes: each item on its own asks only for its own evidence, shows old and new, and makes a version.

use clinic_registry::domain::dossier::{ClinicType, Dossier, ServiceMode};
use serde_json::{Value, json};

use super::{acts, digits, filed, not_valid, valid, worth};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::json_of;

/// One item: the type of clinic, what is changed with the help of another's form, where that shows, and what it asks for.
type Item = (ClinicType, fn(&mut Dossier, &Dossier), &'static str, &'static [&'static str]);

const ITEMS: &[Item] = &[
    (ClinicType::General, |d, _| d.name = format!("{}内科诊所", d.principal.name), "/name", &[]),
    (
        ClinicType::General,
        |d, _| d.address.detail = "黄河路80号".into(),
        "/address/detail",
        &["floor_plan", "premises_lease", "waste_plan"],
    ),
    (
        ClinicType::Tcm,
        |d, _| d.address.detail = "黄河路81号".into(),
        "/address/detail",
        &["medical_waste_plan", "fire_plan"],
    ),
    (ClinicType::General, |d, other| d.principal = other.principal.clone(), "/principal/name", &[]),
    (ClinicType::Cosmetic, |d, other| d.principal = other.principal.clone(), "/principal/name", &["appointment"]),
    (
        ClinicType::Cosmetic,
        |d, other| d.legal_representative.clone_from(&other.principal.name),
        "/legal_representative",
        &[],
    ),
    (ClinicType::General, |d, _| d.ownership = "15".into(), "/ownership", &["change_proof"]),
    (ClinicType::General, |d, _| d.subjects.push("10".into()), "/subjects", &["equipment_list"]),
    (ClinicType::General, |d, _| d.service_modes.push(ServiceMode::HomeVisit), "/service_modes", &[]),
    (ClinicType::General, |d, other| d.staff.extend(other.staff.clone()), "/staff", &[]),
    (ClinicType::Tcm, |d, other| d.staff.extend(other.staff.clone()), "/staff", &[]),
];

/// Codes of the materials that a draft lacks.
async fn asked(app: &TestApp, draft: &Value) -> Vec<String> {
    let checked = app.clinic().check(draft).await;
    let pointers = checked["findings"].as_array().unwrap().iter().map(|f| f["pointer"].as_str().unwrap().to_owned());
    pointers.filter_map(|pointer| pointer.strip_prefix("/materials/").map(str::to_owned)).collect()
}

#[test]
fn each_item_asks_only_for_its_own_evidence_and_makes_a_version() {
    support::run(async {
        let app = TestApp::start().await;
        for (clinic_type, change, pointer, evidence) in ITEMS {
            let clinic = filed(&app, *clinic_type).await;
            let mut dossier = clinic.dossier.clone();
            change(&mut dossier, &app.dossier(*clinic_type));
            let draft = app.clinic().draft_change(&clinic.number, &json_of(&dossier)).await;
            assert_eq!(asked(&app, &draft).await, *evidence, "{clinic_type:?} {pointer}");
            let about = |filing: &Value| {
                let changes = filing["changes"].as_array().unwrap();
                changes.iter().find(|c| c["pointer"] == *pointer).cloned().unwrap_or_default()
            };
            let shown = about(&draft);
            assert_ne!(shown["old"], shown["new"], "{clinic_type:?} {pointer}: {shown:#}");
            let changed = app.carry_through(draft).await;
            assert_eq!(about(&changed), shown, "what was changed can be read when it is done");
            assert_eq!(about(&app.officer().view(&changed).await.expect(200)), shown);

            let certificate = app.clinic().certificate(&changed).await;
            assert_eq!((&certificate["version"], &certificate["state"]), (&json!(2), &json!("current")), "{pointer}");
            let note = certificate["statement"]["change_note"].as_str().unwrap();
            assert!(note.contains(shown["field"].as_str().unwrap()), "{pointer}: {note}");
            assert_eq!(app.clinic().certificate(&clinic.filing).await["state"], "superseded");
            assert_eq!(worth(&app, &clinic.digits).await, not_valid("superseded"));
            assert_eq!(worth(&app, &digits(&app, &changed).await).await, valid(false));
            let view = app.anonymous().registered(&clinic.number).await;
            assert_eq!((&view["number"], &view["version"]), (&changed["clinic"], &json!(2)));
            assert_eq!(acts(&app, &clinic.number).await.len(), 2);
        }
    });
}

#[test]
fn what_need_not_be_filed_is_no_change_filing() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = filed(&app, ClinicType::General).await;
        let mut dossier = clinic.dossier.clone();
        dossier.phone = "0635-5557777".into();
        let draft = app.clinic().draft_change(&clinic.number, &json_of(&dossier)).await;
        let refused = app.clinic().submit(&draft).await.problem(422, "filing.blocked");
        assert_eq!(refused["errors"][0]["rule"], "R-060");
    });
}
