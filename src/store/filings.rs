//! Filings and their history.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::FilingId;
use crate::domain::lifecycle::{Kind, Stage};
use crate::error::{Clash, Error, Result};
use crate::store::entity::{clinic, filing, filing_event};
use crate::store::{Store, Tx};

/// The filings that `actor` may know of: the scope is part of the query, so nothing else is ever loaded.
pub(super) fn scoped(actor: &Actor) -> Select<filing::Entity> {
    let find = filing::Entity::find();
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => find.filter(filing::Column::OwnerId.eq(actor.owner.0)),
        // Who inspects a clinic reads what it is filed with, whichever authority filed it; inspectors take no step.
        (Role::Inspector, Some(authority)) => {
            let supervised = Query::select()
                .column(clinic::Column::Id)
                .from(clinic::Entity)
                .and_where(clinic::Column::SupervisorId.eq(authority.0))
                .to_owned();
            let filed = Condition::all()
                .add(filing::Column::Stage.eq(Stage::Issued))
                .add(filing::Column::ClinicId.in_subquery(supervised));
            find.filter(Condition::any().add(filing::Column::AuthorityId.eq(authority.0)).add(filed))
                .filter(filing::Column::CaseNumber.is_not_null())
        }
        (role, Some(authority)) if role.sees_cases() => {
            find.filter(filing::Column::AuthorityId.eq(authority.0)).filter(filing::Column::CaseNumber.is_not_null())
        }
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: FilingId) -> Result<filing::Model> {
    scoped(actor).filter(filing::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("filing"))
}

async fn events(db: &impl ConnectionTrait, id: FilingId) -> Result<Vec<filing_event::Model>> {
    let select = filing_event::Entity::find().filter(filing_event::Column::FilingId.eq(id.0));
    Ok(select.order_by_asc(filing_event::Column::Sequence).all(db).await?)
}

/// Which filings a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct FilingFilter {
    pub stage: Option<Stage>,
    pub kind: Option<Kind>,
    /// Whether the authority's clock has run out on this day.
    pub overdue: Option<(bool, NaiveDate)>,
    /// Only filings older than this one (the cursor).
    pub before: Option<Uuid>,
}

impl Store {
    /// A filing within the actor's scope.
    pub async fn filing(&self, actor: &Actor, id: FilingId) -> Result<filing::Model> {
        find(&self.read, actor, id).await
    }

    /// Up to `limit` filings within the actor's scope, newest first.
    pub async fn filings(&self, actor: &Actor, filter: FilingFilter, limit: u64) -> Result<Vec<filing::Model>> {
        let mut select = scoped(actor);
        if let Some(stage) = filter.stage {
            select = select.filter(filing::Column::Stage.eq(stage));
        }
        if let Some(kind) = filter.kind {
            select = select.filter(filing::Column::Kind.eq(kind));
        }
        if let Some((overdue, today)) = filter.overdue {
            let waiting = filing::Column::Stage.is_in([Stage::Received, Stage::Recommended]);
            // Written out: a filing without a clock is not overdue, and NOT of an unknown is unknown.
            let in_time = Condition::any()
                .add(filing::Column::DueOn.is_null())
                .add(filing::Column::DueOn.gte(today))
                .add(filing::Column::Stage.is_not_in([Stage::Received, Stage::Recommended]));
            select = match overdue {
                true => select.filter(waiting).filter(filing::Column::DueOn.lt(today)),
                false => select.filter(in_time),
            };
        }
        if let Some(before) = filter.before {
            select = select.filter(filing::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(filing::Column::Id).limit(limit).all(&self.read).await?)
    }

    /// The history of a filing that the caller has loaded within scope.
    pub async fn filing_events(&self, id: FilingId) -> Result<Vec<filing_event::Model>> {
        events(&self.read, id).await
    }
}

impl Tx {
    /// The history of a filing that the caller has loaded within scope.
    pub async fn filing_events(&self, id: FilingId) -> Result<Vec<filing_event::Model>> {
        events(&self.0, id).await
    }

    /// A filing within the actor's scope.
    pub async fn filing(&self, actor: &Actor, id: FilingId) -> Result<filing::Model> {
        find(&self.0, actor, id).await
    }

    /// A filing that the caller has claimed by an idempotency key: a step of theirs may have taken it out of their scope.
    pub async fn claimed_filing(&self, id: FilingId) -> Result<filing::Model> {
        filing::Entity::find_by_id(id.0).one(&self.0).await?.ok_or(Error::NotFound("filing"))
    }

    /// Holds the filing until commit, if nobody wrote it since version `seen`; `Stale` otherwise. What is added to a
    /// filing is added before the step that closes it, or not at all.
    pub async fn hold_filing(&self, row: &filing::Model) -> Result<()> {
        let done = filing::Entity::update_many()
            .col_expr(filing::Column::Version, Expr::value(row.version))
            .filter(filing::Column::Id.eq(row.id))
            .filter(filing::Column::Version.eq(row.version))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Whether the clinic has another filing under way.
    pub async fn open_filing_of(&self, clinic: Uuid, except: Uuid) -> Result<Option<filing::Model>> {
        let open = [Stage::Received, Stage::Correcting, Stage::Recommended, Stage::Redirected];
        let select = filing::Entity::find()
            .filter(filing::Column::ClinicId.eq(clinic))
            .filter(filing::Column::Id.ne(except))
            .filter(filing::Column::Stage.is_in(open));
        Ok(select.one(&self.0).await?)
    }

    /// Adds a filing.
    pub async fn add_filing(&self, row: filing::Model) -> Result<()> {
        filing::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Writes the filing if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn advance_filing(&self, mut row: filing::Model, seen: i32) -> Result<filing::Model> {
        row.version = seen + 1;
        let changed = row.clone().into_active_model().reset_all();
        let done = filing::Entity::update_many()
            .set(changed)
            .filter(filing::Column::Id.eq(row.id))
            .filter(filing::Column::Version.eq(seen))
            .exec(&self.0)
            .await
            .map_err(Error::from);
        // The only thing two filings cannot both be is the open change of one clinic.
        match done {
            Ok(done) if done.rows_affected == 1 => Ok(row),
            Ok(_) => Err(Error::Stale),
            Err(Error::Conflict(Clash::Taken)) => Err(Error::Conflict(Clash::OpenFiling)),
            Err(error) => Err(error),
        }
    }

    /// The last step of a filing that the caller has loaded within scope.
    pub async fn last_filing_event(&self, id: FilingId) -> Result<Option<filing_event::Model>> {
        let select = filing_event::Entity::find().filter(filing_event::Column::FilingId.eq(id.0));
        Ok(select.order_by_desc(filing_event::Column::Sequence).one(&self.0).await?)
    }

    /// Appends a step to the history.
    pub async fn add_filing_event(&self, row: filing_event::Model) -> Result<()> {
        filing_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
