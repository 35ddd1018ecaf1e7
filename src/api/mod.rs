//! The JSON API: thin. Each method parses, calls one use case and shows the result. poem-openapi lives here and
//! nowhere else, apart from derives on shared value types.

use poem_openapi::OpenApiService;

pub mod announcements;
pub mod auth;
pub mod body;
pub mod certificates;
pub mod clinics;
pub mod document;
pub mod examples;
pub mod filings;
pub mod headers;
pub mod materials;
pub mod page;
pub mod problem;
pub mod reference;
pub mod sessions;
pub mod verifications;

/// Where the API is mounted.
pub const BASE: &str = "/api/v1";

type Resources = (
    sessions::Sessions,
    filings::Filings,
    materials::Materials,
    clinics::Clinics,
    announcements::Announcements,
    certificates::Certificates,
    verifications::Verifications,
    reference::Reference,
);

/// The table of contents: every resource, one struct each.
pub fn service() -> OpenApiService<Resources, ()> {
    let resources = (
        sessions::Sessions,
        filings::Filings,
        materials::Materials,
        clinics::Clinics,
        announcements::Announcements,
        certificates::Certificates,
        verifications::Verifications,
        reference::Reference,
    );
    OpenApiService::new(resources, "诊所备案登记 · Clinic filing registry", env!("CARGO_PKG_VERSION"))
        .description(include_str!("description.md"))
        .server(BASE)
}

/// Groups of operations.
#[derive(poem_openapi::Tags)]
pub enum Tag {
    /// 登录 · Sign in, sign out, who am I.
    Sessions,
    /// 办件 · Filings: the clinic writes, officers decide.
    Filings,
    /// 登记簿 · The public register.
    Clinics,
    /// 凭证 · Certificates and their paper.
    Certificates,
    /// 核验 · What a code is worth, and the keys that sign codes.
    Verifications,
    /// 法规与代码 · Rules, subjects, divisions and other lists in force.
    Reference,
}
