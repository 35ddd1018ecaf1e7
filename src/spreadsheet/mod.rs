//! Tables for people and machines: written as CSV and XLSX, read from what offices send.

pub mod read;
pub mod write;
