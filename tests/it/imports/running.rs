//! Whatever stops the work, each clinic is in the register whole or not at all, and once.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::id::ImportId;
use clinic_registry::domain::import::GroupStage;
use clinic_registry::store::entity::{
    certificate, clinic, clinic_event, filing, filing_event, import_group, log_entry,
};
use clinic_registry::usecase::imports;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::file::{Sheet, clinic as rows, entry};
use super::{act, defects_of, upload, view};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::json_of;
use crate::support::database::{self, Fresh};
use crate::support::process::{Served, binary, output, said};
use crate::support::seeded::Seeded;

/// An import of so many clinics that another person approved.
async fn approved(app: &TestApp, clinics: u32) -> (Value, ImportId) {
    let today = app.app.clock.today();
    let sheet = Sheet::of((1..=clinics).flat_map(|seq| rows(ClinicType::General, seq, today)).collect());
    let import = upload(&app.officer(), "a.csv", sheet.csv()).await.expect(201);
    assert_eq!(import["defective"], 0, "{:#?}", defects_of(&app.officer(), &import).await);
    let id = ImportId(Uuid::parse_str(import["id"].as_str().unwrap()).unwrap());
    (import, id)
}

/// Everything of an import fits together: each group once, with everything that belongs to a clinic.
async fn whole(db: &DatabaseConnection, id: Uuid, entered: usize) {
    let groups = import_group::Entity::find().filter(import_group::Column::ImportId.eq(id)).all(db).await.unwrap();
    let done: Vec<_> = groups.iter().filter(|group| group.stage == GroupStage::Entered).collect();
    assert_eq!(done.len(), entered);
    let clinics: BTreeSet<_> = done.iter().map(|group| group.clinic_id.unwrap()).collect();
    assert_eq!(clinics.len(), entered);
    let filings = filing::Entity::find().filter(filing::Column::ImportId.eq(id)).all(db).await.unwrap();
    assert_eq!(filings.len(), entered);
    for row in filings {
        let clinic = clinic::Entity::find_by_id(row.clinic_id.unwrap()).one(db).await.unwrap().unwrap();
        assert!(clinics.contains(&clinic.id) && clinic.imported_on.is_some());
        let paper = certificate::Entity::find_by_id(row.certificate_id.unwrap()).one(db).await.unwrap().unwrap();
        assert_eq!((paper.id, paper.filing_id), (clinic.certificate_id, row.id));
        let steps =
            filing_event::Entity::find().filter(filing_event::Column::FilingId.eq(row.id)).all(db).await.unwrap();
        assert_eq!((steps.len(), row.version), (1, 2));
        let events = clinic_event::Entity::find().filter(clinic_event::Column::ClinicId.eq(clinic.id)).all(db).await;
        assert_eq!(events.unwrap().len(), 1);
        let leaves = log_entry::Entity::find().filter(log_entry::Column::CertificateId.eq(paper.id)).all(db).await;
        assert_eq!(leaves.unwrap().len(), 1);
    }
}

#[test]
fn work_that_is_broken_off_goes_on_where_it_was() {
    support::run(async {
        let app = TestApp::start().await;
        let db = database::connect(&app.database).await;
        let (import, id) = approved(&app, 24).await;
        act(&app.approver(), &import, json!({ "action": "approve" })).await.expect(200);
        // Workers are stopped at points of no choice of theirs, two of them at a time.
        let mut random = Seeded::announced("broken imports");
        for _ in 0..12 {
            let some = [app.app.clone(), app.app.clone()]
                .map(|app| tokio::spawn(async move { while imports::enter_next(&app, id).await.unwrap() {} }));
            for _ in 0..random.below(4_000) {
                tokio::task::yield_now().await;
            }
            for worker in some {
                worker.abort();
                assert!(worker.await.err().is_none_or(|ended| ended.is_cancelled()));
            }
        }
        app.worked().await;
        let done = view(&app.officer(), &import).await;
        assert_eq!((&done["stage"], &done["entered"], &done["failed"]), (&json!("done"), &json!(24), &json!(0)));
        whole(&db, id.0, 24).await;
    });
}

#[test]
fn a_cancelled_import_stops_where_it_is() {
    support::run(async {
        let app = TestApp::start().await;
        let db = database::connect(&app.database).await;
        let (import, id) = approved(&app, 4).await;
        let running = act(&app.approver(), &import, json!({ "action": "approve" })).await.expect(200);
        let cancelled = act(&app.officer(), &running, json!({ "action": "cancel" })).await;
        app.worked().await;
        let now = view(&app.officer(), &import).await;
        match cancelled.status {
            200 => assert_eq!(now["stage"], "cancelled"),
            // It was done before.
            _ => assert_eq!(now["stage"], "done"),
        }
        let entered = now["entered"].as_u64().unwrap();
        whole(&db, id.0, usize::try_from(entered).unwrap()).await;
        assert_eq!(now["waiting"], json!(4 - entered));
    });
}

#[test]
fn a_number_that_was_taken_meanwhile_keeps_that_clinic_out_whole() {
    support::run(async {
        let app = TestApp::start().await;
        let db = database::connect(&app.database).await;
        let today = app.app.clock.today();
        let (import, id) = approved(&app, 3).await;
        // Another filing gets the number of the second clinic.
        let taken = entry(ClinicType::General, 2, today).number;
        let dossier = app.dossier(ClinicType::General);
        let filing = app.clinic().draft(&json_of(&dossier)).await;
        app.clinic().add_materials(&filing).await;
        let filing = app.clinic().submit(&filing).await.expect(200);
        let filing = app.officer().act(&filing, json!({ "action": "recommend" })).await.expect(200);
        app.approver().act(&filing, json!({ "action": "issue", "number": taken })).await.expect(200);
        act(&app.approver(), &import, json!({ "action": "approve" })).await.expect(200);
        app.worked().await;
        let done = view(&app.officer(), &import).await;
        assert_eq!((&done["stage"], &done["entered"], &done["failed"]), (&json!("done"), &json!(2), &json!(1)));
        whole(&db, id.0, 2).await;
        let defects = defects_of(&app.officer(), &import).await;
        let told: Vec<_> = defects.iter().filter(|d| d["blocks"] == true).map(|d| (&d["row"], &d["rule"])).collect();
        assert_eq!(told, [(&json!(4), &json!("R-044"))]);
    });
}

#[test]
fn the_command_goes_on_after_it_was_killed() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        // The demonstration has an authority and its people.
        Served::start(&data, &fresh.url, &dir.path().join("log"), &["--log", "warn"]).kill();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let sheet = Sheet::of((1_000..1_030).flat_map(|seq| rows(ClinicType::General, seq, today)).collect());
        let file = dir.path().join("存量.csv");
        std::fs::write(&file, sheet.gb18030()).unwrap();
        let command = |more: &[&str]| {
            let mut command = binary();
            command.args(["admin", "--database", &fresh.url, "--data"]).arg(&data).arg("import").arg(&file);
            command.args(["--authority", "11371502000000027P", "--by", "demo-officer"]).args(more);
            command
        };
        let dry = output(command(&["--dry-run"]));
        assert!(dry.status.success() && said(&dry).contains("30家诊所，0家有错误"), "{}", said(&dry));
        let db = database::connect(&fresh.url).await;
        let entered = async || {
            let done = import_group::Entity::find().filter(import_group::Column::Stage.eq(GroupStage::Entered));
            done.all(&db).await.unwrap()
        };
        assert!(entered().await.is_empty(), "a dry run keeps nothing");
        // Who may not approve is told so in words.
        let refused = output(command(&["--approved-by", "demo-officer"]));
        assert!(!refused.status.success() && said(&refused).contains("批准导入"), "{}", said(&refused));
        assert!(!said(&refused).contains("[Approver]") && !said(&refused).contains("(\""), "{}", said(&refused));
        let mut running = command(&["--approved-by", "demo-approver"]);
        let mut running =
            running.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        support::until("some clinics are entered", async || entered().await.len() >= 3).await;
        running.kill().unwrap();
        running.wait().unwrap();
        let again = output(command(&["--approved-by", "demo-approver"]));
        assert!(again.status.success() && said(&again).contains("30 entered, 0 failed"), "{}", said(&again));
        let groups = entered().await;
        whole(&db, groups[0].import_id, 30).await;
        let same = output(command(&["--approved-by", "demo-officer"]));
        assert!(same.status.success(), "done already: {}", said(&same));
    });
}
