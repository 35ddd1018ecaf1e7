//! The lifecycle of a filing, whole, on one screen. Filing is not licensing: there is no "reject".

use Action::{Issue, Recommend, Redirect, RequestCorrection, Submit, Withdraw};
use Role::{Approver, Clinic, Officer};
use Stage::{Correcting, Draft, Issued, Received, Recommended, Redirected, Withdrawn};

use crate::domain::actor::Role;
use crate::domain::standing::{self, ClinicAct};
use crate::domain::terms::stored;
use crate::domain::verdict::{ClinicState, TelemedicineMode};

stored! {
    /// 备案种类
    Kind {
        Establishment = "设置备案" / "establishment",
        Change = "变更备案" / "change",
        /// 停业, from a day on, with its reason.
        Suspension = "停业备案" / "suspension",
        /// 恢复执业 after a suspension.
        Resumption = "恢复执业备案" / "resumption",
        /// 歇业: the clinic ends.
        Closure = "歇业备案" / "closure",
        /// 迁出: the clinic ends here and files anew in another county.
        Relocation = "迁出备案" / "move to another county",
        /// 遗失补发: the loss is announced, a new copy issued.
        Reissue = "遗失补发" / "reissue after loss",
        /// 暂停互联网诊疗, the rest of the filing untouched.
        TelemedicineSuspension = "暂停互联网诊疗" / "suspension of telemedicine",
        TelemedicineResumption = "恢复互联网诊疗" / "resumption of telemedicine",
    }
    /// Where a filing stands.
    Stage {
        /// 填报中: the clinic writes it; nobody else sees it.
        Draft = "填报中" / "draft",
        /// 已收件: the clock of R-050 runs.
        Received = "已收件" / "received",
        /// 待补正: one notice told every defect.
        Correcting = "待补正" / "correcting",
        /// 待签发: an officer recommended it; another person issues.
        Recommended = "待签发" / "recommended",
        /// 已备案: done; the certificate is out where the kind has one.
        Issued = "已备案" / "issued",
        /// 已转出: not this authority's; the right one is named, and the clinic may submit there.
        Redirected = "已转出" / "redirected",
        /// 已撤回: the clinic took it back.
        Withdrawn = "已撤回" / "withdrawn",
    }
    /// What a person can do to a filing.
    Action {
        Submit = "提交" / "submit",
        Withdraw = "撤回" / "withdraw",
        RequestCorrection = "一次性告知" / "request correction",
        Redirect = "转出" / "redirect",
        Recommend = "提请签发" / "recommend",
        Issue = "签发" / "issue",
        /// How a clinic of before this register came into it; no step that a person takes on a filing.
        Import = "存量导入" / "import",
    }
}

impl Kind {
    /// Whether the filing is about a clinic that is in the register.
    pub const fn of_clinic(self) -> bool {
        !matches!(self, Self::Establishment)
    }

    /// Whether the filing writes the form; the others say their [`Particulars`](crate::domain::particulars::Particulars).
    pub const fn writes_dossier(self) -> bool {
        matches!(self, Self::Establishment | Self::Change)
    }

    /// Whether a certificate is issued when it is done.
    pub const fn certifies(self) -> bool {
        matches!(self, Self::Establishment | Self::Change | Self::Reissue)
    }

    /// Whether it can be filed of a clinic that stands so.
    pub const fn happens_to(self, state: ClinicState, telemedicine: TelemedicineMode) -> bool {
        self.of_clinic()
            && standing::after(state, self.act()).is_some()
            && standing::telemedicine_after(telemedicine, self.act()).is_some()
    }

    /// What it does to the clinic once it is done.
    pub const fn act(self) -> ClinicAct {
        match self {
            Self::Establishment => ClinicAct::Establish,
            Self::Change => ClinicAct::Change,
            Self::Suspension => ClinicAct::Suspend,
            Self::Resumption => ClinicAct::Resume,
            Self::Closure => ClinicAct::Close,
            Self::Relocation => ClinicAct::MoveAway,
            Self::Reissue => ClinicAct::Reissue,
            Self::TelemedicineSuspension => ClinicAct::SuspendTelemedicine,
            Self::TelemedicineResumption => ClinicAct::ResumeTelemedicine,
        }
    }
}

/// The whole lifecycle: who may do what where, and where it leads.
pub const fn next(from: Stage, action: Action) -> Option<(&'static [Role], Stage)> {
    Some(match (from, action) {
        (Draft | Correcting | Redirected, Submit) => (&[Clinic], Received),
        (Draft | Received | Correcting | Recommended | Redirected, Withdraw) => (&[Clinic], Withdrawn),
        (Received, RequestCorrection) => (&[Officer, Approver], Correcting),
        (Recommended, RequestCorrection) => (&[Approver], Correcting),
        (Received, Redirect) => (&[Officer], Redirected),
        (Received, Recommend) => (&[Officer], Recommended),
        (Recommended, Issue) => (&[Approver], Issued),
        _ => return None,
    })
}

/// Whether the clinic may still change the dossier and its materials.
pub const fn editable(stage: Stage) -> bool {
    matches!(stage, Draft | Correcting | Redirected)
}

/// Whether nothing more can be done to the filing.
pub const fn ended(stage: Stage) -> bool {
    matches!(stage, Issued | Withdrawn)
}
