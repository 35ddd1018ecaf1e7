//! The clinic owner's door: filings as a list of what is to be done, and everything that follows from them.

pub mod answers;
pub mod case;
pub mod clinic;
pub mod contacts;
pub mod copies;
pub mod desk;
mod form;
pub mod inbox;
pub mod items;
mod keyed;
pub mod list;
pub mod materials;
pub mod papers;
pub mod people;
pub mod plan;
mod question;
pub mod section;
pub mod submit;
pub mod uploads;
mod work;

pub use work::Found;
