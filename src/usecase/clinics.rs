//! The public register: clinics by number and by the words of a search.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::announcement;
use crate::domain::cause::Cause;
use crate::domain::geohash::Geohash;
use crate::domain::search;
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::{Clash, Error, Result};
use crate::store::entity::{announcement as entity, authority, certificate, clinic, clinic_event};
use crate::store::idempotency::Once;
use crate::usecase::life::{self, Happening};
use crate::usecase::{accounts, issuance};

/// What a search asks for. Every filter is a word of the term table, so each is an index of its own.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Two characters of the name or address, pinyin, initials, or a number.
    pub text: Option<String>,
    /// The text is looked for in addresses alone.
    pub address_only: bool,
    /// Filter and value: `("type", "dental")`.
    pub filters: Vec<(&'static str, String)>,
    pub after: Option<Uuid>,
}

/// Announcements that are shown beside a clinic; all of them stand in their own list.
const LATEST: u64 = 5;

/// A clinic with what the public may know of its life.
pub struct Entry {
    pub clinic: clinic::Model,
    /// Everything that happened to it, oldest first.
    pub events: Vec<clinic_event::Model>,
    /// The newest announcements.
    pub announcements: Vec<entity::Model>,
    /// Why it is not active, since when.
    pub cause: Option<Cause>,
    /// Since when 互联网诊疗 alone is suspended.
    pub online_cause: Option<Cause>,
    /// The clinic that it was before it moved here.
    pub predecessor: Option<clinic::Model>,
    /// The clinic that it is since it moved away.
    pub successor: Option<clinic::Model>,
}

/// The clinic that has or had this number, with its life; a hyphen and small letters do not matter.
///
/// # Errors
/// `NotFound` when no clinic ever had it.
pub async fn view(app: &App, number: &str) -> Result<Entry> {
    let clinic = app.store.clinic_by_number(&canonical(number)).await?;
    let events = app.store.clinic_events(clinic.id).await?;
    let suspended = clinic.telemedicine_mode == TelemedicineMode::Suspended;
    Ok(Entry {
        announcements: app.store.announcements(Some(clinic.id), None, None, LATEST).await?,
        cause: cause(&clinic, &events),
        online_cause: latest(&events, ClinicAct::SuspendTelemedicine).filter(|_| suspended),
        predecessor: other(app, clinic.predecessor_id).await?,
        successor: other(app, clinic.successor_id).await?,
        events,
        clinic,
    })
}

/// Every copy of a clinic's certificate, the newest first.
///
/// # Errors
/// What the store answers.
pub async fn certificates(app: &App, clinic: &clinic::Model) -> Result<Vec<certificate::Model>> {
    app.store.certificates_of(clinic.id).await
}

/// What announcements are asked for.
#[derive(Clone, Debug, Default)]
pub struct Announcements {
    /// 备案编号 that the clinic has or had; one that no clinic had finds nothing.
    pub number: Option<String>,
    pub authority: Option<Uuid>,
    pub before: Option<Uuid>,
}

/// Announcements, the newest first, each with its authority; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn announcements(
    app: &App,
    query: Announcements,
    limit: u64,
) -> Result<Vec<(entity::Model, Option<authority::Model>)>> {
    let clinic = match query.number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => match app.store.clinic_by_number(&canonical(number)).await {
            Ok(row) => Some(row.id),
            Err(Error::NotFound(_)) => return Ok(vec![]),
            Err(error) => return Err(error),
        },
        None => None,
    };
    let rows = app.store.announcements(clinic, query.authority, query.before, limit + 1).await?;
    let authorities = app.store.authorities().await?;
    let of = |id: Uuid| authorities.iter().find(|authority| authority.id == id).cloned();
    Ok(rows.into_iter().map(|row| (row.clone(), of(row.authority_id))).collect())
}

/// What brought a clinic that is not active to its state.
pub(super) fn cause(clinic: &clinic::Model, events: &[clinic_event::Model]) -> Option<Cause> {
    if clinic.state == ClinicState::Active {
        return None;
    }
    let event = events.iter().rev().find(|e| e.to_state == clinic.state && e.from_state != clinic.state)?;
    let cause = Cause::new(event.act, event.effective_on);
    Some(match clinic.state {
        ClinicState::Suspended => Cause {
            since: clinic.suspended_on.unwrap_or(cause.since),
            until: clinic.suspended_until,
            suspension: clinic.suspension_reason,
            ..cause
        },
        _ => cause,
    })
}

/// When `act` happened last.
pub(super) fn latest(events: &[clinic_event::Model], act: ClinicAct) -> Option<Cause> {
    events.iter().rev().find(|event| event.act == act).map(|event| Cause::new(act, event.effective_on))
}

/// Another clinic, where there is one.
pub(super) async fn other(app: &App, id: Option<Uuid>) -> Result<Option<clinic::Model>> {
    match id {
        Some(id) => app.store.clinic_by_id(id).await.map(Some),
        None => Ok(None),
    }
}

/// Clinics in the order of the register; one more than `limit` when there is a next page.
///
/// # Errors
/// What the store answers.
pub async fn list(app: &App, query: Search, limit: u64) -> Result<Vec<clinic::Model>> {
    Ok(matching(app, &query, limit).await?.1)
}

/// A page of a search with how many there are in all.
pub struct Found {
    /// One more than asked for when there is a next page.
    pub rows: Vec<clinic::Model>,
    /// Counted no further than [`COUNTED`]: then there are more.
    pub total: u64,
}

/// How far the clinics of a search are counted.
pub const COUNTED: u64 = 200;

/// As [`list`], counted.
///
/// # Errors
/// What the store answers.
pub async fn find(app: &App, query: Search, limit: u64) -> Result<Found> {
    let (terms, rows) = matching(app, &query, limit).await?;
    let all = query.after.is_none() && rows.len() as u64 <= limit;
    let total = if all { rows.len() as u64 } else { app.store.count_clinics_to(&terms, COUNTED + 1).await? };
    Ok(Found { rows, total })
}

/// The words that found something, and what they found.
async fn matching(app: &App, query: &Search, limit: u64) -> Result<(Vec<String>, Vec<clinic::Model>)> {
    let filters: Vec<String> = query.filters.iter().map(|(name, value)| search::filter_term(name, value)).collect();
    let Some(text) = query.text.as_deref().map(str::trim).filter(|t| !t.is_empty()) else {
        let rows = app.store.clinics(&filters, query.after, limit + 1).await?;
        return Ok((filters, rows));
    };
    if let Some(row) = numbered(app, text).await? {
        return Ok((vec![], vec![row]));
    }
    let alternatives =
        if query.address_only { search::address_query(text).into_iter().collect() } else { search::query_terms(text) };
    for words in alternatives {
        let terms: Vec<String> = words.into_iter().chain(filters.iter().cloned()).collect();
        let found = app.store.clinics(&terms, query.after, limit + 1).await?;
        if !found.is_empty() {
            return Ok((terms, found));
        }
    }
    Ok((vec![], vec![]))
}

/// The clinic of a number, where the text looks like one and a clinic has or had it.
///
/// # Errors
/// What the store answers.
pub async fn numbered(app: &App, text: &str) -> Result<Option<clinic::Model>> {
    if !looks_like_number(text) {
        return Ok(None);
    }
    match app.store.clinic_by_number(&canonical(text)).await {
        Ok(row) => Ok(Some(row)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A clinic and how far away it is.
pub struct Near {
    pub clinic: clinic::Model,
    pub metres: f64,
}

/// Clinics of one cell that are looked at.
const CELL: u64 = 100;

/// At least so many clinics nearby are looked for before wider cells are.
const ENOUGH: usize = 5;

/// Clinics in force around a point (WGS-84, degrees), the nearest first, some kilometres around at most. Who filed without
/// coordinates is not among them.
///
/// # Errors
/// What the store answers.
pub async fn near(app: &App, latitude: f64, longitude: f64, limit: usize) -> Result<Vec<Near>> {
    let state = search::filter_term("state", &ClinicState::Active.code());
    let mut found = vec![];
    for length in search::NEAR {
        found.clear();
        for cell in Geohash::around(latitude, longitude, length) {
            let terms = [search::filter_term("near", &cell), state.clone()];
            found.extend(app.store.clinics(&terms, None, CELL).await?);
        }
        if found.len() >= ENOUGH {
            break;
        }
    }
    let away = |row: clinic::Model| {
        let cell: Geohash = row.record.geohash.as_deref()?.parse().ok()?;
        Some(Near { metres: cell.metres(latitude, longitude), clinic: row })
    };
    let mut near: Vec<Near> = found.into_iter().filter_map(away).collect();
    near.sort_by(|one, other| one.metres.total_cmp(&other.metres));
    near.truncate(limit);
    Ok(near)
}

/// What made announcements ones of the past, by announcement; nothing of those that still stand.
///
/// # Errors
/// What the store answers.
pub async fn overtaken(app: &App, rows: &[entity::Model]) -> Result<BTreeMap<Uuid, Cause>> {
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let clinics: BTreeSet<Uuid> = rows.iter().map(|row| row.clinic_id).collect();
    let events = app.store.events_of_clinics(clinics.into_iter().collect()).await?;
    let overtook = |row: &entity::Model| {
        let own: Vec<_> = events.iter().filter(|event| event.clinic_id == row.clinic_id).collect();
        let told = (Some(row.kind), row.effective_on);
        let at = own.iter().rposition(|event| (announcement::of(event.act), event.effective_on) == told)?;
        let first = own.into_iter().skip(at + 1).find(|event| announcement::overtaken(row.kind, event.act))?;
        Some((row.id, Cause::new(first.act, first.effective_on)))
    };
    Ok(rows.iter().filter_map(overtook).collect())
}

/// Writes anew the words by which every clinic is found, of clinics that were issued before a word was thought of; answers
/// how many clinics there are.
///
/// # Errors
/// What the store answers.
pub async fn reindex(app: &App) -> Result<u64> {
    let (mut after, mut done) = (None, 0);
    loop {
        let rows = app.store.clinics(&[], after, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(done) };
        after = Some(last.id);
        done += rows.len() as u64;
        for row in rows {
            let tx = app.store.begin().await?;
            // As it stands by now, not as it was read.
            let row = tx.clinic(row.id).await?;
            tx.hold_clinic(&row).await?;
            tx.index_clinic(row.id, issuance::search_terms(&row.record, &row)).await?;
            tx.commit().await?;
        }
    }
}

/// Clinics that are read at a time.
const BATCH: u64 = 100;

/// A number as it is stored.
pub(super) fn canonical(number: &str) -> String {
    number.nfkc().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Whether a text is meant as a filing number.
pub fn looks_like_number(text: &str) -> bool {
    (20..=26).contains(&text.chars().count()) && text.nfkc().any(|c| c.is_ascii_digit())
}

/// Hands an imported clinic over to an account of its own, with everything that is filed of it.
///
/// # Errors
/// `Forbidden` for other roles; `NotFound` for the clinics of other authorities; `Conflict` when it has an account of its
/// own; `Invalid` when there is no such account of a clinic.
pub async fn hand_over(app: &App, actor: &Actor, number: &str, login: &str, once: &Once) -> Result<()> {
    let decides = matches!(actor.role, Role::Officer | Role::Approver);
    let office = actor.authority.filter(|_| decides).ok_or(Error::Forbidden)?;
    let tx = app.store.begin().await?;
    let clinic = tx.clinic_under(office.0, &canonical(number)).await?;
    if clinic.authority_id != office.0 {
        return Err(Error::NotFound("clinic"));
    }
    if tx.claim(once, clinic.id, app.clock.now()).await?.is_some() {
        return Ok(());
    }
    let holding = accounts::holding_login(&tx.authority(office.0).await?.uscc);
    let held = tx.accounts(&[clinic.owner_id]).await?.iter().any(|account| account.login == holding);
    if !held {
        return Err(Error::Conflict(Clash::HandedOver));
    }
    let mut to = app.store.account_by_login(login).await?;
    if let Some(account) = &to
        && app.store.membership(account.id).await?.is_some()
    {
        // A clerk owns nothing.
        to = None;
    }
    let to = to.filter(|account| account.role == Role::Clinic && account.login != holding).ok_or_else(|| {
        let zh = "没有这个诊所账号，请先由系统管理员开设，再填写其登录名。";
        Error::field("/login", zh, "There is no such account of a clinic; have it opened first.")
    })?;
    life::foresee(&clinic, ClinicAct::HandOver)?;
    tx.hand_over(&clinic, to.id).await?;
    let today = app.clock.today();
    let stands = (clinic.state, clinic.telemedicine_mode);
    life::record(app, &tx, &clinic, stands, Happening::new(ClinicAct::HandOver, today, Some(actor))).await?;
    tx.commit().await
}
