//! Persons of a filing who stand in the register with other clinics, told to each reader as far as they may know.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::{Dossier, Post};
use crate::domain::id::FilingId;
use crate::domain::rules::persons::Elsewhere;
use crate::domain::value;
use crate::domain::verdict::ClinicState;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::clinic_person;
use crate::store::persons::Workplace;
use crate::usecase::{facts, filings};

/// What the register calls the principal among the persons of a clinic.
const PRINCIPAL: &str = "principal";

/// A person of a dossier.
struct Person {
    pointer: String,
    key: String,
    code: String,
    post: Option<Post>,
}

impl Person {
    fn is(&self, row: &clinic_person::Model) -> bool {
        (!self.key.is_empty() && row.person_key == self.key)
            || (!self.code.is_empty() && row.practice_code == self.code)
    }
}

/// Every person once, the principal first; the row in which the principal treats online is no other person.
fn people(dossier: &Dossier) -> Vec<Person> {
    let p = &dossier.principal;
    let person = |pointer: String, id: &str, code: &str, post| Person {
        pointer,
        key: facts::person_key(id),
        code: code.trim().to_owned(),
        post,
    };
    let first = person("/principal".into(), &p.id_number, &p.practice_code, None);
    let rows = dossier.staff.iter().enumerate();
    let staff = rows.map(|(i, row)| person(format!("/staff/{i}"), &row.id_number, &row.practice_code, row.post));
    let mut seen = BTreeSet::new();
    let new = |person: &Person| person.key.is_empty() || seen.insert(person.key.clone());
    std::iter::once(first).chain(staff).filter(new).collect()
}

/// The persons of a form as the register lists them for its clinic.
pub(crate) fn listed(clinic_id: Uuid, dossier: &Dossier) -> Vec<clinic_person::Model> {
    let known = people(dossier).into_iter().filter(|person| !person.key.is_empty());
    known
        .map(|person| clinic_person::Model {
            clinic_id,
            post: match person.post {
                _ if person.pointer == "/principal" => PRINCIPAL.to_owned(),
                post => post.map_or_else(String::new, |post| value::code(&post)),
            },
            person_key: person.key,
            practice_code: person.code,
        })
        .collect()
}

/// Each person of the dossier with the places where the register has them, the filing's own clinic left out.
async fn found(tx: &Tx, dossier: &Dossier, clinic: Option<Uuid>) -> Result<Vec<(Person, Vec<(String, Workplace)>)>> {
    let people = people(dossier);
    let given = |of: fn(&Person) -> &String| people.iter().map(of).filter(|text| !text.is_empty()).cloned().collect();
    let rows = tx.workplaces(given(|p| &p.key), given(|p| &p.code), clinic).await?;
    let places = |person: &Person| {
        let mut at: Vec<(String, Workplace)> = vec![];
        for (row, clinic) in rows.iter().filter(|(row, _)| person.is(row)) {
            if !at.iter().any(|(_, other)| other.id == clinic.id) {
                at.push((row.post.clone(), clinic.clone()));
            }
        }
        at
    };
    Ok(people.into_iter().map(|person| (places(&person), person)).map(|(at, person)| (person, at)).collect())
}

/// What R-103 may say: how many and in which counties. That the principal answers for another active clinic is R-029's.
///
/// # Errors
/// What the store answers.
pub async fn elsewhere(tx: &Tx, dossier: &Dossier, clinic: Option<Uuid>) -> Result<Vec<Elsewhere>> {
    let told = |(person, mut places): (Person, Vec<(String, Workplace)>)| {
        let principal = person.pointer == "/principal";
        places.retain(|(post, clinic)| !(principal && post == PRINCIPAL && clinic.state == ClinicState::Active));
        let divisions: BTreeSet<_> = places.iter().map(|(_, clinic)| clinic.division.clone()).collect();
        let some = !places.is_empty();
        some.then(|| Elsewhere {
            pointer: person.pointer,
            clinics: places.len(),
            divisions: divisions.into_iter().collect(),
        })
    };
    Ok(found(tx, dossier, clinic).await?.into_iter().filter_map(told).collect())
}

/// Where else a person of a filing works.
pub struct Place {
    /// 行政区划代码 of the county, and its name.
    pub division: String,
    pub county: String,
    /// Post there, number and name, for whoever may know them.
    pub clinic: Option<(String, String, String)>,
}

/// A person of a filing who works elsewhere, too.
pub struct Occupied {
    pub pointer: String,
    /// Post in this filing; none: the principal.
    pub post: Option<Post>,
    pub places: Vec<Place>,
}

/// The persons of a filing who stand in the register with other clinics. A clinic is named where it is in the reader's
/// authority's charge, or where the public record names the person there; else only its county.
///
/// # Errors
/// `NotFound` outside the actor's scope; `Forbidden` for a clinic.
pub async fn occupied(app: &App, actor: &Actor, id: FilingId) -> Result<Vec<Occupied>> {
    let tx = app.store.snapshot().await?;
    let row = filings::as_shown(actor, tx.filing(actor, id).await?);
    if actor.role == Role::Clinic {
        return Err(Error::Forbidden);
    }
    let law = app.law();
    let authority = actor.authority.map(|authority| authority.0);
    let place = |(post, clinic): (String, Workplace)| {
        let public = post == PRINCIPAL || post == value::code(&Post::Physician);
        let ours = authority.is_some_and(|a| clinic.authority_id == a || clinic.supervisor_id == Some(a));
        Place {
            county: law.division_path(&clinic.division),
            division: clinic.division,
            clinic: (public || ours).then_some((post, clinic.number, clinic.name)),
        }
    };
    let found = found(&tx, &row.dossier, row.clinic_id).await?.into_iter().filter(|(_, places)| !places.is_empty());
    let occupied = |(person, places): (Person, Vec<(String, Workplace)>)| Occupied {
        pointer: person.pointer,
        post: person.post,
        places: places.into_iter().map(place).collect(),
    };
    Ok(found.map(occupied).collect())
}
