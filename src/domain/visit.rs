//! Visits to a clinic: the verification after a filing, rectification, and 双随机 inspections.

use Role::{Approver, Inspector, Officer};
use VisitAction::{Assign, Drop, Extend, Fail, OrderRectification, Pass};
use VisitStage::{Dropped, Due, Failed, Passed, Rectifying};

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::actor::Role;
use crate::domain::terms::stored;
use crate::domain::turn::{self, OutOfTurn, Thing};

stored! {
    /// 核查种类
    VisitKind {
        Establishment = "备案后现场核查" / "verification after filing",
        Change = "变更后现场核查" / "verification after a change",
        Draw = "双随机抽查" / "random inspection",
        Special = "专项检查" / "special inspection",
    }
    /// Where a visit stands.
    VisitStage {
        /// 待核查
        Due = "待核查" / "due",
        /// 限期整改: defects were found, a deadline runs.
        Rectifying = "限期整改" / "rectifying",
        /// 核查通过
        Passed = "核查通过" / "passed",
        /// 核查不通过: refused, or still not conforming.
        Failed = "核查不通过" / "failed",
        /// 不再进行: the clinic has ended.
        Dropped = "不再进行" / "dropped",
    }
    /// What a person can do.
    VisitAction {
        Assign = "指派" / "assign",
        Pass = "通过" / "pass",
        OrderRectification = "责令限期整改" / "order rectification",
        Extend = "延长整改期限" / "extend the deadline",
        Fail = "不通过" / "fail",
        Drop = "不再进行" / "drop",
    }
    /// What was found at one line of the checklist.
    CheckResult {
        Conforms = "符合" / "conforms",
        Defect = "不符合" / "defect",
        NotApplicable = "不适用" / "not applicable",
    }
}

/// The whole lifecycle: who may do what where, and where it leads.
pub const fn next(from: VisitStage, action: VisitAction) -> Option<(&'static [Role], VisitStage)> {
    Some(match (from, action) {
        (Due, Assign) => (&[Officer, Approver, Inspector], Due),
        (Rectifying, Assign) => (&[Officer, Approver, Inspector], Rectifying),
        (Due | Rectifying, Pass) => (&[Inspector], Passed),
        (Due, OrderRectification) => (&[Inspector], Rectifying),
        (Rectifying, Extend) => (&[Approver], Rectifying),
        (Due | Rectifying, Fail) => (&[Inspector], Failed),
        (Due | Rectifying, Drop) => (&[Approver], Dropped),
        (Due, Extend) | (Rectifying, OrderRectification) | (Passed | Failed | Dropped, _) => return None,
    })
}

impl VisitKind {
    /// Whether the clinic is told of it beforehand. Who inspects at random or upon a report comes unannounced.
    pub const fn announced(self) -> bool {
        matches!(self, Self::Establishment | Self::Change)
    }
}

/// Where `action` leads for `role`.
///
/// # Errors
/// Why it may not happen, with what may.
pub fn decide(stage: VisitStage, action: VisitAction, role: Role) -> Result<VisitStage, OutOfTurn> {
    let word = |a: VisitAction| (a.zh(), a.en());
    turn::take(Thing::Visit, (stage.zh(), stage.en()), action, role, VisitAction::ALL, word, |a| next(stage, a))
}

/// What `role` may do now.
pub fn allowed(stage: VisitStage, role: Role) -> Vec<VisitAction> {
    VisitAction::ALL.iter().copied().filter(|action| decide(stage, *action, role).is_ok()).collect()
}

/// Whether the visit is still to be done.
pub const fn open(stage: VisitStage) -> bool {
    matches!(stage, Due | Rectifying)
}

/// A line of the checklist as it was when the visit was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
pub struct CheckItem {
    /// Stable code
    pub code: String,
    /// 核查内容
    pub text: String,
    /// 依据
    pub basis: String,
}

/// The checklist of a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Checklist(pub Vec<CheckItem>);

/// What was found at one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Checked {
    /// Code of the checklist's line
    #[oai(validator(max_length = 40))]
    pub code: String,
    /// 结果
    pub result: CheckResult,
    /// 说明: needed for a defect
    #[oai(default, validator(max_length = 300))]
    #[serde(default)]
    pub note: String,
}

/// 现场核查记录
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object, sea_orm::FromJsonQueryResult)]
#[oai(deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 核查日期
    pub visited_on: NaiveDate,
    /// 核查人员, at least two
    #[oai(validator(max_items = 10))]
    pub visitors: Vec<String>,
    /// 核查情况, one for each line of the checklist
    #[oai(validator(max_items = 100))]
    pub checked: Vec<Checked>,
    /// 其他发现
    #[oai(default, validator(max_length = 2000))]
    #[serde(default)]
    pub findings: String,
    /// 诊所在场人员 who signed; empty where they refused, which the findings then say
    #[oai(default, validator(max_length = 40))]
    #[serde(default)]
    pub signed_by: String,
}

/// Who goes: accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Team(pub Vec<Uuid>);

/// Whether nothing more can be done.
pub const fn ended(stage: VisitStage) -> bool {
    !open(stage)
}
