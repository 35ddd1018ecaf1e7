//! Duplicates at intake: clinics and open filings that share premises, principal, phone or a near-same name with a
//! filing, shown side by side. An officer sees their own office's whole, of others what is public; the applicant sees
//! what the public may know.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::Dossier;
use crate::domain::id::FilingId;
use crate::domain::identity::mask_phone;
use crate::domain::lifecycle::{self, Stage};
use crate::domain::likeness::{self, Likeness, LikenessOf};
use crate::domain::value::hex;
use crate::domain::verdict::ClinicState;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, filing};
use crate::usecase::filings;

/// How many clinics one unit of work takes when keys are made good.
const BATCH: u64 = 500;

/// What is shown at most.
const SHOWN: usize = 50;

/// Another clinic or filing that is like this one, as far as the reader may know it.
pub struct Duplicate {
    pub likeness: BTreeSet<Likeness>,
    pub of: LikenessOf,
    /// 备案编号 of a clinic.
    pub number: Option<String>,
    pub state: Option<ClinicState>,
    /// A filing of the reader's own office.
    pub filing: Option<(FilingId, Option<String>, Stage)>,
    /// 备案机关
    pub authority: String,
    /// Side by side; empty where the reader may not know.
    pub compared: Vec<Compared>,
}

/// One item of both, side by side.
pub struct Compared {
    /// JSON pointer into the dossier.
    pub pointer: &'static str,
    pub mine: String,
    pub theirs: String,
    /// Whether they are the same to the letter.
    pub same: bool,
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// The keys of a clinic's form, kept with it from its issue on.
///
/// # Errors
/// What the store answers.
pub async fn of_clinic(tx: &Tx, id: Uuid, dossier: &Dossier) -> Result<()> {
    tx.liken(LikenessOf::Clinic, id, likeness::keys(dossier, digest)).await
}

/// The keys of a filing: kept while it is with an authority and writes the form.
///
/// # Errors
/// What the store answers.
pub async fn of_filing(tx: &Tx, row: &filing::Model) -> Result<()> {
    let under_way = row.kind.writes_dossier() && row.case_number.is_some() && !lifecycle::ended(row.stage);
    let keys = if under_way { likeness::keys(&row.dossier, digest) } else { BTreeSet::new() };
    tx.liken(LikenessOf::Filing, row.id, keys).await
}

/// What is like a filing, the most alike first.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn duplicates(app: &App, actor: &Actor, id: FilingId) -> Result<Vec<Duplicate>> {
    let tx = app.store.snapshot().await?;
    let row = filings::as_shown(actor, tx.filing(actor, id).await?);
    let own: Vec<Uuid> = [Some(row.id), row.clinic_id, row.predecessor_id].into_iter().flatten().collect();
    let found = tx.alike(&likeness::keys(&row.dossier, digest), &own).await?;
    let public = actor.role == Role::Clinic;
    let mut shared: BTreeMap<(LikenessOf, Uuid), BTreeSet<Likeness>> = BTreeMap::new();
    for (kind, of, subject) in found {
        // Whose phone or ID number it is and who else files is nobody's business but the office's: an applicant could
        // try numbers out.
        let told = of == LikenessOf::Clinic && matches!(kind, Likeness::Premises | Likeness::Name);
        if !public || told {
            shared.entry((of, subject)).or_default().insert(kind);
        }
    }
    let mut likes: Vec<_> = shared.into_iter().collect();
    likes.sort_by_key(|((of, subject), kinds)| (std::cmp::Reverse(kinds.len()), *of, std::cmp::Reverse(*subject)));
    likes.truncate(SHOWN);
    let ids = |wanted: LikenessOf| {
        let of_kind = likes.iter().filter(move |((of, _), _)| *of == wanted);
        of_kind.map(|((_, id), _)| *id).collect::<Vec<_>>()
    };
    let clinics: BTreeMap<_, _> =
        tx.clinics_of(ids(LikenessOf::Clinic).into_iter()).await?.into_iter().map(|c| (c.id, c)).collect();
    let filings: BTreeMap<_, _> =
        tx.filings_of(ids(LikenessOf::Filing).into_iter()).await?.into_iter().map(|f| (f.id, f)).collect();
    let mut told = vec![];
    for ((of, subject), kinds) in likes {
        let other = match of {
            LikenessOf::Clinic => {
                clinics.get(&subject).map(|other| (Some(other.authority_id), clinic(actor, &row, other)))
            }
            LikenessOf::Filing => filings.get(&subject).map(|other| (other.authority_id, open(actor, &row, other))),
        };
        if let Some((authority, duplicate)) = other {
            let authority = match authority {
                Some(authority) => tx.authority(authority).await?.name,
                None => String::new(),
            };
            told.push(Duplicate { likeness: kinds, authority, ..duplicate });
        }
    }
    Ok(told)
}

/// A clinic of the register: its name, address and principal are public.
fn clinic(actor: &Actor, mine: &filing::Model, other: &clinic::Model) -> Duplicate {
    let ours = actor.authority.is_some_and(|a| other.authority_id == a.0 || other.supervisor_id == Some(a.0));
    let mut compared = public(&mine.dossier, &other.dossier);
    if ours {
        compared.extend(phones(&mine.dossier, &other.dossier));
    }
    Duplicate {
        likeness: BTreeSet::new(),
        of: LikenessOf::Clinic,
        number: Some(other.number.clone()),
        state: Some(other.state),
        filing: None,
        authority: String::new(),
        compared,
    }
}

/// A filing under way: of another office only that it is there.
fn open(actor: &Actor, mine: &filing::Model, other: &filing::Model) -> Duplicate {
    let ours = actor.authority.is_some_and(|a| other.authority_id == Some(a.0));
    let theirs = filings::as_shown(actor, other.clone());
    let mut compared = vec![];
    if ours {
        compared = public(&mine.dossier, &theirs.dossier);
        compared.extend(phones(&mine.dossier, &theirs.dossier));
    }
    Duplicate {
        likeness: BTreeSet::new(),
        of: LikenessOf::Filing,
        number: None,
        state: None,
        filing: ours.then(|| (FilingId(other.id), other.case_number.clone(), other.stage)),
        authority: String::new(),
        compared,
    }
}

fn compared(pointer: &'static str, mine: &str, theirs: &str) -> Compared {
    Compared { pointer, mine: mine.to_owned(), theirs: theirs.to_owned(), same: mine == theirs }
}

fn public(mine: &Dossier, theirs: &Dossier) -> Vec<Compared> {
    let address = |d: &Dossier| d.address.detail.trim().to_owned();
    vec![
        compared("/name", &mine.name, &theirs.name),
        compared("/address/street", &mine.address.street, &theirs.address.street),
        compared("/address/detail", &address(mine), &address(theirs)),
        compared("/principal/name", &mine.principal.name, &theirs.principal.name),
    ]
}

/// Phones are compared whole and shown masked.
fn phones(mine: &Dossier, theirs: &Dossier) -> Vec<Compared> {
    let masked = |pointer, mine: &str, theirs: &str| Compared {
        pointer,
        same: mine == theirs,
        mine: mask_phone(mine),
        theirs: mask_phone(theirs),
    };
    vec![
        masked("/phone", &mine.phone, &theirs.phone),
        masked("/principal/phone", &mine.principal.phone, &theirs.principal.phone),
    ]
}

/// Gives keys to clinics that have none: those of an older register. Answers how many.
///
/// # Errors
/// What the store answers.
pub async fn catch_up(app: &App) -> Result<u64> {
    let (mut done, mut last) = (0, Uuid::nil());
    loop {
        let clinics = app.store.clinics_without_likeness(last, BATCH).await?;
        let Some(end) = clinics.last() else { return Ok(done) };
        last = end.id;
        let tx = app.store.begin().await?;
        for clinic in &clinics {
            of_clinic(&tx, clinic.id, &clinic.dossier).await?;
            done += 1;
        }
        tx.commit().await?;
    }
}
