//! Whose turn it is: why a step is refused, the same for filings, visits, decisions and reports.

use crate::domain::actor::Role;

/// What a step is taken on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    /// 办件
    Filing,
    /// 核查
    Visit,
    /// 决定
    Decision,
    /// 存量导入
    Import,
    /// 投诉举报
    Complaint,
}

/// A word in Chinese and English.
pub type Term = (&'static str, &'static str);

/// Why a step is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutOfTurn {
    /// The stage does not know the action; what it knows, and for whom.
    #[error("“{}” is no step while the stage is “{}”", action.1, stage.1)]
    Stage { thing: Thing, stage: Term, action: Term, allowed: Vec<(Term, &'static [Role])> },
    /// Another role takes this step.
    #[error("“{}” is for the {}", action.1, any_of(roles))]
    Role { thing: Thing, action: Term, roles: &'static [Role] },
    /// Another authority takes this step.
    #[error("“{}” is for another authority", action.1)]
    Office { thing: Thing, action: Term },
    /// Only those whom the visit is assigned to record what they found.
    #[error("“{}” is for the assigned team", action.1)]
    Team { action: Term },
    /// Nobody decides what they proposed.
    #[error("another person decides")]
    SamePerson,
    /// Nobody approves what they prepared.
    #[error("another person approves")]
    Preparer,
    /// A proposal is taken back by whoever made it, or turned down by an approver.
    #[error("a proposal is withdrawn by its proposer or an approver")]
    NotOwn,
}

/// Roles in words: officer or approver.
pub(super) fn any_of(roles: &[Role]) -> String {
    roles.iter().map(|role| role.en()).collect::<Vec<_>>().join(" or ")
}

/// Where `action` in `stage` leads for `role`, by the machine `next`.
///
/// # Errors
/// `Stage` with every action that the stage knows; `Role` where it is for others.
pub fn take<A: Copy, S>(
    thing: Thing,
    stage: Term,
    action: A,
    role: Role,
    actions: &[A],
    word: impl Fn(A) -> Term,
    next: impl Fn(A) -> Option<(&'static [Role], S)>,
) -> Result<S, OutOfTurn> {
    let Some((roles, to)) = next(action) else {
        let allowed = actions.iter().filter_map(|a| next(*a).map(|(roles, _)| (word(*a), roles)));
        return Err(OutOfTurn::Stage { thing, stage, action: word(action), allowed: allowed.collect() });
    };
    if roles.contains(&role) { Ok(to) } else { Err(OutOfTurn::Role { thing, action: word(action), roles }) }
}
