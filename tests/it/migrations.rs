//! The schema: goes up and down, and is what the rows say it is.

use std::collections::BTreeSet;

use clinic_registry::store::Store;
use clinic_registry::store::entity;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Iden, Iterable, Statement};

use crate::support;
use crate::support::database::{self, Fresh};

async fn strings(db: &DatabaseConnection, sql: String) -> BTreeSet<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect()
}

/// The tables of the register.
async fn tables(db: &DatabaseConnection) -> BTreeSet<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        _ => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
    };
    let mut tables = strings(db, sql.into()).await;
    tables.remove("seaql_migrations");
    tables
}

async fn columns(db: &DatabaseConnection, table: &str) -> BTreeSet<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        _ => format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"),
    };
    strings(db, sql).await
}

async fn agrees<E: EntityTrait>(db: &DatabaseConnection, seen: &mut BTreeSet<String>) {
    let table = E::default().table_name().to_owned();
    let expected: BTreeSet<_> = E::Column::iter().map(|column| column.to_string()).collect();
    assert_eq!(columns(db, &table).await, expected, "{table}");
    // Every type can be read: an empty table answers an empty list.
    assert_eq!(E::find().all(db).await.unwrap_or_else(|e| panic!("{table}: {e}")).len(), 0);
    seen.insert(table);
}

macro_rules! all_agree {
    ($db:expr, $seen:expr, [$($module:ident)+]) => {
        $(agrees::<entity::$module::Entity>($db, $seen).await;)+
    };
}

#[test]
fn the_schema_is_what_the_rows_say() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::migrated(dir.path()).await;
        let db = database::connect(&fresh.url).await;
        let mut seen = BTreeSet::new();
        all_agree!(&db, &mut seen, [authority jurisdiction account session api_token sign_in_guard
            recovery identity_link identity_flow account_event clinic clinic_number search_term filing
            filing_event material blob_piece certificate series log_entry idempotency job
            clinic_event clinic_person announcement visit visit_event visit_photo decision draw deadline law_edition
            unmasking
            paper complaint complaint_event complaint_photo
            complaint_reading member message contact delivery held_form upload upload_piece filing_edit
            assistance pace_salt pace_window import import_event import_group likeness]);
        assert_eq!(seen, tables(&db).await, "every table has its rows");
        db.close().await.unwrap();
    });
}

#[test]
fn migrations_go_up_and_down_and_up_again() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let mut options = sea_orm::ConnectOptions::new(&fresh.url);
        options.max_connections(1).sqlx_logging(false);
        let db = sea_orm::Database::connect(options).await.unwrap();
        assert!(!migration::pending(&db).await.unwrap().is_empty());
        Migrator::up(&db, None).await.unwrap();
        let full = tables(&db).await;
        assert!(full.len() >= 16, "{full:?}");
        Migrator::down(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, BTreeSet::new());
        Migrator::up(&db, None).await.unwrap();
        assert_eq!(tables(&db).await, full);
        assert!(migration::pending(&db).await.unwrap().is_empty());
        db.close().await.unwrap();
    });
}

#[test]
fn many_starts_at_once_migrate_once() {
    // SQLite has one process, which starts once.
    if database::server().is_none() {
        return;
    }
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let starts = (0..4).map(|_| Store::open(&fresh.url, true));
        for store in futures_util::future::join_all(starts).await {
            store.unwrap().close().await.unwrap();
        }
    });
}

#[test]
fn a_database_that_lacks_migrations_is_not_served() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let refused = Store::open(&fresh.url, false).await.unwrap_err();
        assert!(refused.to_string().contains("clinic-registry migrate"), "{refused}");
    });
}
