//! Many rows at once: for a simulation that fills a register, and for nothing else. What the rows say is the caller's.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, DbBackend, IntoActiveModel, Iterable};

use crate::error::{Error, Result};
use crate::store::entity::{
    announcement, certificate, clinic, clinic_event, clinic_number, clinic_person, decision, filing, filing_event,
    log_entry, search_term, series,
};
use crate::store::{Store, Tx};

/// Values of one statement: fewer than SQLite's 32,766 and PostgreSQL's 65,535.
const VALUES: usize = 30_000;

/// Rows of every table that an issue and what follows it write.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub clinics: Vec<clinic::Model>,
    pub numbers: Vec<clinic_number::Model>,
    pub terms: Vec<search_term::Model>,
    pub persons: Vec<clinic_person::Model>,
    pub filings: Vec<filing::Model>,
    pub filing_events: Vec<filing_event::Model>,
    pub certificates: Vec<certificate::Model>,
    pub clinic_events: Vec<clinic_event::Model>,
    pub announcements: Vec<announcement::Model>,
    pub decisions: Vec<decision::Model>,
    pub log: Vec<log_entry::Model>,
}

impl Rows {
    /// Joins the rows of another part.
    pub fn extend(&mut self, other: Self) {
        self.clinics.extend(other.clinics);
        self.numbers.extend(other.numbers);
        self.terms.extend(other.terms);
        self.persons.extend(other.persons);
        self.filings.extend(other.filings);
        self.filing_events.extend(other.filing_events);
        self.certificates.extend(other.certificates);
        self.clinic_events.extend(other.clinic_events);
        self.announcements.extend(other.announcements);
        self.decisions.extend(other.decisions);
        self.log.extend(other.log);
    }
}

impl Store {
    /// Tells PostgreSQL how its tables have grown, which it would find out by itself only later: until then it reads them
    /// whole. SQLite plans without.
    pub async fn gather_statistics(&self) -> Result<()> {
        if self.write.get_database_backend() == DbBackend::Postgres {
            self.write.execute_unprepared("ANALYZE").await?;
        }
        Ok(())
    }
}

impl Tx {
    /// Adds rows of every table, in an order that its keys allow.
    pub async fn add_rows(&self, mut rows: Rows) -> Result<()> {
        // Neighbours in the index are written together.
        rows.terms.sort_by(|a, b| (&a.term, a.clinic_id).cmp(&(&b.term, b.clinic_id)));
        self.insert::<clinic::Entity>(rows.clinics).await?;
        self.insert::<clinic_number::Entity>(rows.numbers).await?;
        self.insert::<search_term::Entity>(rows.terms).await?;
        self.insert::<clinic_person::Entity>(rows.persons).await?;
        self.insert::<filing::Entity>(rows.filings).await?;
        self.insert::<filing_event::Entity>(rows.filing_events).await?;
        self.insert::<certificate::Entity>(rows.certificates).await?;
        self.insert::<clinic_event::Entity>(rows.clinic_events).await?;
        self.insert::<announcement::Entity>(rows.announcements).await?;
        self.insert::<decision::Entity>(rows.decisions).await?;
        self.insert::<log_entry::Entity>(rows.log).await
    }

    async fn insert<E>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        let columns = E::Column::iter().count().max(1);
        let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(VALUES / columns).collect();
            E::insert_many(some).exec_without_returning(&self.0).await?;
        }
        Ok(())
    }

    /// Moves a series on: its last number is `next`.
    pub async fn set_series(&self, name: &str, next: u32) -> Result<()> {
        let row = series::Model { name: name.to_owned(), next: i32::try_from(next).map_err(Error::internal)? };
        let moved = OnConflict::column(series::Column::Name).update_column(series::Column::Next).to_owned();
        series::Entity::insert(row.into_active_model()).on_conflict(moved).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
