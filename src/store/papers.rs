//! Papers beside the certificate: what each says, of what it is, and the digest of its file once it is drawn.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::PaperId;
use crate::domain::paper::PaperKind;
use crate::error::{Error, Result};
use crate::store::entity::{decision, filing, paper, visit};
use crate::store::{Store, Tx, clinics, decisions, filings, visits};

/// The papers that `actor` may know of: the clinic's own; for an authority its own and those of every filing, visit and
/// decision that it may know of.
fn scoped(actor: &Actor) -> Select<paper::Entity> {
    let find = paper::Entity::find();
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => find.filter(paper::Column::OwnerId.eq(actor.owner.0)),
        (role, Some(authority)) if role.sees_cases() => {
            let filings = filings::scoped(actor).select_only().column(filing::Column::Id).into_query();
            let visits = visits::scoped(actor).select_only().column(visit::Column::Id).into_query();
            let decisions = decisions::scoped(actor).select_only().column(decision::Column::Id).into_query();
            find.filter(
                Condition::any()
                    .add(paper::Column::AuthorityId.eq(authority.0))
                    .add(paper::Column::FilingId.in_subquery(filings))
                    .add(paper::Column::VisitId.in_subquery(visits))
                    .add(paper::Column::DecisionId.in_subquery(decisions)),
            )
        }
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

async fn briefs(db: &impl ConnectionTrait, of: Of) -> Result<Vec<Brief>> {
    let (column, id) = match of {
        Of::Filing(id) => (paper::Column::FilingId, id),
        Of::Visit(id) => (paper::Column::VisitId, id),
        Of::Decision(id) => (paper::Column::DecisionId, id),
    };
    let select = paper::Entity::find().filter(column.eq(id)).order_by_asc(paper::Column::Id);
    Ok(select.all(db).await?.into_iter().map(Brief::from).collect())
}

impl paper::Model {
    /// 文号 as it stands on the paper: that which the office typed, where it typed one. The column is the register's own
    /// number, which no two papers share; a decision and its announcement share the one that is shown.
    pub fn shown_number(&self) -> &str {
        if self.content.number.is_empty() { &self.number } else { &self.content.number }
    }
}

impl From<paper::Model> for Brief {
    fn from(row: paper::Model) -> Self {
        Self {
            number: row.shown_number().to_owned(),
            id: row.id,
            kind: row.kind,
            step: row.step,
            issued_at: row.issued_at,
        }
    }
}

/// A paper in short: without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brief {
    pub id: Uuid,
    pub kind: PaperKind,
    pub number: String,
    /// Sequence of the step of the filing or visit that made it
    pub step: Option<i32>,
    pub issued_at: DateTime<Utc>,
}

/// Which papers a list shows.
#[derive(Clone, Debug, Default)]
pub struct PaperFilter {
    pub filing: Option<Uuid>,
    pub visit: Option<Uuid>,
    pub decision: Option<Uuid>,
    /// 备案编号, one that the clinic has or had
    pub clinic: Option<String>,
    pub kind: Option<PaperKind>,
    /// Only papers older than this one (the cursor).
    pub before: Option<Uuid>,
}

/// What the papers of a case belong to.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Filing(Uuid),
    Visit(Uuid),
    Decision(Uuid),
}

impl Store {
    /// A paper within the actor's scope.
    pub async fn paper(&self, actor: &Actor, id: PaperId) -> Result<paper::Model> {
        let select = scoped(actor).filter(paper::Column::Id.eq(id.0));
        select.one(&self.read).await?.ok_or(Error::NotFound("paper"))
    }

    /// A paper, for work that no person asked for.
    pub async fn paper_unscoped(&self, id: PaperId) -> Result<Option<paper::Model>> {
        Ok(paper::Entity::find_by_id(id.0).one(&self.read).await?)
    }

    /// Those of these papers that there are, in short.
    pub async fn paper_briefs(&self, ids: Vec<Uuid>) -> Result<Vec<Brief>> {
        let rows = paper::Entity::find().filter(paper::Column::Id.is_in(ids)).all(&self.read).await?;
        Ok(rows.into_iter().map(Brief::from).collect())
    }

    /// The papers of a case that the caller has loaded within scope, in short, oldest first.
    pub async fn papers_of(&self, of: Of) -> Result<Vec<Brief>> {
        briefs(&self.read, of).await
    }

    /// Up to `limit` papers within the actor's scope, newest first.
    pub async fn papers(&self, actor: &Actor, filter: PaperFilter, limit: u64) -> Result<Vec<paper::Model>> {
        let mut select = scoped(actor);
        for (column, wanted) in [
            (paper::Column::FilingId, filter.filing),
            (paper::Column::VisitId, filter.visit),
            (paper::Column::DecisionId, filter.decision),
        ] {
            if let Some(id) = wanted {
                select = select.filter(column.eq(id));
            }
        }
        if let Some(kind) = filter.kind {
            select = select.filter(paper::Column::Kind.eq(kind));
        }
        if let Some(number) = filter.clinic {
            // The first papers of a clinic are older than its entry in the register: they hang on its filing.
            let first = Query::select()
                .column(filing::Column::Id)
                .from(filing::Entity)
                .and_where(filing::Column::ClinicId.in_subquery(clinics::of_number(&number)))
                .to_owned();
            let either = Condition::any()
                .add(paper::Column::ClinicId.in_subquery(clinics::of_number(&number)))
                .add(paper::Column::FilingId.in_subquery(first));
            select = select.filter(either);
        }
        if let Some(before) = filter.before {
            select = select.filter(paper::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(paper::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// The papers of a case that the caller has loaded within scope, in short, oldest first.
    pub async fn papers_of(&self, of: Of) -> Result<Vec<Brief>> {
        briefs(&self.0, of).await
    }

    /// Adds a paper.
    pub async fn add_paper(&self, row: paper::Model) -> Result<()> {
        paper::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Notes the digest of the drawn file.
    pub async fn seal_paper(&self, id: Uuid, sha256: &str) -> Result<()> {
        paper::Entity::update_many()
            .col_expr(paper::Column::Sha256, Expr::value(sha256))
            .filter(paper::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Marks the papers of a kind that a filing brought forth as taken back.
    pub async fn withdraw_papers(&self, filing: Uuid, kind: PaperKind, now: DateTime<Utc>) -> Result<()> {
        paper::Entity::update_many()
            .col_expr(paper::Column::WithdrawnAt, Expr::value(now))
            .filter(paper::Column::FilingId.eq(filing))
            .filter(paper::Column::Kind.eq(kind))
            .filter(paper::Column::WithdrawnAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(())
    }
}
