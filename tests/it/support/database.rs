//! A fresh database for each application under test.

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use std::io::Write;
use tokio::sync::Mutex;

use crate::support;

/// Held while databases are made: PostgreSQL copies a template only while nobody else uses it. The template goes with
/// the last of its copies.
static MAKING: Mutex<Making> = Mutex::const_new(Making { template: None, copies: 0 });

struct Making {
    template: Option<String>,
    copies: usize,
}

/// A database that is dropped with this value.
pub struct Fresh {
    pub url: String,
    /// Server and name, on PostgreSQL; an SQLite file goes with its folder.
    postgres: Option<(String, String)>,
}

/// The PostgreSQL server to use, if any; says so once when there is none.
pub fn server() -> Option<String> {
    static TOLD: Once = Once::new();
    let server = std::env::var("CLINIC_TEST_DATABASE").ok().filter(|url| !url.is_empty());
    if server.is_none() {
        // Past the harness, which would keep it from everybody.
        TOLD.call_once(|| {
            let line = "PostgreSQL left out: set CLINIC_TEST_DATABASE=postgres://… to include it\n";
            let _ = std::io::stderr().write_all(line.as_bytes());
        });
    }
    server
}

/// `url` with another database.
fn named(server: &str, name: &str) -> String {
    let (base, options) = server.split_once('?').map_or((server, String::new()), |(b, o)| (b, format!("?{o}")));
    let host_end = base.find("://").map_or(0, |n| n + 3);
    let path = base[host_end..].find('/').map_or(base.len(), |n| n + host_end);
    format!("{}/{name}{options}", &base[..path])
}

async fn command(server: &str, sql: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A connection to the database, for looking at it from outside.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(2);
    Database::connect(options).await.unwrap()
}

impl Fresh {
    /// Makes a database with the schema in place.
    pub async fn migrated(dir: &Path) -> Self {
        let Some(server) = server() else { return Self::file(dir).await };
        let mut making = MAKING.lock().await;
        if making.template.is_none() {
            let name = format!("clinic_test_{}_template", std::process::id());
            command(&server, &format!("CREATE DATABASE {name}")).await;
            let one = one(&named(&server, &name)).await;
            migration::up_exclusively(&one).await.unwrap();
            one.close().await.unwrap();
            making.template = Some(name);
        }
        let from = making.template.as_deref().map(|name| format!(" TEMPLATE {name}")).unwrap_or_default();
        making.copies += 1;
        Self::create(&server, &from).await
    }

    /// Makes an SQLite file with the schema in place.
    pub async fn file(dir: &Path) -> Self {
        let url = format!("sqlite://{}?mode=rwc", dir.join("registry.db").display());
        let one = one(&url).await;
        migration::up_exclusively(&one).await.unwrap();
        one.close().await.unwrap();
        Self { url, postgres: None }
    }

    /// Makes a database without anything in it.
    pub async fn empty(dir: &Path) -> Self {
        match server() {
            Some(server) => {
                let mut making = MAKING.lock().await;
                making.copies += 1;
                Self::create(&server, "").await
            }
            None => Self { url: format!("sqlite://{}?mode=rwc", dir.join("registry.db").display()), postgres: None },
        }
    }

    async fn create(server: &str, from: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("clinic_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        command(server, &format!("CREATE DATABASE {name}{from}")).await;
        Self { url: named(server, &name), postgres: Some((server.to_owned(), name)) }
    }
}

async fn one(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    Database::connect(options).await.unwrap()
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let Some((server, name)) = self.postgres.take() else { return };
        support::finish(async move {
            let mut making = MAKING.lock().await;
            making.copies -= 1;
            let template = if making.copies == 0 { making.template.take() } else { None };
            let connection = Database::connect(&server).await.unwrap();
            for name in [Some(name), template].into_iter().flatten() {
                // FORCE: a killed server's connections may not have ended yet.
                let gone = connection.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
                if let Err(error) = gone {
                    eprintln!("{name} could not be dropped: {error}");
                }
            }
            connection.close().await.unwrap();
        });
    }
}
