//! The year of an authority in figures.

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};

use crate::support;
use crate::support::app::TestApp;

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
        assert_eq!(report["as_of"], "2026-12-31T15:00:00Z");
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
