//! The JSON API: thin. Each method parses, calls one use case and shows the result. poem-openapi lives here and
//! nowhere else, apart from derives on shared value types.

use poem_openapi::OpenApiService;

pub mod announcements;
pub mod archives;
pub mod auth;
pub mod body;
pub mod certificates;
pub mod clinics;
pub mod copies;
pub mod deadlines;
pub mod decisions;
pub mod document;
pub mod draws;
pub mod examples;
pub mod filings;
pub mod headers;
pub mod law;
pub mod materials;
pub mod page;
pub mod problem;
pub mod reference;
pub mod reports;
pub mod sessions;
pub mod unmaskings;
pub mod verifications;
pub mod visits;

/// Where the API is mounted.
pub const BASE: &str = "/api/v1";

type Resources = (
    sessions::Sessions,
    filings::Filings,
    (materials::Materials, archives::Archives),
    deadlines::Deadlines,
    clinics::Clinics,
    announcements::Announcements,
    (certificates::Certificates, copies::Copies),
    verifications::Verifications,
    visits::Visits,
    decisions::Decisions,
    draws::Draws,
    reference::Reference,
    law::Laws,
    reports::Reports,
    unmaskings::Unmaskings,
);

/// The table of contents: every resource, one struct each; pairs, since poem takes sixteen at most.
pub fn service() -> OpenApiService<Resources, ()> {
    let resources = (
        sessions::Sessions,
        filings::Filings,
        (materials::Materials, archives::Archives),
        deadlines::Deadlines,
        clinics::Clinics,
        announcements::Announcements,
        (certificates::Certificates, copies::Copies),
        verifications::Verifications,
        visits::Visits,
        decisions::Decisions,
        draws::Draws,
        reference::Reference,
        law::Laws,
        reports::Reports,
        unmaskings::Unmaskings,
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
    /// 期限 · What is due, for whom, until when.
    Deadlines,
    /// 登记簿 · The public register.
    Clinics,
    /// 凭证 · Certificates and their paper.
    Certificates,
    /// 核验 · What a code is worth, and the keys that sign codes.
    Verifications,
    /// 报告 · What an authority did in a year.
    Reports,
    /// 现场核查 · Visits: verification after a filing, rectification, inspections.
    Visits,
    /// 决定 · Decisions: revocation, cancellation, orders; by two persons.
    Decisions,
    /// 双随机抽查 · Random draws, public so that anyone can draw again.
    Draws,
    /// 法规与代码 · Rules, subjects, divisions and other lists in force.
    Reference,
}
