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
    }
}

/// Where a clinic stands after `act`; none where the act cannot happen to it.
pub const fn after(state: ClinicState, act: ClinicAct) -> Option<ClinicState> {
    use ClinicAct::*;
    Some(match (state, act) {
        (Active, Change | Verify | AddTelemedicine | RemoveTelemedicine | SuspendTelemedicine | ResumeTelemedicine) => {
            Active
        }
        (Active | Suspended | Stopped, Reissue | DeclareLoss | FindLost) => state,
        (Suspended | Stopped, Verify | SuspendTelemedicine) => state,
        // Who suspends in order to move files the new address before reopening.
        (Suspended, Change | RemoveTelemedicine) => Suspended,
        (Active, Suspend) => Suspended,
        (Suspended, Resume) => Active,
        (Suspended, DeemClosed) => ClinicState::DeemedClosed,
        (Active | Suspended | Stopped | DeemedClosed, Close | Cancel) => Cancelled,
        (Active | Suspended, MoveAway) => Cancelled,
        (Active | Suspended | Stopped | DeemedClosed, Revoke) => Revoked,
        (Active | Suspended, Stop) => Stopped,
        (Stopped, LiftStop) => Active,
        _ => return None,
    })
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

fn diagram<S: Copy, A: Copy>(
    states: &[S],
    acts: &[A],
    start: &str,
    code: impl Fn(S) -> String,
    name: impl Fn(A) -> String,
    next: impl Fn(S, A) -> Option<S>,
) -> String {
    let mut out = format!("stateDiagram-v2\n    [*] --> {start}\n");
    for &from in states {
        for &act in acts {
            if let Some(to) = next(from, act).map(&code).filter(|to| *to != code(from)) {
                out += &format!("    {} --> {to}: {}\n", code(from), name(act));
            }
        }
    }
    out
}

/// The standing of a clinic as a Mermaid state diagram.
pub fn clinic_diagram() -> String {
    diagram(ClinicState::ALL, ClinicAct::ALL, "active", ClinicState::code, ClinicAct::code, after)
}

/// Its 互联网诊疗, likewise.
pub fn telemedicine_diagram() -> String {
    diagram(TelemedicineMode::ALL, ClinicAct::ALL, "off", TelemedicineMode::code, ClinicAct::code, telemedicine_after)
}

/// A copy of a certificate, likewise.
pub fn certificate_diagram() -> String {
    let (code, name) = (CertificateState::code, CertificateAct::code);
    diagram(CertificateState::ALL, CertificateAct::ALL, "current", code, name, certificate_after)
}
