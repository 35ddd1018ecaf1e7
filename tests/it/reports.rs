//! The year of an authority in figures.

use chrono::NaiveDate;
use clinic_registry::domain::decision::{DecisionKind, DecisionStage};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::domain::visit::{VisitKind, VisitStage};
use clinic_registry::store::entity::{decision, visit};
use clinic_registry::usecase::life::{self, Happening};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support;
use crate::support::app::TestApp;
use crate::support::database;

async fn year(app: &TestApp, who: &str, year: &str) -> Value {
    app.actor(who).call("report_annual").query("year", year).send().await.expect(200)
}

#[test]
fn a_year_is_counted_as_it_was() {
    support::run(async {
        // The last hour of 2026 in China.
        let app = TestApp::at("2026-12-31T15:00:00Z".parse().unwrap()).await;
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        app.issued(&app.dossier(ClinicType::Dental)).await;
        app.changed(issued["clinic"].as_str().unwrap(), &app.with_telemedicine(&dossier)).await;
        app.in_stage(Stage::Withdrawn).await;
        app.in_stage(Stage::Received).await;
        let draft = app.in_stage(Stage::Draft).await;
        app.clinic().act(&draft, json!({ "action": "withdraw" })).await.expect(200);
        let report = year(&app, "officer", "2026").await;
        assert_eq!((&report["year"], &report["standing_on"]), (&json!(2026), &json!("2026-12-31")));
        assert_eq!(report["as_of"], "2026-12-31T15:00:00+00:00");
        assert_eq!(report["authority"]["id"], json!(app.authority));
        assert_eq!(
            report["filings"],
            json!([
                { "kind": "establishment", "received": 4, "issued": 2, "withdrawn": 1 },
                { "kind": "change", "received": 1, "issued": 1, "withdrawn": 0 },
            ])
        );
        let clinics = json!([
            { "clinic_type": "dental", "state": "active", "clinics": 1, "telemedicine": 0 },
            { "clinic_type": "general", "state": "active", "clinics": 1, "telemedicine": 1 },
        ]);
        assert_eq!(report["clinics"], clinics);
        for who in ["approver", "auditor"] {
            assert_eq!(year(&app, who, "2026").await, report, "{who}");
        }

        // The next year: what happens then is its own, what stood stays as it stood.
        app.app.clock.set("2026-12-31T16:00:00Z".parse().unwrap());
        app.issued(&app.dossier(ClinicType::Tcm)).await;
        assert_eq!(year(&app, "officer", "2026").await["filings"], report["filings"]);
        assert_eq!(year(&app, "officer", "2026").await["clinics"], clinics);
        let next = year(&app, "officer", "2027").await;
        assert_eq!(next["standing_on"], "2027-01-01");
        let filed = json!([{ "kind": "establishment", "received": 1, "issued": 1, "withdrawn": 0 }]);
        assert_eq!(next["filings"], filed);
        assert_eq!(next["clinics"].as_array().unwrap().len(), 3);

        // Another authority did nothing.
        let other = year(&app, "other-officer", "2026").await;
        for list in ["filings", "clinics", "announcements", "visits", "decisions"] {
            assert_eq!(other[list], json!([]), "{list}");
        }
        assert_eq!(other["authority"]["id"], json!(app.other_authority));
    });
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A visit as the supervising department has it.
fn visit(app: &TestApp, clinic: Uuid, due_on: &str, stage: VisitStage) -> visit::Model {
    visit::Model {
        id: Uuid::now_v7(),
        case_number: Uuid::now_v7().to_string(),
        kind: VisitKind::Establishment,
        stage,
        clinic_id: clinic,
        filing_id: None,
        draw_id: None,
        authority_id: app.authority,
        supervisor_id: app.other_authority,
        owner_id: app.account("clinic"),
        inspectors: Default::default(),
        checklist: Default::default(),
        record: None,
        due_on: day(due_on),
        due_guessed: false,
        rectify_by: None,
        created_at: app.app.clock.now(),
        updated_at: app.app.clock.now(),
        version: 1,
    }
}

/// A decision, taken at a moment.
fn decision(app: &TestApp, clinic: Uuid, stage: DecisionStage, at: &str) -> decision::Model {
    decision::Model {
        id: Uuid::now_v7(),
        case_number: Uuid::now_v7().to_string(),
        kind: DecisionKind::StopOrder,
        stage,
        clinic_id: clinic,
        authority_id: app.authority,
        visit_id: None,
        ground: "ground".into(),
        ground_text: "法定情形".into(),
        basis: "依据".into(),
        document_number: "聊开审〔2026〕1号".into(),
        facts: "事实".into(),
        effective_on: app.app.clock.today(),
        proposed_by: app.account("officer"),
        proposed_name: "officer".into(),
        proposer_authority_id: Some(app.authority),
        decided_by: Some(app.account("approver")),
        decided_name: "approver".into(),
        note: String::new(),
        created_at: app.app.clock.now(),
        decided_at: (stage == DecisionStage::Decided).then(|| at.parse().unwrap()),
        rule_set: 1,
        version: 1,
    }
}

#[test]
fn announcements_visits_and_decisions_are_counted_in_their_year() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let row = app.app.store.clinic_by_number(issued["clinic"].as_str().unwrap()).await.unwrap();
        let tx = app.app.store.begin().await.unwrap();
        let mut clinic = row.clone();
        for act in [ClinicAct::Stop, ClinicAct::LiftStop, ClinicAct::Stop] {
            let what = Happening { note: "公告".into(), ..Happening::new(act, app.app.clock.today(), None) };
            life::happen(&app.app, &tx, &mut clinic, what).await.unwrap();
        }
        tx.commit().await.unwrap();
        // What the issue itself ordered would be counted, too.
        let db = database::connect(&app.database).await;
        visit::Entity::delete_many().exec(&db).await.unwrap();
        let stages = VisitStage::ALL.iter().chain(&[VisitStage::Passed]);
        let visits = stages.map(|stage| visit(&app, row.id, "2026-12-31", *stage));
        let later = visit(&app, row.id, "2027-01-01", VisitStage::Passed);
        for row in visits.chain([later]) {
            visit::Entity::insert(row.into_active_model()).exec_without_returning(&db).await.unwrap();
        }
        for (stage, at) in [
            (DecisionStage::Decided, "2026-12-31T15:59:59Z"),
            (DecisionStage::Decided, "2025-12-31T16:00:00Z"),
            (DecisionStage::Decided, "2026-12-31T16:00:00Z"),
            (DecisionStage::Proposed, ""),
            (DecisionStage::Withdrawn, ""),
        ] {
            let row = decision(&app, row.id, stage, at);
            decision::Entity::insert(row.into_active_model()).exec_without_returning(&db).await.unwrap();
        }
        db.close().await.unwrap();
        let report = year(&app, "auditor", "2026").await;
        let announced =
            json!([{ "kind": "stop_order", "announcements": 2 }, { "kind": "lifting", "announcements": 1 }]);
        assert_eq!(report["announcements"], announced);
        let visits = json!([{ "kind": "establishment", "due": 5, "passed": 2, "rectifying": 1, "failed": 1 }]);
        assert_eq!(report["visits"], visits, "due, rectifying, two passed, failed; the dropped one is not due");
        assert_eq!(report["decisions"], json!([{ "kind": "stop_order", "decisions": 2 }]));
        let stopped = json!([{ "clinic_type": "general", "state": "stopped", "clinics": 1, "telemedicine": 0 }]);
        assert_eq!(report["clinics"], stopped);
        // The supervising authority visits; it files nothing.
        let other = year(&app, "other-officer", "2026").await;
        assert_eq!((&other["visits"], &other["decisions"]), (&visits, &json!([])));
    });
}

#[test]
fn a_year_that_is_none_is_refused_in_words() {
    support::run(async {
        let app = TestApp::start().await;
        for year in ["2027", "2016", "0", "-1", "99999999", "2147483647"] {
            let answer = app.officer().call("report_annual").query("year", year).send().await;
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/year", "{year}");
        }
        for year in ["last", "2026.5", ""] {
            app.officer().call("report_annual").query("year", year).send().await.problem(422, "request.invalid");
        }
        app.officer().call("report_annual").send().await.problem(422, "request.invalid");
        app.actor("inspector").call("report_annual").query("year", "2026").send().await.problem(403, "role.forbidden");
    });
}
