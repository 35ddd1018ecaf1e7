//! Copies of certificates for a purpose (加注件): rows of the papers, of a kind of their own.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{Condition, ConnectionTrait, IntoActiveModel, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::{CertificateId, PaperId};
use crate::domain::paper::PaperKind;
use crate::error::{Error, Result};
use crate::store::entity::{clinic, paper};
use crate::store::{Store, Tx};

fn copies() -> Select<paper::Entity> {
    paper::Entity::find().filter(paper::Column::Kind.eq(PaperKind::Copy))
}

/// The copies that `actor` may open: like the certificates, the clinic's own, those of its authority, and those of the
/// clinics that it supervises.
fn scoped(actor: &Actor) -> Select<paper::Entity> {
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => copies().filter(paper::Column::OwnerId.eq(actor.owner.0)),
        (role, Some(authority)) if role.sees_cases() => {
            let supervised = Query::select()
                .column(clinic::Column::Id)
                .from(clinic::Entity)
                .and_where(clinic::Column::SupervisorId.eq(authority.0))
                .to_owned();
            copies().filter(
                Condition::any()
                    .add(paper::Column::AuthorityId.eq(authority.0))
                    .add(paper::Column::ClinicId.in_subquery(supervised)),
            )
        }
        _ => copies().filter(Expr::cust("1 = 0")),
    }
}

async fn find(db: &impl ConnectionTrait, actor: &Actor, id: PaperId) -> Result<paper::Model> {
    scoped(actor).filter(paper::Column::Id.eq(id.0)).one(db).await?.ok_or(Error::NotFound("copy"))
}

impl Store {
    /// A copy within the actor's scope.
    pub async fn copy(&self, actor: &Actor, id: PaperId) -> Result<paper::Model> {
        find(&self.read, actor, id).await
    }

    /// Up to `limit` copies of a certificate within the actor's scope, newest first.
    pub async fn copies(
        &self,
        actor: &Actor,
        certificate: CertificateId,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<paper::Model>> {
        let mut select = scoped(actor).filter(paper::Column::CertificateId.eq(certificate.0));
        if let Some(before) = before {
            select = select.filter(paper::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(paper::Column::Id).limit(limit).all(&self.read).await?)
    }

    /// The copy of a signed code.
    pub async fn copy_by_digits(&self, digits: &str) -> Result<Option<paper::Model>> {
        Ok(copies().filter(paper::Column::Digits.eq(digits)).one(&self.read).await?)
    }

    /// The copy of a short code, as typed by hand.
    pub async fn copy_by_short_code(&self, code: &str) -> Result<Option<paper::Model>> {
        Ok(copies().filter(paper::Column::Code.eq(code)).one(&self.read).await?)
    }

    /// The copy whose drawn paper has this SHA-256 (64 small hexadecimal digits).
    pub async fn copy_by_paper(&self, sha256: &str) -> Result<Option<paper::Model>> {
        Ok(copies().filter(paper::Column::Sha256.eq(sha256)).one(&self.read).await?)
    }
}

impl Tx {
    /// A copy within the actor's scope.
    pub async fn copy(&self, actor: &Actor, id: PaperId) -> Result<paper::Model> {
        find(&self.0, actor, id).await
    }

    /// Adds a copy.
    pub async fn add_copy(&self, row: paper::Model) -> Result<()> {
        paper::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Notes that a copy was taken back. Answers whether it was not before.
    pub async fn withdraw_copy(&self, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
        let done = paper::Entity::update_many()
            .col_expr(paper::Column::WithdrawnAt, Expr::value(at))
            .filter(paper::Column::Id.eq(id))
            .filter(paper::Column::Kind.eq(PaperKind::Copy))
            .filter(paper::Column::WithdrawnAt.is_null())
            .exec(&self.0)
            .await?;
        Ok(done.rows_affected == 1)
    }
}
