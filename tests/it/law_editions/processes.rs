//! Editions across processes: restarts, several processes on one database, upgrades of the program.

use std::path::Path;

use clinic_registry::app::App;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::law::{LawTable, Sources};
use clinic_registry::law::SOURCES;
use clinic_registry::server::{self, Running};
use clinic_registry::usecase::law::{self, By, Import};

use crate::support;
use crate::support::app::{TestApp, monday};
use crate::support::database::Fresh;

async fn start(dir: &Path, database: &str) -> Running {
    server::start(&Config::for_tests(dir, Some(database.to_owned())), Clock::fixed(monday())).await.unwrap()
}

fn years(app: &App) -> f64 {
    app.law().threshold("R-006", "years", app.clock.today()).unwrap()
}

fn stricter(years: u32) -> String {
    let (before, after) = SOURCES.rules.split_once("id = \"R-006\"").unwrap();
    format!("{before}id = \"R-006\"{}", after.replacen("years = 5", &format!("years = {years}"), 1))
}

async fn import(app: &App, table: LawTable, body: &str) -> u32 {
    let wanted = Import { table, body, reason: "测试", preview: false, based_on: None };
    law::import(app, By { id: None, name: "王一" }, wanted, None).await.unwrap().edition
}

#[test]
fn an_import_survives_a_restart_and_other_processes_take_it_over() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::migrated(dir.path()).await;
        // Both start on an empty table of editions at once.
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        let (first, second) = tokio::join!(start(&one, &fresh.url), start(&two, &fresh.url));
        let shipped = SOURCES;
        let tables = LawTable::ALL.iter().filter(|table| shipped.text(**table).is_some()).count();
        let entered = first.app.store.editions(None, 1000).await.unwrap();
        assert_eq!(entered.len(), tables, "each table once, whoever was first: {entered:?}");
        assert_eq!(first.app.law().rule_set(), second.app.law().rule_set());
        assert_eq!(years(&second.app), 5.0);

        let number = import(&first.app, LawTable::Rules, &stricter(7)).await;
        assert_eq!((years(&first.app), first.app.law().rule_set()), (7.0, number));
        let other = second.app.clone();
        support::until("the other process takes it over", async || {
            // Somebody else's work wakes the worker; by itself it looks every two seconds.
            other.work.notify_one();
            other.law().rule_set() == number
        })
        .await;
        assert_eq!(years(&second.app), 7.0);
        first.stop().await.unwrap();
        second.stop().await.unwrap();

        let third = start(&one, &fresh.url).await;
        assert_eq!((years(&third.app), third.app.law().rule_set()), (7.0, number));
        assert_eq!(
            law::as_of(&third.app, number - 1).await.unwrap().threshold("R-006", "years", third.app.clock.today()),
            Some(5.0)
        );
        third.stop().await.unwrap();
    });
}

#[test]
fn imports_at_once_are_all_in_force_each_with_its_number() {
    support::run(async {
        let app = TestApp::start().await;
        let before = app.app.law().rule_set();
        let notices = format!("{}\n# 一", SOURCES.notices);
        let phrases = format!("{}\n# 二", SOURCES.phrases);
        let rules = stricter(6);
        let (a, b, c) = tokio::join!(
            import(&app.app, LawTable::Notices, &notices),
            import(&app.app, LawTable::Phrases, &phrases),
            import(&app.app, LawTable::Rules, &rules),
        );
        let mut numbers = vec![a, b, c];
        numbers.sort_unstable();
        assert_eq!(numbers, [before + 1, before + 2, before + 3]);
        assert_eq!(app.app.law().rule_set(), before + 3, "the newest, whoever finished last");
        assert_eq!(years(&app.app), 6.0);
        for (table, body) in [(LawTable::Notices, &notices), (LawTable::Phrases, &phrases), (LawTable::Rules, &rules)] {
            assert_eq!(&law::text(&app.app, table, None).await.unwrap().body, body);
        }
    });
}

#[test]
fn an_upgrade_enters_its_changed_tables_but_leaves_imported_ones_alone() {
    support::run(async {
        let app = TestApp::start().await;
        let app = &app.app;
        let before = app.law().rule_set();
        import(app, LawTable::Rules, &stricter(7)).await;
        let (rules, notices) = (stricter(9), format!("{}\n# upgraded", SOURCES.notices));
        let upgraded = Sources { rules: &rules, notices: &notices, ..SOURCES };
        let opened = law::open(&app.store, &app.clock, &upgraded).await.unwrap();
        assert_eq!(opened.law.rule_set(), before + 2, "one import, one table of the upgrade");
        assert_eq!(opened.law.threshold("R-006", "years", app.clock.today()), Some(7.0), "the import stays");
        assert_eq!(law::text(app, LawTable::Notices, None).await.unwrap().body, notices);
        assert!(!opened.recount);
        // A second start of the same program enters nothing.
        assert_eq!(law::open(&app.store, &app.clock, &upgraded).await.unwrap().law.rule_set(), before + 2);
        let calendar = format!("{}\n# later", SOURCES.calendar);
        let upgraded = Sources { calendar: &calendar, ..upgraded };
        assert!(law::open(&app.store, &app.clock, &upgraded).await.unwrap().recount, "clocks are counted again");
    });
}
