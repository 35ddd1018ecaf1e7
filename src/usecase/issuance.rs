//! Issuing: number, statement, signature, register, log and history in one transaction, in an order that leaves either
//! nothing or everything after a crash (design 2.8). Nothing but this reaches the signer.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::certificate::code;
use crate::certificate::compose;
use crate::certificate::sheet::Sheet;
use crate::domain::actor::{Actor, Duty};
use crate::domain::certificate::{StatedAuthority, Statement};
use crate::domain::dossier::Dossier;
use crate::domain::filing as decisions;
use crate::domain::filing_number::{self, FilingNumber};
use crate::domain::id::{CertificateId, FilingId};
use crate::domain::issuance::{self, Grant};
use crate::domain::law::Law;
use crate::domain::lifecycle::Action;
use crate::domain::log_leaf::{self, Leaf};
use crate::domain::payload::Payload;
use crate::domain::rules;
use crate::domain::search;
use crate::domain::short_code::ShortCode;
use crate::domain::task::Task;
use crate::domain::value;
use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
use crate::error::{Clash, Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, certificate, clinic, clinic_number, filing, log_entry};

use crate::usecase::aftermath;
use crate::usecase::facts;
use crate::usecase::likeness;
use crate::usecase::persons;

/// Indexes are drawn at random from this many, so that they tell nothing about how many clinics there are.
pub(crate) const STATUS_INDEXES: u32 = 1 << 24;

/// Lays the paper out as a specimen, without code or signature, so that what cannot be drawn stops the issue before
/// anything is numbered.
///
/// # Errors
/// `Invalid` naming the character that no font has, or the field that does not fit.
pub async fn rehearse(app: &App, actor: &Actor, id: FilingId, number: Option<&str>) -> Result<()> {
    let tx = app.store.snapshot().await?;
    let row = tx.filing(actor, id).await?;
    let known = decisions::Facts::of(row.notices, row.recommended_by, actor);
    let Some(authority) = row.authority_id else { return Ok(()) };
    if !row.kind.writes_dossier() {
        return Ok(());
    }
    // Whoever may not issue is told so, and not what the paper would look like.
    if decisions::decide(row.stage, Action::Issue, actor, known).is_err() {
        return Ok(());
    }
    let authority = tx.authority(authority).await?;
    let current = current(&tx, &row).await?;
    // Any number is as wide as any other; whether a typed one is right, the rules say.
    let typed = number.and_then(|typed| typed.parse::<FilingNumber>().ok());
    let placeholder = typed.map_or_else(|| "PDY00000037150217D2112".to_owned(), |number| number.to_string());
    let law = app.law_of(&authority);
    let statement = statement(app, &law, &row.dossier, &authority, current.as_ref(), placeholder, true)?;
    drop(tx);
    draws(app, statement).await
}

/// Whether the paper of a statement can be drawn.
///
/// # Errors
/// `Invalid` naming the character that no font has, or the field that does not fit.
pub(super) async fn draws(app: &App, statement: Statement) -> Result<()> {
    let (fonts, host) = (app.fonts.clone(), app.settings.host().to_owned());
    let drawn = tokio::task::spawn_blocking(move || {
        let sheet = Sheet {
            statement: &statement,
            code_text: "",
            short_code: "",
            host: &host,
            development: false,
            specimen: true,
            annotation: None,
        };
        compose::compose(&fonts, &sheet).map(drop)
    });
    Ok(drawn.await.map_err(Error::internal)??)
}

/// Issues the certificate of a recommended filing that has just passed every rule (`actions::act`). Answers the note for
/// the history.
///
/// # Errors
/// `Conflict` when the number is taken or used up.
pub async fn issue(
    app: &App,
    tx: &Tx,
    actor: &Actor,
    row: &mut filing::Model,
    law: &Law,
    assigned: Option<&str>,
) -> Result<String> {
    let authority = tx.authority(row.authority_id.ok_or(Error::NotFound("authority"))?).await?;
    let current = current(tx, row).await?;

    // 1. The number.
    let (number, provisional) = match assigned {
        Some(typed) => (facts::canonical_number(typed), false),
        None => own_number(tx, &row.dossier, current.as_ref()).await?,
    };
    // 2. The statement: what will be said, whole.
    let statement = statement(app, law, &row.dossier, &authority, current.as_ref(), number.clone(), provisional)?;
    let (version, note) = (statement.version, statement.change_note.clone().unwrap_or_default());
    // Another place has not been seen yet.
    let same_place = current.as_ref().filter(|c| same_place(&c.dossier, &row.dossier));
    let verified_on = same_place.and_then(|c| c.verified_on);
    let register = enter(app, tx, row, &authority, statement, current.as_ref(), verified_on).await?;
    aftermath::of_issue(app, tx, actor, row, law, &register, current.as_ref(), note).await?;
    Ok(format!("备案编号 {number}，第{version}版"))
}

/// Puts a statement into the register: what the public, other systems and the next change go by. Answers the clinic as the
/// register holds it; a change of it counts one version up.
///
/// # Errors
/// `Conflict` when the number is another clinic's; `Stale` when somebody wrote the clinic meanwhile.
pub(super) async fn enter(
    app: &App,
    tx: &Tx,
    row: &mut filing::Model,
    authority: &authority::Model,
    statement: Statement,
    current: Option<&clinic::Model>,
    verified_on: Option<NaiveDate>,
) -> Result<clinic::Model> {
    let today = app.clock.today();
    let number = statement.number.clone();
    // 3. Digest, signature, certificate.
    let clinic_id = current.map_or_else(|| app.clock.new_id(), |c| c.id);
    let order = order(tx, row, current).await?;
    let standing = stands(&statement, current, order.is_some());
    let issued = certify(app, tx, row, authority, statement, clinic_id, standing).await?;
    // 4. Register, superseded versions, log, and the work that remains.
    let supervisor = supervisor(tx, row, authority, today).await?;
    let register = clinic::Model { verified_on, ..register_row(app, row, authority, supervisor, &issued, current) };
    let terms = search_terms(&issued.statement, &register);
    match current {
        Some(before) => {
            if before.number != number {
                tx.add_clinic_number(clinic_number::Model { number: number.clone(), clinic_id, valid_from: today })
                    .await?;
            }
            tx.advance_clinic(register.clone(), before.version).await?;
        }
        None => tx.add_clinic(register.clone()).await?,
    }
    tx.index_clinic(clinic_id, terms).await?;
    tx.list_persons(clinic_id, persons::listed(clinic_id, &row.dossier)).await?;
    likeness::of_clinic(tx, clinic_id, &row.dossier).await?;
    tx.supersede_certificates(clinic_id, issued.version, &number).await?;
    tx.stand_certificates(clinic_id, standing.0, standing.1).await?;
    append_log(app, tx, &issued, if current.is_none() { "issue" } else { "supersede" }).await?;
    row.clinic_id = Some(clinic_id);
    publish(app, tx, row, issued).await?;
    Ok(register)
}

/// Keeps a fresh certificate with its filing, and asks for its paper.
pub(super) async fn publish(app: &App, tx: &Tx, row: &mut filing::Model, issued: certificate::Model) -> Result<()> {
    let task = Task::Seal { certificate: CertificateId(issued.id) };
    tx.enqueue(app.clock.new_id(), task, app.clock.now()).await?;
    row.certificate_id = Some(issued.id);
    tx.add_certificate(issued).await
}

/// The decision that keeps the clinic's 互联网诊疗 suspended, if one does: its own, or that of the clinic which it was before
/// it moved here.
///
/// # Errors
/// What the store answers.
pub(super) async fn order(tx: &Tx, row: &filing::Model, current: Option<&clinic::Model>) -> Result<Option<Uuid>> {
    match current.map(|clinic| clinic.id).or(row.predecessor_id) {
        Some(clinic) => tx.telemedicine_order(clinic).await,
        None => Ok(None),
    }
}

/// Where the clinic stands once this statement is issued: a change leaves the standing as it was, and no filing lifts an
/// order against 互联网诊疗.
pub(crate) fn stands(
    statement: &Statement,
    current: Option<&clinic::Model>,
    ordered: bool,
) -> (ClinicState, TelemedicineMode) {
    let before = current.map_or((ClinicState::Active, TelemedicineMode::Off), |c| (c.state, c.telemedicine_mode));
    let mode = match (statement.offers_telemedicine(), before.1) {
        (false, _) => TelemedicineMode::Off,
        (true, TelemedicineMode::Suspended) => TelemedicineMode::Suspended,
        (true, _) if ordered => TelemedicineMode::Suspended,
        (true, _) => TelemedicineMode::On,
    };
    (before.0, mode)
}

/// A certificate over `statement`: digest first, then the signature over the code's payload.
pub(super) async fn certify(
    app: &App,
    tx: &Tx,
    row: &filing::Model,
    authority: &authority::Model,
    statement: Statement,
    clinic_id: Uuid,
    standing: (ClinicState, TelemedicineMode),
) -> Result<certificate::Model> {
    let status_index = free_status_index(app, tx).await?;
    signed(app, row, authority, statement, clinic_id, standing, status_index)
}

/// The certificate of `statement` under a status index that is free.
///
/// # Errors
/// When no key may sign for the region, or the fresh code does not verify.
pub(crate) fn signed(
    app: &App,
    row: &filing::Model,
    authority: &authority::Model,
    statement: Statement,
    clinic_id: Uuid,
    standing: (ClinicState, TelemedicineMode),
    status_index: u32,
) -> Result<certificate::Model> {
    let today = app.clock.today();
    let digest = statement.digest();
    let payload = Payload::of(&statement, status_index);
    let signer = app
        .keyring
        .signer(&authority.region, today)
        .ok_or_else(|| anyhow::anyhow!("no active key may sign for region {} on {today}", authority.region))?;
    let signed = signer.sign(&payload);
    // What was signed must be what a verifier will accept, or nothing is issued.
    code::check(&signed.digits, app.keyring.manifest(), today)
        .map_err(|refused| anyhow::anyhow!("the fresh code does not verify: {}", refused.reason.code()))?;
    let version = i32::try_from(statement.version).map_err(Error::internal)?;
    Ok(certificate::Model {
        id: app.clock.new_id(),
        clinic_id,
        filing_id: row.id,
        owner_id: row.owner_id,
        authority_id: authority.id,
        version,
        copy: i32::try_from(statement.copy_number).map_err(Error::internal)?,
        short_code: ShortCode::from_random(app.clock.random()?),
        status_index: i32::try_from(status_index).map_err(Error::internal)?,
        digest: value::hex(&digest),
        cose: signed.cose,
        digits: signed.digits,
        key_id: signer.kid().to_string(),
        salt: value::hex(&app.clock.random::<16>()?),
        state: CertificateState::Current,
        clinic_state: standing.0,
        telemedicine: standing.1,
        current_version: version,
        current_number: statement.number.clone(),
        pdf_sha256: None,
        issued_at: app.clock.now(),
        statement,
    })
}

/// Who supervises the clinic: by the table, or the authority itself.
async fn supervisor(tx: &Tx, row: &filing::Model, authority: &authority::Model, on: NaiveDate) -> Result<Uuid> {
    let Some(clinic_type) = row.dossier.clinic_type else { return Ok(authority.id) };
    let found = tx.responsible(Duty::Supervise, clinic_type, &row.dossier.address.street, on).await?;
    Ok(found.map_or(authority.id, |supervisor| supervisor.id))
}

async fn current(tx: &Tx, row: &filing::Model) -> Result<Option<clinic::Model>> {
    match row.clinic_id {
        Some(id) => tx.clinic(id).await.map(Some),
        None => Ok(None),
    }
}

/// A number of our own, marked provisional: the health authority's registration system assigns the real one.
/// A change keeps the body of the number and follows the attributes that it encodes.
async fn own_number(tx: &Tx, dossier: &Dossier, current: Option<&clinic::Model>) -> Result<(String, bool)> {
    let (division, economic, category, management) =
        issuance::number_attributes(dossier).ok_or(Error::NotFound("attributes"))?;
    let compose = |body: &str| {
        let number = FilingNumber::compose(body, division, economic, category, management);
        number.map(|n| n.to_string()).map_err(Error::internal)
    };
    if let Some(before) = current {
        let kept = compose(before.number.get(..9).unwrap_or_default())?;
        let provisional = before.record.provisional || kept != before.number;
        return Ok((kept, provisional));
    }
    if let Some(body) = issuance::body_of_uscc(&dossier.applicant.uscc) {
        let number = compose(&body)?;
        if tx.holder_of_number(&number).await?.is_none() {
            return Ok((number, true));
        }
    }
    let serial = tx.next_number(&format!("number/{division}")).await?;
    let body = filing_number::provisional_body(serial).ok_or(Error::Conflict(Clash::SeriesExhausted))?;
    Ok((compose(&body)?, true))
}

/// What the certificate of a filing will say.
///
/// # Errors
/// `Invalid` naming a field that is empty.
pub(crate) fn statement(
    app: &App,
    law: &Law,
    dossier: &Dossier,
    authority: &authority::Model,
    current: Option<&clinic::Model>,
    number: String,
    provisional: bool,
) -> Result<Statement> {
    let today = app.clock.today();
    let grant = Grant {
        authority: stated(authority),
        number,
        provisional,
        version: current.map_or(Ok(1), |c| u32::try_from(c.certificate_version + 1)).map_err(Error::internal)?,
        filed_on: current.map_or(today, |c| c.filed_on),
        issued_on: today,
        telemedicine_since: current.and_then(|c| c.record.telemedicine_since).or(Some(today)),
        change_note: current.map(|c| rules::change::note(&c.dossier, dossier, law)),
        conversion: None,
        licence_type: &app.settings.licence_type,
    };
    stated_by(dossier, law, grant)
}

/// The authority as it signs.
pub(super) fn stated(authority: &authority::Model) -> StatedAuthority {
    let authority::Model { name, uscc, region, .. } = authority.clone();
    StatedAuthority { name, uscc, region }
}

/// What the certificate of a grant will say.
///
/// # Errors
/// `Invalid` naming the field that is empty.
pub(super) fn stated_by(dossier: &Dossier, law: &Law, grant: Grant<'_>) -> Result<Statement> {
    issuance::statement(dossier, law, grant)
        .map_err(|missing| Error::field(missing.0, "该项未填写，不能签发。", "This is empty; nothing can be issued."))
}

async fn free_status_index(app: &App, tx: &Tx) -> Result<u32> {
    loop {
        let drawn = u32::from_be_bytes(app.clock.random::<4>()?) % STATUS_INDEXES;
        if !tx.status_index_taken(i32::try_from(drawn).map_err(Error::internal)?).await? {
            return Ok(drawn);
        }
    }
}

/// The clinic as it stands in the register once `issued` is out.
pub(crate) fn register_row(
    app: &App,
    filing: &filing::Model,
    authority: &authority::Model,
    supervisor: Uuid,
    issued: &certificate::Model,
    current: Option<&clinic::Model>,
) -> clinic::Model {
    let (dossier, statement) = (&filing.dossier, &issued.statement);
    clinic::Model {
        id: issued.clinic_id,
        number: statement.number.clone(),
        name: statement.name.clone(),
        normalised_name: search::normalise(&statement.name),
        clinic_type: value::code(&statement.clinic_type),
        nature: value::code(&statement.nature),
        division: dossier.address.division.clone(),
        street: dossier.address.street.clone(),
        telemedicine_mode: issued.telemedicine,
        state: issued.clinic_state,
        authority_id: authority.id,
        owner_id: filing.owner_id,
        principal_key: facts::person_key(&dossier.principal.id_number),
        practice_code: dossier.principal.practice_code.trim().to_owned(),
        certificate_id: issued.id,
        certificate_version: issued.version,
        record: statement.clone(),
        dossier: dossier.clone(),
        filed_on: statement.filed_on,
        updated_at: app.clock.now(),
        version: current.map_or(1, |c| c.version),
        supervisor_id: Some(supervisor),
        verified_on: None,
        suspended_on: current.and_then(|c| c.suspended_on),
        suspended_until: current.and_then(|c| c.suspended_until),
        suspension_reason: current.and_then(|c| c.suspension_reason),
        ended_on: None,
        predecessor_id: current.map_or(filing.predecessor_id, |c| c.predecessor_id),
        successor_id: None,
        telemedicine_on: statement.telemedicine_since,
        imported_on: statement.conversion.map(|made| made.imported_on).or(current.and_then(|c| c.imported_on)),
        confirmed_on: current.and_then(|c| c.confirmed_on),
    }
}

/// Whether two versions of a form are of the same premises.
pub(super) fn same_place(one: &Dossier, other: &Dossier) -> bool {
    let place = |d: &Dossier| (d.address.street.clone(), d.address.detail.trim().to_owned());
    place(one) == place(other)
}

/// The words under which the public finds a clinic: its name and address, where it lies, and one word for each value of a
/// filter.
pub fn search_terms(statement: &Statement, row: &clinic::Model) -> Vec<String> {
    let mut terms = search::name_terms(&statement.name);
    terms.append(&mut search::address_terms(&statement.address));
    let cells = statement.geohash.iter().flat_map(|cell| search::NEAR.iter().filter_map(|length| cell.get(..*length)));
    terms.extend(cells.map(|cell| search::filter_term("near", cell)));
    let street_prefixes = [row.division.as_str(), row.division.get(..4).unwrap_or(""), row.street.as_str()];
    terms.extend(street_prefixes.map(|division| search::filter_term("division", division)));
    terms.insert(search::filter_term("type", &row.clinic_type));
    terms.insert(search::filter_term("state", &row.state.code()));
    let online = row.telemedicine_mode == TelemedicineMode::On && row.state == ClinicState::Active;
    terms.insert(search::filter_term("online", search::yes_or_no(online)));
    terms.extend(statement.service_modes.iter().map(|mode| search::filter_term("mode", &value::code(mode))));
    terms.into_iter().collect()
}

/// Appends to the issuance log what happened to a certificate.
pub(super) async fn append_log(app: &App, tx: &Tx, issued: &certificate::Model, kind: &str) -> Result<()> {
    append_leaf(app, tx, issued, kind, &issued.statement.digest(), &issued.key_id).await
}

/// Appends to the issuance log that `key_id` signed something of a certificate with this digest.
pub(super) async fn append_leaf(
    app: &App,
    tx: &Tx,
    issued: &certificate::Model,
    kind: &str,
    digest: &[u8; 32],
    key_id: &str,
) -> Result<()> {
    let sequence = i32::try_from(tx.next_number("log").await?).map_err(Error::internal)? - 1;
    tx.append_log(leaf_row(app, sequence, issued, kind, digest, key_id)).await
}

/// What happened to a certificate as an entry of the issuance log, with its place there, from 0.
pub(crate) fn log_row(app: &App, sequence: i32, issued: &certificate::Model, kind: &str) -> log_entry::Model {
    leaf_row(app, sequence, issued, kind, &issued.statement.digest(), &issued.key_id)
}

fn leaf_row(
    app: &App,
    sequence: i32,
    issued: &certificate::Model,
    kind: &str,
    digest: &[u8; 32],
    key_id: &str,
) -> log_entry::Model {
    let leaf = Leaf {
        kind,
        region: &issued.statement.authority.region,
        status_index: issued.status_index.unsigned_abs(),
        salt: issued.salt.as_bytes(),
        digest,
        key_id,
        at: app.clock.now().timestamp(),
    };
    let leaf = leaf.encode();
    log_entry::Model {
        sequence,
        kind: kind.to_owned(),
        certificate_id: issued.id,
        leaf_hash: value::hex(&log_leaf::hash(&leaf)),
        leaf,
        at: app.clock.now(),
    }
}
