//! What a paper is worth to whoever holds it: one pure function for the page and the JSON. It fails closed.

use chrono::NaiveDate;

use crate::domain::paper::Purpose;
use crate::domain::terms::terms;
use crate::domain::verdict::Outcome;

terms! {
    /// Where a paper stands in the register.
    PaperStanding {
        /// 登记在案: nothing speaks against it.
        Registered = "登记库中有此文书" / "The register has this paper",
        /// 已撤回
        Withdrawn = "此文书已撤回" / "This paper has been withdrawn",
        /// Past the last day of its purpose.
        Expired = "此文书已过使用期限" / "This paper is past its term",
        /// A copy of a certificate that is not good any more.
        CertificateNotValid = "此件所依据的备案凭证现已无效" / "The certificate behind this copy is not valid now",
        /// A short code whose check character does not fit.
        Mistyped = "短码输入有误" / "The short code was mistyped",
        /// No short code at all.
        Unreadable = "这不是文书短码" / "This is not the short code of a paper",
        /// 查无此文书
        NotInRegister = "登记库中查无此文书" / "The register has no such paper",
    }
}

impl PaperStanding {
    /// What the register says of a paper that it has, the gravest reason first. `today` is the day in Asia/Shanghai,
    /// `certificate` the outcome for the certificate that a copy was made of.
    pub fn of(withdrawn: bool, purpose: Option<&Purpose>, today: NaiveDate, certificate: Option<Outcome>) -> Self {
        if withdrawn {
            Self::Withdrawn
        } else if purpose.is_some_and(|purpose| purpose.expires_on < today) {
            Self::Expired
        } else if certificate.is_some_and(|outcome| outcome != Outcome::Valid) {
            Self::CertificateNotValid
        } else {
            Self::Registered
        }
    }

    /// The answer in one word. The register knows every paper that it made: what it does not know is not good.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Registered => Outcome::Valid,
            _ => Outcome::NotValid,
        }
    }

    /// What is so and what to do next: Chinese, English.
    pub const fn advice(self) -> (&'static str, &'static str) {
        match self {
            Self::Registered => (
                "请逐项核对文书种类、文号、制发单位和日期；有一项不一致，请勿采信，并联系制发单位。",
                "Please compare kind, number, issuer and date; if one differs, do not rely on the paper and ask its issuer.",
            ),
            Self::Withdrawn => (
                "请勿再以此文书为凭；如需现行文书，请联系制发单位。",
                "Please do not rely on this paper any more; ask its issuer for what is in force.",
            ),
            Self::Expired => (
                "请勿再以此件为凭，可以请出示人提供仍在期限内的文件。",
                "Please do not rely on it; ask whoever presented it for one that is still within its term.",
            ),
            Self::CertificateNotValid => (
                "请勿以此件为凭；诊所的现状请查看登记簿，或者拨打监督电话核实。",
                "Please do not rely on it; look the clinic up in the register, or call the supervision hotline.",
            ),
            Self::Mistyped => (
                "请对照文书上的12位短码，核对后重新输入。",
                "Please compare the twelve characters on the paper and type them again.",
            ),
            Self::Unreadable => (
                "请重新扫描文书末页的二维码，或者输入码旁的12位短码。",
                "Please scan the code on the last page of the paper again, or type the 12-character short code beside it.",
            ),
            Self::NotInRegister => (
                "请核对输入；如无误，请勿采信该文书，并向所载制发单位核实。",
                "Please check what you typed; if it is right, do not rely on the paper and ask the issuer it names.",
            ),
        }
    }
}
