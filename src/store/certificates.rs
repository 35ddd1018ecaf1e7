//! Certificates: every version that was ever issued.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{Condition, IntoActiveModel, QueryOrder, Select};
use uuid::Uuid;

use crate::domain::actor::{Actor, Role};
use crate::domain::id::CertificateId;
use crate::domain::verdict::{CertificateState, TelemedicineMode};
use crate::error::{Error, Result};
use crate::store::entity::{certificate, clinic};
use crate::store::{Store, Tx};

/// The certificates that `actor` may open: the clinic's own, those of its authority, and those of the clinics that it
/// supervises.
fn scoped(actor: &Actor) -> Select<certificate::Entity> {
    let find = certificate::Entity::find();
    match (actor.role, actor.authority) {
        (Role::Clinic, _) => find.filter(certificate::Column::OwnerId.eq(actor.owner.0)),
        (role, Some(authority)) if role.sees_cases() => {
            let supervised = Query::select()
                .column(clinic::Column::Id)
                .from(clinic::Entity)
                .and_where(clinic::Column::SupervisorId.eq(authority.0))
                .to_owned();
            find.filter(
                Condition::any()
                    .add(certificate::Column::AuthorityId.eq(authority.0))
                    .add(certificate::Column::ClinicId.in_subquery(supervised)),
            )
        }
        _ => find.filter(Expr::cust("1 = 0")),
    }
}

impl Store {
    /// A certificate within the actor's scope.
    pub async fn certificate(&self, actor: &Actor, id: CertificateId) -> Result<certificate::Model> {
        let select = scoped(actor).filter(certificate::Column::Id.eq(id.0));
        select.one(&self.read).await?.ok_or(Error::NotFound("certificate"))
    }

    /// A certificate, for work that no person asked for.
    pub async fn certificate_unscoped(&self, id: CertificateId) -> Result<Option<certificate::Model>> {
        Ok(certificate::Entity::find_by_id(id.0).one(&self.read).await?)
    }

    /// The certificate of a status index, as a code carries it.
    pub async fn certificate_by_status_index(&self, index: u32) -> Result<Option<certificate::Model>> {
        let Ok(index) = i32::try_from(index) else { return Ok(None) };
        let select = certificate::Entity::find().filter(certificate::Column::StatusIndex.eq(index));
        Ok(select.one(&self.read).await?)
    }

    /// The certificate of a short code, as typed by hand.
    pub async fn certificate_by_short_code(&self, code: &str) -> Result<Option<certificate::Model>> {
        let select = certificate::Entity::find().filter(certificate::Column::ShortCode.eq(code));
        Ok(select.one(&self.read).await?)
    }

    /// The certificate whose drawn paper has this SHA-256 (64 small hexadecimal digits).
    pub async fn certificate_by_paper(&self, sha256: &str) -> Result<Option<certificate::Model>> {
        let select = certificate::Entity::find().filter(certificate::Column::PdfSha256.eq(sha256));
        Ok(select.one(&self.read).await?)
    }

    /// The copy that took the place of this one, if one did.
    pub async fn certificate_after(&self, row: &certificate::Model) -> Result<Option<certificate::Model>> {
        let same = Condition::all()
            .add(certificate::Column::Version.eq(row.version))
            .add(certificate::Column::Copy.gt(row.copy));
        let later = Condition::any().add(certificate::Column::Version.gt(row.version)).add(same);
        let select = certificate::Entity::find()
            .filter(certificate::Column::ClinicId.eq(row.clinic_id))
            .filter(later)
            .order_by_asc(certificate::Column::Version)
            .order_by_asc(certificate::Column::Copy);
        Ok(select.one(&self.read).await?)
    }

    /// The newest certificate in force that names 互联网诊疗, for the demonstration.
    pub async fn newest_telemedicine_certificate(&self) -> Result<Option<certificate::Model>> {
        let select = certificate::Entity::find()
            .filter(certificate::Column::State.eq(CertificateState::Current))
            .filter(certificate::Column::Telemedicine.eq(TelemedicineMode::On))
            .order_by_desc(certificate::Column::Id);
        Ok(select.one(&self.read).await?)
    }
}

impl Tx {
    /// A certificate within the actor's scope.
    pub async fn scoped_certificate(&self, actor: &Actor, id: CertificateId) -> Result<certificate::Model> {
        let select = scoped(actor).filter(certificate::Column::Id.eq(id.0));
        select.one(&self.0).await?.ok_or(Error::NotFound("certificate"))
    }

    /// Adds a certificate.
    pub async fn add_certificate(&self, row: certificate::Model) -> Result<()> {
        certificate::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Whether a status index is in use.
    pub async fn status_index_taken(&self, index: i32) -> Result<bool> {
        let select = certificate::Entity::find().filter(certificate::Column::StatusIndex.eq(index));
        Ok(select.one(&self.0).await?.is_some())
    }

    /// Marks every earlier version of a clinic's certificate as superseded by `version` with `number`.
    pub async fn supersede_certificates(&self, clinic: Uuid, version: i32, number: &str) -> Result<()> {
        certificate::Entity::update_many()
            .col_expr(certificate::Column::CurrentVersion, Expr::value(version))
            .col_expr(certificate::Column::CurrentNumber, Expr::value(number))
            .filter(certificate::Column::ClinicId.eq(clinic))
            .filter(certificate::Column::Version.lt(version))
            .exec(&self.0)
            .await?;
        certificate::Entity::update_many()
            .col_expr(certificate::Column::State, Expr::value(CertificateState::Superseded))
            .filter(certificate::Column::ClinicId.eq(clinic))
            .filter(certificate::Column::Version.lt(version))
            .filter(certificate::Column::State.is_in([CertificateState::Current, CertificateState::Lost]))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// Notes the digest of the drawn paper.
    pub async fn seal_certificate(&self, id: Uuid, pdf_sha256: &str) -> Result<()> {
        certificate::Entity::update_many()
            .col_expr(certificate::Column::PdfSha256, Expr::value(pdf_sha256))
            .filter(certificate::Column::Id.eq(id))
            .exec(&self.0)
            .await?;
        Ok(())
    }
}
