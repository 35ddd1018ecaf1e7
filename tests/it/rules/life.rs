//! The rules of filings that say particulars: each finds what it is for, and nothing in an ordinary filing.

use chrono::{Days, NaiveDate};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::particulars::{Particulars, SuspensionReason};
use clinic_registry::domain::rules::{self, Facts};
use clinic_registry::domain::samples::sample;
use clinic_registry::domain::verdict::{ClinicState, TelemedicineMode};

use ClinicState::{Active, Cancelled, DeemedClosed, Revoked, Stopped, Suspended};

use super::{facts, hits, law, today, told};

fn days_ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

/// What passes for a kind, of a clinic that was filed a hundred days ago.
fn ordinary(kind: Kind) -> Particulars {
    Particulars {
        effective_on: Some(days_ago(3)),
        until: (kind == Kind::Suspension).then(|| today() + Days::new(30)),
        suspension_reason: (kind == Kind::Suspension).then_some(SuspensionReason::Rebuilding),
        reason: "如实填报".into(),
        records_kept_at: "卫生服务中心".into(),
        records_phone: "0635-5550000".into(),
        medicines_disposal: "退回".into(),
        destination_division: "371521".into(),
        destination_address: "谷山路1号".into(),
        signed_by: sample(ClinicType::General, 1, today()).principal.name,
        signed_on: Some(today()),
    }
}

/// Where a clinic stands for which a kind is ordinary.
const fn standing(kind: Kind) -> (ClinicState, TelemedicineMode) {
    match kind {
        Kind::Resumption => (Suspended, TelemedicineMode::Off),
        Kind::TelemedicineSuspension => (Active, TelemedicineMode::On),
        Kind::TelemedicineResumption => (Active, TelemedicineMode::Suspended),
        _ => (Active, TelemedicineMode::Off),
    }
}

type Spoil = fn(&mut Particulars);
type Tell = fn(&mut Facts);

fn findings(kind: Kind, spoil: Spoil, tell: Tell) -> Vec<clinic_registry::domain::finding::Finding> {
    let (law, clinic) = (law(), sample(ClinicType::General, 1, today()));
    let mut particulars = ordinary(kind);
    spoil(&mut particulars);
    let mut known = Facts {
        current: Some((1, &clinic)),
        particulars: &particulars,
        standing: Some(standing(kind)),
        clinic_since: Some(days_ago(100)),
        suspended_on: (kind == Kind::Resumption).then(|| days_ago(10)),
        ..facts(kind, today(), &law, &[])
    };
    tell(&mut known);
    rules::check(&clinic, &known)
}

const fn same(_: &mut Particulars) {}
const fn nothing(_: &mut Facts) {}

const KINDS: [Kind; 7] = [
    Kind::Suspension,
    Kind::Resumption,
    Kind::Closure,
    Kind::Relocation,
    Kind::Reissue,
    Kind::TelemedicineSuspension,
    Kind::TelemedicineResumption,
];

const CASES: &[(Kind, Spoil, Tell, &str, &str)] = &[
    (Kind::Closure, |p| p.signed_by.clear(), nothing, "R-010", "/particulars/signed_by"),
    (Kind::Reissue, |p| p.signed_by = "某某".into(), nothing, "R-010", "/particulars/signed_by"),
    (Kind::Closure, |p| p.signed_on = None, nothing, "R-010", "/particulars/signed_on"),
    (Kind::Closure, |p| p.signed_on = today().succ_opt(), nothing, "R-010", "/particulars/signed_on"),
    (
        Kind::Relocation,
        |p| p.destination_division = "371502".into(),
        nothing,
        "R-061",
        "/particulars/destination_division",
    ),
    (Kind::Change, same, |f| f.covers_street = false, "R-061", "/address/street"),
    (
        Kind::Suspension,
        |p| p.suspension_reason = Some(SuspensionReason::Other),
        nothing,
        "R-063",
        "/particulars/suspension_reason",
    ),
    (Kind::Closure, |p| p.effective_on = None, nothing, "R-064", "/particulars/effective_on"),
    (Kind::Closure, |p| p.records_kept_at = " ".into(), nothing, "R-064", "/particulars/records_kept_at"),
    (Kind::Relocation, |p| p.records_phone.clear(), nothing, "R-064", "/particulars/records_phone"),
    (Kind::Relocation, |p| p.medicines_disposal.clear(), nothing, "R-064", "/particulars/medicines_disposal"),
    (Kind::Reissue, |p| p.effective_on = None, nothing, "R-065", "/particulars/effective_on"),
    (Kind::Reissue, |p| p.reason = "\u{3000}".into(), nothing, "R-065", "/particulars/reason"),
    (Kind::Suspension, |p| p.effective_on = None, nothing, "R-100", "/particulars/effective_on"),
    (Kind::Suspension, |p| p.suspension_reason = None, nothing, "R-100", "/particulars/suspension_reason"),
    (Kind::Resumption, |p| p.effective_on = None, nothing, "R-100", "/particulars/effective_on"),
    (Kind::TelemedicineSuspension, |p| p.reason.clear(), nothing, "R-100", "/particulars/reason"),
    (Kind::TelemedicineResumption, |p| p.effective_on = None, nothing, "R-100", "/particulars/effective_on"),
    (Kind::Relocation, |p| p.destination_division.clear(), nothing, "R-100", "/particulars/destination_division"),
    (Kind::Relocation, |p| p.destination_address.clear(), nothing, "R-100", "/particulars/destination_address"),
    (
        Kind::Relocation,
        |p| p.destination_division = "371500".into(),
        nothing,
        "R-101",
        "/particulars/destination_division",
    ),
    (Kind::Suspension, |p| p.effective_on = today().succ_opt(), nothing, "R-104", "/particulars/effective_on"),
    (Kind::Reissue, |p| p.effective_on = Some(days_ago(101)), nothing, "R-104", "/particulars/effective_on"),
    (Kind::Resumption, |p| p.effective_on = Some(days_ago(11)), nothing, "R-104", "/particulars/effective_on"),
    (Kind::Suspension, |p| p.until = Some(days_ago(4)), nothing, "R-104", "/particulars/until"),
    (
        Kind::Closure,
        |p| p.effective_on = Some(days_ago(5)),
        |f| f.suspended_on = Some(days_ago(4)),
        "R-104",
        "/particulars/effective_on",
    ),
    (Kind::Closure, |p| p.records_phone = "请到窗口问".into(), nothing, "R-101", "/particulars/records_phone"),
    (
        Kind::Relocation,
        |p| p.records_kept_at = "王某（371502198506150008）".into(),
        nothing,
        "R-101",
        "/particulars/records_kept_at",
    ),
    (Kind::TelemedicineResumption, same, |f| f.ordered = true, "R-105", ""),
    (Kind::Closure, |p| p.signed_on = Some(days_ago(101)), nothing, "R-104", "/particulars/signed_on"),
    (Kind::Closure, same, |f| f.standing = Some((Cancelled, TelemedicineMode::Off)), "R-105", ""),
    (Kind::Change, same, |f| f.standing = Some((Stopped, TelemedicineMode::Off)), "R-105", ""),
];

/// The rules that have a case here.
pub fn rules() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.3)
}

#[test]
fn every_rule_of_the_particulars_finds_what_it_is_for() {
    for (kind, spoil, tell, rule, pointer) in CASES {
        let found = findings(*kind, *spoil, *tell);
        assert!(hits(&found).contains(&(rule, pointer)), "{kind:?} {rule} {pointer} not in {found:#?}");
        if *kind != Kind::Change {
            assert_eq!(found.len(), 1, "one slip, one finding: {kind:?} {rule} {found:#?}");
        }
        told(&found);
    }
}

#[test]
fn a_suspension_of_one_day_is_one_and_none_is_told_beyond_the_year() {
    let day = findings(Kind::Suspension, |p| p.until = p.effective_on, nothing);
    assert_eq!(day, vec![]);
    let long = |p: &mut Particulars| {
        (p.suspension_reason, p.until) = (Some(SuspensionReason::Other), Some(today() + Days::new(400)));
    };
    assert!(hits(&findings(Kind::Suspension, long, nothing)).contains(&("R-104", "/particulars/until")));
    let rebuilt = |p: &mut Particulars| p.until = Some(today() + Days::new(400));
    assert_eq!(findings(Kind::Suspension, rebuilt, nothing), vec![], "who rebuilds may take longer");
}

#[test]
fn an_ordinary_filing_of_each_kind_passes_without_a_finding() {
    for kind in KINDS {
        assert_eq!(findings(kind, same, nothing), vec![], "{kind:?}");
    }
}

#[test]
fn the_standing_that_a_rule_allows_is_the_standing_in_which_it_happens() {
    // Written out once more by hand: what can be filed of a clinic that stands so, without 互联网诊疗.
    for (state, kinds) in [
        (Active, &[Kind::Change, Kind::Suspension, Kind::Closure, Kind::Relocation, Kind::Reissue][..]),
        (Suspended, &[Kind::Change, Kind::Resumption, Kind::Closure, Kind::Relocation, Kind::Reissue]),
        (Stopped, &[Kind::Closure, Kind::Reissue]),
        (DeemedClosed, &[Kind::Closure]),
        (Cancelled, &[]),
        (Revoked, &[]),
    ] {
        let possible: Vec<_> = Kind::ALL.iter().filter(|kind| kind.happens_to(state, TelemedicineMode::Off)).collect();
        assert_eq!(possible, kinds.iter().collect::<Vec<_>>(), "{state:?}");
    }
    let on = |kind: Kind| kind.happens_to(Active, TelemedicineMode::On);
    assert!(on(Kind::TelemedicineSuspension) && !on(Kind::TelemedicineResumption));
    assert!(Kind::TelemedicineResumption.happens_to(Active, TelemedicineMode::Suspended));
}
