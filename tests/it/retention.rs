//! What is forgotten and what is kept.

use chrono::TimeDelta;
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::usecase::retention;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::support;
use crate::support::app::{PASSWORD, TestApp, monday};
use crate::support::database;

/// Rows of every table that history and audit are made of, and of the two that are swept.
async fn rows(app: &TestApp, table: &str) -> i64 {
    let db = database::connect(&app.database).await;
    let counted = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    let count = db.query_one_raw(counted).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    db.close().await.unwrap();
    count
}

const KEPT: &[&str] = &["filing", "filing_event", "clinic", "clinic_event", "certificate", "log_entry", "unmasking"];

#[test]
fn keys_and_sessions_go_when_their_time_is_over_and_nothing_else() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let reading = app.officer().filing("filing_unmask", &issued).once().json(&json!({ "reason": "核对签发内容" }));
        reading.send().await.expect(200);
        let mut before = vec![];
        for table in KEPT {
            before.push((table, rows(&app, table).await));
        }
        assert!(before.iter().all(|(_, count)| *count > 0), "{before:?}");
        let (keys, sessions) = (rows(&app, "idempotency").await, rows(&app, "session").await);
        assert!(keys > 5 && sessions == 12, "{keys} {sessions}");

        // Signing out ends a session; that there was one stays known.
        let me = app.anonymous().signed_in("clinic", PASSWORD).await;
        me.call("session_delete").send().await.expect(204);
        me.call("actor_view").send().await.problem(401, "session.required");
        assert_eq!(rows(&app, "session").await, sessions + 1);
        // And so does the next sign-in of somebody else, however late.
        app.app.clock.set(monday() + TimeDelta::days(7));
        app.anonymous().signed_in("clinic", PASSWORD).await;
        assert_eq!(rows(&app, "session").await, sessions + 2);

        let nothing = retention::Swept { keys: 0, sessions: 0, windows: 0, uploads: 0, held_forms: 0 };
        assert_eq!(retention::sweep(&app.app).await.unwrap(), nothing, "seven days are not over yet");
        app.app.clock.set(monday() + TimeDelta::days(7) + TimeDelta::seconds(1));
        let swept = retention::sweep(&app.app).await.unwrap();
        assert_eq!((i64::try_from(swept.keys).unwrap(), swept.sessions), (keys, 0));
        assert_eq!(retention::sweep(&app.app).await.unwrap(), nothing, "twice does no harm");

        // The sessions of the first day, whichever way they ended; not the later one.
        app.app.clock.set(monday() + TimeDelta::days(365));
        let swept = retention::sweep(&app.app).await.unwrap();
        assert_eq!(swept, nothing, "a year since their end is not over");
        app.app.clock.set(monday() + TimeDelta::days(365) + TimeDelta::hours(13));
        let swept = retention::sweep(&app.app).await.unwrap();
        assert_eq!((swept.keys, i64::try_from(swept.sessions).unwrap()), (0, sessions + 1));
        assert_eq!(rows(&app, "session").await, 1);
        for (table, count) in before {
            assert_eq!(rows(&app, table).await, count, "{table}");
        }
    });
}

#[test]
fn sign_ins_are_kept_for_longer_than_the_six_months_of_the_law() {
    let law = clinic_registry::law::embedded().unwrap();
    let days = law.threshold("R-092", "sessions_days", monday().date_naive()).unwrap();
    assert!(days > 184.0, "no six months have more than 184 days: {days}");
}
