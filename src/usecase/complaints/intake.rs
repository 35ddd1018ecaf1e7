//! Receiving a report: what it needs, to whom it goes, and once for every click.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::complaint::{self, ComplaintAction, ComplaintKind, ComplaintStage, Place};
use crate::domain::deadline;
use crate::domain::id::{AccountId, AuthorityId};
use crate::domain::law::Law;
use crate::domain::short_code::ShortCode;
use crate::domain::value::hex;
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, complaint as row};
use crate::store::idempotency::Once;
use crate::usecase::complaints::{self, Followed, Picture, photos};
use crate::usecase::facts;
use crate::usecase::pace::{self, Client};
use crate::usecase::{clocks, verifications};

/// Most streets that a form offers.
const STREETS: u64 = 500;

/// A report as it comes in.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub kind: Option<ComplaintKind>,
    /// 备案编号 as typed
    pub clinic: String,
    /// What was scanned or typed of a certificate: digits, address or short code
    pub code: String,
    pub place: Option<Place>,
    pub details: String,
    pub contact: String,
    /// Who should handle it, where nothing else tells.
    pub authority: Option<AuthorityId>,
}

/// Who sends it, and how a second click is told from a second report.
pub struct Sender<'a> {
    pub client: &'a Client,
    /// Idempotency key, of the client's choice.
    pub key: &'a str,
    /// Digest of everything that was sent.
    pub digest: &'a str,
}

impl Sender<'_> {
    /// Nobody has an account here, and two strangers may choose the same key: what counts is the key with what was sent.
    pub(super) fn once(&self, operation: &str) -> Once {
        let fingerprint = hex(&Sha256::digest(format!("{operation}\n{}", self.digest)));
        let key = hex(&Sha256::digest(format!("{}\n{fingerprint}", self.key)));
        Once { account: AccountId(Uuid::nil()), key, fingerprint }
    }
}

/// Takes a report in. The answer has the reference number, which nobody else learns.
///
/// # Errors
/// `Invalid` with every field error; `TooMany` when this client or everybody together reported too often.
pub async fn create(app: &App, new: New, pictures: Vec<Picture>, sender: Sender<'_>) -> Result<Followed> {
    let mut problems = check(&new, pictures.len());
    let verified = match new.code.as_str() {
        "" => None,
        code => Some(verifications::verify(app, code).await?),
    };
    let (now, today, id) = (app.clock.now(), app.clock.today(), app.clock.new_id());
    let tx = app.store.begin().await?;
    if let Some(earlier) = tx.claim(&sender.once("complaint_create"), id, now).await? {
        let row = tx.claimed_complaint(earlier).await?;
        return complaints::followed(&tx, row).await;
    }
    let certificate = verified.as_ref().and_then(|answer| answer.certificate.as_ref());
    let clinic = match named(&tx, &new.clinic).await? {
        Some(clinic) => Some(clinic),
        None => verified.as_ref().and_then(|answer| answer.clinic.clone()),
    };
    let law = app.law();
    let authority = route(&tx, &law, clinic.as_ref(), &new, today, &mut problems).await?;
    let (Some(authority), Some(kind), true) = (authority, new.kind, problems.is_empty()) else {
        return Err(Error::Invalid(problems));
    };
    pace::report(app, &tx, sender.client, authority).await?;
    let authority = tx.authority(authority).await?;
    let (region, year) = (&authority.region, today.year());
    let serial = tx.next_number(&format!("complaint/{region}/{year}")).await?;
    let mut row = row::Model {
        id,
        reference: ShortCode::from_random(app.clock.random()?),
        case_number: format!("TS-{region}-{year}-{serial:06}"),
        kind,
        stage: ComplaintStage::Received,
        clinic_id: clinic.map(|clinic| clinic.id),
        certificate_id: certificate.map(|row| row.id),
        code: new.code,
        number: new.clinic,
        place: new.place,
        details: new.details,
        contact: new.contact,
        authority_id: authority.id,
        outcome: None,
        reply: String::new(),
        visit_id: None,
        accept_by: today,
        due_on: today,
        due_guessed: false,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let law = app.law_of(&authority);
    let received = deadline::receipt(now, law.calendar(), app.settings.cutoff_hour);
    let (subject, rule) = (complaints::subject(&row), complaint::RULE);
    let accept = clocks::start(app, &tx, &law, &subject, rule, "accept_days", 5.0, complaint::ACCEPTANCE, received.on);
    row.accept_by = accept.await?.on;
    let due = clocks::start(app, &tx, &law, &subject, rule, "days", 15.0, complaint::ANSWER, received.on).await?;
    (row.due_on, row.due_guessed) = (due.on, due.guessed || received.guessed);
    tx.add_complaint(row.clone()).await?;
    let note = verified.map(|answer| format!("所报凭证核验：{}。{}", answer.verdict.outcome.zh(), answer.zh()));
    let (action, from) = (ComplaintAction::Receive, ComplaintStage::Received);
    complaints::log(app, &tx, &row, None, action, from, note.unwrap_or_default()).await?;
    for picture in pictures {
        photos::keep(app, &tx, row.id, app.clock.new_id(), picture).await?;
    }
    let answer = complaints::followed(&tx, row).await?;
    tx.commit().await?;
    Ok(answer)
}

/// A key for a form, so that a double click is one report.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn form_key(app: &App) -> Result<[u8; 16]> {
    Ok(app.clock.random()?)
}

/// What can be told to be wrong without looking anything up.
pub fn check(new: &New, pictures: usize) -> Vec<Problem> {
    let mut found = vec![];
    let mut wrong = |wrong: bool, pointer: &str, zh: &str, en: &str| {
        if wrong {
            found.push(Problem::new(pointer, zh, en));
        }
    };
    let length = |text: &str| text.chars().count();
    let nothing = new.clinic.is_empty() && new.code.is_empty() && new.place.is_none();
    let place = new.place.as_ref();
    wrong(new.kind.is_none(), "/kind", "请选择举报事项。", "Choose what it is about.");
    let unfiled = new.kind == Some(ComplaintKind::Unfiled) && place.is_none();
    wrong(
        nothing && !unfiled,
        "/clinic",
        "请填写备案编号、凭证上的码、地点中的至少一项，以便知道举报的是谁。",
        "Tell whom this is about: a filing number, a certificate's code, or a place.",
    );
    wrong(
        unfiled || place.is_some_and(|place| place.name.trim().is_empty()),
        "/place/name",
        "请填写招牌上的名称；没有招牌的，写“无招牌”。",
        "Give the name on the sign, or say that there is none.",
    );
    wrong(
        unfiled || place.is_some_and(|place| place.address.trim().is_empty()),
        "/place/address",
        "请填写地址，能让检查人员找到。",
        "Give the address, so that inspectors find it.",
    );
    for (text, pointer) in [(place.map(|p| &p.name), "/place/name"), (place.map(|p| &p.address), "/place/address")] {
        let long = text.is_some_and(|text| length(text) > complaint::PLACE);
        wrong(long, pointer, "最多100个字，请缩短。", "At most 100 characters.");
    }
    let least = length(&new.details) < *complaint::DETAILS.start();
    wrong(least, "/details", "请写明情况，至少10个字。", "Say what happened, in at least 10 characters.");
    let most = length(&new.details) > *complaint::DETAILS.end();
    wrong(most, "/details", "最多2000个字，请缩短。", "At most 2,000 characters.");
    let long = length(&new.contact) > complaint::CONTACT;
    wrong(long, "/contact", "最多100个字，请缩短。", "At most 100 characters.");
    wrong(length(&new.code) > complaint::CODE, "/code", "最多1000个字，请核对。", "At most 1,000 characters.");
    wrong(length(&new.clinic) > complaint::PLACE, "/clinic", "最多100个字，请核对。", "At most 100 characters.");
    wrong(pictures > complaint::PHOTOS, "/photos", "最多6张照片，请选出最清楚的。", "At most six photos.");
    found
}

/// The clinic that has or had this number; a number that nobody has is kept as it was typed.
async fn named(tx: &Tx, number: &str) -> Result<Option<clinic::Model>> {
    if number.is_empty() {
        return Ok(None);
    }
    tx.clinic_numbered(&facts::canonical_number(number)).await
}

/// Who handles it: the supervising department of the clinic; else of the street; else who files in the county; else whom
/// the reporter chose.
async fn route(
    tx: &Tx,
    law: &Law,
    clinic: Option<&clinic::Model>,
    new: &New,
    today: NaiveDate,
    problems: &mut Vec<Problem>,
) -> Result<Option<Uuid>> {
    if let Some(clinic) = clinic {
        return Ok(Some(clinic.supervisor_id.unwrap_or(clinic.authority_id)));
    }
    let authorities = tx.authorities().await?;
    let area = new.place.as_ref().map(|place| place.area.as_str()).unwrap_or_default();
    if !area.is_empty() && law.street(area).is_none() && law.division(area).is_none() {
        problems.push(Problem::new(
            "/place/area",
            "没有这个街道或者区划代码，请重新选择。",
            "No such street or division; choose again.",
        ));
        return Ok(None);
    }
    if law.street(area).is_some() {
        for duty in [Duty::Supervise, Duty::Issue] {
            if let Some(one) = single(tx.responsible_for_any(duty, area, today).await?) {
                return Ok(Some(one));
            }
        }
    }
    let region = law.street(area).map_or(area, |street| street.division());
    let there = authorities.iter().filter(|row| row.region == region).map(|row| row.id);
    if let Some(one) = single(there.collect()) {
        return Ok(Some(one));
    }
    match new.authority {
        Some(chosen) if authorities.iter().any(|row| row.id == chosen.0) => Ok(Some(chosen.0)),
        Some(_) => {
            let zh = "没有这个机关，请从列表中选择。";
            problems.push(Problem::new("/authority_id", zh, "No such authority; choose one of the list."));
            Ok(None)
        }
        // A number says in which county the clinic is filed, even where the register does not know it.
        None if single(of_county(&authorities, &new.clinic)).is_some() => {
            Ok(single(of_county(&authorities, &new.clinic)))
        }
        None if authorities.len() == 1 => Ok(authorities.first().map(|row| row.id)),
        None => {
            let zh = "按所填内容还不能判断由哪个机关办理，请选择。";
            let en = "Who handles this cannot be told from what was given; choose an authority.";
            problems.push(Problem::new("/authority_id", zh, en));
            Ok(None)
        }
    }
}

/// The authorities of the county that stands in a filing number as it was presented (places 10 to 15).
fn of_county(authorities: &[authority::Model], number: &str) -> BTreeSet<Uuid> {
    let number = facts::canonical_number(number);
    let county = number.get(9..15).filter(|_| number.len() == 22);
    authorities.iter().filter(|row| county == Some(row.region.as_str())).map(|row| row.id).collect()
}

/// The only one of a set.
fn single(ids: BTreeSet<Uuid>) -> Option<Uuid> {
    let mut ids = ids.into_iter();
    ids.next().filter(|_| ids.next().is_none())
}

/// The streets that a form offers, code and name; none where there are too many to choose from.
///
/// # Errors
/// What the store answers.
pub async fn areas(app: &App) -> Result<Vec<(String, String)>> {
    let law = app.law();
    let codes = app.store.streets(app.clock.today(), STREETS + 1).await?;
    if codes.len() as u64 > STREETS {
        return Ok(vec![]);
    }
    let named = |code: String| {
        let street = law.street(&code)?;
        let county = law.division(street.division()).map(|division| division.name.as_str()).unwrap_or_default();
        let name = format!("{county}{}", street.name);
        Some((code, name))
    };
    Ok(codes.into_iter().filter_map(named).collect())
}
