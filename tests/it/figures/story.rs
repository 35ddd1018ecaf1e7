//! An autumn of an office, step by step, with the clock moved by hand.

use chrono::Months;
use clinic_registry::domain::dossier::{ClinicType, Dossier};
use serde_json::{Value, json};

use crate::supervision;
use crate::support::app::TestApp;
use crate::support::builders::{json_of, withdrawal};

/// What happened, and who stands in it.
pub struct Story {
    pub app: TestApp,
    /// The first clinic's establishment: it has 互联网诊疗 since 12 October, suspended on 24 November.
    pub first: Value,
    /// The filing that waits since 12 October.
    pub waiting: Value,
}

async fn submitted(app: &TestApp, dossier: &Dossier) -> Value {
    let clinic = app.clinic();
    let draft = clinic.draft(&json_of(dossier)).await;
    clinic.add_materials(&draft).await;
    clinic.submit(&draft).await.expect(200)
}

impl Story {
    /// Monday 7 September to Tuesday 24 November 2026.
    pub async fn told() -> Self {
        let mut app = TestApp::at("2026-09-07T02:00:00Z".parse().unwrap()).await;
        let dossier = app.dossier(ClinicType::General);
        let one = submitted(&app, &dossier).await;
        let two = submitted(&app, &app.dossier(ClinicType::Dental)).await;

        app.travel("2026-09-08T02:00:00Z").await;
        let defect = |rule: &str, pointer: &str| json!({ "rule": rule, "pointer": pointer, "detail": "请补正。" });
        let notice = json!({ "action": "request_correction", "defects": [
            defect("R-011", "/materials/floor_plan"), defect("R-016", "/name"), defect("R-011", "/materials/equipment_list"),
        ] });
        let notice = match app.officer().act(&two, notice.clone()).await {
            answer if answer.status == 200 => answer.json,
            answer => panic!("{}", answer.text()),
        };
        app.travel("2026-09-09T02:00:00Z").await;
        let first = app.concluded(&one).await;
        app.travel("2026-09-14T02:00:00Z").await;
        let two = app.clinic().submit(&notice).await.expect(200);
        app.travel("2026-09-28T02:00:00Z").await;
        app.concluded(&two).await;

        app.travel("2026-10-12T02:00:00Z").await;
        app.changed(first["clinic"].as_str().unwrap(), &app.with_telemedicine(&dossier)).await;
        // Its lease ends within a year: a warning, passed with a reason.
        let mut brief = app.dossier(ClinicType::General);
        brief.premises.lease_until = Some(app.app.clock.today() + Months::new(6));
        let waiting = submitted(&app, &brief).await;
        let stray = submitted(&app, &app.dossier(ClinicType::General)).await;
        let back = submitted(&app, &app.dossier(ClinicType::General)).await;
        app.travel("2026-10-13T02:00:00Z").await;
        let stray = app.officer().act(&stray, app.redirect()).await.expect(200);
        assert_eq!(stray["stage"], "redirected");
        let stray = app.clinic().view(&stray).await.expect(200);
        app.clinic().act(&back, withdrawal()).await.expect(200);
        app.travel("2026-10-14T02:00:00Z").await;
        let stray = app.clinic().submit(&stray).await.expect(200);
        assert_eq!(stray["authority"]["id"], json!(app.other_authority));

        app.travel("2026-11-24T02:00:00Z").await;
        supervision::decided(&app, &first, "telemedicine_suspension", "telemedicine_first_visits").await;
        Self { app, first, waiting }
    }

    /// Wednesday 25 November: everything goes on.
    pub async fn go_on(&self) {
        let app = &self.app;
        app.concluded(&self.waiting).await;
        app.issued(&app.dossier(ClinicType::Tcm)).await;
        supervision::decided(app, &self.first, "stop_order", "beyond_scope").await;
    }
}
