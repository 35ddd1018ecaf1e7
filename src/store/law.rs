//! Editions of the law.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ConnectionTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect};

use crate::error::Result;
use crate::store::entity::law_edition;
use crate::store::{Store, Tx};

/// The source of what came with the program.
pub const PROGRAM: &str = "program";

/// The source of what somebody imported.
pub const IMPORT: &str = "import";

/// An edition without its text.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EditionHead {
    pub number: i32,
    pub name: String,
    pub source: String,
    pub actor_name: String,
    pub reason: String,
    pub at: DateTime<Utc>,
}

async fn newest_number(db: &impl ConnectionTrait) -> Result<i32> {
    let newest = law_edition::Entity::find().select_only().column_as(law_edition::Column::Number.max(), "number");
    Ok(newest.into_tuple::<Option<i32>>().one(db).await?.flatten().unwrap_or(0))
}

/// For each table its newest row up to and with `number`; its first one where it came later. Of one source only, if named.
async fn texts(
    db: &impl ConnectionTrait,
    number: Option<i32>,
    source: Option<&str>,
) -> Result<Vec<law_edition::Model>> {
    let mut heads = law_edition::Entity::find()
        .select_only()
        .columns([law_edition::Column::Number, law_edition::Column::Name])
        .order_by_asc(law_edition::Column::Number);
    if let Some(source) = source {
        heads = heads.filter(law_edition::Column::Source.eq(source));
    }
    let mut picked: BTreeMap<String, i32> = BTreeMap::new();
    for (of, name) in heads.into_tuple::<(i32, String)>().all(db).await? {
        if number.is_none_or(|last| of <= last) || !picked.contains_key(&name) {
            picked.insert(name, of);
        }
    }
    let rows = law_edition::Entity::find().filter(law_edition::Column::Number.is_in(picked.into_values()));
    Ok(rows.order_by_asc(law_edition::Column::Number).all(db).await?)
}

impl Store {
    /// The number of the newest edition; 0 before the first.
    pub async fn newest_edition(&self) -> Result<i32> {
        newest_number(&self.read).await
    }

    /// The text of each table in force as of edition `number`; the newest unless given.
    pub async fn law_texts(&self, number: Option<i32>) -> Result<Vec<law_edition::Model>> {
        texts(&self.read, number, None).await
    }

    /// The newest text of each table that came with a program.
    pub async fn program_texts(&self) -> Result<Vec<law_edition::Model>> {
        texts(&self.read, None, Some(PROGRAM)).await
    }

    /// Every edition, the newest first; at most `limit`.
    pub async fn editions(&self, before: Option<i32>, limit: u64) -> Result<Vec<EditionHead>> {
        let mut select = law_edition::Entity::find().select_only().columns([
            law_edition::Column::Number,
            law_edition::Column::Name,
            law_edition::Column::Source,
            law_edition::Column::ActorName,
            law_edition::Column::Reason,
            law_edition::Column::At,
        ]);
        if let Some(before) = before {
            select = select.filter(law_edition::Column::Number.lt(before));
        }
        let newest = select.order_by_desc(law_edition::Column::Number).limit(limit);
        Ok(newest.into_model::<EditionHead>().all(&self.read).await?)
    }
}

impl Tx {
    /// The number of the newest edition; 0 before the first.
    pub async fn newest_edition(&self) -> Result<i32> {
        newest_number(&self.0).await
    }

    /// The newest text of each table.
    pub async fn law_texts(&self) -> Result<Vec<law_edition::Model>> {
        texts(&self.0, None, None).await
    }

    /// The text of each table as of edition `number`.
    pub async fn law_texts_of(&self, number: i32) -> Result<Vec<law_edition::Model>> {
        texts(&self.0, Some(number), None).await
    }

    /// The newest text of each table that came with a program.
    pub async fn program_texts(&self) -> Result<Vec<law_edition::Model>> {
        texts(&self.0, None, Some(PROGRAM)).await
    }

    /// An edition.
    pub async fn edition(&self, number: i32) -> Result<Option<law_edition::Model>> {
        Ok(law_edition::Entity::find_by_id(number).one(&self.0).await?)
    }

    /// Adds an edition. Its number comes from the series of editions, whose next number holds everybody else who adds one.
    pub async fn add_edition(&self, row: law_edition::Model) -> Result<()> {
        law_edition::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
