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
    /// The row goes on in the next part
    pub unfinished: bool,
    /// Room between the text and the frame, where a sheet ends within the row
    pub padding: f64,
    /// What is put again above the row where a sheet begins with it
    pub head: Option<Box<Part>>,
    /// Points
    pub line: f64,
    /// Its colour
    pub ink: Rgb,
}

impl Row {
    /// Where a sheet begins with the rest of a row.
    pub const fn room_above(&self) -> f64 {
        if self.continued { self.padding } else { 0.0 }
    }

    /// Where a sheet ends within a row.
    pub const fn room_below(&self) -> f64 {
        if self.unfinished { self.padding } else { 0.0 }
    }
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
    /// The name of who signs, and the date
    pub signed: bool,
    /// Where in it the foot with the code begins
    pub foot: Option<f64>,
}

impl Part {
    /// The room that it takes at the head of a sheet: its own, and that of the head that is repeated.
    pub fn height_at_head(&self) -> f64 {
        let Some(row) = &self.row else { return self.height };
        self.height + row.room_above() + row.head.as_ref().map_or(0.0, |head| head.height)
    }

    /// The room that it takes at the foot of a sheet.
    pub fn height_at_foot(&self) -> f64 {
        self.height + self.row.as_ref().map_or(0.0, Row::room_below)
    }
}
