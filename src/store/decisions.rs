//! Decisions of authorities about clinics.

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::decision::{DecisionKind, DecisionStage};
use crate::domain::id::DecisionId;
use crate::error::{Error, Result};
use crate::store::entity::{clinic, clinic_event, decision};
use crate::store::{Store, Tx, clinics};

/// The decisions that `actor` may know of: those that its authority decides or proposed, and those about clinics that it
/// filed or supervises; the clinic knows of what is decided about it, not of what is proposed.
pub(super) fn scoped(actor: &Actor) -> Select<decision::Entity> {
    let find = decision::Entity::find();
    let those = |condition: Condition| {
        Query::select().column(clinic::Column::Id).from(clinic::Entity).cond_where(condition).to_owned()
    };
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => {
            let own = those(Condition::all().add(clinic::Column::OwnerId.eq(actor.owner.0)));
            find.filter(decision::Column::ClinicId.in_subquery(own))
                .filter(decision::Column::Stage.eq(DecisionStage::Decided))
        }
        (role, Some(authority)) if role.sees_cases() => {
            let concerned = Condition::any()
                .add(clinic::Column::AuthorityId.eq(authority.0))
                .add(clinic::Column::SupervisorId.eq(authority.0));
            find.filter(
                Condition::any()
                    .add(decision::Column::AuthorityId.eq(authority.0))
                    .add(decision::Column::ProposerAuthorityId.eq(authority.0))
                    .add(decision::Column::ClinicId.in_subquery(those(concerned))),
            )
        }
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: DecisionId) -> Result<decision::Model> {
    scoped(actor).filter(decision::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("decision"))
}

/// Which decisions a list shows.
#[derive(Clone, Debug, Default)]
pub struct DecisionFilter {
    pub stage: Option<DecisionStage>,
    pub kind: Option<DecisionKind>,
    /// 备案编号, one that the clinic has or had
    pub clinic: Option<String>,
    /// Only decisions older than this one (the cursor).
    pub before: Option<Uuid>,
}

impl Store {
    /// A decision within the actor's scope.
    pub async fn decision(&self, actor: &Actor, id: DecisionId) -> Result<decision::Model> {
        find(&self.read, actor, id).await
    }

    /// Up to `limit` decisions within the actor's scope, newest first.
    pub async fn decisions(&self, actor: &Actor, filter: DecisionFilter, limit: u64) -> Result<Vec<decision::Model>> {
        let mut select = scoped(actor);
        if let Some(stage) = filter.stage {
            select = select.filter(decision::Column::Stage.eq(stage));
        }
        if let Some(kind) = filter.kind {
            select = select.filter(decision::Column::Kind.eq(kind));
        }
        if let Some(number) = filter.clinic {
            select = select.filter(decision::Column::ClinicId.in_subquery(clinics::of_number(&number)));
        }
        if let Some(before) = filter.before {
            select = select.filter(decision::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(decision::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// A decision within the actor's scope.
    pub async fn decision(&self, actor: &Actor, id: DecisionId) -> Result<decision::Model> {
        find(&self.0, actor, id).await
    }

    /// From when on the clinic stands as it does: the day of the last change of its standing or its 互联网诊疗.
    pub async fn last_standing(&self, clinic: Uuid) -> Result<Option<NaiveDate>> {
        use clinic_event::Column;
        let moved = |from, to| ExprTrait::ne(Expr::col(from), Expr::col(to));
        let either = Condition::any()
            .add(moved(Column::FromState, Column::ToState))
            .add(moved(Column::FromTelemedicine, Column::ToTelemedicine));
        let select = clinic_event::Entity::find()
            .filter(clinic_event::Column::ClinicId.eq(clinic))
            .filter(either)
            .order_by_desc(clinic_event::Column::Sequence);
        Ok(select.one(&self.0).await?.map(|row| row.effective_on))
    }

    /// Whether a decision of this kind about the clinic is proposed and not yet decided.
    pub async fn open_decision(&self, clinic: Uuid, kind: DecisionKind) -> Result<bool> {
        let select = decision::Entity::find()
            .filter(decision::Column::ClinicId.eq(clinic))
            .filter(decision::Column::Kind.eq(kind))
            .filter(decision::Column::Stage.eq(DecisionStage::Proposed));
        Ok(select.one(&self.0).await?.is_some())
    }

    /// Adds a decision.
    pub async fn add_decision(&self, row: decision::Model) -> Result<()> {
        decision::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Writes the decision if nobody wrote it since version `seen`; `Stale` otherwise.
    pub async fn advance_decision(&self, mut row: decision::Model, seen: i32) -> Result<decision::Model> {
        row.version = seen + 1;
        let done = decision::Entity::update_many()
            .set(row.clone().into_active_model().reset_all())
            .filter(decision::Column::Id.eq(row.id))
            .filter(decision::Column::Version.eq(seen))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(row) } else { Err(Error::Stale) }
    }
}
