//! The schema's history. A migration that has landed is frozen: it names tables and columns as plain text and never
//! depends on the application.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

mod m20261123_000001_register;
mod m20261123_000002_life;
mod m20261124_000003_office;
mod m20261124_000004_portal;
mod m20261124_000005_owner;

/// The ordered list.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_register::Migration),
            Box::new(m20261123_000002_life::Migration),
            Box::new(m20261124_000003_office::Migration),
            Box::new(m20261124_000004_portal::Migration),
            Box::new(m20261124_000005_owner::Migration),
        ]
    }
}

/// Any number; it only has to be ours.
const LOCK: i64 = 0x0C11_41C5;

/// Migrates while nobody else does: on PostgreSQL under a session lock, since concurrent starts would race.
///
/// `connection` must be a pool of one, so that the lock and the migrations share a session.
///
/// # Errors
/// What the database answers.
pub async fn up_exclusively(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let postgres = connection.get_database_backend() == DbBackend::Postgres;
    if postgres {
        connection.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    }
    let done = Migrator::up(connection, None).await;
    if postgres {
        connection.execute_unprepared(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
    }
    done
}

/// Names of the migrations that the database still lacks.
///
/// # Errors
/// What the database answers.
pub async fn pending(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let list = Migrator::get_pending_migrations_read_only(connection).await?;
    Ok(list.iter().map(|m| m.name().to_owned()).collect())
}
