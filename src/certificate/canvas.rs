//! Puts a plan into the operators of a page.

use std::collections::BTreeMap;

use printpdf::{
    Color, DictItem, FontId, Greyscale, Line, LinePoint, Op, PaintMode, PdfFontHandle, Point, Polygon, PolygonRing, Pt,
    Rgb, TextItem, TextMatrix, WindingOrder, XObjectId, XObjectTransform,
};

use crate::certificate::error::RenderError;
use crate::certificate::fonts::{MM_PER_PT, Subset};
use crate::certificate::layout::{self, Inks, Page, Place};
use crate::certificate::plan::{Frame, Ink, Placed};
use crate::certificate::qr;

/// The name of an embedded font within the file.
pub fn font_id(slot: usize) -> FontId {
    FontId(format!("T{slot}"))
}

/// A colour of the palette.
fn ink(inks: &Inks, ink: Ink) -> layout::Rgb {
    match ink {
        Ink::Text => inks.text,
        Ink::Label => inks.label,
        Ink::Faint => inks.faint,
        Ink::Red => inks.red,
        Ink::PaleRed => inks.pale_red,
        Ink::GhostRed => inks.ghost_red,
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
pub fn pt(mm: f64) -> Pt {
    Pt(((mm / MM_PER_PT * 1000.0).round() / 1000.0) as f32)
}

/// A thousandth of a point, so that sums of fractions print as short numbers.
fn short(points: f64) -> f32 {
    ((points * 1000.0).round() / 1000.0) as f32
}

/// One page under way. Places are millimetres from its top left corner.
pub struct Canvas<'a> {
    page: &'a Page,
    inks: &'a Inks,
    ops: Vec<Op>,
}

impl<'a> Canvas<'a> {
    /// An empty page.
    pub const fn new(page: &'a Page, inks: &'a Inks) -> Self {
        Self { page, inks, ops: Vec::new() }
    }

    /// What was drawn.
    pub fn finish(self) -> Vec<Op> {
        self.ops
    }

    fn point(&self, [x, y]: Place) -> Point {
        Point { x: pt(x), y: pt(self.page.height - y) }
    }

    fn corner(&self, place: Place) -> LinePoint {
        LinePoint { p: self.point(place), bezier: false }
    }

    fn rectangle(&self, [x, y, width, height]: Frame) -> PolygonRing {
        let (right, bottom) = (x + width, y + height);
        let points = [[x, y], [right, y], [right, bottom], [x, bottom]].map(|place| self.corner(place));
        PolygonRing { points: points.to_vec() }
    }

    /// A drawing of the file by its name, over the whole page.
    pub fn form(&mut self, name: &str) {
        let transform = XObjectTransform { no_auto_scale: true, ..Default::default() };
        self.ops.push(Op::UseXobject { id: XObjectId(name.to_string()), transform });
    }

    fn polygon(&mut self, rings: Vec<PolygonRing>, mode: PaintMode) {
        let polygon = Polygon { rings, mode, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    /// The symbol for `text`, `size` millimetres wide, as one path on white, with its quiet zone around it.
    pub fn symbol(&mut self, text: &str, [left, top]: Place, size: f64) -> Result<(), RenderError> {
        let (width, dark) = qr::modules(text)?;
        let module = size / width as f64;
        let quiet = module * qr::QUIET as f64;
        let side = size + 2.0 * quiet;
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

    /// The colour and the width (points) of the lines that follow.
    pub fn stroke(&mut self, colour: layout::Rgb, width: f64) {
        self.ops.push(Op::SetOutlineColor { col: rgb(colour) });
        self.ops.push(Op::SetOutlineThickness { pt: Pt(width as f32) });
    }

    /// A straight line.
    pub fn line(&mut self, from: Place, to: Place) {
        let points = vec![self.corner(from), self.corner(to)];
        self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
    }

    /// A frame, not filled.
    pub fn frame(&mut self, frame: Frame) {
        let ring = self.rectangle(frame);
        self.polygon(vec![ring], PaintMode::Stroke);
    }

    /// A frame with a ground.
    pub fn band(&mut self, frame: Frame, ground: layout::Rgb) {
        self.ops.push(Op::SetFillColor { col: rgb(ground) });
        let ring = self.rectangle(frame);
        self.polygon(vec![ring], PaintMode::FillStroke);
    }

    /// One line of text: glyph numbers in hexadecimal. Widely spaced text says what it reads as, so that a reader
    /// does not see words in its letters (ISO 32000-1, 14.9.4).
    pub fn text(&mut self, subset: &Subset<'_>, placed: &Placed) -> Result<(), RenderError> {
        let wide = placed.spacing > 0.08 * placed.size;
        if wide {
            let text = std::iter::once(0xfeff).chain(placed.text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
            let map = BTreeMap::from([("ActualText".to_string(), DictItem::String { data: text, literal: false })]);
            let properties = DictItem::Dict { map };
            self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_string(), properties });
        }
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetFillColor { col: rgb(ink(self.inks, placed.ink)) });
        self.ops.push(Op::SetCharacterSpacing { multiplier: short(placed.spacing) });
        let pos = self.point([placed.x, placed.baseline]);
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
