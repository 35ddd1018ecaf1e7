//! A first start that is killed half-way: the next one finishes the demonstration, once.

use std::collections::BTreeSet;
use std::path::Path;

use clinic_registry::domain::actor::Role;
use clinic_registry::usecase::demonstration::{ACCOUNTS, PASSWORD};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::support;
use crate::support::database::{self, Fresh};
use crate::support::process::{Served, serving};

/// Rows of a table, as seen from outside; none where there is no such table yet, or nobody may look just now.
async fn rows(url: &str, table: &str) -> i64 {
    let db = database::connect(url).await;
    let counted = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    let row = db.query_one_raw(counted).await.ok().flatten();
    let count = row.and_then(|row| row.try_get_by_index(0).ok()).unwrap_or_default();
    db.close().await.unwrap();
    count
}

/// How far a start has come: its database, a file in the data folder, or so many rows of a table.
enum Moment {
    Database,
    File(&'static str),
    Rows(&'static str, i64),
}

impl Moment {
    async fn reached(&self, data: &Path, url: &str) -> bool {
        match self {
            // On PostgreSQL it is there before; the keys are made just before it is opened.
            Self::Database if !url.starts_with("sqlite:") => data.join("keys/manifest.json").exists(),
            Self::Database => data.join("registry.db").exists(),
            Self::File(name) => data.join(name).exists(),
            // Before the server has it in WAL mode, a reader would be in its way.
            Self::Rows(..) if url.starts_with("sqlite:") && !data.join("registry.db-wal").exists() => false,
            Self::Rows(table, count) => rows(url, table).await >= *count,
        }
    }
}

/// What a demonstration has, as everybody sees it: clinics, and the stages of the officer's filings.
async fn shown(served: &Served) -> (Vec<Value>, Vec<String>) {
    for (login, ..) in ACCOUNTS {
        let me = served.nobody.signed_in(login, PASSWORD).await;
        me.call("actor_view").send().await.expect(200);
    }
    let login = |role| ACCOUNTS.iter().find(|account| account.2 == role).unwrap().0;
    let officer = served.nobody.signed_in(login(Role::Officer), PASSWORD).await;
    let list = officer.call("filing_list").send().await.expect(200);
    let stages = list["items"].as_array().unwrap().iter().map(|filing| filing["stage"].as_str().unwrap().to_owned());
    let mut stages: Vec<_> = stages.collect();
    stages.sort();
    let answer = served.nobody.get("/demo/certificate.pdf").await;
    assert_eq!((answer.status, answer.bytes.starts_with(b"%PDF-")), (200, true));
    (served.nobody.search(&[]).await, stages)
}

async fn killed_at(moment: Moment) {
    let dir = tempfile::tempdir().unwrap();
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    std::fs::create_dir_all(&data).unwrap();
    let fresh = Fresh::empty(&data).await;
    let mut first = serving(&data, &fresh.url, &log, &[]);
    support::until("the start comes this far", async || moment.reached(&data, &fresh.url).await).await;
    first.kill().unwrap();
    first.wait().unwrap();

    let second = Served::start(&data, &fresh.url, &log, &[]);
    let (clinics, stages) = shown(&second).await;
    let numbers: BTreeSet<_> = clinics.iter().map(|clinic| clinic["number"].to_string()).collect();
    assert_eq!((clinics.len(), numbers.len()), (14, 14), "every clinic once");
    let issued = stages.iter().filter(|stage| *stage == "issued").count();
    assert_eq!(
        (issued, &stages[..1], &stages[21..]),
        (20, &["correcting".to_owned()][..], &["received".to_owned(), "received".to_owned()][..])
    );
    for (table, count) in [
        ("filing", 24),
        ("certificate", 17),
        ("log_entry", 25),
        ("authority", 1),
        ("account", 8),
        ("visit", 15),
        ("decision", 2),
    ] {
        assert_eq!(rows(&fresh.url, table).await, count, "{table}");
    }
    drop(second);

    let third = Served::start(&data, &fresh.url, &log, &[]);
    assert_eq!(shown(&third).await, (clinics, stages));
    assert_eq!(rows(&fresh.url, "filing").await, 24);
}

macro_rules! moments {
    ($($name:ident: $moment:expr),+ $(,)?) => {$(
        #[test]
        fn $name() {
            support::run(killed_at($moment));
        }
    )+};
}

moments! {
    killed_before_any_key_the_next_start_finishes: Moment::File("keys"),
    killed_with_a_root_key_the_next_start_finishes: Moment::File("keys/root.pem"),
    killed_with_an_empty_database_the_next_start_finishes: Moment::Database,
    killed_with_an_authority_the_next_start_finishes: Moment::Rows("authority", 1),
    killed_with_some_accounts_the_next_start_finishes: Moment::Rows("account", 4),
    killed_with_a_filing_the_next_start_finishes: Moment::Rows("filing", 1),
    killed_with_some_clinics_the_next_start_finishes: Moment::Rows("certificate", 4),
    killed_near_the_end_the_next_start_finishes: Moment::Rows("filing", 18),
}
