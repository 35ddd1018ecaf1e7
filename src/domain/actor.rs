//! Who acts, in which role, for which authority.

use crate::domain::id::{AccountId, AuthorityId};
use crate::domain::terms::stored;

stored! {
    /// 角色. One account has one role, so that duties stay separate (quality bar B.4).
    Role {
        /// 诊所: files and holds certificates.
        Clinic = "诊所" / "clinic",
        /// 审查岗: reviews.
        Officer = "审查岗" / "officer",
        /// 签发岗: issues what another person recommended.
        Approver = "签发岗" / "approver",
        /// 核查岗: inspects clinics.
        Inspector = "核查岗" / "inspector",
        /// 审计: reads, changes nothing.
        Auditor = "审计" / "auditor",
        /// 系统管理: accounts, no cases.
        Admin = "系统管理" / "administrator",
    }
}

stored! {
    /// What an authority does for a clinic; two authorities may share them (审管分离).
    Duty {
        /// 备案: receives filings and issues.
        Issue = "备案" / "issue",
        /// 监管: visits, inspects, orders.
        Supervise = "监管" / "supervise",
    }
}

impl Role {
    /// Whether the role works for an authority and may see its cases.
    pub const fn sees_cases(self) -> bool {
        matches!(self, Self::Officer | Self::Approver | Self::Inspector | Self::Auditor)
    }

    /// Whether the role signs in with a second factor; a clinic may.
    pub const fn needs_second_factor(self) -> bool {
        !matches!(self, Self::Clinic)
    }

    /// Whether the role may ask for the unmasked personal data of a case, each time with its reason.
    pub const fn may_unmask(self) -> bool {
        matches!(self, Self::Officer | Self::Approver)
    }
}

stored! {
    /// In which capacity somebody works on what an owner files.
    Capacity {
        /// The account's holder; everybody of an office works so, too.
        Holder = "本人" / "holder",
        /// 经办人: whom the holder let in; prepares everything, and submits nothing.
        Clerk = "经办人" / "clerk",
        /// 帮办代办: an officer at the counter, with the holder's consent.
        Assistant = "帮办人员" / "assisting officer",
    }
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    pub authority: Option<AuthorityId>,
    /// Whose clinics and filings these are: the person's own account, or of whom the person works for.
    pub owner: AccountId,
    pub capacity: Capacity,
}

impl Actor {
    /// Somebody who works for himself, or for his office.
    pub const fn holder(id: AccountId, name: String, role: Role, authority: Option<AuthorityId>) -> Self {
        Self { id, name, role, authority, owner: id, capacity: Capacity::Holder }
    }
}
