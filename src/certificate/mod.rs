//! From a statement to what hangs on the wall: paper, code, signature.

pub mod code;
pub mod compose;
pub mod detached;
pub mod error;
pub mod fonts;
mod frame;
pub mod keyring;
mod layout;
pub mod manifest;
pub mod metadata;
pub mod qr;
pub mod render;
pub mod sheet;
pub mod sign;
mod wording;
mod wrap;
