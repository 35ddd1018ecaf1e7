//! The only place that speaks SQL.

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel,
    SqlErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::error::{Clash, Error, Result};

pub mod access;
pub mod accounts;
pub mod archives;
pub mod audit;
pub mod authorities;
pub mod bulk;
pub mod certificates;
pub mod clinics;
pub mod complaints;
pub mod copies;
pub mod deadlines;
pub mod decisions;
pub mod draws;
pub mod entity;
pub mod exchange;
pub mod federation;
pub mod figures;
pub mod filings;
mod held_forms;
pub mod idempotency;
pub mod imports;
pub mod jobs;
pub mod law;
pub mod life;
pub mod likeness;
pub mod log;
pub mod materials;
mod members;
mod messages;
pub mod numbers;
pub mod pace;
pub mod paper_checks;
pub mod papers;
pub mod people;
pub mod persons;
pub mod reports;
pub mod telemedicine;
pub mod tokens;
pub mod unmaskings;
pub mod uploads;
pub mod visits;

/// The database: one writer and several readers on SQLite, one pool on PostgreSQL.
#[derive(Clone, Debug)]
pub struct Store {
    write: DatabaseConnection,
    read: DatabaseConnection,
}

/// A unit of work. Nothing it did is visible before `commit`; dropping it undoes everything.
pub struct Tx(DatabaseTransaction);

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Conflict(Clash::Taken),
            _ if matches!(error, DbErr::ConnectionAcquire(_)) => Self::Unavailable,
            _ => Self::Internal(error.into()),
        }
    }
}

/// What an acknowledged write is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power loss.
    Full,
    /// It does not: nothing waits for the disk. Only for the fresh database of a simulation, which can be made again.
    None,
}

fn options(url: &str, connections: u32, durability: Durability) -> ConnectOptions {
    // An acknowledged certificate must survive a power loss: FULL, not NORMAL.
    let synchronous = match durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::None => SqliteSynchronous::Off,
    };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(20))
        // Statements carry personal data in their values: never in a log.
        .sqlx_logging(false)
        .map_sqlx_postgres_opts(move |postgres| match durability {
            Durability::Full => postgres,
            Durability::None => postgres.options([("synchronous_commit", "off")]),
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(15))
        });
    options
}

impl Store {
    /// Opens the database, and brings its schema up to date first when `migrate` is set.
    ///
    /// # Errors
    /// When it cannot be reached, or its schema is older than this program and `migrate` is not set.
    pub async fn open(url: &str, migrate: bool) -> anyhow::Result<Self> {
        Self::open_with(url, migrate, Durability::Full).await
    }

    /// As [`Store::open`], with another durability.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(url: &str, migrate: bool, durability: Durability) -> anyhow::Result<Self> {
        let options = |connections| options(url, connections, durability);
        let one = Database::connect(options(1)).await?;
        if migrate {
            migration::up_exclusively(&one).await?;
        }
        let pending = migration::pending(&one).await?;
        if !pending.is_empty() {
            anyhow::bail!("the database lacks {}; run `clinic-registry migrate` first", pending.join(", "));
        }
        if one.get_database_backend() == DbBackend::Sqlite {
            return Ok(Self { read: Database::connect(options(4)).await?, write: one });
        }
        one.close().await?;
        let pool = Database::connect(options(12)).await?;
        Ok(Self { write: pool.clone(), read: pool })
    }

    /// Opens a transaction: the only way to write. SQLite takes the write lock at once, since a deferred lock fails
    /// under concurrency.
    ///
    /// # Errors
    /// `Unavailable` when no connection came free in time.
    pub async fn begin(&self) -> Result<Tx> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Tx(self.write.begin_with_options(options).await?))
    }

    /// Opens a view of one moment, for reading.
    ///
    /// # Errors
    /// `Unavailable` when no connection came free in time.
    pub async fn snapshot(&self) -> Result<Tx> {
        let mut options = TransactionOptions::default();
        // SQLite reads from a snapshot anyway.
        if self.read.get_database_backend() == DbBackend::Postgres {
            options.isolation_level = Some(IsolationLevel::RepeatableRead);
            options.access_mode = Some(AccessMode::ReadOnly);
        }
        Ok(Tx(self.read.begin_with_options(options).await?))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.read.ping().await?)
    }

    /// Closes every connection.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn close(self) -> Result<()> {
        self.read.close().await?;
        Ok(self.write.close().await?)
    }
}

impl Tx {
    /// Makes everything of this unit of work visible and durable.
    ///
    /// # Errors
    /// What the database answers; then nothing happened.
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}
