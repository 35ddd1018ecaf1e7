//! A simulated year: twenty seeds hold every invariant, equal seeds give equal registers on either database, each invariant
//! can fail, and a large register is searched through the API.

use clinic_registry::app::App;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::deadline::shanghai_midnight;
use clinic_registry::server::{self, Start};
use clinic_registry::simulation::invariants::{self, Depth};
use clinic_registry::simulation::{self, Plan, Report};
use sea_orm::ConnectionTrait;
use tempfile::TempDir;

use crate::support;
use crate::support::database::{self, Fresh};

const YEAR: i32 = 2026;

/// An empty register with a seeded clock.
struct Register {
    app: App,
    config: Config,
    url: String,
    _fresh: Fresh,
    _dir: TempDir,
}

impl Register {
    /// Opens one; its files lie in memory, where the machine has such a place. `embedded`: on SQLite, whatever server there is.
    async fn open(seed: u64, embedded: bool) -> Self {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let fresh = if embedded { Fresh::file(dir.path()).await } else { Fresh::migrated(dir.path()).await };
        let config = Config::for_tests(dir.path(), Some(fresh.url.clone()));
        // The earliest day of any of these: a key signs for two years.
        let opening = simulation::bulk::opening(YEAR);
        let clock = Clock::seeded(shanghai_midnight(opening), seed, 0);
        let app = server::open_at(&config, Start::Simulation, clock, config.listen).await.unwrap();
        Self { app, config, url: fresh.url.clone(), _fresh: fresh, _dir: dir }
    }

    async fn live(&self, plan: &Plan) -> Report {
        simulation::run(&self.app, plan, &|_, _| ()).await.unwrap()
    }
}

fn plan(seed: u64, clinics: u64) -> Plan {
    Plan { clinics, year: YEAR, seed, papers: false }
}

#[test]
fn twenty_seeds_hold_every_invariant() {
    support::run(async {
        let seeds: Vec<u64> = (1..=20).collect();
        // As many at once as there are cores; each in a database of its own.
        let tasks = seeds.chunks(10).map(|share| {
            let share = share.to_vec();
            tokio::spawn(async move {
                let mut steps = 0;
                for seed in share {
                    let report = Register::open(seed, true).await.live(&plan(seed, 25)).await;
                    assert!(report.holds(), "{report}");
                    assert!(report.checks.iter().all(|check| check.checked > 0), "{report}");
                    steps += report.ledger.steps;
                }
                steps
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert!(task.await.unwrap() > 2_000);
        }
    });
}

#[test]
fn equal_seeds_are_equal_to_the_letter_on_both_databases() {
    support::run(async {
        let one = Register::open(7, true).await.live(&plan(7, 8)).await;
        // On the server where there is one; otherwise the same twice.
        let other = Register::open(7, false).await.live(&plan(7, 8)).await;
        assert!(other.holds(), "{other}");
        assert_eq!(one.to_string(), other.to_string());
        let another = Register::open(8, true).await.live(&plan(8, 8)).await;
        assert_ne!(one.digest, another.digest);
    });
}

/// What is done to one row, and the place in the list of what must notice it.
const TAMPERED: &[(&str, &str)] = &[
    ("(1)", "UPDATE filing SET version = version + 1 WHERE id = (SELECT MIN(id) FROM filing)"),
    ("(2)", "UPDATE series SET next = next + 1 WHERE name LIKE 'case/%' AND name = (SELECT MIN(name) FROM series)"),
    ("(2)", "UPDATE series SET next = next + 1 WHERE name = 'log'"),
    ("(3)", "UPDATE certificate SET digest = 'ff' WHERE version = 1 AND id = (SELECT MIN(id) FROM certificate)"),
    ("(4)", "UPDATE filing_event SET to_stage = 'draft' WHERE action = 'recommend' AND sequence = 2"),
    ("(4)", "UPDATE clinic_event SET act = 'revoke' WHERE sequence = 2"),
    ("(4)", "UPDATE visit SET stage = 'due' WHERE stage = 'passed'"),
    ("(4)", "UPDATE log_entry SET leaf_hash = 'ff' WHERE sequence = 3"),
    ("(4)", "UPDATE clinic SET ended_on = filed_on WHERE state = 'active'"),
    ("(5)", "UPDATE job SET done_at = run_at WHERE id = (SELECT MIN(id) FROM job)"),
    ("(6)", "UPDATE blob_piece SET bytes = bytes || bytes WHERE sequence = 0"),
    ("(7)", "UPDATE certificate SET clinic_state = 'revoked' WHERE state = 'current' AND clinic_state = 'active'"),
    ("(7)", "DELETE FROM search_term WHERE term LIKE 'state:%'"),
    ("(8)", "UPDATE job SET lease_until = run_at WHERE id = (SELECT MAX(id) FROM job)"),
];

#[test]
fn every_invariant_can_fail() {
    support::run(async {
        let register = Register::open(3, true).await;
        let report = register.live(&plan(3, 12)).await;
        assert!(report.holds(), "{report}");
        let db = database::connect(&register.url).await;
        // Nothing of it may be kept back by the keys of the tables.
        db.execute_unprepared("PRAGMA foreign_keys = OFF").await.unwrap();
        let mut before: Vec<u64> = report.checks.iter().map(|check| check.wrong).collect();
        for (item, sql) in TAMPERED {
            let done = db.execute_unprepared(sql).await.unwrap();
            assert!(done.rows_affected() > 0, "{sql}");
            let depth = Depth { ledger: Some(&report.ledger), one_of: 1 };
            let checks = invariants::check(&register.app, depth).await.unwrap();
            let noticed = checks.iter().zip(&before).any(|(check, wrong)| check.item == *item && check.wrong > *wrong);
            assert!(noticed, "nothing of {item} noticed {sql}: {checks:#?}");
            before = checks.iter().map(|check| check.wrong).collect();
        }
        db.close().await.unwrap();
    });
}

#[test]
fn a_large_register_holds_and_is_searched() {
    support::run(async {
        let register = Register::open(5, false).await;
        let report = simulation::run_bulk(&register.app, &plan(5, 600), &|_, _| ()).await.unwrap();
        assert!(report.holds(), "{report}");
        let now = register.app.clock.now();
        let running = server::start(&register.config, Clock::fixed(now)).await.unwrap();
        let api = format!("http://{}/api/v1", running.address);
        let some = register.app.store.every_clinic(None, 2_000).await.unwrap();
        assert_eq!(some.len(), 600);
        for row in some.iter().step_by(100) {
            let text: String = row.name.chars().take(3).collect();
            let found: serde_json::Value =
                reqwest::get(format!("{api}/clinics?q={text}&limit=100")).await.unwrap().json().await.unwrap();
            let items = found["items"].as_array().unwrap();
            assert!(items.iter().any(|item| item["number"] == row.number.as_str()), "{text}: {found}");
            let told = reqwest::get(format!("{api}/clinics/{}", row.number)).await.unwrap();
            let told: serde_json::Value = told.error_for_status().unwrap().json().await.unwrap();
            assert_eq!(told["state"], row.state.code(), "{told}");
        }
        running.stop().await.unwrap();
    });
}
