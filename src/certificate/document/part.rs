//! A part of a paper: what stays together on one sheet. Places count from the top of the part downwards.

use crate::certificate::layout::{Place, Rgb};
use crate::certificate::plan::Placed;

/// A straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Where it begins
    pub from: Place,
    /// Where it ends
    pub to: Place,
    /// Points
    pub width: f64,
    /// Its colour
    pub ink: Rgb,
}

/// A row in a frame: the sheets close the frame above the first and below the last row that stand together.
#[derive(Clone, Debug)]
pub struct Row {
    /// The uprights from left to right
    pub uprights: Vec<f64>,
    /// The row goes on from the one before, which was cut: no line between the two
    pub continued: bool,
    /// What is put again above the row where a sheet begins with it
    pub head: Option<Box<Part>>,
    /// Points
    pub line: f64,
    /// Its colour
    pub ink: Rgb,
}

/// What stays together on one sheet.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Room that it takes
    pub height: f64,
    /// Room above it, except at the head of a sheet
    pub above: f64,
    /// Stays on the sheet of the part after it
    pub tied: bool,
    /// Its texts in reading order
    pub texts: Vec<Placed>,
    /// Its lines
    pub strokes: Vec<Stroke>,
    /// Its frame
    pub row: Option<Row>,
    /// Centre of the place of the seal
    pub seal: Option<Place>,
}

impl Part {
    /// The room that it takes at the head of a sheet: its own, and that of the head that is repeated.
    pub fn height_at_head(&self) -> f64 {
        let head = self.row.as_ref().and_then(|row| row.head.as_ref());
        self.height + head.map_or(0.0, |head| head.height)
    }
}
