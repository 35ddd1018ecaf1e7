//! The rows of one clinic of a large register, made by the functions that the use cases write with.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::decision::{DecisionKind, DecisionStage};
use crate::domain::dossier::Dossier;
use crate::domain::filing::Findings;
use crate::domain::filing_number::{FilingNumber, provisional_body};
use crate::domain::issuance::{body_of_uscc, number_attributes};
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::particulars::{Particulars, SuspensionReason};
use crate::domain::standing::{self, ClinicAct};
use crate::domain::verdict::{CertificateState, TelemedicineMode};
use crate::error::{Error, Result};
use crate::simulation::clinics::Clinics;
use crate::simulation::offices::Office;
use crate::store::bulk::Rows;
use crate::store::entity::{
    certificate, clinic as register, clinic_number, decision, filing, filing_event, search_term,
};
use crate::usecase::issuance::{self, STATUS_INDEXES};
use crate::usecase::life::{self, Happening};
use crate::usecase::persons;

/// What becomes of a clinic after its issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Nothing,
    /// A second version with 互联网诊疗.
    Online,
    /// A second version with another item.
    Changed(u32),
    Suspended,
    Closed,
    Stopped,
    Revoked,
}

/// The fate of a draw from 0 to 999.
pub(super) const fn fate(draw: u32) -> Fate {
    match draw {
        0..120 => Fate::Online,
        120..180 => Fate::Changed(draw % 6),
        180..220 => Fate::Suspended,
        220..260 => Fate::Closed,
        260..266 => Fate::Stopped,
        266..276 => Fate::Revoked,
        _ => Fate::Nothing,
    }
}

impl Fate {
    /// Whether it is filed.
    pub(super) const fn files(self) -> bool {
        matches!(self, Self::Online | Self::Changed(_) | Self::Suspended | Self::Closed)
    }

    /// Whether it is decided.
    pub(super) const fn decides(self) -> Option<DecisionKind> {
        match self {
            Self::Stopped => Some(DecisionKind::StopOrder),
            Self::Revoked => Some(DecisionKind::Revocation),
            _ => None,
        }
    }

    /// Leaves of the log, that of the issue with them.
    pub(super) const fn leaves(self) -> u32 {
        if matches!(self, Self::Nothing) { 1 } else { 2 }
    }
}

/// A clinic that is to be made.
pub(super) struct Lot {
    pub(super) n: u64,
    /// When it is submitted.
    pub(super) at: DateTime<Utc>,
    pub(super) office: usize,
    pub(super) supervisor: usize,
    pub(super) region: String,
    pub(super) year: i32,
    pub(super) fate: Fate,
    pub(super) filed: Dossier,
}

/// Its numbers: the first of each series; 0 where it has none of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Serials {
    pub(super) case: u32,
    pub(super) number: u32,
    pub(super) decision: u32,
    /// From 0.
    pub(super) log: u32,
}

/// Where it is made.
pub(super) struct Place<'a> {
    pub(super) app: &'a App,
    pub(super) clinics: &'a Clinics,
    pub(super) office: &'a Office,
    pub(super) supervisor: Uuid,
    pub(super) owner: &'a Actor,
}

/// Adds the rows of a clinic.
///
/// # Errors
/// When the dossier says too little, or no key may sign.
pub(super) fn clinic(place: &Place<'_>, lot: &Lot, serials: Serials, rows: &mut Rows) -> Result<()> {
    let issued = issue(place, lot, serials, &lot.filed, None, rows)?;
    let (mut row, mut paper) = issued;
    place.app.clock.set(lot.at + TimeDelta::hours(5));
    match lot.fate {
        Fate::Nothing => (),
        Fate::Online | Fate::Changed(_) => {
            let today = place.app.clock.today();
            let dossier = match lot.fate {
                Fate::Changed(item) => place.clinics.changed(&row.dossier, item, lot.n, today),
                _ => place.clinics.online(&row.dossier, lot.n, today),
            };
            let (next, second) = issue(place, lot, serials, &dossier, Some(&row), rows)?;
            paper.state = CertificateState::Superseded;
            paper.current_version = second.version;
            paper.current_number.clone_from(&next.number);
            paper.telemedicine = next.telemedicine_mode;
            rows.certificates.push(paper);
            (row, paper) = (next, second);
        }
        Fate::Suspended => happens(place, lot, serials, Kind::Suspension, (&mut row, &mut paper), rows)?,
        Fate::Closed => happens(place, lot, serials, Kind::Closure, (&mut row, &mut paper), rows)?,
        Fate::Stopped | Fate::Revoked => decided(place, lot, serials, (&mut row, &mut paper), rows)?,
    }
    let terms = issuance::search_terms(&row.record, &row);
    rows.terms.extend(terms.into_iter().map(|term| search_term::Model { term, clinic_id: row.id }));
    if !standing::ended(row.state) {
        rows.persons.extend(persons::listed(row.id, &row.dossier));
    }
    rows.certificates.push(paper);
    rows.clinics.push(row);
    Ok(())
}

/// An officer and an approver of the office, the same for the same clinic.
fn staff<'a>(place: &Place<'a>, lot: &Lot) -> Result<(&'a Actor, &'a Actor)> {
    let of = |list: &'a [Actor]| {
        let at = usize::try_from(lot.n).unwrap_or_default() % list.len().max(1);
        list.get(at).ok_or(Error::NotFound("officer"))
    };
    Ok((of(&place.office.officers)?, of(&place.office.approvers)?))
}

/// A filing that is done, with its three steps.
fn filing(
    place: &Place<'_>,
    lot: &Lot,
    (kind, serial): (Kind, u32),
    dossier: &Dossier,
    clinic: Option<&register::Model>,
    rows: &mut Rows,
) -> Result<filing::Model> {
    let (app, (officer, approver)) = (place.app, staff(place, lot)?);
    let submitted = app.clock.now();
    let today = app.clock.today();
    let steps = [
        (Action::Submit, Stage::Draft, Stage::Received, place.owner, 0),
        (Action::Recommend, Stage::Received, Stage::Recommended, officer, 20),
        (Action::Issue, Stage::Recommended, Stage::Issued, approver, 40),
    ];
    let id = app.clock.new_id();
    let rule_set = i32::try_from(app.law().rule_set()).map_err(Error::internal)?;
    for (sequence, (action, from_stage, to_stage, actor, minutes)) in (1..).zip(steps) {
        app.clock.set(submitted + TimeDelta::minutes(minutes));
        rows.filing_events.push(filing_event::Model {
            id: app.clock.new_id(),
            filing_id: id,
            sequence,
            at: app.clock.now(),
            actor_id: actor.id.0,
            actor_name: actor.name.clone(),
            actor_role: actor.role,
            action,
            from_stage,
            to_stage,
            note: String::new(),
            notice: None,
            rule_set,
            findings: Findings(vec![]),
            dossier: None,
            circumstances: None,
        });
    }
    let particulars = (!kind.writes_dossier()).then(|| Particulars {
        effective_on: Some(today),
        suspension_reason: (kind == Kind::Suspension).then_some(SuspensionReason::Rebuilding),
        reason: "因经营安排。".to_owned(),
        signed_by: dossier.principal.name.clone(),
        signed_on: Some(today),
        ..Particulars::default()
    });
    Ok(filing::Model {
        id,
        case_number: Some(format!("BA-{}-{}-{serial:06}", lot.region, lot.year)),
        kind,
        stage: Stage::Issued,
        owner_id: place.owner.id.0,
        clinic_id: clinic.map(|row| row.id),
        base_version: clinic.map(|row| row.certificate_version),
        authority_id: Some(place.office.row.id),
        dossier: dossier.clone(),
        submitted: Some(dossier.clone()),
        notice: None,
        notices: 0,
        submitted_at: Some(submitted),
        received_on: Some(today),
        due_on: None,
        due_guessed: false,
        redirected: false,
        recommended_by: Some(officer.id.0),
        issued_by: Some(approver.id.0),
        certificate_id: None,
        created_at: submitted,
        updated_at: app.clock.now(),
        version: 4,
        submitted_particulars: particulars.clone(),
        particulars,
        predecessor_id: None,
        answers: None,
        import_id: None,
    })
}

/// The number of a first version.
fn number(lot: &Lot, serials: Serials) -> Result<String> {
    let missing = || Error::NotFound("attributes");
    let (division, economic, category, management) = number_attributes(&lot.filed).ok_or_else(missing)?;
    let body =
        body_of_uscc(&lot.filed.applicant.uscc).or_else(|| provisional_body(serials.number)).ok_or_else(missing)?;
    let number = FilingNumber::compose(&body, division, economic, category, management);
    Ok(number.map_err(Error::internal)?.to_string())
}

/// An issue: of the first version, or of the next one.
fn issue(
    place: &Place<'_>,
    lot: &Lot,
    serials: Serials,
    dossier: &Dossier,
    before: Option<&register::Model>,
    rows: &mut Rows,
) -> Result<(register::Model, certificate::Model)> {
    let (app, authority) = (place.app, &place.office.row);
    let (kind, later) = if before.is_some() { (Kind::Change, 1) } else { (Kind::Establishment, 0) };
    let mut filed = filing(place, lot, (kind, serials.case + later), dossier, before, rows)?;
    let law = app.law_of(authority);
    let number = match before {
        // The body of the number stays, the rest of it follows what is filed.
        Some(before) => {
            let (division, economic, category, management) =
                number_attributes(dossier).ok_or(Error::NotFound("attributes"))?;
            let body = before.number.get(..9).unwrap_or_default();
            FilingNumber::compose(body, division, economic, category, management).map_err(Error::internal)?.to_string()
        }
        None => number(lot, serials)?,
    };
    let statement = issuance::statement(app, &law, dossier, authority, before, number, true)?;
    let clinic_id = before.map_or_else(|| app.clock.new_id(), |row| row.id);
    // No order against 互联网诊疗 is made in bulk.
    let standing = issuance::stands(&statement, before, false);
    // An odd factor sends every index to another one.
    let index = (lot.n * 2 + u64::from(later)).wrapping_mul(0x9E37_79B1) % u64::from(STATUS_INDEXES);
    let index = u32::try_from(index).map_err(Error::internal)?;
    let issued = issuance::signed(app, &filed, authority, statement, clinic_id, standing, index)?;
    let mut row = issuance::register_row(app, &filed, authority, place.supervisor, &issued, before);
    if let Some(before) = before {
        row.version = before.version + 1;
    }
    filed.clinic_id = Some(clinic_id);
    filed.certificate_id = Some(issued.id);
    if before.is_none_or(|before| before.number != row.number) {
        let valid_from = app.clock.today();
        rows.numbers.push(clinic_number::Model { number: row.number.clone(), clinic_id, valid_from });
    }
    let (_, approver) = staff(place, lot)?;
    let what = |act, note: String| Happening {
        filing: Some(filed.id),
        note,
        ..Happening::new(act, app.clock.today(), Some(approver))
    };
    let stood = before.map_or((row.state, TelemedicineMode::Off), |before| (before.state, before.telemedicine_mode));
    let note = issued.statement.change_note.clone().unwrap_or_default();
    let unchanged = register::Model { telemedicine_mode: stood.1, ..row.clone() };
    let mut event = life::event(app, &unchanged, stood, what(kind.act(), note));
    event.sequence = 1 + i32::from(before.is_some());
    rows.clinic_events.push(event);
    if stood.1 != row.telemedicine_mode {
        let mut event = life::event(app, &row, stood, what(ClinicAct::AddTelemedicine, String::new()));
        event.sequence = 3;
        rows.clinic_events.push(event);
    }
    let sequence = i32::try_from(serials.log + later).map_err(Error::internal)?;
    rows.log.push(issuance::log_row(app, sequence, &issued, if before.is_some() { "supersede" } else { "issue" }));
    rows.filings.push(filed);
    Ok((row, issued))
}

/// The clinic stands otherwise: row, paper, history, announcement and log.
fn stand(
    place: &Place<'_>,
    serials: Serials,
    what: Happening<'_>,
    (row, paper): (&mut register::Model, &mut certificate::Model),
    rows: &mut Rows,
) -> Result<()> {
    let app = place.app;
    let (state, mode) = life::foresee(row, what.act)?;
    let before = (row.state, row.telemedicine_mode);
    (row.state, row.telemedicine_mode) = (state, mode);
    (paper.clinic_state, paper.telemedicine) = (state, mode);
    row.updated_at = app.clock.now();
    row.version += 1;
    if standing::ended(state) {
        row.ended_on = Some(what.effective_on);
    }
    rows.announcements.extend(life::announcement(app, row, &what));
    let sequence = i32::try_from(serials.log + 1).map_err(Error::internal)?;
    rows.log.push(issuance::log_row(app, sequence, paper, &what.act.code()));
    let mut event = life::event(app, row, before, what);
    event.sequence = 2;
    rows.clinic_events.push(event);
    Ok(())
}

/// A filing that leaves the form as it is.
fn happens(
    place: &Place<'_>,
    lot: &Lot,
    serials: Serials,
    kind: Kind,
    (row, paper): (&mut register::Model, &mut certificate::Model),
    rows: &mut Rows,
) -> Result<()> {
    let filed = filing(place, lot, (kind, serials.case + 1), &lot.filed, Some(row), rows)?;
    let today = place.app.clock.today();
    if kind == Kind::Suspension {
        // Such a suspension does not end the clinic after a year, so no clock runs.
        (row.suspended_on, row.suspension_reason) = (Some(today), Some(SuspensionReason::Rebuilding));
    }
    let (_, approver) = staff(place, lot)?;
    let what = Happening {
        filing: Some(filed.id),
        note: kind.zh().to_owned(),
        body: format!("{}（备案编号{}）{}。", row.name, row.number, kind.zh()),
        document_number: filed.case_number.clone().unwrap_or_default(),
        ..Happening::new(kind.act(), today, Some(approver))
    };
    rows.filings.push(filed);
    stand(place, serials, what, (row, paper), rows)
}

/// A decision of the authority.
fn decided(
    place: &Place<'_>,
    lot: &Lot,
    serials: Serials,
    (row, paper): (&mut register::Model, &mut certificate::Model),
    rows: &mut Rows,
) -> Result<()> {
    let Some(kind) = lot.fate.decides() else { return Ok(()) };
    let (app, office, today) = (place.app, &place.office.row, place.app.clock.today());
    let law = app.law_of(office);
    let profile = row.record.clinic_type.profile();
    // What ends a 中医诊所 is called 注销 where the other measures say 撤销.
    let kinds = [kind, DecisionKind::Cancellation];
    let found = kinds.into_iter().find_map(|kind| Some((kind, law.grounds(kind, profile, today).next()?)));
    let (kind, ground) = found.ok_or(Error::NotFound("ground"))?;
    let (officer, approver) = staff(place, lot)?;
    let decision = decision::Model {
        id: app.clock.new_id(),
        case_number: format!("JD-{}-{}-{:06}", lot.region, lot.year, serials.decision),
        kind,
        stage: DecisionStage::Decided,
        clinic_id: row.id,
        authority_id: office.id,
        visit_id: None,
        ground: ground.code.clone(),
        ground_text: ground.zh.clone(),
        basis: ground.basis(),
        document_number: format!("聊模拟字〔{}〕{}号", lot.year, serials.decision),
        facts: "模拟数据：检查发现与备案不符。".to_owned(),
        effective_on: today,
        proposed_by: officer.id.0,
        proposed_name: officer.name.clone(),
        proposer_authority_id: Some(office.id),
        decided_by: Some(approver.id.0),
        decided_name: approver.name.clone(),
        note: String::new(),
        created_at: app.clock.now(),
        decided_at: Some(app.clock.now()),
        rule_set: i32::try_from(law.rule_set()).map_err(Error::internal)?,
        version: 2,
    };
    let what = Happening {
        decision: Some(decision.id),
        note: format!("{}，{}，{}", kind.zh(), decision.document_number, decision.ground_text),
        basis: decision.basis.clone(),
        document_number: decision.document_number.clone(),
        ..Happening::new(kind.act(), today, Some(approver))
    };
    rows.decisions.push(decision);
    stand(place, serials, what, (row, paper), rows)
}
