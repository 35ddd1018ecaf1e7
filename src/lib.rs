//! 诊所备案与互联网诊疗登记 · The registry of filed clinics.
//!
//! Arrows go one way: `domain` knows nobody; `store` and `certificate` know `domain`; `usecase` knows them; `api` and
//! `portal` know `usecase` and never each other; `server` composes. `tests/it/architecture.rs` reads the source and
//! fails on a wrong arrow. In reading order:

/// Law, forms, identifiers, lifecycle, rules, verdict: pure.
pub mod domain;

/// One function per thing a person can do.
pub mod usecase;

/// The only place that speaks SQL.
pub mod store;

/// From a statement to paper, code and signature.
pub mod certificate;

/// The archive of a filing: written and checked.
pub mod archive;

/// Tables: CSV and XLSX, written and read.
pub mod spreadsheet;

/// The JSON API and its contract.
pub mod api;

/// The public pages.
pub mod portal;

/// The wording of errors and the tidying of text: what both faces share.
pub mod edge;

/// Work that a committed change asked for.
pub mod jobs;

/// The law as it is shipped: texts, thresholds, lists, calendars.
pub mod law;

/// What is kept sealed.
pub mod vault;

/// E-mail and SMS on their way out.
pub mod post;

/// What a use case may need.
pub mod app;

/// Time and randomness.
pub mod clock;

/// Every setting, documented.
pub mod config;

/// A year in the life of some offices, drawn from a seed.
pub mod simulation;

/// The commands of the binary.
pub mod command;

/// Routes, middleware, start and graceful stop.
pub mod server;

/// The one error type.
pub mod error;
