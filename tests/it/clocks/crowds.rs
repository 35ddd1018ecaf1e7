//! Many clocks, many workers: each mark is noted once, whoever starts the round, however it is cut short; and a long list
//! is paged in its order.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::clock::{ClockState, Unit};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::task::Task;
use clinic_registry::jobs;
use clinic_registry::server;
use clinic_registry::store::entity::{deadline, job};
use clinic_registry::usecase::watch;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{dawn, day, due, morning, round, state_of, suspend, today};
use crate::support;
use crate::support::app::{TestApp, monday};
use crate::support::database;

/// A clock of the authority under test that ends on `due_on`.
fn row(app: &TestApp, due_on: NaiveDate) -> deadline::Model {
    deadline::Model {
        id: Uuid::now_v7(),
        rule: "R-055".into(),
        item: "现场核查".into(),
        subject_id: Uuid::now_v7(),
        filing_id: None,
        clinic_id: None,
        visit_id: None,
        authority_id: Some(app.authority),
        supervisor_id: None,
        owner_id: Some(app.account("clinic")),
        starts_on: day("2026-11-23"),
        length: 45,
        unit: Unit::WorkingDays,
        due_on,
        guessed: false,
        warn_on: due_on - Days::new(5),
        escalate_on: due_on - Days::new(2),
        state: ClockState::Running,
        warned_at: None,
        escalated_at: None,
        overdue_at: None,
        met_on: None,
        complaint_id: None,
        created_at: monday(),
    }
}

async fn add(url: &str, rows: Vec<deadline::Model>) {
    let db = database::connect(url).await;
    for batch in rows.chunks(500) {
        let batch = batch.iter().cloned().map(IntoActiveModel::into_active_model);
        deadline::Entity::insert_many(batch).exec_without_returning(&db).await.unwrap();
    }
    db.close().await.unwrap();
}

async fn all(url: &str) -> Vec<deadline::Model> {
    let db = database::connect(url).await;
    let rows = deadline::Entity::find().all(&db).await.unwrap();
    db.close().await.unwrap();
    rows
}

/// Another process's worth of the service on the same database.
async fn second(app: &TestApp, dir: &std::path::Path) -> server::Running {
    let config = Config::for_tests(dir, Some(app.database.clone()));
    server::start(&config, Clock::fixed(app.app.clock.now())).await.unwrap()
}

#[test]
fn two_workers_and_rounds_cut_short_note_everything_once() {
    support::run(async {
        let app = TestApp::start().await;
        let mut numbers = vec![];
        for _ in 0..3 {
            let issued = app.issued(&app.dossier(ClinicType::General)).await;
            suspend(&app, &issued, "other").await;
            numbers.push(issued["clinic"].clone());
        }
        let rows = (0..2_300u64).map(|n| row(&app, day("2027-11-10") + Days::new(n % 30))).collect();
        add(&app.database, rows).await;
        let dir = tempfile::tempdir().unwrap();
        let other = second(&app, dir.path()).await;
        for clock in [&app.app.clock, &other.app.clock] {
            clock.set(morning("2027-11-24"));
        }
        // Cut short at whatever point it has come to.
        for steps in 0..25 {
            let cut = tokio::spawn({
                let app = app.app.clone();
                async move { watch::sweep(&app).await.map(drop) }
            });
            for _ in 0..steps * 40 {
                tokio::task::yield_now().await;
            }
            cut.abort();
            drop(cut.await);
        }
        tokio::join!(round(&app.app), round(&other.app), round(&app.app), round(&other.app));
        let now = app.app.clock.today();
        for row in all(&app.database).await.iter().filter(|row| row.state == ClockState::Running) {
            assert_eq!(row.warned_at.is_some(), row.warn_on <= now);
            assert_eq!(row.escalated_at.is_some(), row.escalate_on <= now);
            assert_eq!(row.overdue_at.is_some(), row.due_on < now);
        }
        for number in &numbers {
            assert_eq!(state_of(&app, number).await, "deemed_closed");
            let row = app.app.store.clinic_by_number(number.as_str().unwrap()).await.unwrap();
            let announced = app.app.store.announcements(Some(row.id), None, None, 10).await.unwrap();
            let of_kind = announced.iter().filter(|a| a.kind == AnnouncementKind::DeemedClosure);
            assert_eq!(of_kind.count(), 1, "announced once");
        }
        other.stop().await.unwrap();
    });
}

#[test]
fn a_day_has_one_round_whoever_starts_it() {
    support::run(async {
        let app = TestApp::start().await;
        let dir = tempfile::tempdir().unwrap();
        let other = second(&app, dir.path()).await;
        let days = ["2026-11-23", "2026-11-24"];
        for day in days {
            for clock in [&app.app.clock, &other.app.clock] {
                clock.set(morning(day));
            }
            let (one, two) = tokio::join!(jobs::drain(&app.app), jobs::drain(&other.app));
            one.unwrap();
            two.unwrap();
            jobs::drain(&app.app).await.unwrap();
        }
        let db = database::connect(&app.database).await;
        support::until("both rounds are done", async || {
            job::Entity::find().filter(job::Column::DoneAt.is_not_null()).count(&db).await.unwrap() == 2
        })
        .await;
        let jobs = job::Entity::find().all(&db).await.unwrap();
        let rounds: BTreeSet<_> = jobs.iter().map(|job| serde_json::to_value(&job.task).unwrap().to_string()).collect();
        let expected = days.map(|d| serde_json::to_value(Task::Watch { day: day(d) }).unwrap().to_string());
        assert_eq!((jobs.len(), rounds), (2, expected.into()));
        db.close().await.unwrap();
        other.stop().await.unwrap();
    });
}

#[test]
fn a_long_due_list_is_paged_in_its_order() {
    support::run(async {
        let app = TestApp::start().await;
        const OPEN: u64 = 10_000;
        let rows: Vec<_> = (0..OPEN)
            .map(|n| {
                let mut row = row(&app, day("2026-11-20") + Days::new(n * 7 % 90));
                // Who issues, who supervises, who does both, and what is nobody's here.
                (row.authority_id, row.supervisor_id) = match n % 4 {
                    0 => (Some(app.authority), Some(app.authority)),
                    1 => (Some(app.other_authority), Some(app.authority)),
                    2 => (Some(app.authority), Some(app.other_authority)),
                    _ => (Some(app.other_authority), None),
                };
                row
            })
            .collect();
        let mut expected: Vec<_> =
            rows.iter().zip(0u64..).filter(|(_, n)| n % 4 != 3).map(|(row, _)| (row.due_on, row.id)).collect();
        expected.sort_unstable();
        add(&app.database, rows).await;
        let officer = app.officer();
        let (mut seen, mut cursor, mut slowest) = (vec![], None::<String>, std::time::Duration::ZERO);
        loop {
            let call = officer.call("deadline_list").query("limit", "100");
            let call = cursor.iter().fold(call, |call, cursor| call.query("cursor", cursor));
            let started = Instant::now();
            let page = call.send().await.expect(200);
            slowest = slowest.max(started.elapsed());
            seen.extend(page["items"].as_array().unwrap().iter().map(|row| {
                (day(row["due_on"].as_str().unwrap()), row["id"].as_str().unwrap().parse::<Uuid>().unwrap())
            }));
            match page.get("next") {
                Some(next) => cursor = Some(next.as_str().unwrap().to_owned()),
                None => break,
            }
        }
        println!("{} of {OPEN} open clocks in pages of 100; the slowest took {slowest:?}", seen.len());
        assert!(seen == expected, "every clock once, in order: {} of {}", seen.len(), expected.len());
        assert_eq!(app.clinic().call("deadline_list").send().await.expect(200)["items"].as_array().unwrap().len(), 50);

        // Filters.
        let until = due(&officer, &[("until", "2026-11-20"), ("limit", "100")]).await;
        assert!(
            !until.is_empty() && until.iter().all(|row| row["due_on"] == "2026-11-20" && row["urgency"] == "overdue")
        );
        let overdue = due(&officer, &[("urgency", "overdue"), ("limit", "100")]).await;
        assert!(overdue.iter().all(|row| row["days_left"].as_i64().unwrap() <= 0 && row["urgency"] == "overdue"));
        assert_eq!(due(&officer, &[("rule", "R-999")]).await, [] as [Value; 0]);
        assert_eq!(due(&officer, &[("state", "met")]).await, [] as [Value; 0]);
        let none = officer.call("deadline_list").query("until", "0001-01-01").send().await.expect(200);
        assert_eq!(none, json!({ "items": [] }));
        dawn(&app, "2026-11-24").await;
        let officer = today(&app, "officer").await;
        let marked = due(&officer, &[("urgency", "near"), ("limit", "100")]).await;
        assert!(marked.iter().all(|row| row.get("warned_at").is_some()));
    });
}

#[test]
fn a_due_list_says_what_it_cannot_read() {
    support::run(async {
        let app = TestApp::start().await;
        let officer = app.officer();
        for (name, value) in [
            ("rule", "R-50"),
            ("rule", "R-050'; DROP TABLE deadline"),
            ("rule", "\0"),
            ("cursor", "2026-11-30"),
            ("cursor", "2026-11-30.x"),
            ("cursor", ".019ab000-0000-7000-8000-000000000001"),
            ("limit", "0"),
        ] {
            let answer = officer.call("deadline_list").query(name, value).send().await;
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], json!(format!("/{name}")), "{value:?}");
        }
        for (name, value) in [("state", "late"), ("urgency", "very"), ("until", "tomorrow"), ("until", "2026-02-30")] {
            let answer = officer.call("deadline_list").query(name, value).send().await;
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], json!(format!("/{name}")), "{value:?}");
        }
    });
}
