//! The one error type. It knows no HTTP; each edge words it in its own way from the same code and text.

use crate::domain::filing::Refusal;
use crate::domain::lifecycle::Stage;
use crate::domain::material::FileDefect;
use crate::domain::standing::ClinicAct;
use crate::domain::turn::OutOfTurn;
use crate::domain::verdict::{ClinicState, TelemedicineMode};

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the request body, or `/<parameter>` for a parameter.
    pub pointer: String,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The rule that is not met, if one is.
    pub rule: Option<String>,
}

impl Problem {
    /// A problem at `pointer`.
    pub fn new(pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), zh: zh.into(), en: en.into(), rule: None }
    }
}

/// What stands against a request that is right in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clash {
    /// Something that must be unique exists already.
    Taken,
    /// The clinic has another filing under way.
    OpenFiling,
    /// The clinic was changed since this change was drafted.
    BaseChanged,
    /// The series of provisional numbers is used up; the assigned number must be typed in.
    SeriesExhausted,
    /// The filing holds as many or as large materials as it may.
    MaterialsFull,
    /// The account has as many or as large unfinished files as it may.
    UploadsFull,
    /// A piece of a file begins elsewhere than what has arrived ends, which is here, bytes.
    Offset(u64),
    /// A decision of this kind is proposed already.
    OpenDecision,
    /// Groups of the import are defective, and only a clean one was to be entered.
    Defective,
    /// The clinic has an account of its own already.
    HandedOver,
    /// A report that is answered takes no more photos.
    ReportClosed,
    /// A report has as many photos as it may.
    PhotosFull,
    /// The filing has not ended, or never reached an authority: there is nothing to archive for the clinic.
    NotEnded,
    /// The certificate is not in force, so nothing may be copied from it.
    NotInForce,
    /// The account has as many tokens as it may.
    TokensFull,
    /// The owner has as many clerks as he may.
    MembersFull,
    /// The identity belongs to another account, or the account to another identity.
    Linked,
}

/// Why a sign-in by another identity provider came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Federation {
    /// It was begun elsewhere, long ago, or used already.
    Flow,
    /// The provider let nobody in, or the person turned back.
    Declined,
    /// What the provider says does not bear checking.
    Untrusted,
    /// The provider does not answer.
    Silent,
}

/// Everything that can go wrong in a use case.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none, or the caller may not know of it.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// No valid session.
    #[error("not signed in")]
    Unauthenticated,
    /// Name or password is wrong.
    #[error("wrong credentials")]
    Credentials,
    /// A token does not carry the scope of this operation, or no token may do it.
    #[error("not with this token")]
    Scope,
    /// A sign-in by another identity provider failed.
    #[error("identity provider: {0:?}")]
    Federation(Federation),
    /// The password was right, but a code of the second factor is missing, wrong, or was used before.
    #[error("second factor")]
    SecondFactor,
    /// The account needs a second factor and has none yet.
    #[error("second factor to be set up")]
    Enrolment,
    /// Too many sign-ins failed; after so many seconds the next may be tried.
    #[error("sign-in paused for {0} seconds")]
    Paused(u32),
    /// The role may not do this at all.
    #[error("not for this role")]
    Forbidden,
    /// The filing cannot be written in this stage.
    #[error("locked while the stage is “{}”", .0.en())]
    Locked(Stage),
    /// The lifecycle says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The lifecycle of a visit or a decision says no.
    #[error(transparent)]
    OutOfTurn(#[from] OutOfTurn),
    /// It cannot happen to a clinic that stands so.
    #[error("“{}” cannot happen to a clinic that is {}, telemedicine {}", act.en(), state.en(), telemedicine.en())]
    Standing { state: ClinicState, telemedicine: TelemedicineMode, act: ClinicAct },
    /// The request itself is wrong; every field error at once.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Problem>),
    /// The filing does not meet its rules; every finding at once.
    #[error("{} findings block this", .0.len())]
    Blocked(Vec<Problem>),
    /// It was changed since the caller read it.
    #[error("stale")]
    Stale,
    /// A required request header is missing.
    #[error("missing header {0}")]
    Precondition(&'static str),
    /// An idempotency key was used for another request.
    #[error("idempotency key reused")]
    KeyReused,
    /// The state of other things forbids it.
    #[error("conflict: {0:?}")]
    Conflict(Clash),
    /// The body or file is larger than allowed, in bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The file is not of an allowed type.
    #[error("file type")]
    FileType,
    /// The file cannot be taken as it is.
    #[error("file: {0:?}")]
    File(FileDefect),
    /// It was asked for too often; after so many seconds it can be asked for again.
    #[error("too many, for {0} seconds")]
    TooMany(u32),
    /// A form that another site sent.
    #[error("sent by another site")]
    Foreign,
    /// A resource is exhausted for now; trying again later helps.
    #[error("unavailable")]
    Unavailable,
    /// Ours to mend; the cause is logged, never shown.
    #[error("internal: {0:#}")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// One field is wrong.
    pub fn field(pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(pointer, zh, en)])
    }

    /// Something that cannot happen did.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(cause.into())
    }
}

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;
