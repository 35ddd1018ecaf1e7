//! Clinics in the register, their numbers, and the words by which they are found.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict, Query, SelectStatement};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, Statement, Values,
};
use uuid::Uuid;

use crate::domain::verdict::ClinicState;
use crate::error::{Error, Result};
use crate::store::entity::{clinic, clinic_number, search_term};
use crate::store::{Store, Tx};

async fn by_number(db: &impl ConnectionTrait, number: &str) -> Result<Option<clinic::Model>> {
    if let Some(row) = clinic::Entity::find().filter(clinic::Column::Number.eq(number)).one(db).await? {
        return Ok(Some(row));
    }
    // An old number still finds its clinic.
    Ok(clinic::Entity::find().filter(clinic::Column::Id.in_subquery(of_number(number))).one(db).await?)
}

async fn by_id(db: &impl ConnectionTrait, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, clinic::Model>> {
    let ids: BTreeSet<_> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = clinic::Entity::find().filter(clinic::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The clinic that has or had this number, as part of another query.
pub(super) fn of_number(number: &str) -> SelectStatement {
    Query::select()
        .column(clinic_number::Column::ClinicId)
        .from(clinic_number::Entity)
        .and_where(clinic_number::Column::Number.eq(number))
        .to_owned()
}

impl Store {
    /// The clinics that `owner` holds, by number.
    pub async fn clinics_of(&self, owner: Uuid) -> Result<Vec<clinic::Model>> {
        let select = clinic::Entity::find().filter(clinic::Column::OwnerId.eq(owner));
        Ok(select.order_by_asc(clinic::Column::Number).all(&self.read).await?)
    }

    /// The clinic of a number, if `owner` holds it.
    pub async fn owned_clinic(&self, owner: Uuid, number: &str) -> Result<clinic::Model> {
        let found = by_number(&self.read, number).await?.filter(|row| row.owner_id == owner);
        found.ok_or(Error::NotFound("clinic"))
    }

    /// The clinic that has or had this number.
    pub async fn clinic_by_number(&self, number: &str) -> Result<clinic::Model> {
        by_number(&self.read, number).await?.ok_or(Error::NotFound("clinic"))
    }

    /// The clinics of these ids.
    pub async fn clinics_by_id(&self, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, clinic::Model>> {
        by_id(&self.read, ids).await
    }

    /// Up to `limit` clinics that carry every one of `terms`, in the order of the register, after the cursor.
    pub async fn clinics(&self, terms: &[String], after: Option<Uuid>, limit: u64) -> Result<Vec<clinic::Model>> {
        carrying(&self.read, Carried { terms, authority: None, after, limit }).await
    }

    /// How many clinics carry every one of `terms`, counted no further than `limit`.
    pub async fn count_clinics_to(&self, terms: &[String], limit: u64) -> Result<u64> {
        counted(&self.read, Carried { terms, authority: None, after: None, limit }).await
    }
}

/// Which clinics a list holds.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    /// Words that each of them carries.
    pub terms: &'a [String],
    /// Only of this authority.
    pub authority: Option<Uuid>,
    /// Only after this one.
    pub after: Option<Uuid>,
    pub limit: u64,
}

/// Which table drives the query, and what it asks for. Each term is one range or probe of the term table's key.
fn asked(carried: Carried<'_>, backend: DbBackend, columns: &str) -> Statement {
    let Carried { terms, authority, after, limit } = carried;
    let mut values: Vec<sea_orm::Value> = vec![after.unwrap_or(Uuid::nil()).into()];
    let mut bind = |value: sea_orm::Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let (from, id, mut conditions) = match terms.split_first() {
        Some((first, rest)) => {
            let mut conditions = format!(" AND t.term = {}", bind(first.as_str().into()));
            for term in rest {
                let term = bind(term.as_str().into());
                conditions += &format!(
                    " AND EXISTS (SELECT 1 FROM search_term p WHERE p.term = {term} AND p.clinic_id = t.clinic_id)"
                );
            }
            ("search_term t JOIN clinic c ON c.id = t.clinic_id", "t.clinic_id", conditions)
        }
        None => ("clinic c", "c.id", String::new()),
    };
    if let Some(authority) = authority {
        conditions += &format!(" AND c.authority_id = {}", bind(authority.into()));
    }
    let limit = bind(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let sql = format!("SELECT {columns} FROM {from} WHERE {id} > $1{conditions} ORDER BY {id} LIMIT {limit}");
    Statement { sql, values: Some(Values(values)), db_backend: backend }
}

/// How far the clinics of a word are counted before it is looked up: what has more is common.
const COMMON: i64 = 1_000;

/// The words, those of the fewest clinics first. The first one drives the query: a common one would have the whole register
/// probed for the others, where few clinics or none carry them.
async fn rarest_first(db: &impl ConnectionTrait, terms: &[String]) -> Result<Vec<String>> {
    if terms.len() < 2 {
        return Ok(terms.to_vec());
    }
    let counts = (0..terms.len()).map(|n| {
        let term = n + 1;
        format!(
            "SELECT {n} AS place, COUNT(*) AS n FROM \
             (SELECT 1 AS one FROM search_term WHERE term = ${term} LIMIT {COMMON}) t{n}"
        )
    });
    let sql = counts.collect::<Vec<_>>().join(" UNION ALL ") + " ORDER BY 2, 1";
    let values = Some(Values(terms.iter().map(|term| term.as_str().into()).collect()));
    let rows = db.query_all_raw(Statement { sql, values, db_backend: db.get_database_backend() }).await?;
    let mut ordered = vec![];
    for row in rows {
        let place: i32 = row.try_get_by_index(0)?;
        ordered.extend(usize::try_from(place).ok().and_then(|place| terms.get(place)).cloned());
    }
    Ok(ordered)
}

async fn carrying(db: &impl ConnectionTrait, carried: Carried<'_>) -> Result<Vec<clinic::Model>> {
    let terms = rarest_first(db, carried.terms).await?;
    let carried = Carried { terms: &terms, ..carried };
    let found = db.query_all_raw(asked(carried, db.get_database_backend(), "c.*")).await?;
    found.iter().map(|row| Ok(clinic::Model::from_query_result(row, "")?)).collect()
}

async fn counted(db: &impl ConnectionTrait, carried: Carried<'_>) -> Result<u64> {
    let terms = rarest_first(db, carried.terms).await?;
    let carried = Carried { terms: &terms, ..carried };
    let Statement { sql, values, db_backend } = asked(carried, db.get_database_backend(), "c.id");
    let sql = format!("SELECT COUNT(*) AS n FROM ({sql}) found");
    let row = db.query_one_raw(Statement { sql, values, db_backend }).await?;
    let n: i64 = row.ok_or_else(|| anyhow::anyhow!("no count came back"))?.try_get_by_index(0)?;
    u64::try_from(n).map_err(Error::internal)
}

impl Tx {
    /// Clinics in the order of the register.
    pub async fn clinics(&self, carried: Carried<'_>) -> Result<Vec<clinic::Model>> {
        carrying(&self.0, carried).await
    }

    /// How many clinics there are, counted no further than the limit.
    pub async fn count_clinics_to(&self, carried: Carried<'_>) -> Result<u64> {
        counted(&self.0, carried).await
    }

    /// The clinics of these ids.
    pub async fn clinics_by_id(&self, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, clinic::Model>> {
        by_id(&self.0, ids).await
    }

    /// The clinic that has or had this number.
    pub async fn clinic_by_number(&self, number: &str) -> Result<Option<clinic::Model>> {
        by_number(&self.0, number).await
    }

    /// The clinic, if `owner` holds it.
    pub async fn clinic_of(&self, owner: Uuid, number: &str) -> Result<clinic::Model> {
        let found = by_number(&self.0, number).await?.filter(|row| row.owner_id == owner);
        found.ok_or(Error::NotFound("clinic"))
    }

    /// The clinic that has or had this number, if any.
    pub async fn clinic_numbered(&self, number: &str) -> Result<Option<clinic::Model>> {
        by_number(&self.0, number).await
    }

    /// The clinic of a number, if the authority filed or supervises it.
    pub async fn clinic_under(&self, authority: Uuid, number: &str) -> Result<clinic::Model> {
        let found = by_number(&self.0, number).await?;
        let concerned = |row: &clinic::Model| row.authority_id == authority || row.supervisor_id == Some(authority);
        found.filter(concerned).ok_or(Error::NotFound("clinic"))
    }

    /// Holds the clinic until commit, if nobody wrote it since it was read; `Stale` otherwise.
    pub async fn hold_clinic(&self, row: &clinic::Model) -> Result<()> {
        let done = clinic::Entity::update_many()
            .col_expr(clinic::Column::Version, Expr::value(row.version))
            .filter(clinic::Column::Id.eq(row.id))
            .filter(clinic::Column::Version.eq(row.version))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// A clinic.
    pub async fn clinic(&self, id: Uuid) -> Result<clinic::Model> {
        clinic::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("clinic"))
    }

    /// Active clinics of the authority with this normalised name, except one.
    pub async fn clinics_named(&self, authority: Uuid, name: &str, except: Option<Uuid>) -> Result<Vec<String>> {
        let select = clinic::Entity::find()
            .filter(clinic::Column::NormalisedName.eq(name))
            .filter(clinic::Column::AuthorityId.eq(authority))
            .filter(clinic::Column::State.eq(ClinicState::Active))
            .filter(clinic::Column::Id.ne(except.unwrap_or(Uuid::nil())));
        Ok(select.limit(5).all(&self.0).await?.into_iter().map(|row| row.name).collect())
    }

    /// Active clinics that this person already answers for, except one.
    pub async fn clinics_of_principal(
        &self,
        principal_key: &str,
        practice_code: &str,
        except: Option<Uuid>,
    ) -> Result<Vec<String>> {
        let mut same = Condition::any();
        if !principal_key.is_empty() {
            same = same.add(clinic::Column::PrincipalKey.eq(principal_key));
        }
        if !practice_code.is_empty() {
            same = same.add(clinic::Column::PracticeCode.eq(practice_code));
        }
        if same.is_empty() {
            return Ok(vec![]);
        }
        let select = clinic::Entity::find()
            .filter(same)
            .filter(clinic::Column::State.eq(ClinicState::Active))
            .filter(clinic::Column::Id.ne(except.unwrap_or(Uuid::nil())));
        Ok(select.limit(5).all(&self.0).await?.into_iter().map(|row| row.name).collect())
    }

    /// Which clinic has or had this number.
    pub async fn holder_of_number(&self, number: &str) -> Result<Option<Uuid>> {
        Ok(clinic_number::Entity::find_by_id(number.to_owned()).one(&self.0).await?.map(|row| row.clinic_id))
    }

    /// Adds a clinic and its number.
    pub async fn add_clinic(&self, row: clinic::Model) -> Result<()> {
        let number = row.number.clone();
        let (clinic_id, valid_from) = (row.id, row.filed_on);
        clinic::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        self.add_clinic_number(clinic_number::Model { number, clinic_id, valid_from }).await
    }

    /// Notes that a clinic has a number from now on; it may have had it before. That no two clinics have one number is
    /// the unique column of the clinic itself.
    pub async fn add_clinic_number(&self, row: clinic_number::Model) -> Result<()> {
        let before = OnConflict::column(clinic_number::Column::Number).do_nothing().to_owned();
        clinic_number::Entity::insert(row.into_active_model())
            .on_conflict(before)
            .exec_without_returning(&self.0)
            .await?;
        Ok(())
    }

    /// Writes the clinic if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn advance_clinic(&self, mut row: clinic::Model, seen: i32) -> Result<()> {
        row.version = seen + 1;
        let id = row.id;
        let done = clinic::Entity::update_many()
            .set(row.into_active_model().reset_all())
            .filter(clinic::Column::Id.eq(id))
            .filter(clinic::Column::Version.eq(seen))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Replaces the words by which a clinic is found.
    pub async fn index_clinic(&self, clinic_id: Uuid, terms: Vec<String>) -> Result<()> {
        let old = search_term::Entity::delete_many().filter(search_term::Column::ClinicId.eq(clinic_id));
        old.exec(&self.0).await?;
        let rows = terms.into_iter().map(|term| search_term::Model { term, clinic_id }.into_active_model());
        search_term::Entity::insert_many(rows).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
