//! What a plan is made of: texts and lines with their places, before anything is drawn.

use crate::certificate::fonts::{Fonts, MM_PER_PT, Weight};

/// Which colour of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the colours in the layouts")]
pub enum Ink {
    Text,
    Label,
    Faint,
    Red,
    PaleRed,
    GhostRed,
}

/// One line of text with its place: millimetres from the left and from the top, sizes in points.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named by the type's own text")]
pub struct Placed {
    pub text: String,
    pub x: f64,
    pub baseline: f64,
    pub width: f64,
    pub size: f64,
    pub spacing: f64,
    pub angle: f64,
    pub weight: Weight,
    pub ink: Ink,
}

/// A leader line below a value, millimetres.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "named by the type's own text")]
pub struct Rule {
    pub x0: f64,
    pub x1: f64,
    pub y: f64,
}

/// A small red frame around a mark: left, top, width, height in millimetres.
pub type Frame = [f64; 4];

impl Placed {
    /// The box that the line of text fills: left, top, right, bottom in millimetres (ideographic em box).
    pub fn bounds(&self) -> [f64; 4] {
        let em = self.size * MM_PER_PT;
        [self.x, self.baseline - 0.88 * em, self.x + self.width, self.baseline + 0.12 * em]
    }
}

/// The style of a line of text.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "points, as in [`Placed`]")]
pub struct Style {
    pub size: f64,
    pub spacing: f64,
    pub weight: Weight,
    pub ink: Ink,
}

/// Text without letter spacing.
pub const fn style(size: f64, weight: Weight, ink: Ink) -> Style {
    Style { size, spacing: 0.0, weight, ink }
}

impl Style {
    /// Width of `text` in millimetres, with its letter spacing.
    pub fn width(&self, fonts: &Fonts, text: &str) -> f64 {
        let gaps = text.chars().count().saturating_sub(1) as f64;
        fonts.width(text, self.weight, self.size) + gaps * self.spacing * MM_PER_PT
    }

    /// A line of text at its place: millimetres from the left and from the top.
    pub fn place(self, fonts: &Fonts, text: &str, x: f64, baseline: f64) -> Placed {
        let width = self.width(fonts, text);
        let Self { size, spacing, weight, ink } = self;
        Placed { text: text.to_string(), x, baseline, width, size, spacing, angle: 0.0, weight, ink }
    }
}
