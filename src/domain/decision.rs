//! What the authority decides about a clinic on its own: on a legal ground, with a document, by two persons.

use DecisionAction::{Decide, Withdraw};
use DecisionStage::{Decided, Proposed, Withdrawn};
use Role::{Approver, Inspector, Officer};

use crate::domain::actor::Role;
use crate::domain::standing::ClinicAct;
use crate::domain::terms::stored;
use crate::domain::turn::{self, OutOfTurn, Thing};

stored! {
    /// 决定种类
    DecisionKind {
        Revocation = "撤销备案" / "revocation",
        Cancellation = "注销备案" / "cancellation",
        StopOrder = "责令停止执业" / "order to stop practice",
        Lifting = "解除停止执业" / "lifting of an order to stop practice",
        TelemedicineSuspension = "责令暂停互联网诊疗" / "suspension of telemedicine",
        TelemedicineResumption = "准予恢复互联网诊疗" / "resumption of telemedicine",
    }
    /// Where a decision stands.
    DecisionStage {
        /// 拟决定: proposed by one person; nothing has changed yet.
        Proposed = "拟决定" / "proposed",
        /// 已决定: another person decided; in force and announced.
        Decided = "已决定" / "decided",
        /// 已撤回: taken back before it was decided.
        Withdrawn = "已撤回" / "withdrawn",
    }
    /// What a person can do to a proposal.
    DecisionAction {
        Decide = "决定" / "decide",
        Withdraw = "撤回" / "withdraw",
    }
}

impl DecisionKind {
    /// What it does to the clinic.
    pub const fn act(self) -> ClinicAct {
        match self {
            Self::Revocation => ClinicAct::Revoke,
            Self::Cancellation => ClinicAct::Cancel,
            Self::StopOrder => ClinicAct::Stop,
            Self::Lifting => ClinicAct::LiftStop,
            Self::TelemedicineSuspension => ClinicAct::SuspendTelemedicine,
            Self::TelemedicineResumption => ClinicAct::ResumeTelemedicine,
        }
    }

    /// Whether only the authority that issued may decide it; the supervising one may propose.
    pub const fn issuers_alone(self) -> bool {
        matches!(self, Self::Revocation | Self::Cancellation)
    }
}

/// Who may propose.
pub const PROPOSERS: &[Role] = &[Officer, Approver, Inspector];

/// The whole lifecycle: who may do what where, and where it leads.
pub const fn next(from: DecisionStage, action: DecisionAction) -> Option<(&'static [Role], DecisionStage)> {
    Some(match (from, action) {
        (Proposed, Decide) => (&[Approver], Decided),
        (Proposed, Withdraw) => (PROPOSERS, Withdrawn),
        (Decided | Withdrawn, _) => return None,
    })
}

/// Whether nothing more can be done.
pub const fn ended(stage: DecisionStage) -> bool {
    matches!(stage, Decided | Withdrawn)
}

/// Where `action` leads for `role`.
///
/// # Errors
/// Why it may not happen, with what may.
pub fn decide(stage: DecisionStage, action: DecisionAction, role: Role) -> Result<DecisionStage, OutOfTurn> {
    let word = |a: DecisionAction| (a.zh(), a.en());
    turn::take(Thing::Decision, (stage.zh(), stage.en()), action, role, DecisionAction::ALL, word, |a| next(stage, a))
}
