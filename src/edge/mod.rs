//! What both HTTP faces share: the wording of errors, and what every response carries.

pub mod device;
pub mod shape;
pub mod text;
pub mod wording;
