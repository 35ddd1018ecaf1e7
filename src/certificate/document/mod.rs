//! The papers beside the certificate, drawn: receipts, notices, records, decisions, announcements, declarations. One
//! flowing document on as many upright A4 sheets as it needs, by the same means as the certificate.
//!
//! [`head`], [`body`] and [`closing`] cut the content into parts; [`pages`] puts the parts onto sheets.

mod body;
mod closing;
mod head;
mod layout;
mod margins;
mod pages;
mod part;
mod tables;
mod text;

use sha2::{Digest, Sha256};

use crate::certificate::canvas::Canvas;
use crate::certificate::error::RenderError;
use crate::certificate::file::{Drawing, assemble};
use crate::certificate::fonts::{Fonts, Subset};
use crate::certificate::frame;
use crate::certificate::layout::Place;
use crate::certificate::metadata::{About, PAPER_CODE_KEY};
use crate::certificate::plan::Placed;
use crate::domain::paper::PaperContent;

use layout::Layout;
pub use part::Stroke;

/// What goes onto the sheets of one paper.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// All that the paper says
    pub content: &'a PaperContent,
    /// The text of the code: an address
    pub code_text: &'a str,
    /// The short code to type in, grouped: `7K4M-Q2XD-9FHT`
    pub short_code: &'a str,
    /// The official host, as a reader sees it in a browser
    pub host: &'a str,
    /// Made by a demonstration: marked as not valid
    pub development: bool,
    /// Whose it is
    pub manner: Manner,
}

/// Whose paper it is, which decides its head and its foot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// An office's: with red head and the place of a seal
    Office,
    /// Of somebody who is no office
    Private,
    /// A form to fill in by hand: nobody has said it yet, so it is signed by nobody and has no code
    Blank,
    /// Such a form as it may be filled in, marked as a sample
    Sample,
}

impl Manner {
    const fn sealed(self) -> bool {
        matches!(self, Self::Office)
    }

    const fn said(self) -> bool {
        matches!(self, Self::Office | Self::Private)
    }
}

/// All that stands on one sheet. Places in millimetres from its top left corner.
#[derive(Clone, Debug, Default)]
pub struct SheetPlan {
    /// In reading order; what stands in the margins comes last
    pub texts: Vec<Placed>,
    /// Frames of tables, lines to sign on, the red line
    pub strokes: Vec<Stroke>,
    /// Centre of the place of the seal; on the last sheet only
    pub seal: Option<Place>,
    /// Where the foot with the code begins, where that stands beside the issuer's name
    pub foot: Option<f64>,
    /// Top left corner of the symbol without its quiet zone; on the last sheet only
    pub symbol: Option<Place>,
}

/// Plans the sheets.
///
/// # Errors
/// What cannot be printed, or a table with more columns than a sheet is wide.
pub fn compose(fonts: &Fonts, sheet: &Sheet<'_>) -> Result<Vec<SheetPlan>, RenderError> {
    let mut tries: Vec<Vec<SheetPlan>> = Vec::new();
    for (layout, beside) in Layout::shipped()? {
        let desk = text::Desk { fonts, layout, beside: *beside, manner: sheet.manner };
        let plans = set(&desk, sheet)?;
        let count = plans.len();
        // A closer setting saves a sheet at most, which is not worth while where there are many; the smallest type is worth
        // one sheet instead of two, and nothing else.
        if layout.text.size >= layout.text.least || count == 1 {
            tries.push(plans);
        }
        // A hand wants room.
        if count == 1 || count > MANY || !sheet.manner.said() {
            break;
        }
    }
    // The first of the least: the loosest.
    let plans = tries.into_iter().min_by_key(Vec::len).unwrap_or_default();
    for placed in plans.iter().flat_map(|plan| &plan.texts) {
        fonts.check(&placed.text)?;
    }
    Ok(plans)
}

fn set(desk: &text::Desk<'_>, sheet: &Sheet<'_>) -> Result<Vec<SheetPlan>, RenderError> {
    let mut parts = head::parts(desk, sheet.content);
    parts.extend(body::parts(desk, sheet.content)?);
    parts.extend(closing::parts(desk, sheet.content));
    let mut plans = pages::lay_out(desk, parts);
    margins::complete(desk, sheet, &mut plans);
    Ok(plans)
}

const SEAL: &str = "Seal";
/// Sheets of a paper that is set loosely whatever it takes.
const MANY: usize = 3;

/// Draws the paper. The same sheet gives the same bytes.
///
/// # Errors
/// As [`compose`]; an address too long for a code.
pub fn render(fonts: &Fonts, sheet: &Sheet<'_>) -> Result<Vec<u8>, RenderError> {
    // What does not differ by the setting: page, colours, seal, code.
    let Some((layout, _)) = Layout::shipped()?.first() else { return Err(RenderError::Layout("no settings".into())) };
    let plans = compose(fonts, sheet)?;
    let texts = plans.iter().flat_map(|plan| &plan.texts);
    let subset = Subset::collect(fonts, texts.map(|placed| (placed.text.as_str(), placed.weight)))?;
    let mut sheets = Vec::with_capacity(plans.len());
    let mut drawings = Vec::new();
    for plan in &plans {
        let mut canvas = Canvas::new(&layout.page, &layout.inks);
        if let Some(centre) = plan.seal {
            let content = frame::seal_ring(&layout.page, centre, layout.closing.radius, layout.inks.pale_red);
            drawings.push(Drawing { name: SEAL, content });
            canvas.form(SEAL);
        }
        if let Some(corner) = plan.symbol {
            canvas.symbol(sheet.code_text, corner, layout.check.size)?;
        }
        for Stroke { from, to, width, ink } in &plan.strokes {
            canvas.stroke(*ink, *width);
            canvas.line(*from, *to);
        }
        for placed in &plan.texts {
            canvas.text(&subset, placed)?;
        }
        sheets.push(canvas.finish());
    }
    assemble(&layout.page, sheets, &subset, drawings, &about(sheet)?)
}

fn about<'a>(sheet: &Sheet<'a>) -> Result<About<'a>, RenderError> {
    let content = sheet.content;
    Ok(About {
        title: format!("{} {}", content.title, content.number).trim().to_string(),
        author: if content.issuer.is_empty() { &content.signed_by } else { &content.issuer },
        day: content.signed_on,
        code: (PAPER_CODE_KEY, if sheet.manner.said() { sheet.code_text } else { "" }),
        licence: None,
        identity: identity(sheet)?,
    })
}

/// From what is drawn, never from the clock.
fn identity(sheet: &Sheet<'_>) -> Result<Vec<u8>, RenderError> {
    let content = serde_json::to_vec(sheet.content).map_err(|error| RenderError::Pdf(error.to_string()))?;
    let mut digest = Sha256::new();
    digest.update(content);
    for part in [sheet.code_text, sheet.short_code, sheet.host] {
        digest.update([0]);
        digest.update(part);
    }
    digest.update([u8::from(sheet.development)]);
    digest.update([sheet.manner as u8]);
    Ok(digest.finalize().iter().take(16).copied().collect())
}
