//! Visits, their history and their photos.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::{PhotoId, VisitId};
use crate::domain::visit::{VisitKind, VisitStage};
use crate::error::{Error, Result};
use crate::store::entity::{visit, visit_event, visit_photo};
use crate::store::{Store, Tx, clinics};

/// The visits that `actor` may know of: the clinic's own, and those of the authorities that filed or supervise it.
pub(super) fn scoped(actor: &Actor) -> Select<visit::Entity> {
    let find = visit::Entity::find();
    match (actor.role, actor.authority) {
        // Of an inspection that is not announced the clinic knows once it has taken place.
        (Role::Clinic, _) => find.filter(visit::Column::OwnerId.eq(actor.owner.0)).filter(
            Condition::any()
                .add(visit::Column::Kind.is_in(VisitKind::ALL.iter().copied().filter(|kind| kind.announced())))
                .add(visit::Column::Record.is_not_null()),
        ),
        (role, Some(authority)) if role.sees_cases() => find.filter(
            Condition::any()
                .add(visit::Column::SupervisorId.eq(authority.0))
                .add(visit::Column::AuthorityId.eq(authority.0)),
        ),
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: VisitId) -> Result<visit::Model> {
    scoped(actor).filter(visit::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("visit"))
}

async fn photos(db: &impl ConnectionTrait, visit: Uuid) -> Result<Vec<visit_photo::Model>> {
    let select = visit_photo::Entity::find().filter(visit_photo::Column::VisitId.eq(visit));
    Ok(select.order_by_asc(visit_photo::Column::Id).all(db).await?)
}

/// Which visits a list shows.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    pub stage: Option<VisitStage>,
    pub kind: Option<VisitKind>,
    /// 备案编号, one that the clinic has or had
    pub clinic: Option<String>,
    /// Only visits older than this one (the cursor).
    pub before: Option<Uuid>,
}

impl Store {
    /// A visit within the actor's scope.
    pub async fn visit(&self, actor: &Actor, id: VisitId) -> Result<visit::Model> {
        find(&self.read, actor, id).await
    }

    /// Up to `limit` visits within the actor's scope, newest first.
    pub async fn visits(&self, actor: &Actor, filter: VisitFilter, limit: u64) -> Result<Vec<visit::Model>> {
        let mut select = scoped(actor);
        if let Some(stage) = filter.stage {
            select = select.filter(visit::Column::Stage.eq(stage));
        }
        if let Some(kind) = filter.kind {
            select = select.filter(visit::Column::Kind.eq(kind));
        }
        if let Some(number) = filter.clinic {
            select = select.filter(visit::Column::ClinicId.in_subquery(clinics::of_number(&number)));
        }
        if let Some(before) = filter.before {
            select = select.filter(visit::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(visit::Column::Id).limit(limit).all(&self.read).await?)
    }

    /// The history of a visit that the caller has loaded within scope.
    pub async fn visit_events(&self, id: VisitId) -> Result<Vec<visit_event::Model>> {
        let select = visit_event::Entity::find().filter(visit_event::Column::VisitId.eq(id.0));
        Ok(select.order_by_asc(visit_event::Column::Sequence).all(&self.read).await?)
    }

    /// One photo of that visit.
    pub async fn visit_photo(&self, visit: VisitId, id: PhotoId) -> Result<visit_photo::Model> {
        let select = visit_photo::Entity::find_by_id(id.0).filter(visit_photo::Column::VisitId.eq(visit.0));
        select.one(&self.read).await?.ok_or(Error::NotFound("photo"))
    }
}

impl Tx {
    /// A visit within the actor's scope.
    pub async fn visit(&self, actor: &Actor, id: VisitId) -> Result<visit::Model> {
        find(&self.0, actor, id).await
    }

    /// The visits of a clinic that are still to be done.
    pub async fn open_visits(&self, clinic: Uuid) -> Result<Vec<visit::Model>> {
        let select = visit::Entity::find()
            .filter(visit::Column::ClinicId.eq(clinic))
            .filter(visit::Column::Stage.is_in([VisitStage::Due, VisitStage::Rectifying]));
        Ok(select.order_by_asc(visit::Column::Id).all(&self.0).await?)
    }

    /// Adds a visit.
    pub async fn add_visit(&self, row: visit::Model) -> Result<()> {
        visit::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Writes the visit if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn advance_visit(&self, mut row: visit::Model, seen: i32) -> Result<visit::Model> {
        row.version = seen + 1;
        let done = visit::Entity::update_many()
            .set(row.clone().into_active_model().reset_all())
            .filter(visit::Column::Id.eq(row.id))
            .filter(visit::Column::Version.eq(seen))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(row) } else { Err(Error::Stale) }
    }

    /// Holds the visit until commit, if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn hold_visit(&self, row: &visit::Model) -> Result<()> {
        let done = visit::Entity::update_many()
            .col_expr(visit::Column::Version, Expr::value(row.version))
            .filter(visit::Column::Id.eq(row.id))
            .filter(visit::Column::Version.eq(row.version))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Appends a step to the history.
    pub async fn add_visit_event(&self, row: visit_event::Model) -> Result<()> {
        visit_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// The photos of a visit.
    pub async fn visit_photos(&self, visit: Uuid) -> Result<Vec<visit_photo::Model>> {
        photos(&self.0, visit).await
    }

    /// A photo of a visit.
    pub async fn visit_photo(&self, id: Uuid) -> Result<visit_photo::Model> {
        visit_photo::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("photo"))
    }

    /// Adds a photo.
    pub async fn add_visit_photo(&self, row: visit_photo::Model) -> Result<()> {
        visit_photo::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
