//! The form of a filing, as questions on pages. The document is the contract's own (`Dossier`, `Particulars`), and it is
//! checked by the contract's own schema.

pub mod options;
pub mod question;
pub mod sections;
pub mod source;
pub mod typed;
