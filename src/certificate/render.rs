//! Draws a certificate: a pure function from a statement and its code to the bytes of a PDF file.

use sha2::{Digest, Sha256};

use crate::certificate::canvas::Canvas;
use crate::certificate::compose::compose;
use crate::certificate::error::RenderError;
use crate::certificate::file::{Drawing, assemble};
use crate::certificate::fonts::{Fonts, Subset};
use crate::certificate::frame;
use crate::certificate::layout::Layout;
use crate::certificate::metadata::{About, CODE_KEY, LICENCE_KEY};
use crate::certificate::plan::{Ink, Placed, Rule};
use crate::certificate::sheet::{Annotation, Sheet};

const ORNAMENTS: &str = "Ornaments";
const SEAL: &str = "Seal";

/// Draws the sheet. The same sheet gives the same bytes.
pub fn render(fonts: &Fonts, sheet: &Sheet<'_>) -> Result<Vec<u8>, RenderError> {
    let layout = Layout::shipped()?;
    let kind = layout.kind(sheet.statement.kind);
    let plan = compose(fonts, sheet)?;
    let subset = Subset::collect(fonts, plan.texts.iter().map(|placed| (placed.text.as_str(), placed.weight)))?;
    let mut canvas = Canvas::new(&layout.page, &kind.inks);
    canvas.form(ORNAMENTS);
    canvas.form(SEAL);
    let (ghosts, texts): (Vec<&Placed>, Vec<&Placed>) = plan.texts.iter().partition(|text| text.ink == Ink::GhostRed);
    for placed in ghosts {
        canvas.text(&subset, placed)?;
    }
    // On a specimen, the empty place of the code.
    let code = &layout.code;
    let (left, top) = (code.centre - code.width / 2.0, code.top);
    if sheet.specimen {
        canvas.stroke(kind.inks.pale_red, 0.6);
        canvas.frame([left, top, code.width, code.width]);
    } else {
        canvas.symbol(sheet.code_text, [left, top], code.width)?;
    }
    for band in &plan.bands {
        canvas.stroke(kind.inks.red, 1.1);
        canvas.band(*band, kind.inks.ghost_red);
    }
    canvas.stroke(kind.colours.fine, 0.55);
    for Rule { x0, x1, y } in &plan.rules {
        canvas.line([*x0, *y], [*x1, *y]);
    }
    canvas.stroke(kind.inks.red, 0.7);
    for frame in &plan.frames {
        canvas.frame(*frame);
    }
    for placed in texts {
        canvas.text(&subset, placed)?;
    }
    let seal = frame::seal_ring(&layout.page, layout.seal.centre, layout.seal.radius, kind.inks.pale_red);
    let drawings = vec![
        Drawing { name: ORNAMENTS, content: frame::ornaments(layout, &kind.colours) },
        Drawing { name: SEAL, content: seal },
    ];
    assemble(&layout.page, vec![canvas.finish()], &subset, drawings, &about(sheet))
}

fn about<'a>(sheet: &Sheet<'a>) -> About<'a> {
    let statement = sheet.statement;
    let mut title = format!("{} {} {}", statement.kind.title(), statement.number, statement.name);
    if let Some(Annotation { purpose, expires_on, number, .. }) = sheet.annotation {
        title.push_str(&format!(" 加注件 {number} 仅用于{purpose} 有效期至{expires_on}"));
    }
    About {
        title,
        author: &statement.authority.name,
        day: statement.issued_on,
        code: (CODE_KEY, if sheet.specimen { "" } else { sheet.code_text }),
        licence: Some((LICENCE_KEY, &statement.licence_identifier)),
        identity: identity(sheet),
    }
}

/// From what is drawn, never from the clock.
fn identity(sheet: &Sheet<'_>) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(sheet.statement.canonical());
    for part in [sheet.code_text, sheet.short_code, sheet.host] {
        digest.update([0]);
        digest.update(part);
    }
    digest.update([u8::from(sheet.development), u8::from(sheet.specimen)]);
    if let Some(Annotation { purpose, recipient, expires_on, number }) = sheet.annotation {
        for part in [purpose, recipient, number, &expires_on.to_string()] {
            digest.update([0]);
            digest.update(part);
        }
    }
    digest.finalize().iter().take(16).copied().collect()
}
