//! Who works at which clinic, over the whole register.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::standing;
use crate::domain::verdict::ClinicState;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, clinic_person};

/// The most places of work that are looked at for one filing.
const MOST: u64 = 500;

/// A clinic, as far as a place of work must be known.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Workplace {
    pub id: Uuid,
    pub number: String,
    pub name: String,
    pub division: String,
    pub state: ClinicState,
    pub authority_id: Uuid,
    pub supervisor_id: Option<Uuid>,
}

impl Tx {
    /// Where the persons of these keys or practice codes work, at any clinic of the register that has not ended, except one.
    pub async fn workplaces(
        &self,
        keys: Vec<String>,
        codes: Vec<String>,
        except: Option<Uuid>,
    ) -> Result<Vec<(clinic_person::Model, Workplace)>> {
        let mut same = Condition::any();
        if !keys.is_empty() {
            same = same.add(clinic_person::Column::PersonKey.is_in(keys));
        }
        if !codes.is_empty() {
            same = same.add(clinic_person::Column::PracticeCode.is_in(codes));
        }
        if same.is_empty() {
            return Ok(vec![]);
        }
        let persons = clinic_person::Entity::find()
            .filter(same)
            .filter(clinic_person::Column::ClinicId.ne(except.unwrap_or(Uuid::nil())))
            .order_by_asc(clinic_person::Column::ClinicId)
            .order_by_asc(clinic_person::Column::PersonKey)
            .limit(MOST)
            .all(&self.0)
            .await?;
        if persons.is_empty() {
            return Ok(vec![]);
        }
        let lasting = ClinicState::ALL.iter().filter(|state| !standing::ended(**state)).copied();
        // Without the form and the statement, which are large.
        let clinics: Vec<Workplace> = clinic::Entity::find()
            .select_only()
            .columns([clinic::Column::Id, clinic::Column::Number, clinic::Column::Name, clinic::Column::Division])
            .columns([clinic::Column::State, clinic::Column::AuthorityId, clinic::Column::SupervisorId])
            .filter(clinic::Column::Id.is_in(persons.iter().map(|person| person.clinic_id)))
            .filter(clinic::Column::State.is_in(lasting))
            .into_model()
            .all(&self.0)
            .await?;
        let at = |id: Uuid| clinics.iter().find(|clinic| clinic.id == id).cloned();
        Ok(persons.into_iter().filter_map(|person| at(person.clinic_id).map(|clinic| (person, clinic))).collect())
    }
}
