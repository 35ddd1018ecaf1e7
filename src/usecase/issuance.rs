//! Issuing: number, statement, signature, register, log and history in one transaction, in an order that leaves either
//! nothing or everything after a crash (design 2.8). Nothing but this reaches the signer.

use chrono::NaiveDate;

use crate::app::App;
use crate::certificate::code;
use crate::certificate::compose;
use crate::certificate::sheet::Sheet;
use crate::clock;
use crate::domain::actor::Actor;
use crate::domain::certificate::{StatedAuthority, Statement};
use crate::domain::dossier::Dossier;
use crate::domain::filing as decisions;
use crate::domain::filing_number::{self, FilingNumber};
use crate::domain::id::{CertificateId, FilingId};
use crate::domain::issuance::{self, Grant};
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

use crate::usecase::facts;

/// Indexes are drawn at random from this many, so that they tell nothing about how many clinics there are.
const STATUS_INDEXES: u32 = 1 << 24;

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
    // Whoever may not issue is told so, and not what the paper would look like.
    if decisions::decide(row.stage, Action::Issue, actor, known).is_err() {
        return Ok(());
    }
    let authority = tx.authority(authority).await?;
    let current = current(&tx, &row).await?;
    // Any number is as wide as any other; whether a typed one is right, the rules say.
    let typed = number.and_then(|typed| typed.parse::<FilingNumber>().ok());
    let placeholder = typed.map_or_else(|| "PDY00000037150217D2112".to_owned(), |number| number.to_string());
    let today = app.clock.today();
    let statement = statement(app, &row.dossier, &authority, current.as_ref(), placeholder, true, today)?;
    let (fonts, host) = (app.fonts.clone(), app.settings.host().to_owned());
    let drawn = tokio::task::spawn_blocking(move || {
        let sheet = Sheet {
            statement: &statement,
            code_text: "",
            short_code: "",
            host: &host,
            development: false,
            specimen: true,
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
    assigned: Option<&str>,
) -> Result<String> {
    let authority = tx.authority(row.authority_id.ok_or(Error::NotFound("authority"))?).await?;
    let current = current(tx, row).await?;
    let (now, today) = (app.clock.now(), app.clock.today());

    // 1. The number.
    let (number, provisional) = match assigned {
        Some(typed) => (facts::canonical_number(typed), false),
        None => own_number(tx, &row.dossier, current.as_ref()).await?,
    };
    // 2. The statement: what will be said, whole.
    let statement = statement(app, &row.dossier, &authority, current.as_ref(), number.clone(), provisional, today)?;
    // 3. Its digest is fixed before anything is signed.
    let digest = statement.digest();
    let status_index = free_status_index(tx).await?;
    // 4. The signature over the code's payload.
    let payload = Payload::of(&statement, status_index);
    let signer = app
        .keyring
        .signer(&authority.region, today)
        .ok_or_else(|| anyhow::anyhow!("no active key may sign for region {} on {today}", authority.region))?;
    let signed = signer.sign(&payload);
    // What was signed must be what a verifier will accept, or nothing is issued.
    code::check(&signed.digits, app.keyring.manifest(), today)
        .map_err(|refused| anyhow::anyhow!("the fresh code does not verify: {}", refused.reason.code()))?;
    // 5. Register, superseded versions, log, and the work that remains.
    let clinic_id = current.as_ref().map_or_else(|| app.clock.new_id(), |c| c.id);
    let version = i32::try_from(statement.version).map_err(Error::internal)?;
    let issued = certificate::Model {
        id: app.clock.new_id(),
        clinic_id,
        filing_id: row.id,
        owner_id: row.owner_id,
        authority_id: authority.id,
        version,
        short_code: ShortCode::from_random(clock::random()?),
        status_index: i32::try_from(status_index).map_err(Error::internal)?,
        digest: value::hex(&digest),
        cose: signed.cose,
        digits: signed.digits,
        key_id: signer.kid().to_string(),
        salt: value::hex(&clock::random::<16>()?),
        state: CertificateState::Current,
        clinic_state: ClinicState::Active,
        telemedicine: if statement.offers_telemedicine() { TelemedicineMode::On } else { TelemedicineMode::Off },
        current_version: version,
        current_number: number.clone(),
        pdf_sha256: None,
        issued_at: now,
        statement,
    };
    let register = register_row(app, row, &authority, &issued, current.as_ref());
    let terms = search_terms(&issued.statement, &register);
    match current {
        Some(before) => {
            if before.number != number {
                tx.add_clinic_number(clinic_number::Model { number: number.clone(), clinic_id, valid_from: today })
                    .await?;
            }
            tx.advance_clinic(register, before.version).await?;
        }
        None => tx.add_clinic(register).await?,
    }
    tx.index_clinic(clinic_id, terms).await?;
    tx.supersede_certificates(clinic_id, version, &number).await?;
    append_log(app, tx, &issued).await?;
    let task = Task::Seal { certificate: CertificateId(issued.id) };
    tx.enqueue(app.clock.new_id(), task, now).await?;
    row.issued_by = Some(actor.id.0);
    row.clinic_id = Some(clinic_id);
    row.certificate_id = Some(issued.id);
    tx.add_certificate(issued).await?;
    Ok(format!("备案编号 {number}，第{version}版"))
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

fn statement(
    app: &App,
    dossier: &Dossier,
    authority: &authority::Model,
    current: Option<&clinic::Model>,
    number: String,
    provisional: bool,
    today: NaiveDate,
) -> Result<Statement> {
    let grant = Grant {
        authority: StatedAuthority {
            name: authority.name.clone(),
            uscc: authority.uscc.clone(),
            region: authority.region.clone(),
        },
        number,
        provisional,
        version: current.map_or(Ok(1), |c| u32::try_from(c.certificate_version + 1)).map_err(Error::internal)?,
        filed_on: current.map_or(today, |c| c.filed_on),
        issued_on: today,
        telemedicine_since: current.and_then(|c| c.record.telemedicine_since).or(Some(today)),
        change_note: current.map(|c| rules::change::note(&c.dossier, dossier, &app.law)),
        licence_type: &app.settings.licence_type,
    };
    issuance::statement(dossier, &app.law, grant)
        .map_err(|missing| Error::field(missing.0, "该项未填写，不能签发。", "This is empty; nothing can be issued."))
}

async fn free_status_index(tx: &Tx) -> Result<u32> {
    loop {
        let drawn = u32::from_be_bytes(clock::random::<4>()?) % STATUS_INDEXES;
        if !tx.status_index_taken(i32::try_from(drawn).map_err(Error::internal)?).await? {
            return Ok(drawn);
        }
    }
}

fn register_row(
    app: &App,
    filing: &filing::Model,
    authority: &authority::Model,
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
        telemedicine: statement.offers_telemedicine(),
        state: ClinicState::Active,
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
    }
}

/// The words under which the public finds a clinic: its name, and one word for each value of a filter.
pub fn search_terms(statement: &Statement, row: &clinic::Model) -> Vec<String> {
    let mut terms = search::name_terms(&statement.name);
    let street_prefixes = [row.division.as_str(), row.division.get(..4).unwrap_or(""), row.street.as_str()];
    terms.extend(street_prefixes.map(|division| search::filter_term("division", division)));
    terms.insert(search::filter_term("type", &row.clinic_type));
    terms.insert(search::filter_term("state", &row.state.code()));
    terms.extend(statement.service_modes.iter().map(|mode| search::filter_term("mode", &value::code(mode))));
    terms.into_iter().collect()
}

async fn append_log(app: &App, tx: &Tx, issued: &certificate::Model) -> Result<()> {
    let sequence = tx.next_number("log").await?;
    let kind = if issued.version == 1 { "issue" } else { "supersede" };
    let leaf = Leaf {
        kind,
        region: &issued.statement.authority.region,
        status_index: issued.status_index.unsigned_abs(),
        salt: issued.salt.as_bytes(),
        digest: &issued.statement.digest(),
        key_id: &issued.key_id,
        at: issued.issued_at.timestamp(),
    };
    let leaf = leaf.encode();
    let row = log_entry::Model {
        sequence: i32::try_from(sequence).map_err(Error::internal)? - 1,
        kind: kind.to_owned(),
        certificate_id: issued.id,
        leaf_hash: value::hex(&log_leaf::hash(&leaf)),
        leaf,
        at: app.clock.now(),
    };
    tx.append_log(row).await
}
