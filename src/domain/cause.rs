//! What brought a clinic or a copy of its certificate to where it stands, since when: in words with their values, for the
//! page and the JSON alike. Names nobody.

use chrono::NaiveDate;

use crate::domain::deadline::numeric_date;
use crate::domain::particulars::SuspensionReason;
use crate::domain::standing::ClinicAct;

/// Why something stands as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What happened.
    pub act: ClinicAct,
    /// From this day on.
    pub since: NaiveDate,
    /// 停业至, where the clinic told.
    pub until: Option<NaiveDate>,
    /// 停业原因
    pub suspension: Option<SuspensionReason>,
}

impl Cause {
    /// `act` since a day; nothing more is known.
    pub const fn new(act: ClinicAct, since: NaiveDate) -> Self {
        Self { act, since, until: None, suspension: None }
    }

    /// What to do, where it differs by how the filing ended; Chinese and English.
    pub const fn advice(&self) -> Option<(&'static str, &'static str)> {
        Some(match self.act {
            ClinicAct::Close => (
                "该诊所已歇业，不再执业。请勿就诊；如仍在营业，可拨打监督电话反映。",
                "This clinic has closed. Please do not seek treatment there; if it is still open, please tell the supervision hotline.",
            ),
            ClinicAct::DeemClosed => (
                "该诊所停业期满未恢复执业，视为歇业。请勿就诊；如仍在营业，可拨打监督电话反映。",
                "This clinic did not reopen in time and is deemed closed. Please do not seek treatment there; if it is open, please tell the supervision hotline.",
            ),
            ClinicAct::MoveAway => (
                "该诊所已迁往其他县区，本备案已终止。请勿在原址就诊；在新址就诊前，请扫描新凭证上的码。",
                "This clinic has moved to another county and this filing has ended. Please do not seek treatment at the old address; at the new one, scan its new certificate first.",
            ),
            _ => return None,
        })
    }

    /// What happened and when, in a Chinese sentence.
    pub fn zh(&self) -> String {
        let on = numeric_date(self.since);
        match self.act {
            ClinicAct::Change => format!("{on}备案变更，签发了新版凭证。"),
            ClinicAct::Reissue => format!("{on}遗失补发，本件同时作废。"),
            ClinicAct::DeclareLoss => format!("诊所于{on}声明本件遗失。"),
            ClinicAct::Suspend => {
                let until = self.until.map(|day| format!("至{}", numeric_date(day))).unwrap_or_default();
                let reason = self.suspension.map(|reason| format!("，原因：{}", reason.zh())).unwrap_or_default();
                format!("诊所自{on}起{until}停业{reason}。")
            }
            ClinicAct::DeemClosed => format!("停业期满未恢复执业，自{on}起视为歇业。"),
            ClinicAct::Close => format!("诊所自{on}起歇业，备案终止。"),
            ClinicAct::MoveAway => format!("诊所自{on}起迁往其他县区，本备案终止。"),
            ClinicAct::Revoke => format!("该备案已于{on}被撤销。"),
            ClinicAct::Cancel => format!("该备案已于{on}被注销。"),
            ClinicAct::Stop => format!("诊所自{on}起被责令停止执业。"),
            ClinicAct::SuspendTelemedicine => format!("自{on}起暂停互联网诊疗，诊所的其他诊疗不受影响。"),
            act => format!("{}：{on}。", act.zh()),
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        let on = self.since;
        match self.act {
            ClinicAct::Change => format!("A new version was issued on {on}."),
            ClinicAct::Reissue => format!("A new copy was issued on {on}; this one is void since."),
            ClinicAct::DeclareLoss => format!("The clinic declared this copy lost on {on}."),
            ClinicAct::Suspend => {
                let until = self.until.map(|day| format!(" until {day}")).unwrap_or_default();
                let reason = self.suspension.map(|reason| format!(" ({})", reason.en())).unwrap_or_default();
                format!("Suspended from {on}{until}{reason}.")
            }
            ClinicAct::DeemClosed => format!("Not reopened in time; deemed closed since {on}."),
            ClinicAct::Close => format!("The clinic closed on {on}."),
            ClinicAct::MoveAway => format!("The clinic moved to another county on {on}; this filing has ended."),
            ClinicAct::Revoke => format!("The filing was revoked on {on}."),
            ClinicAct::Cancel => format!("The filing was cancelled on {on}."),
            ClinicAct::Stop => format!("Ordered to stop practising from {on}."),
            ClinicAct::SuspendTelemedicine => {
                format!("Telemedicine is suspended from {on}; the rest of the filing stands.")
            }
            act => format!("{} on {on}.", act.en()),
        }
    }
}
