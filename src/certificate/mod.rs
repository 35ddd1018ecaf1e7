//! From a statement to what hangs on the wall: paper, code, signature.

mod canvas;
pub mod code;
pub mod compose;
pub mod detached;
pub mod document;
pub mod error;
mod file;
pub mod fonts;
mod frame;
pub mod keyring;
mod layout;
pub mod manifest;
pub mod metadata;
pub mod plan;
pub mod qr;
pub mod render;
pub mod sheet;
pub mod sign;
mod wording;
mod wrap;
