//! What stands in frames: fields with their labels, and tables.

use crate::certificate::document::part::{Part, Row};
use crate::certificate::document::text::{Desk, Setting};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, Placed, style};
use crate::domain::paper::Field;

fn cell_setting(desk: &Desk<'_>, left: f64, right: f64, strong: bool) -> Setting {
    let table = &desk.layout.table;
    let weight = if strong { Weight::Strong } else { Weight::Regular };
    let [beside, _] = table.padding;
    Setting {
        style: style(table.size, weight, Ink::Text),
        left: left + beside,
        width: right - left - 2.0 * beside,
        leading: table.leading,
        indent: 0,
        filled: false,
    }
}

/// One cell of a row before it is drawn.
struct Cell<'a> {
    text: &'a str,
    strong: bool,
    centred: bool,
}

/// A word of a few characters, or none.
fn short(desk: &Desk<'_>, text: &str) -> bool {
    let table = &desk.layout.table;
    desk.fonts.width(text, Weight::Regular, table.size) <= table.short * table.size * MM_PER_PT
}

/// A row of cells between uprights. A row of very many lines is cut into pieces.
fn row(desk: &Desk<'_>, uprights: &[f64], cells: &[Cell<'_>]) -> Vec<Part> {
    let (table, words) = (&desk.layout.table, &desk.layout.words);
    let mut columns: Vec<Vec<Vec<Placed>>> = Vec::new();
    for (cell, edges) in cells.iter().zip(uprights.windows(2)) {
        let [left, right] = edges else { continue };
        let at = cell_setting(desk, *left, *right, cell.strong);
        // On a form to fill in, an empty cell is room to write.
        let nothing = desk.manner.said() && cell.text.trim().is_empty();
        let text = if nothing { &words.nothing } else { cell.text };
        let mut lines = desk.lines("", text, at);
        if cell.centred {
            for placed in lines.iter_mut().flatten() {
                placed.x += (at.width - placed.width) / 2.0;
            }
        }
        columns.push(lines);
    }
    let pitch = cell_setting(desk, 0.0, 0.0, false).line();
    let [_, padding] = table.padding;
    let count = columns.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let whole = count <= table.whole_most;
    let piece = if whole { count } else { table.piece.max(1) };
    let mut parts = Vec::new();
    for start in (0..count).step_by(piece) {
        let end = count.min(start + piece);
        let (first, last) = (start == 0, end == count);
        let top = if first { padding } else { 0.0 };
        let height = top + (end - start) as f64 * pitch + if last { padding } else { 0.0 };
        let mut texts = Vec::new();
        for (lines, cell) in columns.iter().zip(cells) {
            // A label stands half way down its row; a cut row keeps it at the top.
            let middle = if cell.strong && whole { (count - lines.len()) as f64 * pitch / 2.0 } else { 0.0 };
            for (n, line) in lines.iter().enumerate().skip(start).take(end - start) {
                for placed in line {
                    let mut placed = placed.clone();
                    placed.baseline += top + (n - start) as f64 * pitch + middle;
                    texts.push(placed);
                }
            }
        }
        let row = Row {
            uprights: uprights.to_vec(),
            continued: !first,
            unfinished: !last,
            padding,
            head: None,
            line: table.line,
            ink: desk.layout.inks.label,
        };
        parts.push(Part { height, texts, row: Some(row), ..Part::default() });
    }
    parts
}

/// Labels and values, a row each.
pub fn fields(desk: &Desk<'_>, rows: &[Field]) -> Vec<Part> {
    let (table, edges) = (&desk.layout.table, &desk.layout.edges);
    let [beside, _] = table.padding;
    let strong = style(table.size, Weight::Strong, Ink::Text);
    let widest = rows.iter().map(|row| strong.width(desk.fonts, &row.label)).fold(0.0, f64::max);
    let label = (widest + 2.0 * beside + 1.0).clamp(table.label_min, table.label_max);
    let uprights = [edges.left, edges.left + label, edges.right];
    let mut parts = Vec::new();
    for Field { label, value } in rows {
        let cells =
            [Cell { text: label, strong: true, centred: true }, Cell { text: value, strong: false, centred: false }];
        parts.extend(row(desk, &uprights, &cells));
    }
    parts
}

/// A table; its head stands again on every sheet.
///
/// # Errors
/// More columns than the sheet is wide.
pub fn table(desk: &Desk<'_>, head: &[String], widths: &[u32], rows: &[Vec<String>]) -> Result<Vec<Part>, RenderError> {
    let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    let uprights = uprights(desk, columns, head, widths, rows)?;
    let mut parts = Vec::new();
    let mut heading = None;
    if !head.is_empty() {
        let cells: Vec<Cell<'_>> =
            (0..columns).map(|n| Cell { text: at(head, n), strong: true, centred: true }).collect();
        for part in row(desk, &uprights, &cells) {
            heading = Some(Box::new(part.clone()));
            parts.push(Part { tied: true, ..part });
        }
    }
    // A column of short words has them in its middle.
    let centred: Vec<bool> = (0..columns).map(|n| rows.iter().all(|row| short(desk, at(row, n)))).collect();
    for line in rows {
        let cells: Vec<Cell<'_>> = centred
            .iter()
            .enumerate()
            .map(|(n, centred)| Cell { text: at(line, n), strong: false, centred: *centred })
            .collect();
        for mut part in row(desk, &uprights, &cells) {
            if let Some(row) = &mut part.row {
                row.head.clone_from(&heading);
            }
            parts.push(part);
        }
    }
    Ok(parts)
}

fn at(row: &[String], column: usize) -> &str {
    row.get(column).map_or("", String::as_str)
}

/// The uprights of a table: the width shared as asked, but so that no short word is broken.
fn uprights(
    desk: &Desk<'_>,
    columns: usize,
    head: &[String],
    widths: &[u32],
    rows: &[Vec<String>],
) -> Result<Vec<f64>, RenderError> {
    let (table, edges) = (&desk.layout.table, &desk.layout.edges);
    let ([beside, _], em) = (table.padding, table.size * MM_PER_PT);
    let share = |n: usize| f64::from(widths.get(n).copied().unwrap_or(1).max(1));
    let strong = style(table.size, Weight::Strong, Ink::Text);
    let least = |n: usize| {
        let texts = rows.iter().map(Vec::as_slice).chain([head]).map(|row| at(row, n));
        let widths = texts.map(|text| strong.width(desk.fonts, text).min(table.short * em));
        widths.fold(1.2 * em, f64::max) + 2.0 * beside + 0.2
    };
    let least: Vec<f64> = (0..columns).map(least).collect();
    let spare = edges.width() - least.iter().sum::<f64>();
    if spare < 0.0 {
        return Err(RenderError::DoesNotFit("table"));
    }
    // What a column wants above its least is met in the measure of what there is to spare.
    let whole: f64 = (0..columns).map(share).sum();
    let wants: Vec<f64> =
        least.iter().enumerate().map(|(n, least)| (share(n) / whole * edges.width() - least).max(0.0)).collect();
    let wanted = wants.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let mut uprights = vec![edges.left];
    let mut x = edges.left;
    for (least, want) in least.iter().zip(&wants) {
        x += least + want / wanted * spare;
        uprights.push(x);
    }
    Ok(uprights)
}
