//! What happened to clinics in the order of the issuance log. Its sequence has no gap and moves in the transaction of what
//! it tells, one after the other, so whoever has read up to a number has missed nothing before it.

use std::collections::BTreeSet;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{certificate, clinic, clinic_event, log_entry};

impl Tx {
    /// The last number of the log; -1 while it is empty.
    pub async fn log_head(&self) -> Result<i32> {
        let last = log_entry::Entity::find().order_by_desc(log_entry::Column::Sequence).one(&self.0).await?;
        Ok(last.map_or(-1, |entry| entry.sequence))
    }

    /// Up to `limit` entries after a number, each with its certificate: of certificates that the authority issued, and of
    /// clinics that it supervises now.
    pub async fn log_of(
        &self,
        authority: Uuid,
        after: i32,
        limit: u64,
    ) -> Result<Vec<(log_entry::Model, certificate::Model)>> {
        let supervised = Query::select()
            .column(clinic::Column::Id)
            .from(clinic::Entity)
            .and_where(clinic::Column::SupervisorId.eq(authority))
            .to_owned();
        let scope = Condition::any()
            .add(certificate::Column::AuthorityId.eq(authority))
            .add(certificate::Column::ClinicId.in_subquery(supervised));
        let of = log_entry::Entity::belongs_to(certificate::Entity)
            .from(log_entry::Column::CertificateId)
            .to(certificate::Column::Id)
            .into();
        let rows = log_entry::Entity::find()
            .select_also(certificate::Entity)
            .join(sea_orm::JoinType::InnerJoin, of)
            .filter(log_entry::Column::Sequence.gt(after))
            .filter(scope)
            .order_by_asc(log_entry::Column::Sequence)
            .limit(limit)
            .all(&self.0)
            .await?;
        Ok(rows.into_iter().filter_map(|(entry, row)| Some((entry, row?))).collect())
    }

    /// Number and kind of every entry about these clinics, in order, each with its clinic and the filing of its certificate.
    pub async fn log_lines(&self, clinics: &BTreeSet<Uuid>) -> Result<Vec<(Uuid, i32, String, Uuid)>> {
        if clinics.is_empty() {
            return Ok(vec![]);
        }
        let of = log_entry::Entity::belongs_to(certificate::Entity)
            .from(log_entry::Column::CertificateId)
            .to(certificate::Column::Id)
            .into();
        let select = log_entry::Entity::find()
            .select_only()
            .column(certificate::Column::ClinicId)
            .column(log_entry::Column::Sequence)
            .column(log_entry::Column::Kind)
            .column(certificate::Column::FilingId)
            .join(sea_orm::JoinType::InnerJoin, of)
            .filter(certificate::Column::ClinicId.is_in(clinics.iter().copied()))
            .order_by_asc(log_entry::Column::Sequence);
        Ok(select.into_tuple().all(&self.0).await?)
    }

    /// Everything that happened to these clinics, each in its order.
    pub async fn events_of(&self, clinics: &BTreeSet<Uuid>) -> Result<Vec<clinic_event::Model>> {
        if clinics.is_empty() {
            return Ok(vec![]);
        }
        let select = clinic_event::Entity::find()
            .filter(clinic_event::Column::ClinicId.is_in(clinics.iter().copied()))
            .order_by_asc(clinic_event::Column::ClinicId)
            .order_by_asc(clinic_event::Column::Sequence);
        Ok(select.all(&self.0).await?)
    }
}
