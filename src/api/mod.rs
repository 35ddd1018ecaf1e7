//! The JSON API: thin. Each method parses, calls one use case and shows the result. poem-openapi lives here and
//! nowhere else, apart from derives on shared value types.

use poem_openapi::OpenApiService;

pub mod access;
pub mod accounts;
pub mod announcements;
pub mod archives;
pub mod auth;
pub mod body;
pub mod certificates;
pub mod clinics;
pub mod complaints;
pub mod copies;
pub mod deadlines;
pub mod decisions;
pub mod document;
pub mod draws;
pub mod examples;
pub mod exchange;
pub mod exports;
pub mod figures;
pub mod filings;
pub mod headers;
pub mod imports;
pub mod law;
pub mod materials;
pub mod members;
pub mod messages;
pub mod page;
pub mod paper_checks;
pub mod papers;
pub mod people;
pub mod problem;
pub mod reference;
pub mod reports;
pub mod sessions;
pub mod stream;
pub mod telemedicine;
pub mod tokens;
pub mod unmaskings;
pub mod uploads;
pub mod verifications;
pub mod visits;

/// Where the API is mounted.
pub const BASE: &str = "/api/v1";

/// What clinics file and officers work off.
type Cases = (
    sessions::Sessions,
    accounts::Accounts,
    tokens::Tokens,
    access::Access,
    people::People,
    members::Members,
    messages::Messages,
    filings::Filings,
    materials::Materials,
    uploads::Uploads,
    archives::Archives,
    papers::Papers,
    deadlines::Deadlines,
    unmaskings::Unmaskings,
);
/// What is in force, and what a code or paper is worth.
type Register = (
    clinics::Clinics,
    telemedicine::Telemedicine,
    announcements::Announcements,
    certificates::Certificates,
    copies::Copies,
    verifications::Verifications,
    paper_checks::PaperChecks,
);
/// What the authority does of its own.
type Supervision = (visits::Visits, decisions::Decisions, draws::Draws, complaints::Complaints, complaints::Cases);
/// What the office counts, takes in and hands on.
type Office = (reports::Reports, figures::FigureOperations, imports::Imports, exports::Exports, exchange::Exchange);
/// The law as data.
type Law = (reference::Reference, law::Laws);

/// The table of contents: every resource, one struct each, in groups, since poem joins at most sixteen.
pub fn service() -> OpenApiService<(Cases, Register, Supervision, Office, Law), ()> {
    let cases: Cases = (
        sessions::Sessions,
        accounts::Accounts,
        tokens::Tokens,
        access::Access,
        people::People,
        members::Members,
        messages::Messages,
        filings::Filings,
        materials::Materials,
        uploads::Uploads,
        archives::Archives,
        papers::Papers,
        deadlines::Deadlines,
        unmaskings::Unmaskings,
    );
    let register: Register = (
        clinics::Clinics,
        telemedicine::Telemedicine,
        announcements::Announcements,
        certificates::Certificates,
        copies::Copies,
        verifications::Verifications,
        paper_checks::PaperChecks,
    );
    let supervision: Supervision =
        (visits::Visits, decisions::Decisions, draws::Draws, complaints::Complaints, complaints::Cases);
    let office: Office =
        (reports::Reports, figures::FigureOperations, imports::Imports, exports::Exports, exchange::Exchange);
    let law: Law = (reference::Reference, law::Laws);
    let resources = (cases, register, supervision, office, law);
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
    /// 互联网诊疗 · The public register of telemedicine, and the question of relying platforms.
    Telemedicine,
    /// 导出与交换 · The register as a file, and what happened since.
    Exports,
    /// 报告 · What an authority did in a year.
    Reports,
    /// 指标 · Figures of the office, counted from history as at a moment; and a few for anybody.
    Figures,
    /// 现场核查 · Visits: verification after a filing, rectification, inspections.
    Visits,
    /// 投诉举报 · Reports from the public, and how the office works them off.
    Complaints,
    /// 决定 · Decisions: revocation, cancellation, orders; by two persons.
    Decisions,
    /// 文书 · Papers beside the certificate: receipts, notices, records, decisions, declarations.
    Papers,
    /// 双随机抽查 · Random draws, public so that anyone can draw again.
    Draws,
    /// 存量导入 · Bulk import of clinics that were filed before this register.
    Imports,
    /// 法规与代码 · Rules, subjects, divisions and other lists in force.
    Reference,
}
