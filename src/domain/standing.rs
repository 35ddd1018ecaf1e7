//! The small machines beside the filing: a clinic's standing, its 互联网诊疗, and each version of its certificate. Each is
//! one total function; what the public sees is one function of the three ([`crate::domain::verdict`]).

use CertificateState::{Current, Lost, Superseded, Void};
use ClinicState::{Active, Cancelled, DeemedClosed, Revoked, Stopped, Suspended};

use crate::domain::terms::stored;
use crate::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};

stored! {
    /// What happens to a clinic.
    ClinicAct {
        /// 备案: the first certificate is issued.
        Establish = "设置备案" / "established",
        /// 变更: a new version, the standing as it was.
        Change = "变更备案" / "changed",
        /// 补发: a new copy of the same version.
        Reissue = "补发凭证" / "reissued",
        /// 遗失声明: the copy on paper is no longer good.
        DeclareLoss = "声明遗失" / "declared lost",
        /// The loss declaration was taken back.
        FindLost = "撤回遗失声明" / "loss declaration withdrawn",
        /// 停业, told by the clinic.
        Suspend = "停业" / "suspended",
        /// 恢复执业
        Resume = "恢复执业" / "resumed",
        /// 视为歇业: a year has passed.
        DeemClosed = "视为歇业" / "deemed closed",
        /// 歇业, filed by the clinic.
        Close = "歇业" / "closed",
        /// 迁出 to another county.
        MoveAway = "迁出" / "moved away",
        /// 撤销备案 by the authority.
        Revoke = "撤销备案" / "revoked",
        /// 注销备案 by the authority.
        Cancel = "注销备案" / "cancelled",
        /// 责令停止执业活动
        Stop = "责令停止执业" / "ordered to stop",
        /// The order is lifted.
        LiftStop = "解除停止执业" / "order lifted",
        /// 现场核查通过
        Verify = "现场核查通过" / "verified on site",
        /// 增加互联网诊疗
        AddTelemedicine = "增加互联网诊疗" / "telemedicine added",
        /// 取消互联网诊疗
        RemoveTelemedicine = "取消互联网诊疗" / "telemedicine removed",
        /// 暂停互联网诊疗, by the clinic or by order
        SuspendTelemedicine = "暂停互联网诊疗" / "telemedicine suspended",
        /// 恢复互联网诊疗
        ResumeTelemedicine = "恢复互联网诊疗" / "telemedicine resumed",
        /// 移交账号: an imported clinic takes its filing over under an account of its own.
        HandOver = "移交诊所账号" / "handed over to the clinic's account",
    }
}

/// Where a clinic stands after `act`; none where the act cannot happen to it. Where an order is lifted, [`lifted`] says
/// whether the clinic had told a suspension of its own before.
pub const fn after(state: ClinicState, act: ClinicAct) -> Option<ClinicState> {
    use ClinicAct::*;
    Some(match (state, act) {
        (Active, Change | Verify | AddTelemedicine | RemoveTelemedicine | SuspendTelemedicine | ResumeTelemedicine) => {
            Active
        }
        (Active | Suspended | Stopped, Reissue | DeclareLoss | FindLost) => state,
        (Active | Suspended | Stopped | DeemedClosed, HandOver) => state,
        (Suspended | Stopped, Verify | SuspendTelemedicine) => state,
        // Who suspends in order to move files the new address before reopening.
        (Suspended, Change | RemoveTelemedicine) => Suspended,
        (Active, Suspend) => Suspended,
        (Suspended, Resume) => Active,
        // An order to stop does not end a suspension that the clinic told before it: the year runs on.
        (Suspended | Stopped, DeemClosed) => DeemedClosed,
        (Active | Suspended | Stopped | DeemedClosed, Close | Cancel) => Cancelled,
        (Active | Suspended, MoveAway) => Cancelled,
        (Active | Suspended | Stopped | DeemedClosed, Revoke) => Revoked,
        (Active | Suspended, Stop) => Stopped,
        (Stopped, LiftStop) => Active,
        _ => return None,
    })
}

/// Where a clinic stands once an order to stop is lifted: as it stood before the order.
pub const fn lifted(suspended_before: bool) -> ClinicState {
    if suspended_before { Suspended } else { Active }
}

/// Where 互联网诊疗 stands after `act`; none where the act cannot happen to it. Acts of another kind leave it as it is.
pub const fn telemedicine_after(mode: TelemedicineMode, act: ClinicAct) -> Option<TelemedicineMode> {
    use ClinicAct::*;
    use TelemedicineMode::*;
    Some(match (mode, act) {
        (Off, AddTelemedicine) => On,
        (On | Suspended, RemoveTelemedicine) => Off,
        (On, SuspendTelemedicine) => Suspended,
        (Suspended, ResumeTelemedicine) => On,
        (_, AddTelemedicine | RemoveTelemedicine | SuspendTelemedicine | ResumeTelemedicine) => return None,
        _ => mode,
    })
}

stored! {
    /// What happens to one copy of a certificate.
    CertificateAct {
        Supersede = "更换" / "superseded",
        DeclareLost = "声明遗失" / "declared lost",
        Find = "撤回遗失声明" / "found",
        Replace = "补发" / "replaced by a new copy",
    }
}

/// Where a copy stands after `act`.
pub const fn certificate_after(state: CertificateState, act: CertificateAct) -> Option<CertificateState> {
    Some(match (state, act) {
        (Current | Lost, CertificateAct::Supersede) => Superseded,
        (Current, CertificateAct::DeclareLost) => Lost,
        (Lost, CertificateAct::Find) => Current,
        (Lost, CertificateAct::Replace) => Void,
        (Superseded | Void, _) | (Current, CertificateAct::Find | CertificateAct::Replace) | (Lost, _) => return None,
    })
}

/// Whether nothing more can happen to the clinic.
pub const fn ended(state: ClinicState) -> bool {
    matches!(state, Cancelled | Revoked)
}

/// Whether nothing more can happen to a copy.
pub const fn spent(state: CertificateState) -> bool {
    matches!(state, Superseded | Void)
}
