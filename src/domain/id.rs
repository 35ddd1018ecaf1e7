//! Identifiers of our own things: time-ordered UUIDs (RFC 9562, version 7), one type per thing.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
                 poem_openapi::NewType, sea_orm::DeriveValueType)]
        #[oai(from_json = true, from_parameter = true, to_json = true)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A case before the authority (办件).
    FilingId,
    /// A clinic in the register.
    ClinicId,
    /// One version of one certificate.
    CertificateId,
    /// An uploaded material of a filing.
    MaterialId,
    /// A material that arrives in pieces.
    UploadId,
    /// 现场核查: a visit to a clinic.
    VisitId,
    /// A photo of a visit.
    PhotoId,
    /// A decision of an authority about a clinic.
    DecisionId,
    /// 双随机抽取
    DrawId,
    /// 文书: a paper beside the certificate.
    PaperId,
    /// 投诉举报
    ComplaintId,
    /// A bulk import of existing clinics.
    ImportId,
    /// A person or office that signs in.
    AccountId,
    /// A filing authority (备案机关) or supervising department.
    AuthorityId,
}
