//! Keys by which likes are found.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::likeness::{Likeness, LikenessOf};
use crate::error::Result;
use crate::store::entity::{clinic, filing, likeness};
use crate::store::{Store, Tx};

/// The most that share a key with one filing and are looked at.
const MOST: u64 = 200;

impl Tx {
    /// The keys of a clinic or filing are these now.
    pub async fn liken(&self, of: LikenessOf, id: Uuid, keys: BTreeSet<(Likeness, String)>) -> Result<()> {
        likeness::Entity::delete_many().filter(likeness::Column::SubjectId.eq(id)).exec(&self.0).await?;
        if keys.is_empty() {
            return Ok(());
        }
        let rows = keys.into_iter().map(|(kind, key)| likeness::Model { kind, key, subject_id: id, of });
        let rows = rows.map(IntoActiveModel::into_active_model);
        likeness::Entity::insert_many(rows).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Who shares a key with these, except the ones named.
    pub async fn alike(
        &self,
        keys: &BTreeSet<(Likeness, String)>,
        except: &[Uuid],
    ) -> Result<Vec<(Likeness, LikenessOf, Uuid)>> {
        if keys.is_empty() {
            return Ok(vec![]);
        }
        let shares = keys.iter().fold(Condition::any(), |any, (kind, key)| {
            any.add(likeness::Column::Kind.eq(*kind).and(likeness::Column::Key.eq(key.as_str())))
        });
        let rows = likeness::Entity::find()
            .filter(shares)
            .filter(likeness::Column::SubjectId.is_not_in(except.iter().copied()))
            .order_by_asc(likeness::Column::Kind)
            .order_by_desc(likeness::Column::SubjectId)
            .limit(MOST)
            .all(&self.0)
            .await?;
        Ok(rows.into_iter().map(|row| (row.kind, row.of, row.subject_id)).collect())
    }

    /// Clinics of these ids.
    pub async fn clinics_of(&self, ids: impl Iterator<Item = Uuid>) -> Result<Vec<clinic::Model>> {
        Ok(clinic::Entity::find().filter(clinic::Column::Id.is_in(ids)).all(&self.0).await?)
    }

    /// Filings of these ids, whoever they are with: what a reader learns of them is decided above.
    pub async fn filings_of(&self, ids: impl Iterator<Item = Uuid>) -> Result<Vec<filing::Model>> {
        Ok(filing::Entity::find().filter(filing::Column::Id.is_in(ids)).all(&self.0).await?)
    }
}

impl Store {
    /// Clinics after `after` that have no keys: they were entered before there were any.
    pub async fn clinics_without_likeness(&self, after: Uuid, limit: u64) -> Result<Vec<clinic::Model>> {
        let known = Query::select()
            .expr(Expr::val(1))
            .from(likeness::Entity)
            .and_where(
                Expr::col((likeness::Entity, likeness::Column::SubjectId)).equals((clinic::Entity, clinic::Column::Id)),
            )
            .to_owned();
        let select = clinic::Entity::find()
            .filter(clinic::Column::Id.gt(after))
            .filter(Expr::exists(known).not())
            .order_by_asc(clinic::Column::Id);
        Ok(select.limit(limit).all(&self.read).await?)
    }
}
