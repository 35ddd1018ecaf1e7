//! Draws a certificate: a pure function from a statement and its code to the bytes of a PDF file.

use std::collections::BTreeMap;

use printpdf::{
    Color, DictItem, ExternalStream, ExternalXObject, FontId, Greyscale, Line, LinePoint, Mm, Op, PaintMode,
    ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb,
    TextItem, TextMatrix, WindingOrder, XObject, XObjectId, XObjectTransform,
};

use crate::certificate::compose::{Frame, Ink, Placed, Plan, Rule, compose};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::{Fonts, MM_PER_PT, Subset};
use crate::certificate::frame;
use crate::certificate::layout::{self, Colours, Layout};
use crate::certificate::metadata;
use crate::certificate::qr;
use crate::certificate::sheet::Sheet;

/// Draws the sheet. The same sheet gives the same bytes.
pub fn render(fonts: &Fonts, sheet: &Sheet<'_>) -> Result<Vec<u8>, RenderError> {
    let layout = Layout::shipped()?;
    let colours = &layout.kind(sheet.statement.kind).colours;
    let plan = compose(fonts, sheet)?;
    let subset = Subset::collect(fonts, plan.texts.iter().map(|placed| (placed.text.as_str(), placed.weight)))?;
    let mut canvas = Canvas { layout, colours, ops: Vec::new() };
    canvas.form(ORNAMENTS);
    canvas.form(SEAL);
    let (ghosts, texts): (Vec<&Placed>, Vec<&Placed>) = plan.texts.iter().partition(|text| text.ink == Ink::GhostRed);
    for placed in ghosts {
        canvas.text(&subset, placed)?;
    }
    canvas.code(sheet)?;
    canvas.bands(&plan);
    canvas.lines(&plan);
    for placed in texts {
        canvas.text(&subset, placed)?;
    }
    assemble(layout, colours, canvas.ops, subset.embed()?, sheet)
}

const ORNAMENTS: &str = "Ornaments";
const SEAL: &str = "Seal";

fn font_id(slot: usize) -> FontId {
    FontId(format!("T{slot}"))
}

/// A colour of the palette.
fn ink(colours: &Colours, ink: Ink) -> layout::Rgb {
    match ink {
        Ink::Text => colours.text,
        Ink::Label => colours.label,
        Ink::Faint => colours.faint,
        Ink::Red => colours.red,
        Ink::PaleRed => colours.pale_red,
        Ink::GhostRed => colours.ghost_red,
    }
}

fn rgb([r, g, b]: layout::Rgb) -> Color {
    let [r, g, b] = [r, g, b].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0);
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

const fn black(lightness: f32) -> Color {
    Color::Greyscale(Greyscale { percent: lightness, icc_profile: None })
}

/// Points from millimetres, to a thousandth.
fn pt(mm: f64) -> Pt {
    Pt(((mm / MM_PER_PT * 1000.0).round() / 1000.0) as f32)
}

/// A thousandth of a point, so that sums of fractions print as short numbers.
fn short(points: f64) -> f32 {
    ((points * 1000.0).round() / 1000.0) as f32
}

struct Canvas<'a> {
    layout: &'a Layout,
    colours: &'a Colours,
    ops: Vec<Op>,
}

impl Canvas<'_> {
    fn point(&self, x: f64, y: f64) -> Point {
        Point { x: pt(x), y: pt(self.layout.page.height - y) }
    }

    fn corner(&self, x: f64, y: f64) -> LinePoint {
        LinePoint { p: self.point(x, y), bezier: false }
    }

    fn rectangle(&self, [x, y, width, height]: Frame) -> PolygonRing {
        let points = vec![
            self.corner(x, y),
            self.corner(x + width, y),
            self.corner(x + width, y + height),
            self.corner(x, y + height),
        ];
        PolygonRing { points }
    }

    fn form(&mut self, name: &str) {
        let transform = XObjectTransform { no_auto_scale: true, ..Default::default() };
        self.ops.push(Op::UseXobject { id: XObjectId(name.to_string()), transform });
    }

    fn polygon(&mut self, rings: Vec<PolygonRing>, mode: PaintMode) {
        let polygon = Polygon { rings, mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    /// The symbol as one path on white, with its quiet zone; on a specimen its empty place.
    fn code(&mut self, sheet: &Sheet<'_>) -> Result<(), RenderError> {
        let code = &self.layout.code;
        let (left, top) = (code.centre - code.width / 2.0, code.top);
        if sheet.specimen {
            self.ops.push(Op::SetOutlineColor { col: rgb(self.colours.pale_red) });
            self.ops.push(Op::SetOutlineThickness { pt: Pt(0.6) });
            let ring = self.rectangle([left, top, code.width, code.width]);
            self.polygon(vec![ring], PaintMode::Stroke);
            return Ok(());
        }
        let (width, dark) = qr::modules(sheet.code_text)?;
        let module = code.width / width as f64;
        let quiet = module * qr::QUIET as f64;
        let side = code.width + 2.0 * quiet;
        self.ops.push(Op::SetFillColor { col: black(1.0) });
        let ground = self.rectangle([left - quiet, top - quiet, side, side]);
        self.polygon(vec![ground], PaintMode::Fill);
        let at = |n: usize| n as f64 * module;
        let rings = qr::runs(width, &dark)
            .into_iter()
            .map(|(column, row, length)| self.rectangle([left + at(column), top + at(row), at(length), module]))
            .collect();
        self.ops.push(Op::SetFillColor { col: black(0.0) });
        self.polygon(rings, PaintMode::Fill);
        Ok(())
    }

    fn bands(&mut self, plan: &Plan) {
        for band in &plan.bands {
            self.ops.push(Op::SetFillColor { col: rgb(self.colours.ghost_red) });
            self.ops.push(Op::SetOutlineColor { col: rgb(self.colours.red) });
            self.ops.push(Op::SetOutlineThickness { pt: Pt(1.1) });
            let ring = self.rectangle(*band);
            self.polygon(vec![ring], PaintMode::FillStroke);
        }
    }

    fn lines(&mut self, plan: &Plan) {
        self.ops.push(Op::SetOutlineColor { col: rgb(self.colours.fine) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(0.55) });
        for Rule { x0, x1, y } in &plan.rules {
            let points = vec![self.corner(*x0, *y), self.corner(*x1, *y)];
            self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
        }
        self.ops.push(Op::SetOutlineColor { col: rgb(self.colours.red) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(0.7) });
        for frame in &plan.frames {
            let ring = self.rectangle(*frame);
            self.polygon(vec![ring], PaintMode::Stroke);
        }
    }

    /// One line of text: glyph numbers in hexadecimal. Widely spaced text says what it reads as, so that a reader
    /// does not see words in its letters (ISO 32000-1, 14.9.4).
    fn text(&mut self, subset: &Subset<'_>, placed: &Placed) -> Result<(), RenderError> {
        let wide = placed.spacing > 0.08 * placed.size;
        if wide {
            let text = std::iter::once(0xfeff).chain(placed.text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
            let map = BTreeMap::from([("ActualText".to_string(), DictItem::String { data: text, literal: false })]);
            let properties = DictItem::Dict { map };
            self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_string(), properties });
        }
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetFillColor { col: rgb(ink(self.colours, placed.ink)) });
        self.ops.push(Op::SetCharacterSpacing { multiplier: short(placed.spacing) });
        let pos = self.point(placed.x, placed.baseline);
        if placed.angle == 0.0 {
            self.ops.push(Op::SetTextCursor { pos });
        } else {
            let (sin, cos) = placed.angle.to_radians().sin_cos();
            let (sin, cos) = (short(sin), short(cos));
            let matrix = TextMatrix::Raw([cos, sin, -sin, cos, pos.x.0, pos.y.0]);
            self.ops.push(Op::SetTextMatrix { matrix });
        }
        for (slot, run) in subset.runs(&placed.text, placed.weight)? {
            let font = PdfFontHandle::External(font_id(slot));
            self.ops.push(Op::SetFont { font, size: Pt(short(placed.size)) });
            self.ops.push(Op::ShowText { items: vec![TextItem::Text(run)] });
        }
        self.ops.push(Op::EndTextSection);
        if wide {
            self.ops.push(Op::EndMarkedContentWithProperties);
        }
        Ok(())
    }
}

/// A drawing that the page uses by name.
fn drawing(layout: &Layout, content: Vec<u8>) -> XObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let edge = |mm: f64| DictItem::Real(pt(mm).0);
    let page = &layout.page;
    let bounds = vec![DictItem::Int(0), DictItem::Int(0), edge(page.width), edge(page.height)];
    let dict = BTreeMap::from([
        ("Type".to_string(), name("XObject")),
        ("Subtype".to_string(), name("Form")),
        ("BBox".to_string(), DictItem::Array(bounds)),
        ("Resources".to_string(), DictItem::Dict { map: BTreeMap::new() }),
    ]);
    let stream = ExternalStream { dict, content, compress: true };
    XObject::External(ExternalXObject { stream, width: None, height: None, dpi: None })
}

fn assemble(
    layout: &Layout,
    colours: &Colours,
    ops: Vec<Op>,
    fonts: Vec<ParsedFont>,
    sheet: &Sheet<'_>,
) -> Result<Vec<u8>, RenderError> {
    let mut document = PdfDocument::new(sheet.statement.kind.title());
    // Names of our own: the library numbers its names by a counter of the process.
    for (slot, font) in fonts.into_iter().enumerate() {
        document.resources.fonts.map.insert(font_id(slot), PdfFont::new(font));
    }
    let forms = [(ORNAMENTS, frame::ornaments(layout, colours)), (SEAL, frame::seal_ring(layout, colours))];
    for (name, content) in forms {
        document.resources.xobjects.map.insert(XObjectId(name.to_string()), drawing(layout, content));
    }
    let page = PdfPage::new(Mm(layout.page.width as f32), Mm(layout.page.height as f32), ops);
    document.with_pages(vec![page]);
    let options = PdfSaveOptions { image_optimization: None, ..Default::default() };
    let mut document = document.to_lopdf_document(&options, &mut Vec::new());
    metadata::complete(&mut document, sheet)?;
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|error| RenderError::Pdf(error.to_string()))?;
    Ok(bytes)
}
