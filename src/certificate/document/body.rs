//! The body of a paper: paragraphs, headings, fields in a frame, numbered items, tables.

use crate::certificate::document::part::{Part, Row};
use crate::certificate::document::text::{Desk, Setting};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, Placed, style};
use crate::domain::paper::{Block, Field, Item, PaperContent};

/// The body's parts in reading order.
pub fn parts(desk: &Desk<'_>, content: &PaperContent) -> Result<Vec<Part>, RenderError> {
    let mut parts = Vec::new();
    for block in &content.blocks {
        match block {
            Block::Paragraph { text } => parts.extend(desk.paragraph("", text, desk.running())),
            Block::Heading { text } => parts.extend(heading(desk, text)),
            Block::Fields { rows } => parts.extend(spaced(fields(desk, rows), desk.layout.table.above)),
            Block::List { items } => parts.extend(list(desk, items)),
            Block::Table { head, widths, rows } => {
                parts.extend(spaced(table(desk, head, widths, rows)?, desk.layout.table.above));
            }
        }
    }
    Ok(parts)
}

/// Room above the first and below the last of a frame's rows.
fn spaced(mut rows: Vec<Part>, above: f64) -> Vec<Part> {
    if let Some(first) = rows.first_mut() {
        first.above = above;
        rows.push(Part { height: above, ..Part::default() });
    }
    rows
}

fn heading(desk: &Desk<'_>, text: &str) -> Vec<Part> {
    let mut at = desk.running();
    at.style.weight = Weight::Strong;
    at.filled = false;
    let mut lines = desk.paragraph("", text, at);
    for line in &mut lines {
        line.tied = true;
    }
    if let Some(first) = lines.first_mut() {
        first.above = desk.layout.text.heading_above;
    }
    lines
}

/// Numbered items with their notes, both hanging beside the number.
pub fn list(desk: &Desk<'_>, items: &[Item]) -> Vec<Part> {
    let text = &desk.layout.text;
    let running = desk.running();
    let em = text.size * MM_PER_PT;
    let number = |n: usize| format!("{}．", n + 1);
    let last = number(items.len().saturating_sub(1));
    let column = running.style.width(desk.fonts, &last).max(text.number_width * em);
    let left = running.left + column;
    let hanging = Setting { left, width: running.width - column, indent: 0, ..running };
    let note_style = style(text.note_size, Weight::Regular, Ink::Faint);
    let small = Setting { style: note_style, leading: text.note_leading, ..hanging };
    let mut parts = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let mut lines = desk.paragraph("", &item.text, hanging);
        if let Some(first) = lines.first_mut() {
            first.above = text.between;
            let placed = running.style.place(desk.fonts, &number(n), running.left, running.baseline());
            first.texts.insert(0, placed);
        }
        if !item.note.is_empty() {
            if let Some(last) = lines.last_mut() {
                last.tied = true;
            }
            lines.extend(desk.paragraph("", &item.note, small));
        }
        parts.extend(lines);
    }
    parts
}

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

/// A row of cells between uprights. A row of very many lines is cut into parts of so many lines as a sheet surely holds.
fn row(desk: &Desk<'_>, uprights: &[f64], cells: &[Cell<'_>]) -> Vec<Part> {
    let (table, words) = (&desk.layout.table, &desk.layout.words);
    let mut columns: Vec<Vec<Vec<Placed>>> = Vec::new();
    for (cell, edges) in cells.iter().zip(uprights.windows(2)) {
        let [left, right] = edges else { continue };
        let at = cell_setting(desk, *left, *right, cell.strong);
        let text = if cell.text.trim().is_empty() { &words.nothing } else { cell.text };
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
    let most = table.rows_most.max(1);
    let mut parts = Vec::new();
    for start in (0..count).step_by(most) {
        let end = count.min(start + most);
        let (first, last) = (start == 0, end == count);
        let top = if first { padding } else { 0.0 };
        let height = top + (end - start) as f64 * pitch + if last { padding } else { 0.0 };
        let mut texts = Vec::new();
        for (lines, cell) in columns.iter().zip(cells) {
            // A short label stands in the middle of its row; a cut row keeps it at the top.
            let middle = if cell.strong && count <= most { (count - lines.len()) as f64 * pitch / 2.0 } else { 0.0 };
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
            head: None,
            line: table.line,
            ink: desk.layout.inks.label,
        };
        parts.push(Part { height, texts, row: Some(row), ..Part::default() });
    }
    parts
}

fn fields(desk: &Desk<'_>, rows: &[Field]) -> Vec<Part> {
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

fn table(desk: &Desk<'_>, head: &[String], widths: &[u32], rows: &[Vec<String>]) -> Result<Vec<Part>, RenderError> {
    let (measures, edges) = (&desk.layout.table, &desk.layout.edges);
    let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    if columns == 0 {
        return Ok(Vec::new());
    }
    let share = |n: usize| f64::from(widths.get(n).copied().unwrap_or(1).max(1));
    let whole: f64 = (0..columns).map(share).sum();
    let mut uprights = vec![edges.left];
    let mut x = edges.left;
    for n in 0..columns {
        let width = share(n) / whole * edges.width();
        let [beside, _] = measures.padding;
        if width < 2.0 * beside + 1.5 * measures.size * MM_PER_PT {
            return Err(RenderError::DoesNotFit("table"));
        }
        x += width;
        uprights.push(x);
    }
    let cell = |row: &[String], n: usize| row.get(n).cloned().unwrap_or_default();
    let mut parts = Vec::new();
    let mut heading = None;
    if !head.is_empty() {
        let texts: Vec<String> = (0..columns).map(|n| cell(head, n)).collect();
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell { text, strong: true, centred: true }).collect();
        for part in row(desk, &uprights, &cells) {
            heading = Some(Box::new(part.clone()));
            parts.push(Part { tied: true, ..part });
        }
    }
    for line in rows {
        let texts: Vec<String> = (0..columns).map(|n| cell(line, n)).collect();
        let cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell { text, strong: false, centred: false }).collect();
        for mut part in row(desk, &uprights, &cells) {
            if let Some(row) = &mut part.row {
                row.head.clone_from(&heading);
            }
            parts.push(part);
        }
    }
    Ok(parts)
}
