//! Reports from the public, their history and their photos.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::Actor;
use crate::domain::complaint::{ComplaintKind, ComplaintStage};
use crate::domain::id::{AuthorityId, ComplaintId, PhotoId};
use crate::domain::short_code::ShortCode;
use crate::error::{Error, Result};
use crate::store::entity::{complaint, complaint_event, complaint_photo, complaint_reading};
use crate::store::{Store, Tx, clinics};

/// The reports that `actor` may know of: those that their authority handles now.
fn scoped(actor: &Actor) -> Select<complaint::Entity> {
    let find = complaint::Entity::find();
    match actor.authority {
        Some(authority) if actor.role.sees_cases() => find.filter(complaint::Column::AuthorityId.eq(authority.0)),
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: ComplaintId) -> Result<complaint::Model> {
    scoped(actor).filter(complaint::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("complaint"))
}

async fn photos(db: &impl ConnectionTrait, complaint: Uuid) -> Result<Vec<complaint_photo::Model>> {
    let select = complaint_photo::Entity::find().filter(complaint_photo::Column::ComplaintId.eq(complaint));
    Ok(select.order_by_asc(complaint_photo::Column::Id).all(db).await?)
}

async fn events(db: &impl ConnectionTrait, complaint: Uuid) -> Result<Vec<complaint_event::Model>> {
    let select = complaint_event::Entity::find().filter(complaint_event::Column::ComplaintId.eq(complaint));
    Ok(select.order_by_asc(complaint_event::Column::Sequence).all(db).await?)
}

/// Which reports a list shows.
#[derive(Clone, Debug, Default)]
pub struct ComplaintFilter {
    pub stage: Option<ComplaintStage>,
    pub kind: Option<ComplaintKind>,
    /// 备案编号, one that the clinic has or had
    pub clinic: Option<String>,
    /// Whether the answer is late on this day: on time where it is not, answered ones with them.
    pub overdue: Option<(bool, NaiveDate)>,
    /// Only reports older than this one (the cursor).
    pub before: Option<Uuid>,
}

impl Store {
    /// A report within the actor's scope.
    pub async fn complaint(&self, actor: &Actor, id: ComplaintId) -> Result<complaint::Model> {
        find(&self.read, actor, id).await
    }

    /// Up to `limit` reports within the actor's scope, newest first.
    pub async fn complaints(
        &self,
        actor: &Actor,
        filter: ComplaintFilter,
        limit: u64,
    ) -> Result<Vec<complaint::Model>> {
        let mut select = scoped(actor);
        if let Some(stage) = filter.stage {
            select = select.filter(complaint::Column::Stage.eq(stage));
        }
        if let Some(kind) = filter.kind {
            select = select.filter(complaint::Column::Kind.eq(kind));
        }
        if let Some(number) = filter.clinic {
            select = select.filter(complaint::Column::ClinicId.in_subquery(clinics::of_number(&number)));
        }
        if let Some((overdue, today)) = filter.overdue {
            let late = Condition::all()
                .add(complaint::Column::Stage.ne(ComplaintStage::Closed))
                .add(complaint::Column::DueOn.lt(today));
            select = select.filter(if overdue { late } else { late.not() });
        }
        if let Some(before) = filter.before {
            select = select.filter(complaint::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(complaint::Column::Id).limit(limit).all(&self.read).await?)
    }

    /// The history of a report that the caller has loaded within scope.
    pub async fn complaint_events(&self, id: ComplaintId) -> Result<Vec<complaint_event::Model>> {
        events(&self.read, id.0).await
    }

    /// One photo of that report.
    pub async fn complaint_photo(&self, complaint: ComplaintId, id: PhotoId) -> Result<complaint_photo::Model> {
        let select =
            complaint_photo::Entity::find_by_id(id.0).filter(complaint_photo::Column::ComplaintId.eq(complaint.0));
        select.one(&self.read).await?.ok_or(Error::NotFound("photo"))
    }

    /// Up to `limit` readings of how reporters can be reached, by people of an authority, newest first.
    pub async fn complaint_readings(
        &self,
        authority: AuthorityId,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<complaint_reading::Model>> {
        let mut select =
            complaint_reading::Entity::find().filter(complaint_reading::Column::AuthorityId.eq(authority.0));
        if let Some(before) = before {
            select = select.filter(complaint_reading::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(complaint_reading::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// A report within the actor's scope.
    pub async fn complaint(&self, actor: &Actor, id: ComplaintId) -> Result<complaint::Model> {
        find(&self.0, actor, id).await
    }

    /// A report that the caller has claimed by an idempotency key: a step of theirs may have taken it out of their scope.
    pub async fn claimed_complaint(&self, id: Uuid) -> Result<complaint::Model> {
        complaint::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("complaint"))
    }

    /// The report of a reference number: whoever has the number may follow it.
    pub async fn complaint_by_reference(&self, reference: &ShortCode) -> Result<complaint::Model> {
        let select = complaint::Entity::find().filter(complaint::Column::Reference.eq(reference.as_str()));
        select.one(&self.0).await?.ok_or(Error::NotFound("complaint"))
    }

    /// Adds a report.
    pub async fn add_complaint(&self, row: complaint::Model) -> Result<()> {
        complaint::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Writes the report if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn advance_complaint(&self, mut row: complaint::Model, seen: i32) -> Result<complaint::Model> {
        row.version = seen + 1;
        let done = complaint::Entity::update_many()
            .set(row.clone().into_active_model().reset_all())
            .filter(complaint::Column::Id.eq(row.id))
            .filter(complaint::Column::Version.eq(seen))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(row) } else { Err(Error::Stale) }
    }

    /// Holds the report until commit, if nobody wrote it since it was read; `Stale` otherwise.
    pub async fn hold_complaint(&self, row: &complaint::Model) -> Result<()> {
        let done = complaint::Entity::update_many()
            .col_expr(complaint::Column::Version, Expr::value(row.version))
            .filter(complaint::Column::Id.eq(row.id))
            .filter(complaint::Column::Version.eq(row.version))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Appends a step to the history.
    pub async fn add_complaint_event(&self, row: complaint_event::Model) -> Result<()> {
        complaint_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// The history of a report, oldest first.
    pub async fn complaint_events(&self, complaint: Uuid) -> Result<Vec<complaint_event::Model>> {
        events(&self.0, complaint).await
    }

    /// The photos of a report.
    pub async fn complaint_photos(&self, complaint: Uuid) -> Result<Vec<complaint_photo::Model>> {
        photos(&self.0, complaint).await
    }

    /// How many photos a report has.
    pub async fn count_complaint_photos(&self, complaint: Uuid) -> Result<u64> {
        let select = complaint_photo::Entity::find().filter(complaint_photo::Column::ComplaintId.eq(complaint));
        Ok(select.count(&self.0).await?)
    }

    /// A photo of a report.
    pub async fn complaint_photo(&self, id: Uuid) -> Result<complaint_photo::Model> {
        complaint_photo::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("photo"))
    }

    /// Adds a photo.
    pub async fn add_complaint_photo(&self, row: complaint_photo::Model) -> Result<()> {
        complaint_photo::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Keeps a reading of how the reporter can be reached.
    pub async fn add_complaint_reading(&self, row: complaint_reading::Model) -> Result<()> {
        complaint_reading::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }
}
