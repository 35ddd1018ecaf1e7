//! The door of a clinic's owner: what is filed, what is under way, what comes next.

pub mod materials;
pub mod uploads;
