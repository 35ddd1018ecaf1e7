//! What goes onto one sheet of paper.

use chrono::NaiveDate;

use crate::domain::certificate::Statement;

/// What goes onto one sheet.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The public record
    pub statement: &'a Statement,
    /// The text of the code: an address
    pub code_text: &'a str,
    /// The short code to type in, grouped: `7K4M-Q2XD-9FHT`
    pub short_code: &'a str,
    /// The official host, as a reader sees it in a browser
    pub host: &'a str,
    /// Made by a demonstration: marked as not valid
    pub development: bool,
    /// A preview: without code and short code, marked 样张
    pub specimen: bool,
    /// What makes it a copy for one purpose (加注件), whose code is then its own
    pub annotation: Option<Annotation<'a>>,
}

/// What is written across a copy for one purpose.
#[derive(Clone, Copy, Debug)]
pub struct Annotation<'a> {
    /// 仅用于…, without these three characters
    pub purpose: &'a str,
    /// 使用单位; empty where it is bound to none
    pub recipient: &'a str,
    /// Last day on which it may be relied on
    pub expires_on: NaiveDate,
    /// Number of the copy: `JZ-371502-2026-000012`
    pub number: &'a str,
}
