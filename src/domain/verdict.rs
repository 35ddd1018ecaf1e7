//! What a certificate is worth to the person in front of it: one pure function for the page, the JSON and the offline
//! verifier. It fails closed: whatever cannot be shown to be good is not called good.

use crate::domain::terms::{stored, terms};

stored! {
    /// Where a certificate version stands.
    CertificateState {
        Current = "现行" / "current",
        /// 已更换: a later version took its place.
        Superseded = "已更换" / "superseded",
        /// 已声明遗失: the loss is announced, no new copy is out yet.
        Lost = "已声明遗失" / "declared lost",
        /// 作废: a new copy took its place after a loss, or it was issued in error.
        Void = "已作废" / "void",
    }
    /// Where the clinic's filing stands (domain facts §2).
    ClinicState {
        Active = "有效" / "active",
        /// 停业, for a time that the clinic told.
        Suspended = "停业" / "suspended",
        /// 视为歇业: 停业超过一年, except for rebuilding or moving.
        DeemedClosed = "视为歇业" / "deemed closed",
        /// 歇业 or voluntary end.
        Cancelled = "已注销" / "cancelled",
        /// 撤销备案, for example for false materials.
        Revoked = "已撤销" / "revoked",
        /// 责令停止执业活动.
        Stopped = "责令停止执业" / "ordered to stop",
    }
    /// Where the clinic's 互联网诊疗 stands.
    TelemedicineMode {
        Off = "未备案" / "not filed",
        On = "已备案" / "filed",
        Suspended = "暂停" / "suspended",
    }
    /// The answer in one word.
    Outcome {
        Valid = "有效" / "valid",
        NotValid = "无效" / "not valid",
        CannotTell = "无法核验" / "cannot tell",
    }
}

terms! {
    /// Where 互联网诊疗 stands for the person who asks.
    OnlineCare {
        Permitted = "可以开展互联网诊疗（仅限复诊）" / "Follow-up telemedicine is permitted",
        /// The certificate is good, but the clinic has not filed 互联网诊疗.
        NotFiled = "未备案互联网诊疗，请勿在线就诊" / "Telemedicine is not filed: do not consult online",
        /// The certificate is good; 互联网诊疗 alone is suspended.
        Suspended = "互联网诊疗已暂停，请勿在线就诊" / "Telemedicine is suspended: do not consult online",
        /// The certificate or its clinic is not good, so nothing that it says is.
        NotValid = "不可以开展互联网诊疗" / "Telemedicine is not permitted",
        /// This paper is not the one to rely on; the clinic's entry says what is filed now.
        NotByThis = "不可以凭此码在线就诊" / "Do not consult online on the strength of this code",
        /// Nobody was asked who knows.
        Unknown = "不能确认可否开展互联网诊疗，请勿在线就诊" / "Telemedicine cannot be confirmed: do not consult online",
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal $code:literal $outcome:ident $zh:literal / $en:literal;)+) => {
        /// Why the answer is not "valid". Codes and numbers are part of the contract: never reuse one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
                 poem_openapi::Enum)]
        #[oai(rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[$doc])* $name),+ }

        impl Reason {
            /// Every reason, by number.
            pub const ALL: &[Reason] = &[$(Reason::$name),+];

            /// The number, from 1, shown with two digits.
            pub const fn number(self) -> u8 {
                match self { $(Reason::$name => $number),+ }
            }

            /// The stable code, as in JSON.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code),+ }
            }

            /// What it says to people, in Chinese: what is so, and what to do next.
            pub const fn zh(self) -> &'static str {
                match self { $(Reason::$name => $zh),+ }
            }

            /// The same in English.
            pub const fn en(self) -> &'static str {
                match self { $(Reason::$name => $en),+ }
            }

            /// The outcome, before what [`verdict`] knows of who was asked refines it.
            const fn outcome(self) -> Outcome {
                match self { $(Reason::$name => Outcome::$outcome),+ }
            }
        }
    };
}

reasons! {
    /// Not digits, or not so many as a code can have.
    Unreadable = 1 "unreadable" CannotTell
        "未能读取该码。请对准证书上的二维码重新扫描，或输入码旁的12位短码。"
        / "The code could not be read. Please scan the code on the certificate again, or type the 12-character short code beside it.";
    /// Not a code of this system, or of a later version of it.
    UnknownFormat = 2 "unknown_format" CannotTell
        "这不是本系统的诊所备案凭证码。请核对证书上印明的官方网址，或向备案机关查询。"
        / "This is not a code of a clinic filing certificate known here. Please check the official address printed on the certificate, or ask the filing authority.";
    /// A code of this system in form, with content that no issuer writes.
    Malformed = 3 "malformed" NotValid
        "该码内容不完整或被改动，不能作为备案凭证。请勿凭此就诊，可拨打监督电话核实。"
        / "The content of this code is damaged or altered. Please do not rely on it; the supervision hotline can check the clinic.";
    /// Signed with a key that the manifest does not list.
    UnknownKey = 4 "unknown_key" CannotTell
        "无法确认该码由谁签发。请更新核验程序后再试，或向证书所载备案机关查询。"
        / "It cannot be told who signed this code. Please update the verifier and try again, or ask the authority named on the certificate.";
    /// Signed with a key that may not sign for this region.
    KeyOutOfScope = 5 "key_out_of_scope" NotValid
        "签发该码的密钥无权为该地区签发。请勿凭此就诊，可拨打监督电话核实。"
        / "The key of this code may not sign for its region. Please do not rely on it; the supervision hotline can check the clinic.";
    /// The signature does not fit the content.
    BadSignature = 6 "bad_signature" NotValid
        "签名不符，该码可能系伪造。请勿就诊，可拨打监督电话核实并举报。"
        / "The signature does not match: this code may be forged. Please do not seek treatment on it; call the supervision hotline to check and report.";
    /// Signed with a key that fell into other hands.
    KeyCompromised = 7 "key_compromised" NotValid
        "签发该码的密钥已停止信任。请诊所向备案机关换领凭证；就诊前请拨打监督电话核实。"
        / "The key of this code is no longer trusted. The clinic should obtain a new certificate; please check with the supervision hotline before treatment.";
    /// Signed outside the key's time, no longer good, or dated in the future.
    OutsideValidity = 8 "outside_validity" NotValid
        "该凭证不在有效期内。就诊前请向诊所索看现行凭证，或拨打监督电话核实。"
        / "This certificate is outside its period of validity. Please ask the clinic for its current certificate, or check with the supervision hotline.";
    /// The clinic is closed for a time.
    Suspended = 9 "suspended" NotValid
        "该诊所目前停业，暂不能接诊。请选择其他医疗机构，或待其恢复执业后就诊。"
        / "This clinic is suspended and may not receive patients now. Please choose another institution, or come back when it has resumed.";
    /// The filing was ended.
    Cancelled = 10 "cancelled" NotValid
        "该诊所备案已注销，不再执业。请勿就诊；如仍在营业，可拨打监督电话反映。"
        / "This clinic's filing has been cancelled. Please do not seek treatment there; if it is still open, please tell the supervision hotline.";
    /// A later version of the certificate is in force.
    Superseded = 11 "superseded" NotValid
        "该凭证已被新版本取代。请查看现行版本，并以其所载内容为准。"
        / "This certificate has been superseded by a later version. Please look at the current one; only that applies.";
    /// The state could not be asked, or what is known of it is too old.
    StatusStale = 12 "status_stale" CannotTell
        "签名有效；状态未核验。请联网扫码，查看诊所当前状态。"
        / "The signature is valid; the status was not checked. Please scan the code on line to see the clinic's status now.";
    /// The clinic may not offer 互联网诊疗 now.
    TelemedicineNotPermitted = 13 "telemedicine_not_permitted" NotValid
        "该诊所目前不能开展互联网诊疗。请勿在线就诊，可到诊所就诊或选择其他机构。"
        / "This clinic may not offer telemedicine now. Please do not consult it on line; visit it, or choose another institution.";
    /// The phone is far from the filed address. Advice only.
    FarFromAddress = 14 "far_from_address" CannotTell
        "您所在位置与备案地址相距较远。请核对诊所名称和地址；如不一致，可拨打监督电话核实。"
        / "You are far from the filed address. Please compare the clinic's name and address; if they differ, call the supervision hotline.";
    /// The register has no such certificate.
    NotInRegister = 15 "not_in_register" NotValid
        "登记库中查无此凭证。请核对输入；如无误，请勿就诊，可拨打监督电话核实。"
        / "The register has no such certificate. Please check what you typed; if it is right, do not seek treatment there and call the supervision hotline.";
    /// 撤销备案.
    Revoked = 16 "revoked" NotValid
        "该诊所备案已被撤销。请勿就诊；如仍在营业，可拨打监督电话举报。"
        / "This clinic's filing has been revoked. Please do not seek treatment there; if it is still open, please report it to the supervision hotline.";
    /// A new copy took its place after a loss, or it was issued in error.
    Void = 17 "void" NotValid
        "该凭证已作废（遗失补发）。请扫描诊所现行凭证上的码，或拨打监督电话核实。"
        / "This certificate is void (replaced after a loss). Please scan the code of the clinic's current certificate, or check with the supervision hotline.";
    /// 责令停止执业活动.
    Stopped = 18 "stopped" NotValid
        "该诊所已被责令停止执业。请勿就诊；如仍在营业，可拨打监督电话举报。"
        / "This clinic has been ordered to stop practising. Please do not seek treatment there; if it is still open, please report it to the supervision hotline.";
    /// A short code whose check character does not fit: a slip of the finger, most likely.
    Mistyped = 19 "mistyped" NotValid
        "短码输入有误。请对照凭证上的12位短码，核对后重新输入。"
        / "The short code was mistyped. Please compare it with the twelve characters on the certificate and type it again.";
    /// The clinic announced the loss of this copy; none has taken its place yet.
    DeclaredLost = 20 "declared_lost" NotValid
        "该凭证已声明遗失，尚未补发。请向诊所索看补发的凭证，或拨打监督电话核实。"
        / "This certificate has been declared lost and not yet replaced. Please ask the clinic for its new copy, or check with the supervision hotline.";
    /// The last day of a copy for a purpose (加注件) has passed.
    CopyExpired = 21 "copy_expired" NotValid
        "该加注件已过有效期，不能再使用。请向诊所索取新的加注件，或者扫描诊所墙上凭证的码。"
        / "This copy has expired and may not be relied on any more. Please ask the clinic for a new one, or scan the certificate on its wall.";
    /// The clinic took back a copy for a purpose.
    CopyWithdrawn = 22 "copy_withdrawn" NotValid
        "该加注件已由诊所撤回，不能使用。请向诊所核实，或者扫描诊所墙上凭证的码。"
        / "This copy has been withdrawn by the clinic and may not be relied on. Please ask the clinic, or scan the certificate on its wall.";
}

/// Where a copy for a purpose (加注件) stands by itself, whatever its certificate is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStanding {
    /// It may be relied on until its last day.
    Good,
    /// Its last day has passed.
    Expired,
    /// It was taken back.
    Withdrawn,
}

/// What the register knows of a certificate and its clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Of this version of the certificate.
    pub certificate: CertificateState,
    /// Of the clinic's filing.
    pub clinic: ClinicState,
    /// Of its 互联网诊疗.
    pub telemedicine: TelemedicineMode,
    /// Of the copy for a purpose that was shown; none where it is the certificate itself.
    pub copy: Option<CopyStanding>,
}

impl Standing {
    /// Why the certificate is not good now, the gravest reason first: a patient must not be sent from a superseded
    /// paper to the newer paper of a clinic that is closed, nor to a new copy of what is revoked.
    pub const fn reason(&self) -> Option<Reason> {
        Some(match (self.certificate, self.clinic, self.copy) {
            (_, ClinicState::Revoked, _) => Reason::Revoked,
            (_, ClinicState::Stopped, _) => Reason::Stopped,
            (_, ClinicState::Cancelled | ClinicState::DeemedClosed, _) => Reason::Cancelled,
            (.., Some(CopyStanding::Withdrawn)) => Reason::CopyWithdrawn,
            (.., Some(CopyStanding::Expired)) => Reason::CopyExpired,
            (CertificateState::Void, ..) => Reason::Void,
            (CertificateState::Lost, ..) => Reason::DeclaredLost,
            (_, ClinicState::Suspended, _) => Reason::Suspended,
            (CertificateState::Superseded, ..) => Reason::Superseded,
            (CertificateState::Current, ClinicState::Active, _) => return None,
        })
    }
}

/// Why a code was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// Whether the code claims a region that the key manifest covers: an unknown key is then no foreigner's key.
    pub ours: bool,
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { reason, ours: false }
    }
}

/// What was asked, and of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The register, with a signed code.
    Code,
    /// The register, with a short code or a number: nothing is signed.
    Lookup,
    /// A verifier with the key manifest and no register.
    Offline,
}

/// The answer to a person with a certificate before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer in one word.
    pub outcome: Outcome,
    /// Why it is not "valid"; none exactly when it is.
    pub reason: Option<Reason>,
    /// Whether the clinic may offer 互联网诊疗 now; false where that is not known.
    pub telemedicine: bool,
    /// The same in a sentence: permitted, or why not.
    pub online: OnlineCare,
    /// Whether a signature was checked and found good.
    pub signature_ok: bool,
}

impl Verdict {
    /// What it says to people, in Chinese.
    pub const fn zh(&self) -> &'static str {
        match self.reason {
            Some(reason) => reason.zh(),
            None => "该诊所备案凭证真实有效。请核对诊所名称、地址与现场是否一致。",
        }
    }

    /// The same in English.
    pub const fn en(&self) -> &'static str {
        match self.reason {
            Some(reason) => reason.en(),
            None => {
                "This certificate is genuine and in force. Please compare the clinic's name and address with what you see."
            }
        }
    }

    /// The answer to the question "may I consult this clinic on line?": a good certificate does not suffice.
    pub const fn for_telemedicine(self) -> Self {
        match (self.outcome, self.telemedicine) {
            (Outcome::Valid, false) => {
                Self { outcome: Outcome::NotValid, reason: Some(Reason::TelemedicineNotPermitted), ..self }
            }
            _ => self,
        }
    }
}

/// The verdict. `opened` is why the code was refused, or else what the register knows of the certificate (nothing when
/// it has no such record, or when there is no register to ask).
pub fn verdict(opened: Result<Option<&Standing>, Refusal>, asked: Asked) -> Verdict {
    let (reason, ours, mode) = match opened {
        Err(refusal) => (Some(refusal.reason), refusal.ours, None),
        Ok(None) if asked == Asked::Offline => (Some(Reason::StatusStale), true, None),
        Ok(None) => (Some(Reason::NotInRegister), true, None),
        Ok(Some(standing)) => (standing.reason(), true, Some(standing.telemedicine)),
    };
    let outcome = match reason {
        None => Outcome::Valid,
        Some(Reason::UnknownKey) if ours => Outcome::NotValid,
        // The register knows everything it issued: what it cannot read, it did not issue.
        Some(Reason::Unreadable | Reason::UnknownFormat) if asked != Asked::Offline => Outcome::NotValid,
        Some(reason) => reason.outcome(),
    };
    let online = online(outcome, reason, mode);
    Verdict {
        outcome,
        reason,
        telemedicine: online == OnlineCare::Permitted,
        online,
        signature_ok: opened.is_ok() && asked != Asked::Lookup,
    }
}

/// Permitted by a good certificate of a clinic that has filed 互联网诊疗, and by nothing else.
const fn online(outcome: Outcome, reason: Option<Reason>, mode: Option<TelemedicineMode>) -> OnlineCare {
    match (outcome, reason, mode) {
        (Outcome::Valid, None, Some(TelemedicineMode::On)) => OnlineCare::Permitted,
        (Outcome::Valid, None, Some(TelemedicineMode::Suspended)) => OnlineCare::Suspended,
        (Outcome::Valid, None, Some(TelemedicineMode::Off)) => OnlineCare::NotFiled,
        (Outcome::CannotTell, ..) => OnlineCare::Unknown,
        (
            _,
            Some(
                Reason::Superseded | Reason::Void | Reason::DeclaredLost | Reason::CopyExpired | Reason::CopyWithdrawn,
            ),
            _,
        )
        | (.., None) => OnlineCare::NotByThis,
        _ => OnlineCare::NotValid,
    }
}
