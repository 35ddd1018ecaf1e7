//! The lifecycles as pictures and tables, drawn from the same functions that decide: they cannot say anything else.

use std::fmt::Write;

use crate::domain::actor::Role;
use crate::domain::complaint::{self, ComplaintAction, ComplaintStage};
use crate::domain::decision::{self, DecisionAction, DecisionStage};
use crate::domain::lifecycle::{self, Action, Stage};
use crate::domain::standing::{self, CertificateAct, ClinicAct};
use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};
use crate::domain::visit::{self, VisitAction, VisitStage};

/// One arrow: from, to, what it is called.
type Arrow = (String, String, String);

/// A Mermaid state diagram. What leads back to where it started stands in the table, not in the picture.
fn mermaid(start: &str, arrows: &[Arrow], ends: &[String]) -> String {
    let mut out = format!("stateDiagram-v2\n    [*] --> {start}\n");
    for (from, to, name) in arrows.iter().filter(|(from, to, _)| from != to) {
        let _ = writeln!(out, "    {from} --> {to}: {name}");
    }
    for end in ends {
        let _ = writeln!(out, "    {end} --> [*]");
    }
    out
}

/// Where an action leads, and who may take it.
type Next<S, A> = fn(S, A) -> Option<(&'static [Role], S)>;

/// Arrows of people: who may do what where.
fn by_roles<S: Copy, A: Copy>(
    stages: &[S],
    actions: &[A],
    code: fn(S) -> String,
    name: fn(A) -> String,
    next: Next<S, A>,
) -> Vec<Arrow> {
    let steps = stages.iter().flat_map(|from| actions.iter().map(move |action| (*from, *action)));
    let arrows = steps.filter_map(|(from, action)| {
        let (roles, to) = next(from, action)?;
        let who = roles.iter().map(|role| role.code()).collect::<Vec<_>>().join(" | ");
        Some((code(from), code(to), format!("{} ({who})", name(action))))
    });
    arrows.collect()
}

/// Arrows of what happens.
fn by_acts<S: Copy, A: Copy>(
    states: &[S],
    acts: &[A],
    code: fn(S) -> String,
    name: fn(A) -> String,
    next: fn(S, A) -> Option<S>,
) -> Vec<Arrow> {
    let steps = states.iter().flat_map(|from| acts.iter().map(move |act| (*from, *act)));
    steps.filter_map(|(from, act)| Some((code(from), code(next(from, act)?), name(act)))).collect()
}

/// The table of a machine: a row for what happens, a column for each state, where it leads; a stroke where it cannot be.
fn table(states: &[(String, &str)], acts: &[(String, &str)], arrows: &[Arrow]) -> String {
    let mut out = String::from("| |");
    for (code, zh) in states {
        let _ = write!(out, " {zh} `{code}` |");
    }
    let _ = write!(out, "\n|---|{}\n", "---|".repeat(states.len()));
    for (act, zh) in acts {
        let _ = write!(out, "| {zh} `{act}` |");
        for (from, _) in states {
            let called = |name: &str| name.split(' ').next() == Some(act.as_str());
            let to = arrows.iter().filter(|(at, _, name)| at == from && called(name)).map(|(_, to, _)| to.as_str());
            let to = to.collect::<Vec<_>>().join(", ");
            let _ = write!(out, " {} |", if to.is_empty() { "—" } else { &to });
        }
        out.push('\n');
    }
    out
}

/// Codes and words of a set of terms.
macro_rules! words {
    ($set:ty) => {
        <$set>::ALL.iter().map(|value| (value.code(), value.zh())).collect::<Vec<_>>()
    };
}

/// Codes of the values that hold.
macro_rules! codes {
    ($set:ty, $holds:path) => {
        <$set>::ALL.iter().filter(|value| $holds(**value)).map(|value| value.code()).collect::<Vec<_>>()
    };
}

fn filing_arrows() -> Vec<Arrow> {
    by_roles(Stage::ALL, Action::ALL, Stage::code, Action::code, lifecycle::next)
}

fn visit_arrows() -> Vec<Arrow> {
    by_roles(VisitStage::ALL, VisitAction::ALL, VisitStage::code, VisitAction::code, visit::next)
}

fn decision_arrows() -> Vec<Arrow> {
    by_roles(DecisionStage::ALL, DecisionAction::ALL, DecisionStage::code, DecisionAction::code, decision::next)
}

fn complaint_arrows() -> Vec<Arrow> {
    by_roles(ComplaintStage::ALL, ComplaintAction::ALL, ComplaintStage::code, ComplaintAction::code, complaint::next)
}

fn clinic_arrows() -> Vec<Arrow> {
    let mut arrows = by_acts(ClinicState::ALL, ClinicAct::ALL, ClinicState::code, ClinicAct::code, standing::after);
    // Whoever was suspended before the order is so again.
    let (stopped, lift) = (ClinicState::Stopped.code(), ClinicAct::LiftStop.code());
    arrows.push((stopped, standing::lifted(true).code(), lift));
    arrows
}

fn telemedicine_arrows() -> Vec<Arrow> {
    let all = TelemedicineMode::ALL;
    by_acts(all, ClinicAct::ALL, TelemedicineMode::code, ClinicAct::code, standing::telemedicine_after)
}

fn certificate_arrows() -> Vec<Arrow> {
    let (code, name) = (CertificateState::code, CertificateAct::code);
    by_acts(CertificateState::ALL, CertificateAct::ALL, code, name, standing::certificate_after)
}

/// The lifecycle of a filing as a Mermaid state diagram, for README.
pub fn filing() -> String {
    mermaid("draft", &filing_arrows(), &codes!(Stage, lifecycle::ended))
}

/// A machine of the document: its heading, what it is, picture and table.
fn section(out: &mut String, heading: &str, text: &str, picture: &str, table: &str) {
    let _ = write!(out, "\n## {heading}\n\n{text}\n\n```mermaid\n{picture}```\n\n{table}");
}

/// `docs/lifecycles.md`, whole.
pub fn document() -> String {
    let mut out = String::from(
        "# 各类状态 · Lifecycles\n\nGenerated from the functions that decide (`src/domain/diagrams.rs`); \
         `UPDATE=1 cargo test lifecycle` rewrites it. The pictures leave out what leads back to where it started; the \
         tables have everything: a row for what is done or happens, a column for where it stands, and where that \
         leads. A stroke: it cannot be.\n",
    );
    section(
        &mut out,
        "办件 · Filing",
        "Who may do what where: `next` in `src/domain/lifecycle.rs`. Two rules stand beside it: nobody issues what they \
         recommended, and a second correction notice is the approver's (R-051). There is no rejection (R-052).",
        &filing(),
        &table(&words!(Stage), &words!(Action), &filing_arrows()),
    );
    section(
        &mut out,
        "诊所 · Clinic",
        "What happens to a clinic, and where it stands then: `after` in `src/domain/standing.rs`. An order to stop that \
         is lifted leaves a clinic that was suspended before it suspended (`lifted`). 条例 art. 20, 办法 arts. 10, 11, \
         16 and 18.",
        &mermaid("active", &clinic_arrows(), &codes!(ClinicState, standing::ended)),
        &table(&words!(ClinicState), &words!(ClinicAct), &clinic_arrows()),
    );
    let mine = |name: &str| name.contains("telemedicine");
    let acts: Vec<_> = words!(ClinicAct).into_iter().filter(|(code, _)| mine(code)).collect();
    section(
        &mut out,
        "互联网诊疗 · Telemedicine",
        "`telemedicine_after` in `src/domain/standing.rs`. What is not about it leaves it as it is; both this machine \
         and the clinic's must let an act happen, so that it is added and resumed only while the clinic is active (R-070).",
        &mermaid("off", &telemedicine_arrows(), &[]),
        &table(&words!(TelemedicineMode), &acts, &telemedicine_arrows()),
    );
    section(
        &mut out,
        "凭证 · Copy of a certificate",
        "`certificate_after` in `src/domain/standing.rs` (R-062, R-065, R-094). The code on a copy that is not current \
         says so, and never shows what a later version says.",
        &mermaid("current", &certificate_arrows(), &codes!(CertificateState, standing::spent)),
        &table(&words!(CertificateState), &words!(CertificateAct), &certificate_arrows()),
    );
    section(
        &mut out,
        "现场核查 · Visit",
        "`next` in `src/domain/visit.rs` (R-055, R-056).",
        &mermaid("due", &visit_arrows(), &codes!(VisitStage, visit::ended)),
        &table(&words!(VisitStage), &words!(VisitAction), &visit_arrows()),
    );
    section(
        &mut out,
        "决定 · Decision of the authority",
        "`next` in `src/domain/decision.rs` (R-057). Whoever proposed does not decide.",
        &mermaid("proposed", &decision_arrows(), &codes!(DecisionStage, decision::ended)),
        &table(&words!(DecisionStage), &words!(DecisionAction), &decision_arrows()),
    );
    let received = ComplaintAction::Receive.code();
    let taken: Vec<_> = words!(ComplaintAction).into_iter().filter(|(code, _)| *code != received).collect();
    section(
        &mut out,
        "投诉举报 · Report from the public",
        "`next` in `src/domain/complaint.rs` (R-107). What was not accepted is closed only as not \
         actionable.",
        &mermaid("received", &complaint_arrows(), &codes!(ComplaintStage, complaint::ended)),
        &table(&words!(ComplaintStage), &taken, &complaint_arrows()),
    );
    out
}
