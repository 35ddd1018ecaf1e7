//! What an archive holds beside the rows that every reader of a filing sees.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{Condition, QueryOrder};

use crate::domain::id::FilingId;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{decision, paper, visit};

impl Tx {
    /// The papers of a filing that the caller has loaded within scope, of the visits that it brought about, and of what was
    /// decided on those; oldest first.
    pub async fn papers_of_filing(&self, id: FilingId) -> Result<Vec<paper::Model>> {
        let visits = || {
            let of_filing = Expr::col(visit::Column::FilingId).eq(id.0);
            Query::select().column(visit::Column::Id).from(visit::Entity).and_where(of_filing).to_owned()
        };
        let decisions = Query::select()
            .column(decision::Column::Id)
            .from(decision::Entity)
            .and_where(Expr::col(decision::Column::VisitId).in_subquery(visits()))
            .to_owned();
        let any = Condition::any()
            .add(paper::Column::FilingId.eq(id.0))
            .add(paper::Column::VisitId.in_subquery(visits()))
            .add(paper::Column::DecisionId.in_subquery(decisions));
        let select = paper::Entity::find().filter(any);
        Ok(select.order_by_asc(paper::Column::IssuedAt).order_by_asc(paper::Column::Id).all(&self.0).await?)
    }
}
