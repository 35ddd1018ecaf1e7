//! The machines beside the filing, exhaustively: each against a table that was written once more by hand.

use std::collections::BTreeSet;
use std::fmt::Debug;

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::announcement::{self, AnnouncementKind};
use clinic_registry::domain::complaint::{self, ComplaintAction, ComplaintStage};
use clinic_registry::domain::decision::{self, DecisionAction, DecisionKind, DecisionStage, PROPOSERS};
use clinic_registry::domain::diagrams;
use clinic_registry::domain::lifecycle::{self, Action, Kind, Stage};
use clinic_registry::domain::standing::{self, CertificateAct, ClinicAct};
use clinic_registry::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
use clinic_registry::domain::visit::{self, VisitAction, VisitStage};

use crate::support;

/// What can happen to a clinic where, and where it stands then. Domain facts §1.3; 条例 art. 20, 办法 arts. 10, 11, 16, 18.
const CLINIC: &[(ClinicState, &[(ClinicAct, ClinicState)])] = &[
    (
        ClinicState::Active,
        &[
            (ClinicAct::HandOver, ClinicState::Active),
            (ClinicAct::Change, ClinicState::Active),
            (ClinicAct::Reissue, ClinicState::Active),
            (ClinicAct::DeclareLoss, ClinicState::Active),
            (ClinicAct::FindLost, ClinicState::Active),
            (ClinicAct::Suspend, ClinicState::Suspended),
            (ClinicAct::Close, ClinicState::Cancelled),
            (ClinicAct::MoveAway, ClinicState::Cancelled),
            (ClinicAct::Revoke, ClinicState::Revoked),
            (ClinicAct::Cancel, ClinicState::Cancelled),
            (ClinicAct::Stop, ClinicState::Stopped),
            (ClinicAct::Verify, ClinicState::Active),
            (ClinicAct::AddTelemedicine, ClinicState::Active),
            (ClinicAct::RemoveTelemedicine, ClinicState::Active),
            (ClinicAct::SuspendTelemedicine, ClinicState::Active),
            (ClinicAct::ResumeTelemedicine, ClinicState::Active),
        ],
    ),
    (
        ClinicState::Suspended,
        &[
            (ClinicAct::HandOver, ClinicState::Suspended),
            (ClinicAct::Change, ClinicState::Suspended),
            (ClinicAct::Reissue, ClinicState::Suspended),
            (ClinicAct::DeclareLoss, ClinicState::Suspended),
            (ClinicAct::FindLost, ClinicState::Suspended),
            (ClinicAct::Resume, ClinicState::Active),
            (ClinicAct::DeemClosed, ClinicState::DeemedClosed),
            (ClinicAct::Close, ClinicState::Cancelled),
            (ClinicAct::MoveAway, ClinicState::Cancelled),
            (ClinicAct::Revoke, ClinicState::Revoked),
            (ClinicAct::Cancel, ClinicState::Cancelled),
            (ClinicAct::Stop, ClinicState::Stopped),
            (ClinicAct::Verify, ClinicState::Suspended),
            (ClinicAct::RemoveTelemedicine, ClinicState::Suspended),
            (ClinicAct::SuspendTelemedicine, ClinicState::Suspended),
        ],
    ),
    (
        ClinicState::Stopped,
        &[
            (ClinicAct::HandOver, ClinicState::Stopped),
            (ClinicAct::Reissue, ClinicState::Stopped),
            (ClinicAct::DeclareLoss, ClinicState::Stopped),
            (ClinicAct::FindLost, ClinicState::Stopped),
            (ClinicAct::DeemClosed, ClinicState::DeemedClosed),
            (ClinicAct::Close, ClinicState::Cancelled),
            (ClinicAct::Revoke, ClinicState::Revoked),
            (ClinicAct::Cancel, ClinicState::Cancelled),
            (ClinicAct::LiftStop, ClinicState::Active),
            (ClinicAct::Verify, ClinicState::Stopped),
            (ClinicAct::SuspendTelemedicine, ClinicState::Stopped),
        ],
    ),
    (
        ClinicState::DeemedClosed,
        &[
            (ClinicAct::HandOver, ClinicState::DeemedClosed),
            (ClinicAct::Close, ClinicState::Cancelled),
            (ClinicAct::Revoke, ClinicState::Revoked),
            (ClinicAct::Cancel, ClinicState::Cancelled),
        ],
    ),
    (ClinicState::Cancelled, &[]),
    (ClinicState::Revoked, &[]),
];

/// The same for 互联网诊疗; every other act leaves it as it is.
const TELEMEDICINE: &[(TelemedicineMode, ClinicAct, Option<TelemedicineMode>)] = &[
    (TelemedicineMode::Off, ClinicAct::AddTelemedicine, Some(TelemedicineMode::On)),
    (TelemedicineMode::Off, ClinicAct::RemoveTelemedicine, None),
    (TelemedicineMode::Off, ClinicAct::SuspendTelemedicine, None),
    (TelemedicineMode::Off, ClinicAct::ResumeTelemedicine, None),
    (TelemedicineMode::On, ClinicAct::AddTelemedicine, None),
    (TelemedicineMode::On, ClinicAct::RemoveTelemedicine, Some(TelemedicineMode::Off)),
    (TelemedicineMode::On, ClinicAct::SuspendTelemedicine, Some(TelemedicineMode::Suspended)),
    (TelemedicineMode::On, ClinicAct::ResumeTelemedicine, None),
    (TelemedicineMode::Suspended, ClinicAct::AddTelemedicine, None),
    (TelemedicineMode::Suspended, ClinicAct::RemoveTelemedicine, Some(TelemedicineMode::Off)),
    (TelemedicineMode::Suspended, ClinicAct::SuspendTelemedicine, None),
    (TelemedicineMode::Suspended, ClinicAct::ResumeTelemedicine, Some(TelemedicineMode::On)),
];

/// And for one copy of a certificate.
const COPY: &[(CertificateState, CertificateAct, CertificateState)] = &[
    (CertificateState::Current, CertificateAct::Supersede, CertificateState::Superseded),
    (CertificateState::Current, CertificateAct::DeclareLost, CertificateState::Lost),
    (CertificateState::Lost, CertificateAct::Supersede, CertificateState::Superseded),
    (CertificateState::Lost, CertificateAct::Find, CertificateState::Current),
    (CertificateState::Lost, CertificateAct::Replace, CertificateState::Void),
];

const ANY_OFFICE: &[Role] = &[Role::Officer, Role::Approver, Role::Inspector];

/// Who may do what to a visit.
const VISIT: &[(VisitStage, VisitAction, &[Role], VisitStage)] = &[
    (VisitStage::Due, VisitAction::Assign, ANY_OFFICE, VisitStage::Due),
    (VisitStage::Due, VisitAction::Pass, &[Role::Inspector], VisitStage::Passed),
    (VisitStage::Due, VisitAction::OrderRectification, &[Role::Inspector], VisitStage::Rectifying),
    (VisitStage::Due, VisitAction::Fail, &[Role::Inspector], VisitStage::Failed),
    (VisitStage::Due, VisitAction::Drop, &[Role::Approver], VisitStage::Dropped),
    (VisitStage::Rectifying, VisitAction::Assign, ANY_OFFICE, VisitStage::Rectifying),
    (VisitStage::Rectifying, VisitAction::Pass, &[Role::Inspector], VisitStage::Passed),
    (VisitStage::Rectifying, VisitAction::Extend, &[Role::Approver], VisitStage::Rectifying),
    (VisitStage::Rectifying, VisitAction::Fail, &[Role::Inspector], VisitStage::Failed),
    (VisitStage::Rectifying, VisitAction::Drop, &[Role::Approver], VisitStage::Dropped),
];

/// Who may do what to a proposed decision.
const DECISION: &[(DecisionStage, DecisionAction, &[Role], DecisionStage)] = &[
    (DecisionStage::Proposed, DecisionAction::Decide, &[Role::Approver], DecisionStage::Decided),
    (DecisionStage::Proposed, DecisionAction::Withdraw, ANY_OFFICE, DecisionStage::Withdrawn),
];

const DESK: &[Role] = &[Role::Officer, Role::Approver];

/// Who may do what to a report from the public.
const COMPLAINT: &[(ComplaintStage, ComplaintAction, &[Role], ComplaintStage)] = &[
    (ComplaintStage::Received, ComplaintAction::Accept, ANY_OFFICE, ComplaintStage::Accepted),
    (ComplaintStage::Received, ComplaintAction::Forward, DESK, ComplaintStage::Forwarded),
    (ComplaintStage::Received, ComplaintAction::Close, DESK, ComplaintStage::Closed),
    (ComplaintStage::Forwarded, ComplaintAction::Accept, ANY_OFFICE, ComplaintStage::Accepted),
    (ComplaintStage::Forwarded, ComplaintAction::Forward, DESK, ComplaintStage::Forwarded),
    (ComplaintStage::Forwarded, ComplaintAction::Close, DESK, ComplaintStage::Closed),
    (ComplaintStage::Accepted, ComplaintAction::Forward, DESK, ComplaintStage::Forwarded),
    (ComplaintStage::Accepted, ComplaintAction::OrderVisit, DESK, ComplaintStage::Accepted),
    (ComplaintStage::Accepted, ComplaintAction::Close, DESK, ComplaintStage::Closed),
];

/// Whatever can be reached from `start`.
fn reached<S: Copy + Ord, A: Copy>(start: S, acts: &[A], next: impl Fn(S, A) -> Option<S>) -> BTreeSet<S> {
    let mut seen = BTreeSet::from([start]);
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        open.extend(acts.iter().filter_map(|act| next(at, *act)).filter(|to| seen.insert(*to)));
    }
    seen
}

/// The states from which nothing leads on.
fn ends<S: Copy, A: Copy>(states: &[S], acts: &[A], next: impl Fn(S, A) -> Option<S>) -> Vec<S> {
    states.iter().copied().filter(|state| acts.iter().all(|act| next(*state, *act).is_none())).collect()
}

fn all<S: Copy + Ord>(states: &[S]) -> BTreeSet<S> {
    states.iter().copied().collect()
}

fn holding<S: Copy>(states: &[S], holds: impl Fn(S) -> bool) -> Vec<S> {
    states.iter().copied().filter(|state| holds(*state)).collect()
}

/// Compares `next` with the table for every stage, action and role.
fn by_roles<S, A>(
    stages: &[S],
    actions: &[A],
    next: impl Fn(S, A) -> Option<(&'static [Role], S)>,
    table: &[(S, A, &[Role], S)],
) where
    S: Copy + PartialEq + Debug,
    A: Copy + PartialEq + Debug,
{
    let mut seen = 0;
    for &stage in stages {
        for &action in actions {
            let written = table.iter().find(|(s, a, ..)| (*s, *a) == (stage, action));
            let decided = next(stage, action);
            assert_eq!(decided.map(|(_, to)| to), written.map(|(.., to)| *to), "{stage:?} {action:?}");
            for role in Role::ALL {
                let may = written.is_some_and(|(_, _, roles, _)| roles.contains(role));
                let let_pass = decided.is_some_and(|(roles, _)| roles.contains(role));
                assert_eq!(let_pass, may, "{stage:?} {action:?} {role:?}");
                seen += usize::from(may);
            }
        }
    }
    assert_eq!(seen, table.iter().map(|(_, _, roles, _)| roles.len()).sum::<usize>(), "the table has rows of its own");
}

#[test]
fn a_clinic_stands_after_every_act_as_written() {
    assert_eq!(CLINIC.iter().map(|(state, _)| *state).collect::<BTreeSet<_>>(), all(ClinicState::ALL));
    for (state, acts) in CLINIC {
        for &act in ClinicAct::ALL {
            let written = acts.iter().find(|(a, _)| *a == act).map(|(_, to)| *to);
            assert_eq!(standing::after(*state, act), written, "{state:?} {act:?}");
        }
    }
    assert_eq!(standing::lifted(false), ClinicState::Active);
    assert_eq!(standing::lifted(true), ClinicState::Suspended);
}

#[test]
fn telemedicine_stands_after_every_act_as_written() {
    for &mode in TelemedicineMode::ALL {
        for &act in ClinicAct::ALL {
            let written = TELEMEDICINE.iter().find(|(m, a, _)| (*m, *a) == (mode, act));
            let expected = written.map_or(Some(mode), |(.., to)| *to);
            assert_eq!(standing::telemedicine_after(mode, act), expected, "{mode:?} {act:?}");
        }
    }
}

#[test]
fn a_copy_stands_after_every_act_as_written() {
    for &state in CertificateState::ALL {
        for &act in CertificateAct::ALL {
            let written = COPY.iter().find(|(s, a, _)| (*s, *a) == (state, act)).map(|(.., to)| *to);
            assert_eq!(standing::certificate_after(state, act), written, "{state:?} {act:?}");
        }
    }
}

#[test]
fn every_stage_action_and_role_of_a_visit_is_decided_as_written() {
    by_roles(VisitStage::ALL, VisitAction::ALL, visit::next, VISIT);
}

#[test]
fn every_stage_action_and_role_of_a_decision_is_decided_as_written() {
    by_roles(DecisionStage::ALL, DecisionAction::ALL, decision::next, DECISION);
    assert_eq!(PROPOSERS, ANY_OFFICE);
    assert_eq!(
        holding(DecisionKind::ALL, DecisionKind::issuers_alone),
        [DecisionKind::Revocation, DecisionKind::Cancellation],
        "only who filed a clinic takes it out of the register"
    );
}

#[test]
fn every_stage_action_and_role_of_a_report_is_decided_as_written() {
    by_roles(ComplaintStage::ALL, ComplaintAction::ALL, complaint::next, COMPLAINT);
    let next = |stage, action| complaint::next(stage, action).map(|(_, to)| to);
    let (stages, actions) = (ComplaintStage::ALL, ComplaintAction::ALL);
    assert_eq!(ends(stages, actions, next), holding(stages, complaint::ended));
    assert_eq!(reached(ComplaintStage::Received, actions, next), all(stages));
}

#[test]
fn what_has_ended_is_where_nothing_leads_on() {
    let filing = |stage, action| lifecycle::next(stage, action).map(|(_, to)| to);
    assert_eq!(ends(Stage::ALL, Action::ALL, filing), holding(Stage::ALL, lifecycle::ended));
    let visit = |stage, action| visit::next(stage, action).map(|(_, to)| to);
    assert_eq!(ends(VisitStage::ALL, VisitAction::ALL, visit), holding(VisitStage::ALL, visit::ended));
    assert_eq!(holding(VisitStage::ALL, visit::open), [VisitStage::Due, VisitStage::Rectifying]);
    let decision = |stage, action| decision::next(stage, action).map(|(_, to)| to);
    assert_eq!(ends(DecisionStage::ALL, DecisionAction::ALL, decision), holding(DecisionStage::ALL, decision::ended));
    assert_eq!(ends(ClinicState::ALL, ClinicAct::ALL, standing::after), holding(ClinicState::ALL, standing::ended));
    assert_eq!(
        ends(CertificateState::ALL, CertificateAct::ALL, standing::certificate_after),
        holding(CertificateState::ALL, standing::spent)
    );
    assert!(ends(TelemedicineMode::ALL, ClinicAct::ALL, standing::telemedicine_after).is_empty());
}

#[test]
fn every_state_is_reached_from_the_first() {
    let filing = |stage, action| lifecycle::next(stage, action).map(|(_, to)| to);
    assert_eq!(reached(Stage::Draft, Action::ALL, filing), all(Stage::ALL));
    let visit = |stage, action| visit::next(stage, action).map(|(_, to)| to);
    assert_eq!(reached(VisitStage::Due, VisitAction::ALL, visit), all(VisitStage::ALL));
    let decision = |stage, action| decision::next(stage, action).map(|(_, to)| to);
    assert_eq!(reached(DecisionStage::Proposed, DecisionAction::ALL, decision), all(DecisionStage::ALL));
    assert_eq!(reached(ClinicState::Active, ClinicAct::ALL, standing::after), all(ClinicState::ALL));
    assert_eq!(
        reached(TelemedicineMode::Off, ClinicAct::ALL, standing::telemedicine_after),
        all(TelemedicineMode::ALL)
    );
    assert_eq!(
        reached(CertificateState::Current, CertificateAct::ALL, standing::certificate_after),
        all(CertificateState::ALL)
    );
}

#[test]
fn whatever_is_not_over_can_be_ended() {
    let certain = |state: &&ClinicState| !standing::ended(**state);
    for state in ClinicState::ALL.iter().filter(certain) {
        for act in [ClinicAct::Close, ClinicAct::Cancel, ClinicAct::Revoke] {
            assert!(standing::after(*state, act).is_some_and(standing::ended), "{state:?} {act:?}");
        }
    }
    for stage in Stage::ALL.iter().filter(|stage| !lifecycle::ended(**stage)) {
        let (roles, to) = lifecycle::next(*stage, Action::Withdraw).unwrap();
        assert_eq!((roles, to), (&[Role::Clinic][..], Stage::Withdrawn), "a clinic may always take back: {stage:?}");
    }
}

#[test]
fn whatever_can_be_filed_or_decided_can_happen_to_some_clinic() {
    let possible = |act| {
        let states = ClinicState::ALL.iter().any(|state| standing::after(*state, act).is_some());
        states && TelemedicineMode::ALL.iter().any(|mode| standing::telemedicine_after(*mode, act).is_some())
    };
    for kind in Kind::ALL {
        assert_eq!(kind.of_clinic(), *kind != Kind::Establishment);
        assert_eq!(possible(kind.act()), kind.of_clinic(), "{kind:?}: only a new clinic has no standing yet");
    }
    for kind in DecisionKind::ALL {
        assert!(possible(kind.act()), "{kind:?}");
    }
    let filed = Kind::ALL.iter().map(|kind| kind.act()).collect::<BTreeSet<_>>();
    assert_eq!(filed.len(), Kind::ALL.len(), "no two kinds do the same");
}

/// What the public is told at once, by what happened.
const ANNOUNCED: &[(ClinicAct, AnnouncementKind)] = &[
    (ClinicAct::DeclareLoss, AnnouncementKind::Loss),
    (ClinicAct::Suspend, AnnouncementKind::Suspension),
    (ClinicAct::Resume, AnnouncementKind::Resumption),
    (ClinicAct::DeemClosed, AnnouncementKind::DeemedClosure),
    (ClinicAct::Close, AnnouncementKind::Closure),
    (ClinicAct::MoveAway, AnnouncementKind::Relocation),
    (ClinicAct::Revoke, AnnouncementKind::Revocation),
    (ClinicAct::Cancel, AnnouncementKind::Cancellation),
    (ClinicAct::Stop, AnnouncementKind::StopOrder),
    (ClinicAct::LiftStop, AnnouncementKind::Lifting),
    (ClinicAct::SuspendTelemedicine, AnnouncementKind::TelemedicineSuspension),
    (ClinicAct::ResumeTelemedicine, AnnouncementKind::TelemedicineResumption),
];

#[test]
fn every_end_and_every_stop_is_announced() {
    for &act in ClinicAct::ALL {
        let written = ANNOUNCED.iter().find(|(a, _)| *a == act).map(|(_, kind)| *kind);
        assert_eq!(announcement::of(act), written, "{act:?}");
        for &state in ClinicState::ALL {
            let changed = standing::after(state, act).is_some_and(|to| to != state);
            assert!(!changed || announcement::of(act).is_some(), "{act:?} changes {state:?} unannounced");
        }
    }
}

#[test]
fn the_document_shows_the_machines_as_they_are() {
    support::golden("docs/lifecycles.md", &diagrams::document());
}
