//! The pure core: law, forms and decisions. No clock, no randomness, no database, no HTTP, nothing that waits.

// Who and where.
pub mod access;
pub mod actor;
pub mod id;
pub mod terms;
pub mod value;

// The filing.
pub mod dossier;
pub mod filing;
pub mod finding;
pub mod lifecycle;
pub mod masking;
pub mod material;
pub mod message;
pub mod particulars;
pub mod rules;
pub mod samples;
pub mod self_check;

// The clinic's life beside it.
pub mod announcement;
pub mod assistance;
pub mod cause;
pub mod complaint;
pub mod decision;
pub mod diagrams;
pub mod draw;
pub mod exchange;
pub mod figures;
pub mod import;
pub mod jurisdiction;
pub mod likeness;
pub mod paper;
pub mod paper_check;
pub mod standing;
pub mod telemedicine;
pub mod turn;
pub mod visit;

// The law and its time.
pub mod calendar;
pub mod clock;
pub mod deadline;
pub mod guide;
pub mod law;

// Identifiers of the state.
pub mod credit_code;
pub mod filing_number;
pub mod identity;
pub mod licence_identifier;
pub mod practitioner;

// The certificate and what it is worth.
pub mod certificate;
pub mod digits;
pub mod geohash;
pub mod issuance;
pub mod log_leaf;
pub mod payload;
pub mod search;
pub mod short_code;
pub mod task;
pub mod verdict;
