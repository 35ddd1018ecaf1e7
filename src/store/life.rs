//! What happens to clinics: their history, who works there, and what is announced.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{IntoActiveModel, PaginatorTrait, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
use crate::error::{Error, Result};
use crate::store::entity::{announcement, certificate, clinic, clinic_event, clinic_person};
use crate::store::{Store, Tx};

impl Store {
    /// A clinic's history, oldest first.
    pub async fn clinic_events(&self, clinic: Uuid) -> Result<Vec<clinic_event::Model>> {
        let select = clinic_event::Entity::find().filter(clinic_event::Column::ClinicId.eq(clinic));
        Ok(select.order_by_asc(clinic_event::Column::Sequence).all(&self.read).await?)
    }

    /// Every certificate of a clinic, the newest first.
    pub async fn certificates_of(&self, clinic: Uuid) -> Result<Vec<certificate::Model>> {
        let select = certificate::Entity::find().filter(certificate::Column::ClinicId.eq(clinic));
        let newest = select.order_by_desc(certificate::Column::Version).order_by_desc(certificate::Column::Copy);
        Ok(newest.all(&self.read).await?)
    }

    /// A clinic by its id.
    pub async fn clinic_by_id(&self, id: Uuid) -> Result<clinic::Model> {
        clinic::Entity::find_by_id(id).one(&self.read).await?.ok_or(Error::NotFound("clinic"))
    }

    /// Announcements, newest first; of one clinic or authority where they are named.
    pub async fn announcements(
        &self,
        clinic: Option<Uuid>,
        authority: Option<Uuid>,
        before: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<announcement::Model>> {
        let mut select = announcement::Entity::find();
        if let Some(clinic) = clinic {
            select = select.filter(announcement::Column::ClinicId.eq(clinic));
        }
        if let Some(authority) = authority {
            select = select.filter(announcement::Column::AuthorityId.eq(authority));
        }
        if let Some(before) = before {
            select = select.filter(announcement::Column::Id.lt(before));
        }
        Ok(select.order_by_desc(announcement::Column::Id).limit(limit).all(&self.read).await?)
    }
}

impl Tx {
    /// Appends to a clinic's history; the sequence is given here, under the clinic's own compare-and-set.
    pub async fn add_clinic_event(&self, mut row: clinic_event::Model) -> Result<()> {
        let before = clinic_event::Entity::find().filter(clinic_event::Column::ClinicId.eq(row.clinic_id));
        row.sequence = i32::try_from(before.count(&self.0).await?).map_err(Error::internal)? + 1;
        clinic_event::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Whether a clinic ended by moving to another county.
    pub async fn has_moved_away(&self, clinic: Uuid) -> Result<bool> {
        let moves = clinic_event::Entity::find()
            .filter(clinic_event::Column::ClinicId.eq(clinic))
            .filter(clinic_event::Column::Act.eq(ClinicAct::MoveAway));
        Ok(moves.count(&self.0).await? > 0)
    }

    /// The decision that suspended a clinic's 互联网诊疗, as long as none has let it resume since. Giving 互联网诊疗 up and
    /// adding it again does not lift it, nor does moving: where a clinic's own history says nothing, its predecessor's does.
    pub async fn telemedicine_order(&self, clinic: Uuid) -> Result<Option<Uuid>> {
        let mut next = Some(clinic);
        while let Some(id) = next {
            let acts = [ClinicAct::SuspendTelemedicine, ClinicAct::ResumeTelemedicine];
            let last = clinic_event::Entity::find()
                .filter(clinic_event::Column::ClinicId.eq(id))
                .filter(clinic_event::Column::Act.is_in(acts))
                .order_by_desc(clinic_event::Column::Sequence)
                .one(&self.0)
                .await?;
            if let Some(last) = last {
                return Ok(last.decision_id.filter(|_| last.act == ClinicAct::SuspendTelemedicine));
            }
            next = self.clinic(id).await?.predecessor_id;
        }
        Ok(None)
    }

    /// Publishes an announcement.
    pub async fn add_announcement(&self, row: announcement::Model) -> Result<()> {
        announcement::Entity::insert(row.into_active_model()).exec_without_returning(&self.0).await?;
        Ok(())
    }

    /// Tells every certificate of a clinic where the clinic stands now.
    pub async fn stand_certificates(&self, clinic: Uuid, state: ClinicState, mode: TelemedicineMode) -> Result<()> {
        certificate::Entity::update_many()
            .col_expr(certificate::Column::ClinicState, Expr::value(state))
            .col_expr(certificate::Column::Telemedicine, Expr::value(mode))
            .filter(certificate::Column::ClinicId.eq(clinic))
            .exec(&self.0)
            .await?;
        Ok(())
    }

    /// The certificate of this id, for a change of its state.
    pub async fn certificate(&self, id: Uuid) -> Result<certificate::Model> {
        certificate::Entity::find_by_id(id).one(&self.0).await?.ok_or(Error::NotFound("certificate"))
    }

    /// Moves one copy from a state to another; `Stale` when it is no longer there.
    pub async fn move_certificate(&self, id: Uuid, from: CertificateState, to: CertificateState) -> Result<()> {
        let done = certificate::Entity::update_many()
            .col_expr(certificate::Column::State, Expr::value(to))
            .filter(certificate::Column::Id.eq(id))
            .filter(certificate::Column::State.eq(from))
            .exec(&self.0)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale) }
    }

    /// Replaces the list of who works at a clinic.
    pub async fn list_persons(&self, clinic: Uuid, persons: Vec<clinic_person::Model>) -> Result<()> {
        let old = clinic_person::Entity::delete_many().filter(clinic_person::Column::ClinicId.eq(clinic));
        old.exec(&self.0).await?;
        if !persons.is_empty() {
            let rows = persons.into_iter().map(IntoActiveModel::into_active_model);
            clinic_person::Entity::insert_many(rows).exec_without_returning(&self.0).await?;
        }
        Ok(())
    }
}
