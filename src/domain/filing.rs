//! Decisions on a filing: who may do what now, and why not.

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::actor::{Actor, Capacity, Role};
use crate::domain::finding::Finding;
use crate::domain::lifecycle::{self, Action, Stage};
use crate::domain::turn;

/// One defect of a correction notice (一次性告知).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// The rule that is not met; it carries the legal basis.
    #[oai(validator(max_length = 8, pattern = r"^R-[0-9]{3}W?$"))]
    pub rule: String,
    /// JSON pointer (RFC 6901) to the field, or `/materials/<code>`.
    #[oai(validator(max_length = 120, pattern = r"^(/[^/]*)*$"))]
    pub pointer: String,
    /// What is wrong and what to do, for the clinic.
    #[oai(validator(min_length = 2, max_length = 500))]
    pub detail: String,
}

/// A correction notice: every defect, told at once (R-051).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Notice {
    /// First, second, … notice of the filing.
    pub round: i32,
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// Why a second notice was needed; empty for the first.
    pub reason: String,
    /// Every defect.
    pub defects: Vec<Defect>,
}

/// Findings as they are kept with a step of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Findings(pub Vec<Finding>);

/// Why the clinic submits although a rule warns: one reason for each rule that does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The rule that warns
    #[oai(validator(pattern = r"^R-[0-9]{3}$"))]
    pub rule: String,
    /// 理由, for the officer
    #[oai(validator(min_length = 2, max_length = 300))]
    pub reason: String,
}

/// The answers that came with a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Answers(pub Vec<Answer>);

/// What `decide` must know beyond stage and role.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// Correction notices sent so far.
    pub notices: i32,
    /// Whether the actor recommended this filing.
    pub recommended_by_actor: bool,
}

impl Facts {
    /// The facts of a filing for one actor.
    pub fn of(notices: i32, recommended_by: Option<Uuid>, actor: &Actor) -> Self {
        Self { notices, recommended_by_actor: recommended_by == Some(actor.id.0) }
    }
}

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The stage does not know the action.
    #[error("“{}” is no step while the stage is “{}”", action.en(), stage.en())]
    Stage { stage: Stage, action: Action, allowed: Vec<(Action, &'static [Role])> },
    /// Somebody else may.
    #[error("“{}” is for the {}", action.en(), turn::any_of(roles))]
    Role { action: Action, roles: &'static [Role] },
    /// R-051: a second notice is the approver's.
    #[error("a second notice needs the approver")]
    SecondNotice,
    /// Nobody issues what they recommended.
    #[error("the issuer must be another person")]
    SamePerson,
    /// A clerk prepares; this the owner does himself.
    #[error("“{}” is for the clinic's owner himself", action.1)]
    Holder { action: (&'static str, &'static str) },
}

/// What the owner of clinics answers for himself, whoever prepared it: to submit, to withdraw, and to let others in.
/// `action` names it, in Chinese and English.
///
/// # Errors
/// `Holder` for a clerk.
pub fn holder_alone(actor: &Actor, action: (&'static str, &'static str)) -> Result<(), Refusal> {
    if actor.capacity == Capacity::Clerk { Err(Refusal::Holder { action }) } else { Ok(()) }
}

/// Where `action` by `actor` leads.
///
/// # Errors
/// Why it may not happen, with what may.
pub fn decide(stage: Stage, action: Action, actor: &Actor, facts: Facts) -> Result<Stage, Refusal> {
    let Some((roles, to)) = lifecycle::next(stage, action) else {
        let allowed = Action::ALL.iter().filter_map(|a| lifecycle::next(stage, *a).map(|(roles, _)| (*a, roles)));
        return Err(Refusal::Stage { stage, action, allowed: allowed.collect() });
    };
    if !roles.contains(&actor.role) {
        return Err(Refusal::Role { action, roles });
    }
    match action {
        Action::Submit | Action::Withdraw => holder_alone(actor, (action.zh(), action.en())).map(|()| to),
        Action::RequestCorrection if facts.notices > 0 && actor.role != Role::Approver => Err(Refusal::SecondNotice),
        Action::Issue if facts.recommended_by_actor => Err(Refusal::SamePerson),
        _ => Ok(to),
    }
}

/// What `actor` may do now: exactly the actions that `decide` lets pass.
pub fn allowed(stage: Stage, actor: &Actor, facts: Facts) -> Vec<Action> {
    Action::ALL.iter().copied().filter(|action| decide(stage, *action, actor, facts).is_ok()).collect()
}
