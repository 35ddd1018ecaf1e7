//! What goes onto one sheet of paper.

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
}
