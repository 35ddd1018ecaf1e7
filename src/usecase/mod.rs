//! One function per thing a person can do. Each reads: load, decide, record, commit. The API, the portal and the jobs
//! call these and nothing beneath them.

pub mod accounts;
pub mod actions;
pub mod aftermath;
pub mod archives;
pub mod authorities;
pub mod certificates;
pub mod clinics;
pub mod clocks;
pub mod complaints;
pub mod completion;
pub mod copies;
pub mod deadlines;
pub mod decisions;
pub mod demonstration;
pub mod draws;
pub mod exchange;
pub mod exports;
pub mod facts;
pub mod figures;
pub mod filings;
pub mod imports;
pub mod issuance;
pub mod jurisdictions;
pub mod law;
pub mod life;
pub mod likeness;
pub mod loss;
pub mod materials;
pub mod owners;
pub mod pace;
pub mod paper_checks;
pub mod papers;
pub mod persons;
pub mod recheck;
pub mod reference;
pub mod reports;
pub mod retention;
pub mod telemedicine;
pub mod unmaskings;
pub mod uploads;
pub mod verifications;
pub mod visits;
pub mod watch;

pub use crate::store::idempotency::Once;
