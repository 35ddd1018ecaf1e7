//! Imports, their groups and their history.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::ImportId;
use crate::domain::import::{Defects, GroupStage, ImportStage};
use crate::error::{Error, Result};
use crate::store::entity::{
    certificate, clinic, clinic_number, deadline, filing, import, import_event, import_group, paper, visit,
};
use crate::store::{Store, Tx};

/// Rows that one statement inserts or asks for; SQLite takes 32,766 values in one.
const CHUNK: usize = 500;

/// The imports that `actor` may know of: those of the own authority.
fn scoped(actor: &Actor) -> Select<import::Entity> {
    let find = import::Entity::find();
    match (actor.role, actor.authority) {
        (Role::Officer | Role::Approver | Role::Auditor, Some(authority)) => {
            find.filter(import::Column::AuthorityId.eq(authority.0))
        }
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: ImportId) -> Result<import::Model> {
    scoped(actor).filter(import::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("import"))
}

fn of(id: Uuid) -> Select<import_group::Entity> {
    import_group::Entity::find().filter(import_group::Column::ImportId.eq(id))
}

async fn events(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<import_event::Model>> {
    let select = import_event::Entity::find().filter(import_event::Column::ImportId.eq(id));
    Ok(select.order_by_asc(import_event::Column::Sequence).all(db).await?)
}

impl Store {
    /// An import within the actor's scope.
    pub async fn import(&self, actor: &Actor, id: ImportId) -> Result<import::Model> {
        find(&self.read, actor, id).await
    }

    /// An import for the worker.
    pub async fn import_unscoped(&self, id: ImportId) -> Result<Option<import::Model>> {
        Ok(import::Entity::find_by_id(id.0).one(&self.read).await?)
    }

    /// Up to `limit` imports within the actor's scope, newest first.
    pub async fn imports(&self, actor: &Actor, before: Option<Uuid>, limit: u64) -> Result<Vec<import::Model>> {
        let mut select = scoped(actor);
        if let Some(before) = before {
            select = select.filter(import::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(import::Column::Id).limit(limit).all(&self.read).await?)
    }

    /// The history of an import that the caller has loaded within scope.
    pub async fn import_events(&self, id: Uuid) -> Result<Vec<import_event::Model>> {
        events(&self.read, id).await
    }

    /// Up to `limit` groups of an import that the caller has loaded within scope, from `from` on, those with defects alone
    /// or all.
    pub async fn import_groups(
        &self,
        id: Uuid,
        stage: Option<GroupStage>,
        defective: bool,
        from: i32,
        limit: u64,
    ) -> Result<Vec<import_group::Model>> {
        let mut select = of(id).filter(import_group::Column::Sequence.gte(from));
        if let Some(stage) = stage {
            select = select.filter(import_group::Column::Stage.eq(stage));
        }
        if defective {
            select = select.filter(import_group::Column::Problems.gt(0));
        }
        Ok(select.order_by_asc(import_group::Column::Sequence).limit(limit).all(&self.read).await?)
    }

    /// The next group that waits to be entered.
    pub async fn next_group(&self, id: Uuid) -> Result<Option<import_group::Model>> {
        let select = of(id).filter(import_group::Column::Stage.eq(GroupStage::Ready));
        Ok(select.order_by_asc(import_group::Column::Sequence).one(&self.read).await?)
    }
}

impl Tx {
    /// An import within the actor's scope.
    pub async fn import(&self, actor: &Actor, id: ImportId) -> Result<import::Model> {
        find(&self.0, actor, id).await
    }

    /// The history of an import that the caller has loaded within scope.
    pub async fn import_events(&self, id: Uuid) -> Result<Vec<import_event::Model>> {
        events(&self.0, id).await
    }

    /// Adds an import with its groups.
    pub async fn add_import(&self, row: import::Model, groups: Vec<import_group::Model>) -> Result<()> {
        import::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        let mut groups = groups.into_iter().map(IntoActiveModel::into_active_model).peekable();
        while groups.peek().is_some() {
            let some: Vec<import_group::ActiveModel> = groups.by_ref().take(CHUNK).collect();
            import_group::Entity::insert_many(some).exec_without_returning(&self.0).await?;
        }
        Ok(())
    }

    /// Writes the import if nobody took a step since version `seen`; `Stale` otherwise. What the worker counts is left as it
    /// is.
    pub async fn advance_import(&self, mut row: import::Model, seen: i32) -> Result<import::Model> {
        row.version = seen + 1;
        let done = import::Entity::update_many()
            .col_expr(import::Column::Stage, Expr::value(row.stage))
            .col_expr(import::Column::ApprovedBy, Expr::value(row.approved_by))
            .col_expr(import::Column::ApprovedName, Expr::value(row.approved_name.as_str()))
            .col_expr(import::Column::UpdatedAt, Expr::value(row.updated_at))
            .col_expr(import::Column::Version, Expr::value(row.version))
            .filter(import::Column::Id.eq(row.id))
            .filter(import::Column::Version.eq(seen))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(row) } else { Err(Error::Stale) }
    }

    /// Appends to the history of an import.
    pub async fn add_import_event(&self, row: import_event::Model) -> Result<()> {
        import_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Takes a group that is ready, for this unit of work alone; `Stale` when another worker has it or had it.
    pub async fn settle_group(&self, group: &import_group::Model, stage: GroupStage) -> Result<()> {
        let done = import_group::Entity::update_many()
            .col_expr(import_group::Column::Stage, Expr::value(stage))
            .filter(import_group::Column::ImportId.eq(group.import_id))
            .filter(import_group::Column::Sequence.eq(group.sequence))
            .filter(import_group::Column::Stage.eq(GroupStage::Ready))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Notes on a settled group the clinic that it became, or why it did not.
    pub async fn note_group(&self, group: &import_group::Model, clinic: Option<Uuid>, defects: Defects) -> Result<()> {
        let problems = i32::try_from(defects.0.len()).map_err(Error::internal)?;
        let defects = serde_json::to_value(defects).map_err(Error::internal)?;
        import_group::Entity::update_many()
            .col_expr(import_group::Column::ClinicId, Expr::value(clinic))
            .col_expr(import_group::Column::Defects, Expr::value(defects))
            .col_expr(import_group::Column::Problems, Expr::value(problems))
            .filter(import_group::Column::ImportId.eq(group.import_id))
            .filter(import_group::Column::Sequence.eq(group.sequence))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Counts a group as entered or failed while the import runs; `Stale` when it does not any more.
    pub async fn count_group(&self, id: Uuid, entered: bool, now: DateTime<Utc>) -> Result<()> {
        let column = if entered { import::Column::Entered } else { import::Column::Failed };
        let done = import::Entity::update_many()
            .col_expr(column, Expr::col(column).add(1))
            .col_expr(import::Column::UpdatedAt, Expr::value(now))
            .filter(import::Column::Id.eq(id))
            .filter(import::Column::Stage.eq(ImportStage::Running))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Those of these numbers that a clinic has or had.
    pub async fn numbers_held(&self, numbers: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut held = BTreeSet::new();
        for some in numbers.iter().collect::<Vec<_>>().chunks(CHUNK) {
            let select = clinic_number::Entity::find()
                .filter(clinic_number::Column::Number.is_in(some.iter().map(|number| number.as_str())));
            held.extend(select.all(&self.0).await?.into_iter().map(|row| row.number));
        }
        Ok(held)
    }

    /// Those of these 统一社会信用代码 under which the register has a clinic.
    pub async fn credit_codes_held(&self, codes: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut held = BTreeSet::new();
        for some in codes.iter().collect::<Vec<_>>().chunks(CHUNK) {
            let found: Vec<Option<String>> = clinic::Entity::find()
                .select_only()
                .expr_as(Expr::cust("record ->> 'uscc'"), "uscc")
                .filter(Expr::cust("record ->> 'uscc'").is_in(some.iter().map(|code| code.as_str())))
                .into_tuple()
                .all(&self.0)
                .await?;
            held.extend(found.into_iter().flatten());
        }
        Ok(held)
    }

    /// Gives everything of a clinic to another account.
    pub async fn hand_over(&self, clinic: &clinic::Model, to: Uuid) -> Result<()> {
        let owner = || Expr::value(to);
        let filings = filing::Entity::update_many().col_expr(filing::Column::OwnerId, owner());
        filings.filter(filing::Column::ClinicId.eq(clinic.id)).exec(&self.0).await?;
        let certificates = certificate::Entity::update_many().col_expr(certificate::Column::OwnerId, owner());
        certificates.filter(certificate::Column::ClinicId.eq(clinic.id)).exec(&self.0).await?;
        let visits = visit::Entity::update_many().col_expr(visit::Column::OwnerId, owner());
        visits.filter(visit::Column::ClinicId.eq(clinic.id)).exec(&self.0).await?;
        // A clock that the clinic may not know of yet stays the office's alone.
        let clocks = deadline::Entity::update_many().col_expr(deadline::Column::OwnerId, owner());
        let clocks = clocks.filter(deadline::Column::ClinicId.eq(clinic.id));
        clocks.filter(deadline::Column::OwnerId.is_not_null()).exec(&self.0).await?;
        let papers = paper::Entity::update_many().col_expr(paper::Column::OwnerId, owner());
        let papers = papers.filter(paper::Column::ClinicId.eq(clinic.id));
        papers.filter(paper::Column::OwnerId.is_not_null()).exec(&self.0).await?;
        self.advance_clinic(clinic::Model { owner_id: to, ..clinic.clone() }, clinic.version).await
    }
}
