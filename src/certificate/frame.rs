//! The ornaments: paper tint, woven frame, corner pieces, the pale figure behind the text. Pure vector paths, written
//! as a form of their own so that the page's own stream holds text only.

use std::f64::consts::TAU;
use std::fmt::Write;

use crate::certificate::fonts::MM_PER_PT;
use crate::certificate::layout::{Colours, Layout, Page, Place, Rgb};

/// Writes path operators (ISO 32000-1, 8.5) in millimetres.
#[derive(Default)]
pub struct Pen {
    out: String,
}

/// A point, millimetres.
type Point = (f64, f64);

impl Pen {
    /// The operators written so far.
    pub fn finish(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    fn op(&mut self, numbers: &[f64], operator: &str) {
        for number in numbers {
            // A thousandth of a millimetre is far below what a printer resolves; adding zero turns "-0" into "0".
            let rounded = (number * 1000.0).round() / 1000.0 + 0.0;
            let _ = write!(self.out, "{rounded} ");
        }
        self.out.push_str(operator);
        self.out.push('\n');
    }

    /// All that follows is in millimetres.
    fn millimetres(&mut self) {
        let scale = 1.0 / MM_PER_PT;
        let _ = writeln!(self.out, "{scale:.7} 0 0 {scale:.7} 0 0 cm");
    }

    fn colour(&mut self, [r, g, b]: Rgb, operator: &str) {
        self.op(&[r, g, b].map(|part| f64::from(part) / 255.0), operator);
    }

    fn stroke(&mut self, colour: Rgb, width: f64) {
        self.colour(colour, "RG");
        self.op(&[width], "w");
    }

    fn rectangle(&mut self, inset: f64, width: f64, height: f64) {
        self.op(&[inset, inset, width - 2.0 * inset, height - 2.0 * inset], "re");
        self.op(&[], "S");
    }

    /// A smooth curve through `steps` + 1 points of a function that gives place and speed.
    fn curve(&mut self, steps: u32, at: impl Fn(f64) -> (Point, Point)) {
        let third = 1.0 / f64::from(steps) / 3.0;
        for step in 0..=steps {
            let ((x, y), (dx, dy)) = at(f64::from(step) / f64::from(steps));
            if step == 0 {
                self.op(&[x, y], "m");
            } else {
                let ((x0, y0), (dx0, dy0)) = at(f64::from(step - 1) / f64::from(steps));
                let first = [x0 + dx0 * third, y0 + dy0 * third];
                self.op(&[first[0], first[1], x - dx * third, y - dy * third, x, y], "c");
            }
        }
    }

    /// The same drawing under another origin, turned by `angle` radians and stretched along its own x axis.
    fn placed(&mut self, (x, y): Point, angle: f64, stretch: f64, drawing: &str) {
        let (sin, cos) = angle.sin_cos();
        let [a, b, c, d] = [cos * stretch, sin * stretch, -sin, cos];
        let _ = writeln!(self.out, "q\n{a:.5} {b:.5} {c:.5} {d:.5} {x:.3} {y:.3} cm");
        self.out.push_str(drawing);
        self.op(&[], "Q");
    }

    fn circle(&mut self, (x, y): Point, radius: f64) {
        self.curve(4, |t| {
            let (sin, cos) = (t * TAU).sin_cos();
            ((x + radius * cos, y + radius * sin), (-radius * TAU * sin, radius * TAU * cos))
        });
        self.op(&[], "s");
    }
}

/// One wave of the band, from the origin along x: strands that differ in phase only, so that they weave.
fn wave(length: f64, reach: f64, strands: u32) -> String {
    let mut pen = Pen::default();
    for strand in 0..strands {
        let phase = f64::from(strand) / f64::from(strands) * TAU;
        pen.curve(4, |t| {
            let (sin, cos) = (t * TAU + phase).sin_cos();
            ((t * length, reach * sin), (length, reach * TAU * cos))
        });
    }
    pen.op(&[], "S");
    pen.out
}

/// A flower of `petals` about the origin; drawn again and again, a little turned, it becomes a rosette.
fn flower(radius: f64, depth: f64, petals: u32) -> String {
    let n = f64::from(petals);
    let mut pen = Pen::default();
    pen.curve(petals * 4, |t| {
        let angle = t * TAU;
        let (sin, cos) = angle.sin_cos();
        let r = radius * (1.0 - depth + depth * (n * angle).cos());
        let slope = -radius * depth * n * (n * angle).sin();
        ((r * cos, r * sin), (TAU * (slope * cos - r * sin), TAU * (slope * sin + r * cos)))
    });
    pen.op(&[], "s");
    pen.out
}

/// Draws flowers (radius, depth, petals) one in another, each `turns` times within the angle of one petal.
fn rosette(pen: &mut Pen, centre: Point, flowers: &[(f64, f64, u32)], turns: u32) {
    for (radius, depth, petals) in flowers {
        let drawing = flower(*radius, *depth, *petals);
        for turn in 0..turns {
            let angle = TAU * f64::from(turn) / f64::from(turns) / f64::from(*petals);
            pen.placed(centre, angle, 1.0, &drawing);
        }
    }
}

/// The whole background of a sheet, origin at the bottom left, in points once scaled.
pub fn ornaments(layout: &Layout, colours: &Colours) -> Vec<u8> {
    let (width, height, frame) = (layout.page.width, layout.page.height, &layout.frame);
    let mut pen = Pen::default();
    pen.millimetres();
    pen.colour(colours.paper, "rg");
    pen.op(&[0.0, 0.0, width, height], "re");
    pen.op(&[], "f");
    pen.op(&[1.0], "J");

    let [x, y, radius] = frame.rosette;
    pen.stroke(colours.ghost, 0.16);
    let rings = [(radius, 0.14, 24), (radius * 0.74, 0.2, 16), (radius * 0.46, 0.3, 12), (radius * 0.2, 0.5, 8)];
    rosette(&mut pen, (x, height - y), &rings, 8);

    // Outer double rule, inner double rule.
    let inner = frame.outer + frame.band;
    pen.stroke(colours.line, 0.75);
    pen.rectangle(frame.outer - 0.9, width, height);
    pen.stroke(colours.line, 0.22);
    pen.rectangle(frame.outer + 0.25, width, height);
    pen.rectangle(inner - 0.25, width, height);
    pen.stroke(colours.line, 0.45);
    pen.rectangle(inner + 0.8, width, height);

    band(&mut pen, layout, colours);
    corners(&mut pen, layout, colours);
    pen.finish()
}

/// The four woven sides, between the corner pieces.
fn band(pen: &mut Pen, layout: &Layout, colours: &Colours) {
    let (width, height, frame) = (layout.page.width, layout.page.height, &layout.frame);
    let middle = frame.outer + frame.band / 2.0;
    let start = middle + frame.corner / 2.0;
    let reach = frame.band / 2.0 - 0.7;
    let sides = [
        ((start, middle), 0.0, width - 2.0 * start),
        ((start, height - middle), 0.0, width - 2.0 * start),
        ((middle, start), TAU / 4.0, height - 2.0 * start),
        ((width - middle, start), TAU / 4.0, height - 2.0 * start),
    ];
    let fine = wave(frame.wave, reach, frame.strands);
    let core = wave(frame.wave, reach * 0.42, 2);
    for ((x, y), angle, length) in sides {
        let waves = (length / frame.wave).round().max(1.0);
        let step = length / waves;
        let (sin, cos) = f64::sin_cos(angle);
        for (drawing, colour, thickness) in [(&fine, colours.fine, 0.13), (&core, colours.line, 0.24)] {
            pen.stroke(colour, thickness);
            for n in 0..waves as u32 {
                let along = f64::from(n) * step;
                pen.placed((x + along * cos, y + along * sin), angle, step / frame.wave, drawing);
            }
        }
    }
}

fn corners(pen: &mut Pen, layout: &Layout, colours: &Colours) {
    let (width, height, frame) = (layout.page.width, layout.page.height, &layout.frame);
    let (middle, half) = (frame.outer + frame.band / 2.0, frame.corner / 2.0);
    for (x, y) in
        [(middle, middle), (width - middle, middle), (middle, height - middle), (width - middle, height - middle)]
    {
        pen.colour(colours.paper, "rg");
        pen.stroke(colours.line, 0.45);
        pen.op(&[x - half, y - half, frame.corner, frame.corner], "re");
        pen.op(&[], "B");
        pen.stroke(colours.line, 0.18);
        pen.op(&[x - half + 0.7, y - half + 0.7, frame.corner - 1.4, frame.corner - 1.4], "re");
        pen.op(&[], "S");
        pen.stroke(colours.fine, 0.12);
        rosette(pen, (x, y), &[(half - 1.1, 0.22, 8)], 4);
        pen.stroke(colours.line, 0.16);
        rosette(pen, (x, y), &[((half - 1.1) * 0.5, 0.42, 8)], 3);
    }
}

/// The placeholder of the seal: a pale double ring, broken inside so that nobody takes it for a seal. `page` is the sheet,
/// `centre` in millimetres from its top left corner.
pub fn seal_ring(page: &Page, [x, y]: Place, radius: f64, colour: Rgb) -> Vec<u8> {
    let centre = (x, page.height - y);
    let mut pen = Pen::default();
    pen.millimetres();
    pen.stroke(colour, 0.7);
    pen.circle(centre, radius);
    pen.stroke(colour, 0.25);
    pen.out.push_str("[1.1 0.9] 0 d\n");
    pen.circle(centre, radius - 1.3);
    pen.finish()
}
