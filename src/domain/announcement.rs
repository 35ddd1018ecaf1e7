//! What the register announces to the public at once.

use crate::domain::standing::ClinicAct;
use crate::domain::terms::stored;

stored! {
    /// 公告种类
    AnnouncementKind {
        Loss = "遗失声明" / "declaration of loss",
        Suspension = "停业公告" / "suspension",
        Resumption = "恢复执业公告" / "resumption",
        DeemedClosure = "视为歇业公告" / "deemed closure",
        Closure = "歇业公告" / "closure",
        Relocation = "迁出公告" / "move to another county",
        Revocation = "撤销备案公告" / "revocation",
        Cancellation = "注销备案公告" / "cancellation",
        StopOrder = "责令停止执业公告" / "order to stop practice",
        Lifting = "解除停止执业公告" / "order lifted",
        TelemedicineSuspension = "暂停互联网诊疗公告" / "suspension of telemedicine",
        TelemedicineResumption = "恢复互联网诊疗公告" / "resumption of telemedicine",
    }
}

/// What is announced when `act` happens to a clinic; filings that are done stand in the register itself.
pub const fn of(act: ClinicAct) -> Option<AnnouncementKind> {
    use AnnouncementKind as Kind;
    Some(match act {
        ClinicAct::DeclareLoss => Kind::Loss,
        ClinicAct::Suspend => Kind::Suspension,
        ClinicAct::Resume => Kind::Resumption,
        ClinicAct::DeemClosed => Kind::DeemedClosure,
        ClinicAct::Close => Kind::Closure,
        ClinicAct::MoveAway => Kind::Relocation,
        ClinicAct::Revoke => Kind::Revocation,
        ClinicAct::Cancel => Kind::Cancellation,
        ClinicAct::Stop => Kind::StopOrder,
        ClinicAct::LiftStop => Kind::Lifting,
        ClinicAct::SuspendTelemedicine => Kind::TelemedicineSuspension,
        ClinicAct::ResumeTelemedicine => Kind::TelemedicineResumption,
        ClinicAct::Establish
        | ClinicAct::Change
        | ClinicAct::Reissue
        | ClinicAct::FindLost
        | ClinicAct::Verify
        | ClinicAct::AddTelemedicine
        | ClinicAct::RemoveTelemedicine
        | ClinicAct::HandOver => return None,
    })
}

/// Whether `act`, when it comes later, makes an announcement of this kind one of the past.
pub const fn overtaken(kind: AnnouncementKind, act: ClinicAct) -> bool {
    use AnnouncementKind as Kind;
    use ClinicAct::*;
    let ends = matches!(act, DeemClosed | Close | MoveAway | Revoke | Cancel);
    match kind {
        Kind::Loss => matches!(act, FindLost | Reissue | Change) || ends,
        Kind::Suspension => matches!(act, Resume) || ends,
        Kind::StopOrder => matches!(act, LiftStop) || ends,
        Kind::TelemedicineSuspension => matches!(act, ResumeTelemedicine | RemoveTelemedicine) || ends,
        Kind::Resumption | Kind::Lifting => matches!(act, Suspend | Stop) || ends,
        Kind::TelemedicineResumption => matches!(act, SuspendTelemedicine | RemoveTelemedicine) || ends,
        Kind::DeemedClosure | Kind::Closure => matches!(act, Revoke | Cancel),
        Kind::Relocation | Kind::Revocation | Kind::Cancellation => false,
    }
}
